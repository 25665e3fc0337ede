"""Real workspaces for tests: encrypted files, real keys, a local batch of our own tasks."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.clock import Clock, FixedClock
from app.domain.codec import task_from_json
from app.domain.ids import BatchId, DeviceId, ExpertId, LabId, TaskId, digest
from app.services.session import Parts, Session
from app.storage.changes import Assignment, BatchChange, FeedChanges, Pack, TaskLine
from app.storage.rows import WorkspaceIdentity
from app.storage.workspace import Workspace, create
from app.storage.writer import Writer
from app.workstation import make_signer, parse_task

KEY = bytes(range(32))
IDENTITY = WorkspaceIdentity(
    lab_id=LabId("lab-1"),
    lab_name="Harbor Medical",
    lab_url="http://127.0.0.1:1",
    expert=ExpertId("expert-1"),
    device=DeviceId("device-1"),
    kid="kid-1",
)


def task_json(number: int = 1, *, responses: int = 2, criteria: int = 4, **more: Any) -> dict[str, Any]:
    """A task document of our own: binary, negative, ternary and count criteria in turn."""
    kinds: list[dict[str, Any]] = [
        {"kind": "binary", "points": 5},
        {"kind": "binary", "points": -8},
        {"kind": "ternary", "points": 3},
        {"kind": "count", "points": -0.5},
    ]
    return {
        "v": 1,
        "id": f"t{number}",
        "title": f"Chest pain, case {number}",
        "prompt": [{"role": "user", "text": f"A person of {40 + number} with chest pain. What now?"}],
        "responses": [
            {
                "id": f"r{i + 1}",
                "text": f"# Answer {i + 1}\n\nGive **aspirin** 300 mg.\n\n- Call for help\n- Record an ECG\n",
            }
            for i in range(responses)
        ],
        "rubric": {
            "version": "1",
            "criteria": [
                {"id": f"c{i + 1}", "text": f"Statement {i + 1} about the answer", **kinds[i % len(kinds)]}
                for i in range(criteria)
            ],
        },
        **more,
    }


def batch_json(tasks: Sequence[dict[str, Any]], lines: bytes, **more: Any) -> dict[str, Any]:
    return {
        "v": 1,
        "lab": "lab-1",
        "project": "p-1",
        "batch": "b-1",
        "version": 1,
        "title": "Emergency reasoning",
        "field": "Emergency medicine",
        "language": "en",
        "issued": "2026-11-01T08:00:00.000Z",
        "scoring": {"policy": "healthbench", "version": 1},
        "rubric_version": "1",
        "guideline_version": "1",
        "guideline": "# How to grade\n\nRead the whole answer first.",
        "files": [
            {
                "path": "tasks.jsonl",
                "media_type": "application/jsonl",
                "size": len(lines),
                "count": len(tasks),
                "sha256": digest(lines),
            }
        ],
        **more,
    }


def add_batch(
    workspace: Workspace, tasks: Sequence[dict[str, Any]], *, lease_until: str | None = None, **more: Any
) -> BatchId:
    """Apply a local batch with an assignment, as an import or a sync would."""
    raw = [json.dumps(t, ensure_ascii=False).encode() for t in tasks]
    lines = b"\n".join(raw) + b"\n"
    payload = json.dumps(batch_json(tasks, lines, **more), ensure_ascii=False).encode()
    change = BatchChange.of(
        payload, None, (Pack("tasks.jsonl", digest(lines), [TaskLine.of(r) for r in raw]),)
    )
    ids = tuple(TaskId(task_from_json(t).id) for t in tasks)
    assignment = Assignment(f"a-{change.batch.id}", change.batch.id, ids, "seed-1", lease_until, b"{}", None)
    workspace.lab.apply(FeedChanges(batches=(change,), assignments=(assignment,)))
    return change.batch.id


def make_session(
    folder: Path,
    *,
    tasks: Sequence[dict[str, Any]] | None = None,
    threaded: bool = False,
    clock: Clock | None = None,
    **batch: Any,
) -> Session:
    """An open session over a new workspace with one batch (three tasks unless given).

    threaded: changes run on a writer thread, as in the window; else at once, as on the command line.
    """
    from app.keys.keyset import device_jwk

    ticking = clock or FixedClock()
    workspace = create(folder / "lab", KEY, IDENTITY, ticking)
    add_batch(workspace, tasks if tasks is not None else [task_json(n) for n in (1, 2, 3)], **batch)
    jwk = device_jwk(bytes(32))
    counter = itertools.count(1)
    return Session(
        Parts(
            folder=workspace.folder,
            workspace=workspace,
            writer=Writer(workspace, _raise) if threaded else None,
            clock=ticking,
            new_id=lambda: f"id{next(counter):06d}",
            sign=make_signer(jwk),
            device_jwk=jwk,
            parse=parse_task,
        )
    )


def _raise(error: BaseException) -> None:
    raise error
