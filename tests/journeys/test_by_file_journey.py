"""Joining and working with no server at all: invitation, request, answer, grading, results, receipts, verified."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from tests.command_line import Program, health_record, new_lab, write_lines


def refused(*_: object) -> None:
    raise AssertionError("something was to be reached over a network")


def test_from_an_invitation_to_verified_receipts_without_a_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refused)
    assay, lab, stick = Program(tmp_path / "home"), tmp_path / "lab", tmp_path / "stick"
    records = [health_record(n) for n in range(3)]
    link, _ = new_lab(assay, lab, write_lines(tmp_path / "health.jsonl", records))

    request = assay.json("enrol", link, "--by-file", stick)["request"]
    assert link.split("code=")[1][:20].encode() not in Path(request).read_bytes()
    assert assay.json("status")["labs"] == []
    taken = assay.json("lab", "bundle", "import", request, "--lab", lab)
    assert (taken["joined"], taken["stored"]) == (True, 0)
    answer = assay.json("lab", "bundle", "export", taken["expert"], stick, "--lab", lab)["file"]
    enrolled = assay.json("enrol", answer)
    assert (enrolled["expert"], enrolled["pulled"]) == (taken["expert"], 3)

    tasks = [task["id"] for task in assay.json("tasks")]
    for task in tasks:
        assay.judge(task, value="met")
    assert assay.json("submit", *tasks)["refused"] == []
    written = assay.json("bundle", "export", stick)
    assert written["results"] == 3
    assert assay.json("lab", "bundle", "import", written["file"], "--lab", lab)["stored"] == 3
    back = assay.json("lab", "bundle", "export", taken["expert"], stick, "--lab", lab)["file"]
    found = assay.json("bundle", "import", back)
    assert (found["receipted"], found["waiting"], found["refused"]) == (3, 0, [])
    assert {row["state"] for row in assay.json("outbox")} == {"receipted"}

    results, keys = tmp_path / "results.jsonl", tmp_path / "keys.json"
    results.write_bytes(assay("lab", "results", "--lab", lab).out)
    keys.write_bytes(assay("lab", "keys", "--lab", lab).out)
    verified = assay.json("verify", results, "--keys", keys)
    assert [(row["ok"], row["kid"]) for row in verified] == [(True, enrolled["kid"])] * 3
    assert len(json.loads(keys.read_bytes())["keys"]) == 2
