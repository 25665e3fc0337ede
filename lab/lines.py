"""Task lines as the lab holds them: the one that stands, and those before a rubric changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from app.domain.task import Task
from lab.lab import Lab
from lab.tables import pack, task
from lab.tables_leads import task_version


def task_now(connection: Connection, lab: Lab, name: str, line: str | None = None) -> Task:
    """The task as it stands. line: the digest of the line that is meant, if it may be an older one."""
    row = _row(connection, name, line)
    return lab.task(row.digest, row.sha256, row.start, row.length)


def line_of(connection: Connection, lab: Lab, name: str, line: str | None = None) -> bytes:
    """The exact line of a task."""
    row = _row(connection, name, line)
    return lab.blobs.read(row.sha256)[row.start : row.start + row.length]


def _row(connection: Connection, name: str, line: str | None) -> Any:
    row = connection.execute(
        select(task.c.digest, task.c.start, task.c.length, pack.c.sha256)
        .join(pack, (pack.c.batch == task.c.batch) & (pack.c.number == task.c.pack))
        .where(task.c.id == name)
    ).one()
    if line is None or line == row.digest:
        return row
    return (
        connection.execute(
            select(task_version).where(task_version.c.digest == line, task_version.c.task == name)
        ).one_or_none()
        or row
    )
