"""The lab's database: SQLite in its folder by default, PostgreSQL when the lab grows.

A job runs inside a transaction and its caller is answered after the commit, so an acknowledgement is never
ahead of the disk. Reads use connections of their own, each with one view of everything it asks.

SQLite (WAL, `synchronous=FULL`) has one writer thread, which groups the commits of jobs that wait together.
PostgreSQL has some writer threads, each with a transaction for a job; what the jobs of all processes share
they lock by row, and a job that met another one (deadlock, serialisation, a key that was just taken) runs anew.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from random import Random
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from app.errors import StorageError
from lab import migrations, tables

SCHEMA = "3"
GROUP = 64
"""Jobs that share one commit at most."""
BUSY_S = 30
WRITERS = 6
"""Threads that write to PostgreSQL, in each process."""
AGAIN = 8
"""So often a job that met another one is run on PostgreSQL."""
_MET = frozenset({"40001", "40P01", "23505", "55P03"})
"""SQLSTATE: serialization_failure, deadlock_detected, unique_violation, lock_not_available."""
_MIGRATING = 0x4153_5341

T = TypeVar("T")
Job = Callable[[Connection], Any]
_Entry = tuple[Job, Future[Any]] | None


class Database:
    def __init__(self, url: str) -> None:
        """url: as SQLAlchemy writes it, `sqlite:///…` or `postgresql+psycopg://…`."""
        self._reading = _engine(url, "BEGIN", "REPEATABLE READ")
        self._writing = _engine(url, "BEGIN IMMEDIATE", "READ COMMITTED")
        self._queue: SimpleQueue[_Entry] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._starting = threading.Lock()
        self._random = Random()

    @property
    def shared(self) -> bool:
        """Whether other processes may serve the same lab beside this one."""
        return self._writing.dialect.name == "postgresql"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reads that belong together."""
        try:
            with self._reading.connect() as connection:
                yield connection
        except SQLAlchemyError as exc:
            raise _trouble(exc) from exc

    def write(self, job: Callable[[Connection], T]) -> T:
        """Run it in a transaction; returns after the commit. Raises what the job raises.

        The job may be run more than once: what it does it does through its connection only.
        """
        return self.submit(job).result()

    def submit(self, job: Callable[[Connection], T]) -> Future[T]:
        future: Future[T] = Future()
        with self._starting:
            if not self._threads:
                run, count = (self._run_each, WRITERS) if self.shared else (self._run_grouped, 1)
                self._threads = [
                    threading.Thread(target=run, name=f"lab-writer-{n}", daemon=True) for n in range(count)
                ]
                for thread in self._threads:
                    thread.start()
        self._queue.put((job, future))
        return future

    def here(self, job: Callable[[Connection], T]) -> T:
        """PostgreSQL: run a short job in a transaction on the caller's own thread, which may wait: no event loop."""
        try:
            result: T = self._persist(job)
        except SQLAlchemyError as exc:
            raise _trouble(exc) from exc
        return result

    def create(self, epoch: str, lab: str) -> None:
        """Make the tables of a new lab. Raises StorageError when the database holds one already."""

        def make(connection: Connection) -> None:
            self._alone(connection)
            tables.metadata.create_all(connection)
            if connection.execute(select(tables.state)).first() is not None:
                raise StorageError(
                    "lab.database_taken",
                    "The database holds a lab already.",
                    hint="Nothing was changed. Each lab needs a database of its own.",
                )
            migrations.finish(connection)
            rows = {"schema": SCHEMA, "epoch": epoch, "lab": lab}
            _put_state(connection, rows)

        self.write(make)

    def epoch(self, lab: str = "") -> str:
        """When cursors began. Brings tables of an older Assay up to date first. Raises StorageError.

        lab: the id of the lab that should be in it; none: any.
        """
        found = self._state()
        if found.get("schema") in migrations.STEPS:
            self.write(lambda connection: self._migrate(connection, lab))
            found = self._state()
        if found.get("schema") != SCHEMA:
            raise StorageError("lab.too_new", "The lab's database was made by another version of Assay.")
        if lab and found.get("lab") != lab:
            raise StorageError(
                "lab.database_other",
                "The database belongs to another lab.",
                hint="Nothing was changed. Look at “database” in lab.json.",
            )
        return str(found["epoch"])

    def alive(self) -> None:
        """Raises StorageError when the database does not answer."""
        with self.reading() as connection:
            connection.execute(select(tables.state.c.value).limit(1)).first()

    def close(self) -> None:
        """What was submitted is committed first."""
        with self._starting:
            threads, self._threads = self._threads, []
        for _ in threads:
            self._queue.put(None)
        for thread in threads:
            thread.join()
        self._reading.dispose()
        self._writing.dispose()

    def _state(self) -> dict[str, str]:
        with self.reading() as connection:
            return {row.name: row.value for row in connection.execute(select(tables.state))}

    def _migrate(self, connection: Connection, lab: str) -> None:
        self._alone(connection)
        found = {row.name: row.value for row in connection.execute(select(tables.state))}
        if found["schema"] != SCHEMA:  # another process may have been here first
            migrations.run(connection, found["schema"])
            _put_state(connection, {"schema": SCHEMA, "lab": found.get("lab", lab)})

    def _alone(self, connection: Connection) -> None:
        """Until the transaction ends no other process makes or changes tables."""
        if self.shared:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})

    # SQLite

    def _run_grouped(self) -> None:
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
            for _, future in group:
                future.set_exception(_told(exc))
            return
        for future, value, error in outcomes:
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(_told(error))

    # PostgreSQL

    def _run_each(self) -> None:
        while (entry := self._queue.get()) is not None:
            job, future = entry
            try:
                value = self._persist(job)
            except BaseException as exc:  # noqa: BLE001  (handed to who asked for the job)
                future.set_exception(_told(exc))
            else:
                future.set_result(value)

    def _persist(self, job: Job) -> Any:
        for left in reversed(range(AGAIN)):
            try:
                with self._writing.begin() as connection:
                    return job(connection)
            except DBAPIError as exc:
                if left == 0 or getattr(exc.orig, "sqlstate", None) not in _MET:
                    raise
                # Jobs that met would meet again if both came back at once, so each waits a time of its own: at least
                # what a short transaction takes, so that the other is through, and at most 0.35 s over all tries.
                # This is a writer thread, or for `here` a thread of the server's pool: the event loop goes on.
                time.sleep(self._random.uniform(0.002, 0.05))
        raise AssertionError("the last try returns or raises")


