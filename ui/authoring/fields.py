"""Places in a field, by code points of its text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget


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
