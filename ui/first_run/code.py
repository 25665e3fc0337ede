"""The last step of the first run: the printed recovery code."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication

from app.errors import AssayError
from ui.first_run.pages import Card
from ui.i18n import tr
from ui.problems import words_of
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.flow import Flow
from ui.widgets.layout import Row
from ui.widgets.notice import InlineError
from ui.widgets.surface import Well
from ui.widgets.text import IconLabel, Label, Paragraph


class CodePage(Card):
    """The printed recovery code: offered, shown once."""

    asked = Signal()
    saved = Signal()
    finished = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look)
        self.make = Button(look, tr("Make a recovery code"), kind="primary", icon="key-round")
        self.make.clicked.connect(self.asked)
        self.code = Label(look, role="code", wrap=True)
        self.code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._well = Well(look, spacing=8)
        self.copy = Button(look, tr("Copy"), icon="copy")
        self.copy.clicked.connect(self._copy)
        self.save = Button(look, tr("Save as text…"), icon="download")
        self.save.clicked.connect(self.saved)
        once = Paragraph(
            look,
            tr("It is shown only now. Print it or write it down, and keep it away from this computer."),
            role="second",
        )
        self._well.body.add(self.code, once, Flow(look, self.copy, self.save, spacing=8))
        self._well.setVisible(False)
        self.error = InlineError(look)
        self.go = Button(look, tr("Go to the Desk"), icon="arrow-right")
        self.go.clicked.connect(self.finished)
        head = Row(
            look,
            IconLabel(look, "circle-check", "good", 18),
            (Paragraph(look, tr("You have joined"), role="title"), 1),
        )
        self.body.add(
            head,
            Paragraph(
                look,
                tr(
                    "If this computer loses its key, only a recovery code opens your work. Make one now or later."
                ),
                role="second",
            ),
            self._well,
            self.error,
            Flow(look, self.make, self.go, spacing=10),
        )
        self.first = self.make

    def show_code(self, code: str) -> None:
        self.code.setText(code)
        self.code.setAccessibleName(tr("Recovery code: {code}", code=code))
        self._well.setVisible(True)
        self.make.setVisible(False)
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def failed(self, error: AssayError) -> None:
        words = words_of(error)
        self.error.say(words.message, words.hint)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code.text())
