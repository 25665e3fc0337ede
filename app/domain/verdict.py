"""The judgement on one criterion, and which values each kind of criterion takes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from app.domain.rubric import Criterion, Evidence, Kind
from app.errors import InputError, Param


class Mark(StrEnum):
    """Values of enums are stored: never rename one."""

    MET = "met"
    NOT_MET = "not_met"
    PARTLY = "partly"
    NOT_APPLICABLE = "not_applicable"
    CANNOT_JUDGE = "cannot_judge"


class Doubt(StrEnum):
    """Why an expert cannot judge."""

    MISSING_CONTEXT = "missing_context"
    AMBIGUOUS_WORDING = "ambiguous_wording"
    TRULY_UNCERTAIN = "truly_uncertain"
    OUTSIDE_MY_FIELD = "outside_my_field"


class Confidence(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


Value: TypeAlias = str | int | float
"""A mark, an integer (count), a number (scale) or text (free)."""

ASIDE = (Mark.NOT_APPLICABLE, Mark.CANNOT_JUDGE)
MAX_TEXT = 100_000
MAX_COUNT = 10_000
WANTED = "answer.wanted"
"""The code of what would be an answer: it stands inside another error's sentence."""


@dataclass(frozen=True, slots=True)
class Verdict:
    value: Value | None = None
    comment: str = ""
    confidence: Confidence | None = None
    reason: Doubt | None = None

    @property
    def answered(self) -> bool:
        return says_something(self.value)


def says_something(value: object) -> bool:
    """Whether a stored value is an answer: white space alone is none."""
    return value is not None and not (isinstance(value, str) and not value.strip())


def marks(kind: Kind) -> tuple[Mark, ...]:
    """The marks that a criterion of this kind takes, in the order they are shown."""
    if kind is Kind.BINARY:
        return (Mark.MET, Mark.NOT_MET, *ASIDE)
    if kind is Kind.TERNARY:
        return (Mark.MET, Mark.NOT_MET, Mark.PARTLY, *ASIDE)
    return ASIDE


def wants_evidence(criterion: Criterion, value: object) -> bool:
    """Whether the answer points at something in the response, and the criterion asks to see it.

    “Not met”, a count of none and the lowest value of a scale point at nothing.
    """
    if criterion.evidence is not Evidence.REQUIRED or not says_something(value) or value in ASIDE:
        return False
    match criterion.kind:
        case Kind.COUNT | Kind.SCALE:
            return isinstance(value, int | float) and value > (
                criterion.low if criterion.kind is Kind.SCALE else 0
            )
        case Kind.FREE:
            return True
    return value in (Mark.MET, Mark.PARTLY)


def check_value(criterion: Criterion, value: object) -> Value:
    """The value as stored, or InputError naming the criterion. Booleans are never numbers."""
    if isinstance(value, str) and value in marks(criterion.kind):
        return str(value)
    if not isinstance(value, bool):
        if criterion.kind is Kind.COUNT and isinstance(value, int) and 0 <= value <= MAX_COUNT:
            return value
        if (
            criterion.kind is Kind.SCALE
            and isinstance(value, int | float)
            and on_scale(value, criterion.low, criterion.high, criterion.step)
        ):
            return value
        if criterion.kind is Kind.FREE and isinstance(value, str) and len(value) <= MAX_TEXT:
            return value
    raise InputError(
        "verdict.value",
        "“{value}” is no answer to criterion “{id}”: {wanted}.",
        params={"value": str(value)[:40], "id": criterion.id, "wanted": _wanted(criterion)},
    )


def on_scale(value: float, low: float, high: float | None, step: float) -> bool:
    """Whether the value stands on a scale from low to high in these steps (step 0: anywhere between)."""
    if not math.isfinite(value) or high is None or not low <= value <= high:
        return False
    steps = (value - low) / step if step else 0.0
    return abs(steps - round(steps)) < 1e-9


def wanted_on_scale(low: float, high: float, step: float) -> InputError:
    """Which numbers stand on a scale, as part of another error's sentence."""
    params: dict[str, Param] = {"low": f"{low:g}", "high": f"{high:g}"}
    if not step:
        return InputError(WANTED, "a number from {low} to {high}", params=params)
    return InputError(
        WANTED, "a number from {low} to {high} in steps of {step}", params=params | {"step": f"{step:g}"}
    )


def _wanted(criterion: Criterion) -> InputError:
    """What would be an answer, as part of another error's sentence."""
    words = ", ".join(marks(criterion.kind))
    if criterion.kind is Kind.COUNT:
        return InputError(
            WANTED,
            "a whole number from {low} to {high}, or {marks}",
            params={"low": 0, "high": MAX_COUNT, "marks": words},
        )
    if criterion.kind is Kind.SCALE:
        scale = wanted_on_scale(criterion.low, criterion.high or 0, criterion.step)
        return InputError(WANTED, "{wanted}, or {mark}", params={"wanted": scale, "mark": words})
    if criterion.kind is Kind.FREE:
        return InputError(WANTED, "text, or {marks}", params={"marks": words})
    return InputError(WANTED, "one of {marks}", params={"marks": words})
