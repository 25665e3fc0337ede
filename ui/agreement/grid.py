"""Criteria × graders as a real table: a screen reader and the arrow keys can enter every square."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
)

from ui.agreement.painting import FIRST, SquarePainter
from ui.i18n import number, percent, points, tr
from ui.theme.apply import ThemeHolder

if TYPE_CHECKING:
    from app.agreement.overview import Line, Overview

Index = QModelIndex | QPersistentModelIndex
LABEL, POINTS, SQUARE, ALPHA = 200, 52, 64, 64
MOST_SQUARE = 124
"""Widths in px at 100 %."""
HIGH, HEADING = 44, 38
LABEL_SHARE = 0.36


class AgreementGrid(QTableWidget):
    """moved(line, grader): another square is chosen. opened: Enter or a double click on it."""

    moved = Signal(int, int)
    opened = Signal(int, int)

    def __init__(
        self,
        look: ThemeHolder,
        found: Overview,
        labels: Sequence[tuple[str, str]],
        names: Sequence[str],
        none_words: str,
    ) -> None:
        """labels: (title, words) of each line; lines with one title stand under it. names: of the graders."""
        self._places = _with_headings([title for title, _ in labels])
        super().__init__(len(self._places), len(names) + FIRST + 1)
        self._look = look
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
        lines = [None if place < 0 else found.lines[place] for place in self._places]
        self.setItemDelegate(SquarePainter(look, lines, self))
        for row, line in enumerate(lines):
            if line is None:
                self._head(row, labels[self._places[row + 1]][0])
            else:
                self._fill(row, line, labels[self._places[row]][1], names, none_words)
        self.currentCellChanged.connect(self._to)
        self.cellDoubleClicked.connect(lambda row, column: self._open())
        look.changed.connect(self._fit)
        self._fit()

    def _head(self, row: int, title: str) -> None:
        item = QTableWidgetItem(title)
        item.setToolTip(title)
        self.setItem(row, 0, item)
        self.setSpan(row, 0, 1, self.columnCount())

    def _fill(self, row: int, line: Line, text: str, names: Sequence[str], none_words: str) -> None:
        label = QTableWidgetItem(text)
        label.setToolTip(text)
        worth = "" if line.points is None else points(line.points)
        bad = tr("Bad if this is met") if line.is_negative else ""
        label.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(x for x in (text, worth, bad) if x))
        self.setItem(row, 0, label)
        self.setItem(row, 1, QTableWidgetItem(worth))
        empty = all(square.share is None for square in line.squares)
        for column, (name, square) in enumerate(zip(names, line.squares, strict=True)):
            said = none_words if square.share is None else percent(square.share)
            item = QTableWidgetItem(said if square.share is not None or (empty and not column) else "")
            n = tr("{same} of {all}", same=number(square.same), all=number(square.n))
            words = f"{name}: {said}, {n}" if square.share is not None else f"{name}: {said}"
            item.setToolTip(f"{text}\n{words}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{text}, {words}")
            self.setItem(row, FIRST + column, item)
        alpha = QTableWidgetItem("–" if line.alpha.value is None else number(line.alpha.value))
        self.setItem(row, FIRST + len(names), alpha)
        if empty and len(names) > 1:
            self.setSpan(row, FIRST, 1, len(names))

    def chosen(self) -> tuple[int, int]:
        """(line, grader); −1 where none is chosen."""
        row, column = self.currentRow(), self.currentColumn() - FIRST
        line = self._places[row] if row >= 0 else -1
        return line, min(max(column, 0), self._graders - 1)

    def choose(self, line: int, column: int) -> None:
        self.setCurrentCell(self._places.index(line), FIRST + column)

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

    def _to(self, row: int, column: int, before: int, _column: int) -> None:
        """What is no square cannot be chosen: a task's title, and the columns around the graders."""
        if row < 0:
            return
        inside = min(max(column, FIRST), FIRST + self._graders - 1)
        if self._places[row] < 0:
            on = row - 1 if before > row > 0 else row + 1
            self.setCurrentCell(on, inside)
        elif inside != column:
            self.setCurrentCell(row, inside)
        else:
            self.moved.emit(self._places[row], column - FIRST)

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
            self.setRowHeight(row, high if self._places[row] >= 0 else px(HEADING))
        rows = sum(self.rowHeight(row) for row in range(self.rowCount()))
        wide = sum(self.columnWidth(column) for column in range(self.columnCount()))
        self.setMaximumWidth(wide + 2)
        bar = self.horizontalScrollBar().sizeHint().height() if wide > room else 0
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows + bar + 2)


def _with_headings(titles: Sequence[str]) -> list[int]:
    """The line of each row; −1 where the title of the next line stands."""
    found: list[int] = []
    for at, title in enumerate(titles):
        if title and (not at or titles[at - 1] != title):
            found.append(-1)
        found.append(at)
    return found
