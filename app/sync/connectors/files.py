"""Plain files as a source: they cannot sign, so they become a local batch that this device signs and marks.

The readers of formats are given by who composes the program; here is only what makes their tasks a batch.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.batch import PolicyRef
from app.domain.ids import BatchId, Digest, LabId, TaskId, digest
from app.domain.task import Task
from app.domain.times import to_text
from app.errors import InputError
from app.sync.protocols import AssignmentChange, BatchChange, Changes, KeptDocument, Pack
from app.wire import jsonio
from app.wire.documents import Batch
from app.wire.protocol import PACK_TASKS
from app.wire.signatures import PrivateKey, sign
from app.wire.work import TASKS_MEDIA_TYPE, check_task


@dataclass(frozen=True, slots=True)
class LocalBatch:
    """changes: to be applied to the local workspace. document: the batch as this device signed it."""

    id: BatchId
    tasks: int
    document: bytes
    changes: Changes


@dataclass(frozen=True, slots=True)
class About:
    """What a file's batch is called and how it is scored. seed: orders the responses."""

    batch: BatchId
    title: str
    field: str
    language: str
    policy: PolicyRef
    seed: str
    guideline: str = ""
    warnings: tuple[str, ...] = ()
    blind: bool = True


def local_batch(
    tasks: Iterable[Mapping[str, Any]], about: About, lab: LabId, key: PrivateKey, now: datetime
) -> LocalBatch:
    """Tasks (as `task` documents) → a batch of this device. Raises InputError on a bad task or none at all.

    Its document is kept under `local/<batch>`; the batch itself is stored without one, which marks it unsigned.
    """
    packs: list[tuple[str, bytes]] = []
    lines: list[bytes] = []
    ids: list[TaskId] = []
    for number, found in enumerate(tasks, 1):
        line = jsonio.dumps(found)
        task, _ = check_task(line, f"task {number}")
        ids.append(task.id)
        lines.append(line)
        if len(lines) == PACK_TASKS:
            packs.append(_pack(len(packs), lines))
            lines = []
    if lines:
        packs.append(_pack(len(packs), lines))
    if not ids:
        raise InputError("import.empty", "There is no task in the file.", hint="Nothing was taken in.")
    payload = jsonio.dumps(_payload(packs, about, lab, now))
    document = sign(Batch.typ(), payload, key)
    change = BatchChange(
        about.batch, payload, None, tuple(Pack(path, digest(data), _lines(data)) for path, data in packs)
    )
    assignment = AssignmentChange(
        id=f"local-{about.batch}",
        batch=about.batch,
        tasks=tuple(ids),
        seed=about.seed,
        lease_until=None,
        payload=payload,
        document=None,
    )
    kept = KeptDocument(f"local/{about.batch}", 1, payload, document)
    changes = Changes(batches=(change,), assignments=(assignment,), documents=(kept,))
    return LocalBatch(about.batch, len(ids), document, changes)


def _pack(number: int, lines: list[bytes]) -> tuple[str, bytes]:
    return f"tasks/{number + 1:04}.jsonl", b"".join(line + b"\n" for line in lines)


def _lines(data: bytes) -> Iterator[tuple[Task, bytes]]:
    for number, line in jsonio.lines(io.BytesIO(data)):
        yield check_task(line, f"line {number}")[0], line


def _payload(packs: list[tuple[str, bytes]], about: About, lab: LabId, now: datetime) -> dict[str, Any]:
    return {
        "v": 1,
        "lab": lab,
        "project": "local",
        "batch": about.batch,
        "version": 1,
        "title": about.title,
        "field": about.field,
        "language": about.language,
        "issued": to_text(now),
        "scoring": {"policy": about.policy.name, "version": about.policy.version},
        "rubric_version": "1",
        "guideline_version": "1",
        "guideline": about.guideline,
        "warnings": list(about.warnings),
        "blind": about.blind,
        "files": [
            {
                "path": path,
                "media_type": TASKS_MEDIA_TYPE,
                "size": len(data),
                "count": data.count(b"\n"),
                "sha256": Digest(digest(data)),
            }
            for path, data in packs
        ],
    }
