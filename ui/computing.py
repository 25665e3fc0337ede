"""One long computation of a screen at a time: in the worker, with progress, a stop, and words for what there is not.

work = Computing(jobs, navigator, self); work.run(lambda progress: …, done, tr("Computing…")); work.stop()
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.errors import AssayError, InputError
from ui.i18n import number, tr
from ui.jobs import JobHandle, Jobs, Progress, Step
from ui.navigator import Navigator
from ui.problems import words_of

T = TypeVar("T")


class Computing(QObject):
    """changed: it began, ended or stopped; words says why there is nothing to see. stepped: it came further."""

    changed = Signal()
    stepped = Signal(str)

    def __init__(self, jobs: Jobs, navigator: Navigator, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._navigator = navigator
        self._handle: JobHandle | None = None
        self.words = ""

    @property
    def is_running(self) -> bool:
        return self._handle is not None

    def run(self, work: Callable[[Progress], T], done: Callable[[T], None], words: str) -> None:
        """words: said meanwhile. done must run the next part, or `end`."""
        self.leave()
        self.words = words
        self._handle = self._jobs.run(
            work, done=done, failed=self._failed, progress=self._step, lane="worker", owner=self
        )
        self.changed.emit()

    def stop(self) -> None:
        """What was shown before stays away, and can be asked for again."""
        if self._handle is not None:
            self._handle.cancel()
            self.end(tr("Stopped. Nothing was changed."))

    def leave(self) -> None:
        """Stop without a word: nobody looks any more, or another one begins."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def end(self, words: str = "") -> None:
        self._handle = None
        self.words = words
        self.changed.emit()

    def _step(self, step: Step) -> None:
        if step.total:
            self.stepped.emit(tr("{n} of {all}", n=number(step.done), all=number(step.total)))

    def _failed(self, error: AssayError) -> None:
        self.end(words_of(error).message)
        if not isinstance(error, InputError):
            self._navigator.problem(error)
