"""The disk fills up just after the lab has taken a device in: the workspace stands, and is free to be opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import StorageError
from app.storage.work import WorkTables
from tests.command_line import LabProcess, Program, every_kind, new_lab, write_lines


def test_a_workspace_whose_first_notes_failed_is_not_left_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("storage.disk_full", "The disk is full.", hint="Make room.")

    assay = Program(tmp_path / "home")
    invitation, _ = new_lab(assay, tmp_path / "lab", write_lines(tmp_path / "t.jsonl", [every_kind(1)]))
    with LabProcess(assay, tmp_path / "lab"):
        with monkeypatch.context() as patched:
            patched.setattr(WorkTables, "set_note", full)
            assert assay.fails(7, "enrol", invitation)["code"] == "storage.disk_full"
        assert assay.json("sync")["pulled"] == 1
