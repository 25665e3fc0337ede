"""Before a review is submitted: what is unanswered, contradictory, or lacks a reason or evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.domain.controls import Control, answered, controls
from app.domain.ids import CriterionId, ResponseId
from app.domain.questions import BOTH_BAD, IDEAL, Call, Need, Panel
from app.domain.review import (
    IDEAL_BASE,
    IDEAL_REASON,
    IDEAL_TEXT,
    RANKING_WHY,
    Review,
    preference_path,
    rating_path,
    safety_path,
)
from app.domain.spans import has_evidence
from app.domain.task import Task
from app.domain.verdict import Mark, wants_evidence


class Lack(StrEnum):
    UNANSWERED = "unanswered"
    NO_REASON = "no_reason"
    CONTRADICTORY = "contradictory"
    NO_EVIDENCE = "no_evidence"
    NO_JUSTIFICATION = "no_justification"
    TOO_SHORT = "too_short"
    NO_SEVERITY = "no_severity"
    NO_HARMED = "no_harmed"


ADVICE = (Lack.CONTRADICTORY,)
"""Shown, and may stand; everything else keeps a review from being submitted."""


@dataclass(frozen=True, slots=True)
class Missing:
    """control: where it is. other: for a contradiction, the criterion that it contradicts."""

    lack: Lack
    control: Control
    other: CriterionId | None = None

    @property
    def blocking(self) -> bool:
        return self.lack not in ADVICE

    @property
    def response(self) -> ResponseId | None:
        return self.control.response

    @property
    def criterion(self) -> CriterionId | None:
        return CriterionId(self.control.item) if self.control.panel is Panel.RUBRIC else None


def missing(task: Task, review: Review) -> tuple[Missing, ...]:
    """Everything to look at, in reading order."""
    return tuple(_missing(task, review))


def _missing(task: Task, review: Review) -> Iterator[Missing]:
    for control in controls(task, review, tuple(r.id for r in task.responses)):
        yield from lacking(task, review, control)


def lacking(task: Task, review: Review, control: Control) -> Iterator[Missing]:
    """What one control lacks."""
    if not answered(task, review, control):
        yield Missing(Lack.UNANSWERED, control)
        return
    match control.panel:
        case Panel.RUBRIC:
            yield from _of_verdict(task, review, control)
        case Panel.RATINGS:
            yield from _of_rating(task, review, control)
        case Panel.SAFETY:
            yield from _of_safety(task, review, control)
        case Panel.PREFERENCE:
            yield from _of_preference(task, review, control)
        case Panel.RANKING:
            asked = task.questions.ranking
            if asked and asked.justification is Need.REQUIRED and not review.text(RANKING_WHY).strip():
                yield Missing(Lack.NO_JUSTIFICATION, control)
        case Panel.IDEAL:
            yield from _of_ideal(task, review, control)


def _of_verdict(task: Task, review: Review, control: Control) -> Iterator[Missing]:
    response = control.response or IDEAL
    criterion = task.rubric[CriterionId(control.item)]
    verdict = review.verdict(response, criterion.id)
    if verdict.value == Mark.CANNOT_JUDGE and verdict.reason is None:
        yield Missing(Lack.NO_REASON, control)
    wanted = response != IDEAL and wants_evidence(criterion, verdict.value)
    if wanted and not has_evidence(review, response, criterion.id):
        yield Missing(Lack.NO_EVIDENCE, control)
    if verdict.value not in (Mark.MET, Mark.PARTLY):
        return
    for needed in criterion.depends_on:
        if review.verdict(response, needed).value == Mark.NOT_MET:
            yield Missing(Lack.CONTRADICTORY, control, needed)


def _of_rating(task: Task, review: Review, control: Control) -> Iterator[Missing]:
    asked = task.questions.ratings.attributes if task.questions.ratings else ()
    needed = any(a.id == control.item and a.comment is Need.REQUIRED for a in asked)
    if needed and not review.text(rating_path(control.response or IDEAL, control.item, "comment")).strip():
        yield Missing(Lack.NO_JUSTIFICATION, control)


def _of_safety(task: Task, review: Review, control: Control) -> Iterator[Missing]:
    asked, response = task.questions.safety, control.response or IDEAL
    if asked is None or review.values.get(safety_path(response)) == Call.SAFE:
        return
    if asked.severities and not review.text(safety_path(response, "severity")):
        yield Missing(Lack.NO_SEVERITY, control)
    if asked.harmed and not review.text(safety_path(response, "harmed")):
        yield Missing(Lack.NO_HARMED, control)


def _of_preference(task: Task, review: Review, control: Control) -> Iterator[Missing]:
    asked = task.questions.preference
    if asked is None:
        return
    value = review.values.get(control.path)
    strong = value == BOTH_BAD or (isinstance(value, int) and abs(value) >= 2)
    needed = asked.justification is Need.REQUIRED or (asked.justification is Need.STRONG and strong)
    said = review.text(preference_path(control.item, "justification")).strip()
    if needed and not said:
        yield Missing(Lack.NO_JUSTIFICATION, control)
    elif needed and len(said) < asked.min_characters:
        yield Missing(Lack.TOO_SHORT, control)


def _of_ideal(task: Task, review: Review, control: Control) -> Iterator[Missing]:
    asked = task.questions.ideal
    if asked is None:
        return
    if len(review.text(IDEAL_TEXT).strip()) < asked.min_characters:
        yield Missing(Lack.TOO_SHORT, control)
    if asked.reason is Need.REQUIRED and review.text(IDEAL_BASE) and not review.text(IDEAL_REASON).strip():
        yield Missing(Lack.NO_JUSTIFICATION, control)


@dataclass(frozen=True, slots=True)
class Progress:
    answered: int
    total: int

    @property
    def complete(self) -> bool:
        return self.answered >= self.total


def progress(task: Task, review: Review) -> Progress:
    """Answered controls of those that are asked now."""
    asked = controls(task, review, tuple(r.id for r in task.responses))
    return Progress(sum(answered(task, review, c) for c in asked), len(asked))
