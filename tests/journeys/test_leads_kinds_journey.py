"""Preferences and ratings by the command line alone: graded twice, decided by their paths, come back, exported."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from lab.desk import open_lab
from tests.command_line import Program
from tests.lab_server import serving
from tests.lead_home import compared_task, preferred

OVERALL, ACCURACY = "/preference/overall/value", "/responses/r2/ratings/accuracy/value"


def grade(program: Program, document: Any) -> None:
    program.json("grade", "t1", "--from", "-", stdin=json.dumps(document).encode())
    assert program.json("submit", "t1")["submitted"]


def say(program: Program, command: str, document: dict[str, Any]) -> Any:
    return program.json(command, "t1", "--from", "-", stdin=json.dumps(document).encode())


def test_a_preference_is_settled_without_a_screen(tmp_path: Path) -> None:
    desk, folder = Program(tmp_path / "desk"), tmp_path / "harbor"
    desk.json("lab", "init", folder, "--name", "Harbor")
    at = ("--lab", folder)
    roles = {"ada": "expert", "bo": "expert", "lea": "lead"}
    links = {
        name: desk.json("lab", "invite", *at, "--name", name, "--role", role)["invitation"]
        for name, role in roles.items()
    }
    desk.json("lab", "team", "make", "Hearts", *at, "--lead", "lea", "--expert", "ada", "--expert", "bo")
    lines = tmp_path / "tasks.jsonl"
    lines.write_text(json.dumps(compared_task("preference", "ratings")) + "\n", encoding="utf-8")
    batch = desk.json("lab", "import", "jsonl", lines, *at)["batch"]
    desk.json("lab", "assign", batch, *at, "--to", "ada", "--to", "bo", "--overlap", "2")
    desk.json("lab", "plan", batch, *at, "--team", "Hearts", "--random", "0", "--no-too-fast")
    ada, bo, lea = (Program(tmp_path / name, secrets=tmp_path) for name in roles)
    with open_lab(folder) as lab, serving(lab):
        for program, link in zip((ada, bo, lea), links.values(), strict=True):
            program.json("enrol", link)
            program.json("sync")
        grade(ada, preferred(-2))
        grade(bo, preferred(2, r2=5))
        for program in (ada, bo, lea):
            program.json("sync")
        grade(lea, preferred(-2))
        lea.json("sync")

        board = lea.json("board", "t1")
        assert [(row["panel"], row["path"], row["differs"]) for row in board["rows"]] == [
            ("ratings", "/responses/r1/ratings/accuracy/value", False),
            ("ratings", ACCURACY, True),
            ("preference", OVERALL, True),
            ("preference", "/preference/tone/value", False),
        ]
        assert [cell["value"] for cell in board["rows"][2]["cells"]] == [-2, -2, 2]
        assert board["undecided"] == 2
        assert lea("board", "t1").code == 0
        rulings = [
            {"path": OVERALL, "adopt": "2"},
            {"path": ACCURACY, "value": 4, "error_class": "slip", "reason": "The dose is right."},
        ]
        assert say(lea, "decide", {"kind": "adjudicate", "rulings": rulings})["kind"] == "adjudicate"
        for program in (lea, bo):
            program.json("sync")
        (back,) = bo.json("returns")["returns"]
        assert [(row["path"], row["mine"], row["final"], row["reason"]) for row in back["rows"]] == [
            (ACCURACY, 5, 4, "The dose is right."),
            (OVERALL, 2, -2, ""),
        ]
        say(bo, "answer", {"kind": "dispute", "reasons": [{"path": OVERALL, "text": "B says when to call."}]})
        for program in (bo, lea):
            program.json("sync")
        (past,) = [one for one in lea.json("board", "t1")["past"] if one["what"] == "answer"]
        assert [(named["path"], text) for named, text in past["reasons"]] == [
            (OVERALL, "B says when to call.")
        ]
        say(lea, "decide", {"kind": "adjudicate", "rulings": rulings})
        lea.json("sync")

    out = tmp_path / "out.jsonl"
    desk.json("lab", "export", "aggregated", *at, "--out", out)
    (row,) = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert row["standing"] == "adjudicated"
    assert row["final"]["preference"] == {"overall": {"value": -2}, "tone": {"value": 0}}
    table = tmp_path / "out.csv"
    desk.json("lab", "export", "aggregated", *at, "--batch", batch, "--out", table)
    with table.open(encoding="utf-8", newline="") as lines_of:
        found = [(r["panel"], r["criterion"], r["value"], r["standing"]) for r in csv.DictReader(lines_of)]
    assert found == [
        ("ratings", "accuracy", "4", "adjudicated"),
        ("ratings", "accuracy", "4", "adjudicated"),
        ("preference", "overall", "-2", "adjudicated"),
        ("preference", "tone", "0", "adjudicated"),
    ]
