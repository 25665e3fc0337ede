"""Words that tracked files must not hold: work put off, paths of one machine, hosts of registries."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

import tracked

RULES = (
    ("work put off", re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")),
    ("a path of one machine", re.compile(r"(?<![\w./~])/(?:work|root|farm|home/[a-z]+)/\w")),
    (
        "a registry's host",
        re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org"),
    ),
    ("a test switched off", re.compile(r"pytest\.(?:mark\.)?(?:skip|xfail)\b")),
)
# The lock file says where each hash was found; notices keep their authors' words; the rules stand here.
LEFT_OUT = {
    Path("uv.lock"),
    Path("NOTICE"),
    Path("LICENSE"),
    Path("packaging/check_words.py"),
    Path("tests/unit/house/test_house_checks.py"),
}
LEFT_OUT_FOLDERS = {("tests", "data"), ("resources", "fonts"), ("resources", "licences")}


def findings(root: Path, files: Iterable[Path]) -> list[str]:
    """One line for each forbidden word: file, line number, what it is."""
    found = []
    for path in files:
        if path in LEFT_OUT or path.parts[:2] in LEFT_OUT_FOLDERS:
            continue
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a font
        for number, line in enumerate(text.splitlines(), start=1):
            for kind, pattern in RULES:
                if match := pattern.search(line):
                    found.append(f"{path}:{number}: {kind}: {match.group()}")
    return found


def main() -> int:
    found = findings(tracked.ROOT, tracked.files())
    print("\n".join([*found, f"words: {len(found)} to mend" if found else "words: ok"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
