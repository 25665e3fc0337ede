"""What is written names the texts, the tasks and the turns that were judged, and says what else there was."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import records as own
from format_files import HEALTH, PR, lines, reasons, taken
from openpyxl import Workbook
from test_formats_round_trip import graded, json_lines

from app.domain.codec import task_from_json
from app.errors import InputError
from app.formats import registry
from app.formats.base import Found, Graded, source_of
from app.wire import jsonio
from app.wire.work import check_task


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


def judged(found: list[Found], judgement: dict[str, Any]) -> list[Graded]:
    """As a lab has them, where another batch has the ids already."""
    items = []
    for one in found:
        line = {**one.task, "id": f"b-1-{one.task['id']}"}
        items.append(Graded(check_task(jsonio.dumps(line))[0], judgement, "e", source=source_of(line)))
    return items


MET = {"responses": {"r1": {"verdicts": {"c1": "met"}}}}


def test_a_task_that_got_another_id_here_is_written_under_its_own(tmp_path: Path) -> None:
    health = HEALTH | {"response": "Go."}
    _, found = taken(lines(tmp_path / "a.jsonl", health, health | {"response": "Stay."}))
    assert [f.task["id"] for f in found] == ["aa-1", "aa-1-2"]
    written = json_lines(put("healthbench", *judged(found, MET))[0])
    assert [(w["prompt_id"], w["canary"]) for w in written] == [("aa-1", "canary-7")] * 2
    assert written[1]["completion_id"] == hashlib.sha256(b"aa-1Stay.").hexdigest()
    _, found = taken(lines(tmp_path / "b.jsonl", PR))
    (line,) = json_lines(
        put("prbench", *judged(found, {"responses": {"r1": {"verdicts": {"k-1": "met"}}}}))[0]
    )
    assert line["task"] == "pr-1"
    patch = {"instance_id": "a__b-1", "model_name_or_path": "m", "model_patch": "--- a\n+++ b"}
    _, found = taken(lines(tmp_path / "c.jsonl", patch))
    (line,) = json_lines(put("swe", *judged(found, MET))[0])
    assert (line["instance_id"], line["model_patch"]) == ("a__b-1", "--- a\n+++ b")
    _, found = taken(lines(tmp_path / "d.jsonl", own.BIGGEN["plan_0"]))
    data, _ = put("biggen", *judged(found, {"responses": {"r1": {"ratings": {"score": 4}}}}))
    assert list(json.loads(data)) == ["plan_0"]


def test_code_keeps_its_own_end(tmp_path: Path) -> None:
    samples = [{"task_id": "t/1", "completion": code} for code in ("    return 1", "    return 1\n")]
    _, found = taken(lines(tmp_path / "a.jsonl", *samples))
    written = json_lines(put("humaneval", *judged(found, MET))[0])
    assert [{k: w[k] for k in ("task_id", "completion")} for w in written] == samples


def test_biggen_takes_the_name_of_an_entry_and_names_a_score_out_of_scale(tmp_path: Path) -> None:
    entry = {k: v for k, v in own.BIGGEN["plan_0"].items() if k != "id"}
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps({f"plan_{n}": entry | {"human_score": s} for n, s in enumerate((7, "4", 4.0))})
    )
    reading, found = taken(path)
    assert [f.task["id"] for f in found] == ["plan_0", "plan_1", "plan_2"]
    assert [len(f.given) for f in found] == [0, 0, 1]
    assert "scores that are no whole number from 1 to 5 (2)" in reading.losses


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


def book(path: Path, *rows: list[str], further: bool = False) -> Path:
    made = Workbook()
    for row in rows:
        made.worksheets[0].append(row)
    if further:
        made.create_sheet("Second").append(["more"])
        made.create_sheet("Empty")
    made.save(path)
    return path


def test_what_a_workbook_holds_beside_its_table_is_named(tmp_path: Path) -> None:
    asked, row = ["question", "answer", "course", "jurisdiction"], ["Q", "A", "C", "J"]
    reading, found = taken(book(tmp_path / "a.xlsx", asked, row, further=True))
    assert [f.line for f in found] == [2]
    assert [loss for loss in reading.losses if "sheet" in loss] == [
        "the sheet “Second”: only the first is read (1)"
    ]
    with pytest.raises(InputError) as caught:
        taken(book(tmp_path / "b.xlsx", [*asked, "answer"], [*row, "B"]))
    assert "two of its columns have one heading" in caught.value.message


def test_what_a_workbook_cannot_hold_is_named(tmp_path: Path) -> None:
    record = {
        "question": "Q",
        "answer": "A",
        "course": "C",
        "jurisdiction": "J",
        "response": "x" * 40_000 + "\x01",
    }
    path = tmp_path / "a.csv"
    path.write_text(",".join(record) + "\n" + ",".join(record.values()) + "\n")
    _, found = taken(path, "lexam")
    _, losses = put("lexam", *judged(found, MET))
    assert "texts cut at the 32,767 characters that a cell holds (1)" in losses
    assert "control characters that a workbook cannot hold (1)" in losses


def test_a_system_prompt_is_no_turn_of_a_transcript(tmp_path: Path) -> None:
    judgement = {"preference": {"overall": {"value": 2}}}
    data, losses = put("hh_rlhf", Graded(task_from_json(THREE), judgement, "e"))
    assert "turns of a prompt that are neither the person's nor the assistant's (1)" in losses
    path = tmp_path / "a.jsonl"
    path.write_bytes(data)
    _, (found,) = taken(path)
    assert found.task["prompt"] == [{"role": "user", "text": "Why?"}]


def test_a_new_label_of_a_step_has_its_own_time(tmp_path: Path) -> None:
    _, found = taken(lines(tmp_path / "a.jsonl", *own.PRM800K))
    items = [replace(one, submitted="2026-11-23T02:05:01Z") for one in graded(found)]
    assert [line["timestamp"] for line in json_lines(put("prm800k", *items)[0])] == ["2026-11-23T02:05:01Z"]


def test_only_an_object_is_what_a_task_line_kept_of_its_source() -> None:
    assert source_of({"source": "a textbook", "canary": "c"}) == {"canary": "c"}
    assert source_of({"source": {"id": 3}}) == {"id": 3}
