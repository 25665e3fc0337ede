"""Every kind of judged value: where it stands, when two are alike, how it is named, what is an answer."""

from __future__ import annotations

import time
from typing import Any

import pytest

from app.domain.codec import task_from_json
from app.domain.controls import Control
from app.domain.decisions import Standing, compare, differing, final_judgement, standing
from app.domain.ids import ResponseId
from app.domain.judgement import as_review, to_judgement
from app.domain.places import (
    alike,
    checked_answer,
    compared,
    is_whole,
    judgement_of,
    place_in,
    place_json,
    places,
    value_of,
    words_of,
)
from app.domain.questions import Panel
from app.domain.sampling import Graded, Plan, Why, drawn, keyed, missed
from app.domain.task import Task
from app.errors import InputError

R1, R2 = ResponseId("r1"), ResponseId("r2")
ASKED: dict[str, Any] = {
    "preference": {"dimensions": [{"id": "overall"}, {"id": "tone", "text": "Whose tone is kinder?"}]},
    "ranking": {"ties": True},
    "ratings": {"attributes": [{"id": "accuracy", "text": "Accuracy"}]},
    "steps": {"steps": {"r1": [[0, 3], [4, 7], [8, 13]]}},
    "safety": {},
    "spans": {"labels": [{"id": "wrong", "text": "Wrong"}]},
    "ideal": {"required": False},
}


def task(*panels: str) -> Task:
    """Two responses, one criterion and one for free text; everything is asked that these panels ask."""
    return task_from_json(
        {
            "id": "t1",
            "prompt": [{"role": "user", "text": "What now?"}],
            "responses": [{"id": "r1", "text": "One Two Three"}, {"id": "r2", "text": "Four"}],
            "rubric": {
                "criteria": [{"id": "c1", "text": "Is right"}, {"id": "c2", "text": "Why", "kind": "free"}]
            },
            "panels": list(panels),
            "questions": {name: ASKED[name] for name in panels if name != "rubric"},
        }
    )


SPAN = {"id": "s1", "start": 4, "end": 7, "quote": "Two", "label": "wrong"}
VALUES: dict[str, tuple[Control, Any, Any]] = {
    "verdict": (Control(Panel.RUBRIC, R1, "c1"), "met", "not_met"),
    "rating": (Control(Panel.RATINGS, R2, "accuracy"), 4, 5),
    "step": (Control(Panel.STEPS, R1, "2"), -1, 0),
    "finish": (Control(Panel.STEPS, R1), "solution", "give_up"),
    "safety": (
        Control(Panel.SAFETY, R1),
        {"call": "unsafe", "severity": "high", "harmed": "user"},
        {"call": "unsafe", "severity": "critical", "harmed": "user"},
    ),
    "preference": (Control(Panel.PREFERENCE, None, "tone"), -2, "both_bad"),
    "ranking": (Control(Panel.RANKING, None), {"r1": 1, "r2": 2}, {"r1": 1, "r2": 1}),
    "highlights": (Control(Panel.SPANS, R1), [SPAN], [{**SPAN, "start": 0, "end": 3, "quote": "One"}]),
    "ideal": (Control(Panel.IDEAL, None), {"text": "Call.", "base": "r1"}, {"text": "Wait."}),
}
PATHS = {
    "rating": "/responses/r2/ratings/accuracy/value",
    "step": "/responses/r1/steps/2/value",
    "finish": "/responses/r1/finish",
    "safety": "/responses/r1/safety/call",
    "preference": "/preference/tone/value",
    "ranking": "/ranking/places",
    "highlights": "/responses/r1/spans",
    "ideal": "/ideal/text",
}
ALL = task("rubric", *ASKED)
every_kind = pytest.mark.parametrize("kind", VALUES)


@every_kind
def test_a_value_is_found_where_it_was_put(kind: str) -> None:
    place, value, other = VALUES[kind]
    assert place in places(ALL)
    document = judgement_of(ALL, {place: value})
    assert to_judgement(as_review(ALL, document)) == {k: v for k, v in document.items() if v}
    found = value_of(document, place)
    assert found == value
    assert alike(place, found, value)
    assert not alike(place, found, other)
    assert not alike(place, found, None)
    assert value_of({}, place) in (None, [])


