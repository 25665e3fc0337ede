"""A quiet word after a stretch of work without a pause. Nothing stops, nothing is counted against anyone."""

from __future__ import annotations

from collections.abc import Callable

from ui.i18n import tr

PAUSE_S = 300.0
"""So long without input is a pause: the stretch begins anew."""


class Breaks:
    """now: seconds that only grow. minutes: of work before the word; 0: never."""

    def __init__(
        self, now: Callable[[], float], minutes: Callable[[], int], say: Callable[[str], None]
    ) -> None:
        self._now = now
        self._minutes = minutes
        self._say = say
        self._since = self._last = now()

    def alive(self) -> None:
        """There was input."""
        now = self._now()
        if now - self._last >= PAUSE_S:
            self._since = now
        self._last = now
        minutes = self._minutes()
        if minutes and now - self._since >= minutes * 60:
            self._since = now
            self._say(tr("{n} minutes without a pause. A short one keeps judgement fresh.", n=minutes))
