"""A lab's session for the window: nothing blocks, every answer comes back in the GUI thread.

    live = LiveSession(session, parent)
    opened = live.change(opened, {path: "met"})     # shown at once; InputError names what is wrong
    live.saved.connect(status.show_saved)           # Saved(seq, at): edits are in the file
    live.written.connect(line.show)                 # at: whatever was changed is in the file
    live.pending                                    # "safe to close" is said only at 0
    live.owe(self, True)                            # what I hold was refused by the disk; False when it is kept
    live.closing.connect(job.cancel)                # whatever works on the session in another lane
    live.changed.connect(lambda what: …)            # review, submit, letters, undo, place, lab: screens refresh

`submit`: a result waits to be sent; `letters`: another signed document does, or no longer does.

A change that could not be written (disk full) is held and goes with the next one, in order; until then it
counts as pending and nothing says "saved".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.domain.edits import Edit
from app.domain.ids import CriterionId, ResponseId, TaskId
from app.domain.review import Scalar
from app.errors import AssayError, StorageError
from app.services.reviewing import OpenTask
from app.services.session import Session
from app.services.submitting import Submitted, Undone
from ui.jobs import Bridge, bug_error

if TYPE_CHECKING:
    from app.services.values import Workspace

T = TypeVar("T")
SIGN_EVERY_S = 15.0


@dataclass(frozen=True, slots=True)
class Saved:
    """seq: the last journal number that is durable. at: aware UTC."""

    seq: int
    at: datetime


class LiveSession(QObject):
    """Lives in the GUI thread. `session` may be read directly; every change goes through here."""

    saved = Signal(object)
    written = Signal(object)
    closing = Signal()
    changed = Signal(str)
    failed = Signal(object)
    pending_changed = Signal(int)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._bridge = Bridge(self)
        self._pending = 0
        self._held: list[Edit] = []
        self._owing: set[QObject] = set()
        self._sign_at = float("-inf")
        self._sign_task: TaskId | None = None
        self._over = False

    @property
    def pending(self) -> int:
        """Changes that are not in the file yet."""
        return self._pending + (1 if self._held else 0) + len(self._owing)

    def owe(self, who: QObject, owes: bool) -> None:
        """Somebody holds what could not be written, and tries again."""
        if owes != (who in self._owing):
            (self._owing.add if owes else self._owing.discard)(who)
            self.pending_changed.emit(self.pending)

    @property
    def clock_now(self) -> datetime:
        return self.session.parts.clock.now()

    # Changing

    def change(
        self, current: OpenTask, values: Mapping[str, Scalar | None], *, group: str | None = None
    ) -> OpenTask:
        """The task as it is now; its edits are on their way to the file. Raises InputError."""
        found, edits = self.session.reviewing.changed(current, values, group=group)
        if edits:
            self.keep(edits)
        return found

    def keep(self, edits: Sequence[Edit]) -> None:
        """Write edits, after those that could not be written before."""
        waiting = (*self._held, *edits)
        self._held.clear()
        if waiting:
            self._perform(
                lambda ws: ws.work.record(waiting), self._kept, lambda error: self._not_kept(waiting, error)
            )

    def retry(self) -> None:
        """Try to write what is held once more."""
        self.keep(())

    def submit(
        self, task: TaskId, done: Callable[[Submitted], None], failed: Callable[[AssayError], None]
    ) -> None:
        """Sign and queue a result; `failed` gets `Incomplete` while something is open.

        What is held goes first and with it: a result is never made without an answer that the screen shows.
        """
        waiting = tuple(self._held)
        self._held.clear()

        def change(ws: Workspace) -> Submitted:
            if waiting:
                ws.work.record(waiting)
            return self.session.submit_now(task)

        def submitted(found: Submitted) -> None:
            done(found)
            self.changed.emit("submit")

        def refused(error: AssayError) -> None:
            self._held[:0] = waiting
            failed(error)

        self._perform(change, submitted, refused)

    def undo(
        self, done: Callable[[Undone | None], None], failed: Callable[[AssayError], None] | None = None
    ) -> None:
        """Take back the last change, whatever task it was in; None when there is nothing."""
        self.retry()
        self._perform(lambda _: self.session.undo_now(), lambda found: self._undone(found, done), failed)

    def redo(
        self, done: Callable[[Undone | None], None], failed: Callable[[AssayError], None] | None = None
    ) -> None:
        self.retry()
        self._perform(lambda _: self.session.redo_now(), lambda found: self._undone(found, done), failed)

    def perform(
        self,
        change: Callable[[Workspace], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[AssayError], None] | None = None,
        *,
        what: str = "",
    ) -> None:
        """Any other change on the writer. what: broadcast by `changed` when it is durable."""

        def finished(found: T) -> None:
            if done is not None:
                done(found)
            if what:
                self.changed.emit(what)

        self._perform(change, finished, failed)

    def refreshed(self) -> None:
        """The lab's tables changed (a sync, an import)."""
        self.session.refreshed()
        self.changed.emit("lab")

    # Where one is, and that one is there: no part of the work, so never "pending"

    def remember(self, task: TaskId, response: ResponseId | None, criterion: CriterionId | None) -> None:
        self.session.remember(task, response, criterion)

    def alive(self, task: TaskId) -> None:
        """There was input on this task: noted at most once in 15 s."""
        now = self.session.parts.clock.monotonic()
        if task != self._sign_task or now - self._sign_at >= SIGN_EVERY_S:
            self._sign_at, self._sign_task = now, task
            self.session.sign_of_life(task)

    def left(self, task: TaskId) -> None:
        """Work on this task stops here (another task, paused, window left)."""
        if self._sign_task == task:
            self._sign_task = None
            self.session.sign_of_life(task, stop=True)

    def end(self) -> None:
        """The file is closed: what it did last is told to nobody any more, what it could not do still is."""
        self._over = True

    # How answers come back

    def _perform(
        self,
        change: Callable[[Workspace], T],
        done: Callable[[T], None],
        failed: Callable[[AssayError], None] | None = None,
    ) -> None:
        self._count(1)
        post = self._bridge.post
        self.session.perform(
            change,
            lambda found: post(lambda: self._done(done, found)),
            lambda error: post(lambda: self._failed(failed, error)),
        )

    def _done(self, done: Callable[[T], None], found: T) -> None:
        self._count(-1)
        if not self._over:
            self.written.emit(self.clock_now)
            done(found)

    def _failed(self, failed: Callable[[AssayError], None] | None, error: BaseException) -> None:
        self._count(-1)
        known = error if isinstance(error, AssayError) else self._bug(error)
        (failed or self.failed.emit)(known)

    @staticmethod
    def _bug(error: BaseException) -> AssayError:
        import sys

        sys.excepthook(type(error), error, error.__traceback__)
        return bug_error()

    def _count(self, step: int) -> None:
        self._pending += step
        self.pending_changed.emit(self.pending)

    def _kept(self, seq: int) -> None:
        self.saved.emit(Saved(seq, self.clock_now))
        self.changed.emit("review")

    def _not_kept(self, edits: tuple[Edit, ...], error: AssayError) -> None:
        """This computer failed: hold them. Anything else: the review in the file is another one; show that."""
        if isinstance(error, StorageError) or self._held:
            self._held.extend(edits)
            self.pending_changed.emit(self.pending)
            if isinstance(error, StorageError):
                self.failed.emit(error)
        else:
            self.failed.emit(error)
            self.changed.emit("lab")

    def _undone(self, found: Undone | None, done: Callable[[Undone | None], None]) -> None:
        done(found)
        if found is not None:
            self.changed.emit("undo")
