"""K2: every rater's answers, and the aggregate of each unit with how it came about."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

from app.agreement.reports.source import Graded, Source, credit
from app.domain.controls import Control
from app.domain.decisions import Standing, standing
from app.domain.ids import CriterionId
from app.domain.places import entry_of, is_whole, key_of, places, value_of
from app.domain.questions import Panel
from app.domain.rubric import Criterion, Kind
from app.domain.task import Task
from app.domain.verdict import Mark, Value

RATER_COLUMNS = (
    "batch", "task", "response", "model", "panel", "criterion", "points", "tags", "rater", "value", "comment",
    "confidence", "reason", "submitted", "result_digest",
)  # fmt: skip
AGGREGATE_COLUMNS = (
    "batch", "task", "response", "model", "panel", "criterion", "points", "tags", "value", "standing", "raters",
    "counts", "mean_credit", "decision_digest", "result_digests",
)  # fmt: skip
Row = dict[str, object]


def standings(source: Source) -> dict[str, Standing]:
    """How sure each task's verdicts are."""
    found = {}
    for task, results in source.by_task.items():
        decided = source.decided.get(task)
        found[task] = standing(
            results[0].task,
            [one.judgement for one in results],
            settled=decided is not None and decided.judgement is not None,
            disputed=decided is not None and decided.disputed,
        )
    return found


def rater_rows(source: Source) -> Iterator[Row]:
    """One row a rater and answer; every rater is kept, whatever was decided.

    panel: rubric, preference, ratings … criterion: the id of what is asked there (a dimension, an attribute, the number
    of a step); empty where the panel asks one thing. A ranking, a safety call, highlights and an ideal answer are JSON.
    """
    for one in _ordered(source):
        for place in _places(one.task):
            value = value_of(one.judgement, place)
            if value is None or value == []:
                continue
            entry = {} if is_whole(place) else entry_of(one.judgement, place)
            yield {
                **_asked(source, one, place),
                "rater": one.rater,
                "value": value,
                "comment": entry.get("comment") or entry.get("justification") or "",
                "confidence": entry.get("confidence") or "",
                "reason": entry.get("reason") or "",
                "submitted": one.submitted,
                "result_digest": one.digest,
            }


def aggregate_rows(source: Source) -> Iterator[Row]:
    """One row a place. value: what all say, or what was decided; empty where it is unresolved.

    standing: of this unit: unanimous (two raters at least, all the same), adjudicated (a decision's final
    answer), unresolved. counts: raters by value. mean_credit: over raters who gave one.
    """
    for task_id, results in sorted(source.by_task.items()):
        task, decided = results[0].task, source.decided.get(task_id)
        for place in _places(task):
            values = [value for one in results if (value := value_of(one.judgement, place)) is not None]
            final = None
            if decided is not None and decided.judgement is not None and not decided.disputed:
                final = value_of(decided.judgement, place)
                final = None if final == [] else final
            if not any(value != [] for value in values) and final is None:
                continue
            criterion = _criterion(task, place)
            free = criterion is not None and criterion.kind is Kind.FREE
            same = len(values) > 1 and len({key_of(place, value) for value in values}) == 1 and not free
            how, value = Standing.UNRESOLVED, ""
            if final is not None:
                how, value = Standing.ADJUDICATED, final
            elif same and values[0] != Mark.CANNOT_JUDGE and not (decided and decided.disputed):
                how, value = Standing.UNANIMOUS, values[0]
            credits = [] if criterion is None else _credits(criterion, values)
            yield {
                **_asked(source, results[0], place),
                "value": value,
                "standing": str(how),
                "raters": len(values),
                "counts": {} if free or is_whole(place) else _counts(values),
                "mean_credit": round(sum(credits) / len(credits), 6) if credits else None,
                "decision_digest": decided.digest if decided is not None and final is not None else "",
                "result_digests": sorted(one.digest for one in results if one.digest),
            }


def _places(task: Task) -> list[Control]:
    """Every place, the criteria for free text among the others."""
    order = [response.id for response in task.responses] if task.asks(Panel.RUBRIC) else []
    criteria = [Control(Panel.RUBRIC, response, c.id) for response in order for c in task.rubric.leaves]
    return [*criteria, *(place for place in places(task) if place.panel is not Panel.RUBRIC)]


def _criterion(task: Task, place: Control) -> Criterion | None:
    return task.rubric[CriterionId(place.item)] if place.panel is Panel.RUBRIC else None


def _asked(source: Source, one: Graded, place: Control) -> Row:
    """The columns that say where it is."""
    criterion = _criterion(one.task, place)
    return {
        "batch": source.batch,
        "task": one.task.id,
        "response": place.response or "",
        "model": one.models.get(place.response, "") if place.response else "",
        "panel": str(place.panel),
        "criterion": place.item,
        "points": criterion.points if criterion is not None else None,
        "tags": list(criterion.tags) if criterion is not None else [],
    }


def _credits(criterion: Criterion, values: list[Any]) -> list[float]:
    found = (credit(criterion, cast(Value, value)) for value in values)
    return [one for one in found if one is not None]


def _counts(values: list[Any]) -> dict[str, int]:
    """Raters by value; of an object by its JSON."""
    said = (json.dumps(v, sort_keys=True) if isinstance(v, dict) else str(v) for v in values)
    return dict(sorted(Counter(said).items()))


def _ordered(source: Source) -> list[Graded]:
    return sorted(source.graded, key=lambda one: (one.task.id, one.rater, one.submitted))
