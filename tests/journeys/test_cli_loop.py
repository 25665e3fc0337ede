"""The whole way by command line: from an empty home to results that anyone can verify."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from app.wire.signatures import PrivateKey
from tests.command_line import LabProcess, Program, every_kind, health_record, new_lab, write_lines
from tests.shared_data import shared_data

REAL = "1-medical/healthbench_lite_test.jsonl"
GRADED = 5


def source_file(folder: Path) -> Path:
    """The real HealthBench file where it is present, else one of the same shape."""
    data = shared_data()
    if data is not None and (data / REAL).is_file():
        return data / REAL
    return write_lines(folder / "health.jsonl", [health_record(n) for n in range(8)])


def payload(document: dict[str, str]) -> dict[str, Any]:
    text = document["payload"]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def test_loop_of_real_programs(tmp_path: Path) -> None:
    """Every step that leaves this computer, or reads what others wrote, is the program itself."""
    assay = Program(tmp_path / "home")
    lab = tmp_path / "lab"

    def run(*arguments: str | Path) -> Any:
        ran = assay.process(*arguments, "--json")
        assert ran.code == 0, (arguments, ran.err)
        return ran.document

    made = run("lab", "init", lab, "--name", "Harbor Medical")
    batch = run("lab", "import", "auto", source_file(tmp_path), "--lab", lab)
    assert batch["tasks"] >= GRADED
    link = run("lab", "invite", "--lab", lab, "--role", "expert", "--name", "Dr Okafor")["invitation"]
    assert run("lab", "assign", batch["batch"], "--lab", lab)["assigned"] == batch["tasks"]
    with LabProcess(assay, lab) as url:
        assert url == made["url"]
        enrolled = run("enrol", link)
        assert enrolled["lab"] == made["lab"]
        assert run("sync")["pulled"] == batch["tasks"]

    tasks = [t["id"] for t in assay.json("tasks")][:GRADED]
    for number, task in enumerate(tasks):
        assert assay.judge(task, value="met" if number % 2 else "not_met")["missing"] == []
    submitted = run("submit", *tasks)
    assert [s["task"] for s in submitted["submitted"]] == tasks
    down = assay.fails(4, "sync")
    assert (down["kind"], down["code"]) == ("offline", "lab.unreachable")
    assert assay.json("status")["labs"][0]["waiting"] == GRADED

    with LabProcess(assay, lab):
        again = run("sync")
    assert (again["pushed"], again["receipted"], again["waiting"]) == (GRADED, GRADED, 0)
    rows = assay.json("outbox")
    assert {r["state"] for r in rows} == {"receipted"}
    assert {r["digest"] for r in rows} == {s["digest"] for s in submitted["submitted"]}

    results, keys = tmp_path / "results.jsonl", tmp_path / "keys.json"
    results.write_bytes(assay.process("lab", "results", "--lab", lab).out)
    keys.write_bytes(assay.process("lab", "keys", "--lab", lab).out)
    verified = run("verify", results, "--keys", keys)
    assert [(r["ok"], r["kid"]) for r in verified] == [(True, enrolled["kid"])] * GRADED
    data = bytearray(results.read_bytes())
    data[len(data) // 2] ^= 1
    results.write_bytes(data)
    assert assay.process("verify", results, "--keys", keys).code == 1


class Journey:
    """An enrolled home with a lab beside it that starts and stops, all in this process but the lab."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.assay = Program(folder / "home")
        self.lab = folder / "lab"
        records = [health_record(n) for n in range(3)]
        self.link, self.health = new_lab(self.assay, self.lab, write_lines(folder / "health.jsonl", records))
        kinds = write_lines(folder / "kinds.jsonl", [every_kind(n) for n in range(4)])
        self.kinds = self.assay.json("lab", "import", "auto", kinds, "--lab", self.lab)["batch"]
        self.assay.json("lab", "assign", self.kinds, "--lab", self.lab)

    def sync(self) -> Any:
        with LabProcess(self.assay, self.lab):
            return self.assay.json("sync")

    def results(self) -> Path:
        path = self.folder / "results.jsonl"
        path.write_bytes(self.assay("lab", "results", "--lab", self.lab).out)
        return path

    def keys(self) -> Path:
        path = self.folder / "keys.json"
        path.write_bytes(self.assay("lab", "keys", "--lab", self.lab).out)
        return path


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """Two batches pulled; four tasks of them submitted, sent and receipted."""
    journey = Journey(tmp_path_factory.mktemp("journey"))
    assay = journey.assay
    with LabProcess(assay, journey.lab):
        assay.json("enrol", journey.link)
        assert assay.json("sync")["pulled"] == 7
        tasks = [t["id"] for t in assay.json("tasks")]
        for task in (*tasks[:2], *tasks[3:5]):
            assay.judge(task, comment="Seen, 已看過")
        assert assay.json("submit", *tasks[:2], *tasks[3:5])["refused"] == []
        assert assay.json("sync")["receipted"] == 4
    return journey


