"""Submitting is an edit too: the payload is made once, signed, and put in the outbox in the same transaction.

Before the first send undo withdraws it; after that the review opens again as revision n + 1.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.clock import Clock
from app.domain.checks import Missing
from app.domain.edits import Edit, invert
from app.domain.ids import DeviceId, Digest, ExpertId, ResultId, TaskId, digest, result_id
from app.domain.judgement import to_judgement
from app.domain.pace import active_ms
from app.domain.review import CHANGE_REASON, REVISION, STATUS, Scalar, Status
from app.domain.times import to_text
from app.errors import InputError
from app.i18n import mark
from app.services.reviewing import NewId, OpenTask
from app.services.scoring import score_json
from app.services.values import TaskRow
from app.storage.rows import JournalPlace, NewResult

if TYPE_CHECKING:
    from app.storage.workspace import Workspace

REFUSED = ("parked", "rejected")

Sign = Callable[[str, bytes], bytes]
"""(document name, payload) -> the signed document, by the device's own key."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """row: the task as its list shows it from now on."""

    task: TaskId
    result: ResultId
    digest: Digest
    revision: int
    row: TaskRow


class Incomplete(InputError):
    """The review cannot be submitted yet; `lacks` says what is missing, in reading order."""

    def __init__(self, lacks: tuple[Missing, ...]) -> None:
        self.lacks = lacks
        super().__init__(
            "review.incomplete",
            mark("One point is still open in this review.")
            if len(lacks) == 1
            else mark("{n} points are still open in this review."),
            hint=mark("Nothing is lost. Answer it, or say why it cannot be judged.")
            if len(lacks) == 1
            else mark("Nothing is lost. Answer them, or say why they cannot be judged."),
            params={"n": len(lacks)},
        )


class Submitting:
    """device: names this journal. registered: the device as the lab knows it, which is its key's thumbprint; the two
    part when a snapshot is restored."""

    def __init__(
        self,
        device: DeviceId,
        registered: DeviceId,
        expert: ExpertId,
        clock: Clock,
        new_id: NewId,
        sign: Sign,
    ) -> None:
        self._device = device
        self._registered = registered
        self._expert = expert
        self._clock = clock
        self._new_id = new_id
        self._sign = sign

    def submit(self, workspace: Workspace, current: OpenTask, *, undoes: str | None = None) -> Submitted:
        """Sign the result and queue it. Raises Incomplete."""
        blocking = tuple(m for m in current.missing if m.blocking)
        if blocking:
            raise Incomplete(blocking)
        if current.submitted:
            raise InputError(
                "review.submitted", "This review is submitted already.", hint="It is in the outbox."
            )
        if needs_reason(workspace, current):
            raise InputError(
                "review.reason",
                "A second opinion on this task has been opened: a change after it needs a reason.",
                hint="Say in a sentence what changed your mind; it goes with the new revision.",
                where=CHANGE_REASON,
            )
        edit = Edit(
            self._new_id(),
            self._device,
            current.task.id,
            STATUS,
            current.review.values.get(STATUS),
            str(Status.SUBMITTED),
            self._clock.now(),
            self._new_id(),
            undoes=undoes,
        )
        worked = active_ms(workspace.work.signs(current.task.id), current.task.characters)

        def seal(place: JournalPlace) -> NewResult:
            payload = self._payload(workspace, current, place.head, worked)
            return NewResult(
                self.result_of(current),
                current.review.revision,
                digest(payload),
                payload,
                self._sign("result", payload),
            )

        new = workspace.work.submit((edit,), seal, active_ms=worked)
        row = workspace.lab.task_row(current.task.id)
        return Submitted(current.task.id, new.result, new.digest, new.revision, row)

    def result_of(self, current: OpenTask) -> ResultId:
        return result_id(current.batch.id, current.task.id, self._expert)

    def _payload(self, workspace: Workspace, current: OpenTask, head: str, worked_ms: int) -> bytes:
        from app.wire.jsonio import dumps

        task, batch = current.task, current.batch
        # A revision that the lab refused is none before this one: the lab does not hold it.
        sent = [row for row in workspace.outbox.of_task(task.id) if row.state not in REFUSED]
        document: dict[str, Any] = {
            "v": 1,
            "result": self.result_of(current),
            "revision": current.review.revision,
            "previous": sent[-1].digest if sent else None,
            "device": self._registered,
            "sequence": workspace.outbox.next_sequence(),
            "expert": self._expert,
            "lab": batch.lab,
            "batch": batch.id,
            "batch_digest": current.batch_digest,
            "task": task.id,
            "task_digest": current.digest,
            "rubric_version": batch.rubric_version,
            "guideline_version": batch.guideline_version,
            "shown_order": list(current.order),
            "seed": current.seed,
            "judgement": to_judgement(current.review),
            "score": {r: score_json(current.score(r)) for r in current.scored} or None,
            "times": {
                "started": workspace.work.started_at(task.id),
                "submitted": to_text(self._clock.now()),
                "active_ms": worked_ms,
            },
            "journal_head": head,
        }
        reason = current.review.text(CHANGE_REASON)
        if sent and opened_opinion(workspace, task.id):
            document["after_opening"] = True
        if sent and reason:
            document["reason"] = reason
        return dumps(document)


