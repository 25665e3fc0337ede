"""Results at the lab: each stored once with a signed receipt, chained for each expert, and read again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, tuple_, update

from app.wire import jsonio
from app.wire.protocol import MAX_RESULTS
from lab.checking import Checker, Rejected, Taken
from lab.dialects import SettledBefore
from lab.lab import Lab
from lab.tables import expert, result

Place = tuple[int, int]
"""(transaction, number) of a result over the whole lab."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """status: stored, duplicate, conflict or rejected. receipt: signed bytes, the same for each resend."""

    digest: str
    status: str
    receipt: bytes | None = None
    held: str = ""
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored result. n: its place in the list that was asked for."""

    n: int
    document: bytes
    receipt: bytes
    expert: str
    received_at: str


def take(lab: Lab, who: str, sent: Sequence[object]) -> list[Outcome]:
    """Check every entry, then store the good ones in one transaction; answers come after its commit."""
    with lab.database.reading() as connection:
        checked = Checker(connection, lab, who).check(sent)
    if all(isinstance(one, Rejected) for one in checked):
        return [_rejected(one) for one in checked if isinstance(one, Rejected)]
    return lab.database.write(lambda connection: _store(connection, lab, who, checked))


def _store(connection: Connection, lab: Lab, who: str, checked: list[Taken | Rejected]) -> list[Outcome]:
    # First, so that two requests of one expert follow each other: her ids and her chain are hers alone.
    chain = connection.execute(
        select(expert.c.receipt_n, expert.c.receipt_head).where(expert.c.id == who).with_for_update()
    ).one()
    ids = {one.id for one in checked if isinstance(one, Taken)}
    held = {
        (row.id, row.revision): (row.digest, bytes(row.receipt))
        for row in connection.execute(
            select(result.c.id, result.c.revision, result.c.digest, result.c.receipt).where(
                result.c.id.in_(ids)
            )
        )
    }
    number, head = chain.receipt_n, chain.receipt_head
    rows: list[dict[str, Any]] = []
    outcomes: list[Outcome] = []
    for one in checked:
        if isinstance(one, Rejected):
            outcomes.append(_rejected(one))
            continue
        same = held.get((one.id, one.revision))
        if same is not None:
            status = "duplicate" if same[0] == one.digest else "conflict"
            receipt = same[1] if status == "duplicate" else None
            outcomes.append(Outcome(one.digest, status, receipt, held=same[0]))
            continue
        newest = max((revision for id_, revision in held if id_ == one.id), default=0)
        before = held[(one.id, newest)][0] if newest else None
        if newest > one.revision or before != one.previous:
            message = "The revision before it is not the one that the lab holds."
            outcomes.append(Outcome(one.digest, "rejected", code="result.previous", message=message))
            continue
        number += 1
        received_at = lab.now()
        signed = lab.sign("receipt", _receipt(lab, one, received_at, head))
        head = signed.digest
        held[(one.id, one.revision)] = (one.digest, signed.document)
        outcomes.append(Outcome(one.digest, "stored", signed.document))
        rows.append(
            {
                "id": one.id,
                "revision": one.revision,
                "expert": who,
                "expert_n": number,
                "batch": one.batch,
                "task": one.task,
                "digest": one.digest,
                "kid": one.kid,
                "late": one.late,
                "received_at": received_at,
                "document": one.document,
                "receipt": signed.document,
            }
        )
    if rows:
        connection.execute(insert(result), rows)
        connection.execute(
            update(expert).where(expert.c.id == who).values(receipt_n=number, receipt_head=head)
        )
    return outcomes


def _receipt(lab: Lab, one: Taken, received_at: str, previous: str | None) -> bytes:
    return jsonio.dumps(
        {
            "v": 1,
            "receipt": lab.new_id("r"),
            "result": one.id,
            "revision": one.revision,
            "digest": one.digest,
            "verdict": "late" if one.late else "stored",
            "received_at": received_at,
            "previous": previous,
        }
    )


def _rejected(one: Rejected) -> Outcome:
    return Outcome(one.digest, "rejected", code=one.code, message=one.message)


def missing(connection: Connection, who: str, digests: Sequence[str]) -> list[str]:
    """Which of these result payloads the lab does not hold for her, in the order asked."""
    held: set[str] = set()
    for start in range(0, len(digests), 500):
        part = list(digests[start : start + 500])
        held.update(
            connection.execute(
                select(result.c.digest).where(result.c.expert == who, result.c.digest.in_(part))
            ).scalars()
        )
    return [one for one in digests if one not in held]


def own(connection: Connection, who: str, after: int, limit: int) -> list[Kept]:
    """Her results and receipts in the order of the receipts."""
    return _kept(
        connection.execute(
            select(result, result.c.expert_n.label("place"))
            .where(result.c.expert == who, result.c.expert_n > after)
            .order_by(result.c.expert_n)
            .limit(limit)
        )
    )


def settled(connection: Connection, after: Place, limit: int) -> list[tuple[Place, Kept]]:
    """All results in an order in which a cursor misses none: only those that no result can come before."""
    rows = connection.execute(
        select(result, result.c.n.label("place"))
        .where(tuple_(result.c.xid, result.c.n) > tuple_(*after), result.c.xid < SettledBefore())
        .order_by(result.c.xid, result.c.n)
        .limit(limit)
    ).all()
    return [((row.xid, row.n), kept) for row, kept in zip(rows, _kept(rows), strict=True)]


def settled_head(connection: Connection) -> Place:
    """The place of the last result of all, settled or not."""
    last = select(result.c.xid, result.c.n).order_by(result.c.xid.desc(), result.c.n.desc()).limit(1)
    row = connection.execute(last).one_or_none()
    return (0, 0) if row is None else (row.xid, row.n)


def own_head(connection: Connection, who: str) -> int:
    return int(connection.execute(select(expert.c.receipt_n).where(expert.c.id == who)).scalar_one())


def walk(lab: Lab, page: int = MAX_RESULTS) -> Iterator[Kept]:
    """All results that are stored when it begins, and later ones as they come; a page at a time."""
    after = 0
    while True:
        with lab.database.reading() as connection:
            found = _kept(
                connection.execute(
                    select(result, result.c.n.label("place"))
                    .where(result.c.n > after)
                    .order_by(result.c.n)
                    .limit(page)
                )
            )
        yield from found
        if len(found) < page:
            return
        after = found[-1].n


def _kept(rows: Iterable[Any]) -> list[Kept]:
    return [
        Kept(row.place, bytes(row.document), bytes(row.receipt), row.expert, row.received_at) for row in rows
    ]
