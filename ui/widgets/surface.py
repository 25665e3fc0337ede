"""Grounds: panels, bars, cards, wells.

    card = Card(look); card.body.add(Label(look, "ED reasoning", role="section"), Hairline(), chips)
    bar = Surface(look, "bar", across=True, margins=(40, 0, 24, 0), height=48)

Surfaces: desk, panel, page, top, head, tail, status, bar, foot, card, hero, well, sheet.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame

from ui.theme.apply import ThemeHolder
from ui.theme.tokens import RADIUS
from ui.widgets.layout import Box, Column, Margins, Row

_GROUNDS = {
    "desk": ("desk", ""), "panel": ("panel", ""), "page": ("page", ""),
    "top": ("panel", "below"), "head": ("panel", "below"), "bar": ("page", "below"),
    "status": ("panel", "above"), "tail": ("panel", "above"), "foot": ("page", "above"),
}  # fmt: skip
"""Plain grounds: colour, and where their hairline is. They are drawn here and hide what is under them, which the
style sheet's never do; the others have round corners and belong to the style sheet."""


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
        self._ground, self._edge = _GROUNDS.get(surface, ("", ""))
        if self._ground:
            self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
            self.setContentsMargins(0, int(self._edge == "above"), 0, int(self._edge == "below"))
        else:
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
        if self._ground:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._ground:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._look.colour(self._ground))
        if self._edge:
            at = 0 if self._edge == "above" else self.height() - 1
            painter.fillRect(0, at, self.width(), 1, self._look.colour("line"))


class Card(Surface):
    """A raised card, radius 10; hero = radius 12 and more room."""

    def __init__(self, look: ThemeHolder, *, hero: bool = False, spacing: int = 10) -> None:
        super().__init__(
            look,
            "hero" if hero else "card",
            spacing=spacing,
            margins=(24, 20, 24, 20) if hero else (18, 13, 18, 12),
        )


class FocusedCard(Surface):
    """The card of the control in focus: a raised ground with the focus ring."""

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "focused", margins=(12, 12, 12, 12), spacing=10)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        edge = self._look.theme.focus_width
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.colour("accent"), edge))
        painter.setBrush(self._look.colour("raised"))
        inset, radius = edge / 2, self._look.px(RADIUS.card) - edge / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)


class Well(Surface):
    """A sunken note."""

    def __init__(self, look: ThemeHolder, *, spacing: int = 4) -> None:
        super().__init__(look, "well", spacing=spacing, margins=(12, 10, 12, 10))
