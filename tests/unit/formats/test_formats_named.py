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


def test_fields_that_a_format_never_looks_at_are_named(tmp_path: Path) -> None:
    more = {"latency": 3, "none": None, "usage": {"tokens": 7}, "canary": "c"}
    right = {"id": "c1", "text": "Is right.", "points": 2, "tags": ["a"], "help": "See.", "author": "Ada"}
    rubric = {"version": "2", "criteria": [right, {"text": "Is short.", "author": "Bo"}]}
    many = {f"field{n:02}": n for n in range(25)}
    records = [ASKED | more | {"rubric": rubric}, ASKED | {"prompt": "And now?", "latency": 1}]
    reading, found = taken(lines(tmp_path / "a.jsonl", *records))
    assert len(found) == 2
    assert [loss for loss in reading.losses if "carried" in loss] == [
        "the field “latency” is not carried (2)",
        "the field “rubric.criteria.author” is not carried (1)",
        "the field “usage” is not carried (1)",
    ]
    reading, _ = taken(lines(tmp_path / "b.jsonl", ASKED | many))
    assert "the field “field19” is not carried (1)" in reading.losses
    assert "further fields are not carried (5)" in reading.losses


APEX = '"[{""criterion 1"": {""description"": ""States it""}}]"'


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        ("a.csv", "Prompt,Response,Rubric,Rater note\nQ,A,is right,too long\n", "Rater note"),
        ("b.csv", f"Task ID,Prompt,Response,Rubric JSON,Grade\n1,Q,A,{APEX},5\n", "Grade"),
        ("c.jsonl", '{"question": "Q", "answer": "A", "human_rating": 5}\n', "human_rating"),
    ],
)
def test_a_field_is_named_as_the_file_names_it(tmp_path: Path, name: str, text: str, field: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    reading, _ = taken(path)
    told = [loss for loss in reading.losses if "carried" in loss]
    assert told == [f"the field “{field}” is not carried (1)"]


@pytest.mark.parametrize("name", ["KQA_NLI", "MQM", "MTBENCH"])
def test_fields_of_rows_that_make_one_task_are_read_in_any_of_them(tmp_path: Path, name: str) -> None:
    content = getattr(own, name)
    path = tmp_path / {"KQA_NLI": "a.csv", "MQM": "a.tsv"}.get(name, "a.jsonl")
    if isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    else:
        lines(path, *content)
    reading, found = taken(path)
    assert found
    assert [loss for loss in reading.losses if "“" in loss and "majority_label" not in loss] == []


def test_a_models_scores_of_a_chain_of_steps_stay_behind(tmp_path: Path) -> None:
    record = own.PRM800K[0]
    asked = record | {"question": record["question"] | {"pre_generated_verifier_score": 0.97}}
    reading, (found,) = taken(lines(tmp_path / "a.jsonl", asked))
    assert found.task["source"]["question"] == record["question"]
    assert "a model's own scores of a solution stay behind (1)" in reading.losses


def test_an_overall_preference_that_its_raters_do_not_make_is_named(tmp_path: Path) -> None:
    reading, _ = taken(lines(tmp_path / "a.jsonl", own.HELPSTEER3[0] | {"overall_preference": 3}))
    assert "overall preferences other than the rounded mean of the raters' (1)" in reading.losses


def test_a_rater_without_a_label_gave_no_judgement(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        ",Question,llm_x,answer,claim,category_x,majority_label,label_0,label_1,label_2\n0,Q,m,A,C,,,Neutral,,\n"
    )
    reading, (found,) = taken(path)
    assert [g.rater for g in found.given] == ["label_0"]
    assert any(loss.endswith("judge for themselves (1)") for loss in reading.losses)
