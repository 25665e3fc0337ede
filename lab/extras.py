"""Packs cut for one person: second grades for a lead, third readings, hidden repeats.

They travel as ordinary assignments, so that nothing on the wire or on disk says why a task was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from app.domain.ids import digest
from app.domain.times import to_text
from app.wire.protocol import PACK_TASKS
from lab import batches, envelopes, feeds
from lab.assigning import LEASE, tell
from lab.lab import Lab
from lab.tables import assigned_pack, assignment, pack, task
from lab.tables_leads import extra_pack, extra_task


@dataclass(frozen=True, slots=True)
class Line:
    """A task line for somebody. of: for a hidden repeat, the task that it repeats."""

    task: str
    line: bytes
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """A pack whose bytes the lab holds already."""

    sha256: str
    size: int
    lines: tuple[Line, ...]


def cut(lab: Lab, lines: Sequence[Line]) -> list[Cut]:
    """Put packs of these lines among the blobs. Outside of any transaction: blobs may be far away."""
    found: list[Cut] = []
    for start in range(0, len(lines), PACK_TASKS):
        part = tuple(lines[start : start + PACK_TASKS])
        data = b"".join(one.line + b"\n" for one in part)
        found.append(Cut(lab.blobs.put(data), len(data), part))
    return found


def give(
    connection: Connection,
    lab: Lab,
    who: str,
    batch: str,
    kind: str,
    packs: Sequence[Cut],
    *,
    seed: str = "",
) -> int:
    """Assign these packs to one person; a pack of which she has had a task is left out. Returns the tasks given.

    kind: second, third or repeat; a lead's second grades bring envelopes of their own. seed: of the shown order.
    """
    about = batches.row(connection, batch)
    given = 0
    for one in packs:
        had = connection.execute(
            select(extra_task.c.task).where(
                extra_task.c.expert == who, extra_task.c.task.in_([line.task for line in one.lines])
            )
        ).first()
        if had is not None:
            continue
        offer(connection, about, who)
        made = lab.new_id("a")
        connection.execute(
            insert(assignment).values(
                id=made,
                version=1,
                expert=who,
                batch=batch,
                seed=seed or lab.entropy(16).hex(),
                lease_until=to_text(lab.clock.now() + LEASE),
                packs=1,
            )
        )
        row = {"assignment": made, "expert": who, "batch": batch, "kind": kind, "sha256": one.sha256}
        path = f"tasks/{_number(connection, who, batch):04}.jsonl"
        connection.execute(insert(extra_pack).values(**row, path=path, size=one.size, tasks=len(one.lines)))
        connection.execute(insert(extra_task), _rows(one, who, batch, made))
        tell(connection, lab, made)
        if kind != "second":
            envelopes.give(connection, lab, who, batch, [line.task for line in one.lines])
        given += len(one.lines)
    return given


def _rows(one: Cut, who: str, batch: str, made: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    at = 0
    for position, line in enumerate(one.lines):
        rows.append(
            {
                "expert": who,
                "task": line.task,
                "batch": batch,
                "assignment": made,
                "position": position,
                "digest": digest(line.line),
                "sha256": one.sha256,
                "start": at,
                "length": len(line.line),
                "of": line.of,
            }
        )
        at += len(line.line) + 1
    return rows


def recut(connection: Connection, assignment_id: str, new: Cut) -> None:
    """The same tasks under other lines, in the place of an extra pack."""
    old = connection.execute(select(extra_pack).where(extra_pack.c.assignment == assignment_id)).one()
    connection.execute(delete(extra_task).where(extra_task.c.assignment == assignment_id))
    connection.execute(insert(extra_task), _rows(new, old.expert, old.batch, assignment_id))
    connection.execute(
        update(extra_pack)
        .where(extra_pack.c.assignment == assignment_id)
        .values(sha256=new.sha256, size=new.size)
    )


def offer(connection: Connection, about: Any, who: str) -> None:
    """The batch goes before everything of it, once."""
    known = connection.execute(
        select(assignment.c.id).where(assignment.c.expert == who, assignment.c.batch == about.id).limit(1)
    ).first()
    if known is None:
        feeds.append(connection, who, "batch.offered", about.id, about.digest)


def _number(connection: Connection, who: str, batch: str) -> int:
    """A name like those of the batch's own packs."""
    own = select(func.coalesce(func.max(pack.c.number), 0)).where(pack.c.batch == batch)
    mine = select(func.count()).where(extra_pack.c.expert == who, extra_pack.c.batch == batch)
    return int(connection.execute(own).scalar_one()) + int(connection.execute(mine).scalar_one()) + 1


def has_had(connection: Connection, who: str, names: Sequence[str]) -> set[str]:
    """Which of these tasks were ever given to her, in whatever way."""
    ordinary = (
        select(task.c.id)
        .join(assigned_pack, (assigned_pack.c.batch == task.c.batch) & (assigned_pack.c.pack == task.c.pack))
        .where(assigned_pack.c.expert == who, task.c.id.in_(list(names)))
    )
    extra = select(extra_task.c.task).where(extra_task.c.expert == who, extra_task.c.task.in_(list(names)))
    return {*connection.execute(ordinary).scalars(), *connection.execute(extra).scalars()}
