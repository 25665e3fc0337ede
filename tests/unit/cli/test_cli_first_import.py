"""The first import makes the local workspace, and only when there is something to put into it."""

from __future__ import annotations

from pathlib import Path

from tests.command_line import Program, every_kind, write_lines


def test_a_first_file_that_cannot_be_read_makes_no_workspace(tmp_path: Path) -> None:
    assay = Program(tmp_path / "home")
    assert assay.fails(3, "import", "auto", tmp_path / "absent.jsonl")["code"] == "format.open"
    empty = tmp_path / "empty.jsonl"
    empty.write_bytes(b"not a task\n")
    assert assay.fails(3, "import", "jsonl", empty)["code"] == "import.empty"
    assert assay.json("status") == {"labs": []}
    assert assay.json("import", "auto", write_lines(tmp_path / "t.jsonl", [every_kind(1)]))["tasks"] == 1
    assert [lab["tasks"] for lab in assay.json("status")["labs"]] == [1]
    assert assay.fails(3, "import", "jsonl", empty)["code"] == "import.empty"
