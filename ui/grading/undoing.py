"""Undo and redo in Grading: the task that it was about comes up at the place, and a toast says what it was.

undoing = Undoing(live, navigator, lambda: presenter.opened, forget)
undoing.undo()
undoing.after(lambda: presenter.edit(values))      # at once, unless one is under way
"""

from __future__ import annotations

from collections.abc import Callable

from app.errors import AssayError
from app.services.reviewing import OpenTask
from app.services.submitting import Undone
from ui.grading.words import spot_of, undone_words
from ui.i18n import tr
from ui.live import LiveSession
from ui.navigator import Navigator
from ui.panels.rubric.entries import Outline


class Undoing:
    """opened: what is shown. forget: what was read before an undo is not true any more."""

    def __init__(
        self,
        live: LiveSession,
        navigator: Navigator,
        opened: Callable[[], OpenTask | None],
        forget: Callable[[], None],
    ) -> None:
        self._live, self._navigator = live, navigator
        self._opened, self._forget = opened, forget
        self._under_way = 0
        self._held: list[Callable[[], None]] = []

    @property
    def under_way(self) -> bool:
        return self._under_way > 0

    def after(self, call: Callable[[], None]) -> None:
        """What is asked for while one is under way, in its order, once it has ended."""
        if self.under_way:
            self._held.append(call)
        else:
            call()

    def undo(self) -> None:
        self._under_way += 1
        self._live.undo(lambda found: self._done(found, again=False), self._failed)

    def redo(self) -> None:
        self._under_way += 1
        self._live.redo(lambda found: self._done(found, again=True), self._failed)

    def _done(self, found: Undone | None, *, again: bool) -> None:
        self._under_way -= 1
        self._forget()
        if found is None:
            self._navigator.toast(tr("Nothing to do again.") if again else tr("Nothing to undo."))
        else:
            spot = spot_of(found.paths)
            self._navigator.go_task(found.task, spot.response, spot.criterion)
            self._tell(found, again=again)
        self._go_on()

    def _failed(self, error: AssayError) -> None:
        """Nothing was taken back; what was asked for meanwhile is done all the same."""
        self._under_way -= 1
        self._navigator.problem(error)
        self._go_on()

    def _go_on(self) -> None:
        calls, self._held = self._held, []
        for call in calls:
            call()

    def _tell(self, found: Undone, *, again: bool) -> None:
        opened = self._opened()
        if opened is not None and opened.task.id == found.task:
            numbers = Outline(opened.task.rubric).number
            action = (tr("Undo"), self.undo) if again else (tr("Redo"), self.redo)
            self._navigator.toast(undone_words(found, opened, numbers, again=again), action)
