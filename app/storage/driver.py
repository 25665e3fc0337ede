"""The only module that names sqlcipher3 or sqlite_utils: opening, keys, pragmas, and their errors as ours.

A file is opened in one order (SQLCipher 4 documentation, "PRAGMA key"): connect, key, page size, first
read, everything else. Each open asserts that encryption is really on, since both a stock `sqlite3` and a
missing key write clear text without a word.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from urllib.parse import quote

import sqlcipher3
import sqlcipher3.dbapi2 as dbapi

from app.errors import StorageError

if TYPE_CHECKING:
    import sqlite3

    Connection: TypeAlias = sqlite3.Connection
else:
    Connection: TypeAlias = dbapi.Connection

KEY_LENGTH = 32
CACHE_KIB = 8 * 1024
BULK_CACHE_KIB = 64 * 1024
NO_ROOM = 64 * 1024
_CLEAR_HEADER = b"SQLite format 3\x00"

_TEXTS = {
    "storage.disk_full": (
        "The disk is full.",
        "Everything that was saved before is safe. Free some space and try again.",
    ),
    "storage.damaged": (
        "The workspace file is damaged.",
        "Nothing was changed. Restore the last snapshot; what the lab has receipted can be fetched again.",
    ),
    "storage.wrong_key": (
        "This key does not open the workspace.",
        "The workspace itself is unharmed. Unlock it with the key that belongs to it.",
    ),
    "storage.in_use": (
        "The workspace is in use by another program.",
        "Close the other window or wait for the other command to finish.",
    ),
    "storage.too_new": (
        "The workspace was written by a newer version of this program.",
        "Your work is safe. Install the newer version to open it.",
    ),
    "storage.missing": (
        "There is no workspace here.",
        "Check the folder, or restore a snapshot of it.",
    ),
    "storage.io": (
        "This computer could not read or write the workspace.",
        "Everything that was saved before is safe. Check the disk and the folder's permissions.",
    ),
    "storage.closed": (
        "The workspace is closed.",
        "Everything that was saved is safe. Unlock the workspace to go on.",
    ),
    "storage.busy": (
        "The workspace is busy.",
        "Nothing was changed. Try again in a moment.",
    ),
    "storage.exists": (
        "There is a workspace here already.",
        "Nothing was changed. Choose another folder.",
    ),
    "storage.upgrade": (
        "The workspace must be upgraded before it can be read.",
        "Open it once with the window or with a command that writes.",
    ),
}

_CODES = {
    "SQLITE_FULL": "storage.disk_full",
    "SQLITE_CORRUPT": "storage.damaged",
    "SQLITE_NOTADB": "storage.damaged",
    "SQLITE_READONLY": "storage.io",
    "SQLITE_BUSY": "storage.busy",
    "SQLITE_LOCKED": "storage.busy",
    "SQLITE_CANTOPEN": "storage.io",
    "SQLITE_IOERR": "storage.io",
    "SQLITE_NOMEM": "storage.io",
    "SQLITE_PERM": "storage.io",
    "SQLITE_AUTH": "storage.io",
}


def problem(code: str, where: str = "") -> StorageError:
    """Our error of this code, with its one sentence and its hint."""
    return StorageError(code, _TEXTS[code][0], hint=_TEXTS[code][1], where=where)


def translated(exc: Exception, where: str = "") -> StorageError | None:
    """Our error for one of the driver's, by its primary code; None for a bug of ours (SQL, constraints)."""
    if not isinstance(exc, dbapi.Error):
        return None
    name = getattr(exc, "sqlite_errorname", "") or ""
    code = next((code for prefix, code in _CODES.items() if name.startswith(prefix)), None)
    if code is None and isinstance(exc, dbapi.ProgrammingError) and "closed database" in str(exc):
        code = "storage.closed"
    if code == "storage.io" and where and _is_full(Path(where)):
        code = "storage.disk_full"
    return problem(code, where) if code else None


def _is_full(path: Path) -> bool:
    """Whether even the log's index finds no room: SQLite then says "I/O error", where it could say "full"."""
    try:
        return shutil.disk_usage(path.parent).free < NO_ROOM
    except OSError:
        return False


