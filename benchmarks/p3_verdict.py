"""P3: a key → the verdict is durable, beside one bare commit of the same bytes (FULL, same cipher).

The screen's half of P3 is measured with the window in `p2_next_task.py`.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager

import sqlcipher3.dbapi2 as dbapi

from app.domain.ids import TaskId
from app.domain.review import verdict_path
from app.services.session import Session
from benchmarks.__main__ import Bed
from benchmarks.measure import Bench, Budget
from benchmarks.workspaces import opened

SAMPLES = 100
BYTES = 900
"""Of a journal row and the review row that a verdict writes, on this data."""


@contextmanager
def benches(bed: Bed) -> Iterator[list[Bench]]:
    with opened(bed.home(10_000), 10_000) as session:
        ids = itertools.cycle(session.workspace.lab.tasks()[:200])
        bare = dbapi.connect(str(bed.folder / "bare.db"), isolation_level=None)
        bare.execute(f"PRAGMA key=\"x'{bytes(32).hex()}'\"")
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, data BLOB)")

        def ours() -> list[float]:
            return [verdict_ms(session, next(ids)) for _ in range(SAMPLES)]

        def floor() -> list[float]:
            found = []
            for _ in range(SAMPLES):
                start = time.perf_counter()
                bare.execute("BEGIN IMMEDIATE")
                bare.execute("INSERT INTO row (data) VALUES (?)", (b"x" * BYTES,))
                bare.execute("COMMIT")
                found.append((time.perf_counter() - start) * 1000)
            return found

        yield [Bench("P3", "key → durable verdict, 10k tasks", floor, ours, (Budget(ratio=1.5),))]
        bare.close()


def verdict_ms(session: Session, task: TaskId) -> float:
    """From the first criterion's other verdict until it is durable."""
    found = session.open(task)
    path = verdict_path(found.order[0], found.task.rubric.leaves[0].id)
    value = "not_met" if found.review.values.get(path) == "met" else "met"
    start = time.perf_counter()
    _, edits = session.reviewing.changed(found, {path: value})
    session.keep(edits)
    return (time.perf_counter() - start) * 1000