def test_every_kind_of_criterion_reaches_the_lab(sent: Journey) -> None:
    documents = [payload(json.loads(line)) for line in sent.results().read_bytes().splitlines()]
    kinds = next(d for d in documents if d["task"].startswith("kinds-"))
    verdicts = kinds["judgement"]["responses"]["r2"]["verdicts"]
    assert {c: v["value"] for c, v in verdicts.items()} == {
        "c1": "met",
        "c2": "met",
        "c3": "met",
        "c4": 2,
        "c5": 2,
        "c6": "Clear, and correct where it matters.",
    }
    assert verdicts["c1"]["comment"] == "Seen, 已看過"
    assert kinds["lab"] == json.loads((sent.lab / "lab.json").read_bytes())["lab"]


def test_every_flipped_byte_is_found(sent: Journey, tmp_path: Path) -> None:
    """Sixty places over the first document: its braces, names, header, payload, signature and last bits."""
    keys, whole = sent.keys(), sent.results().read_bytes()
    assert sent.assay("verify", sent.results(), "--keys", keys).code == 0
    end = whole.index(b"\n")
    places = {0, 1, 2, end - 3, end - 2, end - 1, *range(5, end, end // 54)}
    bad = tmp_path / "bad.jsonl"
    for place in sorted(places):
        for bit in (1, 4):
            data = bytearray(whole)
            data[place] ^= bit
            bad.write_bytes(data)
            ran = sent.assay("verify", bad, "--keys", keys, "--json")
            assert ran.code == 1, (place, bit, ran)
            assert sum(not row["ok"] for row in ran.document) >= 1
            assert all(row["reason"] for row in ran.document if not row["ok"])


def test_verify_names_what_is_cut_missing_or_foreign(sent: Journey, tmp_path: Path) -> None:
    keys, whole = sent.keys(), sent.results().read_bytes()
    first = json.loads(whole.splitlines()[0])
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"keys": [PrivateKey.generate().public.as_jwk()]}), encoding="utf-8")
    cases: dict[str, bytes] = {
        "cut": whole[:-40],
        "empty": b"",
        "html": b"<html>Sign in</html>",
        "array": json.dumps([first]).encode(),
        "payload of another": json.dumps(
            {**first, "payload": json.loads(whole.splitlines()[1])["payload"]}
        ).encode(),
        "unsigned": json.dumps({**first, "signature": ""}).encode(),
        "more members": json.dumps({**first, "header": {}}).encode(),
        "binary": bytes(range(256)),
    }
    for name, data in cases.items():
        path = tmp_path / "file.jws"
        path.write_bytes(data)
        assert sent.assay("verify", path, "--keys", keys, "--json").code == 1, name
    ran = sent.assay("verify", sent.results(), "--keys", other, "--json")
    assert ran.code == 1
    assert {row["code"] for row in ran.document} == {"signature.unknown_key"}


def test_undo_before_the_send_withdraws_and_after_it_opens_a_revision(sent: Journey) -> None:
    assay = sent.assay
    task = assay.json("tasks", "--batch", sent.health)[2]["id"]
    assay.judge(task)
    assay.json("submit", task)
    assert assay.json("undo")["what"] == "withdrawn"
    assert task not in {r["task"] for r in assay.json("outbox")}
    assert assay.json("show", task)["review"]["status"] == "draft"

    assay.json("submit", task)
    assert sent.sync()["receipted"] == 1
    first = next(r for r in assay.json("outbox") if r["task"] == task)
    assert assay.json("undo")["what"] == "revision"
    shown = assay.json("show", task)
    assert (shown["review"]["revision"], shown["review"]["status"]) == (2, "draft")
    assert assay.judge(task, value="not_met")["missing"] == []
    assay.json("submit", task)
    assert sent.sync()["receipted"] == 1
    rows = [r for r in assay.json("outbox") if r["task"] == task]
    assert sorted((r["revision"], r["state"], r["result"]) for r in rows) == [
        (1, "receipted", first["result"]),
        (2, "receipted", first["result"]),
    ]
    found = [payload(json.loads(line)) for line in sent.results().read_bytes().splitlines()]
    revisions = [d for d in found if d["task"] == task]
    assert [(d["revision"], d["previous"]) for d in revisions] == [(1, None), (2, first["digest"])]
    assert assay("verify", sent.results(), "--keys", sent.keys()).code == 0


