"""From the tables of one version of Assay to those of the next. Each step runs in one transaction."""

from __future__ import annotations

from sqlalchemy import Connection, func, inspect, select, text, update

from lab import tables
from lab.tables import assigned_pack, batch, metadata, pack


def finish(connection: Connection) -> None:
    """What the tables of a new lab need beside their columns."""
    if connection.dialect.name == "postgresql":
        # Lost in a crash, as a token's 60 seconds are by then; spares a log record for each call.
        connection.execute(text("ALTER TABLE seen_token SET UNLOGGED"))


def from_1(connection: Connection) -> None:
    """Version 2: packs know how many more may claim them, results which transaction stored them."""
    connection.execute(text("ALTER TABLE pack ADD COLUMN free INTEGER NOT NULL DEFAULT 0"))
    connection.execute(text("ALTER TABLE result ADD COLUMN xid BIGINT NOT NULL DEFAULT 0"))
    metadata.create_all(connection)
    for index in (*tables.pack.indexes, *tables.result.indexes):
        if index.name in ("pack_free", "result_order", "result_batch_task"):
            index.create(connection, checkfirst=True)
    recount(connection)
    finish(connection)


def from_2(connection: Connection) -> None:
    """Version 3: bundles say how far a lead has her review feed."""
    known = {column["name"] for column in inspect(connection).get_columns("bundle_seen")}
    if "review_cursor" not in known:
        connection.execute(text("ALTER TABLE bundle_seen ADD COLUMN review_cursor TEXT NOT NULL DEFAULT ''"))


def recount(connection: Connection, only: str | None = None) -> None:
    """Set `pack.free` from what is assigned. only: a batch."""
    held = (
        select(func.count())
        .select_from(assigned_pack)
        .where(
            assigned_pack.c.batch == pack.c.batch,
            assigned_pack.c.pack == pack.c.number,
            assigned_pack.c.ended_at.is_(None),
        )
        .scalar_subquery()
    )
    wanted = select(batch.c.overlap).where(batch.c.id == pack.c.batch).scalar_subquery()
    changed = update(pack).values(free=wanted - held)
    connection.execute(changed if only is None else changed.where(pack.c.batch == only))


STEPS = {"1": from_1, "2": from_2}
"""By the version that each begins at, in their order."""


def run(connection: Connection, version: str) -> None:
    """Every step from this version on."""
    for known, step in STEPS.items():
        if known >= version:
            step(connection)
