"""What lies over the whole window for a moment: a sheet in its middle, closed by Esc or a click beside it.

    class KeysSheet(Overlay):
        def __init__(self, look, window):
            super().__init__(look, window, tr("Keys"), Surface(look, "sheet"))
            self.sheet.body.add(...)

covering(bool): it came to the front, or went. Who made it sees to it that no key works on what is behind it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QWidget

from ui.theme.apply import ThemeHolder
from ui.widgets.surface import Surface
from ui.widgets.watch import ResizeWatch


class Overlay(QFrame):
    """The kinds fill `sheet` and say in `place` where it stands. The focus goes back to where it was before."""

    covering = Signal(bool)

    def __init__(self, look: ThemeHolder, window: QWidget, name: str, sheet: Surface) -> None:
        super().__init__(window)
        self._look = look
        self._window = window
        self._before: QWidget | None = None
        self.setAccessibleName(name)
        self.sheet = sheet
        sheet.setParent(self)
        ResizeWatch(window).resized.connect(self._resized)
        self.hide()

    def come(self, focus: QWidget) -> None:
        """To the front; focus: what gets the keys."""
        self._before = self._window.focusWidget()
        self.place()
        self.show()
        self.raise_()
        focus.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_quietly(self) -> None:
        """Close and give the focus back to where it was."""
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    def place(self) -> None:
        """Lie over the whole window."""
        self.setGeometry(self._window.rect())

    def closes(self, event: QKeyEvent) -> bool:
        """Whether a key closes it; it belongs to the sheet then, not to the window's commands."""
        return event.key() == Qt.Key.Key_Escape

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self.closes(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.closes(event):
            self.close_quietly()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.sheet.geometry().contains(event.position().toPoint()):
            self.close_quietly()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.covering.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.covering.emit(False)

    def _resized(self) -> None:
        if self.isVisible():
            self.place()
