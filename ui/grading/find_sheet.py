"""Find in the batch: a side sheet over the tasks with a field and the hits; Enter goes to one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from app.services.values import Hit
from ui.i18n import tr, trn
from ui.theme.apply import ThemeHolder
from ui.widgets.button import IconButton
from ui.widgets.fields import SearchField
from ui.widgets.layout import Row
from ui.widgets.rows import RowData, RowList
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

TYPING_MS = 150


class FindSheet(Surface):
    """asked(query) after a pause in typing · picked(Hit) · left()."""

    asked = Signal(str)
    picked = Signal(object)
    left = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "sheet", margins=(14, 14, 14, 12), spacing=8)
        self.setAccessibleName(tr("Find in the batch"))
        self.field = SearchField(
            look, tr("Find in the batch"), placeholder=tr("Words in any task, or your comments")
        )
        self.field.textChanged.connect(self._typed)
        self.field.left.connect(self.left)
        close = IconButton(look, "x", tr("Close"), key="Esc")
        close.clicked.connect(self.left)
        self._state = Paragraph(look, role="small")
        self.list = RowList(look, tr("Tasks found"))
        self.list.chosen.connect(self._pick)
        self._hits: tuple[Hit, ...] = ()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_MS)
        self._pause.timeout.connect(lambda: self.asked.emit(self.field.text()))
        self.body.add(Row(look, Label(look, tr("Find in the batch"), role="section"), None, close))
        self.body.add(self.field, self._state, (self.list, 1))
        self.setVisible(False)

    def open_sheet(self) -> None:
        self.setVisible(True)
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def show_hits(self, hits: Sequence[Hit], query: str) -> None:
        """The hits for a query; those of an older query are passed over."""
        if query != self.field.text():
            return
        self._hits = tuple(hits)
        self.list.set_source(len(hits), self._row)
        if hits:
            self.list.set_current(0)
        words = trn("{n} task found", "{n} tasks found", len(hits)) if hits else tr("Nothing found.")
        self._state.setText(words if query.strip() else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and Enter work from the field."""
        key, at = event.key(), self.list.currentIndex().row()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._hits:
            self._pick(max(at, 0))
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._hits:
            step = 1 if key == Qt.Key.Key_Down else -1
            self.list.set_current(min(max(at + step, 0), len(self._hits) - 1))
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _row(self, at: int) -> RowData:
        hit = self._hits[at]
        own = bool(hit.path)
        detail = tr("You wrote: {text}", text=hit.snippet) if own else hit.snippet
        return RowData(
            hit.title or hit.task, detail, icon="message-square" if own else "file-text", tone="t3"
        )

    def _pick(self, at: int) -> None:
        if at < len(self._hits):
            self.picked.emit(self._hits[at])

    def _typed(self) -> None:
        self._pause.start()
