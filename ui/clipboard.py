"""What our views put on the clipboard, and what becomes of it at the end of the program."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QClipboard, QGuiApplication

_OURS = "assay"


def plain(text: str) -> QMimeData:
    """A text to be copied or dragged."""
    data = QMimeData()
    data.setText(text)
    data.setProperty(_OURS, True)
    return data


def hand_over() -> None:
    """Leave to Qt the text that is still on the clipboard: Qt lets go of it after Python has ended, and an object of
    Python's would end the process with a crash."""
    clipboard = QGuiApplication.clipboard()
    for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
        held = clipboard.mimeData(mode)
        if held is not None and held.property(_OURS):
            clipboard.setText(held.text(), mode)
