"""Sampling follows from the plan alone; graders are compared by verdict values."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.codec import task_from_json
from app.domain.decisions import Standing, compare, differing, final_judgement, standing
from app.domain.sampling import Graded, Plan, Why, chance, drawn
from app.errors import InputError

TASK = task_from_json(
    {
        "id": "t1",
        "prompt": [{"role": "user", "text": "x" * 600}],
        "responses": [{"id": "r1", "text": "y"}],
        "rubric": {"criteria": [{"id": "c1", "text": "a"}, {"id": "c2", "text": "b"}]},
    }
)
NONE = Plan(0, "s")


def judged(**values: Any) -> dict[str, Any]:
    return {"responses": {"r1": {"verdicts": values}}}


def graded(active_ms: int | None = 60_000, **values: Any) -> Graded:
    return Graded(judged(**values), active_ms)


def test_nothing_stands_out() -> None:
    assert drawn(NONE, TASK, [graded(c1="met", c2="met"), graded(c1="met", c2="met")], None) == ()


@pytest.mark.parametrize(
    ("results", "gold", "why"),
    [
        ([graded(c1="met"), graded(c1="not_met")], None, Why.DISAGREEMENT),
        ([graded(c1="met"), graded(c1="met")], judged(c1="not_met"), Why.GOLD_MISS),
        ([graded(c1={"value": "met", "confidence": "low"})], None, Why.LOW_CONFIDENCE),
        ([graded(9_000, c1="met")], None, Why.TOO_FAST),
    ],
)
def test_each_sign_draws(results: list[Graded], gold: Any, why: Why) -> None:
    assert drawn(NONE, TASK, results, gold) == (why,)
    off = Plan(0, "s", disagreement=False, gold_miss=False, low_confidence=False, too_fast=False)
    assert drawn(off, TASK, results, gold) == ()


def test_random_share_is_seeded_and_about_right() -> None:
    hits = [n for n in range(10_000) if chance("seed", f"t{n}") < 0.1]
    assert 900 < len(hits) < 1100
    assert hits == [n for n in range(10_000) if chance("seed", f"t{n}") < 0.1]
    assert hits != [n for n in range(10_000) if chance("other", f"t{n}") < 0.1]
    assert drawn(Plan(100, "s"), TASK, [graded(c1="met")], None) == (Why.RANDOM,)
    with pytest.raises(InputError):
        Plan(101, "s")


def test_a_short_verdict_and_a_long_one_are_the_same() -> None:
    both = [judged(c1="met", c2=3), judged(c1={"value": "met", "comment": "other words"}, c2={"value": 3})]
    assert differing(TASK, both) == 0
    assert differing(TASK, [judged(c1="met"), judged()]) == 1


def test_final_is_what_all_say() -> None:
    rows = compare(TASK, [judged(c1="met", c2="met"), judged(c1="not_met", c2="met")])
    assert final_judgement(TASK, rows) == {"responses": {"r1": {"verdicts": {"c2": {"value": "met"}}}}}


def test_standing() -> None:
    same, other = [judged(c1="met", c2="met")] * 2, [judged(c1="met"), judged(c1="not_met")]
    assert standing(TASK, same, settled=False, disputed=False) is Standing.UNANIMOUS
    assert standing(TASK, same[:1], settled=False, disputed=False) is Standing.UNRESOLVED
    assert standing(TASK, other, settled=False, disputed=False) is Standing.UNRESOLVED
    assert standing(TASK, other, settled=True, disputed=False) is Standing.ADJUDICATED
    assert standing(TASK, other, settled=True, disputed=True) is Standing.UNRESOLVED
