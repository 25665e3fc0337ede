"""What lies under the text of a page: grounds of code with line numbers, bars of quotes, rules."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTextBlock, QTextDocument

from ui.panels.reading.formats import (
    CODE_END,
    CODE_LINE,
    GROUND_X,
    MARKER,
    NUMBERED,
    QUOTES,
    RULE,
    PageFormats,
)
from ui.theme.tokens import RADIUS


def first_block_at(document: QTextDocument, y: float) -> QTextBlock:
    """The block at a height of the page, or the next one before it."""
    layout = document.documentLayout()
    low, high = 0, document.blockCount() - 1
    while low < high:
        middle = (low + high + 1) // 2
        rect = layout.blockBoundingRect(document.findBlockByNumber(middle))
        if rect.top() <= y:
            low = middle
        else:
            high = middle - 1
    return document.findBlockByNumber(low)


def blocks_in(document: QTextDocument, seen: QRectF) -> list[tuple[QTextBlock, QPointF]]:
    """The blocks of the part of the page that is seen, each with where its layout begins on the page."""
    layout = document.documentLayout()
    found, block = [], _before(document, seen.top())
    while block.isValid():
        origin = layout.blockBoundingRect(block).topLeft()
        if origin.y() > seen.bottom():
            break
        found.append((block, origin))
        block = block.next()
    return found


def _before(document: QTextDocument, y: float) -> QTextBlock:
    block = first_block_at(document, y)
    for _ in range(2):  # cells of one row start at one height
        if block.previous().isValid():
            block = block.previous()
    return block


def paint_under(painter: QPainter, document: QTextDocument, formats: PageFormats, seen: QRectF) -> None:
    """Paint for the part of the page that is seen; the painter's origin is the page's."""
    layout = document.documentLayout()
    frame = document.rootFrame().frameFormat()
    left, right = frame.leftMargin(), document.textWidth() - frame.rightMargin()
    block = _before(document, seen.top())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    while block.isValid():
        shape = block.blockFormat()
        origin = layout.blockBoundingRect(block).top()
        if origin > seen.bottom():
            break
        if shape.hasProperty(CODE_LINE):
            _code_line(painter, block, formats, origin, left + float(shape.property(GROUND_X)), right)
        if shape.hasProperty(QUOTES):
            _bars(painter, block, formats, origin, (left, right), str(shape.property(QUOTES)))
        if shape.hasProperty(MARKER):
            _marker(painter, block, formats, origin, str(shape.property(MARKER)))
        if shape.hasProperty(RULE):
            y = round(origin + text_height(block) / 2) + 0.5
            painter.setPen(QPen(QColor(formats.theme.colours.line), 1))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
        block = block.next()


def text_height(block: QTextBlock) -> float:
    """From where the layout of a block begins to the bottom of its last line, px."""
    text = block.layout()
    if not text.lineCount():
        return 0.0
    last = text.lineAt(text.lineCount() - 1)
    return last.y() + last.height()


def _code_line(
    painter: QPainter, block: QTextBlock, formats: PageFormats, origin: float, left: float, right: float
) -> None:
    shape, pad = block.blockFormat(), formats.px(10)
    number = int(shape.property(CODE_LINE))
    first, last = number == 1, shape.hasProperty(CODE_END)
    top = origin - (pad if first else 0)
    bottom = origin + text_height(block) + (pad if last else 0)
    radius = formats.px(RADIUS.well)
    colours = formats.theme.colours
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.sunken))
    painter.setClipRect(QRectF(left, top, right - left, bottom - top))
    painter.drawRoundedRect(
        QRectF(
            left,
            top - (0 if first else radius),
            right - left,
            bottom - top + (0 if first else radius) + (0 if last else radius),
        ),
        radius,
        radius,
    )
    painter.restore()
    room = int(shape.property(NUMBERED))
    text = block.layout()
    if room and number > 0 and text.lineCount():
        line = text.lineAt(0)
        painter.setFont(formats.number_font)
        painter.setPen(QColor(colours.t3))
        baseline = origin + line.y() + line.ascent()
        metrics = painter.fontMetrics()
        x = left + formats.px(8) + room - formats.px(6) - metrics.horizontalAdvance(str(number))
        painter.drawText(QPointF(x, baseline), str(number))


def _marker(painter: QPainter, block: QTextBlock, formats: PageFormats, origin: float, marker: str) -> None:
    """A bullet, a number or a box beside the first line, on the side where the text begins."""
    text = block.layout()
    if not text.lineCount():
        return
    line, colours = text.lineAt(0), formats.theme.colours
    rtl = block.textDirection() == Qt.LayoutDirection.RightToLeft
    edge = text.position().x() + (line.x() + line.width() if rtl else line.x())
    gap, way = formats.px(9), 1 if rtl else -1
    baseline = origin + line.y() + line.ascent()
    middle = baseline - formats.px(formats.reading.body) * 0.3
    quiet = QColor(colours.t2)
    if marker in ("[ ]", "[x]"):
        side = formats.px(14)
        x = edge + gap if rtl else edge - gap - side
        box = QRectF(round(x) + 0.5, round(middle - side / 2) + 0.5, side, side)
        painter.setPen(QPen(QColor(colours.line2), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 3, 3)
        if marker == "[x]":
            painter.setPen(QPen(QColor(colours.t1), formats.px(2)))
            third = side / 4
            tick = (QPointF(third, side / 2), QPointF(side * 0.45, side * 0.7), QPointF(side - third, third))
            painter.drawPolyline([box.topLeft() + point for point in tick])
    elif len(marker) == 1:
        radius = formats.px(5) / 2 + (0.25 if marker == "•" else 0)
        centre = QPointF(edge + way * (gap + radius), middle)
        painter.setPen(QPen(quiet, 1.2) if marker == "◦" else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if marker == "◦" else quiet)
        if marker == "▪":
            painter.drawRect(QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius))
        else:
            painter.drawEllipse(centre, radius, radius)
    else:
        painter.setFont(formats.marker_font)
        painter.setPen(quiet)
        width = painter.fontMetrics().horizontalAdvance(marker)
        at = edge + formats.px(6) if rtl else edge - formats.px(6) - width
        painter.setLayoutDirection(block.textDirection())
        painter.drawText(QPointF(at, baseline), marker)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def _bars(
    painter: QPainter,
    block: QTextBlock,
    formats: PageFormats,
    origin: float,
    edges: tuple[float, float],
    bars: str,
) -> None:
    following = block.next()
    joined = following.isValid() and following.blockFormat().hasProperty(QUOTES)
    below = block.blockFormat().bottomMargin() if joined else 0.0
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(formats.theme.colours.line))
    wide = formats.px(3)
    rtl = block.textDirection() == Qt.LayoutDirection.RightToLeft
    for bar in bars.split():
        x = edges[1] - int(bar) - wide if rtl else edges[0] + int(bar)
        painter.drawRect(QRectF(x, origin, wide, text_height(block) + below))
