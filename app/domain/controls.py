"""Everything a task asks for, one control after the other, in the order it is walked by keys.

A control is one answer: a verdict, a rating, a step, a safety call, a finish, a preference, the ranking, the
ideal answer. What hangs on an answer (comment, severity, justification) belongs to its control.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.ids import CriterionId, ResponseId
from app.domain.questions import IDEAL, Panel, Steps
from app.domain.ranking import places_of
from app.domain.review import (
    IDEAL_TEXT,
    Review,
    finish_path,
    parts,
    preference_path,
    rating_path,
    safety_path,
    step_path,
    verdict_path,
)
from app.domain.task import Task
from app.domain.verdict import says_something


@dataclass(frozen=True, slots=True)
class Control:
    """response: None for what is asked over all. item: criterion, attribute, step number, dimension, or empty."""

    panel: Panel
    response: ResponseId | None
    item: str = ""

    @property
    def path(self) -> str:
        """Where the answer is kept. A ranking and the finish of steps are the only ones without an item."""
        response = self.response or IDEAL
        match self.panel:
            case Panel.RUBRIC:
                return verdict_path(response, CriterionId(self.item))
            case Panel.RATINGS:
                return rating_path(response, self.item)
            case Panel.STEPS:
                return step_path(response, int(self.item)) if self.item else finish_path(response)
            case Panel.SAFETY:
                return safety_path(response)
            case Panel.PREFERENCE:
                return preference_path(self.item)
            case Panel.RANKING:
                return "/ranking/places"
            case Panel.SPANS:
                return f"/responses/{self.response}/spans"
            case Panel.IDEAL:
                return IDEAL_TEXT


def controls(
    task: Task, review: Review, order: tuple[ResponseId, ...], *, by_item: bool = False
) -> tuple[Control, ...]:
    """Every control that is asked now. by_item: one criterion across all responses, then the next (C7)."""
    found = [c for response in order for c in _of_response(task, review, response)]
    if by_item:
        items: dict[tuple[Panel, str], list[Control]] = {}
        for control in found:
            items.setdefault((control.panel, control.item), []).append(control)
        found = [control for same in items.values() for control in same]
    return (*found, *_of_task(task, review))


def _of_response(task: Task, review: Review, response: ResponseId) -> Iterator[Control]:
    asked = task.questions
    if task.asks(Panel.RUBRIC):
        for criterion in task.rubric.leaves:
            yield Control(Panel.RUBRIC, response, criterion.id)
    if asked.ratings and task.asks(Panel.RATINGS):
        for attribute in asked.ratings.attributes:
            if not attribute.asked_of(response):
                continue
            yield Control(Panel.RATINGS, response, attribute.id)
    if asked.steps and task.asks(Panel.STEPS):
        for number in steps_asked(asked.steps, review, response):
            yield Control(Panel.STEPS, response, str(number))
        if asked.steps.finish and asked.steps.steps.get(response):
            yield Control(Panel.STEPS, response)
    if task.asks(Panel.SAFETY):
        yield Control(Panel.SAFETY, response)
    if asked.spans and task.asks(Panel.SPANS) and asked.spans.least:
        yield Control(Panel.SPANS, response)


def _of_task(task: Task, review: Review) -> Iterator[Control]:
    asked = task.questions
    if asked.preference and task.asks(Panel.PREFERENCE):
        for dimension in asked.preference.dimensions:
            yield Control(Panel.PREFERENCE, None, dimension.id)
    if task.asks(Panel.RANKING):
        yield Control(Panel.RANKING, None)
    if asked.ideal and task.asks(Panel.IDEAL):
        if asked.ideal.required or review.text(IDEAL_TEXT):
            yield Control(Panel.IDEAL, None)
        if asked.ideal.graded and review.text(IDEAL_TEXT):
            for criterion in task.rubric.leaves:
                yield Control(Panel.RUBRIC, IDEAL, criterion.id)


def kept(control: Control) -> CriterionId:
    """A control as the second half of a place (response, text): the criterion's own id, or the path of the answer."""
    plain = control.panel is Panel.RUBRIC and control.response != IDEAL
    return CriterionId(control.item if plain else control.path)


def control_at(places: tuple[Control, ...], response: ResponseId | None, text: str | None) -> Control | None:
    """The control that a kept place names; None when it is not asked (any more)."""
    for control in places if text else ():
        if control.panel is Panel.RUBRIC and control.response == response and control.item == text:
            return control
    return next((c for c in places if c.path == text), None) if text else None


def control_of(path: str) -> Control | None:
    """The control that a leaf of a review belongs to; None for comments on the task, flags and highlights."""
    match parts(path):
        case ("responses", response, "verdicts", criterion, _):
            return Control(Panel.RUBRIC, ResponseId(response), criterion)
        case ("ideal", "verdicts", criterion, _):
            return Control(Panel.RUBRIC, IDEAL, criterion)
        case ("responses", response, "ratings", attribute, _):
            return Control(Panel.RATINGS, ResponseId(response), attribute)
        case ("responses", response, "steps", number, _):
            return Control(Panel.STEPS, ResponseId(response), number)
        case ("responses", response, "finish"):
            return Control(Panel.STEPS, ResponseId(response))
        case ("responses", response, "safety", _):
            return Control(Panel.SAFETY, ResponseId(response))
        case ("preference", dimension, _):
            return Control(Panel.PREFERENCE, None, dimension)
        case ("ranking", *_):
            return Control(Panel.RANKING, None)
        case ("ideal", _):
            return Control(Panel.IDEAL, None)
    return None


def steps_asked(asked: Steps, review: Review, response: ResponseId) -> range:
    """The numbers (from 1) of the steps that are asked: with `first_error`, none after the first −1."""
    last = len(asked.steps.get(response, ()))
    if asked.first_error:
        for number in range(1, last + 1):
            if review.values.get(step_path(response, number)) == -1:
                return range(1, number + 1)
    return range(1, last + 1)


def after_error(asked: Steps, review: Review, path: str, value: object) -> dict[str, None]:
    """What is said of the steps after one that becomes the first error: it is taken away, for it is not asked."""
    *steps, number, leaf = path.split("/")
    if steps[-1:] != ["steps"] or leaf != "value" or value != -1 or not asked.first_error:
        return {}
    head = "/".join(steps) + "/"
    later = (p for p in review.values if p.startswith(head))
    return {p: None for p in later if int(p.removeprefix(head).split("/")[0]) > int(number)}


def answered(task: Task, review: Review, control: Control) -> bool:
    """Whether the control has an answer that counts; texts beside it are `checks.missing`'s business."""
    if control.panel is Panel.RANKING:
        return len(places_of(task, review)) == len(task.responses)
    if control.panel is Panel.SPANS:
        asked = task.questions.spans
        return asked is None or _labelled(review, control.response) >= asked.least
    return says_something(review.values.get(control.path))


def _labelled(review: Review, response: ResponseId | None) -> int:
    prefix = f"/responses/{response}/spans/"
    return sum(path.startswith(prefix) and path.endswith("/label") for path in review.values)


def next_open(
    task: Task, review: Review, places: tuple[Control, ...], after: Control | None
) -> Control | None:
    """The next of these controls without an answer, going on after this one and round to the start."""
    start = places.index(after) + 1 if after in places else 0
    for control in places[start:] + places[:start]:
        if not answered(task, review, control):
            return control
    return None
