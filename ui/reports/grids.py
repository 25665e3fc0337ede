"""Tables of a report and its heat map: real tables, which a screen reader and the arrow keys can enter."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
)

from app.agreement.reports.blocks import Heat, Square, Table
from app.agreement.reports.showing import cell, per_cent
from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.theme.contrast import heat_colours

Index = QModelIndex | QPersistentModelIndex
SQUARE, SQUARE_HIGH, SIDE = 96, 48, 400
"""px at 100 %: of a square, and at most of the names beside it: the task, and under it the criterion."""


class _Grid(QTableWidget):
    """As high as its rows: the page scrolls, not the table."""

    def __init__(self, look: ThemeHolder, name: str, rows: int, columns: int) -> None:
        super().__init__(rows, columns)
        self._look = look
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        for corner in self.findChildren(QAbstractButton):
            corner.setAccessibleName(name)
        self.setFrameShape(QTableWidget.Shape.NoFrame)
        self.setWordWrap(True)
        look.changed.connect(self._fit)

    def _fit(self) -> None:
        head = self.horizontalHeader()
        if self.columnCount() > 6:
            head.setMinimumHeight(2 * QFontMetrics(head.font()).lineSpacing() + self._look.px(10))
        self.resizeRowsToContents()
        for row in range(self.rowCount()):
            self.setRowHeight(row, self.rowHeight(row) + self._look.px(6))
        high = self.horizontalHeader().height() if self.horizontalHeader().isVisible() else 0
        high += sum(self.rowHeight(row) for row in range(self.rowCount()))
        self.setFixedHeight(high + 2)


class TableGrid(_Grid):
    """A table; figures with their interval or the reason why there is none."""

    def __init__(self, look: ThemeHolder, block: Table) -> None:
        super().__init__(look, block.title, len(block.rows), len(block.columns))
        self.setHorizontalHeaderLabels(list(block.columns))
        self.setProperty("grid", "1")
        self.verticalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = self.horizontalHeader()
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        head.setDefaultAlignment(Qt.AlignmentFlag(left.value | Qt.TextFlag.TextWordWrap.value))
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        for column in range(1, len(block.columns)):
            if all(isinstance(row[column], int) for row in block.rows):
                head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        for row, values in enumerate(block.rows):
            for column, value in enumerate(values):
                item = QTableWidgetItem(cell(value, tr))
                item.setToolTip(item.text())
                item.setFont(look.font("body", figures=True))
                self.setItem(row, column, item)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class HeatGrid(_Grid):
    """Rows × graders: the share as figure and ground, n below it. asked: the tasks behind a square."""

    asked = Signal(str, list)

    def __init__(self, look: ThemeHolder, block: Heat) -> None:
        super().__init__(look, block.title, len(block.rows), len(block.columns))
        self._block = block
        self.setHorizontalHeaderLabels(list(block.columns))
        side = self.verticalHeader()
        side.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        side.setHighlightSections(False)
        self.horizontalHeader().setHighlightSections(False)
        self.setItemDelegate(_SquarePainter(look, block, self))
        for row, squares in enumerate(block.squares):
            name = QTableWidgetItem()
            name.setToolTip(block.rows[row])
            name.setData(Qt.ItemDataRole.AccessibleTextRole, block.rows[row])
            self.setVerticalHeaderItem(row, name)
            for column, square in enumerate(squares):
                item = QTableWidgetItem(said(square))
                item.setToolTip(f"{block.rows[row]} · {block.columns[column]}: {said(square)}")
                self.setItem(row, column, item)
        self.cellActivated.connect(self._ask)
        self.cellClicked.connect(self._ask)
        self._fit()

    def _fit(self) -> None:
        look = self._look
        side = self.verticalHeader()
        metrics = QFontMetrics(side.font())
        names = [text.split(" · ", 1) for text in self._block.rows]
        widest = max((metrics.horizontalAdvance(line) for lines in names for line in lines), default=0)
        room = min(widest, look.px(SIDE))
        side.setFixedWidth(room + look.px(24))
        for row, lines in enumerate(names):
            shown = [metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in lines]
            self.verticalHeaderItem(row).setText("\n".join(shown))
        side.setDefaultSectionSize(look.px(SQUARE_HIGH))
        head = QFontMetrics(self.horizontalHeader().font())
        widest = max((head.horizontalAdvance(name) for name in self._block.columns), default=0)
        self.horizontalHeader().setDefaultSectionSize(
            max(look.px(SQUARE), min(widest + look.px(24), look.px(180)))
        )
        for row in range(self.rowCount()):
            self.setRowHeight(row, look.px(SQUARE_HIGH))
        high = self.horizontalHeader().sizeHint().height() + self.rowCount() * look.px(SQUARE_HIGH)
        wide = side.width() + self.columnCount() * self.horizontalHeader().defaultSectionSize()
        self.setMaximumWidth(wide + 2)
        bar = self.horizontalScrollBar().sizeHint().height() if self.width() < wide else 0
        self.setFixedHeight(high + bar + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _ask(self, row: int, column: int) -> None:
        square = self._block.squares[row][column]
        if square.tasks:
            self.asked.emit(f"{self._block.rows[row]} · {self._block.columns[column]}", list(square.tasks))


def said(square: Square) -> str:
    """`86 %, n 120`, or a dash."""
    return "–" if square.share is None else f"{per_cent(square.share)}, n {square.n}"


class _SquarePainter(QStyledItemDelegate):
    def __init__(self, look: ThemeHolder, block: Heat, parent: HeatGrid) -> None:
        super().__init__(parent)
        self._look = look
        self._block = block

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._look.px(SQUARE), self._look.px(SQUARE_HIGH))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = self._look
        square = self._block.squares[index.row()][index.column()]
        box: QRect = option.rect.adjusted(1, 1, -1, -1)
        painter.save()
        ink = look.colour("t2")
        if square.share is not None:
            ground, figure = heat_colours(100 * square.share)
            painter.fillRect(box, QColor(ground))
            ink = QColor(figure)
        painter.setPen(ink)
        painter.setFont(look.font("body", weight=600, figures=True))
        if square.share is None:
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), "–")
        else:
            half = box.height() // 2 + look.px(3)
            upper = QRect(box.left(), box.top(), box.width(), half)
            painter.drawText(upper, int(Qt.AlignmentFlag.AlignCenter), per_cent(square.share))
            painter.setFont(look.font("small", figures=True))
            lower = QRect(box.left(), box.top() + half - look.px(3), box.width(), box.height() - half)
            painter.drawText(lower, int(Qt.AlignmentFlag.AlignCenter), f"n {square.n}")
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(look.colour("t1"), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.restore()
