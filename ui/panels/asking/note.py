"""The text beside an answer: comment, justification, a better step. What it needs is said while one writes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.i18n import number, tr
from ui.theme.apply import ThemeHolder
from ui.widgets.fields import TextArea
from ui.widgets.layout import Column, Row
from ui.widgets.text import Label


class Note(QWidget):
    """wrote(text) while a person types · left() · resized() when it grew."""

    wrote = Signal(str)
    left = Signal()
    resized = Signal()

    def __init__(self, look: ThemeHolder, name: str, placeholder: str = "") -> None:
        super().__init__()
        self._caption = Label(look, name, role="small", tone="t2")
        self._count = Label(look, role="quiet", figures=True)
        self.field = TextArea(look, name, placeholder=placeholder)
        self._caption.setBuddy(self.field)
        self.setLayout(Column(look, Row(look, self._caption, None, self._count), self.field, spacing=4))
        self._name = name
        self._needed, self._least = False, 0
        self._putting = False
        self.field.textChanged.connect(self._typed)
        self.field.left.connect(self.left)

    def put(self, text: str, *, readonly: bool, needed: bool = False, least: int = 0) -> None:
        """needed: it cannot be left out. least: characters it must have then."""
        self._needed, self._least = needed, least
        self.field.setReadOnly(readonly)
        if self.field.toPlainText() != text:
            self._putting = True
            self.field.setPlainText(text)
            self._putting = False
        self._say()

    def write(self) -> None:
        self.field.go_on()

    def _say(self) -> None:
        said = len(self.field.toPlainText().strip())
        lacking = self._needed and said < max(self._least, 1)
        self._caption.setText(tr("{what} (required)", what=self._name) if self._needed else self._name)
        self._caption.set_tone("warn" if lacking else "t2")
        words = ""
        if self._needed and self._least:
            words = tr("{n} of {least} characters", n=number(said), least=number(self._least))
        self._count.setText(words)
        self._count.set_tone("warn" if lacking else "t3")
        self.field.setAccessibleDescription(" ".join(w for w in (self._caption.text(), words) if w))

    def _typed(self) -> None:
        self._say()
        if not self._putting:
            self.wrote.emit(self.field.toPlainText())
            self.resized.emit()
