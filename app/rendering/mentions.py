"""Pages that a text speaks of: “p. 12”, “pp. 3–5”, “page 12”, “第 12 頁”."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LATIN = re.compile(r"(?<![\w.])(?:pages?|pgs?\.?|pp?\.)\s{0,3}(\d{1,5})(?![\d.]\d)", re.I)
_CHINESE = re.compile(r"第\s{0,3}(\d{1,5})\s{0,3}[頁页]")
NEAR = 160
"""Characters before a mention in which a file's name belongs to it."""


@dataclass(frozen=True, slots=True)
class Mention:
    """page: from 1. start, end: code points of the text."""

    page: int
    start: int
    end: int


def page_mentions(text: str) -> list[Mention]:
    """Every mention, in the order of the text; of a range its first page."""
    found = [
        Mention(int(match[1]), match.start(), match.end())
        for pattern in (_LATIN, _CHINESE)
        for match in pattern.finditer(text)
        if int(match[1]) > 0
    ]
    return sorted(found, key=lambda mention: mention.start)


def named_before(text: str, mention: Mention, names: list[str]) -> int | None:
    """Which of these files is named last before a mention, near it; None when none is."""
    near = text[max(0, mention.start - NEAR) : mention.start].casefold()
    places = [near.rfind(name.casefold()) for name in names]
    best = max(range(len(names)), key=lambda at: places[at], default=None)
    return best if best is not None and places[best] >= 0 else None
