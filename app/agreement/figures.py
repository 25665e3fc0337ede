"""A figure: a number with its interval, or the plain reason why there is none. Never NaN."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypedDict

import numpy as np
from numpy.typing import NDArray

from app.i18n import mark

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Tell: TypeAlias = Callable[[int, int], None]
"""Progress: (done, total). It may raise `app.errors.Cancelled`, which ends the computation."""

NO_RATINGS = mark("Nothing was rated.")
ONE_RATER = mark("Only one grader: there is nobody to agree with.")
NO_PAIRS = mark("No item was rated by two graders.")
ONE_CATEGORY = mark(
    "All ratings are the same, so agreement by chance is certain and the figure is undefined."
    " Look at the observed agreement."
)
NEEDS_TWO_CATEGORIES = mark("Only one category is in use; the figure needs at least two.")
NOT_TWO_RATERS = mark("Cohen's kappa compares two graders, and there are more. Each pair has its own.")
NOT_ORDERED = mark("The values have no order, so disagreements cannot be weighted.")
FEW_ITEMS = mark("No interval: it needs at least two items.")
UNSTABLE = mark("No interval: the figure is undefined in more than half of the resamples.")

DECIMALS = 6
CONFIDENCE = (2.5, 97.5)


class FigureReply(TypedDict):
    """A figure. value: null when undefined, and reason says why. low, high: 95 % interval, null when there is none."""

    value: float | None
    low: float | None
    high: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Figure:
    """value: None when undefined, and `reason` says why. low, high: 95 % interval, None when there is none
    (`reason` then says so, unless no interval was asked for).
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""

    def as_json(self) -> FigureReply:
        return {"value": self.value, "low": self.low, "high": self.high, "reason": self.reason}


def undefined(reason: str) -> Figure:
    return Figure(None, reason=reason)


def figure(value: float, rounds: Floats | None, reason: str, items: int = 2) -> Figure:
    """A figure from a point (NaN: undefined, for `reason`) and its bootstrap rounds (NaN where undefined).

    The interval is the percentile one (Efron and Tibshirani 1993, ch. 13). items: that were resampled.
    """
    if not math.isfinite(value):
        return undefined(reason)
    point = _rounded(value)
    if rounds is None:
        return Figure(point)
    if items < 2:
        return Figure(point, reason=FEW_ITEMS)
    known = rounds[np.isfinite(rounds)]
    if 2 * len(known) < len(rounds) or not len(known):
        return Figure(point, reason=UNSTABLE)
    low, high = np.percentile(known, CONFIDENCE)
    return Figure(point, _rounded(float(low)), _rounded(float(high)))


def _rounded(value: float) -> float:
    return round(value, DECIMALS) + 0.0  # no minus zero


def tally(places: Ints, values: Floats, size: int) -> Floats:
    """Σ of values by place, (size,)."""
    return np.bincount(places, values, minlength=size).astype(np.float64, copy=False)


def ratio(above: Floats, below: Floats) -> Floats:
    """above / below, NaN where `below` is zero."""
    found = np.full(np.broadcast_shapes(above.shape, below.shape), np.nan)
    np.divide(above, below, out=found, where=np.abs(below) > 1e-12)
    return found
