"""Large workspaces of short tasks: about 700 bytes a line, written as an import writes them, without its checks.

A million takes minutes by what a person waits for (every line read and checked twice); here only the storage is ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.domain.ids import BatchId, TaskId, digest
from app.storage.changes import Assignment, BatchChange, FeedChanges, Pack, TaskLine
from app.wire.protocol import PACK_TASKS
from benchmarks.data import DRUGS, SENTENCES
from benchmarks.workspaces import PASSPHRASE, station_at

BATCH = 10_000
CRITERIA = 2
AT = "2026-11-01T08:00:00.000Z"


def fill_short(home: Path, tasks: int) -> None:
    """A home with a local lab of so many short tasks, in batches of 10,000."""
    session = station_at(home).local_import.open(PASSPHRASE)
    try:
        for first in range(0, tasks, BATCH):
            session.workspace.lab.apply(_batch(session.identity.lab_id, first, min(first + BATCH, tasks)))
    finally:
        session.close()
    (home / "filled").touch()


def _batch(lab: str, first: int, end: int) -> FeedChanges:
    name = BatchId(f"short-{first // BATCH + 1}")
    payload = json.dumps(
        {
            "v": 1, "lab": lab, "project": "local", "batch": name, "version": 1, "title": f"Short {first:,}",
            "field": "Medicine", "language": "en", "issued": AT, "scoring": {"policy": "healthbench", "version": 1},
            "rubric_version": "1", "guideline_version": "1", "files": [],
        }
    ).encode()  # fmt: skip
    packs = tuple(_pack(at, min(at + PACK_TASKS, end)) for at in range(first, end, PACK_TASKS))
    ids = tuple(TaskId(f"s-{n}") for n in range(first, end))
    given = Assignment(f"local-{name}", name, ids, "bench", None, payload, None)
    return FeedChanges(batches=(BatchChange.of(payload, None, packs),), assignments=(given,))


def _pack(first: int, end: int) -> Pack:
    return Pack(f"tasks/{first}.jsonl", digest(f"{first}-{end}".encode()), _lines(first, end))


def _lines(first: int, end: int) -> Iterator[TaskLine]:
    for n in range(first, end):
        yield line_of(n)


def line_of(n: int) -> TaskLine:
    """The n-th task: about 700 bytes, one response, two criteria."""
    drug = DRUGS[n % len(DRUGS)][0]
    sentences = [SENTENCES[(n * 7 + k * 5) % len(SENTENCES)] for k in range(4)]
    prompt, answer = f"Question {n}: may I take {drug}? {sentences[0]}", f"{sentences[1]} {sentences[2]}"
    record: dict[str, Any] = {
        "v": 1,
        "id": f"s-{n}",
        "title": f"Question {n} about {drug}",
        "prompt": [{"role": "user", "text": prompt}],
        "responses": [{"id": "r1", "text": answer}],
        "rubric": {
            "criteria": [
                {"id": "c1", "text": f"Says plainly: {sentences[3]}", "points": 5},
                {"id": "c2", "text": f"Names a dose of {drug} without asking for the weight", "points": -4},
            ]
        },
    }
    line = json.dumps(record, ensure_ascii=False).encode()
    criteria = sum(len(c["text"]) for c in record["rubric"]["criteria"])
    return TaskLine(
        id=TaskId(record["id"]),
        line=line,
        sha256=digest(line),
        title=record["title"],
        language="",
        characters=len(prompt) + len(answer) + criteria,
        criteria=CRITERIA,
        responses=1,
        total=CRITERIA,
        prompt_text=prompt,
        response_text=answer,
    )
