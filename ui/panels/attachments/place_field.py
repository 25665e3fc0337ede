"""The number of a page or a frame, to go there. One that is not there goes nowhere: it is said."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QValidator

from ui.theme.apply import ThemeHolder
from ui.widgets.fields import NumberField


class PlaceField(NumberField):
    """From 1 to `most`. Esc leaves it without going anywhere. beyond(): there is no such place; the number before
    stands again."""

    beyond = Signal()

    def __init__(self, look: ThemeHolder, name: str, most: int) -> None:
        super().__init__(look, name, least=1, most=max(1, most), value=1, width=58)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Any digits can be typed: to leave some out would make another number of them."""
        if text.isdecimal():
            inside = len(text) < 10 and self.minimum() <= int(text) <= self.maximum()
            return QValidator.State.Acceptable if inside else QValidator.State.Intermediate, text, at
        return super().validate(text, at)

    def fixup(self, text: str) -> str:
        if text.isdecimal():
            self.beyond.emit()
        return super().fixup(text)
