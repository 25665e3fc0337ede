"""Long lists of two-line rows: icon, number, title, state in words. Fast at 100,000 rows.

    tasks = RowList(look, "Tasks")
    tasks.set_source(count, lambda i: RowData("Septic shock", "Sent", icon="check-check", tone="good",
                                              number="11"))
    tasks.chosen.connect(open_task)     # int: clicked, or Enter
    tasks.set_current(2); tasks.refresh(2); tasks.set_compact(True)

A QTableView with fixed row heights (QListView is unusable at 100,000 rows). `row_at` is called for visible
rows only and must be quick: keep pages of rows in the presenter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QCursor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ui.theme.apply import ThemeHolder
from ui.theme.tokens import RADIUS
from ui.widgets.kept import empty_picture

Index = QModelIndex | QPersistentModelIndex
ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)


@dataclass(frozen=True, slots=True)
class RowData:
    """One row. trailing stands at the right end of the first line (`7 min`, `+5`)."""

    title: str
    detail: str = ""
    icon: str = ""
    tone: str = "t2"
    number: str = ""
    trailing: str = ""

    @property
    def spoken(self) -> str:
        return ", ".join(x for x in (self.number, self.title, self.detail, self.trailing) if x)


class _Model(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._count = 0
        self._row_at: Callable[[int], RowData] = lambda _: RowData("")

    def set_source(self, count: int, row_at: Callable[[int], RowData]) -> None:
        self.beginResetModel()
        self._count, self._row_at = count, row_at
        self.endResetModel()

    def row_at(self, row: int) -> RowData:
        return self._row_at(row)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._count

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._row_at(index.row()).title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._row_at(index.row()).spoken
        return None


class _Painter(QStyledItemDelegate):
    """Draws one row; the chosen one stands on a soft accent with bold words."""

    def __init__(self, look: ThemeHolder, parent: QTableView, model: _Model, lines: int) -> None:
        super().__init__(parent)
        self._look = look
        self._view = parent
        self._model = model
        self._lines = lines
        self.compact = False
        self._ahead: dict[tuple[RowData, bool], QPixmap] = {}
        look.changed.connect(self.fit)
        self.fit()

    def prepare(self, rows: Iterable[tuple[RowData, bool]], size: QSize, ground: str) -> None:
        """Draw rows as they will be painted next: (row, chosen); each serves one painting."""
        self._ahead.clear()
        for row, chosen in rows:
            picture = empty_picture(self._view, size, self._look.colour(ground))
            painter = QPainter(picture)
            self._draw(painter, QRect(QPoint(), size), row, chosen=chosen, hover=False)
            painter.end()
            self._ahead[row, chosen] = picture

    def fit(self) -> None:
        self._ahead.clear()
        look = self._look
        self._body, self._strong = look.font("body"), look.font("strong")
        self._quiet = look.font("quiet", figures=True)
        metrics = QFontMetrics(self._quiet)
        self._number_width = max(
            look.px(17), metrics.horizontalAdvance("0" * len(str(self._model.rowCount())))
        )
        self._first = max(QFontMetrics(self._strong).height(), look.theme.line_px("body"))
        self._second = max(metrics.height(), look.theme.line_px("quiet"))

    def row_height(self) -> int:
        px = self._look.px
        if self.compact:
            return px(44)
        words = self._first if self._lines == 1 else self._first + px(2) + self._second
        return words + px(14)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._look.px(120), self.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, rect = self._model.row_at(index.row()), QRect(option.rect)
        chosen = index.row() == self._view.currentIndex().row()
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if self._ahead and not hover and not self._view.hasFocus():
            drawn = self._ahead.pop((row, chosen), None)
            if drawn is not None and drawn.deviceIndependentSize().toSize() == rect.size():
                painter.drawPixmap(rect.topLeft(), drawn)
                return
        painter.save()
        self._draw(painter, rect, row, chosen=chosen, hover=hover)
        painter.restore()

    def _draw(self, painter: QPainter, rect: QRect, row: RowData, *, chosen: bool, hover: bool) -> None:
        look, px = self._look, self._look.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or hover:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent_soft" if chosen else "hover"))
            if chosen and (look.theme.high_contrast or self._view.hasFocus()):
                painter.setPen(QPen(look.colour("accent"), look.theme.focus_width))
            inset = look.theme.focus_width / 2
            painter.drawRoundedRect(
                QRectF(rect).adjusted(inset, inset, -inset, -inset), px(RADIUS.chip), px(RADIUS.chip)
            )
        x, side = rect.left() + px(8), px(17)
        top = rect.top() + px(7)
        if row.icon:
            tone = "accent" if chosen and row.tone in ("t2", "t3") else row.tone
            mark = look.pixmap(row.icon, tone, 17, self._view.devicePixelRatioF())
            at_x = rect.left() + (rect.width() - side) // 2 if self.compact else x
            at_y = rect.top() + (rect.height() - side) // 2 if self.compact else top
            painter.drawPixmap(at_x, at_y, mark)
            x += side + px(7)
        if not self.compact:
            self._words(painter, rect, x, top, row, chosen)

    def _words(self, painter: QPainter, rect: QRect, x: int, top: int, row: RowData, chosen: bool) -> None:
        look, px = self._look, self._look.px
        right = rect.right() - px(8)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(self._quiet)
        painter.setPen(look.colour("t3"))
        if row.number:
            box = QRect(x, top, self._number_width, self._first)
            painter.drawText(box, middle | int(Qt.AlignmentFlag.AlignRight), row.number)
            x += self._number_width + px(7)
        if row.trailing:
            width = QFontMetrics(self._quiet).horizontalAdvance(row.trailing)
            painter.drawText(QRect(right - width, top, width + 1, self._first), middle, row.trailing)
            right -= width + px(8)
        room = QRect(x, top + self._first + px(2), rect.right() - px(8) - x, self._second)
        if self._lines > 1:
            self._line(painter, room, row.detail)
        painter.setFont(self._strong if chosen else self._body)
        painter.setPen(look.colour("t1"))
        self._line(painter, QRect(x, top, right - x, self._first), row.title)

    @staticmethod
    def _line(painter: QPainter, room: QRect, text: str) -> None:
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)


class RowList(QTableView):
    """lines = 1 leaves the second line out.

    chosen: the row that was clicked or entered; moved: the one that is current now.
    """

    chosen = Signal(int)
    moved = Signal(int)

    def __init__(self, look: ThemeHolder, name: str, *, lines: int = 2) -> None:
        super().__init__()
        self._look = look
        self._rows = _Model(self)
        self._delegate = _Painter(look, self, self._rows, lines)
        self.setAccessibleName(name)
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setProperty("rows", "1")
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setVisible(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.clicked.connect(self._click)
        look.changed.connect(self._fit)
        self._fit()

    def set_source(self, count: int, row_at: Callable[[int], RowData]) -> None:
        """Show other rows; keeps the current row if it still exists."""
        at = self.currentIndex().row()
        self._rows.set_source(count, row_at)
        self._delegate.fit()
        if 0 <= at < count:
            self.set_current(at)

    def refresh(self, row: int | None = None) -> None:
        """A row's data changed, or all did (their number did not)."""
        if row is None:
            self.viewport().update()
        else:
            index = self._rows.index(row, 0)
            self._rows.dataChanged.emit(index, index)

    def set_current(self, row: int) -> None:
        """Mark a row as the one shown; no signal but `moved`.

        Out of view it comes to the middle: who goes on row by row sees what follows, and the list is drawn
        anew once in half a page.
        """
        index = self._rows.index(row, 0)
        was = self.hasAutoScroll()
        self.setAutoScroll(False)  # the view's own would go to the edge first
        self.setCurrentIndex(index)
        self.setAutoScroll(was)
        if not self.viewport().rect().contains(self.visualRect(index)):
            self.scrollTo(index, QTableView.ScrollHint.PositionAtCenter)

    def prepare(self, row: int, ground: str) -> None:
        """Draw a row as it will be when it is current, and the one that is current now when it is not any more.

        ground: the colour that the list stands on.
        """
        now = self.currentIndex()
        if 0 <= row < self._rows.rowCount() and now.isValid():
            rows = [(self._rows.row_at(row), True), (self._rows.row_at(now.row()), False)]
            self._delegate.prepare(rows, self.visualRect(now).size(), ground)

    def set_compact(self, compact: bool) -> None:
        """Icons only, for a narrow window."""
        if compact != self._delegate.compact:
            self._delegate.compact = compact
            bar = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if compact else Qt.ScrollBarPolicy.ScrollBarAsNeeded
            self.setVerticalScrollBarPolicy(bar)  # it would lie over the icons
            self._fit()

    def row_height(self) -> int:
        return self._delegate.row_height()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().row())
        elif (
            event.key() in ENDS and not event.modifiers() and self._rows.rowCount()
        ):  # a table would stay in its row
            self.set_current(0 if event.key() == Qt.Key.Key_Home else self._rows.rowCount() - 1)
        else:
            super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        for index in (previous, current):
            self.viewport().update(self.visualRect(index))
        if current.isValid():
            self.moved.emit(current.row())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows in view: Qt's own painting asks the style sheet about every cell."""
        seen = self.viewport()
        painter, option = QPainter(seen), QStyleOptionViewItem()
        over = self.rowAt(seen.mapFromGlobal(QCursor.pos()).y()) if seen.underMouse() else -1
        wanted: set[int] = set()
        for part in cast("Iterable[QRect]", event.region()):
            first, last = max(self.rowAt(part.top()), 0), self.rowAt(part.bottom())
            wanted.update(range(first, (last if last >= 0 else self._rows.rowCount() - 1) + 1))
        for row in wanted:
            index = self._rows.index(row, 0)
            option.rect = self.visualRect(index)
            hover = QStyle.StateFlag.State_MouseOver if row == over else QStyle.StateFlag.State_None
            option.state = QStyle.StateFlag.State_Enabled | hover
            self._delegate.paint(painter, option, index)

    def _click(self, index: QModelIndex) -> None:
        self.chosen.emit(index.row())

    def _fit(self) -> None:
        self._delegate.fit()
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(self._delegate.row_height())
        self.viewport().update()
