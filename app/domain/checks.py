"""Before a review is submitted: what is unanswered, contradictory or lacks a reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.ids import CriterionId, ResponseId
from app.domain.review import Review
from app.domain.task import Task
from app.domain.verdict import Mark


class Lack(StrEnum):
    UNANSWERED = "unanswered"
    NO_REASON = "no_reason"
    CONTRADICTORY = "contradictory"


BLOCKING = (Lack.UNANSWERED, Lack.NO_REASON)
"""A contradiction is shown and may stand; the others keep a review from being submitted."""


@dataclass(frozen=True, slots=True)
class Missing:
    """other: for a contradiction, the criterion that it contradicts."""

    lack: Lack
    response: ResponseId
    criterion: CriterionId
    other: CriterionId | None = None

    @property
    def blocking(self) -> bool:
        return self.lack in BLOCKING


def missing(task: Task, review: Review) -> tuple[Missing, ...]:
    """Everything to look at, in reading order."""
    found: list[Missing] = []
    if "rubric" not in task.panels:
        return ()
    for response in task.responses:
        for criterion in task.rubric.leaves:
            verdict = review.verdict(response.id, criterion.id)
            if not verdict.answered:
                found.append(Missing(Lack.UNANSWERED, response.id, criterion.id))
                continue
            if verdict.value == Mark.CANNOT_JUDGE and verdict.reason is None:
                found.append(Missing(Lack.NO_REASON, response.id, criterion.id))
            if verdict.value in (Mark.MET, Mark.PARTLY):
                for needed in criterion.depends_on:
                    if review.verdict(response.id, needed).value == Mark.NOT_MET:
                        found.append(Missing(Lack.CONTRADICTORY, response.id, criterion.id, needed))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Progress:
    answered: int
    total: int

    @property
    def complete(self) -> bool:
        return self.answered >= self.total


def progress(task: Task, review: Review) -> Progress:
    """Answered criteria over all shown responses."""
    if "rubric" not in task.panels:
        return Progress(0, 0)
    leaves = task.rubric.leaves
    answered = sum(review.verdict(r.id, c.id).answered for r in task.responses for c in leaves)
    return Progress(answered, len(leaves) * len(task.responses))


def next_unanswered(
    task: Task, review: Review, order: tuple[ResponseId, ...], response: ResponseId, after: CriterionId | None
) -> tuple[ResponseId, CriterionId] | None:
    """The next open criterion, going on from here through the shown responses and round to the start."""
    leaves = task.rubric.leaves
    places = [(r, c.id) for r in order for c in leaves]
    start = places.index((response, after)) + 1 if after is not None else order.index(response) * len(leaves)
    for place in places[start:] + places[:start]:
        if not review.verdict(*place).answered:
            return place
    return None
