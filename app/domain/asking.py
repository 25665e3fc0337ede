"""Whether what a task asks can be asked of it: panels that exist, responses that exist, scales that are scales."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from app.domain.ids import ResponseId
from app.domain.questions import IDEAL, Attribute, Panel, Preference, Questions, Steps
from app.errors import InputError

if TYPE_CHECKING:
    from app.domain.task import Response, Task

MAX_VALUES = 101
"""The most values a rating can choose from (0 … 100)."""


def check_asked(task: Task) -> None:
    """Raises InputError `task.panel` or `task.question`, naming the task and what is wrong."""
    for panel in task.panels:
        if panel not in tuple(Panel):
            raise InputError(
                "task.panel",
                "Task “{id}” asks for “{panel}”, which this version of Assay does not know.",
                params={"id": task.id, "panel": panel[:40]},
                hint="Update Assay, then try again.",
            )
    if any(r.id == IDEAL for r in task.responses):
        raise _wrong(task, f"a response is named “{IDEAL}”, which stands for the ideal answer")
    asked = task.questions
    for panel in task.panels:
        if panel != Panel.RUBRIC and getattr(asked, panel) is None:
            raise _wrong(task, f"the panel “{panel}” has no question")
    for problem in _problems(asked, task.responses):
        raise _wrong(task, problem)


def _problems(asked: Questions, responses: Sequence[Response]) -> Iterable[str]:
    ids = [r.id for r in responses]
    if asked.preference:
        yield from _preference(asked.preference, ids)
    if asked.ranking and len(ids) < 2:
        yield "a ranking needs two responses"
    if asked.ratings:
        yield from _double("rating", [a.id for a in asked.ratings.attributes])
        for attribute in asked.ratings.attributes:
            yield from _attribute(attribute)
            if any(r not in ids for r in attribute.only):
                yield f"rating “{attribute.id}” is asked of a response that is not there"
    if asked.steps:
        yield from _steps(asked.steps, responses)
    if asked.safety:
        yield from _double("severity", asked.safety.severities, empty=True)
        yield from _double("harmed party", asked.safety.harmed, empty=True)
    if asked.spans:
        labels = [label.id for label in asked.spans.labels]
        yield from _double("label", labels)
        yield from _double("severity", asked.spans.severities, empty=True)
        known: set[str] = set()
        for label in asked.spans.labels:
            if label.parent and label.parent not in known:
                yield f"label “{label.id}” stands under “{label.parent}”, which is no label before it"
            known.add(label.id)


def _preference(asked: Preference, ids: Sequence[ResponseId]) -> Iterable[str]:
    if asked.first == asked.second or asked.first not in ids or asked.second not in ids:
        yield f"the preference is between “{asked.first}” and “{asked.second}”, which are no two responses of it"
    yield from _double("dimension", [d.id for d in asked.dimensions])


def _attribute(asked: Attribute) -> Iterable[str]:
    if not asked.low < asked.high or asked.step <= 0:
        yield f"the scale of rating “{asked.id}” has no upper end above its lower end, or no step"
    elif (asked.high - asked.low) / asked.step >= MAX_VALUES:
        yield f"rating “{asked.id}” has more than {MAX_VALUES} values"


def _steps(asked: Steps, responses: Sequence[Response]) -> Iterable[str]:
    texts = {r.id: r.text for r in responses}
    for response, steps in asked.steps.items():
        if response not in texts:
            yield f"there are steps of “{response}”, which is no response"
            continue
        end_before = 0
        for number, (start, end) in enumerate(steps, 1):
            if not end_before <= start < end <= len(texts[response]):
                yield f"step {number} of “{response}” is no stretch of its text after the step before"
                return
            end_before = end


def _double(what: str, ids: Sequence[str], *, empty: bool = False) -> Iterable[str]:
    if not ids and not empty:
        yield f"there is no {what} to choose"
    if len(set(ids)) != len(ids) or any(not i for i in ids):
        yield f"a {what} has no id, or the id of another"


def _wrong(task: Task, problem: str) -> InputError:
    return InputError(
        "task.question",
        "What task “{id}” asks cannot be answered: {problem}.",
        params={"id": task.id, "problem": problem},
        hint="Nothing of it was taken.",
    )