def test_lab_exports_grades_and_signed_results(sent: Journey, tmp_path: Path) -> None:
    grades, signed = tmp_path / "grades.jsonl", tmp_path / "signed.jsonl"
    assay = sent.assay
    done = assay.json("lab", "export", "healthbench", "--lab", sent.lab, "--out", grades)
    rows = [json.loads(line) for line in grades.read_bytes().splitlines()]
    assert done["written"] >= 4
    assert len(rows) >= done["written"]
    assert done["losses"], "what HealthBench's grades cannot carry is named"
    assert assay.json("lab", "export", "results", "--lab", sent.lab, "--out", signed)["written"] >= 4
    assert assay("verify", signed, "--keys", sent.keys()).code == 0
    own = tmp_path / "own.jsonl"
    assert assay.json("export", "healthbench", "--out", own, "--batch", sent.health)["written"] >= 2
    assert own.read_bytes()


def test_json_output_is_one_document(sent: Journey, tmp_path: Path) -> None:
    """For what works and for what fails, whatever else is said goes to standard error."""
    assay, lab = sent.assay, sent.lab
    task = assay.json("tasks")[0]["id"]
    keys, results = sent.keys(), sent.results()
    answer = tmp_path / "answer.md"
    answer.write_text("# One\n\ntwo\n", encoding="utf-8")
    grades = tmp_path / "g.json"
    grades.write_text('{"criteria": [{"id": "a", "points": 1}], "verdicts": {"a": "met"}}', encoding="utf-8")
    more = write_lines(tmp_path / "more.jsonl", [every_kind(50), {"v": 1}])
    commands: list[tuple[int, list[str | Path]]] = [
        (0, ["status"]), (0, ["batches"]), (0, ["tasks"]), (0, ["show", task]), (0, ["outbox"]),
        (0, ["search", "coin"]), (0, ["formats"]), (0, ["doctor"]), (0, ["snapshots"]), (0, ["backup"]),
        (0, ["score", "--policy", "healthbench", grades]), (0, ["render", answer]),
        (0, ["verify", results, "--keys", keys]), (0, ["lab", "keys", "--lab", lab]),
        (0, ["lab", "results", "--lab", lab]), (0, ["lab", "invite", "--lab", lab, "--name", "B"]),
        (0, ["lab", "import", "auto", more, "--lab", lab]),
        (0, ["lab", "assign", sent.kinds, "--lab", lab]),
        (0, ["export", "results", "--out", tmp_path / "r.jsonl"]),
        (2, ["show"]), (2, ["nothing"]), (2, ["sync", "--home"]), (2, ["submit", task, "--bad"]),
        (3, ["show", "no-such-task"]), (3, ["grade", task, "--from", answer]), (3, ["submit", task]),
        (4, ["sync"]), (4, ["claim"]),
    ]  # fmt: skip
    for code, arguments in commands:
        ran = assay(*arguments, "--json")
        assert ran.code == code, (arguments, ran)
        json.loads(ran.out)


def test_exit_codes(sent: Journey, tmp_path: Path) -> None:
    """What scripts rely on; 6 (trust) and 7 (storage) are shown in the hostile tests."""
    assay = sent.assay
    drafts = [t["id"] for t in assay.json("tasks", "--batch", sent.kinds) if t["status"] != "submitted"]
    task, ready = drafts[:2]
    assay.judge(ready)
    part = assay("submit", task, ready, "--json")
    assert part.code == 8
    assert [r["task"] for r in part.document["refused"]] == [task]
    assert part.document["refused"][0]["missing"]
    assert assay.json("undo")["what"] == "withdrawn"
    assert assay.fails(3, "tasks", "--batch", "no-such")["kind"] == "input"
    with LabProcess(assay, sent.lab):
        used = Program(tmp_path / "second").fails(5, "enrol", sent.link)
    assert (used["kind"], used["code"]) == ("refused", "invitation.used")
    assert assay.fails(4, "sync")["kind"] == "offline"
    held = assay("lock")
    assert held.code == 0
    assert assay.fails(9, "tasks")["kind"] == "locked"
    assert assay.json("unlock")["unlocked"]
    assert assay("tasks").code == 0
