"""What is written on the board: a return, a gap in the guideline, and what an answer of one's own shares with them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.errors import AssayError
from ui.i18n import tr, tr_later
from ui.panels.decisions import ERRORS
from ui.problems import words_of
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.fields import Check, Select, TextArea
from ui.widgets.flow import Flow
from ui.widgets.layout import Row
from ui.widgets.notice import InlineError
from ui.widgets.surface import Well
from ui.widgets.text import Label


class Form(Well):
    """done: its button was pressed; left: Esc or Cancel."""

    done = Signal()
    left = Signal()

    def __init__(self, look: ThemeHolder, title: str, verb: str, text: TextArea, *fields: QWidget) -> None:
        super().__init__(look, spacing=8)
        self.text = text
        self.setAccessibleName(title)
        self.error = InlineError(look)
        self.go = Button(look, verb, kind="plain", key="Ctrl+Return")
        cancel = Button(look, tr("Cancel"), kind="quiet")
        self.go.clicked.connect(self.done)
        cancel.clicked.connect(self.left)
        text.left.connect(self.left)
        self.body.add(Label(look, title, role="section"))
        if fields:
            holder = QWidget()
            holder.setLayout(Flow(look, *fields, spacing=8))
            self.body.add(holder)
        self.body.add(text, self.error, Row(look, None, cancel, self.go))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc in a field that has no use for it."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def say(self, error: AssayError) -> None:
        """Under the field: what is missing."""
        words = words_of(error)
        self.error.say(words.message, words.hint)

    def take_focus(self) -> None:
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)


def error_field(look: ThemeHolder) -> Select:
    """The kind of error of an answer that does not stand."""
    kinds = [(str(one), tr_later(words)) for one, words in ERRORS.items()]
    return Select(look, tr("Why the graders’ answers do not stand"), kinds)


class ReturnForm(Form):
    def __init__(self, look: ThemeHolder, comment: str) -> None:
        text = TextArea(look, tr("Reason"), placeholder=tr("What is to be looked at again, and why"), lines=3)
        text.setPlainText(comment)
        super().__init__(look, tr("Return to the grader"), tr("Return it"), text)


class GapForm(Form):
    """A gap in the guideline, for the whole team."""

    def __init__(self, look: ThemeHolder, gap: str, *, here: bool) -> None:
        """here: whether a criterion is in focus, that it can be about alone."""
        hint = tr("What the guideline does not say; empty takes the flag away")
        text = TextArea(look, tr("Gap in the guideline"), placeholder=hint, lines=3)
        text.setPlainText(gap)
        self.here = Check(look, tr("About this criterion only"), on=here)
        super().__init__(
            look, tr("Gap in the guideline"), tr("Keep it"), text, *([self.here] if here else [])
        )
