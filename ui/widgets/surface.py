"""Grounds: panels, bars, cards, wells, the rail of a negative criterion.

    card = Card(look); card.body.add(Label(look, "ED reasoning", role="section"), Hairline(), chips)
    bar = Surface(look, "bar", across=True, margins=(40, 0, 24, 0), height=48)

Surfaces: desk, panel, page, top, head, tail, status, bar, foot, card, hero, well, sheet.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from ui.theme.apply import ThemeHolder
from ui.widgets.layout import Box, Column, Margins, Row


class Surface(QFrame):
    """A ground with its own layout in `.body`. height and width are minimums, in px at 100 %."""

    def __init__(
        self,
        look: ThemeHolder,
        surface: str,
        *,
        across: bool = False,
        spacing: int = 8,
        margins: Margins = (0, 0, 0, 0),
        height: int = 0,
        width: int = 0,
    ) -> None:
        super().__init__()
        self._look = look
        self._least = (width, height)
        self.setProperty("surface", surface)
        box = Row if across else Column
        self.body: Box = box(look, spacing=spacing, margins=margins)
        self.setLayout(self.body)
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        width, height = self._least
        if width:
            self.setMinimumWidth(self._look.px(width))
        if height:
            self.setMinimumHeight(self._look.px(height))


class Card(Surface):
    """A raised card, radius 10; hero = radius 12 and more room."""

    def __init__(self, look: ThemeHolder, *, hero: bool = False, spacing: int = 10) -> None:
        super().__init__(
            look,
            "hero" if hero else "card",
            spacing=spacing,
            margins=(24, 20, 24, 20) if hero else (18, 13, 18, 12),
        )


class Well(Surface):
    """A sunken note."""

    def __init__(self, look: ThemeHolder, *, spacing: int = 4) -> None:
        super().__init__(look, "well", spacing=spacing, margins=(12, 10, 12, 10))


class Rail(QWidget):
    """The 3 px line beside a negative criterion; takes its width also when it has no tone."""

    def __init__(self, look: ThemeHolder, tone: str = "") -> None:
        super().__init__()
        self._look = look
        self._tone = tone
        look.changed.connect(self._fit)
        self._fit()

    def set_tone(self, tone: str) -> None:
        if tone != self._tone:
            self._tone = tone
            self.update()

    def _fit(self) -> None:
        self.setFixedWidth(self._look.px(3))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._tone:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour(self._tone))
        painter.drawRoundedRect(QRectF(self.rect()), self.width() / 2, self.width() / 2)
