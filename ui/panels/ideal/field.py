"""Where a person writes at length: unknown words are marked, the context menu knows about them.

field = Writing(look, tr("Ideal answer"), words); field.put(text); field.use(speller)
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QContextMenuEvent, QTextCursor

from app.services.spelling import Speller
from ui.panels.ideal.spelling import Mistakes, SpellMenu
from ui.panels.ideal.typed import Typed
from ui.panels.ideal.words import Words
from ui.theme.apply import ThemeHolder
from ui.widgets.fields import TextArea


class Writing(TextArea):
    """wrote(text) while a person types; `put` and `change` say nothing."""

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
        """Show a text, unless it is shown already: then the caret and the history stay."""
        self._written.put(text, self.setPlainText)

    def change(self, text: str) -> None:
        """Show another wording of the same text, one step of its own history; the caret stays where it was."""
        self._written.put(text, self._write_over)

    def use(self, speller: Speller | None) -> None:
        self.mistakes.use(speller)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu.open_at(event)

    def _write_over(self, text: str) -> None:
        at = self.textCursor().position()
        whole = QTextCursor(self.document())
        whole.select(QTextCursor.SelectionType.Document)
        whole.insertText(text)
        caret = self.textCursor()
        caret.setPosition(min(at, max(self.document().characterCount() - 1, 0)))
        self.setTextCursor(caret)


class RoomyWriting(Writing):
    """As tall as there is room."""

    def _fit(self) -> None:
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * 3)
