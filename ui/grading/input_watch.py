"""Says that somebody is there: a key, a click, a wheel or a move of the pointer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal


class InputWatch(QObject):
    """Says that there was a key, a click or a wheel in a window. Stateless, as its window may go first."""

    seen = Signal()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _KINDS:
            self.seen.emit()
        return False


_KINDS = frozenset(
    (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.MouseMove)
)
