"""One lab's encrypted workspace: a folder (mode 0700) with everything the expert keeps of that lab.

workspace.json    {v, key_id}: tells a wrong key from a damaged file; says nothing else
workspace.db      SQLCipher: lab-owned and own tables
attachments.db    SQLCipher, its own key: what came as blobs
about.bin         sealed: whose it is and the lab's keys, to begin anew when the file cannot be read
ballast           room in reserve for a full disk
lock              held while a program may write
snapshots/        the last copies, each opened and checked
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from app.clock import Clock
from app.domain.ids import BatchId, DeviceId
from app.domain.times import to_text
from app.errors import StorageError
from app.settings import fsync_folder
from app.storage import about, driver, migrations, search, snapshots
from app.storage.attachments import Attachments
from app.storage.ballast import Ballast
from app.storage.changes import SignedDocument
from app.storage.database import Database
from app.storage.drafts import Drafts
from app.storage.journal import Journal
from app.storage.keyid import attachments_key, key_id
from app.storage.lab import LabTables
from app.storage.lock import FileLock
from app.storage.outbox import Outbox
from app.storage.papers import Letters, Papers
from app.storage.rows import Hit, Problem, WorkspaceIdentity
from app.storage.wiping import Wiping
from app.storage.work import WorkTables

DB = "workspace.db"
UNFINISHED = "workspace.new"
SIDE = "workspace.json"
LOCK = "lock"
ATTACHMENTS = "attachments.db"


class Workspace:
    """Made by `create`, `open_workspace` or `restore`. Readable from every thread; writes take turns."""

    def __init__(self, folder: Path, db: Database, key: bytes, lock: FileLock | None, clock: Clock) -> None:
        self.folder = folder
        self._db = db
        self._lock = lock
        self.identity = _identity(db)
        self._journal = Journal(db, self.identity.device)
        self.outbox = Outbox(db, clock)
        self.papers = Papers(db)
        self.letters = Letters(db, clock)
        self.lab = LabTables(db, self.outbox, clock)
        self.work = WorkTables(db, self._journal, self.outbox, clock)
        self.drafts = Drafts(db)
        self.attachments = Attachments(folder / ATTACHMENTS, attachments_key(key), readonly=db.readonly)
        self.wiping = Wiping(db, self._journal, folder)
        self.ballast = Ballast(folder)
        self._key = key
        self._snapshots = snapshots.Snapshots(folder / "snapshots", db, clock)

    @property
    def readonly(self) -> bool:
        return self._db.readonly

    def together(self) -> AbstractContextManager[None]:
        """One transaction around several calls; each of them is then a savepoint of it."""
        return self._db.writing()

    def search(
        self,
        query: str,
        batch: BatchId | None = None,
        limit: int = 50,
        *,
        ranked: bool = False,
        snippets: bool = True,
    ) -> list[Hit]:
        """Tasks with all words of the query, then tasks with them in own comments."""
        return search.find(self._db, query, batch=batch, limit=limit, ranked=ranked, snippets=snippets)

    def interrupt(self, thread: int) -> None:
        """Stop a query that another thread runs; it gets `Cancelled`."""
        self._db.interrupt(thread)

    def set_identity(self, identity: WorkspaceIdentity) -> None:
        """After a key rotation or a new name of the lab. The device cannot change so."""
        if identity.device != self.identity.device:
            raise ValueError("a workspace's device changes only by restoring it")
        with self._db.writing():
            _write_identity(self._db, identity)
        self.identity = identity

    # Safety

    def keep_about(self) -> None:
        """Write down, sealed, whose workspace this is: the way back when the file cannot be read."""
        found = [self.lab.document(name) for name in about.KEPT]
        about.write(self.folder, self._key, self.identity, [d for d in found if d is not None])

    def journal_head(self) -> str:
        """The chain value that binds every edit of this device so far."""
        return self._journal.place().head

    def journal_seq(self) -> int:
        return self._journal.place().seq

    def verify_journal(self) -> list[Problem]:
        """Empty when every chain holds and every review is what its edits add up to."""
        return self._journal.verify()

    def check(self) -> list[Problem]:
        """Pages, structure and journal: seconds for a large workspace, so in a worker. Empty: all is well."""
        found = snapshots.check_file(self._db)
        if found:
            return found
        try:
            return self.verify_journal()
        except StorageError as exc:
            return [Problem(exc.code, exc.message)]

    def snapshot(self) -> Path:
        """A checked copy; the last three are kept. `storage.disk_full` before anything is written."""
        return self._snapshots.take()

    def snapshots(self) -> list[Path]:
        """Newest first."""
        return self._snapshots.all()

    def close(self) -> None:
        """Close the files, drop the key, let the next one in. Again: nothing."""
        self.attachments.close()
        self._db.close()
        self._key = b""
        if self._lock is not None:
            self._lock.release()


def create(
    folder: Path,
    key: bytes,
    identity: WorkspaceIdentity,
    clock: Clock,
    documents: Sequence[SignedDocument] = (),
) -> Workspace:
    """A new workspace in a folder that has none. StorageError `storage.exists` when it has one.

    documents: the lab's that are in it from the first moment: without its keys no sync would ever be possible.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as exc:
        raise driver.problem("storage.io", str(folder)) from exc
    lock = FileLock(folder / LOCK)
    try:
        # The side file is written last: without it the folder holds a try that never ended.
        if (folder / SIDE).exists():
            raise driver.problem("storage.exists", str(folder))
        for left in (DB, f"{DB}-wal", f"{DB}-shm", UNFINISHED, f"{UNFINISHED}-wal", f"{UNFINISHED}-shm"):
            (folder / left).unlink(missing_ok=True)
        # Renamed when it is whole: a file of this name is what tells that there is a lab here.
        _make(folder / UNFINISHED, key, identity, clock, documents)
        os.replace(folder / UNFINISHED, folder / DB)
        write_side(folder, key)
        return Workspace(folder, Database(folder / DB, key), key, lock, clock)
    except BaseException:
        lock.release()
        raise


