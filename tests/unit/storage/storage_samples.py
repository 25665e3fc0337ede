"""Tasks, batches and edits for the tests of storage."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from app.domain.codec import task_to_json
from app.domain.edits import Edit, Scalar
from app.domain.ids import CriterionId, DeviceId, ExpertId, LabId, ResponseId, ResultId, TaskId, digest
from app.domain.review import verdict_path
from app.domain.rubric import Criterion, Rubric
from app.domain.task import Response, Task, Turn
from app.storage.changes import BatchChange, Pack, TaskLine
from app.storage.rows import NewResult, WorkspaceIdentity

KEY = bytes(range(32))
DEVICE = DeviceId("device-1")
CANARY = "xanthoproteic"


def identity() -> WorkspaceIdentity:
    return WorkspaceIdentity(
        LabId("lab-1"), "Saint Mary", "http://127.0.0.1:1", ExpertId("expert-1"), DEVICE, "kid-1"
    )


def a_task(n: int, *, text: str = "", batch: str = "b1") -> Task:
    return Task(
        id=TaskId(f"{batch}-t{n}"),
        title=f"Task {n} of {batch}",
        prompt=(Turn("user", f"Chest pain since {n} hours. {CANARY} 胸口疼痛 {text}"),),
        responses=(
            Response(ResponseId("r1"), f"Call an ambulance. Answer {n}."),
            Response(ResponseId("r2"), "Wait and see."),
        ),
        rubric=Rubric(
            (Criterion(CriterionId("c1"), "Names the danger"), Criterion(CriterionId("c2"), "Polite"))
        ),
    )


def line_of(task: Task, **extra: Any) -> bytes:
    return json.dumps({**task_to_json(task), **extra}, ensure_ascii=False).encode()


def batch_payload(batch: str = "b1", version: int = 1, **extra: Any) -> bytes:
    return json.dumps(
        {
            "v": 1,
            "lab": "lab-1",
            "project": "p",
            "batch": batch,
            "version": version,
            "title": f"Batch {batch}",
            "field": "medicine",
            "language": "en",
            "issued": "2026-10-01T00:00:00.000Z",
            "due": "2026-12-01T00:00:00.000Z",
            "scoring": {"policy": "healthbench"},
            "rubric_version": "1",
            "guideline_version": "1",
            "files": [],
            **extra,
        }
    ).encode()


def a_pack(tasks: list[Task], path: str = "tasks.jsonl") -> Pack:
    lines = [line_of(task) for task in tasks]
    return Pack(path, digest(b"\n".join(lines)), [TaskLine.of(line) for line in lines])


def an_offer(batch: str = "b1", count: int = 3, version: int = 1, *, signed: bool = True) -> BatchChange:
    tasks = [a_task(n, batch=batch) for n in range(count)]
    return BatchChange.of(
        batch_payload(batch, version), b"signed document" if signed else None, (a_pack(tasks),)
    )


Make = Callable[..., Edit]
"""make(task, path, old, new, …): an edit with ids counted up."""


def edits_from() -> Make:
    count = itertools.count(1)

    def make(
        task: str = "b1-t0",
        path: str = verdict_path(ResponseId("r1"), CriterionId("c1")),
        old: Scalar | None = None,
        new: Scalar | None = "met",
        **more: Any,
    ) -> Edit:
        n = next(count)
        values: dict[str, Any] = {
            "id": f"e{n}",
            "device": DEVICE,
            "at": datetime(2026, 11, 1, 9, 0, tzinfo=UTC),
            "group": f"g{n}",
        }
        return Edit(task=TaskId(task), path=path, old=old, new=new, **{**values, **more})

    return make


def a_result(text: str = "payload", *, revision: int = 1, result: str = "result-1") -> NewResult:
    payload = text.encode()
    return NewResult(ResultId(result), revision, digest(payload), payload, b"signed " + payload)
