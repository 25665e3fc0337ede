"""The lab-owned tables: batches, tasks, assignments and documents. They change only by `apply`."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from app.clock import Clock
from app.domain.ids import BatchId, Digest, TaskId
from app.domain.times import from_text, to_text
from app.errors import Cancelled, InputError, OfflineError
from app.storage import feed
from app.storage.changes import Assignment, FeedChanges, SignedDocument
from app.storage.database import Database
from app.storage.outbox import Outbox
from app.storage.rows import BatchRow, Load, Quarantined, TaskRow
from app.storage.staging import Progress, Staging

CURSOR = "cursor"
QUARANTINE_BYTES = 1 << 20
_PAGE = 500
# Sets of task numbers, as large as the work done, so that a list is read from an index alone.
_OF_REVIEWS = "t.number {} (SELECT x.number FROM review y CROSS JOIN task x ON x.id = y.task WHERE y.{})"
_SHOW = {
    "all": "1",
    "open": _OF_REVIEWS.format("NOT IN", "status = 'submitted'"),
    "fresh": _OF_REVIEWS.format("NOT IN", "number"),
    "started": _OF_REVIEWS.format("IN", "status = 'draft'"),
    "submitted": _OF_REVIEWS.format("IN", "status = 'submitted'"),
    "flagged": _OF_REVIEWS.format("IN", "flag IS NOT NULL"),
}
_IS_OPEN = "AND (r.status IS NULL OR r.status <> 'submitted')"
# Within one batch: by the index of its reviews alone, so that as little as possible of the work done is read.
_STARTED = """
FROM review r CROSS JOIN shown_task t ON t.id = r.task JOIN batch b ON b.id = t.batch
WHERE r.batch = ? AND r.status = 'draft' AND t.batch = r.batch AND b.withdrawn IS NULL
    AND t.id NOT IN (SELECT task FROM withdrawn)
