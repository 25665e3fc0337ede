"""A2: the work goes on without a network. J5: with one, nothing but the lab's own host is ever contacted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.command_line import (
    ROOT,
    LabProcess,
    Program,
    every_kind,
    health_record,
    judgement,
    new_lab,
    write_lines,
)


def watched(mode: str, program: Program, commands: Sequence[Sequence[str | Path]], cut: bool = False) -> Any:
    """The commands in one watched process. cut: also in a network name space of its own, where there is one."""
    prefix = ["unshare", "-n"] if cut and _can_unshare() else []
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "tests.watched", mode],
        cwd=ROOT,
        env=program.environment(),
        input=json.dumps([[*map(str, c), "--json"] for c in commands]).encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def _can_unshare() -> bool:
    try:
        return subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Program, Path]:
    """An enrolled home with six tasks; its lab is down."""
    folder = tmp_path_factory.mktemp("offline")
    assay, lab = Program(folder / "home"), folder / "lab"
    records = [health_record(n) for n in range(3)]
    link, _ = new_lab(assay, lab, write_lines(folder / "health.jsonl", records))
    kinds = write_lines(folder / "kinds.jsonl", [every_kind(n) for n in range(3)])
    batch = assay.json("lab", "import", "auto", kinds, "--lab", lab)["batch"]
    assay.json("lab", "assign", batch, "--lab", lab)
    with LabProcess(assay, lab):
        assay.json("enrol", link)
        assert assay.json("sync")["pulled"] == 6
    return assay, lab


def test_all_work_goes_on_without_a_network(pulled: tuple[Program, Path], tmp_path: Path) -> None:
    assay, _ = pulled
    tasks = assay.json("tasks")
    first, second = tasks[0]["id"], tasks[3]["id"]
    files = {}
    for task in (first, second):
        files[task] = tmp_path / f"{task}.json"
        files[task].write_text(json.dumps(judgement(assay.json("show", task)["task"])), encoding="utf-8")
    answer = tmp_path / "answer.md"
    answer.write_text(
        "# Dose\n\n![x](http://127.0.0.1:9/x.png) <img src=//127.0.0.1:9/y> [l](http://a.example) $x^2$\n",
        encoding="utf-8",
    )
    keys, local = tmp_path / "keys.json", tmp_path / "local.jsonl"
    keys.write_bytes(assay("lab", "keys", "--lab", pulled[1]).out)
    write_lines(local, [every_kind(90)])
    out = tmp_path / "results.jsonl"
    lab = assay.json("status")["labs"][0]["lab"]
    commands: list[list[str | Path]] = [
        ["status"],
        ["batches"],
        ["tasks"],
        ["show", first],
        ["grade", first, "--from", files[first]],
        ["submit", first],
        ["grade", second, "--from", files[second]],
        ["submit", second],
        ["undo"],
        ["search", "coin"],
        ["outbox"],
        ["export", "results", "--out", out],
        ["export", "healthbench", "--out", tmp_path / "grades.jsonl"],
        ["verify", out, "--keys", keys],
        ["render", answer],
        ["score", "--policy", "healthbench", write_score(tmp_path)],
        ["doctor"],
        ["backup"],
        ["import", "auto", local],
        ["lock", "--lab", lab],
        ["unlock", "--lab", lab],
        ["outbox", "--lab", lab],
    ]
    told = watched("refuse", assay, commands, cut=True)
    assert [(c[0], r["code"]) for c, r in zip(commands, told["runs"], strict=True)] == [
        (c[0], 0) for c in commands
    ], [r["err"] for r in told["runs"] if r["code"]]
    assert told["reached"] == []
    said = [json.loads(r["out"]) for r in told["runs"]]
    assert said[5]["submitted"][0]["task"] == first
    assert said[8]["what"] == "withdrawn"
    assert {hit["task"] for hit in said[9]} == {t["id"] for t in tasks[:3]}
    assert [(r["task"], r["state"]) for r in said[-1]] == [(first, "ready")]
    assert said[13][0]["ok"] is True

    with LabProcess(assay, pulled[1]):
        assert assay.json("sync", "--lab", lab)["receipted"] == 1


def write_score(folder: Path) -> Path:
    path = folder / "score.json"
    path.write_text('{"criteria": [{"id": "a", "points": 1}], "verdicts": {"a": "met"}}', encoding="utf-8")
    return path


def test_only_the_labs_own_host_is_reached(tmp_path: Path) -> None:
    """Enrolling, pulling, sending, claiming: one peer, by its number, and no other program."""
    assay, lab = Program(tmp_path / "home"), tmp_path / "lab"
    hostile = "![x](http://127.0.0.1:9/a.png) <img src='http://192.0.2.1/'> https://tracker.example/x"
    task = every_kind(1, guide=hostile)
    task["responses"][0]["text"] = hostile
    link, _ = new_lab(assay, lab, write_lines(tmp_path / "t.jsonl", [task]))
    judged = tmp_path / "judged.json"
    judged.write_text(json.dumps(judgement(task)), encoding="utf-8")
    commands: list[list[str | Path]] = [
        ["enrol", link],
        ["sync"],
        ["show", "kinds-1"],
        ["grade", "kinds-1", "--from", judged],
        ["submit", "kinds-1"],
        ["sync"],
        ["claim", "--tasks", "1"],
        ["sync"],
    ]
    with LabProcess(assay, lab) as url:
        told = watched("record", assay, commands)
    assert [r["code"] for r in told["runs"]] == [0] * len(commands), told["runs"]
    assert json.loads(told["runs"][5]["out"])["receipted"] == 1
    place = urlsplit(url)
    peers = {what for event, what in told["reached"] if event == "socket.connect"}
    assert peers == {json.dumps([[place.hostname, place.port]])}
    others = [(e, w) for e, w in told["reached"] if e != "socket.connect"]
    named = {json.loads(w)[0] for e, w in others if e == "socket.getaddrinfo"}
    assert named <= {place.hostname}
    assert [(e, w) for e, w in others if e != "socket.getaddrinfo"] == []
