"""Notices that nobody is there.

idle = IdleWatch(window, now_s=clock.monotonic); idle.asked.connect(shell.lock); idle.set_limit(300)

Input is watched where it enters a native window, not at every widget: a filter written in Python on the whole
application would be asked some thousand times for one repaint.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_INPUT = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.InputMethod,
    )
)


class _Watch(QObject):
    """Stateless but for its signal: Qt may ask it after Python has cleared its owner."""

    seen = Signal()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self.seen.emit()
        return False


class IdleWatch(QObject):
    """asked: there was no input for the limit. clocks_s: each counts seconds; the one that is furthest decides,
    so that time asleep (which a monotonic clock may leave out) counts too.
    """

    asked = Signal()

    def __init__(self, parent: QObject, clocks_s: tuple[Callable[[], float], ...]) -> None:
        super().__init__(parent)
        self._clocks = clocks_s
        self._limit_s = 0.0
        self._last = self._now()
        self._watch = _Watch(self)
        self._watch.seen.connect(self.input)
        self._watched: set[QWindow] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self.watch)

    def watch(self, window: QWindow | None) -> None:
        """Watch a native window, again: nothing."""
        if window is not None and window not in self._watched:
            self._watched.add(window)
            window.destroyed.connect(lambda: self._watched.discard(window))
            window.installEventFilter(self._watch)

    def set_limit(self, seconds: float) -> None:
        """0: never."""
        self._limit_s = seconds
        self.input()
        self._timer.stop()
        if seconds:
            self._timer.start(int(seconds * 1000))

    def input(self) -> None:
        """Somebody is there."""
        self._last = self._now()

    def look(self) -> None:
        """Has it been long enough? Called by the timer, which never runs more often than it must."""
        if not self._limit_s:
            return
        idle = max(now - last for now, last in zip(self._now(), self._last, strict=True))
        left = self._limit_s - idle
        if left <= 0:
            self.asked.emit()
            self.input()
            left = self._limit_s
        self._timer.start(max(20, int(left * 1000)))

    def _now(self) -> tuple[float, ...]:
        return tuple(clock() for clock in self._clocks)
