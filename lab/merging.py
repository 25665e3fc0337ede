"""Merging proposals into the next rubric version of a batch (C6, H6).

A task's rubric stands in its line, so a changed rubric is a new line under the same id, in new packs; the old line
stays, and results on it stay readable under the version they name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from app.domain.codec import rubric_to_json, task_from_json
from app.domain.ids import digest
from app.errors import InputError
from app.wire import jsonio
from app.wire.leading import Proposal
from app.wire.models import check
from app.wire.work import check_task
from lab import assigning, batches, extras
from lab.database import insert_new
from lab.documents import payload_of
from lab.lab import Lab
from lab.proposing import changed_rubric
from lab.replies import ProposalRow
from lab.tables import assigned_pack, assignment, pack, result, task
from lab.tables_leads import extra_task, letter, task_version


@dataclass(frozen=True, slots=True)
class Merged:
    """version: of the batch. rubric_version: results carry it from now on. regrade: (expert, task) done before."""

    version: int
    rubric_version: str
    tasks: tuple[str, ...]
    regrade: tuple[tuple[str, str], ...]


def proposals(lab: Lab, batch: str | None = None) -> list[ProposalRow]:
    """Every proposal with its state, oldest first."""
    wanted = select(letter).where(letter.c.kind == "proposal").order_by(letter.c.received_at, letter.c.id)
    if batch is not None:
        wanted = wanted.where(letter.c.batch == batch)
    with lab.database.reading() as connection:
        return [_row(row) for row in connection.execute(wanted)]


def _row(row: Any) -> ProposalRow:
    said = payload_of(bytes(row.document))
    return {
        "proposal": row.id,
        "state": row.state,
        "expert": row.author,
        "received_at": row.received_at,
        "kind": said["kind"],
        "text": said.get("text", ""),
        "batch": said.get("batch"),
        "task": said.get("task"),
        "criterion": said.get("criterion"),
        "criterion_id": said.get("criterion_id"),
        "line": said.get("line"),
    }


def merge(lab: Lab, batch: str, ids: Sequence[str], note: str = "") -> Merged:
    """Put these proposals into the batch. All of them, or nothing with an InputError that names the one.

    note: what the team is told; by default the proposals' own texts.
    """
    with lab.database.reading() as connection:
        batches.row(connection, batch)
        wanted = [_proposal(connection, batch, one) for one in ids]
        lines = _lines(connection, lab, batch, wanted)
        packs = _packs(connection, lab, batch, lines)
        extra = _extra(connection, lab, batch, lines)
    cuts = {name: extras.cut(lab, new)[0] for name, new in extra.items()}
    moved = {number: (lab.blobs.put(data), data) for number, data in packs.items()}
    text = note or "\n".join(one.text for one in wanted if one.text)
    criteria = [one.criterion_id or (one.criterion.id if one.criterion else "") for one in wanted]

    def job(connection: Connection) -> Merged:
        for number, (sha256, data) in moved.items():
            _move(connection, batch, number, sha256, data)
        connection.execute(update(letter).where(letter.c.id.in_(list(ids))).values(state="merged"))
        version, rubric_version = _revise(connection, lab, batch, moved, text, [c for c in criteria if c])
        held = select(assigned_pack.c.assignment).where(
            assigned_pack.c.batch == batch,
            assigned_pack.c.pack.in_(list(moved)),
            assigned_pack.c.ended_at.is_(None),
        )
        for name, cut in cuts.items():
            extras.recut(connection, name, cut)
        for name in sorted({*connection.execute(held).scalars(), *cuts}):
            connection.execute(
                update(assignment).where(assignment.c.id == name).values(version=assignment.c.version + 1)
            )
            assigning.tell(connection, lab, name)
        done = select(result.c.expert, result.c.task).where(result.c.task.in_(list(lines))).distinct()
        regrade = tuple(sorted((row.expert, row.task) for row in connection.execute(done)))
        return Merged(version, rubric_version, tuple(sorted(lines)), regrade)

    return lab.database.write(job)


def _proposal(connection: Connection, batch: str, one: str) -> Proposal:
    row = connection.execute(
        select(letter).where(letter.c.id == one, letter.c.kind == "proposal", letter.c.batch == batch)
    ).first()
    if row is None or row.state != "open":
        raise InputError(
            "merge.proposal", "There is no open proposal “{id}” for this batch.", params={"id": one}
        )
    return check(Proposal, payload_of(bytes(row.document)))


def _lines(connection: Connection, lab: Lab, batch: str, wanted: Sequence[Proposal]) -> dict[str, bytes]:
    """task → its new line."""
    rubrics: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for one in wanted:
        if not one.kind.startswith("criterion.") or one.task is None:
            continue
        if one.task not in values:
            row = connection.execute(
                select(task, pack.c.sha256)
                .join(pack, (pack.c.batch == task.c.batch) & (pack.c.number == task.c.pack))
                .where(task.c.id == one.task, task.c.batch == batch)
            ).one()
            values[one.task] = jsonio.loads(lab.blobs.read(row.sha256)[row.start : row.start + row.length])
            rubrics[one.task] = task_from_json(values[one.task]).rubric
        rubrics[one.task] = changed_rubric(rubrics[one.task], one)
    found: dict[str, bytes] = {}
    for name, value in values.items():
        rubric = rubric_to_json(rubrics[name]) | {"version": _after(rubrics[name].version)}
        line = jsonio.dumps({**value, "rubric": {**value["rubric"], **rubric}})
        check_task(line, name)
        found[name] = line
    return found


def _packs(connection: Connection, lab: Lab, batch: str, lines: dict[str, bytes]) -> dict[int, bytes]:
    """pack number → its bytes with the new lines in place."""
    numbers = select(task.c.pack).where(task.c.id.in_(list(lines)), task.c.batch == batch).distinct()
    found: dict[int, bytes] = {}
    for number in sorted(connection.execute(numbers).scalars()):
        sha256 = connection.execute(
            select(pack.c.sha256).where(pack.c.batch == batch, pack.c.number == number)
        ).scalar_one()
        data = lab.blobs.read(sha256)
        rows = connection.execute(
            select(task).where(task.c.batch == batch, task.c.pack == number).order_by(task.c.number)
        )
        parts = [lines.get(row.id, data[row.start : row.start + row.length]) for row in rows]
        found[number] = b"".join(part + b"\n" for part in parts)
    return found


def _extra(
    connection: Connection, lab: Lab, batch: str, lines: dict[str, bytes]
) -> dict[str, list[extras.Line]]:
    """assignment → all lines of its pack, the new ones in place, for packs that were cut for one person."""
    touched = select(extra_task.c.assignment).where(
        extra_task.c.batch == batch, extra_task.c.task.in_(list(lines))
    )
    found: dict[str, list[extras.Line]] = defaultdict(list)
    rows = select(extra_task).where(extra_task.c.assignment.in_(touched)).order_by(extra_task.c.position)
    for row in connection.execute(rows):
        old = lab.blobs.read(row.sha256)[row.start : row.start + row.length]
        found[row.assignment].append(extras.Line(row.task, lines.get(row.task, old), row.of))
    return found


def _move(connection: Connection, batch: str, number: int, sha256: str, data: bytes) -> None:
    old = connection.execute(
        select(pack.c.sha256).where(pack.c.batch == batch, pack.c.number == number).with_for_update()
    ).scalar_one()
    rows = connection.execute(
        select(task).where(task.c.batch == batch, task.c.pack == number).order_by(task.c.number)
    ).all()
    at = 0
    for row, line in zip(rows, data.split(b"\n"), strict=False):
        now = digest(line)
        if now != row.digest:
            before = {"digest": row.digest, "task": row.id, "batch": batch, "sha256": old}
            insert_new(connection, task_version, {**before, "start": row.start, "length": row.length})
        connection.execute(
            update(task).where(task.c.id == row.id).values(digest=now, start=at, length=len(line))
        )
        at += len(line) + 1
    connection.execute(
        update(pack)
        .where(pack.c.batch == batch, pack.c.number == number)
        .values(sha256=sha256, size=len(data))
    )


def _revise(
    connection: Connection,
    lab: Lab,
    batch: str,
    moved: dict[int, tuple[Any, bytes]],
    text: str,
    criteria: list[str],
) -> tuple[int, str]:
    payload = jsonio.loads(bytes(batches.row(connection, batch).payload))
    by_path: dict[str, Any] = defaultdict(dict)
    for number, (sha256, data) in moved.items():
        by_path[f"tasks/{number:04}.jsonl"] = {"sha256": sha256, "size": len(data)}
    rubric_version = _after(payload["rubric_version"]) if moved else payload["rubric_version"]
    guideline_version = str(int(payload["guideline_version"]) + 1)
    note = {"version": guideline_version, "at": lab.now(), "text": text, "criteria": criteria}
    changes = {
        "files": [{**one, **by_path[one["path"]]} for one in payload["files"]],
        "rubric_version": rubric_version,
        "guideline_version": guideline_version,
        "notes": [*payload.get("notes", []), note],
    }
    return batches.next_version(connection, lab, batch, changes), rubric_version


def _after(version: str) -> str:
    """`1` → `2`, `draft-3` → `draft-3.1` → `draft-3.2`."""
    if version.isdecimal():
        return str(int(version) + 1)
    head, dot, tail = version.rpartition(".")
    return f"{head}.{int(tail) + 1}" if dot and tail.isdecimal() else f"{version}.1"
