"""Files that tasks name: told of by the assignment whose packs name them, served to whoever holds or reads one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, select

from lab.tables import assigned_pack, attachment, batch, task
from lab.tables_leads import extra_pack, review_feed

MAX_TOLD = 5000
"""Attachments of one assignment, as its document may hold."""
_AT_ONCE = 500


def of(
    connection: Connection, batch_id: str, packs: Sequence[int], *, extra: bool = False
) -> list[dict[str, Any]]:
    """The files of these packs as an assignment names them, each once. extra: of the whole batch, as a pack cut for one
    person may hold any of its tasks.
    """
    found: dict[str, dict[str, Any]] = {}
    wanted = select(attachment).where(attachment.c.batch == batch_id).order_by(attachment.c.path)
    parts = [wanted] if extra else [
        wanted.where(attachment.c.pack.in_(packs[at : at + _AT_ONCE])) for at in range(0, len(packs), _AT_ONCE)
    ]  # fmt: skip
    for part in parts:
        for row in connection.execute(part):
            found[row.sha256] = {
                "path": row.path,
                "media_type": row.media_type,
                "size": row.size,
                "count": 0,
                "sha256": row.sha256,
            }
    return list(found.values())[:MAX_TOLD]


HERS = (
    select(attachment.c.sha256)
    .join(batch, batch.c.id == attachment.c.batch)
    .where(
        attachment.c.sha256 == bindparam("sha256"),
        batch.c.withdrawn_at.is_(None),
        exists().where(
            and_(
                assigned_pack.c.batch == attachment.c.batch,
                assigned_pack.c.pack == attachment.c.pack,
                assigned_pack.c.expert == bindparam("who"),
                assigned_pack.c.ended_at.is_(None),
            )
        )
        | exists().where(
            and_(extra_pack.c.batch == attachment.c.batch, extra_pack.c.expert == bindparam("who"))
        )
        | exists().where(
            and_(
                task.c.batch == attachment.c.batch,
                task.c.pack == attachment.c.pack,
                review_feed.c.id == task.c.id,
                review_feed.c.kind == "review.task",
                review_feed.c.lead == bindparam("who"),
            )
        ),
    )
    .limit(1)
)
"""Whether a file (`sha256`) is of a pack that she (`who`) holds, or of which her review feed tells a task."""
