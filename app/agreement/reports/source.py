"""What a report is made of: signed results with their tasks, and what else was decided about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as member
from typing import Any, Protocol

from app.domain import scoring
from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId, ResponseId
from app.domain.rubric import Criterion, Kind
from app.domain.task import Task
from app.domain.verdict import Mark, Value

Judgement = Mapping[str, Any]
CREDIT = {str(Mark.MET): 1.0, str(Mark.NOT_MET): 0.0, str(Mark.PARTLY): 0.5}


class Tr(Protocol):
    """A literal English text in the language of the report."""

    def __call__(self, text: str, /, **params: object) -> str: ...


@dataclass(frozen=True, slots=True)
class Graded:
    """One rater's newest result on a task. digest: of the signed payload, empty for an unsigned one.

    models: which model wrote a response, where that is known. shown: the order in which responses were shown.
    """

    digest: str
    task: Task
    rater: str
    judgement: Judgement
    submitted: str = ""
    models: Mapping[str, str] = member(default_factory=dict)
    shown: tuple[str, ...] = ()
    active_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """An AI judge's verdicts on a task."""

    task: str
    name: str
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Decided:
    """A lead's decision in force on a task, with final verdicts or without. digest: of its payload."""

    task: str
    kind: str
    digest: str = ""
    judgement: Judgement | None = None
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a lead suggested to leave to a judge, signed. what: criteria and tags with their reasons. at: RFC 3339."""

    lead: str
    at: str
    what: tuple[tuple[str, str], ...]
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Two tasks of one expert that were the same; the second came later, perhaps with its responses swapped."""

    expert: str
    task: str
    of: str


@dataclass(frozen=True, slots=True)
class Source:
    """A batch's results. again: results on repeats, which count for consistency alone. names: of raters, where
    the report may tell them.
    """

    batch: str
    title: str
    policy: PolicyRef
    graded: tuple[Graded, ...]
    field: str = ""
    tasks: int = 0
    opinions: tuple[Opinion, ...] = ()
    decided: Mapping[str, Decided] = member(default_factory=dict)
    suggested: tuple[Suggested, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    again: tuple[Graded, ...] = ()
    names: Mapping[str, str] = member(default_factory=dict)

    @property
    def raters(self) -> tuple[str, ...]:
        return tuple(sorted({one.rater for one in self.graded}))

    def name(self, rater: str) -> str:
        return self.names.get(rater) or rater

    @property
    def by_task(self) -> dict[str, list[Graded]]:
        found: dict[str, list[Graded]] = {}
        for one in self.graded:
            found.setdefault(one.task.id, []).append(one)
        return found

    @property
    def digests(self) -> tuple[str, ...]:
        """Of every signed result that the report is made of, sorted."""
        return tuple(sorted({one.digest for one in (*self.graded, *self.again) if one.digest}))


def verdict(judgement: Judgement, response: str, criterion: str) -> Value | None:
    """A verdict's value in a judgement document, written short or not; None where it is open."""
    found = ((judgement.get("responses") or {}).get(response) or {}).get("verdicts") or {}
    value = found.get(criterion)
    if isinstance(value, Mapping):
        value = value.get("value")
    return None if value is None or value == "" or isinstance(value, bool) else value


def credit(criterion: Criterion, value: Value | None) -> float | None:
    """How much of the criterion a verdict grants: 0 to 1, a count's number; None where it says nothing."""
    if isinstance(value, str):
        return CREDIT.get(value)
    if value is None:
        return None
    if criterion.kind is Kind.SCALE and criterion.high is not None:
        return (float(value) - criterion.low) / (criterion.high - criterion.low)
    return float(value)


def score(policy: PolicyRef, task: Task, judgement: Judgement, response: ResponseId) -> scoring.Score | None:
    """The response's score under the policy; None when no criterion of it was judged."""
    if "rubric" not in task.panels or not task.rubric.leaves:
        return None
    values: dict[CriterionId, Value] = {}
    for criterion in task.rubric.leaves:
        value = verdict(judgement, response, criterion.id)
        if value is not None:
            values[criterion.id] = value
    return scoring.score(policy, task.rubric, values) if values else None


def suggested_in(payload: Mapping[str, Any]) -> Suggested | None:
    """What a decision's payload suggests; None for a decision over a task."""
    if payload["kind"] != "delegate":
        return None
    what = tuple(
        (one.get("criterion") or one.get("tag", ""), one.get("reason", ""))
        for one in payload.get("suggestions", ())
    )
    return Suggested(payload["lead"], payload["decided"], what, payload.get("comment", ""))
