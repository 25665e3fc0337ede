"""Texts that ask for something outside themselves: every way of naming it, in every form that could fetch it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

from tests.shared_data import shared_data

WAYS = (
    "file://{path}", "file://localhost{path}", "file:{path}", "{path}", "//localhost{path}",
    "file:////{path}", "FILE://{path}", "file%3A%2F%2F{path}", "../../../../../../../..{path}",
    "\\\\127.0.0.1\\share\\{name}", "qrc:{path}", "http://127.0.0.1:9/{name}", "https://127.0.0.1:9/{name}",
    "//127.0.0.1:9/{name}", "ftp://127.0.0.1:9/{name}", "http://[::1]:9/{name}", "smb://127.0.0.1/{name}",
    "javascript:open('{path}')", "data:text/html,<img src={path}>", "image://provider{path}",
)  # fmt: skip
FORMS = (
    "![x]({at})", "![x](<{at}>)", "[x]({at})", "[![x]({at})]({at})", "<{at}>", "{at}",
    "![x][r]\n\n[r]: <{at}>\n", "- ![x]({at})", "> ![x]({at})", "# ![x]({at})",
    "| a |\n|---|\n| ![x]({at}) |\n", "**![x]({at})**", '![x]({at} "t")', "text[^1]\n\n[^1]: ![x]({at})\n",
    '```html\n<img src="{at}">\n```', "```\n![x]({at})\n```", "`![x]({at})`", "$\\includegraphics{{{at}}}$",
    "$$\\input{{{at}}}$$", "$\\href{{{at}}}{{x}}$", "\\[\\openin1={at} \\read1 to\\x\\]", '<img src="{at}">',
    "<img src={at} width=1>", '<img srcset="{at} 2x">', '<picture><source srcset="{at}"></picture>',
    '<link rel=stylesheet href="{at}">', "<style>@import url({at});</style>",
    "<style>*{{background:url({at})}}</style>", "<div style=\"background-image:url('{at}')\">x</div>",
    '<table background="{at}"><tr><td>x</table>', '<body background="{at}">x', '<iframe src="{at}"></iframe>',
    '<object data="{at}"></object>', '<embed src="{at}">', '<video poster="{at}" src="{at}"></video>',
    '<audio src="{at}" autoplay></audio>', '<svg><image href="{at}"/></svg>',
    '<svg><use xlink:href="{at}#a"/></svg>', '<script src="{at}"></script>',
    '<base href="{at}"><img src="x.png">', '<meta http-equiv=refresh content="0;url={at}">',
    '<form action="{at}"><input type=image src="{at}"></form>',
    '<ul style="list-style-image:url({at})"><li>x</ul>', '<font face="x" style="src:url({at})">x</font>',
    '<?xml-stylesheet href="{at}"?>\nx', '<!DOCTYPE x [<!ENTITY e SYSTEM "{at}">]>\n&e;',
    '<math><maction actiontype="statusline#{at}">x</maction></math>', '<a href="{at}" ping="{at}">x</a>',
    "<details open ontoggle=\"open('{at}')\">x</details>", '<p>![x]({at})</p>\n\n<img src="{at}" />',
)  # fmt: skip


def of_our_own(bait: Path) -> list[str]:
    """A thousand texts that ask for this file, or for its name elsewhere."""
    ways = [way.format(path=bait, name=bait.name) for way in WAYS]
    return [form.format(at=at) for form, at in product(FORMS, ways)]


def of_others() -> Iterator[str]:
    """The lines of the sets of the shared data that are made for pages, shells and file servers."""
    data = shared_data()
    for part in ("xss", "strings", "paths") if data else ():
        for path in sorted((data / "security" / part).glob("*.txt")):  # type: ignore[operator]
            yield from (
                line for line in path.read_text("utf-8", errors="replace").splitlines() if line.strip()
            )
