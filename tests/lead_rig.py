"""A lab with a team: two experts and a lead by the bare protocol, and the documents they sign."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.clock import FixedClock
from app.domain.ids import digest
from app.domain.sampling import Plan
from app.domain.times import to_text
from app.wire import jsonio
from app.wire.leading import Opening, Sealed
from app.wire.models import parse, typ
from app.wire.sealing import content_of, unseal
from app.wire.signatures import sign
from lab import desk, leads_desk, teams
from tests.lab_server import Laptop, enrolled, payload_of, write_tasks

NOTHING = Plan(0, "s", disagreement=False, gold_miss=False, low_confidence=False, too_fast=False)
_ids = itertools.count(1)


@dataclass
class Team:
    """people: by name, once `enrol` was called while the lab serves."""

    lab: desk.Lab
    batch: str
    links: dict[str, str]
    ids: dict[str, str]
    people: dict[str, Laptop] = field(default_factory=dict)

    def enrol(self, *names: str) -> list[Laptop]:
        self.people |= {name: enrolled(self.links[name], self.lab.clock) for name in names}
        return [self.people[name] for name in names]


def new_team(
    folder: Path,
    clock: FixedClock,
    *,
    tasks: int | Sequence[dict[str, Any]] = 3,
    plan: Plan | None = None,
    prepare: Callable[[desk.Lab, str, dict[str, str]], None] = lambda lab, batch, ids: None,
    experts: tuple[str, ...] = ("ada", "bo"),
    places: dict[str, str] | None = None,
) -> Team:
    """A lab in `folder`/lab with a batch given to two experts and a plan over it. Close its `lab`.

    tasks: how many with a rubric of two criteria, or the task lines themselves.
    prepare: called with (lab, batch, ids) after the people are there and before anything is assigned. places: of
    its database and blobs.
    """
    desk.init(folder / "lab", name="Harbor", clock=clock, **(places or {}))
    lab = desk.open_lab(folder / "lab", clock=clock)
    lines = folder / "tasks.jsonl"
    if isinstance(tasks, int):
        write_tasks(lines, tasks)
    else:
        lines.write_text("".join(json.dumps(one) + "\n" for one in tasks))
    batch = desk.import_batch(lab, "auto" if isinstance(tasks, int) else "jsonl", lines).batch
    links: dict[str, str] = {}
    ids: dict[str, str] = {}
    for name in ("ada", "bo", "cy", "lea", "lou"):
        links[name], ids[name] = desk.invite(lab, "lead" if name.startswith("l") else "expert", name)
    teams.make(lab, "hearts")
    teams.add(lab, "hearts", leads=["lea"], experts=list(experts))
    prepare(lab, batch, ids)
    desk.assign(lab, batch, ["ada", "bo"], 2)
    leads_desk.set_plan(lab, batch, "hearts", plan or Plan(0, "s"))
    return Team(lab, batch, links, ids)


def post(laptop: Laptop, call: str, *documents: bytes) -> list[dict[str, Any]]:
    reply = laptop.call("POST", call, content=b'{"documents":[' + b",".join(documents) + b"]}")
    assert reply.status_code == 200, reply.text
    found: list[dict[str, Any]] = reply.json()["outcomes"]
    return found


def review_feed(laptop: Laptop) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        reply = laptop.call("GET", f"/v1/review-feed?limit=7&cursor={cursor}")
        assert reply.status_code == 200, reply.text
        found += reply.json()["items"]
        cursor = reply.json()["next"]
        if not reply.json()["more"]:
            assert [item["n"] for item in found] == list(range(1, len(found) + 1))
            return found


def openings(laptop: Laptop, *digests: str) -> dict[str, Any]:
    reply = laptop.call("POST", "/v1/openings", json={"results": list(digests)})
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def opened(sealed: dict[str, str], opening: dict[str, str]) -> Any:
    """The content of an envelope with its key."""
    payload = payload_of(sealed)
    key = parse(Opening, payload_of(opening))
    return content_of(unseal(parse(Sealed, payload), digest(payload), key))


def decision(laptop: Laptop, task: str, over: list[str], kind: str = "accept", **changes: Any) -> bytes:
    line, task_digest = laptop.tasks[task]
    about = {"previous": None, "task": line["id"], "task_digest": task_digest, "over": over}
    return _decision(laptop, kind, {**about, **changes})


def suggestion(laptop: Laptop, suggestions: list[dict[str, str]], comment: str) -> bytes:
    """A decision over a batch: what may be left to a judge."""
    return _decision(laptop, "delegate", {"suggestions": suggestions, "comment": comment})


def _decision(laptop: Laptop, kind: str, about: dict[str, Any]) -> bytes:
    batch = next(b for b, _ in laptop.batches.values())
    payload = {
        "v": 1,
        "decision": f"d-{next(_ids)}",
        "lead": laptop.expert,
        "device": laptop.device,
        "lab": laptop.lab,
        "batch": batch["batch"],
        "kind": kind,
        "rubric_version": batch["rubric_version"],
        "guideline_version": batch["guideline_version"],
        "decided": to_text(laptop.clock.now()),
        **about,
    }
    return sign(typ("decision"), jsonio.dumps(payload), laptop.key)


def answer(laptop: Laptop, task: str, decided: str, result: str, kind: str, **changes: Any) -> bytes:
    batch = next(b for b, _ in laptop.batches.values())
    payload = {
        "v": 1,
        "answer": f"a-{next(_ids)}",
        "expert": laptop.expert,
        "device": laptop.device,
        "lab": laptop.lab,
        "batch": batch["batch"],
        "task": task,
        "decision": decided,
        "result": result,
        "kind": kind,
        "comment": "The table says so.",
        "answered": to_text(laptop.clock.now()),
        **changes,
    }
    return sign(typ("answer"), jsonio.dumps(payload), laptop.key)


def proposal(laptop: Laptop, kind: str, **changes: Any) -> bytes:
    payload = {
        "v": 1,
        "proposal": f"p-{next(_ids)}",
        "expert": laptop.expert,
        "device": laptop.device,
        "lab": laptop.lab,
        "kind": kind,
        "text": "Say what counts.",
        "proposed": to_text(laptop.clock.now()),
        **changes,
    }
    return sign(typ("proposal"), jsonio.dumps(payload), laptop.key)


def verdicts(task: dict[str, Any], value: str) -> dict[str, Any]:
    """Every criterion of every response alike."""
    one = {c["id"]: {"value": value} for c in task["rubric"]["criteria"]}
    return {"responses": {r["id"]: {"verdicts": one} for r in task["responses"]}}


def digest_of(document: bytes) -> str:
    return digest(payload_of(json.loads(document)))


def pulled(first: Laptop, *others: Laptop) -> str:
    """Each has fetched her work; the first task of the first."""
    for one in (first, *others):
        one.pull()
    return sorted(first.tasks)[0]


def grade(laptop: Laptop, task: str, value: str = "met", **changes: Any) -> str:
    """Send a result, every criterion answered alike unless a judgement is given; its digest."""
    document = laptop.result(task, value=value, **changes)
    (outcome,) = laptop.send(document)
    assert outcome["status"] == "stored", outcome
    return digest_of(document)
