"""A task and the judgements on it as one reads them: cell by cell, numbered, responses in the order they were shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain.batch import Batch
from app.domain.codec import batch_from_json, task_from_json
from app.domain.controls import Control
from app.domain.ids import CriterionId, ResponseId, TaskId
from app.domain.order import shown_order
from app.domain.places import Answer, entry_of, places, value_of
from app.domain.questions import Panel
from app.domain.scoring import Score, score
from app.domain.task import Task
from app.domain.verdict import Value
from app.errors import InputError
from app.services.lead_store import line_of

if TYPE_CHECKING:
    from app.storage.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer as it was given. value None: left open. comment: what was written beside it, a better step too."""

    value: Answer | None = None
    comment: str = ""
    confidence: str | None = None
    reason: str | None = None


BESIDE = ("comment", "justification", "own")


def cell_of(judgement: Mapping[str, Any], place: Control) -> Cell:
    value = value_of(judgement, place)
    if place.panel in (Panel.SPANS, Panel.IDEAL):
        return Cell(value)
    entry = entry_of(judgement, place)
    written = [str(entry[leaf]) for leaf in BESIDE if entry.get(leaf)]
    reason = entry.get("reason") if place.panel is Panel.RUBRIC else None
    return Cell(value, "\n".join(written), entry.get("confidence"), reason)


def scores_of(task: Task, batch: Batch, judgement: Mapping[str, Any]) -> dict[ResponseId, Score]:
    """The score of each response under the batch's policy; none for tasks without a rubric."""
    if "rubric" not in task.panels:
        return {}
    found: dict[ResponseId, Score] = {}
    for response in task.responses:
        values: dict[CriterionId, Value] = {}
        for criterion in task.rubric.leaves:
            value = value_of(judgement, Control(Panel.RUBRIC, response.id, criterion.id))
            if isinstance(value, str | int | float):
                values[criterion.id] = value
        found[response.id] = score(batch.policy, task.rubric, values)
    return found


def task_of(workspace: Workspace, task: str) -> Task:
    """A task that was given to her, parsed from its line. InputError when it is not here."""
    return task_from_json(json.loads(workspace.lab.task_line(TaskId(task))[0]))


def order_of(workspace: Workspace, task: Task) -> tuple[ResponseId, ...]:
    """Its responses as she reads them in Grading, A first; the task's own order where it was not given to her."""
    try:
        row = workspace.lab.task_row(task.id)
    except InputError:
        return tuple(response.id for response in task.responses)
    batch = batch_from_json(json.loads(workspace.lab.batch(row.batch).payload))
    return shown_order(task, row.seed or batch.id, blind=batch.blind)


def title_of(workspace: Workspace, task: str) -> str:
    found = line_of(workspace, task)
    return str(task_from_json(json.loads(found[0])).title) if found else task


def first_result(workspace: Workspace, task: str) -> Mapping[str, Any] | None:
    """My first result on a task, as it was submitted."""
    rows = workspace.outbox.of_task(TaskId(task))
    found: Mapping[str, Any] | None = json.loads(rows[0].payload)["judgement"] if rows else None
    return found


def numbered(task: Task) -> list[tuple[Control, int]]:
    """Every place with the number of its question, from 1: the criteria first, what is asked else behind them."""
    criteria = task.rubric.leaves if task.asks(Panel.RUBRIC) else ()
    numbers = {(Panel.RUBRIC, str(c.id)): n for n, c in enumerate(criteria, start=1)}
    found = places(task)
    for place in found:
        numbers.setdefault((place.panel, place.item), len(numbers) + 1)
    return [(place, numbers[place.panel, place.item]) for place in found]
