"""Ratings as integer code arrays: who put which item into which category. What is missing has no entry."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from app.agreement.figures import Floats, Ints


class Level(StrEnum):
    """What differences between values mean (Stevens 1946)."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


@dataclass(frozen=True)
class Ratings:
    """unit, rater, code: one entry a rating, integers from 0. units: how many items there are, rated or not.

    categories: in their order (ordinal, interval: ascending). scores: the number of each category; for
    unordered ones their places. clusters: for each unit what is resampled together (its task); None: the unit.
    """

    unit: Ints
    rater: Ints
    code: Ints
    units: int
    raters: tuple[str, ...]
    categories: tuple[str, ...]
    scores: Floats
    clusters: Ints | None = None

    def __post_init__(self) -> None:
        sizes = {len(self.unit), len(self.rater), len(self.code)}
        if len(sizes) != 1 or len(self.scores) != len(self.categories):
            raise ValueError("unit, rater and code must have one length, scores and categories too")

    @property
    def count(self) -> int:
        return len(self.unit)

    def only(self, units: NDBool) -> Ratings:
        """The ratings of the units where the mask holds, numbered anew; graders and categories stay."""
        place = np.cumsum(units) - 1
        kept = units[self.unit]
        return replace(
            self,
            unit=place[self.unit[kept]],
            rater=self.rater[kept],
            code=self.code[kept],
            units=int(units.sum()),
            clusters=None if self.clusters is None else renumbered(self.clusters[units]),
        )

    def without_idle(self) -> Ratings:
        """Without graders who rated nothing."""
        present = np.bincount(self.rater, minlength=len(self.raters)) > 0
        place = np.cumsum(present) - 1
        raters = tuple(name for name, here in zip(self.raters, present, strict=True) if here)
        return replace(self, rater=place[self.rater], raters=raters)

    def per_unit(self) -> Ints:
        """How many ratings each unit has, (units,)."""
        return np.bincount(self.unit, minlength=self.units)

    def doubles(self) -> Ints:
        """Places of entries whose grader had rated that unit before, in order."""
        key = self.unit * max(len(self.raters), 1) + self.rater
        order = np.argsort(key, kind="stable")
        same = np.zeros(len(key), bool)
        same[order[1:]] = key[order[1:]] == key[order[:-1]]
        return np.flatnonzero(same)


NDBool = np.ndarray[tuple[int], np.dtype[np.bool_]]


def renumbered(values: Ints) -> Ints:
    """The same grouping with numbers from 0 without a hole."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def collect(
    rows: Sequence[tuple[Hashable, str, str]],
    *,
    categories: Sequence[str] | None = None,
    scores: Sequence[float] | None = None,
) -> Ratings:
    """Ratings from (unit, grader, value) rows; for small amounts and tests.

    categories: in their order, else the values found, sorted. scores: of the categories.
    """
    units: dict[Hashable, int] = {}
    raters: dict[str, int] = {}
    known = list(categories) if categories is not None else sorted({value for _, _, value in rows})
    place = {name: i for i, name in enumerate(known)}
    entries = [
        (units.setdefault(unit, len(units)), raters.setdefault(rater, len(raters)), place[value])
        for unit, rater, value in rows
    ]
    table = np.array(entries, np.int64).reshape(-1, 3)
    return Ratings(
        unit=table[:, 0],
        rater=table[:, 1],
        code=table[:, 2],
        units=len(units),
        raters=tuple(raters),
        categories=tuple(known),
        scores=np.array(scores if scores is not None else range(len(known)), np.float64),
    )
