"""Squares of criteria × graders: how often one grader says what the others say, or what was decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Beside(StrEnum):
    """What verdicts are compared with."""

    OTHERS = "others"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Miss:
    """A task where a verdict differs. criterion: empty where it is none. said, other: values as in the judgement."""

    task: str
    title: str
    response: str
    criterion: str
    said: str
    other: str


@dataclass(frozen=True, slots=True)
class Square:
    """same of n pairs are equal; n 0: nothing to compare."""

    same: int = 0
    n: int = 0
    misses: tuple[Miss, ...] = ()

    @property
    def share(self) -> float | None:
        return self.same / self.n if self.n else None


@dataclass(slots=True)
class Tally:
    """A square while it is counted."""

    same: int = 0
    n: int = 0
    misses: list[Miss] = field(default_factory=list)

    def add(self, value: str, others: Sequence[str], miss: Callable[[str], Miss]) -> None:
        """One more verdict. miss: what is kept where somebody says something else, told the most frequent of it."""
        differing = [other for other in others if other != value]
        self.n += len(others)
        self.same += len(others) - len(differing)
        if differing:
            self.misses.append(miss(Counter(differing).most_common(1)[0][0]))


def square(tally: Tally | None) -> Square:
    return Square() if tally is None else Square(tally.same, tally.n, tuple(tally.misses))


def others_of(said: Sequence[tuple[str, str]], grader: str, settled: str | None) -> list[str]:
    """What (grader, value) pairs of one unit are compared with: what is settled, else what everybody else says."""
    return [settled] if settled is not None else [value for who, value in said if who != grader]
