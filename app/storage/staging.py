"""Task files taken in by chunks that nobody sees until their batch is made visible in one transaction."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from app.domain.ids import BatchId
from app.errors import Cancelled, InputError, OfflineError
from app.storage.changes import BatchChange, Pack, TaskLine
from app.storage.database import Database
from app.storage.search import spaced

CHUNK_BYTES = 1536 * 1024
CHUNK_LINES = 200
PURGE_LINES = 50

Progress = Callable[[int], None]


class Staging:
    """Loads packs and clears away what is not shown any more. One load at a time (the caller's lock)."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def packs(self, change: BatchChange, progress: Progress | None) -> list[int]:
        """The numbers of the batch's packs, in order; missing ones are loaded first, still unseen."""
        shown, loaded = self._kept(change.batch.id)
        numbers = [shown.get(p.sha256) or loaded.get((p.sha256, p.count), 0) for p in change.packs]
        before = sum(p.count for p in change.packs if p.sha256 not in shown and (p.sha256, p.count) in loaded)
        if before and progress is not None:
            progress(before)
        self._load(change, numbers, progress)
        return numbers

    def _kept(self, batch: BatchId) -> tuple[dict[str, int], dict[tuple[str, int], int]]:
        """{sha256: number} of its packs that are shown, {(sha256, tasks): number} of those loaded whole before."""
        sql = "SELECT sha256, tasks, number, state FROM pack WHERE batch = ? AND state IN ('ready', 'staged')"
        rows = self._db.all(sql, (batch,))
        shown = {sha256: number for sha256, _, number, state in rows if state == "ready"}
        return shown, {
            (sha256, tasks): number for sha256, tasks, number, state in rows if tasks and state == "staged"
        }

    def _load(self, change: BatchChange, numbers: list[int], progress: Progress | None) -> None:
        """Rows of the packs whose number is 0, which get one. `tasks` is told at its end: so a whole one is known."""
        wanted = ((at, pack) for at, pack in enumerate(change.packs) if not numbers[at])
        so_far: Counter[int] = Counter()
        for chunk in _chunks(wanted):
            lines = [line for _, line in chunk if line is not None]
            with self._db.writing(bulk=True):
                for at in {at: None for at, _ in chunk if not numbers[at]}:
                    numbers[at] = self._begin(change.batch.id, at, change.packs[at])
                self._refuse_doubles(lines, change.batch.id, {n for n in numbers if n})
                rows = []
                for at, line in chunk:
                    if line is None:
                        self._db.run("UPDATE pack SET tasks = ? WHERE number = ?", (so_far[at], numbers[at]))
                    else:
                        rows.append((numbers[at], so_far[at], line))
                        so_far[at] += 1
                self._insert(rows)
            if lines and progress is not None:
                progress(len(lines))

    def _begin(self, batch: BatchId, position: int, pack: Pack) -> int:
        return self._db.insert(
            "INSERT INTO pack (batch, position, path, sha256, tasks, state) VALUES (?, ?, ?, ?, 0, 'staged')",
            (batch, position, pack.path, pack.sha256),
        )

    def _insert(self, rows: Sequence[tuple[int, int, TaskLine]]) -> None:
        """rows: (pack, position in it, task)."""
        first = int(self._db.value("SELECT coalesce(max(number), 0) + 1 FROM task"))
        numbered = list(enumerate((line for _, _, line in rows), first))
        self._db.many(
            "INSERT INTO task (number, pack, position, id, sha256, title, language, characters, criteria,"
            " responses, total) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((number, pack, at, *_columns(line)) for number, (pack, at, line) in enumerate(rows, first)),
        )
        self._db.many("INSERT INTO line (task, bytes) VALUES (?, ?)", ((n, t.line) for n, t in numbered))
        self._db.many(
            "INSERT INTO task_search (rowid, title, prompt, responses) VALUES (?, ?, ?, ?)",
            ((n, spaced(t.title), spaced(t.prompt_text), spaced(t.response_text)) for n, t in numbered),
        )

    def _refuse_doubles(self, lines: Sequence[TaskLine], batch: BatchId, mine: set[int]) -> None:
        """A task id names one task in a workspace: its review hangs on it."""
        ids = [line.id for line in lines]
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

    def purge(self, *, whole: bool = True) -> None:
        """Clear away what is not shown, in chunks; goes on where it was stopped.

        whole: packs that were loaded to their end too.
        """
        sql = "SELECT number FROM pack WHERE state = 'dropped' OR (state = 'staged' AND (tasks = 0 OR ?))"
        for (pack,) in self._db.all(sql, (whole,)):
            while True:
                with self._db.writing(bulk=True):
                    rows = self._db.all("SELECT number FROM task WHERE pack = ? LIMIT ?", (pack, PURGE_LINES))
                    for row in rows:
                        self._db.run("DELETE FROM task_search WHERE rowid = ?", row)
                        self._db.run("DELETE FROM task WHERE number = ?", row)
                    if not rows:
                        self._db.run("DELETE FROM pack WHERE number = ?", (pack,))
                        break


def _columns(t: TaskLine) -> tuple[object, ...]:
    return t.id, t.sha256, t.title, t.language, t.characters, t.criteria, t.responses, t.total


def show(db: Database, batch: BatchId, numbers: Sequence[int]) -> None:
    """In the final transaction: exactly these packs are the batch now."""
    db.run("UPDATE pack SET state = 'dropped' WHERE batch = ? AND state = 'ready'", (batch,))
    for position, number in enumerate(numbers):
        db.run("UPDATE pack SET state = 'ready', position = ? WHERE number = ?", (position, number))


def _chunks(packs: Iterable[tuple[int, Pack]]) -> Iterator[list[tuple[int, TaskLine | None]]]:
    """(place of the pack, line) and (place, None) at its end. What came before they stopped is given out first."""
    chunk: list[tuple[int, TaskLine | None]] = []
    size = 0
    try:
        for at, pack in packs:
            for line in pack.lines:
                chunk.append((at, line))
                size += len(line.line)
                if size >= CHUNK_BYTES or len(chunk) >= CHUNK_LINES:
                    yield chunk
                    chunk, size = [], 0
            chunk.append((at, None))
    except (OfflineError, Cancelled):
        if chunk:
            yield chunk
        raise
    if chunk:
        yield chunk


def _counted(ids: Sequence[str]) -> Iterator[tuple[str, int]]:
    for one, group in itertools.groupby(sorted(ids)):
        yield one, len(list(group))
