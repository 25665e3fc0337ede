"""Attachments beside a source file: taken by safe paths, into the local workspace and into a lab."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.domain.ids import TaskId, digest
from app.formats import registry
from app.formats.base import Unfit
from app.formats.beside import MAX_FILE, named_in, safe
from app.workstation import build
from tests.attached_files import pdf
from tests.command_line import PASSPHRASE, Program
from tests.workspaces import task_json

PDF = pdf([["Aspirin"]])


def lines(folder: Path, *tasks: dict[str, Any]) -> Path:
    (folder / "files").mkdir(parents=True, exist_ok=True)
    (folder / "files" / "label.pdf").write_bytes(PDF)
    path = folder / "tasks.jsonl"
    path.write_text("".join(json.dumps(task) + "\n" for task in tasks), encoding="utf-8")
    return path


def with_files(*paths: str, **more: Any) -> dict[str, Any]:
    return task_json(1, attachments=[{"name": p.rsplit("/", 1)[-1], "path": p} for p in paths], **more)


def test_a_file_beside_becomes_an_attachment(tmp_path: Path) -> None:
    found = list(registry.read("auto", lines(tmp_path, with_files("files/label.pdf"))))
    assert [t.task["attachments"] for t in found] == [
        [{"name": "label.pdf", "media_type": "application/pdf", "size": len(PDF), "sha256": digest(PDF)}]
    ]
    assert found[0].files[0].path.read_bytes() == PDF


def test_simple_records_bring_files_too(tmp_path: Path) -> None:
    record = {"prompt": "Which dose?", "response": "300 mg", "attachments": ["files/label.pdf"]}
    found = list(registry.read("jsonl", lines(tmp_path, record)))
    assert found[0].task["attachments"][0]["name"] == "label.pdf"


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt", "files/../../secret.txt", "/etc/passwd", "C:/windows/x", "files\\label.pdf", "~/x", "",
        "files//label.pdf", "./files/label.pdf", "files", "absent.pdf", "link-out.pdf", "folder-out/secret.txt",
        "files/label.pdf\x00.txt", "files/label.pdf:stream", "x" * 2000,
    ],
)  # fmt: skip
def test_a_path_that_leaves_or_leads_nowhere_is_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    folder = tmp_path / "inside"
    source = lines(folder, with_files(path))
    os.symlink(tmp_path / "secret.txt", folder / "link-out.pdf")
    os.symlink(tmp_path, folder / "folder-out")
    reading = registry.read("jsonl", source)
    assert list(reading) == []
    assert len(reading.skipped) == 1
    with pytest.raises(Unfit):
        safe(folder, path)


@pytest.mark.parametrize(
    "entries", ["files/label.pdf", [{"name": "x"}], [3], [{"path": 3}], [{"path": "a", "name": 7}]]
)
def test_entries_of_another_shape_are_refused(entries: object) -> None:
    with pytest.raises(Unfit):
        named_in({"attachments": entries})


def test_a_file_over_the_cap_is_refused(tmp_path: Path) -> None:
    source = lines(tmp_path, with_files("files/large.bin"))
    with (tmp_path / "files" / "large.bin").open("wb") as file:
        file.truncate(MAX_FILE + 1)
    reading = registry.read("jsonl", source)
    assert list(reading) == []
    assert "32 MiB" in reading.skipped[0].reason


def test_reference_files_of_gdpval_are_taken_where_they_are(tmp_path: Path) -> None:
    record = {
        "task_id": "g1", "sector": "Health", "occupation": "Nurse", "prompt": "Plan it.", "deliverable_text": "Plan.",
        "reference_files": ["files/label.pdf", "files/absent.xlsx"],
    }  # fmt: skip
    reading = registry.read("gdpval", lines(tmp_path, record))
    found = list(reading)
    assert [a["name"] for a in found[0].task["attachments"]] == ["label.pdf"]
    assert any("absent.xlsx" in loss for loss in reading.losses)


def test_a_local_import_keeps_the_files_in_the_workspace(tmp_path: Path) -> None:
    assay = Program(tmp_path / "home")
    assert assay.json("import", "jsonl", lines(tmp_path, with_files("files/label.pdf")))["tasks"] == 1
    task = _opened(assay)
    assert task == PDF


def _opened(assay: Program) -> bytes:
    station = build(assay.home)
    session = station.local_import.open(PASSPHRASE)
    try:
        attachment = session.open(TaskId("t1")).task.attachments[0]
        with session.workspace.attachments.open(attachment.sha256) as stream:
            return stream.read()
    finally:
        session.close()