def insert_new(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row unless its key is taken. Returns whether it is new."""
    known = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = known(table).on_conflict_do_nothing().values(**values)
    # What came back says it; a count of rows is not kept for inserts.
    return connection.execute(statement.returning(*table.primary_key)).first() is not None


def _put_state(connection: Connection, rows: dict[str, str]) -> None:
    for name, value in rows.items():
        if not insert_new(connection, tables.state, {"name": name, "value": value}):
            connection.execute(tables.state.update().where(tables.state.c.name == name).values(value=value))


def _engine(url: str, begin: str, isolation: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(
            url,
            poolclass=QueuePool,
            pool_size=8,
            max_overflow=8,
            pool_recycle=900,
            isolation_level=isolation,
            hide_parameters=True,
            connect_args={"connect_timeout": 10, "application_name": "assay-lab"},
        )
    engine = create_engine(url, poolclass=QueuePool, pool_size=16, max_overflow=32, hide_parameters=True)

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


def _told(exc: BaseException) -> BaseException:
    return _trouble(exc) if isinstance(exc, SQLAlchemyError) else exc


def _trouble(exc: SQLAlchemyError) -> StorageError:
    """Names the kind of trouble only: a driver's message may quote an address, a password or a row."""
    kind = type(getattr(exc, "orig", None) or exc).__name__
    if isinstance(exc, IntegrityError):
        return StorageError(
            "lab.database_busy",
            "Another change came first ({kind}).",
            params={"kind": kind},
            hint="Nothing was half-written. Try again.",
        )
    return StorageError(
        "lab.database",
        "The lab's database does not answer ({kind}).",
        params={"kind": kind},
        hint="Nothing was half-written. Check the database, its disk's free space, and try again.",
    )
