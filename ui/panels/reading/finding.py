"""Finds words in a text view: marks what is near, steps from one place to the next."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from ui.panels.reading.positions import Positions
from ui.theme.tokens import Theme

_MARKED = 400
"""At most so many places are marked at once; all are counted."""


def find_all(document: QTextDocument, words: str, breaks: Sequence[int] = ()) -> list[tuple[int, int]]:
    """Where `words` stand in a document, case ignored: (position, end) in UTF-16 units.

    breaks: positions of line ends that are not of the text; words are found across them.
    """
    if not words:
        return []
    text = document.toRawText()
    at: Sequence[int] = ()
    if breaks:
        every = _unit_offsets(text)
        left_out = {bisect_left(every, position) for position in breaks}
        at = [offset for i, offset in enumerate(every) if i not in left_out]
        text = "".join([char for i, char in enumerate(text) if i not in left_out])
    found = [match.span() for match in re.finditer(re.escape(words), text, re.I)]
    if found and not at:
        at = _unit_offsets(text)
    return [(at[begin], at[end - 1] + (2 if text[end - 1] > "\uffff" else 1)) for begin, end in found]


def _unit_offsets(text: str) -> Sequence[int]:
    """Where each character begins, in UTF-16 units, and where the last one ends."""
    if text.isascii() or max(text) <= "\uffff":
        return range(len(text) + 1)
    return [0, *accumulate(2 if char > "\uffff" else 1 for char in text)]


class Finder:
    """The places found in one view. The one in front is `at` (from 0), -1 before the first step."""

    def __init__(self, view: QTextEdit | QPlainTextEdit) -> None:
        self._view = view
        self.words = ""
        self.places: list[tuple[int, int]] = []
        self.at = -1

    def find(self, words: str) -> int:
        """Mark all places; returns their number. The view does not move."""
        self.words = words
        positions: Positions = self._view.positions  # type: ignore[union-attr]
        self.places = find_all(self._view.document(), words, positions.breaks)
        self.at = -1
        return len(self.places)

    def step(self, direction: int) -> int:
        """Go to the next or previous place, round the end; returns its index, -1 if there is none."""
        if not self.places:
            return -1
        if self.at < 0:
            here = self._view.cursorForPosition(self._view.viewport().rect().topLeft()).position()
            after = bisect_left(self.places, (here, 0))
            self.at = (after if direction > 0 else after - 1) % len(self.places)
        else:
            self.at = (self.at + direction) % len(self.places)
        return self.at

    def mark(self, theme: Theme) -> None:
        """Show the places as extra selections."""
        first = max(0, self.at - _MARKED // 2)
        quiet, here = QTextCharFormat(), QTextCharFormat()
        quiet.setBackground(QColor(theme.colours.hl_note if not theme.high_contrast else theme.colours.sel))
        here.setBackground(QColor(theme.colours.sel))
        here.setForeground(QColor(theme.colours.t1))
        here.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        here.setUnderlineColor(QColor(theme.colours.accent))
        marks = []
        for i, (begin, end) in enumerate(self.places[first : first + _MARKED], first):
            mark = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self._view.document())
            cursor.setPosition(begin)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            mark.cursor = cursor
            mark.format = here if i == self.at else quiet
            marks.append(mark)
        self._view.setExtraSelections(marks)
