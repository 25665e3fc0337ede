"""A list over the reading page to go somewhere: the links of a task, the headings and the code of a response."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.button import IconButton
from ui.widgets.layout import Row
from ui.widgets.rows import RowData, RowList
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

WIDTH, MOST_ROWS = 460, 9


class GoSheet(Surface):
    """closed(): the keyboard goes back to where it was."""

    closed = Signal()

    def __init__(self, look: ThemeHolder, over: QWidget) -> None:
        super().__init__(look, "sheet", margins=(14, 12, 14, 12), spacing=6)
        self.setParent(over)
        self._go: Callable[[int], None] = lambda _: None
        self._title = Label(look, role="section")
        self._nothing = Paragraph(look, role="small")
        self.list = RowList(look, tr("Go to"))
        self.list.chosen.connect(self._chosen)
        close = IconButton(look, "x", tr("Close"), key="Esc")
        close.clicked.connect(self.close_sheet)
        self.body.add(Row(look, self._title, None, close), self._nothing, self.list)
        self.setVisible(False)

    def open_sheet(
        self, title: str, rows: Sequence[RowData], go: Callable[[int], None], nothing: str
    ) -> None:
        """Show rows; `go` gets the place of the one that is chosen. nothing: what is said without rows."""
        shown = tuple(rows)
        self._go = go
        self._title.setText(title)
        self.setAccessibleName(title)
        self._nothing.setText("" if shown else nothing)
        self._nothing.setVisible(not shown)
        self.list.setVisible(bool(shown))
        self.list.set_source(len(shown), lambda at: shown[at] if at < len(shown) else RowData(""))
        self.list.setFixedHeight(self.list.row_height() * min(max(len(shown), 1), MOST_ROWS))
        self.setVisible(True)
        self._place()
        self.raise_()
        if shown:
            self.list.set_current(0)
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _place(self) -> None:
        over = self.parentWidget()
        px = self._look.px
        if over is not None:
            self.setFixedWidth(min(px(WIDTH), over.width() - px(16)))
            self.adjustSize()
            self.move(px(8), min(px(52), max(0, over.height() - self.height())))

    def close_sheet(self) -> bool:
        """False if it was not open."""
        if self.isHidden():
            return False
        self.setVisible(False)
        self.closed.emit()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_sheet()
        else:
            super().keyPressEvent(event)

    def _chosen(self, at: int) -> None:
        self.close_sheet()
        self._go(at)
