"""The expert's side of assigning: she claims more work, keeps it longer, gives some back, and fetches what she holds.

Nothing is served to her but the blobs that her assignments name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, exists, func, select, update

from app.domain.times import from_text, to_text
from app.errors import RefusedError
from app.wire import jsonio
from app.wire.signatures import unbase64
from lab import attachments, batches, practice
from lab.assigning import LEASE, give, tell
from lab.lab import Lab
from lab.tables import assigned_pack, assignment, batch, document, expert, feed, pack, result, task, upload
from lab.tables_leads import extra_pack

WINDOW = 400
"""Free packs that a claim looks at."""
LONGEST = timedelta(days=56)
"""So long after it was first given a lease can be made longer; work that comes later is taken, as late."""


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
    connection.execute(select(expert.c.id).where(expert.c.id == who).with_for_update())
    made = select(assignment.c.id).where(assignment.c.expert == who, assignment.c.claim_key == key)
    known = connection.execute(made).scalar()
    if known is not None:
        return _held(connection, known), [known]
    taken = _take(connection, _free(who, skills, practice.barred(connection, lab, who)), tasks, bytes_)
    if not taken:
        return 0, []
    about = batches.row(connection, taken[0].batch)
    count = give(connection, lab, about, who, taken, claim_key=key)
    return count, [connection.execute(made).scalar_one()]


def _free(who: str, skills: Sequence[str], barred: Sequence[str]) -> Select[Any]:
    """Packs that she may claim, the oldest batch first. barred: batches whose practice she has not passed."""
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
        .where(batch.c.withdrawn_at.is_(None), pack.c.free > 0, ~mine, batch.c.id.not_in(list(barred)))
        .order_by(batch.c.created_at, pack.c.batch, pack.c.number)
    )
    return free.where(batch.c.field.in_(list(skills))) if skills else free


def _take(connection: Connection, free: Select[Any], tasks: int, bytes_: int | None) -> list[Any]:
    """Packs of one batch, locked: what others are taking just now is passed over, and waited for at last."""
    for patient in (False, False, True):
        seen = _fitting(connection.execute(free.limit(WINDOW)).all(), tasks, bytes_)
        if not seen:
            return []
        same = free.where(pack.c.batch == seen[0].batch).limit(1 if patient else len(seen))
        if bytes_ is not None:
            same = same.where(pack.c.size <= bytes_)
        locked = connection.execute(same.with_for_update(of=pack, skip_locked=not patient)).all()
        # Counted anew: `free` is what the rows said before they were locked.
        ours = [row for row in locked if _holders(connection, row) < _overlap(connection, row)]
        taken = _fitting(ours, tasks, bytes_)
        if taken:
            return taken
    return []


def _fitting(rows: Sequence[Any], tasks: int, bytes_: int | None) -> list[Any]:
    """The first rows of one batch that hold so many tasks in at most so many bytes."""
    taken: list[Any] = []
    count = size = 0
    for row in rows:
        if count >= tasks or (taken and row.batch != taken[0].batch):
            break
        if bytes_ is not None and size + row.size > bytes_:
            continue
        taken.append(row)
        count, size = count + row.tasks, size + row.size
    return taken


def _holders(connection: Connection, row: Any) -> int:
    held = (
        (assigned_pack.c.batch == row.batch)
        & (assigned_pack.c.pack == row.number)
        & (assigned_pack.c.ended_at.is_(None))
    )
    return int(connection.execute(select(func.count()).select_from(assigned_pack).where(held)).scalar_one())


def _overlap(connection: Connection, row: Any) -> int:
    return int(connection.execute(select(batch.c.overlap).where(batch.c.id == row.batch)).scalar_one())


def _hers(connection: Connection, who: str, assignment_id: str) -> Any:
    """Her assignment, held until the end of the transaction; None where it is not hers."""
    return connection.execute(
        select(assignment)
        .where(assignment.c.id == assignment_id, assignment.c.expert == who)
        .with_for_update()
    ).one_or_none()


def release(connection: Connection, lab: Lab, who: str, assignment_id: str) -> bool:
    """Give back the packs of an assignment that hold no result of hers. False when it is not hers."""
    row = _hers(connection, who, assignment_id)
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
    unworked = connection.execute(select(assigned_pack.c.pack).where(held, ~worked)).scalars().all()
    ended = len(unworked)
    if ended:
        these = assigned_pack.c.pack.in_(unworked)
        connection.execute(update(assigned_pack).where(held, these).values(ended_at=lab.now()))
        freed = (pack.c.batch == row.batch) & pack.c.number.in_(unworked)
        connection.execute(update(pack).where(freed).values(free=pack.c.free + 1))
        connection.execute(
            update(assignment)
            .where(assignment.c.id == assignment_id)
            .values(version=assignment.c.version + 1, packs=assignment.c.packs - ended)
        )
        tell(connection, lab, assignment_id)
    return True


def lease(connection: Connection, who: str, assignment_id: str) -> str | None:
    """When the lease of an assignment ends, RFC 3339; None when it is not hers."""
    mine = (assignment.c.id == assignment_id) & (assignment.c.expert == who)
    return connection.execute(select(assignment.c.lease_until).where(mine)).scalar_one_or_none()


def renew(connection: Connection, lab: Lab, who: str, assignment_id: str) -> str | None:
    """When the lease of an assignment ends now, RFC 3339; None when it is not hers.

    With less than half of a lease left, or none, it begins anew from today, but never beyond the day on which the
    batch is due or expires, nor beyond LONGEST; else it stays as it is. Raises RefusedError `claim.ended`.
    """
    row = _hers(connection, who, assignment_id)
    if row is None:
        return None
    about = batches.row(connection, row.batch)
    if row.packs == 0 or about.withdrawn_at:
        raise RefusedError(
            "claim.ended", "This work was given back or withdrawn; there is no lease to renew."
        )
    now, until = lab.clock.now(), from_text(row.lease_until)
    if until - now > LEASE / 2:
        return str(row.lease_until)
    told = jsonio.loads(bytes(about.payload))
    ends = [from_text(told[name]) for name in ("due", "expires") if told.get(name)]
    new = min(now + LEASE, from_text(_first(connection, row)["issued"]) + LONGEST, *ends)
    if new <= until:
        return str(row.lease_until)
    connection.execute(
        update(assignment)
        .where(assignment.c.id == assignment_id)
        .values(version=assignment.c.version + 1, lease_until=to_text(new))
    )
    tell(connection, lab, assignment_id)
    return to_text(new)


def _first(connection: Connection, row: Any) -> dict[str, Any]:
    """The payload of an assignment as it was first signed."""
    told = (feed.c.expert == row.expert) & (feed.c.kind == "batch.assigned") & (feed.c.id == row.id)
    signed = connection.execute(
        select(document.c.document)
        .join(feed, feed.c.digest == document.c.digest)
        .where(told)
        .order_by(feed.c.n)
        .limit(1)
    ).scalar_one()
    found: dict[str, Any] = jsonio.loads(unbase64(jsonio.loads(bytes(signed))["payload"], "signature.shape"))
    return found


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
    return any(
        connection.execute(wanted, asked).first() is not None
        for wanted in (_PACK, _EXTRA, attachments.HERS, _UPLOAD)
    )


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
_EXTRA = (
    select(extra_pack.c.sha256)
    .join(batch, batch.c.id == extra_pack.c.batch)
    .where(
        extra_pack.c.sha256 == bindparam("sha256"),
        extra_pack.c.expert == bindparam("who"),
        batch.c.withdrawn_at.is_(None),
    )
    .limit(1)
)
_UPLOAD = select(upload.c.sha256).where(
    upload.c.expert == bindparam("who"), upload.c.sha256 == bindparam("sha256")
)
