"""Cycles are collected in the GUI thread only.

Python's collector runs in whatever thread happens to allocate; in the writer's or the network's it would take apart
Qt objects that were made here, which Qt does not survive. So the collector is off, and a timer asks.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 200
"""A worker that imports or parses makes new containers fast; looked at once a second, they would be 20 ms of work."""
YOUNG = 20_000
"""New containers that make a look worth while: about 10 ms of work."""
OLD_EVERY = 60
"""One look at everything after so many small ones."""


class Garbage(QObject):
    """On from here; what lives at the time of its making is not looked at again."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(EVERY_MS)

    def look(self) -> None:
        """Collect if there is enough to collect."""
        if gc.get_count()[0] < YOUNG:
            return
        self._looks += 1
        gc.collect(2 if self._looks % OLD_EVERY == 0 else 1)
