"""A lead's and an expert's workspace as a sync would leave it: teammates' results, envelopes, decisions."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.domain.controls import Control
from app.domain.ids import ResponseId, TaskId, digest
from app.domain.questions import Panel
from app.services.lead_store import queue
from app.services.session import Session
from app.storage.changes import FeedChanges, Receipt, SignedDocument
from app.storage.papers import Paper
from app.storage.writer import Writer
from tests.workspaces import make_session, task_json

AT = "2026-11-01T10:00:00.000Z"
_numbers = itertools.count(1)


def lead_session(
    folder: Path, *, role: str = "lead", tasks: int | Sequence[dict[str, Any]] = 3, **more: Any
) -> Session:
    """An open session of somebody whom the lab registered in this role. tasks: how many, or themselves."""
    given = [task_json(n) for n in range(1, tasks + 1)] if isinstance(tasks, int) else tasks
    session = make_session(folder, tasks=given, **more)
    payload = json.dumps({"role": role}).encode()
    session.workspace.lab.apply(FeedChanges(documents=(SignedDocument("registration", 1, payload, b"{}"),)))
    return session


def verdicts(**values: Any) -> dict[str, Any]:
    """`r1_c1="met"` → a judgement document."""
    document: dict[str, Any] = {"responses": {}}
    for place, value in values.items():
        response, criterion = place.split("_")
        verdict = value if isinstance(value, dict) else {"value": value}
        document["responses"].setdefault(response, {"verdicts": {}})["verdicts"][criterion] = verdict
    return document


def verdict_at(response: str, criterion: str) -> Control:
    """The place of a verdict."""
    return Control(Panel.RUBRIC, ResponseId(response), criterion)


def compared_task(*panels: str, number: int = 1) -> dict[str, Any]:
    """A task without a rubric that asks these panels of two responses: a preference in two dimensions, ratings …"""
    asked: dict[str, Any] = {
        "preference": {
            "dimensions": [{"id": "overall"}, {"id": "tone", "text": "Whose tone is kinder?"}],
            "justification": "required",
        },
        "ranking": {"justification": "required"},
        "ratings": {"attributes": [{"id": "accuracy", "text": "How accurate is it?", "comment": "required"}]},
        "steps": {"steps": {r: [[0, 10], [10, 20], [20, 30]] for r in ("r1", "r2")}},
        "safety": {},
        "spans": {"labels": [{"id": "wrong", "text": "Wrong"}]},
        "ideal": {},
    }
    return task_json(
        number, criteria=0, panels=list(panels), questions={name: asked[name] for name in panels}
    )


def preferred(
    overall: int | str = -2, tone: int = 0, *, why: str = "It names the dose.", **ratings: int
) -> Any:
    """A judgement of `compared_task("preference", "ratings")`; r1=4, r2=3: how accurate, with its reason."""
    return {
        "preference": {
            "overall": {"value": overall, "justification": why},
            "tone": {"value": tone, "justification": why},
        },
        "responses": {
            response: {"ratings": {"accuracy": {"value": value, "comment": why}}}
            for response, value in {"r1": 4, "r2": 3, **ratings}.items()
        },
    }


def every(task: Mapping[str, Any], value: str = "met", **others: Any) -> dict[str, Any]:
    """Every criterion of every response alike (counts are 1) but those named."""
    found = {
        f"{r['id']}_{c['id']}": 1 if c["kind"] == "count" else value
        for r in task["responses"]
        for c in task["rubric"]["criteria"]
    }
    return verdicts(**{**found, **others})


def put(session: Session, kind: str, task: str, payload: Mapping[str, Any], **more: Any) -> Paper:
    """Keep a paper as the sync does, and bring the queue up to date."""
    data = json.dumps({"n": next(_numbers), **payload}).encode()
    paper = Paper(
        kind,
        more.get("id", f"x-{digest(data)[:8]}"),
        digest(data),
        task,
        "b-1",
        more.get("who", ""),
        AT,
        data,
        b"{}",
        more.get("revision", 1),
    )
    with session.workspace.together():
        session.workspace.papers.keep([paper])
        queue(session.workspace, [task])
    return paper


def teammate(session: Session, task: str, who: str, judgement: Mapping[str, Any], **more: Any) -> Paper:
    """A teammate's result."""
    payload = {"judgement": judgement, "rubric_version": more.pop("rubric_version", "1"), "expert": who}
    return put(session, "result", task, payload, who=who, id=f"result {who} {task}", **more)


def drawn(session: Session, task: str) -> Paper:
    """An envelope on a task that was drawn for a blind grade."""
    put(session, "sealed", task, {"sealed": "s"}, id=f"s-{task}")
    return put(session, "drawn", task, {}, id=f"s-{task}")


def opened(session: Session, task: str, why: Sequence[str] = (), opinions: Sequence[Any] = ()) -> Paper:
    """What was in the envelope; the teammates' results come by `teammate`."""
    content = {"v": 1, "drawn": list(why), "opinions": list(opinions)}
    return put(session, "opened", task, content, id=f"s-{task}")


def judge(judgement: Mapping[str, Any], kind: str = "judge", name: str = "model-x") -> dict[str, Any]:
    return {"kind": kind, "name": name, "judgement": judgement}


def submit(session: Session, task: str, judgement: Mapping[str, Any], *, receipted: bool = True) -> str:
    """One's own result on a task, with its receipt; its digest."""
    from app.services.judging import grade

    grade(session, task, json.dumps(judgement).encode(), where="test")
    done = session.perform_now(lambda _: session.submit_now(TaskId(task)))
    if receipted:
        receipt(session, task)
    return done.digest


def receipt(session: Session, task: str) -> None:
    """The lab has one's own newest result."""
    outbox = session.workspace.outbox
    row = outbox.of_task(TaskId(task))[-1]
    outbox.mark_sent([row.number])
    outbox.keep_receipts([Receipt(row.result, row.revision, row.digest, b"{}", digest(b"receipt"), AT)])
    with session.workspace.together():
        queue(session.workspace, [task])


def decided(session: Session, task: str, kind: str, over: Sequence[str], **more: Any) -> Paper:
    """A lead's decision over one's own result, as the feed brings it."""
    payload = {"kind": kind, "over": list(over), "lead": "e-lea", "decided": AT, "previous": None, **more}
    data = json.dumps({"n": next(_numbers), **payload}).encode()
    paper = Paper("decision", f"d-{digest(data)[:8]}", digest(data), task, "b-1", "e-lea", AT, data, b"{}")
    session.workspace.lab.apply(FeedChanges(papers=(paper,)))
    return paper


def on_a_writer(session: Session) -> Session:
    """The same workspace with changes on a thread of their own, as in the window. Close this one only."""
    return Session(replace(session.parts, writer=Writer(session.workspace, _raise)))


def _raise(error: BaseException) -> None:
    raise error
