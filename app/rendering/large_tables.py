"""Tables that would be too much to lay out, found before the parser makes a node of each of their cells."""

from __future__ import annotations

import re

from app.rendering.standins import LETTER

MOST_COLUMNS, MOST_CELLS = 200, 20_000

Span = tuple[int, int]

_UNDER_HEAD = re.compile(r"^[ \t>|:\-]+$", re.M)
"""The line under the head of a table, among others that are none."""
_BLANK_LINE = re.compile(r"\n[ \t>]*(?:\n|\Z)")


def find_large_tables(text: str) -> list[Span]:
    """Where such tables stand, in order; each goes on to the next blank line. Short rows are as wide as the head."""
    found: list[Span] = []
    if "|" not in text:
        return found
    seen = 0
    for line in _UNDER_HEAD.finditer(text):
        bars = line[0].strip(" \t>")
        columns = bars.count("|") + 1 - bars.startswith("|") - bars.endswith("|")
        if line.start() < seen or "|" not in bars or "-" not in bars:
            continue
        blank = _BLANK_LINE.search(text, line.end())
        seen = blank.start() if blank is not None else len(text)
        rows = text.count("\n", line.end(), seen)
        if columns > MOST_COLUMNS or columns * rows > MOST_CELLS:
            head = text.rfind("\n", 0, max(0, line.start() - 1)) + 1
            found.append((head, seen))
    return found


def hide_bars(text: str, tables: list[Span]) -> str:
    """`text`, as long as before, in which these are no tables."""
    parts: list[str] = []
    at = 0
    for start, end in tables:
        parts += (text[at:start], text[start:end].replace("|", LETTER))
        at = end
    return "".join((*parts, text[at:]))