ORDER BY t.pack_position, t.pack, t.position
"""
_FRESH = f"AND t.id NOT IN (SELECT task FROM review WHERE batch = ?) {_IS_OPEN}"
_NOT_WITHDRAWN = "t.number NOT IN (SELECT x.number FROM withdrawn y CROSS JOIN task x ON x.id = y.task)"
_ORDER = {
    "position": "b.number, p.position, p.number, t.position",
    "title": "t.title COLLATE NOCASE, t.number",
    "length": "t.characters, t.number",
    "answered": "coalesce(r.answered, 0) * 1.0 / max(t.total, 1), t.number",
    "changed": "r.changed_at, t.number",
}
_TASK_COLUMNS = (
    "number, id, batch, title, language, characters, criteria, responses, total, sha256, answered,"
    " coalesce(status, 'new'), flag, revision, changed_at, submitted_at, active_ms, coalesce(result, ''),"
    " assignment, seed, withdrawn"
)


class LabTables:
    def __init__(self, db: Database, outbox: Outbox, clock: Clock) -> None:
        self._db = db
        self._outbox = outbox
        self._clock = clock
        self._staging = Staging(db)
        self._applying = threading.Lock()

    # Changing

    def apply(
        self, changes: FeedChanges, cursor: str | None = None, progress: Progress | None = None
    ) -> None:
        """Everything and the cursor, or nothing: long task files are loaded unseen first, in chunks that let
        a keystroke go before them, and shown in the last transaction. progress: called with lines taken in.
        When lines stop coming (OfflineError, Cancelled), the files loaded whole wait for the next call.

        Call it from the thread that syncs or imports, outside any transaction. What is seen must be verified.
        """
        with self._applying:
            whole = True
            try:
                packs = self._load(changes, progress)
                with self._db.writing():
                    feed.write(self._db, self._outbox, changes, packs, to_text(self._clock.now()))
                    if cursor is not None:
                        feed.set_state(self._db, CURSOR, cursor)
            except (OfflineError, Cancelled):
                whole = False
                raise
            finally:
                self._staging.purge(whole=whole)

    def _load(self, changes: FeedChanges, progress: Progress | None) -> list[list[int]]:
        if not changes.batches:
            return []
        with self._db.roomy():
            return [self._staging.packs(change, progress) for change in changes.batches]

    # Small things

    def state(self, key: str) -> str | None:
        """A text that sync keeps (`cursor`, an etag, an epoch), or None."""
        found: str | None = self._db.value("SELECT value FROM state WHERE key = ?", (key,))
        return found

    def set_state(self, key: str, value: str | None) -> None:
        with self._db.writing():
            if value is None:
                self._db.run("DELETE FROM state WHERE key = ?", (key,))
            else:
                feed.set_state(self._db, key, value)

    def document(self, name: str) -> SignedDocument | None:
        """The newest kept document of this name (`keys`, `registration`, `roster`)."""
        row = self._db.one("SELECT name, version, payload, document FROM document WHERE name = ?", (name,))
        return None if row is None else SignedDocument(*row)

    def keep_document(self, document: SignedDocument) -> None:
        with self._db.writing():
            feed.keep(self._db, document)

    def highest_version(self, batch: BatchId) -> tuple[int, Digest] | None:
        """(version, payload digest) of the newest version ever applied, withdrawn or not."""
        row = self._db.one("SELECT version, digest FROM batch WHERE id = ?", (batch,))
        return None if row is None else (row[0], Digest(row[1]))

    def has_pack(self, batch: BatchId, sha256: Digest, *, unseen: bool = False) -> bool:
        """Whether this task file of the batch is taken in already. unseen: or whole, and waiting for the others."""
        also = "OR (state = 'staged' AND tasks > 0)" if unseen else ""
        sql = f"SELECT 1 FROM pack WHERE batch = ? AND sha256 = ? AND (state = 'ready' {also})"
        return self._db.one(sql, (batch, sha256)) is not None

    def assignments(self) -> list[Assignment]:
        rows = self._db.all(
            "SELECT id, batch, seed, lease_until, payload, document FROM assignment ORDER BY rowid"
        )
        tasks: dict[str, list[TaskId]] = {}
        for task, assignment in self._db.all("SELECT task, assignment FROM assigned ORDER BY task"):
            tasks.setdefault(assignment, []).append(task)
        return [Assignment(r[0], r[1], tuple(tasks.get(r[0], ())), *r[2:]) for r in rows]

    def leases_ending(self, within: timedelta) -> list[tuple[str, BatchId, datetime]]:
        """(assignment, batch, end) of leases that are over or end within this time, where a task is not submitted."""
        told = self._db.all(
            "SELECT a.id, a.batch, a.lease_until FROM assignment a JOIN batch b ON b.id = a.batch"
            " WHERE a.lease_until IS NOT NULL AND b.withdrawn IS NULL"
        )
        limit = self._clock.now() + within
        near = [(name, batch, end) for name, batch, text in told if (end := from_text(text)) <= limit]
        if not near:
            return []
        marks = ",".join("?" * len(near))
        rows = self._db.all(
            f"SELECT DISTINCT assignment FROM assigned WHERE assignment IN ({marks})"
            " AND task NOT IN (SELECT task FROM review WHERE status = 'submitted')"
            " AND task NOT IN (SELECT task FROM withdrawn)",
            [name for name, _, _ in near],
        )
        unfinished = {row[0] for row in rows}
        return [one for one in near if one[0] in unfinished]

    def quarantine(self, code: str, reason: str, source: str, document: bytes) -> None:
        """Keep what could not be trusted (its first MiB) with why; nothing of it is used."""
        with self._db.writing():
            self._db.run(
                "INSERT INTO quarantine (at, code, reason, source, document) VALUES (?, ?, ?, ?, ?)",
                (to_text(self._clock.now()), code, reason, source, document[:QUARANTINE_BYTES]),
            )

    def quarantined(self) -> list[Quarantined]:
        """Newest first."""
        rows = self._db.all(
            "SELECT number, at, code, reason, source, document FROM quarantine ORDER BY number DESC"
        )
        return [Quarantined(*row) for row in rows]

    def quarantine_count(self) -> int:
        return int(self._db.value("SELECT count(*) FROM quarantine"))

    def notices(self) -> list[tuple[int, str, str, str]]:
        """Unseen notices of the lab: (number, at, title, text), oldest first."""
        return self._db.all("SELECT number, at, title, text FROM notice WHERE seen = 0 ORDER BY number")

    def see_notice(self, number: int) -> None:
        with self._db.writing():
            self._db.run("UPDATE notice SET seen = 1 WHERE number = ?", (number,))

    def rendered(self, key: str) -> bytes | None:
        """A kept rendering under the caller's key (digest and renderer version)."""
        found: bytes | None = self._db.value("SELECT tree FROM rendered WHERE key = ?", (key,))
        return found

    def put_rendered(self, key: str, tree: bytes) -> None:
        with self._db.writing(bulk=True):
            self._db.run("INSERT OR REPLACE INTO rendered (key, tree) VALUES (?, ?)", (key, tree))

    # Batches and tasks

    def batches(self) -> list[BatchRow]:
        """In the order they first came."""
        rows = self._db.all(
            """SELECT b.id, b.version, b.digest, b.title, b.field, b.language, b.signed, b.due_at, b.expires_at,
                b.tasks, coalesce(r.started, 0), coalesce(r.submitted, 0), coalesce(r.flagged, 0),
                coalesce(r.reopened, 0), b.withdrawn, b.payload
            FROM batch b LEFT JOIN (
                SELECT batch, count(*) AS started, sum(status = 'submitted') AS submitted,
                    sum(flag IS NOT NULL) AS flagged, sum(status <> 'submitted' AND revision > 1) AS reopened
                FROM review GROUP BY batch
            ) r ON r.batch = b.id ORDER BY b.number"""
        )
        return [BatchRow(*(*r[:6], bool(r[6]), _time(r[7]), _time(r[8]), *r[9:])) for r in rows]

    def batch(self, batch: BatchId) -> BatchRow:
        for row in self.batches():
            if row.id == batch:
                return row
        raise InputError("batch.unknown", "There is no batch “{id}” in this workspace.", params={"id": batch})

    def batch_document(self, batch: BatchId) -> bytes | None:
        """The signed document; None for a local batch."""
        found: bytes | None = self._db.value("SELECT document FROM batch WHERE id = ?", (batch,))
        return found

    def numbers(
        self,
        batch: BatchId | None = None,
        *,
        show: str = "all",
        order: str = "position",
        descending: bool = False,
    ) -> array[int]:
        """Task numbers for a list, 8 bytes each; `rows` makes them rows. What was withdrawn is left out.

        show: all, open, fresh, started, submitted, flagged. order: position, title, length, answered, changed.
        """
        rows = self._db.all(f"SELECT t.number {_listed(batch, show, order, descending)}", _params(batch))
        return array("q", (row[0] for row in rows))

    def tasks(self, batch: BatchId | None = None, *, show: str = "all") -> list[TaskId]:
        """Task ids in the order of the file."""
        sql = f"SELECT t.id {_listed(batch, show, 'position', False)}"
        return [row[0] for row in self._db.all(sql, _params(batch))]

    def rows(self, numbers: Sequence[int]) -> list[TaskRow]:
        """Rows in the order asked for; numbers that are gone are left out."""
        return list(self._pages("number", numbers, 0))

    def task_rows(self, ids: Sequence[TaskId]) -> list[TaskRow]:
        return list(self._pages("id", ids, 1))

    def _pages(self, column: str, wanted: Sequence[object], at: int) -> Iterator[TaskRow]:
        for start in range(0, len(wanted), _PAGE):
            page = list(wanted[start : start + _PAGE])
            marks = ",".join("?" * len(page))
            rows = self._db.all(f"SELECT {_TASK_COLUMNS} FROM task_row WHERE {column} IN ({marks})", page)
            found = {row[at]: row for row in rows}
            yield from (TaskRow(*found[key]) for key in page if key in found)

    def task_row(self, task: TaskId) -> TaskRow:
        rows = self.task_rows([task])
        if not rows:
            raise _unknown(task)
        return rows[0]

    def task_line(self, task: TaskId) -> tuple[bytes, Digest]:
        """The exact bytes of a task, and their SHA-256."""
        row = self._db.one(
            "SELECT l.bytes, s.sha256 FROM shown_task s JOIN line l ON l.task = s.number WHERE s.id = ?",
            (task,),
        )
        if row is None:
            raise _unknown(task)
        return row[0], Digest(row[1])

    def next_open(self, task: TaskId, batch: BatchId | None = None) -> TaskId | None:
        """The next task in order that is not submitted, going round to the start; None when all are done."""
        row = self._db.one(
            "SELECT pack, position, batch_number, pack_position FROM shown_task WHERE id = ?", (task,)
        )
        steps: list[tuple[str, tuple[object, ...]]] = [("AND t.id <> ?", (task,))]
        if row is not None:
            # In this order each step begins at an index entry, however much before it is done.
            steps.insert(0, ("AND (b.number, p.position) > (?, ?)", row[2:]))
            steps.insert(0, ("AND p.number = ? AND t.position > ?", row[:2]))
        for also, params in steps:
            sql = f"SELECT t.id {_listed(batch, 'all', 'position', False, f'{_IS_OPEN} {also}')} LIMIT 1"
            found = self._db.value(sql, (*_params(batch), *params))
            if found is not None:
                return TaskId(found)
        return None

    def loads(self, batch: BatchId | None = None, *, limit: int = 2000) -> list[Load]:
        """Open tasks for the planner: started ones first, then in order."""
        columns = "t.id, t.characters, t.total, coalesce(r.answered, 0), r.status IS NOT NULL"
        steps: list[tuple[str, tuple[str, ...]]]
        if batch is None:
            steps = [(_listed(None, which, "position", False), ()) for which in ("started", "fresh")]
        else:
            steps = [(_STARTED, (batch,)), (_listed(batch, "all", "position", False, _FRESH), (batch, batch))]
        rows = [
            row
            for which, params in steps
            for row in self._db.all(f"SELECT {columns} {which} LIMIT {limit}", params)
        ]
        return [Load._make((*row[:4], bool(row[4]))) for row in rows[:limit]]


def _listed(batch: BatchId | None, show: str, order: str, descending: bool, also: str = "") -> str:
    within = "AND b.id = ?" if batch is not None else ""
    ordered = ", ".join(f"{part} DESC" if descending else part for part in _ORDER[order].split(", "))
    # CROSS JOIN fixes the loop order, so that the file's order needs no sorting.
    loops = "batch b CROSS JOIN pack p CROSS JOIN task t"
    return (
        f"FROM {loops} LEFT JOIN review r ON r.task = t.id WHERE p.batch = b.id AND p.state = 'ready'"
        f" AND t.pack = p.number AND b.withdrawn IS NULL {within} AND {_SHOW[show]}"
        f" AND {_NOT_WITHDRAWN} {also} ORDER BY {ordered}"
    )


def _params(batch: BatchId | None) -> tuple[str, ...]:
    return () if batch is None else (batch,)


def _time(text: str | None) -> datetime | None:
    return None if text is None else from_text(text)


def _unknown(task: TaskId) -> InputError:
    return InputError("task.unknown", "There is no task “{id}” in this workspace.", params={"id": task})
