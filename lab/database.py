"""The lab's database: SQLite in its folder by default, one writer thread that groups commits.

A job runs inside a transaction and its caller is answered after the commit, so an acknowledgement is never
ahead of the disk (WAL, `synchronous=FULL`). Reads use connections of their own and never wait.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, insert, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from app.errors import StorageError
from lab import tables

SCHEMA = "1"
GROUP = 64
"""Jobs that share one commit at most."""
BUSY_S = 30

T = TypeVar("T")
Job = Callable[[Connection], Any]


class Database:
    def __init__(self, url: str) -> None:
        self._reading = _engine(url, "BEGIN")
        self._writing = _engine(url, "BEGIN IMMEDIATE")
        self._queue: SimpleQueue[tuple[Job, Future[Any]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reads that belong together."""
        try:
            with self._reading.connect() as connection:
                yield connection
        except SQLAlchemyError as exc:
            raise _trouble(exc) from exc

    def write(self, job: Callable[[Connection], T]) -> T:
        """Run it in the writer's next transaction; returns after the commit. Raises what the job raises."""
        return self.submit(job).result()

    def submit(self, job: Callable[[Connection], T]) -> Future[T]:
        future: Future[T] = Future()
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="lab-writer", daemon=True)
                self._thread.start()
        self._queue.put((job, future))
        return future

    def create(self, epoch: str) -> None:
        """Make the tables of a new lab."""

        def make(connection: Connection) -> None:
            tables.metadata.create_all(connection)
            rows = [{"name": "schema", "value": SCHEMA}, {"name": "epoch", "value": epoch}]
            connection.execute(insert(tables.state), rows)

        self.write(make)

    def epoch(self) -> str:
        """Checks the tables' version too. Raises StorageError."""
        with self.reading() as connection:
            found = {row.name: row.value for row in connection.execute(select(tables.state))}
        if found.get("schema") != SCHEMA:
            raise StorageError("lab.too_new", "The lab's database was made by another version of Assay.")
        return str(found["epoch"])

    def close(self) -> None:
        """What was submitted is committed first."""
        with self._starting:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()
        self._reading.dispose()
        self._writing.dispose()

    def _run(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            group, last = [first], False
            while len(group) < GROUP and not last:
                try:
                    entry = self._queue.get_nowait()
                except Empty:
                    break
                if entry is None:
                    last = True
                else:
                    group.append(entry)
            self._commit(group)
            if last:
                return

    def _commit(self, group: list[tuple[Job, Future[Any]]]) -> None:
        """One transaction; a job that fails is undone alone, and a failed commit fails them all."""
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            with self._writing.begin() as connection:
                for job, future in group:
                    try:
                        with connection.begin_nested():
                            outcomes.append((future, job(connection), None))
                    except OperationalError:
                        raise
                    except BaseException as exc:  # noqa: BLE001  (handed to who asked for the job)
                        outcomes.append((future, None, exc))
        except BaseException as exc:  # noqa: BLE001  (handed to all who wait for this commit)
            trouble = _trouble(exc) if isinstance(exc, SQLAlchemyError) else exc
            for _, future in group:
                future.set_exception(trouble)
            return
        for future, value, error in outcomes:
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)


def _engine(url: str, begin: str) -> Engine:
    engine = create_engine(url, poolclass=QueuePool, pool_size=16, max_overflow=32)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: object) -> None:
            connection.isolation_level = (
                None  # transactions begin where this file says, not where sqlite3 guesses
            )
            for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_S * 1000}"):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def start(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

    return engine


def _trouble(exc: SQLAlchemyError) -> StorageError:
    kind = type(getattr(exc, "orig", None) or exc).__name__
    return StorageError(
        "lab.database",
        "The lab's database does not answer ({kind}).",
        params={"kind": kind},
        hint="Nothing was half-written. Check the disk's free space and try again.",
    )
