"""Promises of the command line that only show when something is odd: bytes, damage, an older file, a bug."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app import workstation
from cli.__main__ import main
from tests.command_line import Program, every_kind, write_lines

GOLDEN = Path(__file__).resolve().parents[2] / "data" / "workspace-schema-1"


@pytest.fixture
def assay(tmp_path: Path) -> Program:
    assay = Program(tmp_path / "home")
    assay.json("import", "auto", write_lines(tmp_path / "t.jsonl", [every_kind(1)]))
    return assay


def test_a_guideline_that_is_not_utf8_is_named_with_its_byte(tmp_path: Path) -> None:
    assay = Program(tmp_path / "home")
    assay.json("lab", "init", tmp_path / "lab")
    guideline = tmp_path / "guideline.md"
    guideline.write_bytes(b"caf\xe9")
    error = assay.fails(3, "lab", "revise", "b-1", "--lab", tmp_path / "lab", "--guideline", guideline)
    assert (error["code"], error["where"]) == ("usage.encoding", str(guideline))


def test_the_doctor_of_a_file_that_does_not_open_exits_1(assay: Program) -> None:
    path = assay.workspace / "workspace.db"
    path.write_bytes(path.read_bytes()[:100] + bytes(path.stat().st_size - 100))
    found = assay("doctor", "--json")
    assert found.code == 1
    assert found.document["ok"] is False
    assert found.document["problems"][0]["code"] == "storage.damaged"
    assert "snapshot" in found.err


def test_reading_commands_open_the_file_of_an_older_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.keys.keyset import Secrets, device_jwk

    station = workstation.build(tmp_path / "home")
    folder = station.home.ensure().labs / "older"
    shutil.copytree(GOLDEN, folder)
    opened = Secrets(bytes.fromhex((GOLDEN / "key.hex").read_text().strip()), device_jwk(bytes(32)))

    class OpenVault:
        def open(self, **_: object) -> Secrets:
            return opened

    monkeypatch.setattr(station.labs, "vault", lambda _: OpenVault())
    session = station.labs.open("older", readonly=True)
    assert session.workspace.readonly
    assert session.workspace.lab.tasks() == ["b1-t0", "b1-t1", "b1-t2"]
    session.close()


def test_a_bug_is_one_document_and_70_even_when_no_report_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(*_: object, **__: object) -> None:
        raise RuntimeError("secret text of a task")

    (tmp_path / "home").write_bytes(b"a file where the folder should be")
    monkeypatch.setattr(workstation, "build", build)
    assert main(["status", "--json", "--home", str(tmp_path / "home")]) == 70
    out, err = capsys.readouterr()
    assert json.loads(out)["error"]["code"] == "bug"
    assert "secret" not in out + err


def test_output_is_utf8_whatever_the_locale_says(assay: Program) -> None:
    ran = assay.process("tasks", "--json", more={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert ran.document[0]["title"] == "Every kind 1"
    shown = assay.process("show", "kinds-1", more={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert "劑量".encode() in shown.out
