"""Judgement documents are taken whole or refused by path; checks say what is missing."""

from __future__ import annotations

import pytest

from app.domain.checks import Lack, missing, progress
from app.domain.codec import task_from_json, task_to_json
from app.domain.controls import Control, controls, next_open
from app.domain.ids import CriterionId, ResponseId
from app.domain.judgement import flatten, to_judgement
from app.domain.order import letter, shown_order
from app.domain.pace import Done, Open, Sign, active_ms, pace_of, plan
from app.domain.questions import Panel
from app.domain.review import Review
from app.domain.task import Task
from app.errors import InputError

TASK = task_from_json(
    {
        "v": 1,
        "id": "t1",
        "title": "A task",
        "prompt": [{"role": "user", "text": "Q"}],
        "responses": [{"id": "r1", "text": "one"}, {"id": "r2", "text": "two"}],
        "rubric": {
            "criteria": [
                {"id": "c1", "text": "says so", "points": 5},
                {"id": "c2", "text": "errors", "kind": "count", "points": -0.5},
                {"id": "c3", "text": "how well", "kind": "scale", "high": 4, "points": 2},
                {"id": "c4", "text": "in words", "kind": "free", "points": 0},
                {"id": "c5", "text": "and why", "kind": "ternary", "points": 1, "depends_on": ["c1"]},
            ]
        },
    }
)


def reviewed(task: Task, document: object) -> Review:
    review = Review(task.id)
    for path, value in flatten(task, document).items():
        review = review.with_value(path, value)
    return review


FULL = {
    "c1": {"value": "met", "comment": "yes", "confidence": "high"},
    "c2": 0,
    "c3": 3,
    "c4": "fine words",
    "c5": {"value": "cannot_judge", "reason": "missing_context"},
}


def test_a_judgement_round_trips() -> None:
    review = reviewed(TASK, {"responses": {"r1": {"verdicts": FULL, "comment": "good"}}, "comment": "all"})
    again = reviewed(TASK, to_judgement(review))
    assert again == review
    assert progress(TASK, review).answered == 5


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ([], ""),
        ({"other": 1}, "/other"),
        ({"responses": {"r9": {}}}, "/responses/r9"),
        ({"responses": {"r1": {"verdicts": {"c9": "met"}}}}, "/responses/r1/verdicts/c9"),
        ({"responses": {"r1": {"verdicts": {"c1": "partly"}}}}, "/responses/r1/verdicts/c1/value"),
        ({"responses": {"r1": {"verdicts": {"c1": True}}}}, "/responses/r1/verdicts/c1/value"),
        ({"responses": {"r1": {"verdicts": {"c2": -1}}}}, "/responses/r1/verdicts/c2/value"),
        ({"responses": {"r1": {"verdicts": {"c3": 5}}}}, "/responses/r1/verdicts/c3/value"),
        ({"responses": {"r1": {"verdicts": {"c3": 1.5}}}}, "/responses/r1/verdicts/c3/value"),
        (
            {"responses": {"r1": {"verdicts": {"c1": {"reason": "tired"}}}}},
            "/responses/r1/verdicts/c1/reason",
        ),
        ({"comment": 3}, "/comment"),
    ],
)
def test_a_wrong_judgement_is_refused_by_path(document: object, where: str) -> None:
    with pytest.raises(InputError) as caught:
        flatten(TASK, document)
    assert caught.value.where == where


def test_checks_name_what_is_open_unreasoned_and_contradictory() -> None:
    verdicts = {**FULL, "c1": "not_met", "c5": "met", "c4": {"value": "cannot_judge"}}
    review = reviewed(TASK, {"responses": {"r1": {"verdicts": verdicts}}})
    found = [(m.lack, m.criterion, m.blocking) for m in missing(TASK, review) if m.response == "r1"]
    assert found == [(Lack.NO_REASON, "c4", True), (Lack.CONTRADICTORY, "c5", False)]
    assert {m.lack for m in missing(TASK, review) if m.response == "r2"} == {Lack.UNANSWERED}


def test_a_value_between_the_steps_of_a_scale_is_told_the_step() -> None:
    with pytest.raises(InputError) as caught:
        flatten(TASK, {"responses": {"r1": {"verdicts": {"c3": 1.5}}}})
    assert "a number from 0 to 4 in steps of 1, or not_applicable" in caught.value.message
    scale = {"attributes": [{"id": "depth", "text": "How deep?", "low": 1, "high": 5, "step": 0.5}]}
    rated = task_from_json(task_to_json(TASK) | {"panels": ["ratings"], "questions": {"ratings": scale}})
    with pytest.raises(InputError) as caught:
        flatten(rated, {"responses": {"r1": {"ratings": {"depth": 1.25}}}})
    assert caught.value.message.endswith("a number from 1 to 5 in steps of 0.5.")


