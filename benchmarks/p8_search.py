"""P8: full-text search over 100k tasks, first page, beside the bare FTS5 query for the same rows.

Snippets are cut for the rows that are looked at, after the page stands.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.__main__ import Bed
from benchmarks.measure import Bench, Budget
from benchmarks.workspaces import PASSPHRASE, opened, station_at

QUERIES = ("grapefruit", "warfarin pharmacist", "threshold lower", "jaw ambulance", "sputum", "休息")
PAGE = 50


@contextmanager
def benches(bed: Bed) -> Iterator[list[Bench]]:
    home = bed.home(bed.tasks)
    with opened(home, bed.tasks) as session:
        from app.storage import driver
        from app.storage.search import match_expression

        station = station_at(home)
        folder = station.labs.folders()[0]
        key = station.labs.vault(folder).open(passphrase=PASSPHRASE).workspace_key
        bare = driver.connect(home / "labs" / folder / "workspace.db", key, readonly=True)
        terms = [match_expression(query) for query in QUERIES]

        def ours() -> list[float]:
            return [
                _timed(session.workspace.search, query, limit=PAGE, snippets=False)
                for query in QUERIES
                for _ in range(5)
            ]

        def floor() -> list[float]:
            sql = (
                "SELECT t.number, t.id, p.batch, t.title FROM task_search s JOIN task t ON t.number = s.rowid"
                " JOIN pack p ON p.number = t.pack WHERE task_search MATCH ? ORDER BY s.rowid LIMIT ?"
            )
            return [
                _timed(lambda term=term: bare.execute(sql, (term, PAGE)).fetchall())
                for term in terms
                for _ in range(5)
            ]

        title = f"search, first page, {bed.tasks:,} tasks"
        yield [
            Bench(
                "P8", title, floor, ours, (Budget(ratio=1.3), Budget(of="p99", limit=30.0, title="slowest"))
            ),
        ]
        bare.close()


def _timed(call: object, *arguments: object, **more: object) -> float:
    start = time.perf_counter()
    call(*arguments, **more)  # type: ignore[operator]
    return (time.perf_counter() - start) * 1000
