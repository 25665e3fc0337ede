"""What a source holds and a task cannot is said: in a reason for the record, or in the losses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import records as own
from format_files import lines, reasons, taken

from app.errors import InputError

ASKED = {"prompt": "What is on it?", "response": "A cat.", "rubric": [{"text": "Is right."}]}
PICTURE = {"type": "image_url", "image_url": {"url": "x.png"}}
WORDS = {"type": "text", "text": "Look."}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"prompt": [{"role": "user", "content": [WORDS, PICTURE]}]}, "no text: image_url"),
        ({"prompt": [{"role": "user", "content": 42}]}, "no text: 42"),
        ({"prompt": [{"role": "user", "content": [[PICTURE]]}]}, "no text: image_url"),
        (
            {"prompt": [{"role": "user", "content": "Hi"}, {"role": "assistant", "tool_calls": []}]},
            "turn 2 of",
        ),
        ({"response": None, "responses": ["A cat.", {"content": [PICTURE]}]}, "no text: image_url"),
        ({"response": None, "responses": ["A cat.", 7]}, "no text: 7"),
    ],
)
def test_what_is_no_text_is_never_left_out_of_what_is_judged(
    tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    reading, found = taken(lines(tmp_path / "a.jsonl", ASKED | change))
    assert not found
    assert why in reasons(reading)[1]


def test_parts_of_text_are_one_text(tmp_path: Path) -> None:
    said = [{"role": "user", "content": [WORDS, "At it.", {"type": "text", "text": ""}]}]
    _, (found,) = taken(lines(tmp_path / "a.jsonl", ASKED | {"prompt": said}))
    assert found.task["prompt"] == [{"role": "user", "text": "Look.\nAt it.\n"}]


def test_a_response_without_text_is_named_and_the_others_keep_their_places(tmp_path: Path) -> None:
    record = ASKED | {"response": None, "responses": ["One.", {"text": None}, " ", "Four."]}
    reading, (found,) = taken(lines(tmp_path / "a.jsonl", record))
    assert [(r["id"], r["text"]) for r in found.task["responses"]] == [("r1", "One."), ("r4", "Four.")]
    assert "responses without text are left out (2)" in reading.losses


def test_responses_apart_that_answer_no_task_are_named(tmp_path: Path) -> None:
    source = lines(tmp_path / "q.jsonl", {"id": "a", **ASKED})
    apart = [{"id": "a", "response": "A dog."}, *({"id": f"z{n}", "response": "Lost."} for n in range(22))]
    reading, (found,) = taken(source, answers=lines(tmp_path / "a.jsonl", *apart))
    assert [r["text"] for r in found.task["responses"]] == ["A dog."]
    assert "responses to “z0”, a task that the file does not hold (1)" in reading.losses
    assert "responses to further tasks that it does not hold (2)" in reading.losses
    with pytest.raises(InputError) as caught:
        taken(source, answers=lines(tmp_path / "b.jsonl", {"id": "a", "responses": [{"content": [PICTURE]}]}))
    assert caught.value.code == "answers.line"
    assert caught.value.where == "b.jsonl:1"


OWN: dict[str, Any] = {
    "id": "t1",
    "title": "Pictures",
    "prompt": [{"role": "user", "text": "What is on it?"}],
    "responses": [{"id": "x", "text": "A cat."}, {"id": "y", "text": "A dog."}],
    "rubric": {"criteria": [{"id": "c1", "text": "Is right.", "points": 1}]},
    "tags": ["animals"],
    "reference": "A cat.",
    "further": 7,
}


def test_responses_apart_leave_the_rest_of_a_task_line_as_it_is(tmp_path: Path) -> None:
    apart = lines(tmp_path / "a.jsonl", {"id": "t1", "response": "A fox.", "model": "blue-7b"})
    _, (found,) = taken(lines(tmp_path / "q.jsonl", OWN), answers=apart)
    assert found.task == OWN | {"v": 1, "responses": [{"id": "r1", "text": "A fox."}]}
    assert found.models == {"r1": "blue-7b"}
    asking = OWN | {"panels": ["preference"], "questions": {"preference": {"first": "x", "second": "y"}}}
    reading, none = taken(lines(tmp_path / "q.jsonl", asking), answers=apart)
    assert not none
    assert "no others can take their place" in reasons(reading)[1]


def test_what_was_said_of_a_response_is_not_said_of_the_one_in_its_place(tmp_path: Path) -> None:
    apart = lines(tmp_path / "a.jsonl", {"id": "plan_0", "response": "Swim."})
    reading, (found,) = taken(lines(tmp_path / "q.jsonl", own.BIGGEN["plan_0"]), answers=apart)
    assert not found.given
    assert "judgements of responses that others took the place of (1)" in reading.losses


@pytest.mark.parametrize(
    ("record", "loss"),
    [
        ({"label": [[0, 3], [0, 3, "X", 1], 7]}, "neither a name nor [start, end, name] (3)"),
        ({"annotations": [{"label": "X", "end_offset": 3}]}, "line 1: a span from None to 3"),
        ({"label": [{"label": "X", "start_offset": 0}]}, "line 1: a span from 0 to None"),
        ({"label": [[0, 3, None]]}, "line 1: a span from 0 to 3"),
        ({"label": ["X"], "cats": {"X": 1}}, "neither a name nor [start, end, name] (1)"),
        ({"label": ["X"], "Comments": ["Odd."]}, "comments on a text (1)"),
    ],
)
def test_half_a_label_of_doccano_is_named(tmp_path: Path, record: dict[str, Any], loss: str) -> None:
    whole = {"text": "def", "label": [[0, 3, "X"]]}
    reading, (found, _) = taken(lines(tmp_path / "a.jsonl", {"text": "abc"} | record, whole), "doccano")
    assert any(loss in one for one in reading.losses), reading.losses
    assert "Odd." not in str(found.task)


def test_what_a_model_or_an_annotator_said_is_not_in_the_tasks_of_labelled_texts(tmp_path: Path) -> None:
    prodigy = own.PRODIGY_CLASSES[0] | {
        "meta": {"source": "GitHub", "score": 0.609, "model": "blue-7b"},
        "priority": 0.7,
        "accept": ["Yes"],
        "_annotator_id": "ada",
        "_timestamp": 1609459200,
    }
    reading, (found,) = taken(lines(tmp_path / "a.jsonl", prodigy))
    assert found.task["source"] == {"meta": {"source": "GitHub"}, "_input_hash": 3, "_task_hash": 4}
    assert "the model's own score and priority (2)" in reading.losses
    for what in ("who annotated", "when it was annotated", "answers to a choice"):
        assert f"{what} (1)" in reading.losses
    doccano = {"text": "abc", "label": [[0, 3, "X"]], "model": "blue-7b", "meta": {"page": 1, "llm_score": 2}}
    _, (found,) = taken(lines(tmp_path / "b.jsonl", doccano))
    assert found.task["source"] == {"meta": {"page": 1}, "field": "label"}
