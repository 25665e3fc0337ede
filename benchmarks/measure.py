"""The measuring rod: ours and the floor in turns, so that a noisy machine disturbs both alike.

One call of a side is one round and returns its sample, or its samples (say the 200 steps of a robot's walk).
A ratio is formed inside each round and its median is what counts.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

Samples = float | Sequence[float]
Side = Callable[[], Samples]
MIN_ROUNDS = 5


@dataclass(frozen=True)
class Budget:
    """What one row promises: at most `ratio` times the floor, or at most `limit` in the bench's unit.

    of: which of a round's samples counts: "p50", "p95", "p99" or "max".
    """

    of: str = "p50"
    ratio: float | None = None
    limit: float | None = None
    title: str = ""

    def __post_init__(self) -> None:
        if (self.ratio is None) == (self.limit is None):
            raise ValueError("a budget is either a ratio or a limit")
        if self.of != "max" and not (self.of[:1] == "p" and self.of[1:].isdigit() and int(self.of[1:]) < 100):
            raise ValueError(f"unknown statistic {self.of}")


@dataclass(frozen=True)
class Bench:
    """One thing a person feels (`ours`) beside what nobody could beat (`floor`), both in `unit`."""

    id: str
    title: str
    floor: Side
    ours: Side
    budgets: tuple[Budget, ...]
    unit: str = "ms"
    rounds: int = MIN_ROUNDS


@dataclass(frozen=True)
class Figure:
    """A median over the rounds and the lowest and highest round."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    id: str
    title: str
    of: str
    unit: str
    ours: Figure
    floor: Figure
    ratio: Figure
    budget: Budget = field(repr=False)
    rounds: int = 0

    @property
    def holds(self) -> bool:
        if self.budget.ratio is not None:
            return self.ratio.median <= self.budget.ratio
        return self.budget.limit is not None and self.ours.median <= self.budget.limit


def quantile(samples: Sequence[float], of: str) -> float:
    """`of` ("p50" … "p99", "max") of `samples`, by linear interpolation between the two nearest."""
    ordered = sorted(samples)
    if of == "max":
        return ordered[-1]
    place = (len(ordered) - 1) * int(of[1:]) / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def run(bench: Bench, random: Random, rounds: int | None = None) -> Iterator[Row]:
    """Measure `bench` and yield a row for each budget. `random` decides who goes first in a round.

    One round before the first is thrown away: it fills caches for both sides.
    """
    count = max(rounds or bench.rounds, MIN_ROUNDS)
    ours: list[Sequence[float]] = []
    floor: list[Sequence[float]] = []
    for number in range(count + 1):
        sides = [(ours, bench.ours), (floor, bench.floor)]
        random.shuffle(sides)
        for kept, side in sides:
            samples = as_list(side())
            if number:
                kept.append(samples)
    for budget in bench.budgets:
        mine = [quantile(samples, budget.of) for samples in ours]
        theirs = [quantile(samples, budget.of) for samples in floor]
        ratios = [one / other if other else float("inf") for one, other in zip(mine, theirs, strict=True)]
        yield Row(
            id=bench.id,
            title=f"{bench.title}: {budget.title}" if budget.title else bench.title,
            of=budget.of,
            unit=bench.unit,
            ours=figure(mine),
            floor=figure(theirs),
            ratio=figure(ratios),
            budget=budget,
            rounds=count,
        )


def as_list(samples: Samples) -> Sequence[float]:
    """A round's samples; one number is a round of one."""
    return [samples] if isinstance(samples, (int, float)) else samples


def figure(rounds: Sequence[float]) -> Figure:
    """Median and range of one value a round."""
    return Figure(statistics.median(rounds), min(rounds), max(rounds))
