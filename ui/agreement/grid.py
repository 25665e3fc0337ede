"""Criteria × graders as a real table: a screen reader and the arrow keys can enter every square."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
)

from ui.i18n import number, percent, points, tr
from ui.theme.apply import ThemeHolder
from ui.theme.contrast import heat_colours
from ui.widgets.drawn import MIDDLE

if TYPE_CHECKING:
    from app.agreement.overview import Line, Overview

Index = QModelIndex | QPersistentModelIndex
LABEL, POINTS, SQUARE, ALPHA = 200, 52, 64, 64
MOST_SQUARE = 124
"""Widths in px at 100 %."""
HIGH, RADIUS = 44, 5
FIRST = 2
"""The column of the first grader; before it the criterion and its points, after the last α."""
LABEL_SHARE = 0.36


class AgreementGrid(QTableWidget):
    """moved(line, grader): another square is chosen. opened: Enter or a double click on it."""

    moved = Signal(int, int)
    opened = Signal(int, int)

    def __init__(self, look: ThemeHolder, found: Overview, names: Sequence[str], none_words: str) -> None:
        super().__init__(len(found.lines), len(names) + FIRST + 1)
        self._look = look
        self._lines = found.lines
        self._graders = len(names)
        self.setAccessibleName(tr("Agreement by criterion and grader"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setFrameShape(QTableWidget.Shape.NoFrame)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalHeaderLabels([tr("Criterion"), "", *names, "α"])
        first = QTableWidgetItem(tr("Criterion"))
        first.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setHorizontalHeaderItem(0, first)
        self.setItemDelegate(_Painter(look, found.lines, self))
        for row, line in enumerate(found.lines):
            self._fill(row, line, names, none_words)
        self.currentCellChanged.connect(self._to)
        self.cellDoubleClicked.connect(lambda row, column: self._open())
        look.changed.connect(self._fit)
        self._fit()

    def _fill(self, row: int, line: Line, names: Sequence[str], none_words: str) -> None:
        label = QTableWidgetItem(line.label)
        label.setToolTip(line.label)
        worth = "" if line.points is None else points(line.points)
        bad = tr("Bad if this is met") if line.is_negative else ""
        label.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(x for x in (line.label, worth, bad) if x))
        self.setItem(row, 0, label)
        self.setItem(row, 1, QTableWidgetItem(worth))
        empty = all(square.share is None for square in line.squares)
        for column, (name, square) in enumerate(zip(names, line.squares, strict=True)):
            said = none_words if square.share is None else percent(square.share)
            item = QTableWidgetItem(said if square.share is not None or (empty and not column) else "")
            n = tr("{same} of {all}", same=number(square.same), all=number(square.n))
            words = f"{name}: {said}, {n}" if square.share is not None else f"{name}: {said}"
            item.setToolTip(f"{line.label}\n{words}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{line.label}, {words}")
            self.setItem(row, FIRST + column, item)
        alpha = QTableWidgetItem("–" if line.alpha.value is None else number(line.alpha.value))
        self.setItem(row, FIRST + len(names), alpha)
        if empty and len(names) > 1:
            self.setSpan(row, FIRST, 1, len(names))

    def chosen(self) -> tuple[int, int]:
        """(line, grader); −1 where none is chosen."""
        column = self.currentColumn() - FIRST
        return self.currentRow(), min(max(column, 0), self._graders - 1) if self._graders else -1

    def choose(self, row: int, column: int) -> None:
        self.setCurrentCell(row, FIRST + column)

    def square_rect(self) -> QRect:
        """Of the chosen square, in this widget."""
        box = self.visualRect(self.currentIndex())
        return box.translated(0, self.horizontalHeader().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _open(self) -> None:
        row, column = self.chosen()
        if row >= 0:
            self.opened.emit(row, column)

    def _to(self, row: int, column: int, _row: int, _column: int) -> None:
        """The columns that are no squares cannot be chosen."""
        if row >= 0:
            inside = min(max(column, FIRST), FIRST + self._graders - 1)
            if inside != column:
                self.setCurrentCell(row, inside)
            else:
                self.moved.emit(row, column - FIRST)

    def _fit(self) -> None:
        px, look = self._look.px, self._look
        parent = self.parentWidget()
        room = max(parent.width() if parent is not None else self.width(), px(360))
        least = QFontMetrics(look.font("strong")).horizontalAdvance("100") + px(24)
        label = max(px(LABEL), int(room * LABEL_SHARE))
        left = room - label - px(POINTS) - px(ALPHA) - px(4)
        each = min(max(left // max(self._graders, 1), least, px(SQUARE)), px(MOST_SQUARE))
        self.setColumnWidth(0, label)
        self.setColumnWidth(1, px(POINTS))
        for column in range(self._graders):
            self.setColumnWidth(FIRST + column, each)
        self.setColumnWidth(FIRST + self._graders, px(ALPHA))
        high = max(px(HIGH), 2 * look.theme.line_px("body") + px(8))
        for row in range(self.rowCount()):
            self.setRowHeight(row, high)
        wide = sum(self.columnWidth(column) for column in range(self.columnCount()))
        self.setMaximumWidth(wide + 2)
        bar = self.horizontalScrollBar().sizeHint().height() if wide > room else 0
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + self.rowCount() * high + bar + 2)


class _Painter(QStyledItemDelegate):
    def __init__(self, look: ThemeHolder, lines: Sequence[Line], parent: AgreementGrid) -> None:
        super().__init__(parent)
        self._look = look
        self._lines = lines
        self._grid = parent

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = self._lines[index.row()]
        column = index.column()
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
        for y, words in _two_lines(line.label, QFontMetrics(font), room):
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
            painter.setBrush(QBrush(look.colour("line2"), Qt.BrushStyle.BDiagPattern))
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
