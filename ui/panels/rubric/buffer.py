"""What is typed: text goes out at most 500 ms after the last key; digits within a second are one number."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

BUFFER_MS = 500
DIGITS_MS = 1000
MOST_DIGITS = 4


def once(parent: QObject, ms: int, call: Callable[[], None]) -> QTimer:
    """A timer that calls once after each start."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(ms)
    timer.timeout.connect(call)
    return timer


class TextBuffer(QObject):
    """ready({path: text}) after a pause, or at `flush`."""

    ready = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._typed: dict[str, str] = {}
        self._pause = once(self, BUFFER_MS, self.flush)

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


class Digits(QObject):
    """1, then 2 within a second: 12."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._typed = ""
        self._pause = once(self, DIGITS_MS, self.forget)

    def add(self, digit: int) -> str:
        """All digits of the number so far."""
        self._typed = (self._typed + str(digit))[-MOST_DIGITS:]
        self._pause.start()
        return self._typed

    @property
    def typed(self) -> str:
        return self._typed

    def forget(self) -> None:
        self._typed = ""
        self._pause.stop()
