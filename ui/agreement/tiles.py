"""The figures at the top of Agreement: each with its interval, drawn and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.agreement.words import figure_words
from ui.i18n import number, percent, tr
from ui.theme.apply import ThemeHolder
from ui.theme.contrast import heat_colours
from ui.widgets.drawn import MIDDLE, Drawn
from ui.widgets.layout import Row
from ui.widgets.surface import Card
from ui.widgets.text import Label, Paragraph

if TYPE_CHECKING:
    from app.agreement.figures import Figure

LEAST, RANGE = 196, 146
"""Widths in px at 100 %."""
STEPS = 12


class FigureTile(Card):
    """share: written as per cent."""

    def __init__(self, look: ThemeHolder, name: str, found: Figure, *, share: bool = False) -> None:
        super().__init__(look, spacing=4)
        self.name = name
        words = figure_words(found)
        self.setAccessibleName(f"{name}: {words}")
        self.body.add(Label(look, name, role="small"))
        if found.value is None:
            self.body.add(Label(look, "–", role="title"), Paragraph(look, words, role="quiet"))
            return
        shown = percent(found.value) if share else number(found.value)
        interval = ""
        if found.low is not None and found.high is not None:
            low, high = (percent(x) if share else number(x) for x in (found.low, found.high))
            interval = tr("{low} to {high}", low=low, high=high)
        values = Row(look, spacing=8)
        values.put(Label(look, shown, role="title", figures=True), Qt.AlignmentFlag.AlignBottom)
        values.add(None)
        values.put(Label(look, interval, role="small", figures=True), Qt.AlignmentFlag.AlignBottom)
        self.body.add(values, _Bar(look, found))
        if not interval and found.reason:
            self.body.add(Paragraph(look, words, role="quiet"))

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(max(hint.width(), self._look.px(LEAST)), hint.height())


class _Bar(QWidget):
    """Zero to one, the interval as a soft block, the value as a stroke."""

    def __init__(self, look: ThemeHolder, found: Figure) -> None:
        super().__init__()
        self._look = look
        self._found = found
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(80), self._look.px(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, px, found = self._look, self._look.px, self._found
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, wide = self.height() / 2, float(self.width())
        painter.fillRect(QRectF(0, middle - 1, wide, 2), look.colour("track"))

        def x(value: float) -> float:
            return min(max(value, 0.0), 1.0) * (wide - px(3))

        painter.setPen(Qt.PenStyle.NoPen)
        if found.low is not None and found.high is not None:
            painter.setBrush(look.colour("sel"))
            block = QRectF(x(found.low), middle - px(4), max(x(found.high) - x(found.low), px(3)), px(8))
            painter.drawRoundedRect(block, px(2), px(2))
        if found.value is not None:
            painter.fillRect(QRectF(x(found.value), middle - px(7), px(3), px(14)), look.colour("accent"))


class HeatRange(Drawn):
    """From the lowest share to the highest, as the squares are coloured."""

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look)
        self._low, self._high = 0.0, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set(self, low: float, high: float) -> None:
        self._low, self._high = low, high
        self.setAccessibleName(tr("{low} to {high}", low=percent(low), high=percent(high)))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px, metrics = self._look.px, self._look.metrics("small", figures=True)
        words = metrics.horizontalAdvance(percent(self._low)) + metrics.horizontalAdvance(percent(self._high))
        return QSize(words + px(RANGE) + px(16), metrics.height() + px(4))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, px = self._look, self._look.px
        metrics = look.metrics("small", figures=True)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font("small", figures=True))
        painter.setPen(look.colour("t2"))
        painter.drawText(self.rect(), MIDDLE, percent(self._low))
        left = metrics.horizontalAdvance(percent(self._low)) + px(8)
        box = QRectF(left, self.height() / 2 - px(4), px(RANGE), px(8))
        painter.drawText(
            self.rect().adjusted(round(box.right()) + px(8), 0, 0, 0), MIDDLE, percent(self._high)
        )
        shades = QLinearGradient(box.topLeft(), box.topRight())
        for step in range(STEPS + 1):
            share = self._low + (self._high - self._low) * step / STEPS
            shades.setColorAt(step / STEPS, QColor(heat_colours(100 * share)[0]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shades)
        painter.drawRoundedRect(box, px(3), px(3))
