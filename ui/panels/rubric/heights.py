"""How high the rows of criteria are: measured, or guessed from the length of the text; those of the next rubric ahead.

Up to `FEW` lines all heights are exact; in a longer tree those out of view are guessed and measured when they come
near.
"""

from __future__ import annotations

from dataclasses import dataclass

from ui.panels.rubric.entries import Entry, Rows
from ui.panels.rubric.row import INDENT, LEAST, SIDE, TOP, CriterionRow, GroupRow
from ui.panels.rubric.texts import Texts
from ui.theme.apply import ThemeHolder

FEW = 60


@dataclass(frozen=True, slots=True)
class Ahead:
    """Heights of a rubric that is not shown yet, without a card, at a width."""

    entries: tuple[Entry, ...]
    rows: Rows
    width: int
    heights: list[int]


class Heights:
    """All in px; width: that of a row."""

    def __init__(self, look: ThemeHolder, texts: Texts) -> None:
        self._look = look
        self._texts = texts
        self.ahead: Ahead | None = None

    def at_rest(self, entry: Entry, rows: Rows, width: int, *, folded: bool) -> int:
        if entry.is_group:
            return GroupRow.height_of(self._look, self._texts, rows.group(entry, folded=folded), width)
        return CriterionRow.height_of(self._look, self._texts, rows.row(entry), width)

    def guessed(self, entry: Entry, width: int) -> int:
        px, theme = self._look.px, self._look.theme
        text = entry.criterion.text
        room = width - px(60 + SIDE + 12 + INDENT * entry.depth)
        glyph = px(14 if not text.isascii() else 7)
        lines = -(-len(text) * glyph // max(room, 60)) or 1
        return max(lines * theme.line_px("criterion") + 2 * px(TOP), px(LEAST))

    def work_out(self, entries: tuple[Entry, ...], rows: Rows, width: int) -> list[int]:
        """Measure the first rows of a rubric before it is shown."""
        heights = [self.at_rest(entry, rows, width, folded=False) for entry in entries[:FEW]]
        heights += [self.guessed(entry, width) for entry in entries[FEW:]]
        self.ahead = Ahead(entries, rows, width, heights)
        return heights

    def worked_out(self, entries: tuple[Entry, ...], rows: Rows | None, width: int) -> list[int] | None:
        """The heights that were measured ahead, if they are of what is shown now, nothing of it folded."""
        ahead = self.ahead
        if ahead is None or ahead.rows is not rows or ahead.entries is not entries or ahead.width != width:
            return None
        return list(ahead.heights)
