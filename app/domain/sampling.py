"""Which results a lead looks at: a plan that the lab runs, so that nothing leaks to the lead's laptop.

Random draws follow from the plan's seed and the task's id alone, so that anybody who is told the seed can
repeat them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from app.domain.controls import Control
from app.domain.decisions import compare
from app.domain.places import Judgement, entry_of, is_whole, opposed, places, value_of
from app.domain.task import Task
from app.domain.verdict import Confidence
from app.errors import InputError

LEAST_READING_CPS = 60.0
"""Characters a second that nobody reads with care: four times the slow careful reader of `pace.py`."""


class Why(StrEnum):
    """In the order of the queue. Values are stored: never rename one."""

    DISAGREEMENT = "disagreement"
    GOLD_MISS = "gold_miss"
    LOW_CONFIDENCE = "low_confidence"
    TOO_FAST = "too_fast"
    RANDOM = "random"


class PlanReply(TypedDict):
    """percent: of all tasks, drawn at random by the seed. The others: whether tasks that show them are drawn."""

    percent: float
    seed: str
    disagreement: bool
    gold_miss: bool
    low_confidence: bool
    too_fast: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """percent: of all tasks, drawn at random by `seed`. The others draw every task that shows them."""

    percent: float
    seed: str
    disagreement: bool = True
    gold_miss: bool = True
    low_confidence: bool = True
    too_fast: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.percent <= 100:
            raise InputError("plan.percent", "The share at random must be between 0 and 100 percent.")

    def as_json(self) -> PlanReply:
        return {
            "percent": self.percent,
            "seed": self.seed,
            "disagreement": self.disagreement,
            "gold_miss": self.gold_miss,
            "low_confidence": self.low_confidence,
            "too_fast": self.too_fast,
        }


@dataclass(frozen=True, slots=True)
class Graded:
    """One grader's newest result on a task. active_ms: None when it does not say."""

    judgement: Judgement
    active_ms: int | None


def drawn(plan: Plan, task: Task, graded: Sequence[Graded], gold: Judgement | None) -> tuple[Why, ...]:
    """Why the lead should see this task, in the order of the queue; empty when it was not drawn."""
    judgements = [one.judgement for one in graded]
    found = {
        Why.DISAGREEMENT: plan.disagreement and any(row.opposed for row in compare(task, judgements)),
        Why.GOLD_MISS: plan.gold_miss and gold is not None and any(missed(task, j, gold) for j in judgements),
        Why.LOW_CONFIDENCE: plan.low_confidence and any(_unsure(task, j) for j in judgements),
        Why.TOO_FAST: plan.too_fast and any(_fast(task, one.active_ms) for one in graded),
        Why.RANDOM: chance(plan.seed, task.id) * 100 < plan.percent,
    }
    return tuple(why for why in Why if found[why])


def missed(task: Task, judgement: Judgement, gold: Judgement) -> int:
    """On how many of the key's values the judgement speaks against it."""
    return sum(opposed(p, value_of(gold, p), value_of(judgement, p)) for p in _keyed(task, gold))


def keyed(task: Task, gold: Judgement) -> int:
    """How many values the key holds; highlights and ideal answers are no values to hit or miss."""
    return len(_keyed(task, gold))


def _keyed(task: Task, gold: Judgement) -> list[Control]:
    return [p for p in places(task) if not is_whole(p) and value_of(gold, p) is not None]


def chance(seed: str, task: str) -> float:
    """0 ≤ x < 1: the first 8 bytes of SHA-256 of seed and task, over 2^64."""
    raw = hashlib.sha256(f"{seed}\x1f{task}".encode()).digest()[:8]
    return int.from_bytes(raw, "big") / 2**64


def _unsure(task: Task, judgement: Judgement) -> bool:
    return any(entry_of(judgement, p).get("confidence") == Confidence.LOW for p in places(task))


def _fast(task: Task, active_ms: int | None) -> bool:
    return active_ms is not None and active_ms * LEAST_READING_CPS < task.characters * 1000
