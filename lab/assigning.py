"""Who works on what: packs are assigned to experts under a lease, by signed `assignment` documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from app.domain.times import from_text, to_text
from app.errors import InputError
from app.wire import jsonio
from app.wire.work import TASKS_MEDIA_TYPE
from lab import attachments, batches, envelopes, feeds, people, practice
from lab.lab import Lab
from lab.migrations import recount
from lab.tables import assigned_pack, assignment, batch, pack, task
from lab.tables_leads import extra_pack, extra_task

LEASE = timedelta(days=14)
MAX_TASKS = 2500
"""Tasks of one assignment: its payload stays far below the 1 MiB of a signed document."""


@dataclass
class Assigned:
    """tasks: by expert. total: over all of them."""

    tasks: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def total(self) -> int:
        return sum(self.tasks.values())


def assign(lab: Lab, batch_id: str, to: Sequence[str] = (), overlap: int | None = None) -> Assigned:
    """Assign a batch's packs. to: ids or names; nobody named: all experts.

    overlap: so many experts judge each task, shared as evenly as the packs allow; without it everyone who is
    named gets every task, and the tasks are shared out once when nobody is named. Doing it again adds what
    is missing only. Raises InputError.
    """
    if overlap is not None and overlap < 1:
        raise InputError("assign.overlap", "The overlap must be at least 1.")

    def job(connection: Connection) -> Assigned:
        row = batches.row(connection, batch_id)
        if row.withdrawn_at:
            raise InputError("batch.withdrawn", "The batch “{id}” was withdrawn.", params={"id": batch_id})
        experts = people.chosen(connection, list(to))
        if not experts:
            raise InputError(
                "assign.nobody",
                "There is no expert to assign the batch to.",
                hint="Invite one first: `assay lab invite --role expert --name NAME`.",
            )
        if overlap is not None and overlap > len(experts):
            raise InputError(
                "assign.overlap",
                "{overlap} experts are to judge each task, and there are {n}.",
                params={"overlap": overlap, "n": len(experts)},
                hint="Invite more experts, or ask for less overlap.",
            )
        wanted = overlap or (len(experts) if to else 1)
        connection.execute(
            update(batch).where(batch.c.id == batch_id, batch.c.overlap < wanted).values(overlap=wanted)
        )
        recount(connection, batch_id)
        experts = [who for who in experts if batch_id not in practice.barred(connection, lab, who)]
        if not experts:
            raise InputError(
                "assign.practice",
                "Nobody of them has passed the practice that this batch asks for.",
                hint="Assign the calibration batch first.",
            )
        made = Assigned()
        feeds.lock(connection, experts)
        for who, packs in _shares(
            connection, batch_id, experts, wanted, everyone=overlap is None and bool(to)
        ):
            made.tasks[who] += give(connection, lab, row, who, packs)
        return made

    return lab.database.write(job)


def _shares(
    connection: Connection, batch_id: str, experts: list[str], wanted: int, *, everyone: bool
) -> Iterator[tuple[str, list[Any]]]:
    """What each expert gets: packs that she has never had, to whoever has least."""
    rows = connection.execute(
        select(assigned_pack.c.expert, assigned_pack.c.pack, assigned_pack.c.ended_at, pack.c.tasks)
        .join(pack, and_(pack.c.batch == assigned_pack.c.batch, pack.c.number == assigned_pack.c.pack))
        .where(assigned_pack.c.batch == batch_id)
    ).all()
    load: dict[str, int] = dict.fromkeys(experts, 0)
    had: dict[int, set[str]] = defaultdict(set)
    holders: dict[int, int] = defaultdict(int)
    for row in rows:
        had[row.pack].add(row.expert)
        if row.ended_at is None:
            holders[row.pack] += 1
            load[row.expert] = load.get(row.expert, 0) + row.tasks
    given: dict[str, list[Any]] = {who: [] for who in experts}
    for one in connection.execute(select(pack).where(pack.c.batch == batch_id).order_by(pack.c.number)):
        free = [who for who in experts if who not in had[one.number]]
        if not everyone:
            free = sorted(free, key=lambda who: load[who])[: max(0, wanted - holders[one.number])]
        for who in free:
            given[who].append(one)
            load[who] += one.tasks
    return ((who, packs) for who, packs in given.items() if packs)


def give(
    connection: Connection, lab: Lab, about: Any, who: str, packs: list[Any], claim_key: str | None = None
) -> int:
    """Assignments over these packs, told by her feed; the batch goes before them. Returns the tasks."""
    known = connection.execute(
        select(assignment.c.id).where(assignment.c.expert == who, assignment.c.batch == about.id).limit(1)
    ).first()
    if known is None:
        feeds.append(connection, who, "batch.offered", about.id, about.digest)
        practice.tell(connection, who, about.id)
    due = jsonio.loads(bytes(about.payload)).get("due")
    lease = to_text(from_text(due) if due else lab.clock.now() + LEASE)
    for part in _parts(packs):
        made = lab.new_id("a")
        connection.execute(
            insert(assignment).values(
                id=made,
                version=1,
                expert=who,
                batch=about.id,
                seed=lab.entropy(16).hex(),
                lease_until=lease,
                packs=len(part),
                claim_key=claim_key,
            )
        )
        connection.execute(
            insert(assigned_pack),
            [{"expert": who, "batch": about.id, "pack": one.number, "assignment": made} for one in part],
        )
        numbers = [one.number for one in part]
        held = (pack.c.batch == about.id) & pack.c.number.in_(numbers)
        connection.execute(update(pack).where(held).values(free=pack.c.free - 1))
        tell(connection, lab, made)
        envelopes.give_packs(connection, lab, who, about.id, numbers)
    return sum(one.tasks for one in packs)


def _parts(packs: list[Any]) -> Iterator[list[Any]]:
    part: list[Any] = []
    for one in packs:
        if sum(p.tasks for p in part) + one.tasks > MAX_TASKS:
            yield part
            part = []
        part.append(one)
    yield part


def tell(connection: Connection, lab: Lab, assignment_id: str) -> None:
    """Sign the assignment as it now stands and put it in its expert's feed."""
    row = connection.execute(
        select(assignment, batch.c.digest.label("batch_digest"))
        .join(batch, batch.c.id == assignment.c.batch)
        .where(assignment.c.id == assignment_id)
    ).one()
    held = (assigned_pack.c.assignment == assignment_id) & assigned_pack.c.ended_at.is_(None)
    packs = connection.execute(
        select(pack)
        .join(
            assigned_pack, and_(assigned_pack.c.batch == pack.c.batch, assigned_pack.c.pack == pack.c.number)
        )
        .where(held)
        .order_by(pack.c.number)
    ).all()
    tasks = connection.execute(
        select(task.c.id)
        .join(assigned_pack, and_(assigned_pack.c.batch == task.c.batch, assigned_pack.c.pack == task.c.pack))
        .where(held)
        .order_by(task.c.number)
    ).scalars()
    files = [(f"tasks/{p.number:04}.jsonl", p) for p in packs]
    extra = select(extra_pack).where(extra_pack.c.assignment == assignment_id)
    files += [(p.path, p) for p in connection.execute(extra)]
    ordered = [*tasks, *connection.execute(_EXTRA_TASKS, {"assignment": assignment_id}).scalars()]
    now = lab.now()
    payload: dict[str, Any] = {
        "v": 1,
        "lab": lab.config.lab,
        "assignment": row.id,
        "version": row.version,
        "expert": row.expert,
        "batch": row.batch,
        "batch_digest": row.batch_digest,
        "issued": now,
        "lease_until": row.lease_until,
        "seed": row.seed,
        "packs": [
            {
                "path": path,
                "media_type": TASKS_MEDIA_TYPE,
                "size": p.size,
                "count": p.tasks,
                "sha256": p.sha256,
            }
            for path, p in files
        ],
        "tasks": ordered,
    }
    numbers = [p.number for p in packs]
    told = attachments.of(connection, row.batch, numbers, extra=len(files) > len(packs))
    if told:
        payload["attachments"] = told
    if not files:
        payload["ended"] = now
    signed = lab.sign("assignment", jsonio.dumps(payload))
    feeds.keep(connection, signed)
    feeds.append(connection, row.expert, "batch.assigned", row.id, signed.digest)


_EXTRA_TASKS = (
    select(extra_task.c.task)
    .where(extra_task.c.assignment == bindparam("assignment"))
    .order_by(extra_task.c.position)
)
