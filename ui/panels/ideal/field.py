"""Where a person writes at length: unknown words are marked, the context menu knows about them.

field = Writing(look, tr("Ideal answer"), words); field.put(text); field.use(speller)
"""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QShowEvent, QTextCursor

from app.services.spelling import Speller
from ui.panels.ideal.spelling import Mistakes, SpellMenu
from ui.panels.ideal.typed import Typed
from ui.panels.ideal.words import Words
from ui.panels.reading.ahead import DrawnAhead
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

    @property
    def text(self) -> str:
        return self._written.text

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
    """As tall as there is room. What it will show next can be drawn before it is seen."""

    def __init__(self, look: ThemeHolder, name: str, words: Words, *, placeholder: str) -> None:
        super().__init__(look, name, words, placeholder=placeholder)
        self._drawn = DrawnAhead(look, self)
        # It fills its own ground: what lies under it is not painted.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.textChanged.connect(self._drawn.forget)
        look.changed.connect(self._drawn.forget)

    def begin(self, text: str) -> None:
        """Show a text of something else: nothing of what was typed before comes back, and no word is marked yet."""
        self.mistakes.stop()
        self.put(text)
        self.document().clearUndoRedoStacks()

    def prepare(self, text: str, room: QRect) -> None:
        """Set, lay out and draw a text while another field is seen in this one's place."""
        self.begin(text)
        self.setGeometry(room)
        self.grab(QRect(0, 0, 1, 1))  # lays the hidden field out at its size
        self._drawn.draw()

    def showEvent(self, event: QShowEvent) -> None:
        if not self._drawn.ready:  # what is drawn is laid out: Qt would measure all of it once more
            super().showEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._drawn.paint():
            QPainter(self.viewport()).fillRect(event.rect(), self._look.colour("page"))
            super().paintEvent(event)

    def _fit(self) -> None:
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * 3)
