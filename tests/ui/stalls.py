"""The longest stall of the event loop."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer

GAP_S = 0.2
"""What a hostile item may cost at most (R10)."""
TRIES = 3


def least_stall(show: Callable[[int], float]) -> float:
    """The longest stall of showing something, in up to three tries by number: what a busy computer costs beside it (its
    caches go to others) is not lost each time, what the program costs is."""
    found = show(0)
    for at in range(1, TRIES):
        if found >= GAP_S:
            found = min(found, show(at))
    return found


class Gaps:
    """The longest time between two turns of the event loop, less what the computer gave to others meanwhile."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.thread_time()
        self._timer = QTimer()
        self._timer.timeout.connect(self._turn)
        self._timer.start(5)

    def _turn(self) -> None:
        now = time.thread_time()
        self.longest, self._last = max(self.longest, now - self._last), now

    def stop(self) -> float:
        self._timer.stop()
        return self.longest
