"""The lock screen: nothing of the work, one field or one button.

page = LockPage(look, "pin")            # "nothing", "pin" or "passphrase": what the lab's vault asks for
page.unlock_asked.connect(…)            # str, the secret; page.failed(error) or the page is taken away
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent

from app.errors import AssayError
from ui.i18n import tr
from ui.problems import words_of
from ui.theme.apply import ThemeHolder
from ui.widgets.bars import Mark
from ui.widgets.button import Button
from ui.widgets.fields import FormRow, TextField
from ui.widgets.layout import Row
from ui.widgets.notice import InlineError
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

WIDTH = 360


class LockPage(Surface):
    """Covers the whole window. other_asked: the person wants another lab of this computer. recover_asked:
    to open this one with its printed code.
    """

    unlock_asked = Signal(str)
    other_asked = Signal()
    recover_asked = Signal()

    def __init__(self, look: ThemeHolder, asks: str, *, has_others: bool = False) -> None:
        super().__init__(look, "desk", spacing=0)
        self._asks = asks
        self._left_s = 0
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)
        self.unlock = Button(look, tr("Unlock"), kind="primary", icon="lock-open", least=120)
        self.unlock.clicked.connect(self._ask)
        self.error = InlineError(look)
        self._box = Surface(look, "hero", spacing=12, margins=(32, 28, 32, 28))
        head = Row(look, Mark(look, 28), Label(look, tr("Locked"), role="title"), None, spacing=12)
        self._box.body.add(head, Paragraph(look, self._explanation(), role="second"))
        name = tr("PIN") if asks == "pin" else tr("Passphrase")
        self.field = TextField(look, name, secret=True)
        self.field.returnPressed.connect(self._ask)
        self.row = FormRow(look, name, self.field)
        self._box.body.add(self.row, self.error, 4, Row(look, self.unlock, None))
        self.row.setVisible(asks != "nothing")
        self.others = Button(look, tr("Open another lab"), kind="link")
        self.others.clicked.connect(self.other_asked)
        self.recover = Button(look, tr("Use the recovery code"), kind="link", icon="key-round")
        self.recover.clicked.connect(self.recover_asked)
        links = Row(look, None, self.recover, self.others, None, spacing=16)
        self.body.add(None, Row(look, None, self._box, None), 12, links, None)
        self.others.setVisible(has_others)
        look.changed.connect(self._fit_box)
        self._fit_box()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._focus()

    def _focus(self) -> None:
        target = self.unlock if self._asks == "nothing" else self.field
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _explanation(self) -> str:
        if self._asks == "nothing":
            return tr("The workspace is closed and its key is put away. Your work is kept.")
        return tr("The workspace is closed and its key is dropped. Only your secret opens it again.")

    def failed(self, error: AssayError) -> None:
        """Show inline why it did not open; a pause counts down on the button."""
        words = words_of(error)
        self.set_busy(False)
        if self._asks == "nothing":
            self.error.say(words.message, words.hint)
        else:
            self.row.set_error(words.message, words.hint)
            self.field.selectAll()
        seconds = error.params.get("seconds")
        if error.code == "pin.wait" and isinstance(seconds, int):
            self._left_s = seconds
            self._second.start()
            self._show_wait()

    def set_busy(self, busy: bool) -> None:
        self.unlock.set_blocked(tr("Opening…") if busy else "")
        self.unlock.set_words(tr("Opening…") if busy else tr("Unlock"))
        self.field.setReadOnly(busy)

    def _ask(self) -> None:
        if self._left_s or not self.unlock.isEnabled():
            return
        secret = self.field.text()
        if self._asks != "nothing" and not secret:
            self.row.set_error(tr("Type it to unlock."))
            return
        self.row.set_error("")
        self.error.say("")
        self._focus()
        self.set_busy(True)
        self.unlock_asked.emit(secret)

    def _tick(self) -> None:
        self._left_s = max(0, self._left_s - 1)
        if not self._left_s:
            self._second.stop()
            self.row.set_error("")
        self._show_wait()

    def _show_wait(self) -> None:
        left = self._left_s
        self.unlock.set_blocked(tr("A pause after wrong attempts") if left else "")
        self.unlock.set_words(tr("Unlock in {n} s", n=left) if left else tr("Unlock"))

    def _fit_box(self) -> None:
        self._box.setFixedWidth(self._look.px(WIDTH + 64))
