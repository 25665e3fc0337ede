"""Reading with a caret: arrows by character and line, Ctrl by word and sentence, Shift selects.

Qt moves the caret itself in a text that can be selected by keyboard; here are the switch, which lets those keys
through to the view, and the steps by sentence, which Qt does not have.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTextBoundaryFinder
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

CARET = "caret"
"""The property of a view that reads with a caret; `ui.commands` leaves moving keys to it."""
View = QTextEdit | QPlainTextEdit


def enter(view: View) -> None:
    """Put a caret into what is seen and the keyboard on it; a caret that is in view stays."""
    cursor = view.textCursor()
    seen = view.viewport().rect()
    if not cursor.hasSelection() and not seen.contains(view.cursorRect(cursor).center()):
        cursor = view.cursorForPosition(QPoint(seen.width() // 8, min(seen.height() // 8, 40)))
        cursor.movePosition(QTextCursor.MoveOperation.StartOfLine)
        view.setTextCursor(cursor)
    view.setProperty(CARET, True)
    view.setCursorWidth(2)
    view.clearFocus()  # who gives out keys asks when the focus comes, not when a property changes
    view.setFocus(Qt.FocusReason.ShortcutFocusReason)


def leave(view: View) -> None:
    """Keys are commands again; nothing is selected."""
    view.setProperty(CARET, False)
    view.setCursorWidth(1)
    cursor = view.textCursor()
    cursor.clearSelection()
    view.setTextCursor(cursor)


def is_on(view: View) -> bool:
    return bool(view.property(CARET))


def take_key(view: View, event: QKeyEvent) -> bool:
    """Ctrl+Down and Ctrl+Up go by sentence, with Shift they select; True if that was the key."""
    if not is_on(view) or event.key() not in (Qt.Key.Key_Down, Qt.Key.Key_Up):
        return False
    if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return False
    extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    by_sentence(view, 1 if event.key() == Qt.Key.Key_Down else -1, extend=extend)
    return True


def by_sentence(view: View, direction: int, *, extend: bool) -> None:
    """To the beginning of the next sentence or of the one before; selecting forward, to a sentence's end
    (Unicode UAX 29)."""
    cursor = view.textCursor()
    mode = QTextCursor.MoveMode.KeepAnchor if extend else QTextCursor.MoveMode.MoveAnchor
    found = _boundary(cursor, direction)
    length = len(cursor.block().text().encode("utf-16-le")) // 2
    if found < 0 or (direction > 0 and not extend and found >= length):
        step = QTextCursor.MoveOperation.NextBlock if direction > 0 else QTextCursor.MoveOperation.EndOfBlock
        if direction < 0:
            cursor.movePosition(QTextCursor.MoveOperation.PreviousBlock, mode)
        cursor.movePosition(step, mode)
        found = _boundary(cursor, direction) if extend or direction < 0 else 0
    cursor.setPosition(cursor.block().position() + max(0, found), mode)
    view.setTextCursor(cursor)


def _boundary(cursor: QTextCursor, direction: int) -> int:
    """The next boundary of a sentence inside the block of the cursor, -1 at the end."""
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Sentence, cursor.block().text())
    finder.setPosition(cursor.positionInBlock())
    return finder.toNextBoundary() if direction > 0 else finder.toPreviousBoundary()
