"""Texts with labelled stretches or classes, as annotation tools export them: what doccano and Prodigy share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Rubric
from app.domain.verdict import Mark
from app.formats import drafts, writing
from app.formats.base import Answer, Draft, Given, Graded, Losses, Record

RESPONSE = "r1"
NO_RUBRIC = Rubric(())
_SCORES = re.compile(r"(?:^|_)(?:scores?|priority|predictions?)$", re.IGNORECASE)


def kept(record: Record, left: Sequence[str], loss: Losses) -> Record:
    """The fields that writing gives back: none that says which model wrote or scored the text, or who judged it."""
    rest = {name: value for name, value in record.items() if name not in left}
    found = drafts.blind(rest, loss)
    found = drafts.blind(found, loss, _SCORES, "the model's own score and priority")
    return dict(found)


def stretches(
    text: str, found: Sequence[tuple[Any, Any, Any]], line: str, loss: Losses
) -> list[dict[str, Any]]:
    """Spans of (start, end, label) in code points; one that is no stretch of the text is named, never moved."""
    spans = []
    for n, (start, end, label) in enumerate(found):
        whole = isinstance(start, int) and isinstance(end, int) and not isinstance(start, bool)
        if not whole or not 0 <= start < end <= len(text) or not str(label):
            loss.note(f"{line}: a span from {start} to {end} is no stretch of the text")
            continue
        spans.append(
            {"id": f"s{n}", "start": start, "end": end, "quote": text[start:end], "label": str(label)}
        )
    return spans


def marked(graded: Graded, loss: Losses) -> list[tuple[int, int, str]]:
    """The expert's spans of the one text, as (start, end, label)."""
    spans = writing.labelled(graded, graded.task.responses[0].id)
    loss.note(
        "comments and severities of spans", sum(bool(s.get("comment") or s.get("severity")) for s in spans)
    )
    return [(s["start"], s["end"], s["label"]) for s in spans]


def beside_spans(graded: Graded, loss: Losses) -> None:
    """Where spans are written, verdicts on the same text have no place."""
    told = writing.part(graded, graded.task.responses[0].id).get("verdicts") or {}
    loss.note("verdicts on criteria beside spans", len(told))


def classed(graded: Graded, loss: Losses) -> dict[str, bool | None]:
    """By each class that a criterion stands for and the expert was asked about: whether the one text is of it. Empty,
    and the result noted as left out, where no class was answered with yes or no."""
    told: dict[str, bool | None] = {}
    for criterion in graded.task.rubric.leaves:
        met = chosen(graded, criterion.id, loss)
        if criterion.tags:
            told[criterion.tags[0]] = met
        else:
            loss.note("answers on criteria that name no class", met is not None)
    if all(met is None for met in told.values()):
        loss.leave("results without a yes or no on a class")
        return {}
    return told


def chosen(graded: Graded, criterion: str, loss: Losses) -> bool | None:
    """Whether the expert put the one text in the class that a criterion stands for; None without a yes or no."""
    value = writing.verdict(graded, graded.task.responses[0].id, criterion).get("value")
    met = writing.met(value)
    loss.note("answers that are no yes or no", met is None and value is not None)
    return met


def spans_draft(text: str, labels: Sequence[str], given: list[Given], **more: Any) -> Draft:
    return Draft(
        [],
        [Answer(text, id=RESPONSE)],
        NO_RUBRIC,
        panels=("spans",),
        questions={"spans": {"labels": [{"id": label} for label in labels]}},
        given=given,
        title=drafts.short(text),
        **more,
    )


def classes_draft(text: str, classes: Sequence[str], given: list[Given], **more: Any) -> Draft:
    """Each class a criterion: met, the text is of it."""
    criteria = tuple(
        Criterion(CriterionId(f"c{n}"), f"Is of the class “{name}”.", points=0, tags=(name,))
        for n, name in enumerate(classes, 1)
    )
    return Draft(
        [],
        [Answer(text, id=RESPONSE)],
        Rubric(criteria, version="classes-1"),
        given=given,
        title=drafts.short(text),
        **more,
    )


def judged_spans(rater: str, spans: list[Record]) -> Given:
    return Given(rater, {"responses": {RESPONSE: {"spans": spans}}})


def judged_classes(rater: str, classes: Sequence[str], chosen: Sequence[str]) -> Given:
    marks = {f"c{n}": str(Mark.MET if name in chosen else Mark.NOT_MET) for n, name in enumerate(classes, 1)}
    return Given(rater, {"responses": {RESPONSE: {"verdicts": marks}}})
