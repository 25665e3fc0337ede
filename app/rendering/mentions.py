"""Pages that a text speaks of: “p. 12”, “pp. 3–5”, “page 12”, “第 12 頁”."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LATIN = re.compile(r"(?<![\w.])(?:pages?|pgs?\.?|pp?\.)\s{0,3}(\d{1,5})(?![\d.]\d)", re.I)
_CHINESE = re.compile(r"第\s{0,3}(\d{1,5})\s{0,3}[頁页]")
_BEHIND = re.compile(
    r"(?:\s{0,2}[-–]\s{0,2}\d{1,5})?,?\s{1,3}(?:(?:of|in|from)\s{1,3})?(?:the\s{1,3})?[`*_“\"'「《(]{0,3}|[（「《(]",
    re.I,
)
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


def named_near(text: str, mention: Mention, names: list[str]) -> int | None:
    """Which of these files a mention belongs to: one named right behind it (“p. 12 of label.pdf”), else the one
    named last before it, near it; None when none is."""
    behind = _BEHIND.match(text, mention.end)
    at = behind.end() if behind is not None else mention.end
    found = [n for n, name in enumerate(names) if text[at : at + len(name)].casefold() == name.casefold()]
    if found:
        return max(found, key=lambda n: len(names[n]))
    near = text[max(0, mention.start - NEAR) : mention.start].casefold()
    places = [near.rfind(name.casefold()) for name in names]
    best = max(range(len(names)), key=lambda at: places[at], default=None)
    return best if best is not None and places[best] >= 0 else None
