"""A button that waits for keys to be pressed, and tells them as portable text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence

from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.notice import announce

_ALONE = (
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_unknown,
)  # fmt: skip


def portable(event: QKeyEvent) -> str:
    """`Ctrl+Shift+F`, `Shift+H`, `?`: Shift is left out where the character itself says it; "" for a lone modifier."""
    if event.key() in _ALONE:
        return ""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    text = event.text()
    sign = chr(event.key()) if 0x20 < event.key() < 0x7F else text
    if sign and sign.isprintable() and not sign.isalnum() and not sign.isspace():
        held &= ~Qt.KeyboardModifier.ShiftModifier
    both = held.value | event.key()
    return QKeySequence(both).toString(QKeySequence.SequenceFormat.PortableText)


class KeyRecorder(Button):
    """recorded: the keys, or "" for none (Backspace). Esc, or going elsewhere, leaves all as it was."""

    recorded = Signal(str)
    recording = False

    def __init__(self, look: ThemeHolder, name: str) -> None:
        super().__init__(look, tr("Change"))
        self.setAccessibleName(name)
        self.clicked.connect(self._start)

    def _start(self) -> None:
        self.recording = True
        self.setText(tr("Press the keys …"))
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, tr("Press the new keys. Backspace: no key. Esc: leave it."))

    def _stop(self) -> None:
        self.recording = False
        self.setText(tr("Change"))

    def event(self, event: QEvent) -> bool:
        if self.recording and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.recording:
            super().keyPressEvent(event)
            return
        plain_key = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain_key and event.key() == Qt.Key.Key_Escape:
            self._stop()
        elif plain_key and event.key() == Qt.Key.Key_Backspace:
            self._stop()
            self.recorded.emit("")
        elif key := portable(event):
            self._stop()
            self.recorded.emit(key)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """The key that was recorded must not press the button as it is let go."""
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.recording:
            self._stop()
