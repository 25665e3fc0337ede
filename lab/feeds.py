"""Each expert's feed: numbered 1, 2, 3 … without a hole, by a counter in the transaction that appends."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from app.errors import RefusedError
from app.wire.protocol import LiveDigest, live_digest
from lab.database import insert_new
from lab.lab import Signed
from lab.tables import assignment, batch, document, expert, feed, key_list


@dataclass(frozen=True, slots=True)
class Item:
    """document: the signed bytes, or None for kinds that carry none."""

    n: int
    kind: str
    id: str
    document: bytes | None


def keep(connection: Connection, signed: Signed) -> None:
    """Hold a signed document for feeds to name."""
    insert_new(connection, document, {"digest": signed.digest, "document": signed.document})


def lock(connection: Connection, experts: Iterable[str]) -> list[str]:
    """Before appending to several feeds: their counters, always in one order, so that two jobs that tell the
    same people wait for each other and never both. Returns that order.
    """
    ordered = select(expert.c.id).where(expert.c.id.in_(list(experts))).order_by(expert.c.id)
    return list(connection.execute(ordered.with_for_update()).scalars())


def append(connection: Connection, who: str, kind: str, id: str, sha256: str | None) -> None:
    """One more item; the document named by its digest is held already."""
    n = connection.execute(
        update(expert).where(expert.c.id == who).values(feed_n=expert.c.feed_n + 1).returning(expert.c.feed_n)
    ).scalar_one()
    connection.execute(insert(feed).values(expert=who, n=n, kind=kind, id=id, digest=sha256))


def read(connection: Connection, who: str, after: int, limit: int) -> list[Item]:
    rows = connection.execute(
        select(feed.c.n, feed.c.kind, feed.c.id, document.c.document)
        .outerjoin(document, document.c.digest == feed.c.digest)
        .where(feed.c.expert == who, feed.c.n > after)
        .order_by(feed.c.n)
        .limit(limit)
    )
    return [Item(*row) for row in rows]


def live(connection: Connection, who: str) -> LiveDigest:
    """What she should hold at the head: her assignments with packs, in batches that are not withdrawn."""
    mine = (
        select(assignment.c.id)
        .join(batch, batch.c.id == assignment.c.batch)
        .where(assignment.c.expert == who, assignment.c.packs > 0, batch.c.withdrawn_at.is_(None))
    )
    return live_digest(connection.execute(mine).scalars())


def keys_version(connection: Connection) -> int:
    return int(connection.execute(select(func.max(key_list.c.version))).scalar_one())


def heads(connection: Connection, experts: Iterable[str]) -> dict[str, int]:
    """The last number of each feed; one query for everyone who waits."""
    rows = connection.execute(select(expert.c.id, expert.c.feed_n).where(expert.c.id.in_(list(experts))))
    return {row.id: row.feed_n for row in rows}


def cursor(epoch: str, *place: int) -> str:
    """Opaque to clients. place: one number, or more where one does not order."""
    numbers = "-".join(map(str, place))
    return base64.urlsafe_b64encode(f"{epoch}.{numbers}".encode()).decode().rstrip("=")


def place(text: str | None, epoch: str, head: int) -> int:
    """The number that a cursor stands for, 0 without one. RefusedError `feed.reset` when useless here."""
    return places(text, epoch, (head,))[0]


def places(text: str | None, epoch: str, head: tuple[int, ...]) -> tuple[int, ...]:
    """`place` for cursors of as many numbers as `head` has."""
    if not text:
        return (0,) * len(head)
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        found, _, numbers = raw.rpartition(".")
        if found == epoch and re.fullmatch(r"[0-9]{1,18}(-[0-9]{1,18})*", numbers):
            at = tuple(map(int, numbers.split("-")))
            if len(at) == len(head) and at <= head:
                return at
    except (binascii.Error, ValueError):
        pass
    raise RefusedError(
        "feed.reset",
        "This cursor does not belong to this feed any more.",
        hint="Start again without a cursor.",
    )