def _make(
    path: Path, key: bytes, identity: WorkspaceIdentity, clock: Clock, documents: Sequence[SignedDocument]
) -> None:
    connection = driver.connect(path, key, create=True)
    try:
        with driver.translating(str(path)):
            connection.execute(f"PRAGMA application_id={migrations.APPLICATION_ID}")
            migrations.bring_up(connection, where=str(path))
            connection.execute(
                "INSERT INTO workspace (id, lab, lab_name, lab_url, expert, device, kid, key_id, local,"
                " restored, created_at) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*_columns(identity), to_text(clock.now())),
            )
            for d in documents:
                connection.execute(
                    "INSERT INTO document (name, version, digest, payload, document) VALUES (?, ?, ?, ?, ?)",
                    (d.name, d.version, d.digest, d.payload, d.document),
                )
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    path.chmod(0o600)
    driver.assert_encrypted(path)


def write_side(folder: Path, key: bytes) -> None:
    temp = folder / f"{SIDE}.tmp"
    try:
        with open(temp, "w", encoding="utf-8") as out:
            json.dump({"v": 1, "key_id": key_id(key)}, out)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temp, folder / SIDE)
        fsync_folder(folder)
    except OSError as exc:
        raise driver.problem("storage.io", str(folder)) from exc


def open_workspace(folder: Path, key: bytes, clock: Clock, *, readonly: bool = False) -> Workspace:
    """Open an existing workspace. readonly: beside a writer, without the lock.

    StorageError: storage.missing, in_use, wrong_key, damaged, too_new, upgrade (readonly and behind), io.
    """
    path = folder / DB
    if not (folder / SIDE).exists() and not path.exists():
        raise driver.problem("storage.missing", str(folder))
    lock = None if readonly else FileLock(folder / LOCK)
    try:
        _check_key(folder, key)
        if not readonly:
            snapshots.finish(path, clock)
        db = Database(path, key, readonly=readonly)
        try:
            _check_workspace(db, readonly=readonly)
            return Workspace(folder, db, key, lock, clock)
        except BaseException:
            db.close()
            raise
    except BaseException:
        if lock is not None:
            lock.release()
        raise


def _check_key(folder: Path, key: bytes) -> None:
    """A wrong key and a damaged header look alike to SQLCipher: the side file tells them apart."""
    try:
        side = json.loads((folder / SIDE).read_bytes())
        expected = str(side["key_id"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    if expected != key_id(key):
        raise driver.problem("storage.wrong_key", str(folder))


def _check_workspace(db: Database, *, readonly: bool) -> None:
    """An emptied file opens as a valid, empty database; an older one is upgraded, a newer one refused."""
    if db.value("PRAGMA application_id") != migrations.APPLICATION_ID:
        raise driver.problem("storage.damaged", str(db.path))
    with db.raw() as connection:
        migrations.bring_up(connection, where=str(db.path), readonly=readonly)
    if db.one("SELECT 1 FROM workspace") is None:
        raise driver.problem("storage.damaged", str(db.path))


def _identity(db: Database) -> WorkspaceIdentity:
    row = db.one("SELECT lab, lab_name, lab_url, expert, device, kid, key_id, local, restored FROM workspace")
    assert row is not None
    return WorkspaceIdentity(*(*row[:7], bool(row[7]), bool(row[8])))


def _columns(i: WorkspaceIdentity) -> tuple[str | int, ...]:
    return (
        i.lab_id,
        i.lab_name,
        i.lab_url,
        i.expert,
        i.device,
        i.kid,
        i.key_id,
        int(i.local),
        int(i.restored),
    )


def _write_identity(db: Database, identity: WorkspaceIdentity) -> None:
    db.run(
        "UPDATE workspace SET lab = ?, lab_name = ?, lab_url = ?, expert = ?, device = ?, kid = ?,"
        " key_id = ?, local = ?, restored = ? WHERE id = 1",
        _columns(identity),
    )


def restore(folder: Path, key: bytes, snapshot: Path, device: DeviceId, clock: Clock) -> Workspace:
    """Put a snapshot in the place of the workspace file, which is set aside, not removed; broken off, it ends when the
    workspace is opened next.

    device: a new id, since the old one's later journal may be known elsewhere.
    """
    lock = FileLock(folder / LOCK)
    try:

        def rename(connection: driver.Connection) -> None:
            migrations.bring_up(connection, where=str(snapshot))
            connection.execute("UPDATE workspace SET device = ?, restored = 1 WHERE id = 1", (device,))

        snapshots.put_back(folder / DB, snapshot, key, clock, rename)
        write_side(folder, key)
        db = Database(folder / DB, key)
        try:
            _check_workspace(db, readonly=False)
            return Workspace(folder, db, key, lock, clock)
        except BaseException:
            db.close()
            raise
    except BaseException:
        lock.release()
        raise
