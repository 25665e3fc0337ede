"""Two experts and a lead by the command line, offline between syncs: overlap, blind grade, reveal, return, dispute,
third reader, adjudicated export (H1–H7, K2). The same over a network, and by files that somebody carries (A6)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.domain.ids import digest
from app.paths import resources
from app.services import leading
from app.sync.reviews import FILES
from app.workstation import build
from lab.claiming import serves
from lab.desk import open_lab
from tests.command_line import Program, judgement
from tests.lab_server import payload_of, serving, write_tasks

NAMES = ("ada", "bo", "cy", "lea")


@dataclass
class World:
    desk: Program
    folder: Path
    batch: str
    people: dict[str, Program]

    by_files: bool = False

    def join(self, links: dict[str, str]) -> None:
        if self.by_files:
            for name, link in links.items():
                request = self.people[name].json("enrol", link, "--by-file", self.stick)["request"]
                who = self.desk.json("lab", "bundle", "import", request, "--lab", self.folder)["expert"]
                self.people[name].json("enrol", self.to(who))
            return
        with open_lab(self.folder) as lab, serving(lab):
            for name, link in links.items():
                self.people[name].json("enrol", link)

    @property
    def stick(self) -> Path:
        return self.folder.parent / "stick"

    def to(self, who: str) -> Path:
        """The lab's bundle for somebody."""
        return Path(self.desk.json("lab", "bundle", "export", who, self.stick, "--lab", self.folder)["file"])

    def carried(self, name: str) -> Any:
        """One exchange: her bundle to the lab, and the lab's back; what the import says."""
        written = self.people[name].json("bundle", "export", self.stick)["file"]
        assert self.desk.json("lab", "bundle", "import", written, "--lab", self.folder)["rejected"] == 0
        return self.people[name].json("bundle", "import", self.to(name))

    def sync(self, *names: str) -> list[Any]:
        """Each of them, in this order; offline before and after. What each was told."""
        if self.by_files:
            return [self.carried(name) for name in names]
        with open_lab(self.folder) as lab, serving(lab):
            return [self.people[name].json("sync") for name in names]

    def grade(self, name: str, task: str, value: str, **verdicts: str) -> None:
        """Every criterion of a task alike but those named `r1_c1`, and submit it."""
        program = self.people[name]
        document = json.loads(json.dumps(judgement(program.json("show", task)["task"], value=value)))
        for place, other in verdicts.items():
            response, criterion = place.split("_")
            document["responses"][response]["verdicts"][criterion] = {"value": other}
        program.json("grade", task, "--from", "-", stdin=json.dumps(document).encode())
        assert program.json("submit", task)["submitted"]

    def say(self, name: str, command: str, task: str, document: dict[str, Any]) -> Any:
        data = json.dumps(document).encode()
        return self.people[name].json(command, task, "--from", "-", stdin=data)


BY = ["network", "files"]


@pytest.fixture(params=BY)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    return make_world(tmp_path, request.param, "auto", write_tasks(tmp_path / "tasks.jsonl", 3))


def make_world(tmp_path: Path, by: str, format: str, source: Path) -> World:
    desk, folder = Program(tmp_path / "desk"), tmp_path / "harbor"
    desk.json("lab", "init", folder, "--name", "Harbor")
    links = {
        name: desk.json(
            "lab", "invite", "--lab", folder, "--name", name, "--role", "lead" if name == "lea" else "expert"
        )["invitation"]
        for name in NAMES
    }
    people = ["--expert", "ada", "--expert", "bo", "--expert", "cy"]
    desk.json("lab", "team", "make", "Hearts", "--lab", folder, "--lead", "lea", *people)
    batch = desk.json("lab", "import", format, source, "--lab", folder)["batch"]
    desk.json("lab", "assign", batch, "--lab", folder, "--to", "ada", "--to", "bo", "--overlap", "2")
    plan = ["--team", "Hearts", "--random", "0", "--no-too-fast"]
    desk.json("lab", "plan", batch, "--lab", folder, *plan)
    people_of = {name: Program(tmp_path / name, secrets=tmp_path) for name in NAMES}
    found = World(desk, folder, batch, people_of, by_files=by == "files")
    found.join(links)
    return found


