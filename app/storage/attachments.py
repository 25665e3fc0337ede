"""Attachments in a file of their own: 128 KiB rows on 16 KiB pages, filled in order, resumable.

The same engine and crash proof as the workspace, under a key derived from it. A blob can be read once its
SHA-256 was checked by `finish`.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, TypeAlias

from app.domain.ids import Digest
from app.errors import InputError, TrustError
from app.settings import fsync_folder
from app.storage import driver
from app.storage.database import Database
from app.storage.rows import Problem
from app.storage.snapshots import check_file

CHUNK = 128 * 1024
PAGE = 16 * 1024
_CACHED = 16
_Growing: TypeAlias = tuple[Digest, int, Any]
"""A blob, how much of it there is, and the hash of that."""

_SCHEMA = (
    """CREATE TABLE blob (
        number INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
        complete INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    """CREATE TABLE chunk (
        blob INTEGER NOT NULL REFERENCES blob (number) ON DELETE CASCADE, i INTEGER NOT NULL,
        data BLOB NOT NULL, UNIQUE (blob, i)
    ) STRICT""",
)


class Attachments:
    """The file is made at the first write and opened at the first use."""

    def __init__(self, path: Path, key: bytes, *, readonly: bool = False) -> None:
        self._path = path
        self._key: bytes | None = key
        self._readonly = readonly
        self._opened: Database | None = None
        self._opening = threading.Lock()
        self._growing: _Growing | None = None

    def have(self, sha256: Digest) -> int:
        """Bytes stored so far: where to resume."""
        db = self._open()
        return 0 if db is None else int(db.value("SELECT size FROM blob WHERE sha256 = ?", (sha256,), 0))

    def complete(self, sha256: Digest) -> bool:
        db = self._open()
        return db is not None and bool(db.value("SELECT complete FROM blob WHERE sha256 = ?", (sha256,), 0))

    def append(self, sha256: Digest, data: bytes, *, offset: int) -> int:
        """Store the bytes from `offset`, which must be where the blob ends; the new end, durable.

        Multiples of `CHUNK` are cheapest. InputError `attachment.offset` when the offset is elsewhere.
        """
        db = self._made()
        growing, self._growing = self._growing, None
        with db.writing(bulk=True):
            row = db.one("SELECT number, size, complete FROM blob WHERE sha256 = ?", (sha256,))
            if row is None:
                row = (db.insert("INSERT INTO blob (sha256, size) VALUES (?, 0)", (sha256,)), 0, 0)
            number, size, complete = row
            if complete or offset != size:
                raise InputError(
                    "attachment.offset",
                    "The attachment goes on at byte {size}, not {offset}.",
                    params={"size": size, "offset": offset},
                )
            fresh = data
            i, rest = divmod(size, CHUNK)
            if rest:
                last = db.value("SELECT data FROM chunk WHERE blob = ? AND i = ?", (number, i))
                data, end = bytes(last) + data, size + len(data)
            else:
                end = size + len(data)
            db.many(
                "INSERT OR REPLACE INTO chunk (blob, i, data) VALUES (?, ?, ?)",
                ((number, i + n, data[at : at + CHUNK]) for n, at in enumerate(range(0, len(data), CHUNK))),
            )
            db.run("UPDATE blob SET size = ? WHERE number = ?", (end, number))
        self._grown(growing, sha256, fresh, int(end))
        return int(end)

    def _grown(self, growing: _Growing | None, sha256: Digest, data: bytes, end: int) -> None:
        """The digest of the one blob that comes now, as it comes, so that it is not read again for it."""
        if end == len(data):
            growing = (sha256, 0, hashlib.sha256())
        if growing is not None and growing[:2] == (sha256, end - len(data)):
            growing[2].update(data)
            self._growing = (sha256, end, growing[2])

    def finish(self, sha256: Digest) -> None:
        """Check the SHA-256 over everything stored; only then can it be read.

        TrustError `attachment.digest` when it is another, and the bytes are removed.
        """
        db = self._made()
        number, size = db.one("SELECT number, size FROM blob WHERE sha256 = ?", (sha256,)) or (None, 0)
        if self._digest(db, sha256, number, size) != sha256:
            self.drop(sha256)
            raise TrustError(
                "attachment.digest",
                "The attachment that arrived is not the one that was announced.",
                hint="It was removed. It will be fetched again at the next sync.",
            )
        with db.writing():
            if number is None:
                db.run("INSERT INTO blob (sha256, size, complete) VALUES (?, 0, 1)", (sha256,))
            else:
                db.run("UPDATE blob SET complete = 1 WHERE number = ?", (number,))

    def put(self, sha256: Digest, data: bytes) -> None:
        """A whole blob, of which nothing is here, in one transaction. As `finish` when it is another: none is kept."""
        with self._made().writing(bulk=True):
            self.append(sha256, data, offset=0)
            self.finish(sha256)

    def _digest(self, db: Database, sha256: Digest, number: int | None, size: int) -> str:
        growing, self._growing = self._growing, None
        if growing is not None and growing[:2] == (sha256, size):
            return str(growing[2].hexdigest())
        found = hashlib.sha256()
        if number is not None:
            for i in range(-(-size // CHUNK)):
                found.update(db.value("SELECT data FROM chunk WHERE blob = ? AND i = ?", (number, i), b""))
        return found.hexdigest()

    def open(self, sha256: Digest) -> io.BufferedReader:
        """A complete blob as a seekable stream. InputError `attachment.missing` until it is complete."""
        db = self._open()
        row = (
            None
            if db is None
            else db.one("SELECT number, size FROM blob WHERE sha256 = ? AND complete", (sha256,))
        )
        if db is None or row is None:
            raise InputError(
                "attachment.missing",
                "This attachment is not on this computer yet.",
                hint="It will be fetched at the next sync.",
            )
        return io.BufferedReader(_Blob(db, *row), CHUNK)

    def drop(self, sha256: Digest) -> None:
        db = self._made()
        with db.writing():
            db.run("DELETE FROM blob WHERE sha256 = ?", (sha256,))

    def check(self) -> list[Problem]:
        """Damaged pages and structure; empty when all is well or nothing was ever stored."""
        db = self._open()
        return [] if db is None else check_file(db)

    def compact(self) -> None:
        """Give the room of what was dropped back, and cut the log off."""
        db = self._open()
        if db is not None:
            with db.raw() as connection, driver.translating(str(self._path)):
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def all(self) -> list[tuple[Digest, int, bool]]:
        """(sha256, bytes stored, complete) of every blob."""
        db = self._open()
        rows = [] if db is None else db.all("SELECT sha256, size, complete FROM blob ORDER BY number")
        return [(Digest(sha256), size, bool(complete)) for sha256, size, complete in rows]

    def close(self) -> None:
        with self._opening:
            self._key = None
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _open(self) -> Database | None:
        """The open file, or None when nothing was ever stored."""
        with self._opening:
            if self._opened is None:
                if self._key is None:
                    raise driver.problem("storage.closed", str(self._path))
                if not self._path.exists():
                    return None
                self._opened = Database(self._path, self._key, readonly=self._readonly, page_size=PAGE)
            return self._opened

    def _made(self) -> Database:
        found = self._open()
        if found is not None:
            return found
        with self._opening:
            if self._key is None:
                raise driver.problem("storage.closed", str(self._path))
            temp = self._path.with_suffix(".new")
            temp.unlink(missing_ok=True)
            connection = driver.connect(temp, self._key, create=True, page_size=PAGE)
            try:
                with driver.translating(str(self._path)):
                    for statement in _SCHEMA:
                        connection.execute(statement)
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                connection.close()
            try:
                temp.chmod(0o600)
                driver.assert_encrypted(temp)
                # A crash before the rename leaves no half-made file under the real name.
                temp.replace(self._path)
                fsync_folder(self._path.parent)
            except OSError as exc:
                raise driver.problem("storage.io", str(self._path)) from exc
        made = self._open()
        assert made is not None
        return made


class _Blob(io.RawIOBase):
    """Reads rows as they are asked for; the last few stay in memory."""

    def __init__(self, db: Database, number: int, size: int) -> None:
        super().__init__()
        self._db = db
        self._number = number
        self._size = size
        self._at = 0
        self._chunks: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._at >= self._size:
            return 0
        i, start = divmod(self._at, CHUNK)
        piece = self._chunk(i)[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _chunk(self, i: int) -> bytes:
        if i in self._chunks:
            self._chunks.move_to_end(i)
            return self._chunks[i]
        data = self._db.value("SELECT data FROM chunk WHERE blob = ? AND i = ?", (self._number, i))
        if data is None:
            raise driver.problem("storage.damaged", str(self._db.path))
        self._chunks[i] = data
        while len(self._chunks) > _CACHED:
            self._chunks.popitem(last=False)
        return bytes(data)
