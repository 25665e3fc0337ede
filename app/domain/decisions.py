"""Deciding over reviews of one task: where they differ, what is final, and what stands between them.

Works on judgement documents as labs and workspaces keep them (`judgement.py`). Only verdict values are
compared: comments may differ between people who agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.ids import CriterionId, ResponseId
from app.domain.rubric import Kind
from app.domain.task import Task
from app.domain.verdict import Value

Judgement = Mapping[str, Any]


class DecisionKind(StrEnum):
    """Values are stored: never rename one."""

    ACCEPT = "accept"
    FIX = "fix"
    RETURN = "return"
    ADJUDICATE = "adjudicate"
    DELEGATE = "delegate"


class ErrorClass(StrEnum):
    """Why a grader's verdict was not kept."""

    AMBIGUOUS_CRITERION = "ambiguous_criterion"
    GUIDELINE_GAP = "guideline_gap"
    SLIP = "slip"
    OUTSIDE_FIELD = "outside_field"
    KNOWLEDGE = "knowledge"


class Standing(StrEnum):
    """How sure a task's final verdicts are (K2)."""

    UNANIMOUS = "unanimous"
    ADJUDICATED = "adjudicated"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class Place:
    response: ResponseId
    criterion: CriterionId


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion of one response. values: by grader, in the order given; None where it is open."""

    place: Place
    values: tuple[Value | None, ...]

    @property
    def agrees(self) -> bool:
        """Everyone who answered says the same, and nobody left it open."""
        return len({(type(v) is str, v) for v in self.values}) <= 1


def value_of(judgement: Judgement, place: Place) -> Value | None:
    """The verdict value in a judgement document; a verdict may be written short."""
    response = judgement.get("responses", {}).get(place.response, {})
    verdict = response.get("verdicts", {}).get(place.criterion)
    found = verdict.get("value") if isinstance(verdict, Mapping) else verdict
    return None if found is None or found == "" or isinstance(found, bool) else found


def verdict_of(judgement: Judgement, place: Place) -> Mapping[str, Any]:
    """{value, comment, confidence, reason} as far as they are there."""
    response = judgement.get("responses", {}).get(place.response, {})
    verdict = response.get("verdicts", {}).get(place.criterion)
    if isinstance(verdict, Mapping):
        return verdict
    return {} if verdict is None else {"value": verdict}


def places(task: Task) -> tuple[Place, ...]:
    """Every criterion of every response that people can agree on, in reading order: free text is no verdict."""
    if "rubric" not in task.panels:
        return ()
    leaves = [c.id for c in task.rubric.leaves if c.kind is not Kind.FREE]
    return tuple(Place(r.id, c) for r in task.responses for c in leaves)


def compare(task: Task, judgements: Sequence[Judgement]) -> tuple[Row, ...]:
    """The graders side by side, in reading order."""
    return tuple(Row(p, tuple(value_of(j, p) for j in judgements)) for p in places(task))


def differing(task: Task, judgements: Sequence[Judgement]) -> int:
    """On how many places they differ."""
    return sum(not row.agrees for row in compare(task, judgements))


def final_judgement(rows: Sequence[Row], settled: Mapping[Place, Value]) -> dict[str, Any]:
    """The document of the final verdicts: what was settled, else what all say. Open where neither is."""
    responses: dict[str, Any] = {}
    for row in rows:
        value = settled.get(row.place)
        if value is None and row.agrees and row.values:
            value = row.values[0]
        if value is not None:
            verdicts = responses.setdefault(row.place.response, {"verdicts": {}})["verdicts"]
            verdicts[row.place.criterion] = {"value": value}
    return {"responses": responses}


def standing(task: Task, judgements: Sequence[Judgement], *, settled: bool, disputed: bool) -> Standing:
    """settled: a lead's decision with final verdicts is in force. disputed: a grader's objection to it is open."""
    if disputed:
        return Standing.UNRESOLVED
    if settled:
        return Standing.ADJUDICATED
    if len(judgements) > 1 and differing(task, judgements) == 0:
        return Standing.UNANIMOUS
    return Standing.UNRESOLVED
