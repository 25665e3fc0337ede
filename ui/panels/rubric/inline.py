"""The little Markdown that criteria use: `**strong**`, `*emphasis*`, `` `code` ``. Anything else stays as it is."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

Style = Literal["strong", "emphasis", "code"]

_MARKS = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\*\*(?P<strong>[^\s*](?:[^*\n]*[^\s*])?)\*\*"
    r"|(?<![\w*])\*(?P<emphasis>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
)
MOST = 20_000


class Stretch(NamedTuple):
    """UTF-16 units into the plain text, as Qt counts."""

    start: int
    length: int
    style: Style


@lru_cache(maxsize=2048)
def inline(text: str) -> tuple[str, tuple[Stretch, ...]]:
    """(plain text, its styled stretches)."""
    if len(text) > MOST:
        return text, ()
    plain: list[str] = []
    found: list[Stretch] = []
    at = written = 0
    for match in _MARKS.finditer(text):
        style: Style = (
            "code" if match["code"] is not None else "strong" if match["strong"] is not None else "emphasis"
        )
        before, inner = text[at : match.start()], match[style]
        plain += (before, inner)
        written += units(before)
        found.append(Stretch(written, units(inner), style))
        written += units(inner)
        at = match.end()
    plain.append(text[at:])
    return "".join(plain), tuple(found)


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text) + sum(c > "\uffff" for c in text)
