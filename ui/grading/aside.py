"""Tasks set aside: flagged, parked, skipped, declined; and whether a batch's warnings were read.

aside = Aside(presenter, live, navigator)
aside.warnings(batch)          # still to be shown before the first task of it
aside.give_back = call         # gives a task's assignment back to the lab; without it that is not offered
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.domain.batch import Batch
from app.domain.ids import BatchId, TaskId
from app.domain.review import FLAG_KIND, FLAG_REASON, FlagKind, Scalar
from app.services.reviewing import OpenTask
from ui.grading.showing import Showing
from ui.grading.undoing import Undoing
from ui.i18n import mark, tr, tr_later
from ui.live import LiveSession
from ui.navigator import Navigator

_NOTE = "warned"
SAID = {
    FlagKind.PARKED: mark("Parked. It stays in the list."),
    FlagKind.SKIPPED: mark("Skipped. It stays in the list."),
    FlagKind.DECLINED: mark("Declined, without penalty."),
}


class _Tasks(Protocol):
    @property
    def opened(self) -> OpenTask | None: ...

    def edit(self, values: dict[str, Scalar | None]) -> None: ...

    @property
    def undoing(self) -> Undoing: ...

    def go_on(self) -> None: ...

    def reload(self) -> None: ...


class Aside:
    def __init__(self, tasks: _Tasks, live: LiveSession, navigator: Navigator) -> None:
        self._tasks = tasks
        self._live = live
        self._navigator = navigator
        self._read: set[BatchId] = set()
        self.give_back: Callable[[TaskId], None] | None = None

    def follow(self, showing: Showing | None) -> None:
        """From what the task on the screen says of itself to where it is told of."""
        notice = showing.notice if showing is not None else None
        came_back = notice is not None and notice.came_back
        (self._navigator.go_returns if came_back else self._navigator.go_outbox)()

    def flag(self, kind: FlagKind | None, reason: str) -> None:
        """With a reason; parked and skipped tasks make room for the next one."""
        self._mark(kind, reason)
        if kind in (FlagKind.PARKED, FlagKind.SKIPPED):
            self._navigator.toast(tr_later(SAID[kind]), (tr("Undo"), self._tasks.undoing.undo))
            self._tasks.go_on()

    def _mark(self, kind: FlagKind | None, reason: str) -> None:
        self._tasks.edit({FLAG_KIND: str(kind) if kind is not None else None, FLAG_REASON: reason or None})

    # Content warnings

    def warnings(self, batch: Batch) -> tuple[str, ...]:
        """What to say before anything of the batch is shown; empty once the person wanted to see it."""
        if not batch.warnings or batch.id in self._read:
            return ()
        if self._live.session.workspace.work.note(f"{_NOTE}.{batch.id}"):
            self._read.add(batch.id)
            return ()
        return batch.warnings

    def show(self) -> None:
        """The person wants to see the batch of the task in front; she is not asked again."""
        opened = self._tasks.opened
        if opened is None:
            return
        batch = opened.batch.id
        self._read.add(batch)
        self._live.perform(lambda ws: ws.work.set_note(f"{_NOTE}.{batch}", "1"))
        self._tasks.reload()

    def decline(self, reason: str) -> None:
        """The task is declined, with a reason or without; its assignment can be given back from the toast."""
        opened = self._tasks.opened
        if opened is None:
            return
        self._mark(FlagKind.DECLINED, reason)
        give_back, task = self.give_back, opened.task.id
        action = (
            (tr("Give the work back"), lambda: give_back(task))
            if give_back is not None
            else (tr("Undo"), self._tasks.undoing.undo)
        )
        self._navigator.toast(tr_later(SAID[FlagKind.DECLINED]), action)
        self._navigator.go_desk()
