"""Text while it is typed: one change goes out at most 500 ms after the last key."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

BUFFER_MS = 500


class TextBuffer(QObject):
    """ready({path: text}) after a pause, or at `flush`."""

    ready = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._typed: dict[str, str] = {}
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(BUFFER_MS)
        self._pause.timeout.connect(self.flush)

    def __contains__(self, path: object) -> bool:
        return path in self._typed

    def put(self, path: str, text: str) -> None:
        self._typed[path] = text
        self._pause.start()

    def flush(self) -> None:
        """Hand out what was typed."""
        self._pause.stop()
        if self._typed:
            values = dict(self._typed)
            self._typed.clear()
            self.ready.emit(values)

    def drop(self) -> None:
        self._pause.stop()
        self._typed.clear()
