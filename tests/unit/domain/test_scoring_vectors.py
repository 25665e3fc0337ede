"""The published vectors of every policy, and what the formulas promise for all inputs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.batch import PolicyRef
from app.domain.codec import rubric_from_json
from app.domain.ids import CriterionId
from app.domain.rubric import Rubric
from app.domain.scoring import POLICIES, score, summary
from app.errors import InputError


def rubric(*points: float, **more: object) -> Rubric:
    return rubric_from_json(
        {"criteria": [{"id": f"c{i}", "points": p, **more} for i, p in enumerate(points)]}
    )


def values(*given: str | int | float | None) -> dict[CriterionId, str | int | float]:
    return {CriterionId(f"c{i}"): v for i, v in enumerate(given) if v is not None}


ONE = rubric(5, 3, -4, 2)
FIRST = values("met", "not_met", "met", "met")


@pytest.mark.parametrize(
    ("policy", "given_values", "wanted"),
    [
        ("healthbench", FIRST, 0.30),
        ("prbench_raw", FIRST, 0.30),
        ("prbench_norm", FIRST, 0.50),
        ("researchrubrics", values("met", "not_met", "met", "partly"), 0.20),
        ("healthbench", values("not_met", "not_met", "met", "not_met"), -0.40),
        ("apex_v1", values("met", "not_met", "met", "met"), 75.0),
        ("apex_v1", values("met", "not_met", "not_met", "not_met"), 25.0),
    ],
)
def test_published_vector(
    policy: str, given_values: dict[CriterionId, str | int | float], wanted: float
) -> None:
    assert score(PolicyRef(policy), ONE, given_values).value == wanted


def test_apex_rounds_to_two_places() -> None:
    assert score(PolicyRef("apex_v1"), rubric(1, 1, 1), values("met", "met", "not_met")).value == 66.67


def test_healthbench_clips_the_mean_and_never_one_example() -> None:
    found = summary([0.30, -0.40])
    assert (found.mean, found.clipped_mean) == (-0.05, 0.0)


def test_profbench_divides_class_weights() -> None:
    found = score(PolicyRef("profbench"), rubric(4, 3, 2, 1), values("met", "not_met", "met", "met"))
    assert found.value == 0.7


def test_biglaw_counts_each_occurrence_of_a_negative() -> None:
    made = rubric_from_json(
        {
            "criteria": [
                {"id": "c0", "points": 4},
                {"id": "c1", "points": 1.5},
                {"id": "c2", "kind": "count", "points": -0.5},
            ]
        }
    )
    found = score(PolicyRef("biglaw"), made, values("met", "met", 3))
    assert found.value == round((5.5 - 1.5) / 5.5, 12)
    assert (found.won, found.lost) == (5.5, 1.5)


def test_paperbench_weighs_a_tree() -> None:
    made = rubric_from_json(
        {
            "criteria": [
                {"id": "root", "kind": "group", "points": 1},
                {"id": "g", "kind": "group", "points": 3, "parent": "root"},
                {"id": "a", "points": 2, "parent": "g"},
                {"id": "b", "points": 1, "parent": "g"},
                {"id": "c", "points": 1, "parent": "root"},
            ]
        }
    )
    found = score(PolicyRef("paperbench_tree"), made, {CriterionId("a"): "met", CriterionId("c"): "not_met"})
    assert found.value == pytest.approx(3 / 4 * 2 / 3)
    assert found.high == pytest.approx(3 / 4)
    assert sum(line.possible for line in found.lines) == pytest.approx(1.0)


def test_paperbench_weights_that_add_up_to_nothing_score_nothing() -> None:
    made = rubric_from_json({"criteria": [{"id": "a", "points": 0}, {"id": "b", "points": 0}]})
    assert score(PolicyRef("paperbench_tree"), made, {CriterionId("a"): "met"}).value == 0.0


def test_no_positive_point_is_undefined_and_says_why() -> None:
    found = score(PolicyRef("healthbench"), rubric(-3), values("met"))
    assert found.value is None
    assert "positive" in found.reason


def test_not_applicable_leaves_both_sums() -> None:
    found = score(PolicyRef("healthbench"), ONE, values("met", "not_applicable", "not_met", "met"))
    assert found.value == 1.0
    assert found.possible == 7.0


def test_an_open_score_says_where_it_can_still_end() -> None:
    found = score(PolicyRef("healthbench"), ONE, values("met"))
    assert (found.value, found.low, found.high, found.open) == (0.5, 0.1, 1.0, 3)


def test_partly_on_a_binary_criterion_is_refused_where_the_policy_has_no_half() -> None:
    with pytest.raises(InputError) as caught:
        score(PolicyRef("healthbench"), ONE, values("partly"))
    assert caught.value.code == "score.value"


def test_unknown_policy_names_the_known_ones() -> None:
    with pytest.raises(InputError) as caught:
        score(PolicyRef("healthbench", 9), ONE, {})
    assert "healthbench" in caught.value.hint


MARKS = st.sampled_from(["met", "not_met", "not_applicable", "cannot_judge", None])
HALVES = st.integers(-20, 20).map(lambda n: n / 2)


@given(st.lists(st.tuples(HALVES, MARKS), min_size=1, max_size=12), st.sampled_from(sorted(POLICIES)))
def test_the_end_always_lies_between_low_and_high(rows: list[tuple[float, str | None]], policy: str) -> None:
    points = [abs(p) if policy == "paperbench_tree" else p for p, _ in rows]
    made, given_values = rubric(*points), values(*(m for _, m in rows))
    found = score(PolicyRef(policy), made, given_values)
    if found.value is None:
        assert found.reason
        return
    assert found.low is not None
    assert found.high is not None
    assert found.low - 0.02 <= found.value <= found.high + 0.02
    for fill in ("met", "not_met"):
        full = {c.id: given_values.get(c.id, fill) for c in made.leaves}
        end = score(PolicyRef(policy), made, full).value
        assert end is not None
        assert found.low - 0.02 <= end <= found.high + 0.02


@pytest.mark.parametrize(("points", "ends"), [(-1.0, (False, True)), (1.0, (True, False))])
def test_a_count_that_is_open_has_no_end_on_its_side(points: float, ends: tuple[bool, bool]) -> None:
    """It may be any number: “between −50 % and 100 %” would not be so."""
    made = rubric_from_json(
        {"criteria": [{"id": "c0", "points": 2}, {"id": "c1", "points": points, "kind": "count"}]}
    )
    found = score(PolicyRef("biglaw"), made, {})
    assert (found.low is not None, found.high is not None) == ends
    told = score(PolicyRef("biglaw"), made, values(None, 5))
    assert told.low is not None
    assert told.high is not None


def test_white_space_alone_leaves_a_criterion_open_for_the_score_too() -> None:
    made = rubric_from_json({"criteria": [{"id": "c0", "points": 2}, {"id": "c1", "kind": "free"}]})
    for said, left in ((" \n", 1), ("Fine.", 0)):
        assert score(PolicyRef("biglaw"), made, values("met", said)).open == left
