"""Taking a batch out of the file: its tasks, what was said of them, what was found of them, and every copy of that.

What goes: task lines and their search index, reviews and the content of their edits (the chain keeps the digests),
signs of life, renderings, drafts, sealed papers, results that have a receipt (the digest and the receipt stay as
proof). What never goes: a result without a receipt, and the tasks that the caller keeps.

The limits, to be said plainly: freed pages are overwritten within the encrypted file and the log is cut off, the
snapshots are cut again; a file system, a solid-state disk or a backup may keep older encrypted bytes, which the
workspace's key still opens. Only wiping the whole lab, which destroys the key, reaches those.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.domain.ids import BatchId, TaskId
from app.storage import driver, feed
from app.storage.database import Database
from app.storage.journal import Journal
from app.storage.staging import Staging

UNSENT = "('ready', 'sent', 'parked')"
WIPED = "wiped"
SCRUB = "wipe.scrub"
"""State, set with a wipe: copies of what was wiped are still to be taken away."""
_OF_TASK = ("attention", "field", "conflict", "drafted", "withdrawn", "paper", "lead_case", "assigned")


class Wiping:
    def __init__(self, db: Database, journal: Journal, folder: Path) -> None:
        self._db = db
        self._journal = journal
        self._folder = folder

    def leases(self) -> list[tuple[BatchId, str]]:
        """(batch, end of its last lease, RFC 3339) of every batch whose assignments all have an end."""
        sql = "SELECT batch, max(lease_until) FROM assignment GROUP BY batch HAVING count(lease_until) = count(*)"
        return [(BatchId(batch), str(lease)) for batch, lease in self._db.all(sql)]

    def unsent(self, batch: BatchId) -> list[TaskId]:
        """Tasks of the batch with a result that has no receipt."""
        sql = f"SELECT DISTINCT task FROM outbox WHERE batch = ? AND state IN {UNSENT} ORDER BY task"
        return [row[0] for row in self._db.all(sql, (batch,))]

    def begun(self, batch: BatchId) -> list[TaskId]:
        """Tasks of the batch with a review that is not submitted."""
        sql = "SELECT task FROM review WHERE batch = ? AND status <> 'submitted' AND leaves <> '{}' ORDER BY task"
        return [row[0] for row in self._db.all(sql, (batch,))]

    def batch(self, batch: BatchId, keep: Iterable[TaskId] = ()) -> int:
        """Everything of the batch but the tasks to keep; how many tasks went. The batch itself goes with its last."""
        kept = set(keep) | set(self.unsent(batch))
        with self._db.writing():
            rows = self._db.all("SELECT number, id FROM shown_task WHERE batch = ?", (batch,))
            tasks = {row[1] for row in rows}
            tasks |= {row[0] for row in self._db.all("SELECT task FROM review WHERE batch = ?", (batch,))}
            for number, task in rows:
                if task not in kept:
                    self._db.run("DELETE FROM task_search WHERE rowid = ?", (number,))
                    self._db.run("DELETE FROM task WHERE number = ?", (number,))
            gone = tasks - kept
            for task in gone:
                self._task(task)
            self._db.run("DELETE FROM rendered")
            self._db.run(
                f"UPDATE outbox SET payload = x'', document = x'', reason = ? WHERE batch = ?"
                f" AND receipt IS NOT NULL AND state NOT IN {UNSENT}",
                (WIPED, batch),
            )
            if not kept & tasks:
                self._whole(batch)
            feed.set_state(self._db, SCRUB, "due")
        self.finish()
        return len(gone)

    def finish(self) -> bool:
        """Take away every copy of what was wiped, where that is still due: a full disk may have broken it off."""
        if self._db.value("SELECT 1 FROM state WHERE key = ?", (SCRUB,)) is None:
            return False
        Staging(self._db).purge()
        self._scrub()
        with self._db.writing():
            self._db.run("DELETE FROM state WHERE key = ?", (SCRUB,))
        return True

    def _task(self, task: TaskId) -> None:
        row = self._db.one("SELECT number FROM review WHERE task = ?", (task,))
        if row is not None:
            self._journal.wipe(task)
            self._db.run("DELETE FROM comment_search WHERE rowid = ?", row)
            self._db.run("DELETE FROM review WHERE number = ?", row)
        for table in _OF_TASK:
            self._db.run(f"DELETE FROM {table} WHERE task = ?", (task,))

    def _whole(self, batch: BatchId) -> None:
        results = [row[0] for row in self._db.all("SELECT result FROM outbox WHERE batch = ?", (batch,))]
        given = [row[0] for row in self._db.all("SELECT id FROM assignment WHERE batch = ?", (batch,))]
        self._db.run("UPDATE pack SET state = 'dropped' WHERE batch = ?", (batch,))
        for name in given:
            self._db.run("DELETE FROM assigned WHERE assignment = ?", (name,))
            self._db.run("DELETE FROM assignment WHERE id = ?", (name,))
        self._db.run("DELETE FROM batch WHERE id = ?", (batch,))
        self._db.run("DELETE FROM document WHERE name = ?", (f"local/{batch}",))
        for table in ("paper", "lead_case"):
            self._db.run(f"DELETE FROM {table} WHERE batch = ?", (batch,))
        sources = [f"result {r}" for r in results] + [f"batch.assigned {g}" for g in given]
        sources += [f"{kind} {batch}" for kind in ("batch.offered", "batch.revised", "batch.withdrawn")]
        self._db.many("DELETE FROM quarantine WHERE source = ?", ((source,) for source in sources))

    def _scrub(self) -> None:
        """Search indexes without their dead words, the log cut off, and no older copy of the file left."""
        with self._db.writing(bulk=True):
            for table in ("task_search", "comment_search"):
                self._db.run(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
        with self._db.raw() as connection, driver.translating(str(self._db.path)):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        try:
            for old in (*self._folder.glob("snapshots/*.db"), *self._folder.glob("aside-*")):
                old.unlink(missing_ok=True)
        except OSError as exc:
            raise driver.problem("storage.io", str(self._folder)) from exc
