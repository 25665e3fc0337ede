"""The size of all text in the window, by keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

STEP, LEAST, MOST, SOON_MS = 0.1, 1.0, 2.0, 60


class TextSize(QObject):
    """Steps that follow each other are one change: each lays the whole window out anew.

    now: the size in force, 1.0 being 100 %. chosen: called with the new one.
    """

    def __init__(self, now: Callable[[], float], chosen: Callable[[float], None], parent: QObject) -> None:
        super().__init__(parent)
        self._now = now
        self._chosen = chosen
        self._wanted = 0.0
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._choose)

    def step(self, by: int) -> None:
        self._wanted = min(max(round((self._wanted or self._now()) + by * STEP, 1), LEAST), MOST)
        self._soon.start()

    def _choose(self) -> None:
        wanted, self._wanted = self._wanted, 0.0
        self._chosen(wanted)