def needs_reason(workspace: Workspace, current: OpenTask) -> bool:
    """Whether this would be a change of mind after an opinion was opened, and says not why."""
    changed = any(row.state not in REFUSED for row in workspace.outbox.of_task(current.task.id))
    return changed and not current.review.text(CHANGE_REASON) and opened_opinion(workspace, current.task.id)


def opened_opinion(workspace: Workspace, task: TaskId) -> bool:
    """Whether somebody else's verdicts on the task were opened here: an envelope that held nothing tells nothing."""
    opened = [json.loads(one.payload) for one in workspace.papers.of_task(task, "opened")]
    return any(content.get("opinions") or content.get("results") for content in opened)


@dataclass(frozen=True, slots=True)
class Undone:
    """The task to show, and what was done: `submit` (to be done again), `withdrawn`, `revision` or `edit`."""

    task: TaskId
    what: str
    paths: tuple[str, ...]


class Undoing:
    """One history over every task and restart: the journal's."""

    def __init__(self, device: DeviceId, clock: Clock, new_id: NewId) -> None:
        self._device = device
        self._clock = clock
        self._new_id = new_id

    def undo(self, workspace: Workspace, only: TaskId | None = None) -> Undone | None:
        """Take back the last group of edits; None when there is nothing to take back (in this task)."""
        history = workspace.work.history()
        if not history.undo:
            return None
        if only is not None and workspace.work.edits_of_group(history.undo[0])[0].task != only:
            return None
        return self._take_back(workspace, history.undo[0])

    def redo(self, workspace: Workspace) -> Undone | None:
        history = workspace.work.history()
        return self._take_back(workspace, history.redo[0]) if history.redo else None

    def withdraw(self, workspace: Workspace, task: TaskId) -> Undone:
        """Take back the submit of one task, whatever was done since elsewhere.

        InputError `outbox.sent` when its result may have left this computer.
        """
        newest = workspace.outbox.of_task(task)[-1:]
        submits = [
            e for e in workspace.work.edits(task) if e.path == STATUS and e.new == str(Status.SUBMITTED)
        ]
        if not submits or not newest or newest[0].state != "ready" or newest[0].attempts:
            raise InputError(
                "outbox.sent",
                "This result may have left this computer already.",
                hint="Open the review again: a new revision takes its place.",
            )
        return self._take_back(workspace, submits[-1].group)

    def reopen(self, workspace: Workspace, task: TaskId, reason: str = "") -> Undone:
        """Open a submitted review again: taken back if it never left, else as the next revision, with the reason why.
        In a review that is open already the reason alone is set.

        InputError `review.open` when it is open and no reason is given.
        """
        review = workspace.work.review(task)
        name = self._new_id()

        def edit(path: str, new: Scalar | None) -> Edit:
            return Edit(
                self._new_id(),
                self._device,
                task,
                path,
                review.values.get(path),
                new,
                self._clock.now(),
                name,
            )

        if review.status is not Status.SUBMITTED:
            if not reason:
                raise InputError("review.open", "This review is open already.")
            workspace.work.record((edit(CHANGE_REASON, reason),))
            return Undone(task, "edit", (CHANGE_REASON,))
        newest = workspace.outbox.of_task(task)[-1]
        if newest.state == "ready" and not newest.attempts:
            workspace.work.withdraw((edit(STATUS, None),), newest.result, newest.revision)
            return Undone(task, "withdrawn", (STATUS,))
        edits = [edit(STATUS, None), edit(REVISION, review.revision + 1)]
        if reason != review.text(CHANGE_REASON):
            edits.append(edit(CHANGE_REASON, reason or None))
        workspace.work.record(tuple(edits))
        return Undone(task, "revision", tuple(e.path for e in edits))

    def _take_back(self, workspace: Workspace, group: str) -> Undone:
        edits = workspace.work.edits_of_group(group)
        name = self._new_id()
        back = tuple(
            invert(e, id=self._new_id(), at=self._clock.now(), group=name, device=self._device)
            for e in reversed(edits)
        )
        task = edits[0].task
        paths = tuple(e.path for e in back)
        if any(e.path == STATUS and e.old == Status.SUBMITTED for e in back):
            return self._reopen(workspace, task, back)
        if any(e.path == STATUS and e.new == Status.SUBMITTED for e in back):
            return Undone(task, "submit", paths)
        workspace.work.record(back)
        return Undone(task, "edit", paths)

    def _reopen(self, workspace: Workspace, task: TaskId, back: tuple[Edit, ...]) -> Undone:
        newest = workspace.outbox.of_task(task)[-1]
        if newest.state == "ready" and not newest.attempts:
            workspace.work.withdraw(back, newest.result, newest.revision)
            return Undone(task, "withdrawn", (STATUS,))
        review = workspace.work.review(task)
        revision = replace(
            back[0],
            id=self._new_id(),
            path=REVISION,
            old=review.values.get(REVISION),
            new=review.revision + 1,
        )
        workspace.work.record((*back, revision))
        return Undone(task, "revision", (STATUS, REVISION))
