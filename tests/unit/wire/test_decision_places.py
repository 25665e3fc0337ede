"""Decisions and answers name places: a criterion as they always did, anything else by its path."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.errors import InputError
from app.wire.leading import Answer, Decision
from app.wire.models import parse

BEFORE = b"""{"v": 1, "decision": "d-1", "previous": null, "lead": "e-1", "device": "dev-1", "lab": "l-1",
 "batch": "b-1", "task": "t-1", "task_digest": "%(d)s", "kind": "fix", "over": ["%(d)s"],
 "rulings": [{"response": "r1", "criterion": "c1", "value": "met", "adopted": "%(d)s", "reason": ""},
             {"response": "r1", "criterion": "c2", "value": 3, "error_class": "slip", "reason": "Three, not two."}],
 "judgement": {"responses": {"r1": {"verdicts": {"c1": {"value": "met"}, "c2": {"value": 3}}}}},
 "comment": "", "gap": null, "rubric_version": "1", "guideline_version": "1",
 "decided": "2026-11-01T10:00:00.000Z"}""" % {b"d": b"a" * 64}
"""As it was signed when decisions knew criteria alone."""


def ruled(*rulings: dict[str, Any]) -> Decision:
    return parse(Decision, json.dumps({**json.loads(BEFORE), "rulings": list(rulings)}).encode())


def test_a_decision_of_before_means_what_it_meant() -> None:
    first, second = parse(Decision, BEFORE).rulings
    assert (first.response, first.criterion, first.path, first.value) == ("r1", "c1", None, "met")
    assert (second.value, second.error_class, second.reason) == (3, "slip", "Three, not two.")


@pytest.mark.parametrize(
    "value",
    [-3, 0, 4, 3.5, "both_bad", "solution", {"r1": 1, "r2": 2}, {"call": "unsafe", "severity": "high"}],
)
def test_every_single_value_can_be_ruled(value: Any) -> None:
    (found,) = ruled({"path": "/preference/overall/value", "value": value}).rulings
    assert (found.value, type(found.value)) == (value, type(value))


@pytest.mark.parametrize(
    "ruling",
    [
        {},
        {"value": "met"},
        {"response": "r1", "value": "met"},
        {"response": "r1", "criterion": "c1", "path": "/ranking/places"},
        {"path": "ranking/places"},
        {"path": ""},
        {"path": "/ranking/places", "value": {"r1": 0}},
        {"path": "/ranking/places", "value": {"r1": {"place": 1}}},
        {"path": "/responses/r1/spans", "value": [{"start": 0}]},
    ],
)
def test_a_ruling_names_one_place_and_one_value(ruling: dict[str, Any]) -> None:
    with pytest.raises(InputError) as failed:
        ruled(ruling)
    assert failed.value.code == "document.schema"


def test_a_reason_of_an_answer_names_its_place_alike() -> None:
    answer = {
        "answer": "a-1", "expert": "e-2", "device": "d-2", "lab": "l-1", "batch": "b-1", "task": "t-1",
        "decision": "a" * 64, "result": "b" * 64, "kind": "dispute", "answered": "2026-11-01T10:00:00.000Z",
    }  # fmt: skip
    reasons = [
        {"response": "r1", "criterion": "c1", "text": "As before."},
        {"path": "/ranking/places", "text": "So."},
    ]
    found = parse(Answer, json.dumps({**answer, "reasons": reasons}).encode()).reasons
    assert [one.path for one in found] == [None, "/ranking/places"]
    with pytest.raises(InputError):
        parse(Answer, json.dumps({**answer, "reasons": [{"text": "Of what?"}]}).encode())
