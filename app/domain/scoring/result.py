"""What a score is made of, so that "why this number" can be answered line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Protocol

from app.domain.ids import CriterionId
from app.domain.rubric import Rubric
from app.domain.verdict import Value


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion. credit: 0 to 1, or a count; None while open or set aside. earned: what it adds."""

    id: CriterionId
    points: float
    value: Value | None
    credit: float | None
    earned: float
    possible: float


@dataclass(frozen=True, slots=True)
class Score:
    """value: the score (None with `reason` when undefined). unit: the value of a perfect answer (1 or 100).

    won, lost: points gained and lost so far; earned = won - lost; possible: the divisor.
    low, high: where the score can still end; None where a count that is open has no bound.
    open: criteria without an answer.
    """

    value: float | None
    policy: str
    unit: float
    won: float
    lost: float
    possible: float
    low: float | None
    high: float | None
    open: int
    lines: tuple[Line, ...]
    reason: str = ""

    @property
    def earned(self) -> float:
        return round(self.won - self.lost, 12)


class Policy(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def unit(self) -> float:
        """The score of a perfect answer."""

    @property
    def formula(self) -> str:
        """The formula in words, for "why this number"."""

    def score(self, rubric: Rubric, values: Mapping[CriterionId, Value]) -> Score:
        """Score one response. Raises InputError for a value that the policy cannot read."""


@dataclass(frozen=True, slots=True)
class Entry:
    score: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Over several responses: undefined ones are left out and counted. clipped_mean: the mean, then cut to
    [0, unit] (HealthBench clips the mean, never one example)."""

    mean: float | None
    clipped_mean: float | None
    scored: int
    undefined: int


def summary(scores: Sequence[float | None], unit: float = 1.0) -> Summary:
    known = [s for s in scores if s is not None]
    if not known:
        return Summary(None, None, 0, len(scores))
    mean = round(fsum(known) / len(known), 12)
    return Summary(mean, min(max(mean, 0.0), unit), len(known), len(scores) - len(known))
