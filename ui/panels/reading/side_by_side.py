"""Responses beside each other; they scroll together by headings and paragraphs, unless each goes alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from ui.panels.reading.comparing import Comparing
from ui.panels.reading.following import Following
from ui.panels.reading.supply import Supply
from ui.panels.reading.text_page import TextPage
from ui.theme.apply import ThemeHolder
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.surface import Surface
from ui.widgets.text import Label

MOST = 4
LEAST_WIDTH = 340
"""px at 100 % a column needs."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One response: its name on the screen, its text and language."""

    name: str
    text: str
    language: str


class _Head(Surface):
    pressed = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "bar", across=True, margins=(24, 8, 24, 8))
        self.label = Label(look, role="strong", tone="t2")
        self.body.add(self.label, None)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.pressed.emit()


class SideBySide(QWidget):
    """picked(index): a column's head was clicked. pages: those in view, left to right."""

    picked = Signal(int)
    link_asked = Signal(str)
    pressed = Signal(int)
    entered = Signal()

    def __init__(self, look: ThemeHolder, supply: Supply, comparing: Comparing) -> None:
        super().__init__()
        self._look = look
        self._supply = supply
        self._ways = Following(comparing)
        self.together = True
        self._columns: list[tuple[QWidget, _Head, TextPage]] = []
        self._first = 0
        self._shown = 0
        self._following = False
        self._row = Row(look, spacing=0)
        self.setLayout(self._row)

    @property
    def pages(self) -> list[TextPage]:
        return [page for _, _, page in self._columns[: self._shown]]

    @property
    def numbered(self) -> list[tuple[int, TextPage]]:
        """The pages in view with the places of their responses."""
        return list(enumerate(self.pages, self._first))

    def room_for(self, width: int) -> int:
        """How many columns a width holds."""
        return min(MOST, width // self._look.px(LEAST_WIDTH))

    def show_responses(self, responses: Sequence[Shown], at: int, width: int, *, raw: bool) -> TextPage:
        """Show as many as have room, the one at `at` among them; returns its page."""
        count = max(1, min(len(responses), self.room_for(width)))
        if not self._first <= at < self._first + count or self._first + count > len(responses):
            self._first = min(max(0, at - count + 1), len(responses) - count)
        while len(self._columns) < count:
            self._add()
        self._shown = count
        for i, (column, head, page) in enumerate(self._columns):
            column.setVisible(i < count)
            if i >= count:
                continue
            response = responses[self._first + i]
            front = self._first + i == at
            head.label.setText(response.name)
            head.label.set_tone("accent" if front else "t2")
            head.setAccessibleName(response.name)
            page.set_raw(raw)
            page.show_text(response.text, response.language, name=response.name)
        return self._columns[at - self._first][2]

    def set_raw(self, raw: bool) -> None:
        for page in self.pages:
            page.set_raw(raw)

    def _add(self) -> None:
        at = len(self._columns)
        head, page = _Head(self._look), TextPage(self._look, self._supply, left=24)
        head.pressed.connect(lambda: self.picked.emit(self._first + at))
        page.scrolled.connect(lambda: self._follow(page))
        page.link_asked.connect(self.link_asked)
        page.pressed.connect(self.pressed)
        page.entered.connect(self.entered)
        column = QWidget()
        column.setLayout(Column(self._look, head, (page, 1), spacing=0))
        holder = QWidget()
        parts = (Hairline(upright=True), (column, 1)) if at else ((column, 1),)
        holder.setLayout(Row(self._look, *parts, spacing=0))
        self._columns.append((holder, head, page))
        self._row.add((holder, 1))

    def _follow(self, leader: TextPage) -> None:
        if self._following or not self.together or leader not in self.pages:
            return
        self._following = True
        try:
            self._ways.follow(leader, [page for page in self.pages if page is not leader])
        finally:
            self._following = False
