"""What a person types into a field, told from what is shown there and from how it looks.

Qt says `textChanged` also when only formats change: marks under words, another theme.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPlainTextEdit


class Typed(QObject):
    """wrote(text): other words stand in the field, and not because of `put`."""

    wrote = Signal(str)

    def __init__(self, field: QPlainTextEdit) -> None:
        super().__init__(field)
        self._field = field
        self._known: str | None = field.toPlainText()
        field.textChanged.connect(self._changed)

    @property
    def text(self) -> str:
        """What stands in the field, without asking it."""
        return self._known if self._known is not None else self._field.toPlainText()

    def put(self, text: str, show: Callable[[str], object]) -> None:
        """Have `show` put a text into the field, unless it stands there already: then the caret stays."""
        if self.text == text:
            return
        self._known = None  # what Qt makes of the text is known only afterwards
        show(text)
        self._known = self._field.toPlainText()

    def _changed(self) -> None:
        text, before = self._field.toPlainText(), self._known
        self._known = text
        if before is not None and text != before:
            self.wrote.emit(text)