@pytest.mark.parametrize("text", [" ", "\n\t", "\u3000"])
def test_white_space_is_no_answer(text: str) -> None:
    review = reviewed(TASK, {"responses": {"r1": {"verdicts": FULL | {"c4": text}}}})
    assert [(m.lack, m.criterion) for m in missing(TASK, review) if m.response == "r1"] == [
        (Lack.UNANSWERED, "c4")
    ]
    assert not review.verdict(ResponseId("r1"), CriterionId("c4")).answered
    assert progress(TASK, review).answered == 4


def test_reasons_of_white_space_are_none() -> None:
    ideal = task_from_json(
        task_to_json(TASK) | {"panels": ["ideal"], "questions": {"ideal": {"reason": "required"}}}
    )
    said = {"ideal": {"text": "better", "base": "r1", "reason": " \n"}}
    assert [m.lack for m in missing(ideal, reviewed(ideal, said))] == [Lack.NO_JUSTIFICATION]
    said["ideal"] = {"text": " \n"}
    assert [m.lack for m in missing(ideal, reviewed(ideal, said))] == [Lack.UNANSWERED]


def test_the_next_open_control_goes_round() -> None:
    r1, r2 = ResponseId("r1"), ResponseId("r2")
    review = reviewed(TASK, {"responses": {"r1": {"verdicts": FULL}}})
    places = controls(TASK, review, (r1, r2))
    at = Control(Panel.RUBRIC, r1, "c1")
    assert next_open(TASK, review, places, at) == Control(Panel.RUBRIC, r2, "c1")
    empty = Review(TASK.id)
    assert next_open(TASK, empty, places, Control(Panel.RUBRIC, r2, "c5")) == at


def test_criterion_by_criterion_goes_across_the_responses() -> None:
    order = (ResponseId("r2"), ResponseId("r1"))
    walked = controls(TASK, Review(TASK.id), order, by_item=True)
    assert [(c.item, c.response) for c in walked[:3]] == [("c1", "r2"), ("c1", "r1"), ("c2", "r2")]


def test_a_task_keeps_its_shape() -> None:
    assert task_from_json(task_to_json(TASK)) == TASK


def test_order_is_seeded_stable_and_off_when_not_blind() -> None:
    orders = {shown_order(TASK, str(seed), blind=True) for seed in range(20)}
    assert len(orders) == 2
    assert shown_order(TASK, "x", blind=False) == ("r1", "r2")
    order = shown_order(TASK, "1", blind=True)
    assert letter(order, order[1]) == "B"


def test_silent_reading_counts_up_to_the_allowance_and_pauses_do_not() -> None:
    minute = 60_000
    signs = [Sign(0), Sign(10 * minute), Sign(11 * minute, stop=True), Sign(30 * minute), Sign(31 * minute)]
    assert active_ms(signs, characters=15 * 60 * 5) == (5 + 1 + 1) * minute


def test_a_shift_takes_started_tasks_first_and_what_fits() -> None:
    ids = [TASK.id] * 3
    shift = plan(
        20, [Open(ids[0], 9 * 60_000), Open(ids[1], 30 * 60_000), Open(ids[2], 7 * 60_000, started=True)]
    )
    assert [t.left_ms // 60_000 for t in shift.tasks] == [7, 9]
    assert shift.spare_ms == 4 * 60_000


def test_pace_is_the_median_of_what_was_done() -> None:
    slow = Done(characters=1500, verdicts=0, active_ms=200_000)
    assert pace_of([slow, slow]).factor == 2.0
    assert pace_of([]).factor == 1.0


@pytest.mark.parametrize("text", ["", " \n", None])
def test_what_was_said_of_an_ideal_answer_that_was_taken_away_is_in_no_judgement(text: str | None) -> None:
    asked = task_from_json(
        {**task_to_json(TASK), "panels": ["rubric", "ideal"], "questions": {"ideal": {"graded": True}}}
    )
    said = {"text": "Call 119.", "base": "r1", "reason": "plainer", "verdicts": {"c1": "met"}}
    review = reviewed(asked, {"ideal": said, "comment": "all"})
    assert set(to_judgement(review)["ideal"]) == set(said)
    assert to_judgement(review.with_value("/ideal/text", text)) == {"comment": "all"}
