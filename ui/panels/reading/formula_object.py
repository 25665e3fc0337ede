"""Draws a formula inside a document: its picture once there is one, its TeX in monospace until then."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextDocument,
    QTextFormat,
    QTextLayout,
)
from PySide6.QtSvg import QSvgRenderer

from ui.panels.reading.formats import DISPLAY, TEX, PageFormats
from ui.panels.reading.supply import FormulaKey, Supply
from ui.widgets.wrapping import wrap_option

_WIDEST = 560
"""px at 100 %: wider formulas shrink to this, longer TeX wraps."""


class FormulaObject(QPyTextObject):
    """The handler of `formats.FORMULA` for one page."""

    def __init__(self, document: QTextDocument, supply: Supply, formats: PageFormats) -> None:
        super().__init__(document)
        self._supply = supply
        self.formats = formats

    def intrinsicSize(self, document: QTextDocument, position: int, shape: QTextFormat) -> QSizeF:
        width, ascent, descent = self._metrics(shape)
        if shape.property(DISPLAY):
            return QSizeF(width, ascent + descent)
        return QSizeF(width, ascent + _below(shape) + self._lift(shape, descent))

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        document: QTextDocument,
        position: int,
        shape: QTextFormat,
    ) -> None:
        room = QRectF(rect)
        width, ascent, descent = self._metrics(shape)
        top = room.top()
        if not shape.property(DISPLAY):  # AlignBaseline: the line is the font's descent above the bottom
            top = room.bottom() - _below(shape) - self._lift(shape, descent) - ascent
        picture = self._picture(shape)
        if picture is not None:
            picture.render(painter, QRectF(room.left(), top, width, ascent + descent))
            return
        painter.save()
        painter.setPen(QColor(self.formats.theme.colours.t2))
        self._tex(shape)[0].draw(painter, QPointF(room.left(), top))
        painter.restore()

    def _lift(self, shape: QTextFormat, descent: float) -> float:
        """How much a deep formula stands over the line, so that it does not reach into the next one."""
        return max(0.0, descent - _below(shape) - self.formats.px(4))

    def _metrics(self, shape: QTextFormat) -> tuple[float, float, float]:
        """Width, ascent and descent in px."""
        picture = self._picture(shape)
        if picture is None:
            layout, size = self._tex(shape)
            line = layout.lineAt(0)
            single = layout.lineCount() == 1
            ascent = line.ascent() if single else size.height() / 2
            return size.width(), ascent, size.height() - ascent
        box = picture.viewBoxF()
        widest = self.formats.px(_WIDEST)
        scale = min(1.0, widest / box.width()) if box.width() else 1.0
        return box.width() * scale, -box.top() * scale, box.bottom() * scale

    def key(self, shape: QTextFormat) -> FormulaKey:
        size = shape.toCharFormat().font().pixelSize()
        ink = self.formats.theme.colours.t1
        return (str(shape.property(TEX)), float(size), ink, bool(shape.property(DISPLAY)))

    def _picture(self, shape: QTextFormat) -> QSvgRenderer | None:
        return self._supply.formula(self.key(shape))

    def _tex(self, shape: QTextFormat) -> tuple[QTextLayout, QSizeF]:
        font = QFont(self.formats.code_font)
        font.setPixelSize(max(11, round(shape.toCharFormat().font().pixelSize() * 0.83)))
        source = str(shape.property(TEX))
        layout = QTextLayout(source.replace("\n", "\u2028"), font)
        option = wrap_option(source)
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        layout.setTextOption(option)
        layout.beginLayout()
        y = width = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(self.formats.px(_WIDEST))
            line.setPosition(QPointF(0, y))
            y += line.height()
            width = max(width, line.naturalTextWidth())
        layout.endLayout()
        return layout, QSizeF(width, y)


def _below(shape: QTextFormat) -> float:
    """What the text around takes under the line, px."""
    return QFontMetricsF(shape.toCharFormat().font()).descent()
