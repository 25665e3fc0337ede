"""CSV and Excel: a table whose head stays, filled as it is scrolled; the whole text of a cell in the line above."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QTableView

from app.decoding.values import Look, Rows
from app.errors import AssayError
from ui.i18n import number, tr, trn
from ui.panels.attachments.files import File
from ui.panels.attachments.viewer import Viewer
from ui.theme.apply import ThemeHolder
from ui.widgets.choice import TabStrip
from ui.widgets.fields import TextField
from ui.widgets.surface import Surface
from ui.widgets.text import Label

PORTION = 400
"""Rows of one question."""
WIDEST = 320
"""px of a column at first."""
_MEASURED = 60
_SHOWN = 400
"""Characters of a cell that are drawn; the line above shows all of it."""
Index = QModelIndex | QPersistentModelIndex


def column_name(at: int) -> str:
    """A, B, … Z, AA, …"""
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(65 + rest) + name
    return name


class TableModel(QAbstractTableModel):
    """Rows as they come; the first is the head when every cell of it holds words of its own."""

    wanted = Signal(int)

    def __init__(self, columns: int) -> None:
        super().__init__()
        self._columns = columns
        self._rows: list[tuple[str, ...]] = []
        self._head: tuple[str, ...] | None = None
        self._more = True
        self._asked = False

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        return 0 if parent.isValid() else len(self._rows) - (self._head is not None)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(index.row(), index.column())[:_SHOWN].replace("\n", " ⏎ ")
        if role == Qt.ItemDataRole.TextAlignmentRole and _is_number(self.cell(index.row(), index.column())):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1 + (self._head is not None))
        head = self._head
        return head[section] if head is not None and section < len(head) else column_name(section)

    def cell(self, row: int, column: int) -> str:
        """All of a cell's text."""
        cells = self._rows[row + (self._head is not None)]
        return cells[column] if column < len(cells) else ""

    def canFetchMore(self, parent: Index) -> bool:
        return self._more and not self._asked

    def fetchMore(self, parent: Index) -> None:
        self._asked = True
        self.wanted.emit(len(self._rows))

    def add(self, found: Rows) -> None:
        """Rows after those that are there."""
        self._asked, self._more = False, found.more
        widest = max((len(row) for row in found.rows), default=0)
        if not self._rows or widest > self._columns:
            self.beginResetModel()
            first = not self._rows
            self._columns = max(self._columns, widest)
            self._rows += found.rows
            if first and found.rows:
                self._head = _head(found.rows)
            self.endResetModel()
        elif found.rows:
            begin = self.rowCount()
            self.beginInsertRows(QModelIndex(), begin, begin + len(found.rows) - 1)
            self._rows += found.rows
            self.endInsertRows()

    def stop(self) -> None:
        """Nothing more can be had."""
        self._asked = self._more = False

    @property
    def more(self) -> bool:
        return self._more


def _head(rows: Sequence[tuple[str, ...]]) -> tuple[str, ...] | None:
    first = rows[0]
    whole = len(rows) > 1 and len(first) >= max(len(row) for row in rows[:50])
    named = all(cell.strip() and not _is_number(cell) for cell in first)
    return first if whole and named and len(set(first)) == len(first) else None


def _is_number(text: str) -> bool:
    digits = text.strip().lstrip("+-−").replace(",", "").replace(".", "", 1).rstrip("%")
    return digits.isdigit() and len(text) < 30


class _Table(QTableView):
    """Ctrl+C copies the chosen cells, parted by tabs. Left and right move among cells."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.chosen())
        else:
            super().keyPressEvent(event)

    def chosen(self) -> str:
        model = self.model()
        if not isinstance(model, TableModel):
            return ""
        cells = {(i.row(), i.column()): model.cell(i.row(), i.column()) for i in self.selectedIndexes()}
        rows = sorted({row for row, _ in cells})
        columns = sorted({column for _, column in cells})
        return "\n".join("\t".join(cells.get((r, c), "") for c in columns) for r in rows)


class TableViewer(Viewer):
    def __init__(self, look: ThemeHolder, file: File, facts: Look) -> None:
        super().__init__(look, file, facts)
        self.view = _Table()
        self.view.setProperty("grid", "1")
        self.view.setAccessibleName(file.attachment.name)
        self.view.setWordWrap(False)
        self.view.setAlternatingRowColors(False)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.sheets = TabStrip(look, tr("Sheets"), [(f"{n}", s.name) for n, s in enumerate(facts.sheets)])
        self.line = TextField(look, tr("All of the cell"))
        self.line.setReadOnly(True)
        self._where = Label(look, role="small", figures=True)
        self._count = Label(look, role="small", figures=True)
        bar = Surface(look, "bar", across=True, spacing=8, margins=(12, 5, 12, 5), height=44)
        bar.body.add(self._where, (self.line, 1), self._count)
        self._models: dict[int, TableModel] = {}
        self.body.add(bar, (self.view, 1))
        if len(facts.sheets) > 1:
            foot = Surface(look, "foot", across=True, margins=(12, 0, 12, 0))
            foot.body.add(self.sheets, None)
            self.body.add(foot)
        self.sheets.chosen.connect(lambda value: self._show(int(value)))
        look.changed.connect(self._fit_rows)
        self._show(0)

    def _show(self, sheet: int) -> None:
        model = self._models.get(sheet)
        if model is None:
            model = self._models[sheet] = TableModel(self.facts.sheets[sheet].columns)
            model.setParent(self)
            model.wanted.connect(lambda have: self._ask(sheet, have))
        self.view.setModel(model)
        self.view.selectionModel().currentChanged.connect(self._moved)
        self._fit_rows()
        if not model.rowCount() and model.canFetchMore(QModelIndex()):
            model.fetchMore(QModelIndex())

    def _ask(self, sheet: int, have: int) -> None:
        def done(found: Rows) -> None:
            model = self._models[sheet]
            model.add(found)
            if have == 0:
                self._fit_columns()
                self.view.setCurrentIndex(model.index(0, 0))
            self._tell(model)

        def failed(error: AssayError) -> None:
            self._models[sheet].stop()
            self.fail(error)

        self.file.ask(lambda d, s: d.rows(s, sheet, have, PORTION), done=done, failed=failed, owner=self)

    def _tell(self, model: TableModel) -> None:
        n = model.rowCount()
        self._count.setText(tr("{n}+ rows", n=number(n)) if model.more else trn("{n} row", "{n} rows", n))

    def _moved(self, index: QModelIndex) -> None:
        model = self.view.model()
        if index.isValid() and isinstance(model, TableModel):
            head = model.headerData(index.row(), Qt.Orientation.Vertical)
            self._where.setText(f"{column_name(index.column())}{head}")
            self.line.setText(model.cell(index.row(), index.column()).replace("\n", " "))
            self.line.setCursorPosition(0)

    def _fit_rows(self) -> None:
        head = self.view.verticalHeader()
        head.setDefaultSectionSize(self._look.px(28))
        head.setMinimumSectionSize(self._look.px(20))

    def _fit_columns(self) -> None:
        model, metrics, px = self.view.model(), self.view.fontMetrics(), self._look.px
        for column in range(model.columnCount()):
            words = [str(model.headerData(column, Qt.Orientation.Horizontal))]
            words += [str(model.index(row, column).data()) for row in range(min(_MEASURED, model.rowCount()))]
            wide = max(metrics.horizontalAdvance(w[:80]) for w in words) + px(28)
            self.view.setColumnWidth(column, max(px(48), min(wide, px(WIDEST))))

    def take_focus(self) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
