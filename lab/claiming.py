"""The expert's side of assigning: she claims more work, gives some back, and fetches what she holds.

Nothing is served to her but the blobs that her assignments name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, select, update

from lab import batches
from lab.assigning import give, tell
from lab.lab import Lab
from lab.tables import assigned_pack, assignment, batch, pack, result, task, upload


def claim(
    connection: Connection,
    lab: Lab,
    who: str,
    key: str,
    tasks: int,
    bytes_: int | None,
    skills: Sequence[str],
) -> tuple[int, list[str]]:
    """(tasks, assignment ids) leased for this Idempotency-Key: at least so many tasks if there are any.

    bytes_: at most so many bytes of packs. skills: fields of batches; none: any field.
    """
    known = connection.execute(
        select(assignment.c.id).where(assignment.c.expert == who, assignment.c.claim_key == key)
    ).scalar()
    if known is not None:
        return _held(connection, known), [known]
    holders = (
        select(assigned_pack.c.batch, assigned_pack.c.pack, func.count().label("n"))
        .where(assigned_pack.c.ended_at.is_(None))
        .group_by(assigned_pack.c.batch, assigned_pack.c.pack)
        .subquery()
    )
    mine = exists().where(
        and_(
            assigned_pack.c.expert == who,
            assigned_pack.c.batch == pack.c.batch,
            assigned_pack.c.pack == pack.c.number,
        )
    )
    free = (
        select(pack)
        .join(batch, batch.c.id == pack.c.batch)
        .outerjoin(holders, and_(holders.c.batch == pack.c.batch, holders.c.pack == pack.c.number))
        .where(batch.c.withdrawn_at.is_(None), func.coalesce(holders.c.n, 0) < batch.c.overlap, ~mine)
        .order_by(batch.c.created_at, pack.c.batch, pack.c.number)
    )
    if skills:
        free = free.where(batch.c.field.in_(list(skills)))
    taken: list[Any] = []
    count = size = 0
    for row in connection.execute(free):
        if count >= tasks or (taken and row.batch != taken[0].batch):
            break
        if bytes_ is not None and size + row.size > bytes_:
            continue
        taken.append(row)
        count, size = count + row.tasks, size + row.size
    if not taken:
        return 0, []
    about = batches.row(connection, taken[0].batch)
    return give(connection, lab, about, who, taken, claim_key=key), [
        connection.execute(
            select(assignment.c.id).where(assignment.c.expert == who, assignment.c.claim_key == key)
        ).scalar_one()
    ]


def release(connection: Connection, lab: Lab, who: str, assignment_id: str) -> bool:
    """Give back the packs of an assignment that hold no result of hers. False when it is not hers."""
    row = connection.execute(
        select(assignment).where(assignment.c.id == assignment_id, assignment.c.expert == who)
    ).one_or_none()
    if row is None:
        return False
    worked = exists().where(
        and_(
            result.c.expert == who,
            result.c.task == task.c.id,
            task.c.batch == assigned_pack.c.batch,
            task.c.pack == assigned_pack.c.pack,
        )
    )
    held = (assigned_pack.c.assignment == assignment_id) & assigned_pack.c.ended_at.is_(None)
    ended = connection.execute(update(assigned_pack).where(held, ~worked).values(ended_at=lab.now())).rowcount
    if ended:
        connection.execute(
            update(assignment)
            .where(assignment.c.id == assignment_id)
            .values(version=assignment.c.version + 1, packs=assignment.c.packs - ended)
        )
        tell(connection, lab, assignment_id)
    return True


def _held(connection: Connection, assignment_id: str) -> int:
    counted = (
        select(func.coalesce(func.sum(pack.c.tasks), 0))
        .join(
            assigned_pack, and_(assigned_pack.c.batch == pack.c.batch, assigned_pack.c.pack == pack.c.number)
        )
        .where(assigned_pack.c.assignment == assignment_id, assigned_pack.c.ended_at.is_(None))
    )
    return int(connection.execute(counted).scalar_one())


def serves(connection: Connection, who: str, sha256: str) -> bool:
    """Whether this blob is hers to fetch: a pack that she holds, or what she put up herself."""
    asked = {"who": who, "sha256": sha256}
    return any(connection.execute(wanted, asked).first() is not None for wanted in (_PACK, _UPLOAD))


_PACK = (
    select(pack.c.sha256)
    .join(assigned_pack, and_(assigned_pack.c.batch == pack.c.batch, assigned_pack.c.pack == pack.c.number))
    .join(batch, batch.c.id == pack.c.batch)
    .where(
        pack.c.sha256 == bindparam("sha256"),
        assigned_pack.c.expert == bindparam("who"),
        assigned_pack.c.ended_at.is_(None),
        batch.c.withdrawn_at.is_(None),
    )
    .limit(1)
)
_UPLOAD = select(upload.c.sha256).where(
    upload.c.expert == bindparam("who"), upload.c.sha256 == bindparam("sha256")
)
