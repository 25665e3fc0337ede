"""Calibration batches: practice whose answers are explained after each task, and a pass mark; for the expert alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain.ids import BatchId, ResponseId, TaskId
from app.domain.sampling import keyed, missed
from app.domain.task import Task
from app.services.cells import first_result, order_of, task_of
from app.services.opinions import OpinionRow, beside
from app.services.session import Session

if TYPE_CHECKING:
    from app.storage.workspace import Workspace

Calibrations = Sequence[tuple[str, Mapping[str, Any]]]
"""(batch, document) of calibration papers."""
Keys = Mapping[TaskId, Mapping[str, Any]]
"""Judgements that are right, by practice task."""


@dataclass(frozen=True, slots=True)
class Practice:
    """A calibration batch. right, keyed: verdicts of the key, over what is graded. share: None before the first."""

    batch: str
    title: str
    pass_mark: float
    tasks: int
    graded: int
    right: int
    keyed: int

    @property
    def share(self) -> float | None:
        return self.right / self.keyed if self.keyed else None

    @property
    def passed(self) -> bool | None:
        """None until every explained task is graded."""
        if self.graded < self.tasks or self.share is None:
            return None
        return self.share >= self.pass_mark


@dataclass(frozen=True, slots=True)
class PracticeView:
    """A practice task after it was submitted: mine beside the right answer; its comments explain."""

    task: Task
    rows: tuple[OpinionRow, ...]
    right: int
    keyed: int
    order: tuple[ResponseId, ...]


def calibrations(session: Session) -> Calibrations:
    """Every calibration paper here, parsed, in the order they came."""
    papers = session.workspace.papers.of_kind("calibration")
    return [(str(paper.batch), json.loads(paper.payload)) for paper in papers]


def practices(session: Session, papers: Calibrations | None = None) -> list[Practice]:
    """The calibration batches here. papers: `calibrations`, where they are at hand."""
    newest = dict(calibrations(session) if papers is None else papers)
    return [_practice(session.workspace, batch, document) for batch, document in newest.items()]


def practised(session: Session) -> int:
    """How many practice tasks are graded, over all batches; counted without reading a task."""
    return session.workspace.papers.practised()


def practice_keys(papers: Calibrations) -> Keys:
    """The right answers by practice task; the newest paper counts."""
    return {
        TaskId(answer["task"]): answer["judgement"]
        for _, document in papers
        for answer in reversed(document["answers"])
    }


def explained(session: Session, batch: str, keys: Keys) -> list[TaskId]:
    """The tasks of a batch whose explained answer is open: those of the key that were submitted, in order."""
    lab = session.workspace.lab
    keyed_here = [task for task in lab.tasks(BatchId(batch)) if task in keys]
    return [row.id for row in lab.task_rows(keyed_here) if row.result]


def practice_answer(session: Session, task: str, keys: Keys | None = None) -> PracticeView | None:
    """The explained answer of a practice task, once it is submitted; at once, offline. None before, and elsewhere.

    keys: `practice_keys`, where they are at hand.
    """
    workspace = session.workspace
    key = (practice_keys(calibrations(session)) if keys is None else keys).get(TaskId(task))
    mine = first_result(workspace, task) if key is not None else None
    if key is None or mine is None:
        return None
    parsed = task_of(workspace, task)
    rows = beside(parsed, mine, [key])
    total = keyed(parsed, key)
    right = total - missed(parsed, mine, key)
    return PracticeView(parsed, rows, right, total, order_of(workspace, parsed))


def _practice(workspace: Workspace, batch: str, document: Mapping[str, Any]) -> Practice:
    graded = right = total = 0
    for answer in document["answers"]:
        mine = first_result(workspace, answer["task"])
        if mine is None:
            continue
        parsed, key = task_of(workspace, answer["task"]), answer["judgement"]
        asked = keyed(parsed, key)
        graded += 1
        total += asked
        right += asked - missed(parsed, mine, key)
    title = next((row.title for row in workspace.lab.batches() if row.id == batch), batch)
    tasks = len(document["answers"])
    return Practice(batch, title, float(document["pass_mark"]), tasks, graded, right, total)
