"""What is written names the texts, the tasks and the turns that were judged, and says what else there was."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import records as own
from format_files import lines, reasons, taken
from test_formats_round_trip import graded, json_lines

from app.domain.codec import task_from_json
from app.formats import registry
from app.formats.base import Graded


def put(name: str, *items: Graded) -> tuple[bytes, list[str]]:
    out = io.BytesIO()
    done = registry.write(name, items, out)
    return out.getvalue(), done.losses


def put(name: str, *items: Graded) -> tuple[bytes, list[str]]:
    out = io.BytesIO()
    done = registry.write(name, items, out)
    return out.getvalue(), done.losses


THREE: dict[str, Any] = {
    "id": "t",
    "prompt": [{"role": "system", "text": "Be brief."}, {"role": "user", "text": "Why?"}],
    "responses": [{"id": f"r{n}", "text": f"Answer {n}."} for n in (1, 2, 3)],
    "rubric": {"criteria": []},
    "panels": ["preference"],
    "questions": {"preference": {"first": "r3", "second": "r2"}},
}
SIDES = {
    "mtbench": ("conversation_a", "conversation_b"),
    "llmbar": ("output_1", "output_2"),
    "pandalm": ("response1", "response2"),
    "helpsteer2_preference": ("response_1", "response_2"),
    "helpsteer3": ("response1", "response2"),
    "trl_preference": ("chosen", "rejected"),
    "hh_rlhf": ("chosen", "rejected"),
}


@pytest.mark.parametrize("name", SIDES)
def test_the_two_that_were_compared_are_written_and_a_third_is_named(name: str) -> None:
    data, losses = put(name, Graded(task_from_json(THREE), {"preference": {"overall": {"value": -2}}}, "e"))
    found = json.loads(data)
    record = found[0] if isinstance(found, list) else found
    first, second = (json.dumps(record[side]) for side in SIDES[name])
    assert "Answer 3." in first
    assert "Answer 2." in second
    assert "Answer 1." not in data.decode()
    assert "responses that were not compared (1)" in losses


@pytest.mark.parametrize("name", ["llmbar", "pandalm"])
def test_turns_that_have_no_place_are_named(name: str) -> None:
    task = task_from_json(THREE)
    _, losses = put(name, Graded(task, {"preference": {"overall": {"value": 2}}}, "e"))
    assert "earlier turns of a prompt (1)" in losses


@pytest.mark.parametrize(
    ("name", "record"),
    [("trl_stepwise", own.TRL_STEPWISE[0]), ("helpsteer2_preference", own.HELPSTEER2_PREFERENCE[0])],
)
def test_a_prompt_of_several_turns_is_written_whole(
    tmp_path: Path, name: str, record: dict[str, Any]
) -> None:
    asked = record | {
        "prompt": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}]
    }
    _, found = taken(lines(tmp_path / "a.jsonl", asked))
    assert json_lines(put(name, *graded(found))[0]) == [asked]


def talk(*said: str) -> list[dict[str, str]]:
    return [{"role": ("user", "assistant")[n % 2], "content": text} for n, text in enumerate(said)]


def test_a_vote_is_on_the_turn_that_it_names(tmp_path: Path) -> None:
    both = {"conversation_a": talk("Q1", "A1", "Q2", "A2"), "conversation_b": talk("Q1", "B1", "Q2", "B2")}
    votes = [own.MTBENCH[0] | both | {"turn": turn} for turn in (1, 2)]
    _, (first, second) = taken(lines(tmp_path / "a.jsonl", *votes))
    assert [r["text"] for r in first.task["responses"]] == ["A1", "B1"]
    assert [t["text"] for t in second.task["prompt"]] == ["Q1"]
    for response, (before, after) in zip(second.task["responses"], (("A1", "A2"), ("B1", "B2")), strict=True):
        assert response["text"].startswith(before)
        assert "Q2" in response["text"]
        assert response["text"].endswith(after)
    assert json_lines(put("mtbench", *graded([first, second]))[0]) == votes


def test_a_vote_that_cannot_be_read_leaves_the_others(tmp_path: Path) -> None:
    votes = [*own.MTBENCH[:2], own.MTBENCH[2] | {"winner": "gpt"}]
    reading, (found,) = taken(lines(tmp_path / "a.jsonl", *votes))
    assert [g.rater for g in found.given] == ["e1", "e2"]
    assert any(loss.startswith("line 3: the winner “gpt”") for loss in reading.losses)
    other = own.MTBENCH[0] | {"conversation_b": talk("Else?", "No.")}
    reading, none = taken(lines(tmp_path / "b.jsonl", other))
    assert not none
    assert "not asked the same" in reasons(reading)[1]
