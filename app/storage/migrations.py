"""Numbered steps of the schema, applied by sqlite-utils only when a file is behind.

To add one: append a function to `STEPS` under the next number and keep a golden file of the schema before
it (tests/data). A shipped step is never edited. An older program refuses a file with steps it does not know.
"""

from __future__ import annotations

from collections.abc import Callable

from app.storage import driver
from app.storage.schema import SCHEMA_1, SCHEMA_2, SCHEMA_3, SCHEMA_4

APPLICATION_ID = 0x41535359  # "ASSY"
SET = "workspace"


def _script(sql: str) -> Callable[[driver.Connection], None]:
    """Statements one by one: `executescript` would commit the step's transaction first."""

    def step(connection: driver.Connection) -> None:
        for statement in statements(sql):
            connection.execute(statement)

    return step


def statements(sql: str) -> list[str]:
    """The statements of a script whose only semicolons end statements."""
    return [part.strip() for part in sql.split(";\n") if part.strip()]


STEPS: dict[str, Callable[[driver.Connection], None]] = {
    "0001_first": _script(SCHEMA_1),
    "0002_outbox_by_batch": _script(SCHEMA_2),
    "0003_second_grades": _script(SCHEMA_3),
    "0004_drafts": _script(SCHEMA_4),
}


def applied(connection: driver.Connection) -> list[str]:
    """Names of the steps this file has, in order; empty for a file without any."""
    with driver.translating():
        table = connection.execute(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlite_migrations'"
        ).fetchone()
        if table is None:
            return []
        rows = connection.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY id", (SET,)
        ).fetchall()
    return [row[0] for row in rows]


def bring_up(connection: driver.Connection, *, where: str = "", readonly: bool = False) -> None:
    """Refuse a newer file (`storage.too_new`), upgrade an older one."""
    have = applied(connection)
    if any(name not in STEPS for name in have):
        raise driver.problem("storage.too_new", where)
    if len(have) == len(STEPS):
        return
    if readonly:
        raise driver.problem("storage.upgrade", where)
    driver.migrate(connection, SET, STEPS)
