"""The first import makes the local workspace, and only when there is something to put into it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command_line import Program, every_kind, write_lines


def test_a_first_file_that_cannot_be_read_makes_no_workspace(tmp_path: Path) -> None:
    assay = Program(tmp_path / "home")
    assert assay.fails(3, "import", "auto", tmp_path / "absent.jsonl")["code"] == "format.open"
    empty = tmp_path / "empty.jsonl"
    empty.write_bytes(b"not a task\n")
    said = assay.fails(3, "import", "jsonl", empty)
    assert (said["code"], said["where"]) == ("import.empty", "empty.jsonl")
    assert said["message"] == "Not one record of the file became a task: it holds none."
    assert assay.json("status") == {"labs": []}
    assert assay.json("import", "auto", write_lines(tmp_path / "t.jsonl", [every_kind(1)]))["tasks"] == 1
    assert [lab["tasks"] for lab in assay.json("status")["labs"]] == [1]
    assert assay.fails(3, "import", "jsonl", empty) == said
    no_response = write_lines(tmp_path / "odd.jsonl", [{"prompt": "Why?", "rubric": []}])
    said = assay.fails(3, "import", "jsonl", no_response)
    assert (said["code"], said["where"]) == ("import.empty", "odd.jsonl:1")
    assert "holds no response" in said["message"]


PAIRS = [
    {"chosen": f"\n\nHuman: {n}?\n\nAssistant: yes", "rejected": f"\n\nHuman: {n}?\n\nAssistant: no"}
    for n in ("One", "Two")
]
LABELLED = [
    {"input": f"Name {n}.", "output_1": "A", "output_2": "B", "label": 1} for n in ("one", "two", "three")
]


def test_files_without_ids_of_their_own_stand_side_by_side(tmp_path: Path) -> None:
    assay = Program(tmp_path / "home")
    pairs = write_lines(tmp_path / "hh.jsonl", PAIRS)
    labelled = tmp_path / "llmbar.json"
    labelled.write_text(json.dumps(LABELLED), encoding="utf-8")
    first, second = (assay.json("import", "auto", path) for path in (pairs, labelled))
    assert (first["tasks"], second["tasks"]) == (2, 3)
    assert "tasks whose id another task here has got a new one (2)" in second["losses"]
    ids = [row["id"] for row in assay.json("tasks", "--batch", second["batch"])]
    assert [i.split("-")[0] for i in ids] == ["t1", "t2", "t3"]
    assert assay.json("show", ids[0])["task"]["prompt"][-1]["text"] == "Name one."
    for path in (pairs, labelled):
        assert assay.fails(3, "import", "auto", path)["code"] == "batch.double_task"
    assert [lab["tasks"] for lab in assay.json("status")["labs"]] == [5]


def test_a_source_that_uses_an_id_of_another_is_taken_in(tmp_path: Path) -> None:
    assay = Program(tmp_path / "home")
    assay.json("import", "auto", write_lines(tmp_path / "a.jsonl", [every_kind(1)]))
    other = write_lines(tmp_path / "b.jsonl", [every_kind(1, title="Another"), every_kind(2)])
    assert assay.json("import", "auto", other)["tasks"] == 2
    third = write_lines(tmp_path / "c.jsonl", [every_kind(3), every_kind(1, title="Another")])
    assert assay.fails(3, "import", "auto", third)["code"] == "batch.double_task"
    assert [lab["tasks"] for lab in assay.json("status")["labs"]] == [3]
