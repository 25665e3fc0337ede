"""The bar that finds words in the prompt and in the response in front."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from ui.i18n import number, tr
from ui.theme.apply import ThemeHolder
from ui.widgets.button import IconButton
from ui.widgets.fields import SearchField
from ui.widgets.notice import announce
from ui.widgets.surface import Surface
from ui.widgets.text import Label


class _Field(SearchField):
    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Up):
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier or event.key() == Qt.Key.Key_Up
            self.stepped.emit(-1 if back else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FindBar(Surface):
    """asked(words); stepped(±1); closed(). `tell` says how many were found and which is in front."""

    asked = Signal(str)
    stepped = Signal(int)
    closed = Signal()

    def __init__(self, look: ThemeHolder, *, name: str = "", placeholder: str = "") -> None:
        """name, placeholder: of another place than a task."""
        super().__init__(look, "bar", across=True, spacing=8, margins=(36, 6, 20, 6), height=44)
        self.field = _Field(
            look,
            name or tr("Find in this task"),
            placeholder=placeholder or tr("Find in prompt and response"),
        )
        self._count = Label(look, role="small", figures=True)
        before = IconButton(look, "chevron-up", tr("Previous place"), key="Shift+Return")
        after = IconButton(look, "chevron-down", tr("Next place"), key="Return")
        close = IconButton(look, "x", tr("Close"), key="Esc")
        self.body.add((self.field, 1), self._count, before, after, close)
        self.field.textChanged.connect(self.asked)
        self.field.stepped.connect(self.stepped)
        self.field.left.connect(self.closed)
        before.clicked.connect(lambda: self.stepped.emit(-1))
        after.clicked.connect(lambda: self.stepped.emit(1))
        close.clicked.connect(self.closed)

    def open(self) -> None:
        self.setVisible(True)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def tell(self, at: int, count: int, elsewhere: str = "") -> None:
        """at: from 0, -1 before the first step. elsewhere: where else the words stand."""
        if not self.field.text():
            words = ""
        elif not count:
            words = tr("Not here") if elsewhere else tr("Not found")
        elif at < 0:
            words = tr("{n} found", n=number(count))
        else:
            words = tr("{at} of {n}", at=number(at + 1), n=number(count))
        words = " · ".join(w for w in (words, elsewhere) if w)
        if words != self._count.text():
            self._count.setText(words)
            announce(self, words)
