"""Task files taken in by chunks that nobody sees until their batch is made visible in one transaction."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from app.domain.ids import BatchId
from app.errors import InputError
from app.storage.changes import BatchChange, Pack, TaskLine
from app.storage.database import Database
from app.storage.search import spaced

CHUNK_BYTES = 256 * 1024
CHUNK_LINES = 100
PURGE_LINES = 50

Progress = Callable[[int], None]


class Staging:
    """Loads packs and clears away what is not shown any more. One load at a time (the caller's lock)."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def packs(self, change: BatchChange, progress: Progress | None) -> list[int]:
        """The numbers of the batch's packs, in order; missing ones are loaded first, still unseen."""
        kept: dict[str, int] = dict(
            self._db.all(
                "SELECT sha256, number FROM pack WHERE batch = ? AND state = 'ready'", (change.batch.id,)
            )
        )
        numbers: list[int] = []
        mine = {kept[p.sha256] for p in change.packs if p.sha256 in kept}
        for position, pack in enumerate(change.packs):
            number = kept.get(pack.sha256)
            if number is None:
                number = self._load(change.batch.id, position, pack, mine, progress)
                mine.add(number)
            numbers.append(number)
        return numbers

    def _load(
        self, batch: BatchId, position: int, pack: Pack, mine: set[int], progress: Progress | None
    ) -> int:
        with self._db.writing(bulk=True):
            number = self._db.insert(
                "INSERT INTO pack (batch, position, path, sha256, tasks, state)"
                " VALUES (?, ?, ?, ?, 0, 'staged')",
                (batch, position, pack.path, pack.sha256),
            )
        at = 0
        for chunk in _chunks(pack.lines):
            with self._db.writing(bulk=True):
                self._refuse_doubles(chunk, batch, {*mine, number})
                for offset, line in enumerate(chunk):
                    self._insert(number, at + offset, line)
                at += len(chunk)
                self._db.run("UPDATE pack SET tasks = ? WHERE number = ?", (at, number))
            if progress is not None:
                progress(len(chunk))
        return number

    def _insert(self, pack: int, position: int, line: TaskLine) -> None:
        number = self._db.insert(
            "INSERT INTO task (pack, position, id, sha256, title, language, characters, criteria, responses,"
            " total) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                pack,
                position,
                line.id,
                line.sha256,
                line.title,
                line.language,
                line.characters,
                line.criteria,
                line.responses,
                line.total,
            ),
        )
        self._db.run("INSERT INTO line (task, bytes) VALUES (?, ?)", (number, line.line))
        self._db.run(
            "INSERT INTO task_search (rowid, title, prompt, responses) VALUES (?, ?, ?, ?)",
            (number, spaced(line.title), spaced(line.prompt_text), spaced(line.response_text)),
        )

    def _refuse_doubles(self, chunk: Sequence[TaskLine], batch: BatchId, mine: set[int]) -> None:
        """A task id names one task in a workspace: its review hangs on it."""
        ids = [line.id for line in chunk]
        double = next((i for i, n in _counted(ids) if n > 1), None)
        if double is None:
            marks, packs = ",".join("?" * len(ids)), ",".join("?" * len(mine))
            double = self._db.value(
                f"SELECT t.id FROM task t JOIN pack p ON p.number = t.pack WHERE t.id IN ({marks})"
                f" AND (p.number IN ({packs}) OR (p.state = 'ready' AND p.batch <> ?))",
                (*ids, *mine, batch),
            )
        if double is not None:
            raise InputError(
                "batch.double_task",
                "Task “{id}” is in this workspace already, or twice in this batch.",
                params={"id": double},
                hint="Nothing of the batch was taken in.",
            )

    def purge(self) -> None:
        """Clear away dropped and half-loaded packs, in chunks; goes on where it was stopped."""
        for (pack,) in self._db.all("SELECT number FROM pack WHERE state <> 'ready'"):
            while True:
                with self._db.writing(bulk=True):
                    rows = self._db.all("SELECT number FROM task WHERE pack = ? LIMIT ?", (pack, PURGE_LINES))
                    for row in rows:
                        self._db.run("DELETE FROM task_search WHERE rowid = ?", row)
                        self._db.run("DELETE FROM task WHERE number = ?", row)
                    if not rows:
                        self._db.run("DELETE FROM pack WHERE number = ?", (pack,))
                        break


def show(db: Database, batch: BatchId, numbers: Sequence[int]) -> None:
    """In the final transaction: exactly these packs are the batch now."""
    db.run("UPDATE pack SET state = 'dropped' WHERE batch = ? AND state = 'ready'", (batch,))
    for position, number in enumerate(numbers):
        db.run("UPDATE pack SET state = 'ready', position = ? WHERE number = ?", (position, number))


def _chunks(lines: Iterable[TaskLine]) -> Iterator[list[TaskLine]]:
    chunk: list[TaskLine] = []
    size = 0
    for line in lines:
        chunk.append(line)
        size += len(line.line)
        if size >= CHUNK_BYTES or len(chunk) >= CHUNK_LINES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _counted(ids: Sequence[str]) -> Iterator[tuple[str, int]]:
    for one, group in itertools.groupby(sorted(ids)):
        yield one, len(list(group))