@every_kind
def test_documents_name_it_and_it_is_found_by_its_name(kind: str) -> None:
    place, _, _ = VALUES[kind]
    named = place_json(place)
    assert named == ({"path": PATHS[kind]} if kind in PATHS else {"response": "r1", "criterion": "c1"})
    assert place_in(ALL, named) == place
    if kind in PATHS:
        assert place_in(task("rubric"), named) is None


def test_every_place_has_a_name_and_nothing_else_has() -> None:
    for place in places(ALL):
        assert place_in(ALL, place_json(place)) == place
    for wrong in (
        "/responses/r1/verdicts/c1/value", "/responses/r9/ratings/accuracy/value", "/responses/r1/ratings/tone/value",
        "/responses/r1/steps/4/value", "/responses/r1/steps/01/value", "/responses/r1/steps/x/value",
        "/responses/r1/steps/2/comment", "/responses/r2/finish", "/responses/r2/steps/1/value", "/ranking",
        "/preference/none/value", "/preference/tone", "/ideal/base", "/comment", "nonsense", "/",
    ):  # fmt: skip
        assert place_in(ALL, {"path": wrong}) is None, wrong


def test_thousands_of_rulings_are_read_at_once() -> None:
    """A chain of 2,000 steps, each of them ruled: what a lab checks of one decision."""
    text = "ab " * 2000
    long = task_from_json(
        {
            "id": "t1",
            "prompt": [{"role": "user", "text": "Prove it."}],
            "responses": [{"id": "r1", "text": text}],
            "rubric": {"criteria": []},
            "panels": ["steps"],
            "questions": {"steps": {"steps": {"r1": [[3 * n, 3 * n + 2] for n in range(2000)]}}},
        }
    )
    begun = time.thread_time()
    for place in places(long):
        if place.item:
            found = place_in(long, {"path": place.path})
            assert found is not None
            assert checked_answer(long, found, 1) == 1
    assert time.thread_time() - begun < 1


@every_kind
def test_an_answer_of_ones_own_is_checked_as_in_grading(kind: str) -> None:
    place, value, _ = VALUES[kind]
    if is_whole(place):
        with pytest.raises(InputError) as failed:
            checked_answer(ALL, place, value)
        assert failed.value.code == "answer.whole"
    else:
        assert checked_answer(ALL, place, value) == value
        for wrong in ("nonsense", 99, None):
            with pytest.raises(InputError):
                checked_answer(ALL, place, wrong)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("ranking", {"r1": 1}),
        ("ranking", {"r1": 1, "r2": 3}),
        ("safety", {"call": "unsafe"}),
        ("safety", {"call": "safe", "harmed": "user"}),
        ("safety", {"severity": "high"}),
        ("preference", 0.5),
        ("rating", 4.5),
    ],
)
def test_half_an_answer_is_none(kind: str, value: Any) -> None:
    with pytest.raises(InputError):
        checked_answer(ALL, VALUES[kind][0], value)


def test_reading_order_and_what_free_text_is() -> None:
    found = places(ALL)
    assert [(p.panel, p.response, p.item) for p in found[:7]] == [
        ("rubric", "r1", "c1"),
        ("ratings", "r1", "accuracy"),
        ("steps", "r1", "1"),
        ("steps", "r1", "2"),
        ("steps", "r1", "3"),
        ("steps", "r1", ""),
        ("safety", "r1", ""),
    ]
    assert [p.panel for p in found[-6:]] == ["preference", "preference", "ranking", "spans", "spans", "ideal"]
    assert [words_of(ALL, p) for p in found[:4]] == ["Is right", "Accuracy", "One", "Two"]
    assert words_of(ALL, VALUES["preference"][0]) == "Whose tone is kinder?"


def test_short_entries_are_as_good_as_long_ones() -> None:
    short = {
        "responses": {"r1": {"steps": {"2": -1}}, "r2": {"ratings": {"accuracy": 4}}},
        "preference": {"tone": -2},
    }
    for kind in ("rating", "step", "preference"):
        place, value, _ = VALUES[kind]
        assert value_of(short, place) == value
    spans = {"responses": {"r1": {"spans": {"s1": {k: v for k, v in SPAN.items() if k != "id"}, "s2": None}}}}
    assert value_of(spans, VALUES["highlights"][0]) == [SPAN]