def payload(document: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(payload_of(document))
    return found


def test_two_experts_and_a_lead(world: World) -> None:
    lea = world.people["lea"]
    world.sync("ada", "bo")
    world.grade("ada", "t-0", "met")
    world.grade("bo", "t-0", "met", r1_c1="not_met")
    for name in ("ada", "bo"):
        world.grade(name, "t-1", "met")
    assert [told["opened"] for told in world.sync("ada", "bo", "lea")] == [0, 0, 1], "t-1 was not drawn"

    # Blind: the task is there, the grades are not.
    queue = {row["task"]: row for row in lea.json("queue", "--show", "all")}
    assert {task: row["state"] for task, row in queue.items()} == {"t-0": "blind", "t-1": "open"}
    assert queue["t-0"]["why"] == []
    assert queue["t-0"]["graders"] == 0
    assert lea.fails(3, "board", "t-0")["code"] == "board.blind"
    world.grade("lea", "t-0", "met", r2_c2="not_met")
    assert [r["state"] for r in lea.json("queue") if r["task"] == "t-0"] == ["waiting"]

    # Revealed against the receipt, in the same sync, which says how many tasks.
    assert [told["opened"] for told in world.sync("lea")] == [1]
    board = lea.json("board", "t-0")
    assert [c["kind"] for c in board["columns"]] == ["own", "grader", "grader"]
    assert board["why"] == ["disagreement"]
    differ = [(r["response"], r["criterion"]) for r in board["rows"] if r["differs"]]
    assert differ == [("r1", "c1"), ("r2", "c2")]
    assert lea.json("queue")[0]["task"] == "t-0"

    # Returned with reasons; one accepts, one disputes.
    back = {
        "kind": "return",
        "comment": "Read the second line again.",
        "rulings": [
            {
                "response": "r1",
                "criterion": "c1",
                "value": "met",
                "error_class": "slip",
                "reason": "It is there.",
            }
        ],
        "gap": {"text": "A danger named in a table counts.", "criteria": ["c1"]},
    }
    world.say("lea", "decide", "t-0", back)
    assert [r["state"] for r in lea.json("queue", "--show", "all") if r["task"] == "t-0"] == ["decided"]
    world.sync("lea", "ada", "bo")
    came = world.people["bo"].json("returns")
    (one,) = came["returns"]
    assert (one["task"], one["kind"], one["changed"]) == ("t-0", "return", 1)
    (row,) = one["rows"]
    assert (row["mine"], row["final"], row["error_class"]) == ("not_met", "met", "slip")
    assert [n["text"] for n in came["notes"]] == ["A danger named in a table counts."]
    assert {r["task"] for r in came["regrade"]} == {"t-0", "t-1"}
    assert world.people["bo"].json("outbox")[-1]["state"] == "returned"
    assert world.say("ada", "answer", "t-0", {"kind": "accept"})["about"] == "accept"
    bad = world.people["bo"]("answer", "t-0", "--from", "-", "--json", stdin=b'{"kind":"dispute"}')
    assert bad.code == 3
    dispute = {"kind": "dispute", "comment": "The line says the opposite."}
    world.say("bo", "answer", "t-0", dispute)
    world.sync("ada", "bo", "lea")
    assert [r["state"] for r in lea.json("queue") if r["task"] == "t-0"] == ["disputed"]

    # The third reader has the task and no name.
    world.sync("cy")
    third = world.people["cy"]
    assert [t["id"] for t in third.json("tasks")] == ["t-0"]
    world.grade("cy", "t-0", "met", r1_c1="not_met")
    world.sync("cy", "lea")
    board = lea.json("board", "t-0")
    assert len(board["columns"]) == 4
    assert [p["what"] for p in board["past"]] == ["decision", "answer", "answer"]
    keys = {c["who"]: c["key"] for c in board["columns"]}
    cy = third.json("status")["labs"][0]["expert"]
    adopt = {"adopt": keys[cy], "response": "r1", "criterion": "c1"}
    second = {"adopt": "2", "response": "r2", "criterion": "c2"}
    world.say("lea", "decide", "t-0", {"kind": "adjudicate", "rulings": [adopt, second]})
    world.sync("lea", "bo")
    (one,) = world.people["bo"].json("returns")["returns"]
    assert (one["kind"], one["changed"]) == ("adjudicate", 0)
    assert [letter["state"] for letter in lea.json("letters")] == ["receipted", "receipted"]

    # Exported: every rater kept, and how sure each task is.
    out = world.folder.parent / "out.jsonl"
    world.desk.json("lab", "export", "aggregated", "--lab", world.folder, "--out", out)
    rows = {row["task"]: row for row in map(json.loads, out.read_text("utf-8").splitlines())}
    assert {task: row["standing"] for task, row in rows.items()} == {"t-0": "adjudicated", "t-1": "unanimous"}
    assert len(rows["t-0"]["raters"]) == 4
    assert rows["t-0"]["final"]["responses"]["r1"]["verdicts"]["c1"]["value"] == "not_met"
    assert [d["kind"] for d in rows["t-0"]["decisions"]] == ["return", "adjudicate"]
    assert [a["kind"] for a in rows["t-0"]["answers"]] == ["accept", "dispute"]
    assert world.desk.json("lab", "export", "raters", "--lab", world.folder, "--out", out)["written"] == 6


def test_a_second_opinion_opens_and_a_change_of_mind_says_why(world: World, tmp_path: Path) -> None:
    judge = tmp_path / "judge.jsonl"
    key = {"value": "not_met", "comment": "It names nothing."}
    opinion = {"task": "t-2", "judgement": {"responses": {"r1": {"verdicts": {"c1": key}}}}}
    judge.write_text(json.dumps(opinion), encoding="utf-8")
    sealing = ["--lab", world.folder, "--from", judge, "--judge", "model-x"]
    assert world.desk.json("lab", "seal", world.batch, *sealing)["sealed"] == 1
    world.sync("ada")
    ada = world.people["ada"]
    assert ada.json("opinions", "t-2")["state"] == "sealed"
    world.grade("ada", "t-2", "met")
    world.grade("ada", "t-0", "met")
    assert ada.json("opinions", "t-2")["rows"] == []
    world.sync("ada")
    found = ada.json("opinions", "t-2")
    assert found["state"] == "opened"
    assert found["sources"] == [{"kind": "judge", "name": "model-x"}]
    assert [r["theirs"][0]["comment"] for r in found["rows"] if r["differs"]] == ["It names nothing."]
    assert ada.json("opinions", "t-0")["state"] == "empty"

    ada.json("reopen", "t-2")
    document = json.dumps(judgement(ada.json("show", "t-2")["task"], value="not_met")).encode()
    ada.json("grade", "t-2", "--from", "-", stdin=document)
    ran = ada("submit", "t-2", "--json")
    assert ran.document["refused"][0]["code"] == "review.reason"
    ada.json("reopen", "t-2", "--reason", "The line names no danger.")
    assert ada.json("submit", "t-2")["submitted"][0]["revision"] == 2
    world.sync("ada")
    assert ada.json("opinions", "t-2")["changed"]
    rows = world.desk.json("lab", "results", "--lab", world.folder)
    (changed,) = [p for p in map(payload, rows) if p["task"] == "t-2" and p["revision"] == 2]
    assert (changed["after_opening"], changed["reason"]) == (True, "The line names no danger.")

    ada.json("reopen", "t-0")
    assert ada.json("submit", "t-0")["submitted"], "an envelope that held nothing tells nothing"


def test_a_batch_that_a_lead_only_reads_is_no_work_of_hers(world: World) -> None:
    world.sync("ada", "bo")
    for name in ("ada", "bo"):
        world.grade(name, "t-1", "met")
    world.sync("ada", "bo", "lea")
    lea = world.people["lea"]
    assert [row["task"] for row in lea.json("queue")] == ["t-1"]
    assert lea.json("batches") == []
    assert lea.json("tasks") == []


@pytest.mark.parametrize("by", BY)
def test_a_lead_has_the_files_of_a_task_that_others_graded(by: str, tmp_path: Path) -> None:
    task = "em-01-inferior-stemi"
    source = resources() / "samples" / "emergency-medicine" / "en"
    world = make_world(tmp_path, by, "sample", source)
    world.sync("ada", "bo")

    def are_hers() -> list[bool]:
        with open_lab(world.folder) as lab, lab.database.reading() as connection:
            return [serves(connection, lead, one) for one in files]

    given = json.loads((source / "tasks.jsonl").read_text(encoding="utf-8").splitlines()[0])
    files = [digest((source / one["path"]).read_bytes()) for one in given["attachments"]]
    lead = world.people["lea"].json("status")["labs"][0]["expert"]
    assert not any(are_hers()), "nothing of a task before she may read it"
    for name in ("ada", "bo"):
        world.grade(name, task, "met", **{f"{r}_wrong": 1 for r in ("r1", "r2", "r3")})
    world.sync("ada", "bo", "lea")
    assert [row["task"] for row in world.people["lea"].json("queue")] == [task]
    session = build(world.people["lea"].home).labs.open(None, world.people["lea"].passphrase)
    assert all(are_hers())
    read = leading.read(session, task)
    assert [one.name.rpartition(".")[2] for one in read.task.attachments] == ["pdf", "png", "dcm", "csv"]
    for one in read.task.attachments:
        with session.workspace.attachments.open(one.sha256) as stream:
            assert digest(stream.read()) == one.sha256
    assert session.workspace.lab.state(FILES) is None, "nothing is left to fetch"
    session.close()
