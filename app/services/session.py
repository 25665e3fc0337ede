"""One lab, opened: its workspace, its key, and what a person does in it.

Reads run in the caller's own thread; changes go through `perform`, which runs them on the one writer and
answers when they are durable. The command line has no writer: there they run at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.clock import Clock
from app.domain.batch import Batch
from app.domain.codec import batch_from_json
from app.domain.edits import Edit
from app.domain.ids import BatchId, CriterionId, DeviceId, Digest, ResponseId, TaskId
from app.domain.pace import Sign as SignOfLife
from app.domain.task import Task
from app.errors import StorageError
from app.services.desk import Desk
from app.services.reviewing import NewId, OpenTask, Reviewing, open_task
from app.services.submitting import Sign, Submitted, Submitting, Undoing, Undone
from app.storage.rows import Place

if TYPE_CHECKING:
    from app.storage.workspace import Workspace
    from app.storage.writer import Writer

SAMPLE_NOTE = "sample_lab"
"""A workspace's note that its lab is the sample lab."""
T = TypeVar("T")
Done = Callable[[T], None]
Failed = Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a session is made of; `app.workstation` puts it together.

    writer: None when changes run at once, in the caller's thread (command line).
    """

    folder: Path
    workspace: Workspace
    writer: Writer | None
    clock: Clock
    new_id: NewId
    sign: Sign
    device_jwk: dict[str, str]
    parse: Callable[[bytes], Task]


class Session:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.workspace = parts.workspace
        self.identity = parts.workspace.identity
        device, expert = self.identity.device, self.identity.expert
        self.reviewing = Reviewing(device, parts.clock, parts.new_id)
        self.desk = Desk(parts.workspace, parts.parse)
        registered = DeviceId(self.identity.kid)
        self._submitting = Submitting(device, registered, expert, parts.clock, parts.new_id, parts.sign)
        self._undoing = Undoing(device, parts.clock, parts.new_id)
        self._batches: dict[BatchId, tuple[Batch, Digest]] = {}

    # Reading

    def open(self, task: TaskId) -> OpenTask:
        """InputError `task.unknown` when the workspace has no such task."""
        row = self.workspace.lab.task_row(task)
        batch, sha256 = self._batch(row.batch)
        return open_task(self.workspace, row, batch, sha256, self.parts.parse)

    def _batch(self, wanted: BatchId) -> tuple[Batch, Digest]:
        """As it stands in the file now: a sync may have put a new version there since it was remembered."""
        known, newest = self._batches.get(wanted), self.workspace.lab.highest_version(wanted)
        if known is None or newest is None or known[1] != newest[1]:
            row = self.workspace.lab.batch(wanted)
            known = batch_from_json(json.loads(row.payload), signed=row.signed), row.digest
            self._batches[wanted] = known
        return known

    def refreshed(self) -> None:
        """The lab's tables changed: what is remembered of batches is read again."""
        self._batches.clear()

    # Changing

    def perform(
        self, change: Callable[[Workspace], T], done: Done[T] | None = None, failed: Failed | None = None
    ) -> None:
        """Run a change on the writer; `done` gets its answer when it is durable, `failed` its error, on the
        writer's thread. Without a writer it runs at once, and errors are raised.
        """
        if self.parts.writer is not None:
            self.parts.writer.submit(change, done, failed)
            return
        found = self.perform_now(change)
        if done is not None:
            done(found)

    def perform_now(self, change: Callable[[Workspace], T]) -> T:
        """Run a change in this thread, durable when it returns. On a full disk the reserve is used, once."""
        try:
            with self.workspace.together():
                return change(self.workspace)
        except StorageError as exc:
            if exc.code != "storage.disk_full" or not self.workspace.ballast.release():
                raise
        with self.workspace.together():
            return change(self.workspace)

    def keep(
        self, edits: Sequence[Edit], done: Done[int] | None = None, failed: Failed | None = None
    ) -> None:
        """Keep edits; `done` gets the last journal number when they are durable."""
        self.perform(lambda w: w.work.record(edits), done, failed)

    def submit(self, task: TaskId, done: Done[Submitted], failed: Failed) -> None:
        """Sign and queue a result. Fails with `Incomplete` while something is open."""
        self.perform(lambda _: self.submit_now(task), done, failed)

    def submit_now(self, task: TaskId, *, undoes: str | None = None) -> Submitted:
        return self._submitting.submit(self.workspace, self.open(task), undoes=undoes)

    def undo(self, done: Done[Undone | None], failed: Failed) -> None:
        self.perform(lambda _: self.undo_now(), done, failed)

    def undo_now(self, only: TaskId | None = None) -> Undone | None:
        """Take back the last step. only: nothing unless that step was in this task."""
        undone = self._undoing.undo(self.workspace, only)
        if undone is not None and undone.what == "submit":
            # A withdrawal that was not the last step then is a step of its own: taking it back submits again.
            self.submit_now(undone.task, undoes=self.workspace.work.history().undo[0])
        return undone

    def withdraw_now(self, task: TaskId) -> Undone:
        """Take a result that never left out of the outbox, and open its review. InputError `outbox.sent`."""
        return self._undoing.withdraw(self.workspace, task)

    def reopen_now(self, task: TaskId, reason: str = "") -> Undone:
        """Open a submitted review again, as the next revision if it may have left. InputError `review.open`."""
        return self._undoing.reopen(self.workspace, task, reason)

    def redo(self, done: Done[Undone | None], failed: Failed) -> None:
        self.perform(lambda _: self.redo_now(), done, failed)

    def redo_now(self) -> Undone | None:
        undone = self._undoing.redo(self.workspace)
        if undone is not None and undone.what == "submit":
            self.submit_now(undone.task, undoes=self.workspace.work.history().redo[0])
        return undone

    def remember(self, task: TaskId, response: ResponseId | None, criterion: CriterionId | None) -> None:
        """Where one is, to the criterion: what Continue goes back to."""
        place = Place(task, response or "", criterion or "")
        self.perform(lambda w: w.work.set_place(place))

    def sign_of_life(self, task: TaskId, *, stop: bool = False) -> None:
        """Someone is at work on this task (or stops): what active time is made of."""
        sign = SignOfLife(int(self.parts.clock.now().timestamp() * 1000), stop)
        self.perform(lambda w: w.work.attend(task, (sign,)))

    def close(self) -> None:
        """Finish what is queued, close the file and drop the key."""
        if self.parts.writer is not None:
            self.parts.writer.close()
        self.workspace.close()
