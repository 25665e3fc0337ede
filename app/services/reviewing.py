"""Judging a task: open it, change leaves, keep the edits.

`changed` is pure and takes microseconds, so the screen can show the new review at once; the edits it
returns are handed to the writer, and only its answer means "saved".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from app.clock import Clock
from app.domain.batch import Batch
from app.domain.checks import Missing, Progress, missing, progress
from app.domain.edits import Change, Edit, apply, splice
from app.domain.ids import DeviceId, Digest, ResponseId
from app.domain.judgement import check_whole
from app.domain.leaves import check_leaf, takes_verdicts
from app.domain.order import shown_order
from app.domain.questions import IDEAL, Panel
from app.domain.review import (
    CHANGE_REASON,
    FLAG_KIND,
    FLAG_REASON,
    IDEAL_TEXT,
    FlagKind,
    Review,
    Scalar,
    Status,
    is_typed,
)
from app.domain.scoring import Score, score
from app.domain.task import Task
from app.domain.verdict import MAX_TEXT, Value
from app.errors import InputError

if TYPE_CHECKING:
    from app.storage.rows import TaskRow
    from app.storage.workspace import Workspace

NewId = Callable[[], str]


@dataclass(frozen=True)
class OpenTask:
    """A task with one's own review of it.

    digest: of the exact task line. order: responses as shown (A first), from `seed`.
    """

    task: Task
    batch: Batch
    digest: Digest
    batch_digest: Digest
    order: tuple[ResponseId, ...]
    seed: str
    review: Review

    def score(self, response: ResponseId) -> Score:
        """Of one response; counted once."""
        found = self._scores.get(response)
        if found is None:
            found = self._scores[response] = self._score(response)
        return found

    @cached_property
    def _scores(self) -> dict[ResponseId, Score]:
        return {}

    def _score(self, response: ResponseId) -> Score:
        values: dict[str, Value] = {}
        for criterion in self.task.rubric.leaves:
            value = self.review.verdict(response, criterion.id).value
            if value is not None:
                values[criterion.id] = value
        return score(self.batch.policy, self.task.rubric, values)  # type: ignore[arg-type]

    @property
    def scored(self) -> tuple[ResponseId, ...]:
        """The responses that the rubric is asked of, in the task's own order; a written ideal answer is the last."""
        asked = tuple(r.id for r in self.task.responses) if self.task.asks(Panel.RUBRIC) else ()
        ideal = takes_verdicts(self.task, IDEAL) and self.review.text(IDEAL_TEXT)
        return (*asked, IDEAL) if ideal else asked

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        return missing(self.task, self.review)

    @cached_property
    def progress(self) -> Progress:
        return progress(self.task, self.review)

    @property
    def submitted(self) -> bool:
        return self.review.status is Status.SUBMITTED


class Reviewing:
    """One device's hand on the reviews of one workspace."""

    def __init__(self, device: DeviceId, clock: Clock, new_id: NewId) -> None:
        self._device = device
        self._clock = clock
        self._new_id = new_id

    def changed(
        self, current: OpenTask, values: Mapping[str, Scalar | None], *, group: str | None = None
    ) -> tuple[OpenTask, tuple[Edit, ...]]:
        """(the task with the values set, the edits that did it). Values that are there already make no edit.

        Raises InputError, naming the path, for a value that the task does not take or a submitted review.
        """
        if current.submitted:
            raise InputError(
                "review.submitted",
                "This review is submitted.",
                hint="Undo the submission first (Ctrl+Z): it is taken back, or opened as a new revision.",
            )
        name = group or self._new_id()
        review = current.review
        edits: list[Edit] = []
        for path, value in values.items():
            checked = self._checked(current.task, path, value)
            edit = self._edit(review, path, checked, name)
            if edit is not None:
                review = apply(review, edit)
                edits.append(edit)
        check_whole(current.task, review, tuple(values))
        return replace(current, review=review), tuple(edits)

    def _edit(self, review: Review, path: str, value: Scalar | None, group: str) -> Edit | None:
        old = review.values.get(path)
        if old == value and type(old) is type(value):
            return None
        made = Edit(self._new_id(), self._device, review.task, path, old, value, self._clock.now(), group)
        if isinstance(value, str) and (isinstance(old, str) or old is None) and is_typed(path):
            at, gone, come = splice(str(old or ""), value)
            return replace(made, change=Change.SPLICE, offset=at, old=gone, new=come)
        return made

    @staticmethod
    def _checked(task: Task, path: str, value: Scalar | None) -> Scalar | None:
        if path == FLAG_KIND:
            return None if value is None else str(FlagKind(str(value)))
        if path in (FLAG_REASON, CHANGE_REASON):
            return str(value)[:MAX_TEXT] if value else None
        return check_leaf(task, path, value)


def open_task(
    workspace: Workspace, row: TaskRow, batch: Batch, batch_digest: Digest, parse: Callable[[bytes], Task]
) -> OpenTask:
    """Read a task and one's review of it. seed: the assignment's, or the batch's id for a local batch."""
    line, sha256 = workspace.lab.task_line(row.id)
    task = parse(line)
    seed = row.seed or batch.id
    return OpenTask(
        task=task,
        batch=batch,
        digest=sha256,
        batch_digest=batch_digest,
        order=shown_order(task, seed, blind=batch.blind),
        seed=seed,
        review=workspace.work.review(row.id),
    )
