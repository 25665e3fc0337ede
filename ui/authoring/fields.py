"""Fields for writing: they mark unknown words, and know places by code points of their text."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.services.spelling import Speller
from ui.panels.ideal.spelling import Mistakes, SpellMenu
from ui.panels.ideal.typed import Typed
from ui.panels.ideal.words import Words
from ui.theme.apply import ThemeHolder
from ui.widgets.fields import TextArea


class Writing(TextArea):
    """wrote(text) while a person types; `put` says nothing."""

    wrote = Signal(str)

    def __init__(
        self,
        look: ThemeHolder,
        name: str,
        words: Words,
        *,
        placeholder: str = "",
        lines: int = 3,
        most: int = 14,
    ) -> None:
        super().__init__(look, name, placeholder=placeholder, lines=lines, most=most)
        self.mistakes = Mistakes(look, self.document())
        self.menu = SpellMenu(self, self.mistakes, words)
        self._written = Typed(self)
        self._written.wrote.connect(self.wrote)

    def put(self, text: str) -> None:
        """Show a text, unless it is shown already: then the caret stays."""
        self._written.put(text, self.setPlainText)

    def use(self, speller: Speller | None) -> None:
        self.mistakes.use(speller)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu.open_at(event)


def select(field: QWidget, start: int, end: int) -> None:
    """Focus a field and select [start, end) of its text, in code points."""
    field.setFocus(Qt.FocusReason.OtherFocusReason)
    if isinstance(field, QLineEdit):
        first, last = _units(field.text(), start), _units(field.text(), end)
        field.setSelection(first, last - first)
    elif isinstance(field, QPlainTextEdit):
        text = field.toPlainText()
        cursor = field.textCursor()
        cursor.setPosition(_units(text, start))
        cursor.setPosition(_units(text, end), QTextCursor.MoveMode.KeepAnchor)
        field.setTextCursor(cursor)
        field.ensureCursorVisible()


def _units(text: str, at: int) -> int:
    """Qt counts UTF-16 units."""
    return len(text[:at].encode("utf-16-le", "surrogatepass")) // 2
