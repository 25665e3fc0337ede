"""Drafts between an expert's own devices: opaque here, the newest of each task from each device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from app.domain.ids import digest
from app.errors import TrustError
from app.wire import jsonio
from app.wire.models import parse
from app.wire.ownwork import Draft
from app.wire.protocol import MAX_RESULTS_BYTES
from app.wire.signatures import Verified, members, unbase64, verify_members
from lab import devices, feeds
from lab.calls.replies import joined
from lab.lab import Lab
from lab.tables import expert
from lab.tables_devices import draft


def take(lab: Lab, who: str, sent: Sequence[Any], *, carried: bool = False) -> int:
    """Keep them all, or none. carried: by hand, so that one may come after a newer one, and is passed over.

    Raises TrustError, InputError.
    """
    with lab.database.reading() as connection:
        pinned = devices.pinned(connection, lab, who)
    checked: list[tuple[Verified, Draft, bytes]] = []
    for one in sent:
        if not isinstance(one, dict) or not all(isinstance(text, str) for text in one.values()):
            raise TrustError("signature.shape", "It is not exactly protected, payload and signature.")
        verified = verify_members(one, pinned.get, Draft.typ(), at=lab.clock.now())
        found = parse(Draft, verified.payload)
        if (found.lab, found.expert) != (lab.config.lab, who):
            raise TrustError("draft.identity", "The draft is another lab's or another expert's.")
        checked.append((verified, found, jsonio.dumps(one)))
    lab.database.write(lambda connection: _keep(connection, who, checked, carried=carried))
    return len(checked)


def _keep(
    connection: Connection, who: str, checked: Sequence[tuple[Verified, Draft, bytes]], *, carried: bool
) -> None:
    for verified, found, document in checked:
        mine = (draft.c.expert == who) & (draft.c.task == found.task) & (draft.c.kid == verified.kid)
        sha256 = digest(document)
        known = connection.execute(select(draft.c.digest, draft.c.document).where(mine)).one_or_none()
        if known is not None and (
            known.digest == sha256 or (carried and _issued(known.document) > found.issued)
        ):
            continue
        feeds.append(connection, who, "draft", found.task, None)
        n = connection.execute(select(expert.c.feed_n).where(expert.c.id == who)).scalar_one()
        connection.execute(delete(draft).where(mine))
        connection.execute(
            insert(draft).values(
                expert=who, task=found.task, kid=verified.kid, n=n, digest=sha256, document=document
            )
        )


def _issued(document: bytes) -> str:
    found: dict[str, str] = jsonio.loads(unbase64(members(bytes(document))["payload"], "signature.shape"))
    return found["issued"]


def page(lab: Lab, who: str, kid: str, cursor: str, limit: int) -> bytes:
    """Drafts of her devices but this one after the cursor, as the call answers. kid: "" for those of all.

    RefusedError `feed.reset`.
    """
    with lab.database.reading() as connection:
        head = feeds.heads(connection, [who])[who]
        after = feeds.place(cursor, lab.epoch, head)
        rows = connection.execute(
            select(draft.c.n, draft.c.document)
            .where(draft.c.expert == who, draft.c.kid != kid, draft.c.n > after)
            .order_by(draft.c.n)
            .limit(limit + 1)
        ).all()
    items: list[bytes] = []
    size = 0
    for row in rows[:limit]:
        size += len(row.document)
        if items and size > 2 * MAX_RESULTS_BYTES:
            break
        items.append(bytes(row.document))
        after = row.n
    more = len(items) < len(rows)
    return joined({"next": feeds.cursor(lab.epoch, after if more else head), "more": more}, items=items)
