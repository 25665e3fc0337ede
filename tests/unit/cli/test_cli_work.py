"""What commands on work tell a script and a person: exports in part, counts of one, tasks that are not there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import Program, write_lines

PROMPT: dict[str, Any] = {
    "prompt": [{"role": "user", "text": "Why?"}],
    "responses": [{"id": "r1", "text": "So."}, {"id": "r2", "text": "No."}],
}
TASKS = [
    PROMPT | {"v": 1, "id": "rubric", "rubric": {"criteria": [{"id": "c1", "text": "right", "points": 1}]}},
    PROMPT | {"v": 1, "id": "pair", "rubric": {"criteria": []}, "panels": ["preference"]},
]
SAFETY = PROMPT | {"v": 1, "id": "call", "rubric": {"criteria": []}, "panels": ["safety"]}
SAID = {
    "rubric": {"responses": {r: {"verdicts": {"c1": "met"}} for r in ("r1", "r2")}},
    "pair": {"preference": {"overall": -2}},
}


@pytest.fixture
def assay(tmp_path: Path) -> Program:
    made = Program(tmp_path / "home")
    made.json("import", "auto", write_lines(tmp_path / "tasks.jsonl", TASKS))
    return made


def submitted(assay: Program, *tasks: str) -> None:
    for task in tasks:
        assay.json("grade", task, "--from", "-", stdin=json.dumps(SAID[task]).encode())
    assay.json("submit", *tasks)


def test_results_that_are_not_in_the_file_make_it_done_in_part(assay: Program, tmp_path: Path) -> None:
    submitted(assay, "rubric", "pair")
    out = tmp_path / "out"
    ran = assay("export", "healthbench", "--out", out, "--json")
    assert (ran.code, ran.document["written"]) == (8, 1)
    assert "not in the file: 1" in ran.err
    assert {json.loads(line)["prompt_id"] for line in out.read_text().splitlines()} == {"rubric"}
    assert assay.json("export", "jsonl", "--out", out)["written"] == 2


def test_nothing_submitted_is_no_failure_and_is_said(assay: Program, tmp_path: Path) -> None:
    ran = assay("export", "healthbench", "--out", tmp_path / "out", "--json")
    assert (ran.code, ran.document["written"]) == (0, 0)
    assert "nothing is submitted yet" in ran.err
    assay.json("lab", "init", tmp_path / "lab")
    ran = assay(
        "lab", "export", "healthbench", "--lab", tmp_path / "lab", "--out", tmp_path / "out", "--json"
    )
    assert (ran.code, ran.document["written"]) == (0, 0)
    assert "nothing is submitted yet" in ran.err
    submitted(assay, "rubric")
    ran = assay("export", "healthbench", "--out", tmp_path / "out", "--json")
    assert (ran.code, ran.document["written"], "submitted yet" in ran.err) == (0, 1, False)


def test_one_point_is_no_points(assay: Program) -> None:
    half = {"responses": {"r1": {"verdicts": {"c1": "met"}}}}
    ran = assay("grade", "rubric", "--from", "-", stdin=json.dumps(half).encode())
    assert ran.out == b"rubric: 1 point still open\n"
    (refused,) = assay("submit", "rubric", "--json").document["refused"]
    assert refused["why"] == "One point is still open in this review."
    ran = assay("grade", "rubric", "--from", "-", stdin=json.dumps(SAID["rubric"]).encode())
    assert ran.out == b"rubric: complete\n"


def test_undo_of_a_task_that_is_not_there_is_an_error(assay: Program) -> None:
    assert assay.fails(3, "undo", "nosuch")["code"] == assay.fails(3, "show", "nosuch")["code"]
    assert assay.json("undo", "pair")["what"] == "nothing"
    submitted(assay, "pair")
    assert assay.json("undo", "rubric")["task"] is None
    assert assay.json("undo", "pair")["task"] == "pair"


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [({"a": "good"}, "score.value"), ({"a": ["met"]}, "score.value"), ({"b": "met"}, "score.unknown")],
)
def test_score_says_in_which_file_a_value_is_wrong(
    assay: Program, tmp_path: Path, verdicts: dict[str, Any], code: str
) -> None:
    path = tmp_path / "grades.json"
    path.write_text(json.dumps({"criteria": [{"id": "a", "points": 1}], "verdicts": verdicts}))
    said = assay.fails(3, "score", "--policy", "healthbench", path)
    assert (said["code"], said["where"]) == (code, str(path))


def test_a_safe_call_takes_no_harm_and_drops_what_was_said_before(assay: Program, tmp_path: Path) -> None:
    assay.json("import", "auto", write_lines(tmp_path / "calls.jsonl", [SAFETY]))

    def document(**safety: str) -> bytes:
        return json.dumps({"responses": {"r1": {"safety": safety}}}).encode()

    def kept() -> Any:
        return assay.json("show", "call")["review"]["judgement"]["responses"]["r1"]["safety"]

    grade = ("grade", "call", "--from", "-")
    said = assay.fails(3, *grade, stdin=document(call="safe", severity="low"))
    assert (said["code"], said["where"]) == ("judgement.safe", "/responses/r1/safety/severity")
    assay.json(*grade, stdin=document(call="unsafe", severity="high", harmed="user"))
    assay.fails(3, *grade, stdin=document(call="safe", harmed="user"))
    assert kept() == {"call": "unsafe", "severity": "high", "harmed": "user"}
    assay.json(*grade, stdin=document(call="safe"))
    assert kept() == {"call": "safe"}
    assert assay.fails(3, *grade, stdin=document(severity="low"))["code"] == "judgement.safe"
