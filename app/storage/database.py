"""One encrypted file: its one writing connection, a reading connection a thread, and transactions.

Reads inside a transaction see it; all others go to the thread's own read-only connection, so the
screen never waits for a writer. After damage was met the connections are closed and opened anew, as a
connection that saw SQLITE_CORRUPT refuses every later write with a misleading code.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from app.errors import Cancelled, StorageError
from app.storage import driver
from app.storage.turns import Turns

Params = Sequence[Any]
Row: TypeAlias = Any
"""A tuple of columns; whoever asks knows which."""


class Transaction:
    """What `Database.writing` gives: a context manager without a generator's cost on every keystroke."""

    __slots__ = ("_bulk", "_db", "_kept")

    def __init__(self, db: Database, bulk: bool) -> None:
        self._db = db
        self._bulk = bulk

    def __enter__(self) -> None:
        self._db.begin(self._bulk)
        self._kept = self._db.waiting

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        self._db.end(self._kept, good=kind is None)


class Database:
    """readonly: no writing connection at all. Every method raises StorageError for what the computer did."""

    def __init__(
        self,
        path: Path,
        key: bytes,
        *,
        readonly: bool = False,
        page_size: int = 4096,
    ) -> None:
        self.path = path
        self._key: bytes | None = key
        self._page_size = page_size
        self.readonly = readonly
        self._turns = Turns()
        self._depth = 0
        self._local = threading.local()
        self._readers: dict[int, driver.Connection] = {}
        self._readers_lock = threading.Lock()
        self._generation = 0
        self._after: list[Callable[[bool], None]] = []
        self._lost: StorageError | None = None
        self._writer: driver.Connection | None = None if readonly else self._connect(readonly=False)

    def _connect(self, *, readonly: bool) -> driver.Connection:
        if self._key is None:
            raise driver.problem("storage.closed", str(self.path))
        return driver.connect(
            self.path,
            self._key,
            readonly=readonly,
            page_size=self._page_size,
        )

    # Reading

    def all(self, sql: str, params: Params = ()) -> list[Row]:
        try:
            return self._reading().execute(sql, params).fetchall()
        except driver.Error as exc:
            raise self._failed(exc) from exc

    def one(self, sql: str, params: Params = ()) -> Row | None:
        """The first row, or None."""
        try:
            found: Row | None = self._reading().execute(sql, params).fetchone()
        except driver.Error as exc:
            raise self._failed(exc) from exc
        return found

    def value(self, sql: str, params: Params = (), default: Any = None) -> Any:
        """The first column of the first row, or `default`."""
        row = self.one(sql, params)
        return default if row is None else row[0]

    def _reading(self) -> driver.Connection:
        if self._writer is not None and self._turns.mine and self._depth:
            return self._writer
        if getattr(self._local, "generation", -1) == self._generation:
            mine: driver.Connection = self._local.connection
            return mine
        connection = self._connect(readonly=True)
        with self._readers_lock:
            self._forget_dead_threads()
            self._readers[threading.get_ident()] = connection
        self._local.connection, self._local.generation = connection, self._generation
        return connection

    def _forget_dead_threads(self) -> None:
        alive = {thread.ident for thread in threading.enumerate()}
        for ident in [i for i in self._readers if i not in alive and i != threading.get_ident()]:
            self._readers.pop(ident).close()

    def interrupt(self, ident: int) -> None:
        """Stop the running query of another thread (its `threading.get_ident()`), which gets `Cancelled`."""
        with self._readers_lock:
            if ident in self._readers:
                self._readers[ident].interrupt()

    # Writing

    def writing(self, *, bulk: bool = False) -> Transaction:
        """A transaction, durable when the block has ended. Inside another of this thread it is a savepoint.

        bulk: a chunk of a long load, which lets everybody else go first.
        """
        return Transaction(self, bulk)

    def begin(self, bulk: bool) -> None:
        """For `Transaction`."""
        self._turns.take(bulk=bulk)
        try:
            if self._depth:
                self._execute(f"SAVEPOINT s{self._depth}")
            else:
                if self._writer is None:
                    if self.readonly:
                        raise RuntimeError("a read-only workspace cannot be written")
                    self._writer = self._connect(readonly=False)
                self._execute("BEGIN IMMEDIATE")
                self._lost = None
            self._depth += 1
        except BaseException:
            self._turns.give()
            raise

    def end(self, kept: int, *, good: bool) -> None:
        """For `Transaction`. kept: how many calls were waiting when it began. good: no error left the block."""
        committed = False
        try:
            if self._depth > 1:
                self._end_savepoint(good)
                committed = good
            elif good:
                self._execute("COMMIT")
                committed = True
        finally:
            self._depth -= 1
            if not self._depth and not committed:
                self._roll_back()
            if not self._depth or not committed:
                calls, self._after[kept:] = self._after[kept:], []
                for call in calls:
                    call(committed)
            self._turns.give()

    def _end_savepoint(self, good: bool) -> None:
        name = f"s{self._depth - 1}"
        if good:
            self._execute(f"RELEASE {name}")
        elif self._writer is not None and self._writer.in_transaction:
            self._execute(f"ROLLBACK TO {name}")
            self._execute(f"RELEASE {name}")

    @property
    def waiting(self) -> int:
        """How many calls wait for the end of the present transaction."""
        return len(self._after)

    def _roll_back(self) -> None:
        # SQLite has rolled back by itself after a full disk or damage; a second failure adds nothing.
        if self._writer is not None and self._writer.in_transaction:
            with contextlib.suppress(driver.Error):
                self._writer.execute("ROLLBACK")

    def afterwards(self, call: Callable[[bool], None]) -> None:
        """Call with whether it was committed, when the present transaction has ended."""
        self._after.append(call)

    def run(self, sql: str, params: Params = ()) -> int:
        """Execute inside `writing`; the number of rows changed."""
        return int(self._execute(sql, params).rowcount)

    def insert(self, sql: str, params: Params = ()) -> int:
        """Execute an INSERT inside `writing`; the new rowid."""
        return int(self._execute(sql, params).lastrowid)

    def many(self, sql: str, rows: Iterable[Params]) -> None:
        writer = self._whole()
        try:
            writer.executemany(sql, rows)
        except driver.Error as exc:
            raise self._failed(exc) from exc

    def _execute(self, sql: str, params: Params = ()) -> Any:
        writer = self._whole()
        try:
            return writer.execute(sql, params)
        except driver.Error as exc:
            raise self._failed(exc) from exc

    def _whole(self) -> driver.Connection:
        """The writing connection, unless SQLite has already rolled the transaction back under us."""
        if self._lost is not None and self._depth:
            raise self._lost
        if self._writer is None:
            raise driver.problem("storage.closed", str(self.path))
        return self._writer

    @contextlib.contextmanager
    def roomy(self) -> Iterator[None]:
        """A page cache for bulk loads while the block lasts."""
        self._cache(driver.BULK_CACHE_KIB)
        try:
            yield
        finally:
            self._cache(driver.CACHE_KIB)

    def _cache(self, kib: int) -> None:
        with self.raw() as connection:
            connection.execute(f"PRAGMA cache_size=-{kib}").fetchone()

    # Life

    @contextlib.contextmanager
    def apart(self, path: Path | None = None) -> Iterator[driver.Connection]:
        """A connection of one's own, for a check or a copy that may take long. path: of a copy, same key."""
        if self._key is None:
            raise driver.problem("storage.closed", str(self.path))
        where = path or self.path
        connection = driver.connect(
            where, self._key, page_size=self._page_size, cache_kib=driver.BULK_CACHE_KIB
        )
        try:
            with driver.translating(str(where)):
                yield connection
        finally:
            connection.close()

    @contextlib.contextmanager
    def raw(self) -> Iterator[driver.Connection]:
        """The writing connection itself (the reading one when read-only), outside any transaction."""
        self._turns.take()
        try:
            yield self._writer or self._reading()
        finally:
            self._turns.give()

    def _failed(self, exc: Exception) -> Exception:
        if driver.is_interrupt(exc):
            return Cancelled()
        ours = driver.translated(exc, str(self.path))
        if ours is None:
            return exc
        if self._key is None:
            return driver.problem("storage.closed", str(self.path))
        if ours.code == "storage.damaged":
            self._reopen_later()
        if self._depth and self._turns.mine and (self._writer is None or not self._writer.in_transaction):
            self._lost = ours
        return ours

    def _reopen_later(self) -> None:
        self._generation += 1
        if self._turns.mine and self._writer is not None:
            self._writer.close()
            self._writer = None

    def close(self) -> None:
        """Close every connection and drop the key. Waits for the running transaction."""
        self._turns.take()
        try:
            self._key = None
            self._generation += 1
            with self._readers_lock:
                readers, self._readers = list(self._readers.values()), {}
            for connection in readers:
                connection.close()
            if self._writer is not None:
                with contextlib.suppress(driver.Error):
                    self._writer.close()
                self._writer = None
        finally:
            self._turns.give()
