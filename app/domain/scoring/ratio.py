"""Policies that divide points earned by points possible.

What is set aside: a criterion that is *not applicable* leaves both sums; one that *cannot be judged*
leaves both too, and stays visible as such. An open criterion counts as not met until it is answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Kind, Rubric
from app.domain.scoring.result import Line, Score
from app.domain.verdict import ASIDE, Mark, Value, says_something
from app.errors import InputError


def credit(criterion: Criterion, value: Value | None, *, partial: bool) -> float | None:
    """0 to 1 for a verdict, the number of occurrences for a count; None when open or set aside."""
    if value is None or value in ASIDE or criterion.kind is Kind.FREE:
        return None
    if value == Mark.MET:
        return 1.0
    if value == Mark.NOT_MET:
        return 0.0
    if value == Mark.PARTLY and (partial or criterion.kind is Kind.TERNARY):
        return 0.5
    if not isinstance(value, str) and not isinstance(value, bool):
        if criterion.kind is Kind.COUNT and value >= 0:
            return float(
                value if criterion.high is None or criterion.points < 0 else min(value, criterion.high)
            )
        if criterion.kind is Kind.SCALE and criterion.high is not None:
            return (float(value) - criterion.low) / (criterion.high - criterion.low)
    raise InputError(
        "score.value",
        "“{value}” on criterion “{id}” cannot be scored.",
        params={"value": str(value)[:40], "id": criterion.id},
    )


def most(criterion: Criterion) -> float:
    """The most points that a criterion can add (0 for a negative one)."""
    if criterion.kind is Kind.FREE or criterion.points <= 0:
        return 0.0
    if criterion.kind is Kind.COUNT:
        return criterion.points * (criterion.high if criterion.high is not None else 1.0)
    return criterion.points


def least(criterion: Criterion) -> float:
    """The most points that it can take, as a negative number (0 for a positive one)."""
    if criterion.kind is Kind.FREE or criterion.points >= 0:
        return 0.0
    if criterion.kind is Kind.COUNT:
        return criterion.points * (criterion.high if criterion.high is not None else 1.0)
    return criterion.points


@dataclass(frozen=True, slots=True)
class Ratio:
    """normalised: shift by the negative points so that the worst answer is 0 and the best 1.

    equal: every criterion counts one point, whatever its weight. partial: partly is half, for binary too.
    """

    name: str
    formula: str
    version: int = 1
    unit: float = 1.0
    digits: int = 12
    normalised: bool = False
    equal: bool = False
    partial: bool = False

    def score(self, rubric: Rubric, values: Mapping[CriterionId, Value]) -> Score:
        lines: list[Line] = []
        bottom = 0.0
        swing_up = swing_down = 0.0
        left_open = 0
        endless_up = endless_down = False
        for criterion in rubric.leaves:
            value = values.get(criterion.id)
            points = 1.0 if self.equal else criterion.points
            got = credit(criterion, value, partial=self.partial)
            aside = value in ASIDE
            top = (
                0.0 if aside else (1.0 if self.equal and criterion.kind is not Kind.FREE else most(criterion))
            )
            worst = 0.0 if aside or self.equal else least(criterion)
            if not says_something(value):
                left_open += 1
                swing_up += top
                swing_down += worst
                if criterion.kind is Kind.COUNT and not self.equal:
                    endless_down |= points < 0
                    endless_up |= points > 0 and criterion.high is None
            earned = 0.0 if got is None else points * got
            bottom += worst
            lines.append(Line(criterion.id, points, value, got, round(earned, 12), top))
        possible = fsum(line.possible for line in lines)
        won = fsum(line.earned for line in lines if line.earned > 0)
        lost = abs(fsum(line.earned for line in lines if line.earned < 0))
        divisor = possible - bottom if self.normalised else possible

        def at(earned: float) -> float | None:
            if divisor <= 0:
                return None
            ratio = (earned - bottom) / divisor if self.normalised else earned / divisor
            return round(ratio * self.unit, self.digits)

        return Score(
            value=at(won - lost),
            policy=f"{self.name} {self.version}",
            unit=self.unit,
            won=round(won, 12),
            lost=round(lost, 12),
            possible=round(divisor, 12),
            low=None if endless_down else at(won - lost + swing_down),
            high=None if endless_up else at(won - lost + swing_up),
            open=left_open,
            lines=tuple(lines),
            reason="" if divisor > 0 else "no criterion with positive points is left to divide by",
        )


HEALTHBENCH = Ratio(
    "healthbench",
    "points of the criteria that are met ÷ all positive points; it can be negative, only the mean over tasks "
    "is cut to 0…1",
)
"""openai/simple-evals, healthbench_eval.py: calculate_score; the mean is clipped, never one example."""

APEX = Ratio("apex_v1", "100 × criteria passed ÷ all criteria", unit=100.0, digits=2, equal=True)
"""Mercor-Intelligence/apex-evals: weights and dependencies are ignored by the open harness; two decimals."""

PRBENCH_RAW = Ratio("prbench_raw", "weights of the criteria that are met ÷ all positive weights")
"""scaleapi/PRBench, the score stored as "clipped" (which divides and does not clip)."""

PRBENCH_NORM = Ratio(
    "prbench_norm",
    "(weights met − all negative weights) ÷ (all positive weights − all negative weights)",
    normalised=True,
)
"""scaleapi/PRBench, the normalised score."""

RESEARCHRUBRICS = Ratio(
    "researchrubrics", "weights × (met 1, partly ½, not met 0) ÷ all positive weights", partial=True
)
"""scaleapi/researchrubrics: Satisfied 1, Partially Satisfied 0.5, Not Satisfied 0."""

PROFBENCH = Ratio(
    "profbench",
    "weights of the criteria that are met ÷ all weights (Critical 4, Major 3, Minor 2, Additional 1)",
)
"""NVlabs/ProfBench: the class of a criterion is its number of points."""

BIGLAW = Ratio("biglaw", "(points earned + occurrences × negative points) ÷ all positive points")
"""harveyai/biglaw-bench: negatives are counted per occurrence, half points allowed."""
