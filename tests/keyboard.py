"""A person's hands on the keyboard of a window, for tests: keys go to whatever has the focus."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget


def _focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None, "nothing has the focus: a key would go nowhere"
    return found


def press(*keys: str) -> None:
    """Keys as portable text, one after the other: `press("Y", "Down", "Ctrl+Return")`."""
    for key in keys:
        combined = QKeySequence.fromString(key, QKeySequence.SequenceFormat.PortableText)[0]  # type: ignore[index]
        QTest.keyClick(_focused(), combined.key(), combined.keyboardModifiers())
        QApplication.processEvents()


def write(text: str) -> None:
    """Letters into the field that has the focus."""
    for letter in text:
        QTest.keyClicks(_focused(), letter)