def test_highlights_are_alike_by_place_and_label_an_ideal_answer_by_its_words() -> None:
    place = VALUES["highlights"][0]
    assert alike(place, [SPAN], [{**SPAN, "id": "other", "comment": "why"}])
    assert not alike(place, [SPAN], [{**SPAN, "severity": "high"}])
    assert alike(VALUES["ideal"][0], {"text": "Call.", "base": "r1"}, {"text": "Call."})


def said(**values: Any) -> dict[str, Any]:
    """By kind of `VALUES` → a judgement document."""
    return judgement_of(ALL, {VALUES[kind][0]: value for kind, value in values.items()})


def test_what_is_whole_never_makes_a_difference_unless_nothing_else_is_asked() -> None:
    both = task("preference", "ideal")
    assert [p.panel for p in compared(both)] == ["preference", "preference"]
    alone = task("ideal")
    assert [p.panel for p in compared(alone)] == ["ideal"]
    one, other = ({"ideal": {"text": text}} for text in ("Call.", "Wait."))
    judged = {"preference": {"overall": 1, "tone": 0}}
    assert differing(both, [judged | one, judged | other]) == 0
    assert standing(both, [judged | one, judged | other], settled=False, disputed=False) is Standing.UNANIMOUS
    assert standing(alone, [one, other], settled=False, disputed=False) is Standing.UNRESOLVED
    final = final_judgement(both, compare(both, [judged | one, judged | other]))
    assert final == {"responses": {}, "preference": {"overall": {"value": 1}, "tone": {"value": 0}}}


def test_a_preference_task_is_unanimous_only_when_its_preferences_are() -> None:
    asked = task("preference", "ratings")
    one = {"preference": {"overall": -2, "tone": 1}, "responses": {"r1": {"ratings": {"accuracy": 4}}}}
    other = {**one, "preference": {"overall": -3, "tone": 1}}
    assert differing(asked, [one, one]) == 0
    assert differing(asked, [one, other]) == 1
    assert standing(asked, [one, other], settled=False, disputed=False) is Standing.UNRESOLVED


def test_steps_behind_a_first_error_are_asked_of_nobody_or_of_the_others_alone() -> None:
    asked = task("steps")
    early = {"responses": {"r1": {"steps": {"1": 1, "2": -1}, "finish": "found_error"}}}
    late = {"responses": {"r1": {"steps": {"1": 1, "2": 1, "3": -1}, "finish": "found_error"}}}
    rows = {row.place.item: row for row in compare(asked, [early, late])}
    assert [rows[n].agrees for n in ("1", "2", "3", "")] == [True, False, True, True]
    assert rows["3"].shared == -1
    assert differing(asked, [early, late]) == 1
    assert compare(asked, [early, early])[2].shared is None
    assert final_judgement(asked, compare(asked, [early, early])) == {
        "responses": {"r1": {"steps": {"1": {"value": 1}, "2": {"value": -1}}, "finish": "found_error"}}
    }


def test_an_ideal_answer_that_need_not_be_written_is_his_who_wrote_it() -> None:
    asked = task("preference", "ideal")
    row = compare(asked, [{"ideal": {"text": "Call."}}, {}])[-1]
    assert row.shared == {"text": "Call."}


def test_who_prefers_the_other_side_disagrees_how_strongly_does_not_matter() -> None:
    plan = Plan(0, "s", too_fast=False)
    much, little, against = (Graded(said(preference=v), None) for v in (-3, -1, 1))
    assert drawn(plan, task("preference"), [much, little], None) == ()
    assert drawn(plan, task("preference"), [much, against], None) == (Why.DISAGREEMENT,)
    assert drawn(plan, ALL, [much, Graded(said(preference=-3, ideal={"text": "Call."}), None)], None) == ()


def test_a_key_may_hold_any_single_value() -> None:
    key = said(preference=2, rating=4, ranking={"r1": 2, "r2": 1}, ideal={"text": "Call."})
    assert keyed(ALL, key) == 3
    assert missed(ALL, said(preference=1, rating=4, ranking={"r1": 2, "r2": 1}), key) == 0
    assert missed(ALL, said(preference=-1, rating=5), key) == 3
