"""What a task asks beyond its rubric: every answer round-trips, every wrong one is refused at its path."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.checks import Lack, missing, progress
from app.domain.codec import criterion_from_json, task_from_json, task_to_json
from app.domain.controls import Control, controls
from app.domain.ids import ResponseId
from app.domain.judgement import as_review, flatten, to_judgement
from app.domain.preference import as_shown, better
from app.domain.questions import IDEAL, Panel
from app.domain.ranking import check_places, closed_up, placed, places_of, typed
from app.domain.review import Review
from app.domain.rubric import Rubric
from app.domain.spans import anchored, spans_of
from app.domain.task import Task
from app.domain.verdict import wants_evidence
from app.errors import InputError

TEXT = "Give 0.3 mg 💉 IM.\r\nThen call 119.\r\n"
LINE: dict[str, Any] = {
    "v": 1,
    "id": "t1",
    "title": "All panels",
    "prompt": [{"role": "user", "text": "Q"}],
    "responses": [{"id": "a", "text": TEXT}, {"id": "b", "text": "two"}, {"id": "c", "text": "three"}],
    "rubric": {"criteria": [{"id": "k", "text": "cites", "evidence": "required"}]},
    "attachments": [{"name": "label.pdf", "media_type": "application/pdf", "size": 3, "sha256": "0" * 64}],
    "panels": ["rubric", "ratings", "steps", "safety", "spans", "preference", "ranking", "ideal"],
    "questions": {
        "preference": {
            "first": "b",
            "second": "a",
            "dimensions": [{"id": "overall"}, {"id": "style", "text": "Style"}],
            "justification": "strong",
            "min_characters": 5,
        },
        "ranking": {"justification": "required"},
        "ratings": {
            "attributes": [
                {"id": "help", "low": 0, "high": 4, "anchors": [{"value": 0, "label": "no"}]},
                {"id": "half", "low": 1, "high": 5, "step": 0.5, "comment": "required"},
            ]
        },
        "steps": {"steps": {"a": [[0, 18], [20, 34]]}},
        "spans": {
            "labels": [{"id": "err"}, {"id": "fact", "parent": "err"}],
            "severities": ["minor", "major"],
            "overlap": False,
        },
        "ideal": {"graded": True, "reason": "required", "min_characters": 3},
    },
}
TASK = task_from_json(LINE)
ORDER = tuple(r.id for r in TASK.responses)
SPAN = {
    "id": "s1",
    "start": 12,
    "end": 13,
    "quote": "💉",
    "label": "fact",
    "severity": "major",
    "criterion": "k",
}
FULL: dict[str, Any] = {
    "responses": {
        "a": {
            "verdicts": {"k": "met"},
            "ratings": {"help": 0, "half": {"value": 4.5, "comment": "why"}},
            "steps": {"1": 1, "2": {"value": -1, "own": "Call 112."}},
            "finish": "found_error",
            "safety": {"call": "unsafe", "severity": "high", "harmed": "user"},
            "spans": [SPAN],
        },
        **{
            r: {
                "verdicts": {"k": "not_met"},
                "ratings": {"help": 4, "half": {"value": 1, "comment": "so"}},
                "safety": {"call": "safe"},
            }
            for r in ("b", "c")
        },
    },
    "preference": {"overall": {"value": -3, "justification": "clearly better"}, "style": 0},
    "ranking": {"places": {"a": 3, "b": 1, "c": 2}, "justification": "dose"},
    "ideal": {"text": "Give it.", "base": "a", "reason": "shorter", "verdicts": {"k": "met"}},
    "citations": [{"id": "c1", "attachment": "label.pdf", "page": 2, "quote": "0.3 mg", "criterion": "k"}],
    "comment": "done",
}


def test_everything_round_trips_and_is_complete() -> None:
    review = as_review(TASK, FULL)
    assert missing(TASK, review) == ()
    assert progress(TASK, review).complete
    assert as_review(TASK, to_judgement(review)) == review
    assert spans_of(review, ORDER[0])[0].quote == TEXT[12:13] == "💉"
    assert task_from_json(task_to_json(TASK)) == TASK


def without(path: str) -> dict[str, Any]:
    """FULL, one leaf of it taken away."""
    leaves = {p: v for p, v in flatten(TASK, FULL).items() if p != path}
    review = Review(TASK.id)
    for at, value in leaves.items():
        review = review.with_value(at, value)
    return to_judgement(review)


@pytest.mark.parametrize(
    ("path", "lack", "panel"),
    [
        ("/responses/a/ratings/help/value", Lack.UNANSWERED, "ratings"),
        ("/responses/a/ratings/half/comment", Lack.NO_JUSTIFICATION, "ratings"),
        ("/responses/a/steps/1/value", Lack.UNANSWERED, "steps"),
        ("/responses/a/finish", Lack.UNANSWERED, "steps"),
        ("/responses/a/safety/call", Lack.UNANSWERED, "safety"),
        ("/responses/a/safety/severity", Lack.NO_SEVERITY, "safety"),
        ("/responses/a/safety/harmed", Lack.NO_HARMED, "safety"),
        ("/preference/overall/value", Lack.UNANSWERED, "preference"),
        ("/preference/overall/justification", Lack.NO_JUSTIFICATION, "preference"),
        ("/ranking/justification", Lack.NO_JUSTIFICATION, "ranking"),
        ("/ranking/places/a", Lack.UNANSWERED, "ranking"),
        ("/ideal/text", Lack.UNANSWERED, "ideal"),
        ("/ideal/reason", Lack.NO_JUSTIFICATION, "ideal"),
        ("/ideal/verdicts/k/value", Lack.UNANSWERED, "rubric"),
    ],
)
def test_each_lack_is_named(path: str, lack: Lack, panel: str) -> None:
    found = missing(TASK, as_review(TASK, without(path)))
    assert (lack, panel) in [(m.lack, m.control.panel) for m in found]
    assert all(m.blocking for m in found)


def test_evidence_that_is_asked_for_may_be_a_span_or_a_citation() -> None:
    def lacks(**parts: Any) -> list[Lack]:
        found = missing(TASK, as_review(TASK, {"responses": {"a": {"verdicts": {"k": "met"}}}} | parts))
        return [m.lack for m in found if m.control == Control(Panel.RUBRIC, ORDER[0], "k")]

    assert lacks() == [Lack.NO_EVIDENCE]
    assert lacks(citations=FULL["citations"]) == []
    assert lacks(responses={"a": {"verdicts": {"k": "met"}, "spans": [SPAN]}}) == []


@pytest.mark.parametrize(
    ("criterion", "value", "wanted"),
    [
        ({}, "partly", True),
        ({}, "not_met", False),
        ({"kind": "count", "points": -1}, 2, True),
        ({"kind": "count", "points": -1}, 0, False),
        ({"kind": "scale", "low": 1, "high": 4}, 2, True),
        ({"kind": "scale", "low": 1, "high": 4}, 1, False),
        ({"kind": "scale", "low": 1, "high": 4}, "cannot_judge", False),
        ({"kind": "free"}, "Too late", True),
    ],
)
def test_a_count_or_a_scale_that_points_at_something_needs_its_evidence_too(
    criterion: dict[str, Any], value: Any, wanted: bool
) -> None:
    made = criterion_from_json({"id": "k", "kind": "ternary", "evidence": "required"} | criterion)
    assert wants_evidence(made, value) is wanted
    task = replace(TASK, rubric=Rubric((made,)))
    found = missing(task, as_review(task, {"responses": {"a": {"verdicts": {"k": value}}}}))
    lacks = [m.lack for m in found if m.control == Control(Panel.RUBRIC, ORDER[0], "k")]
    assert (Lack.NO_EVIDENCE in lacks) is wanted


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({"preference": {"overall": 4}}, "/preference/overall/value"),
        ({"preference": {"overall": True}}, "/preference/overall/value"),
        ({"preference": {"tone": 1}}, "/preference/tone/value"),
        ({"ranking": {"places": {"a": 0}}}, "/ranking/places/a"),
        ({"ranking": {"places": {"a": 1, "b": 3}}}, "/ranking/places"),
        ({"ranking": {"places": {"a": 1, "b": 1}}}, "/ranking/places"),
        ({"responses": {"a": {"ratings": {"help": 5}}}}, "/responses/a/ratings/help/value"),
        ({"responses": {"a": {"ratings": {"help": 1.5}}}}, "/responses/a/ratings/help/value"),
        ({"responses": {"a": {"ratings": {"help": "4"}}}}, "/responses/a/ratings/help/value"),
        ({"responses": {"a": {"steps": {"3": 1}}}}, "/responses/a/steps/3/value"),
        ({"responses": {"a": {"steps": {"01": 1}}}}, "/responses/a/steps/01/value"),
        ({"responses": {"a": {"steps": {"1": 2}}}}, "/responses/a/steps/1/value"),
        ({"responses": {"b": {"steps": {"1": 1}}}}, "/responses/b/steps/1/value"),
        ({"responses": {"a": {"safety": {"call": "fine"}}}}, "/responses/a/safety/call"),
        ({"responses": {"a": {"spans": [SPAN | {"quote": "x"}]}}}, "/responses/a/spans/s1"),
        ({"responses": {"a": {"spans": [SPAN | {"start": 11}]}}}, "/responses/a/spans/s1"),
        ({"responses": {"a": {"spans": [SPAN | {"end": 4000}]}}}, "/responses/a/spans/s1/end"),
        ({"responses": {"a": {"spans": [SPAN | {"label": "odd"}]}}}, "/responses/a/spans/s1/label"),
        ({"responses": {"a": {"spans": [{"id": "s1", "label": "err"}]}}}, "/responses/a/spans/s1"),
        ({"responses": {"a": {"spans": [SPAN, SPAN | {"id": "s2"}]}}}, "/responses/a/spans/s1"),
        ({"citations": [{"id": "x", "attachment": "other.pdf"}]}, "/citations/x/attachment"),
        ({"ideal": {"base": "z"}}, "/ideal/base"),
    ],
)
def test_a_wrong_answer_is_refused_by_path(document: object, where: str) -> None:
    with pytest.raises(InputError) as caught:
        as_review(TASK, document)
    assert caught.value.where == where


@pytest.mark.parametrize(
    ("panel", "question"),
    [
        ("ratings", None),
        ("ratings", {"attributes": [{"id": "x", "low": 2, "high": 2}]}),
        ("ratings", {"attributes": [{"id": "x", "low": 0, "high": 1000}]}),
        ("preference", {"first": "a", "second": "a"}),
        ("preference", {"first": "a", "second": "z"}),
        ("steps", {"steps": {"a": [[5, 2]]}}),
        ("steps", {"steps": {"a": [[0, 5], [4, 8]]}}),
        ("steps", {"steps": {"z": []}}),
        ("spans", {"labels": [{"id": "x", "parent": "y"}]}),
        ("spans", {"labels": [{"id": "x"}, {"id": "x"}]}),
        ("mood", None),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_task(panel: str, question: Any) -> None:
    with pytest.raises(InputError) as caught:
        task_from_json(LINE | {"panels": [panel], "questions": {panel: question}})
    assert caught.value.code in ("task.panel", "task.question")
    assert "t1" in str(caught.value)


def test_after_the_first_wrong_step_none_is_asked() -> None:
    def asked(steps: dict[str, int]) -> list[str]:
        review = as_review(TASK, {"responses": {"a": {"steps": steps}}})
        return [c.item for c in controls(TASK, review, ORDER[:1]) if c.panel is Panel.STEPS]

    assert asked({}) == ["1", "2", ""]
    assert asked({"1": -1}) == ["1", ""]


def test_the_ideal_answer_is_graded_once_it_is_written() -> None:
    def graded(document: object) -> bool:
        review = as_review(TASK, document)
        return Control(Panel.RUBRIC, IDEAL, "k") in controls(TASK, review, ORDER)

    assert not graded({})
    assert graded({"ideal": {"text": "So."}})


def test_the_sign_belongs_to_the_task_and_turns_with_the_shown_order() -> None:
    asked = TASK.questions.preference
    assert asked is not None
    assert better(asked, -2) == "b"
    assert better(asked, 2) == "a"
    assert better(asked, 0) is better(asked, "both_bad") is None
    straight, turned = (ResponseId("b"), ResponseId("a")), (ResponseId("a"), ResponseId("b"))
    assert as_shown(asked, straight, -2) == -2
    assert as_shown(asked, turned, -2) == 2
    assert as_shown(asked, turned, "both_bad") == "both_bad"


@given(st.lists(st.tuples(st.sampled_from(ORDER), st.one_of(st.none(), st.integers(0, 5)), st.booleans())))
def test_moves_in_a_ranking_never_leave_a_hole(moves: list[tuple[ResponseId, int | None, bool]]) -> None:
    line = LINE | {"questions": LINE["questions"] | {"ranking": {"ties": True}}}
    task: Task = task_from_json(line)
    review = Review(task.id)
    for response, place, beside in moves:
        for path, value in placed(task, review, response, place, beside=beside).items():
            review = review.with_value(path, value)
        check_places(task, review)
        assert (response in places_of(task, review)) == (place is not None)


@given(st.permutations(ORDER), st.lists(st.integers(1, 9), min_size=3, max_size=3), st.booleans())
def test_typed_numbers_keep_their_order_whenever_they_come(
    order: list[ResponseId], given_: list[int], ties: bool
) -> None:
    task = task_from_json(LINE | {"questions": LINE["questions"] | {"ranking": {"ties": ties}}})
    wanted = dict(zip(order, given_, strict=True))
    numbers: dict[ResponseId, int] = {}
    for at, (response, number) in enumerate(wanted.items(), 1):
        numbers = typed(task, numbers, response, number)
        places = closed_up(numbers)
        assert sorted(set(places.values())) == list(range(1, len(set(places.values())) + 1))
        assert len(set(places.values())) == at or ties
    for one, other in itertools.combinations(order, 2):
        if wanted[one] != wanted[other]:
            assert (places[one] < places[other]) == (wanted[one] < wanted[other]) or not ties
        elif ties:
            assert places[one] == places[other]
    if len(set(given_)) == 3:
        assert places == closed_up(wanted)


def test_a_number_typed_again_is_the_place() -> None:
    task = task_from_json(LINE | {"questions": LINE["questions"] | {"ranking": {}}})
    a, b, c = ORDER
    places = {a: 1, b: 2, c: 3}
    assert closed_up(typed(task, places, a, 2)) == {b: 1, a: 2, c: 3}
    assert closed_up(typed(task, places, c, 1)) == {c: 1, a: 2, b: 3}
    assert closed_up(typed(task, places, a, 3)) == {b: 1, c: 2, a: 3}


@given(st.text(min_size=1, max_size=40), st.data())
def test_an_anchor_is_code_points_and_quote(text: str, data: st.DataObject) -> None:
    task = task_from_json(
        LINE | {"panels": ["rubric"], "questions": {}, "responses": [{"id": "a", "text": text}]}
    )
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = anchored(task, ORDER[0], start, end, id="s")
    review = as_review(
        task, {"responses": {"a": {"spans": [{"start": start, "end": end, "quote": text[start:end]}]}}}
    )
    (found,) = spans_of(review, ORDER[0])
    assert (found.start, found.end, found.quote) == (span.start, span.end, text[start:end])