Error: type[Exception] = dbapi.Error
"""What the driver raises. Its classes are not those of the standard library's `sqlite3`."""


@contextlib.contextmanager
def translating(where: str = "") -> Iterator[None]:
    """Above this only our own errors appear."""
    try:
        yield
    except dbapi.Error as exc:
        ours = translated(exc, where)
        if ours is None:
            raise
        raise ours from exc


def is_interrupt(exc: Exception) -> bool:
    return getattr(exc, "sqlite_errorname", "") == "SQLITE_INTERRUPT"


def connect(
    path: Path,
    key: bytes,
    *,
    create: bool = False,
    readonly: bool = False,
    page_size: int = 4096,
    cache_kib: int = CACHE_KIB,
) -> Connection:
    """An open, keyed, checked connection, usable from any one thread at a time. key: exactly 32 random bytes.

    readonly: may read beside a writer and change nothing. Raises StorageError; a wrong key and a damaged
    header look alike here and are both `storage.damaged` (`workspace` tells them apart by the key's id).
    """
    if len(key) != KEY_LENGTH:
        raise ValueError("a workspace key has 32 bytes")
    if not create:
        _check_header(path)
    mode = "rwc" if create else "rw"
    with translating(str(path)):
        connection = dbapi.connect(
            f"file:{quote(str(path))}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=5,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            _unlock(connection, key, page_size)
            _set_up(connection, readonly=readonly, cache_kib=cache_kib)
        except BaseException:
            connection.close()
            raise
    return cast("Connection", connection)


def _check_header(path: Path) -> None:
    try:
        with open(path, "rb") as file:
            header = file.read(16)
    except FileNotFoundError as exc:
        raise problem("storage.missing", str(path)) from exc
    except OSError as exc:
        raise problem("storage.io", str(path)) from exc
    if len(header) < 16 or header == _CLEAR_HEADER:
        raise problem("storage.damaged", str(path))


def _unlock(connection: Any, key: bytes, page_size: int) -> None:
    connection.execute("PRAGMA cipher_log_level=NONE")
    connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    connection.execute(f"PRAGMA cipher_page_size={page_size}")
    version = connection.execute("PRAGMA cipher_version").fetchone()
    if not version or not version[0]:
        raise RuntimeError("this SQLite driver does not encrypt")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _set_up(connection: Any, *, readonly: bool, cache_kib: int) -> None:
    pragmas = [
        "foreign_keys=ON",
        "trusted_schema=OFF",
        f"cache_size=-{cache_kib}",
    ]
    if readonly:
        pragmas.append("query_only=ON")
    else:
        pragmas += [
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "journal_size_limit=67108864",
        ]
        if sys.platform == "darwin":
            pragmas += ["fullfsync=ON", "checkpoint_fullfsync=ON"]
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}").fetchone()


def assert_encrypted(path: Path) -> None:
    """RuntimeError when the file begins like a clear SQLite file. For use right after creating one."""
    with open(path, "rb") as file:
        if file.read(16) == _CLEAR_HEADER:
            raise RuntimeError("the workspace would be written in clear text")


def migrate(connection: Connection, name: str, steps: Mapping[str, Callable[[Connection], None]]) -> None:
    """Apply the steps that are not applied yet, each with its record in one transaction (sqlite-utils).

    The alias must stand before sqlite_utils is imported: it catches the driver's error classes by name,
    and without it a failed statement leaves a savepoint open and loses what follows.
    """
    sys.modules.setdefault("pysqlite3", sqlcipher3)
    sys.modules.setdefault("pysqlite3.dbapi2", dbapi)
    import sqlite_utils
    import sqlite_utils.utils

    if getattr(sqlite_utils.utils, "OperationalError", None) is not dbapi.OperationalError:
        raise RuntimeError("sqlite_utils was imported before the storage driver")
    migrations = sqlite_utils.Migrations(name)
    for step_name, step in steps.items():
        migrations(name=step_name)(lambda db, step=step: step(db.conn))
    with translating():
        migrations.apply(sqlite_utils.Database(connection, execute_plugins=False))
