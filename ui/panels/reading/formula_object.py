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

from ui.panels.reading.formats import CELL_SIDE, DISPLAY, ROOM, TEX, PageFormats
from ui.panels.reading.supply import FormulaKey, Supply
from ui.widgets.wrapping import wrap_option

_WIDEST, _NARROWEST, _LEAST = 560, 160, 0.75
"""px at 100 %: formulas wider than this, or than a narrow page, shrink to it, but no further than this share of their
size; longer TeX wraps."""


class FormulaObject(QPyTextObject):
    """The handler of `formats.FORMULA` for one page."""

    def __init__(self, document: QTextDocument, supply: Supply, formats: PageFormats) -> None:
        super().__init__(document)
        self._supply = supply
        self.formats = formats

    def intrinsicSize(self, document: QTextDocument, position: int, shape: QTextFormat) -> QSizeF:
        width, ascent, descent = self._metrics(shape, self._room(document, shape))
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
        widest = self._room(document, shape)
        width, ascent, descent = self._metrics(shape, widest)
        top = room.top()
        if not shape.property(DISPLAY):  # AlignBaseline: the line is the font's descent above the bottom
            top = room.bottom() - _below(shape) - self._lift(shape, descent) - ascent
        picture = self._picture(shape)
        if picture is not None:
            picture.render(painter, QRectF(room.left(), top, width, ascent + descent))
            return
        painter.save()
        painter.setPen(QColor(self.formats.theme.colours.t2))
        self._tex(shape, widest)[0].draw(painter, QPointF(room.left(), top))
        painter.restore()

    def _lift(self, shape: QTextFormat, descent: float) -> float:
        """How much a deep formula stands over the line, so that it does not reach into the next one."""
        return max(0.0, descent - _below(shape) - self.formats.px(4))

    def _room(self, document: QTextDocument, shape: QTextFormat) -> float:
        """The width that a formula should fit, px; in a table it has no more."""
        there, widest = document.textWidth(), self.formats.px(_WIDEST)
        if there < 0:
            return widest
        room = there - document.rootFrame().frameFormat().leftMargin()
        if shape.hasProperty(ROOM):
            share = float(shape.property(ROOM))
            return max(1.0, share if share > 1 else share * room - self.formats.px(2 * CELL_SIDE))
        return max(self.formats.px(_NARROWEST), min(widest, room))

    def _metrics(self, shape: QTextFormat, widest: float) -> tuple[float, float, float]:
        """Width, ascent and descent in px."""
        picture = self._picture(shape)
        if picture is None:
            layout, size = self._tex(shape, widest)
            line = layout.lineAt(0)
            single = layout.lineCount() == 1
            ascent = line.ascent() if single else size.height() / 2
            return size.width(), ascent, size.height() - ascent
        box = picture.viewBoxF()
        least = 0.0 if shape.hasProperty(ROOM) else _LEAST
        scale = max(least, min(1.0, widest / box.width())) if box.width() else 1.0
        return box.width() * scale, -box.top() * scale, box.bottom() * scale

    def key(self, shape: QTextFormat) -> FormulaKey:
        size = shape.toCharFormat().font().pixelSize()
        ink = self.formats.theme.colours.t1
        return (str(shape.property(TEX)), float(size), ink, bool(shape.property(DISPLAY)))

    def _picture(self, shape: QTextFormat) -> QSvgRenderer | None:
        return self._supply.formula(self.key(shape))

    def _tex(self, shape: QTextFormat, widest: float) -> tuple[QTextLayout, QSizeF]:
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
            line.setLineWidth(widest)
            line.setPosition(QPointF(0, y))
            y += line.height()
            width = max(width, line.naturalTextWidth())
        layout.endLayout()
        return layout, QSizeF(width, y)


def _below(shape: QTextFormat) -> float:
    """What the text around takes under the line, px."""
    return QFontMetricsF(shape.toCharFormat().font()).descent()
