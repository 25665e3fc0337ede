"""A list beside what it tells of the chosen row; under one another where there is no room for both.

panes = ListAndDetail(look, rows, detail)
"""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ui.theme.apply import ThemeHolder
from ui.widgets.layout import Column, Row
from ui.widgets.rows import RowList
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Card

BESIDE = 640
LEAST, BELOW = 160, 260
"""Heights of the detail beside the list, and under it."""


class ListAndDetail(QWidget):
    """The list keeps three rows at least; put it into a `ScrollArea`, for windows that have no room for both."""

    def __init__(self, look: ThemeHolder, rows: RowList, detail: QWidget) -> None:
        super().__init__()
        self._look = look
        self._rows = rows
        frame = Card(look, spacing=0)
        frame.body.setContentsMargins(6, 6, 6, 6)
        frame.body.add((rows, 1))
        inside = QWidget()
        inside.setLayout(Column(look, detail, None, spacing=0))
        self._detail = ScrollArea(look, inside)
        self._box = Row(look, (frame, 2), (self._detail, 3), spacing=16)
        self.setLayout(self._box)
        look.changed.connect(self._fit)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        way = QBoxLayout.Direction
        beside = self.width() >= self._look.px(BESIDE)
        self._box.setDirection(way.LeftToRight if beside else way.TopToBottom)
        self._rows.setMinimumHeight(3 * self._rows.row_height() + self._look.px(4))
        self._detail.setMinimumHeight(self._look.px(LEAST if beside else BELOW))

    def reveal(self, widget: QWidget) -> None:
        """Scroll the detail so that a widget in it is in view."""
        if self._detail.isAncestorOf(widget):
            self._detail.ensureWidgetVisible(widget, 0, self._look.px(24))
