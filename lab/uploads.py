"""Blobs that experts put up. Each is theirs alone to fetch, whoever else may hold the same bytes."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from app.domain.ids import digest
from lab.lab import Lab
from lab.problems import Refusal
from lab.tables import expert, upload

QUOTA = 1024 * 1024 * 1024
"""Bytes that one expert may put up."""


def take(lab: Lab, who: str, data: bytes) -> None:
    """Keep a blob for her. Refusal 412 when she has put it up before, 413 when it is too much."""
    sha256 = digest(data)
    with lab.database.reading() as connection:
        _room(connection, who, sha256, len(data))
    lab.blobs.put(data)

    def job(connection: Connection) -> None:
        connection.execute(select(expert.c.id).where(expert.c.id == who).with_for_update())
        _room(connection, who, sha256, len(data))
        connection.execute(insert(upload).values(expert=who, sha256=sha256))
        connection.execute(
            update(expert).where(expert.c.id == who).values(uploaded=expert.c.uploaded + len(data))
        )

    lab.database.write(job)


def _room(connection: Connection, who: str, sha256: str, size: int) -> None:
    mine = select(upload.c.sha256).where(upload.c.expert == who, upload.c.sha256 == sha256)
    if connection.execute(mine).first() is not None:
        raise Refusal(412, "blob.held", "The lab holds this blob for you already.")
    used = connection.execute(select(expert.c.uploaded).where(expert.c.id == who)).scalar_one()
    if used + size > QUOTA:
        raise Refusal(413, "blob.quota", "You have put up as much as the lab keeps for one expert.")
