"""Drafts between her own devices: what each field knows of, and values that wait for a choice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.ids import TaskId
from app.domain.review import Scalar
from app.storage.database import Database
from app.storage.journal import FOREIGN


@dataclass(frozen=True, slots=True)
class Waiting:
    """A value of another device that neither knew of what stands here nor is it. at: when its draft was made."""

    number: int
    task: TaskId
    path: str
    device: str
    theirs: Scalar | None
    vector: Mapping[str, int]
    at: str


class Drafts:
    """Inside the transaction of who calls, where there is one."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def vectors(self, task: TaskId) -> dict[str, dict[str, int]]:
        """Path → what was merged into it from elsewhere."""
        rows = self._db.all("SELECT path, vector FROM field WHERE task = ?", (task,))
        return {path: json.loads(vector) for path, vector in rows}

    def set_vector(self, task: TaskId, path: str, vector: Mapping[str, int]) -> None:
        with self._db.writing():
            self._db.run(
                "INSERT OR REPLACE INTO field (task, path, vector) VALUES (?, ?, ?)",
                (task, path, json.dumps(dict(vector), sort_keys=True)),
            )

    def wait(
        self, task: TaskId, path: str, device: str, theirs: Scalar | None, vector: Mapping[str, int], at: str
    ) -> None:
        """Keep a value for the person to choose; a newer one of the same device takes its place."""
        with self._db.writing():
            self._db.run(
                "INSERT OR REPLACE INTO conflict (task, path, device, theirs, vector, at) VALUES (?, ?, ?, ?, ?, ?)",
                (task, path, device, json.dumps(theirs), json.dumps(dict(vector), sort_keys=True), at),
            )

    def settle(self, number: int) -> None:
        with self._db.writing():
            self._db.run("DELETE FROM conflict WHERE number = ?", (number,))

    def waiting(self, task: TaskId | None = None) -> list[Waiting]:
        """Values that wait for a choice, oldest first."""
        rows = self._db.all(
            "SELECT number, task, path, device, theirs, vector, at FROM conflict WHERE task = ?1 OR ?1 IS NULL"
            " ORDER BY number",
            (task,),
        )
        return [Waiting(r[0], r[1], r[2], r[3], _scalar(r[4]), json.loads(r[5]), r[6]) for r in rows]

    def changed(self, limit: int = 100) -> list[tuple[TaskId, int]]:
        """(task, its newest edit) of reviews with edits of hers that no draft was sent of, oldest first."""
        rows = self._db.all(
            "SELECT r.task, r.journal FROM review r LEFT JOIN drafted d ON d.task = r.task"
            " WHERE r.journal > coalesce(d.journal, 0) AND NOT EXISTS ("
            "SELECT 1 FROM journal j WHERE j.number = r.journal AND j.grp LIKE ? AND d.task IS NULL)"
            " ORDER BY r.journal LIMIT ?",
            (f"{FOREIGN}own-%", limit),
        )
        return [(TaskId(task), int(journal)) for task, journal in rows]

    def sent(self, task: TaskId, journal: int) -> None:
        """A draft up to this edit was sent; one that is told late takes nothing back."""
        with self._db.writing():
            self._db.run(
                "INSERT INTO drafted (task, journal) VALUES (?, ?)"
                " ON CONFLICT (task) DO UPDATE SET journal = max(journal, excluded.journal)",
                (task, journal),
            )


def _scalar(text: str) -> Scalar | None:
    found: Any = json.loads(text)
    return found if found is None or isinstance(found, str | int | float | bool) else None
