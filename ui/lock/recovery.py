"""The page where the printed recovery code is typed, when the key of a lab is not to be had otherwise."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent

from app.errors import AssayError
from ui.i18n import tr
from ui.problems import words_of
from ui.theme.apply import ThemeHolder
from ui.widgets.bars import Mark
from ui.widgets.button import Button
from ui.widgets.fields import FormRow, TextArea, TextField
from ui.widgets.flow import Flow
from ui.widgets.layout import Row
from ui.widgets.notice import InlineError
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

WIDTH = 440


class RecoveryPage(Surface):
    """given: (code, new passphrase or ""). The passphrase is asked for when there is no key store."""

    given = Signal(str, str)
    left = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "desk", spacing=0)
        self.code = TextArea(look, tr("Recovery code"), lines=2, most=4)
        self.row = FormRow(
            look,
            tr("Recovery code"),
            self.code,
            help=tr("As it was printed; spaces and dashes do not matter."),
        )
        self.passphrase = TextField(look, tr("New passphrase"), secret=True)
        self.passphrase_row = FormRow(
            look,
            tr("New passphrase"),
            self.passphrase,
            help=tr("This computer has no key store to trust, so the key is kept under it."),
        )
        self.passphrase_row.hide()
        self.passphrase.returnPressed.connect(self._give)
        self.error = InlineError(look)
        self.go = Button(look, tr("Open with the code"), kind="primary", icon="key-round")
        self.go.clicked.connect(self._give)
        self.back = Button(look, tr("Back"))
        self.back.clicked.connect(self.left)
        self._box = Surface(look, "hero", spacing=12, margins=(32, 28, 32, 28))
        head = Row(look, Mark(look, 28), Label(look, tr("Recovery"), role="title"), None, spacing=12)
        words = tr(
            "The code opens your work and its key is kept anew. A PIN or passphrase from before is no longer asked for."
        )
        self._box.body.add(
            head, Paragraph(look, words, role="second"), self.row, self.passphrase_row, self.error, 4,
            Flow(look, self.go, self.back, spacing=10),
        )  # fmt: skip
        self.body.add(None, Row(look, None, self._box, None), None)
        look.changed.connect(self._fit_box)
        self._fit_box()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def failed(self, error: AssayError) -> None:
        """At the code, at the passphrase that is needed, or below both."""
        words = words_of(error)
        self.go.set_blocked("")
        if error.code.startswith("keyring."):
            self.passphrase_row.show()
            self.passphrase_row.set_error(words.message, words.hint)
        elif error.code.startswith("passphrase."):
            self.passphrase_row.set_error(words.message, words.hint)
        elif error.kind == "input":
            self.row.set_error(words.message, words.hint)
        else:
            self.error.say(words.message, words.hint)

    def _give(self) -> None:
        code = self.code.toPlainText().strip()
        self.error.say("")
        self.passphrase_row.set_error("")
        self.row.set_error("" if code else tr("Type the code."))
        if code:
            self.go.set_blocked(tr("Opening…"))
            self.given.emit(code, self.passphrase.text())

    def _fit_box(self) -> None:
        self._box.setFixedWidth(self._look.px(WIDTH + 64))
