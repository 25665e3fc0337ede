"""Copies of the workspace file: whole, compact, encrypted with the same key, each opened and checked."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from app.clock import Clock
from app.errors import StorageError
from app.settings import fsync_folder
from app.storage import driver
from app.storage.database import Database
from app.storage.rows import Problem

KEPT = 3
_SUFFIX = ".db"
_SPARE = 1 << 20


class Snapshots:
    def __init__(self, folder: Path, db: Database, clock: Clock) -> None:
        self._folder = folder
        self._db = db
        self._clock = clock

    def all(self) -> list[Path]:
        """Newest first."""
        return sorted(self._folder.glob(f"*{_SUFFIX}"), reverse=True)

    def take(self) -> Path:
        """VACUUM INTO a temporary file → fsync → rename → fsync of the folder → open and check the copy."""
        temp = self._folder / "unfinished.tmp"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            temp.unlink(missing_ok=True)
            self._refuse_if_full()
            with self._db.apart() as connection:
                connection.execute("VACUUM INTO ?", (str(temp),))
            temp.chmod(0o600)
            fsync_file(temp)
            path = self._name()
            os.replace(temp, path)
            fsync_folder(self._folder)
        except OSError as exc:
            raise driver.problem("storage.io", str(self._folder)) from exc
        finally:
            with contextlib.suppress(OSError):
                temp.unlink(missing_ok=True)
        problems = check_copy(path, self._db)
        if problems:
            path.unlink(missing_ok=True)
            raise driver.problem("storage.damaged", str(path))
        for old in self.all()[KEPT:]:
            old.unlink(missing_ok=True)
        return path

    def _refuse_if_full(self) -> None:
        size = self._db.path.stat().st_size
        if shutil.disk_usage(self._folder).free < size + _SPARE:
            raise driver.problem("storage.disk_full", str(self._folder))

    def _name(self) -> Path:
        base = self._clock.now().strftime("%Y%m%dT%H%M%S%fZ")
        names = (self._folder / f"{base}-{n:03}{_SUFFIX}" for n in itertools.count())
        return next(path for path in names if not path.exists())


def check_file(db: Database) -> list[Problem]:
    """Damaged pages by their HMAC, then the structure: a file cut at a page's edge shows only there.

    The first reads the file itself, where a page may be half written while the log still holds it whole (a kill
    during a checkpoint): what it finds counts only if it is still there once the log was written back.
    """
    try:
        with db.apart() as connection:
            found = _problems(connection)
            if found:
                with db.raw():
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                    found = _problems(connection)
            return found
    except StorageError as exc:
        return [Problem(exc.code, exc.message)]


def check_copy(path: Path, db: Database) -> list[Problem]:
    try:
        with db.apart(path=path) as connection:
            return _problems(connection)
    except StorageError as exc:
        return [Problem(exc.code, exc.message)]


def _problems(connection: driver.Connection) -> list[Problem]:
    found = [Problem("pages", str(row[0])) for row in connection.execute("PRAGMA cipher_integrity_check")]
    rows = connection.execute("PRAGMA quick_check(20)").fetchall()
    return found + [Problem("structure", str(row[0])) for row in rows if row[0] != "ok"]


def put_back(
    target: Path, snapshot: Path, key: bytes, clock: Clock, rename: Callable[[driver.Connection], None]
) -> None:
    """Check the snapshot, copy it beside the target, set the old file aside, put the copy into its place.

    rename: gives the copy its new identity, before it can be found. Broken off, `finish` ends it at the next opening.
    """
    copy = driver.connect(snapshot, key, readonly=True)
    try:
        with driver.translating(str(snapshot)):
            if _problems(copy):
                raise driver.problem("storage.damaged", str(snapshot))
    finally:
        copy.close()
    temp = _restoring(target)
    made = temp.with_suffix(".copy")
    try:
        _clear(made)
        shutil.copyfile(snapshot, made)
        made.chmod(0o600)
        _renamed(made, key, rename)
        fsync_file(made)
        os.replace(made, temp)
        fsync_folder(target.parent)
        if target.exists():
            os.replace(target, target.with_name(f"aside-{_stamp(clock)}-{target.name}"))
    except OSError as exc:
        raise driver.problem("storage.io", str(target)) from exc
    finish(target, clock)


def finish(target: Path, clock: Clock) -> None:
    """End a restore whose copy is whole while the old file is set aside already; a copy that came to nothing goes.

    The old file's log goes with it: beside another file it would be taken for that one's.
    """
    temp = _restoring(target)
    try:
        _clear(temp.with_suffix(".copy"))
        if target.exists():
            _clear(temp)
        if not temp.exists():
            return
        aside = max(target.parent.glob(f"aside-*-{target.name}"), default=None)
        name = aside.name if aside is not None else f"aside-{_stamp(clock)}-{target.name}"
        for end in ("-wal", "-shm"):
            old = target.with_name(target.name + end)
            if old.exists():
                os.replace(old, target.with_name(name + end))
        os.replace(temp, target)
        fsync_folder(target.parent)
    except OSError as exc:
        raise driver.problem("storage.io", str(target)) from exc


def _clear(copy: Path) -> None:
    for end in ("", "-wal", "-shm"):
        copy.with_name(copy.name + end).unlink(missing_ok=True)


def _restoring(target: Path) -> Path:
    """The whole copy, from before the old file is set aside until it stands in its place."""
    return target.with_suffix(".restoring")


def _stamp(clock: Clock) -> str:
    return clock.now().strftime("%Y%m%dT%H%M%S%fZ")


def _renamed(copy: Path, key: bytes, rename: Callable[[driver.Connection], None]) -> None:
    connection = driver.connect(copy, key)
    try:
        with driver.translating(str(copy)):
            rename(connection)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()


def fsync_file(path: Path) -> None:
    fd = os.open(path, os.O_RDWR)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
