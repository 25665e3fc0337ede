"""How alike one answered the hidden repeats of a finished batch, and whether the side mattered; for oneself alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.ids import TaskId
from app.domain.places import is_whole, opposed, places, value_of
from app.domain.preference import as_shown, given
from app.services.cells import first_result, scores_of, task_of
from app.services.session import Session

SIDES = {-1: "first", 0: "even", 1: "second"}


@dataclass(frozen=True, slots=True)
class Consistency:
    """One's own repeats in a finished batch. same, verdicts: answers alike the second time, of all compared; of
    preferences the side is.

    first, second, even: how often the response shown first (second, neither) came out ahead, by the scores of two
    responses and by every preference; without side bias first and second are about as many.
    """

    batch: str
    title: str
    repeats: int
    verdicts: int
    same: int
    first: int
    second: int
    even: int
    pairs: tuple[tuple[TaskId, TaskId, int], ...]


def consistency(session: Session, batch: str) -> Consistency | None:
    """How alike my own repeats were; None until the batch is done and the lab has said which they were."""
    workspace = session.workspace
    told = workspace.papers.of_kind("repeats", batch)
    if not told:
        return None
    pairs: list[tuple[TaskId, TaskId, int]] = []
    verdicts = same = 0
    sides = {"first": 0, "second": 0, "even": 0}
    about = {row.id: row for row in workspace.lab.batches()}[batch]  # type: ignore[index]
    for pair in json.loads(told[-1].payload)["pairs"]:
        once, again = first_result(workspace, pair["of"]), first_result(workspace, pair["task"])
        if once is None or again is None:
            continue
        parsed = task_of(workspace, pair["of"])
        asked = [p for p in places(parsed) if not is_whole(p)]
        alike = sum(not opposed(p, value_of(once, p), value_of(again, p)) for p in asked)
        verdicts, same = verdicts + len(asked), same + alike
        pairs.append((TaskId(pair["of"]), TaskId(pair["task"]), len(asked) - alike))
        for name in (pair["of"], pair["task"]):
            for name_of_side in _sides(session, name):
                sides[name_of_side] += 1
    return Consistency(batch, about.title, len(pairs), verdicts, same, **sides, pairs=tuple(pairs))


def _sides(session: Session, task: str) -> Iterator[str]:
    """Which of two shown responses came out ahead in my first result: by their scores, and by each preference."""
    current = session.open(TaskId(task))
    mine = first_result(session.workspace, task) or {}
    order, asked = current.order, current.task.questions.preference
    scores = scores_of(current.task, current.batch, mine)
    if len(order) == 2 and all(r in scores for r in order):
        first, second = (scores[r].value or 0.0 for r in order)
        yield SIDES[(second > first) - (second < first)]
    for dimension in asked.dimensions if asked is not None else ():
        value = given(mine, dimension.id)
        if asked is not None and value is not None:
            shown = as_shown(asked, order, value)
            yield SIDES[(shown > 0) - (shown < 0) if isinstance(shown, int) else 0]
