"""Undo and redo inside a field, by the same keys as in the window: `keys_are` says which, the window's binder calls it.

Qt's fields know only the keys that are the habit of the system. Elsewhere Ctrl+Y is not among them, and would go to the
window, which takes back and does again what is no part of the field.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

_TEXT = QKeySequence.SequenceFormat.PortableText
_undo: frozenset[str] = frozenset()
_redo: frozenset[str] = frozenset()


def keys_are(undo: Iterable[str], redo: Iterable[str]) -> None:
    """Keys as portable text, none of which writes a letter."""
    global _undo, _redo
    _undo, _redo = (
        frozenset(QKeySequence.fromString(key, _TEXT).toString(_TEXT) for key in keys)
        for keys in (undo, redo)
    )


def takes_step(field: QLineEdit | QPlainTextEdit, event: QEvent) -> bool:
    """True if the event is such a key and is dealt with: from a widget's `event`. Where nothing can be written, the
    window gets it; where something can be, the field, also when it has nothing to undo."""
    if not isinstance(event, QKeyEvent) or field.isReadOnly():
        return False
    if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        return False
    key = QKeySequence(event.keyCombination()).toString(_TEXT)
    if key not in _undo and key not in _redo:
        return False
    if event.type() == QEvent.Type.KeyPress:
        if key in _undo:
            field.undo()
        else:
            field.redo()
    event.accept()
    return True
