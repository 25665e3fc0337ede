"""Every command of the program answers as its schema says, over a small real lab and the workspaces of its people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.keys.vault import Vault
from app.paths import resources
from cli.replies import schemas
from cli.replies.registry import ERROR, LINES, REPLIES
from lab.desk import open_lab
from tests import replies
from tests.command_line import QUICK, LabProcess, Program, every_kind, judgement, write_lines
from tests.contract.studio_server import TOKEN, stand_in
from tests.lab_server import serving, write_tasks

CONFIG = '<View><Text name="doc" value="$doc"/><Rating name="stars" toName="doc" required="true"/></View>'


@dataclass
class Rig:
    """The desk of a lab, and who works for it: ada and bo grade, cy joins by file, lea leads."""

    place: Path
    desk: Program
    ada: Program
    bo: Program
    cy: Program
    lea: Program
    batch: str = ""

    @property
    def lab(self) -> Path:
        return self.place / "harbor"

    @property
    def stick(self) -> Path:
        return self.place / "stick"

    def at_desk(self, *arguments: str | Path) -> Any:
        return self.desk.json("lab", *arguments, "--lab", self.lab)

    @contextmanager
    def online(self) -> Iterator[str]:
        with open_lab(self.lab) as lab, serving(lab):
            yield lab.config.url

    def sync(self, *people: Program) -> None:
        with self.online():
            for person in people:
                person.json("sync")

    def lines(self, name: str, *documents: dict[str, Any]) -> Path:
        return write_lines(self.place / name, documents)


def say(person: Program, *arguments: str, **document: Any) -> Any:
    return person.json(*arguments, stdin=json.dumps(document).encode())


def grade(person: Program, task: str, value: str = "met", **places: str) -> None:
    document = judgement(person.json("show", task)["task"], value=value)
    for place, other in places.items():
        response, criterion = place.split("_")
        document["responses"][response]["verdicts"][criterion] = {"value": other}
    say(person, "grade", task, "--from", "-", **document)
    assert person.json("submit", task)["submitted"]


def test_every_command(tmp_path: Path) -> None:
    names = ("desk", "ada", "bo", "cy", "lea")
    rig = Rig(tmp_path, *(Program(tmp_path / name, secrets=tmp_path) for name in names))
    alone, studio, shown = (
        Program(tmp_path / name, secrets=tmp_path) for name in ("alone", "studio", "demo")
    )
    a_lab_is_made(rig)
    people_join(rig)
    two_grade(rig)
    a_lead_decides(rig)
    work_goes_by_file(rig)
    the_desk_looks_after_it(rig)
    a_workspace_is_kept(rig)
    without_a_lab(alone, tmp_path)
    label_studio(studio, tmp_path)
    shown.json("demo", "--headless")
    people = (rig.desk, rig.ada, rig.bo, rig.cy, rig.lea, alone, studio, shown)
    answered = set[str]().union(*(one.replied for one in people))
    assert answered == {*replies.commands(), LINES}


def a_lab_is_made(rig: Rig) -> None:
    rig.desk.json("lab", "init", rig.lab, "--name", "Harbor")
    for name in ("ada", "bo", "cy", "lea"):
        role = "lead" if name == "lea" else "expert"
        rig.at_desk("invite", "--name", name, "--role", role, "--out", rig.place / f"{name}.json")
    rig.at_desk("team", "make", "Hearts", "--lead", "lea", "--expert", "ada")
    rig.at_desk("team", "add", "Hearts", "--expert", "bo", "--expert", "cy")
    rig.at_desk("team", "remove", "Hearts", "cy")
    assert [len(team["experts"]) for team in rig.at_desk("team", "list")] == [2]
    source = write_tasks(rig.place / "tasks.jsonl", 5)
    rig.batch = rig.at_desk("import", "auto", source)["batch"]
    key = {"responses": {"r1": {"verdicts": {"c1": {"value": "not_met", "comment": "It names nothing."}}}}}
    judged = rig.lines("judge.jsonl", {"task": "t-1", "judgement": key})
    assert rig.at_desk("seal", rig.batch, "--from", judged, "--judge", "model-x")["sealed"] == 1
    keys = rig.lines("gold.jsonl", {"task": "t-0", "judgement": key})
    assert rig.at_desk("gold", rig.batch, "--from", keys)["gold"] == 1
    given = rig.at_desk("assign", rig.batch, "--to", "ada", "--to", "bo", "--overlap", "2")
    assert given["assigned"] == 10
    rig.at_desk("plan", rig.batch, "--team", "Hearts", "--random", "0", "--no-too-fast")


def people_join(rig: Rig) -> None:
    with rig.online():
        for name, person in (("ada", rig.ada), ("bo", rig.bo), ("lea", rig.lea)):
            person.json("enrol", rig.place / f"{name}.json")
            person.json("sync")
    invitation = rig.place / "cy.json"
    rig.cy.json("enrol", invitation, "--by-file", rig.stick)
    assert [one["lab"] for one in rig.cy.json("request", "list")] == ["Harbor"]
    assert rig.cy.json("request", "give-up")["key_gone"] is True
    request = rig.cy.json("enrol", invitation, "--by-file", rig.stick)["request"]
    who = rig.at_desk("bundle", "import", request)["expert"]
    answer = rig.at_desk("bundle", "export", who, rig.stick)["file"]
    assert rig.cy.json("enrol", answer)["pulled"] == 0


def two_grade(rig: Rig) -> None:
    ada, bo = rig.ada, rig.bo
    assert [one["offline_ready"] for one in ada.json("batches")] == [True]
    assert ada.json("status")["labs"][0]["tasks"] == 5
    assert ada.json("search", "question")
    grade(ada, "t-0")
    assert ada.json("undo")["what"] == "withdrawn"
    ada.json("submit", "t-0")
    refused = ada("submit", "t-4", "--json")
    assert refused.code == 3
    assert refused.document["refused"][0]["missing"]
    grade(ada, "t-1")
    grade(bo, "t-0", r1_c1="not_met")
    grade(bo, "t-1")
    with rig.online():
        assert ada.json("sync")["receipted"] == 2
        bo.json("sync")
        task = next(t["id"] for t in bo.json("tasks") if t["status"] != "submitted")
        bo.json("decline", task)
        bo.json("sync")
        assert rig.cy.json("claim", "--tasks", "1")["tasks"] >= 0
        rig.lea.json("sync")
    assert ada.json("opinions", "t-1")["state"] == "opened"
    assert ada.json("opinions")["opened"]
    say(ada, "propose", "-", kind="criterion.edit", task="t-0", criterion_id="c1",
        criterion={"id": "c1", "text": "Names the danger, tables too", "points": 5})  # fmt: skip
    assert [r["receipt"] is None for r in ada.json("outbox")] == [False, False]
    assert ada.json("export", "results", "--out", rig.place / "own.jsonl")["written"] == 2
    assert ada.json("report", rig.batch, "--out", rig.place / "own.html", "--kind", "expert")["results"] == 2
    assert ada.json("delegate", rig.batch)["delegable"] == []


def a_lead_decides(rig: Rig) -> None:
    lea, bo = rig.lea, rig.bo
    assert {row["state"] for row in lea.json("queue", "--show", "all")} >= {"blind"}
    grade(lea, "t-0")
    rig.sync(lea)
    assert any(row["differs"] for row in lea.json("board", "t-0")["rows"])
    said = {"value": "met", "error_class": "slip", "reason": "It is there."}
    say(lea, "decide", "t-0", "--from", "-", kind="return", comment="Once more, please.",
        rulings=[{"response": "r1", "criterion": "c1", **said}],
        gap={"text": "A danger in a table counts.", "criteria": ["c1"]})  # fmt: skip
    rig.sync(lea, bo, rig.ada)
    came = bo.json("returns")
    assert (len(came["returns"]), len(came["notes"])) == (1, 1)
    say(bo, "answer", "t-0", "--from", "-", kind="dispute",
        reasons=[{"response": "r1", "criterion": "c1", "text": "Not in so many words."}])  # fmt: skip
    rig.sync(bo, lea)
    assert lea.json("board", "t-0")["past"][-1]["reasons"]
    assert {one["state"] for one in bo.json("letters")} == {"receipted"}
    assert rig.ada.json("reopen", "t-1", "--reason", "I read it again.")["what"]


def work_goes_by_file(rig: Rig) -> None:
    bo = rig.bo
    grade(bo, next(t["id"] for t in bo.json("tasks") if t["status"] != "submitted"))
    written = bo.json("bundle", "export", rig.stick)
    assert (written["pushed"], written["waiting"]) == (1, 1)
    taken = rig.at_desk("bundle", "import", written["file"])
    assert (taken["pulled"], taken["conflicts"]) == (1, 0)
    back = rig.at_desk("bundle", "export", "bo", rig.stick)
    assert bo.json("bundle", "import", back["file"])["receipted"] == 1


def the_desk_looks_after_it(rig: Rig) -> None:
    place, batch = rig.place, rig.batch
    assert rig.at_desk("cases")
    assert rig.at_desk("gold", batch)
    results, keys = place / "results.jsonl", place / "keys.json"
    assert len(rig.at_desk("results")) >= 4
    rig.at_desk("results", "--out", results)
    assert rig.at_desk("keys")["keys"]
    rig.at_desk("keys", "--out", keys)
    assert all(row["ok"] for row in rig.desk.json("verify", results, "--keys", keys))
    assert rig.at_desk("export", "raters", "--batch", batch, "--out", place / "raters.csv")["written"] >= 4
    for kind in ("batch", "model", "team", "delegation"):
        assert rig.at_desk("report", batch, "--kind", kind)["sections"]
    assert rig.at_desk("report", batch, "--out", place / "report.csv")["file"]
    (one,) = rig.at_desk("proposals")
    assert rig.at_desk("merge", batch, one["proposal"])["regrade"]
    rig.at_desk("repeats", batch, "--percent", "50")
    assert rig.at_desk("revise", batch, "--title", "Hearts, 2")["version"] >= 2
    a_newcomer_checks_the_protocol(rig)
    rig.at_desk("restored")
    rig.at_desk("revoke", "cy")
    rig.at_desk("rotate")
    assert rig.at_desk("withdraw", batch)["withdrawn"] is True
    served(rig)


def a_newcomer_checks_the_protocol(rig: Rig) -> None:
    tester = rig.place / "tester.json"
    rig.at_desk("invite", "--name", "Tester", "--out", tester)
    with rig.online() as url:
        checks = ["--only", "well_known.shape", "--only", "enrol.registers"]
        found = rig.desk.json("conformance", url, "--invitation", tester, *checks)
    assert [one["ok"] for one in found] == [True, True]


def served(rig: Rig) -> None:
    """The real program: it answers when it was told to end."""
    lab = LabProcess(rig.desk, rig.lab)
    with lab:
        pass
    rig.desk.replied.add(replies.check(lab.arguments, 0, lab.said))


def a_workspace_is_kept(rig: Rig) -> None:
    ada = rig.ada
    rig.sync(ada)
    copy = Path(ada.json("backup")["file"])
    assert str(copy) in {row["file"] for row in ada.json("snapshots")}
    assert ada.json("doctor") == {"ok": True, "problems": []}
    assert ada.json("restore", copy) == {"restored": str(copy)}
    assert ada.json("restore")["how"] == "snapshot"
    vault = Vault(ada.workspace, cost=QUICK)
    code = rig.place / "code.txt"
    code.write_text(vault.new_recovery_code(vault.open(passphrase=ada.passphrase)), encoding="utf-8")
    ada.json("lock")
    assert ada.json("status")["labs"] == [{"folder": ada.workspace.name, "locked": True}]
    ada.json("unlock")
    assert ada.json("recover", "--code-file", code) == {"recovered": ada.workspace.name}
    with rig.online():
        ada.json("sync")
        Program(rig.place / "other", secrets=rig.place).json("enrol", ada.json("device", "add")["invitation"])
        ada.json("sync")
        (other,) = (one["device"] for one in ada.json("device", "list") if not one["this"])
        assert ada.json("device", "revoke", other) == {"revoked": other}
    assert ada.json("wipe", rig.batch, "--begun")["tasks"]
    assert ada.json("wipe", "--lab", ada.workspace.name, "--even-unsent")["lab"]


def without_a_lab(alone: Program, place: Path) -> None:
    bad = {"v": 1, "id": "nothing"}
    taken = alone.json("import", "jsonl", write_lines(place / "own.jsonl", [every_kind(1), bad]))
    assert (taken["tasks"], len(taken["skipped"])) == (1, 1)
    alone.judge("kinds-1")
    assert alone.json("formats")
    ratings = place / "ratings.csv"
    ratings.write_text("unit,rater,value\na,x,met\na,y,met\nb,x,met\nb,y,not_met\n", encoding="utf-8")
    assert alone.json("agreement", ratings, "--rounds", "50")["observed"]["value"] == 0.5
    score = {"criteria": [{"id": "a", "points": 1}], "verdicts": {"a": "met"}}
    assert say(alone, "score", "--policy", "healthbench", **score)["score"] == 1
    many = alone.json("score", "--policy", "healthbench", stdin=json.dumps([score]).encode())
    assert many["mean"] == 1
    answer = b"# One\n\n<b>two</b> $x$ [a](javascript:1)\n"
    assert alone.json("render", "-", stdin=answer)["runs"]
    line = json.dumps({"id": 7, "text": answer.decode()}).encode()
    assert alone("render", "--jsonl", "-", "--json", stdin=line).code == 0


def label_studio(assay: Program, place: Path) -> None:
    token = place / "token.txt"
    token.write_text(TOKEN + "\n", encoding="utf-8")
    with stand_in(CONFIG) as server:
        server.add({"doc": "One"})
        assay.json("connect", server.url, "--project", "3", "--token-file", token)
        assert assay.json("sync")["pulled"] == 1


def test_every_command_has_a_schema_and_every_schema_a_command() -> None:
    assert set(REPLIES) == set(replies.commands())
    kept = {
        path.name: path.read_text(encoding="utf-8")
        for path in (resources() / "schemas" / "replies").iterdir()
    }
    assert kept == schemas.schemas()
    for name, text in kept.items():
        found = json.loads(text)
        assert found["$schema"] == schemas.DIALECT
        assert found["$id"] == f"urn:assay:schema:reply:{name.removesuffix('.schema.json')}:1"


@pytest.mark.parametrize(
    ("arguments", "code", "document"),
    [
        (["batches"], 0, [{"id": "b-1"}]),
        (["backup"], 0, {"file": "a", "size": "7"}),
        (["backup"], 0, {"file": "a", "size": 7, "more": 1}),
        (["wipe", "b"], 0, {"batch": "b", "tasks": 1, "kept": 0}),
        (["lab", "team", "list"], 0, {}),
        (["sync"], 4, {"error": {"kind": "offline"}}),
        (["show", "t"], 3, {"error": "no such task"}),
    ],
)
def test_a_reply_of_another_shape_is_noticed(arguments: list[str], code: int, document: object) -> None:
    with pytest.raises(ValidationError):
        replies.check([*arguments, "--json"], code, json.dumps(document).encode())


def test_what_is_no_reply_is_noticed(tmp_path: Path) -> None:
    assert (
        replies.command_of(["--home", str(tmp_path), "lab", "team", "make", "A", "--lab", "x"])
        == "lab team make"
    )
    assert replies.command_of(["lab", "team"]) == replies.command_of(["nothing"]) == ""
    for out in (b"", b"{} {}", b"done\n"):
        with pytest.raises(ValueError, match=r"Extra data|Expecting value"):
            replies.check(["sync", "--json"], 0, out)
    assert schemas.file_of(ERROR) == "error.schema.json"
    with pytest.raises(KeyError):
        schemas.file_of("nothing")
