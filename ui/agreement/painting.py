"""How Agreement's table is drawn: titles, criteria with their sign and points, squares, α."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableWidget

from ui.i18n import number
from ui.theme.apply import ThemeHolder
from ui.theme.contrast import heat_colours
from ui.widgets.drawn import MIDDLE

if TYPE_CHECKING:
    from app.agreement.overview import Line

Index = QModelIndex | QPersistentModelIndex
RADIUS = 5
FIRST = 2
"""The column of the first grader; before it the criterion and its points, after the last α."""


class SquarePainter(QStyledItemDelegate):
    """lines: None for a task's title."""

    def __init__(self, look: ThemeHolder, lines: Sequence[Line | None], parent: QTableWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._lines = lines
        self._grid = parent

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = self._lines[index.row()]
        column = index.column()
        if line is None:
            self._heading(painter, option.rect, str(index.data() or ""))
            return
        draw: Callable[[QPainter, QRect, Line, Index], None]
        if column == 0:
            draw = self._label
        elif column == 1:
            draw = self._points
        elif column - FIRST < len(line.squares):
            draw = self._square
        else:
            draw = self._alpha
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw(painter, option.rect, line, index)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if draw == self._square and chosen:
            wide = self._look.theme.focus_width if self._grid.hasFocus() else 1
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for tone, edge in (("page", wide + 1.5), ("accent", wide / 2)):
                painter.setPen(QPen(self._look.colour(tone), wide if tone == "accent" else 1))
                box = QRectF(option.rect).adjusted(edge, edge, -edge, -edge)
                painter.drawRoundedRect(box, self._look.px(RADIUS), self._look.px(RADIUS))
        painter.restore()

    def _heading(self, painter: QPainter, box: QRect, title: str) -> None:
        look = self._look
        painter.save()
        painter.setFont(look.font("section"))
        painter.setPen(look.colour("t1"))
        room = box.adjusted(0, look.px(10), -look.px(8), 0)
        shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(MIDDLE), shown)
        painter.restore()

    def _label(self, painter: QPainter, box: QRect, line: Line, index: Index) -> None:
        """At most two lines, the rest in the tooltip; a mark before a criterion that is bad if met."""
        look, px = self._look, self._look.px
        if line.is_negative:
            size = px(16)
            at = QPointF(box.left(), box.center().y() - size / 2)
            ratio = self._grid.devicePixelRatioF()
            painter.drawPixmap(at, look.pixmap("circle-alert", "bad", 16, ratio))
        here = index.row() == self._grid.currentRow()
        font = look.font("strong" if here else "body")
        painter.setFont(font)
        painter.setPen(look.colour("t1"))
        room = box.adjusted(px(24), px(2), -px(8), -px(2))
        for y, words in _two_lines(str(index.data() or ""), QFontMetrics(font), room):
            painter.drawText(
                QRect(room.left(), y, room.width(), QFontMetrics(font).height()), int(MIDDLE), words
            )

    def _points(self, painter: QPainter, box: QRect, line: Line, index: Index) -> None:
        look = self._look
        painter.setFont(look.font("small", figures=True))
        painter.setPen(look.colour("bad" if line.is_negative else "t2"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(0, 0, -look.px(12), 0), int(right), str(index.data() or ""))

    def _alpha(self, painter: QPainter, box: QRect, line: Line, index: Index) -> None:
        look = self._look
        painter.setFont(look.font("strong", figures=True))
        painter.setPen(look.colour("t1" if line.alpha.value is not None else "t3"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), str(index.data() or ""))

    def _square(self, painter: QPainter, box: QRect, line: Line, index: Index) -> None:
        look, px = self._look, self._look.px
        inner = QRectF(box).adjusted(2, 2, -2, -2)
        share = line.squares[index.column() - FIRST].share
        painter.setPen(Qt.PenStyle.NoPen)
        if share is None:
            painter.setBrush(QBrush(look.colour("track"), Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(inner, px(RADIUS), px(RADIUS))
            words = str(index.data() or "")
            if words:
                self._none(painter, box, words)
            return
        ground, figure = heat_colours(100 * share)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(inner, px(RADIUS), px(RADIUS))
        painter.setPen(QColor(figure))
        painter.setFont(look.font("strong", figures=True))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), number(round(100 * share)))

    def _none(self, painter: QPainter, box: QRect, words: str) -> None:
        look, px = self._look, self._look.px
        font = look.font("small")
        wide = QFontMetrics(font).horizontalAdvance(words) + px(24)
        plate = QRectF(0, 0, min(wide, box.width()), QFontMetrics(font).height() + px(8))
        plate.moveCenter(QRectF(box).center())
        painter.setBrush(look.colour("page"))
        painter.drawRoundedRect(plate, px(RADIUS), px(RADIUS))
        painter.setFont(font)
        painter.setPen(look.colour("t2"))
        painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), words)


def _two_lines(text: str, metrics: QFontMetrics, room: QRect) -> list[tuple[int, str]]:
    """(top, words) of one or two lines in the middle of `room`; the second is shortened."""
    high = metrics.height()
    if metrics.horizontalAdvance(text) <= room.width():
        return [(room.center().y() - high // 2, text)]
    words, first = text.split(" "), ""
    while words and metrics.horizontalAdvance(f"{first} {words[0]}".strip()) <= room.width():
        first = f"{first} {words.pop(0)}".strip()
    if not first:  # one long word, or a script without spaces
        cut = len(text)
        while cut > 1 and metrics.horizontalAdvance(text[:cut]) > room.width():
            cut -= 1
        first, rest = text[:cut], text[cut:]
    else:
        rest = " ".join(words)
    top = room.center().y() - high
    second = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, room.width())
    return [(top, first), (top + high, second)]
