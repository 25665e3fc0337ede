"""The comment on the task as a whole, at the end of the criteria."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.fields import FormRow, TextArea
from ui.widgets.layout import Column


class TaskComment(QWidget):
    """wrote(text) while a person types · left() · resized()."""

    wrote = Signal(str)
    left = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__()
        name = tr("Comment on the task")
        self.field = TextArea(look, name, placeholder=tr("Anything about the task as a whole"))
        self.setLayout(Column(look, FormRow(look, name, self.field), margins=(12, 16, 12, 8)))
        self._putting = False
        self.field.textChanged.connect(self._typed)
        self.field.left.connect(self.left)

    def put(self, text: str, *, readonly: bool) -> None:
        """Show a text; what is there already keeps its cursor."""
        self.field.setReadOnly(readonly)
        if self.field.toPlainText() != text:
            self._putting = True
            self.field.setPlainText(text)
            self._putting = False

    def _typed(self) -> None:
        if not self._putting:
            self.wrote.emit(self.field.toPlainText())
