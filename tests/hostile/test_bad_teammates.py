"""Teammates' documents that cannot be believed reach a lead's workspace by name only, and are never counted."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from lab import devices
from lab.desk import Lab, open_lab
from lab.tables import result
from lab.tables_leads import review_feed, review_head
from tests.command_line import Program
from tests.hostile.test_sealed_bytes import grade
from tests.lab_server import serving, write_tasks

Harm = Callable[[Lab, str], None]


def rewritten(lab: Lab, expert: str, change: Callable[[dict[str, str]], None]) -> None:
    """A lab that serves other bytes than its expert signed."""

    def job(connection: Any) -> None:
        for row in connection.execute(select(result).where(result.c.expert == expert)).all():
            document = json.loads(bytes(row.document))
            change(document)
            data = json.dumps(document, separators=(",", ":")).encode()
            connection.execute(update(result).where(result.c.n == row.n).values(document=data))

    lab.database.write(job)


def other_seed(document: dict[str, str]) -> None:
    text = document["payload"]
    payload = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).replace(b'"seed":"', b'"seed":"x')
    document["payload"] = base64.urlsafe_b64encode(payload).decode().rstrip("=")


def forge(lab: Lab, expert: str) -> None:
    rewritten(lab, expert, other_seed)


def revoke(lab: Lab, expert: str) -> None:
    def job(connection: Any) -> None:
        kid = connection.execute(select(result.c.kid).where(result.c.expert == expert)).scalars().first()
        devices.revoke(connection, lab, expert, kid)

    lab.database.write(job)


def unknown_kind(lab: Lab, expert: str) -> None:
    rewritten(lab, expert, lambda document: document.update(protected="e30"))


def setting(tmp_path: Path) -> tuple[Path, dict[str, Program], dict[str, str]]:
    """Two experts have graded t-0 alike; nothing is drawn, so both results are open to the lead."""
    desk, folder = Program(tmp_path / "desk"), tmp_path / "harbor"
    desk.json("lab", "init", folder)
    made = {
        name: desk.json("lab", "invite", "--lab", folder, "--name", name, "--role", role)
        for name, role in (("ada", "expert"), ("bo", "expert"), ("lea", "lead"))
    }
    team = ["--lead", "lea", "--expert", "ada", "--expert", "bo"]
    desk.json("lab", "team", "make", "H", "--lab", folder, *team)
    batch = desk.json("lab", "import", "auto", write_tasks(tmp_path / "t.jsonl", 1), "--lab", folder)["batch"]
    desk.json("lab", "assign", batch, "--lab", folder, "--to", "ada", "--to", "bo")
    desk.json("lab", "plan", batch, "--lab", folder, "--team", "H", "--random", "0", "--no-too-fast")
    people = {name: Program(tmp_path / name, secrets=tmp_path) for name in made}
    with open_lab(folder) as lab, serving(lab):
        for name, invited in made.items():
            people[name].json("enrol", invited["invitation"])
        for name in ("ada", "bo"):
            people[name].json("sync")
            grade(people[name], "t-0")
            people[name].json("sync")
    return folder, people, {name: invited["expert"] for name, invited in made.items()}


@pytest.mark.parametrize(
    ("harm", "code"),
    [(forge, "signature.bad"), (revoke, "signature.revoked_key"), (unknown_kind, "signature.header")],
    ids=["forged", "revoked", "headless"],
)
def test_what_cannot_be_believed_is_named_and_not_counted(tmp_path: Path, harm: Harm, code: str) -> None:
    folder, people, ids = setting(tmp_path)
    with open_lab(folder) as lab, serving(lab):
        harm(lab, ids["ada"])
        ran = people["lea"]("sync", "--json")
    assert ran.code == 8
    assert [row["code"] for row in ran.document["refused"]] == [code]
    assert ran.document["refused"][0]["what"].startswith("review.result ")
    board = people["lea"].json("board", "t-0")
    assert [column["who"] for column in board["columns"]] == [ids["bo"]]
    assert people["lea"].json("status")["labs"][0]["quarantined"] == 1


def test_a_review_feed_with_a_gap_is_refused_whole(tmp_path: Path) -> None:
    folder, people, _ = setting(tmp_path)
    with open_lab(folder) as lab, serving(lab):
        people["lea"].json("sync")
        lab.database.write(lambda c: c.execute(insert(review_feed).values(**FORGED, lead=_lead(c), n=9)))
        lab.database.write(lambda c: c.execute(update(review_head).values(n=9)))
        error = people["lea"].fails(6, "sync")
    assert error["code"] == "feed.gap"
    assert len(people["lea"].json("queue")) == 1


FORGED = {"kind": "review.task", "id": "t-0", "digest": "0" * 64}


def _lead(connection: Any) -> str:
    return str(connection.execute(select(review_head.c.lead)).scalar_one())


def test_a_result_under_another_rubric_is_set_aside(tmp_path: Path) -> None:
    folder, people, ids = setting(tmp_path)
    criterion = {"id": "c1", "text": "Names the danger, tables too", "points": 5}
    change = {"kind": "criterion.edit", "task": "t-0", "criterion_id": "c1", "criterion": criterion}
    people["ada"].json("propose", "-", stdin=json.dumps(change).encode())
    desk = Program(tmp_path / "desk")
    with open_lab(folder) as lab, serving(lab):
        people["ada"].json("sync")
    (one,) = desk.json("lab", "proposals", "--lab", folder)
    [line] = [
        r for r in desk("lab", "proposals", "--lab", folder).out.decode().splitlines() if one["proposal"] in r
    ]
    assert line.split(maxsplit=4)[4] == "c1         “Names the danger, tables too” (+5)", (
        "what is meant, and what it is to be"
    )
    merged = desk.json("lab", "merge", one["batch"], one["proposal"], "--lab", folder)
    assert (merged["rubric_version"], len(merged["regrade"])) == ("2", 2)
    with open_lab(folder) as lab, serving(lab):
        ran = people["lea"]("sync", "--json")
        people["bo"].json("sync")
    assert {row["code"] for row in ran.document["refused"]} == {"review.rubric"}
    assert people["lea"].json("queue") == []
    assert [r["task"] for r in people["bo"].json("returns")["regrade"]] == ["t-0"]
    people["bo"].json("reopen", "t-0")
    grade(people["bo"], "t-0")
    with open_lab(folder) as lab, serving(lab):
        people["bo"].json("sync")
        people["lea"].json("sync")
    assert [c["who"] for c in people["lea"].json("board", "t-0")["columns"]] == [ids["bo"]]
    assert people["bo"].json("returns")["regrade"] == []
