"""P10: P2 and P3 in a workspace of a million short tasks, beside the same in one of a thousand.

The same robot at the same window, and the same keystroke made durable. `ASSAY_BENCH_TASKS` says how many tasks the
large one has.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.__main__ import Bed
from benchmarks.measure import Bench, Budget
from benchmarks.p3_verdict import verdict_ms
from benchmarks.robot import Driver, robot
from benchmarks.short_tasks import fill_short
from benchmarks.workspaces import opened

SMALL, LARGE = 1_000, 1_000_000
STEPS, KEYS, SAMPLES = 60, 40, 100
GROWTH = 1.3
BOTH = (Budget(of="p50", ratio=GROWTH), Budget(of="p95", ratio=GROWTH))


@contextmanager
def benches(bed: Bed) -> Iterator[list[Bench]]:
    many = int(os.environ.get("ASSAY_BENCH_TASKS", str(LARGE)))
    small, large = (_homes(bed.folder / f"short-{tasks}", tasks) for tasks in (SMALL, many))
    with (
        robot(small[0]) as little,
        robot(large[0]) as much,
        opened(small[1], SMALL) as few,
        opened(large[1], many) as lots,
    ):
        few_ids, lots_ids = (itertools.cycle(s.workspace.lab.tasks()[:200]) for s in (few, lots))
        title = f"{many:,} tasks beside {SMALL:,}"
        yield [
            Bench("P10", f"Ctrl+Enter → next task, {title}", _next(little), _next(much), BOTH),
            Bench("P10", f"key → verdict on screen, {title}", _verdict(little), _verdict(much), BOTH),
            Bench(
                "P10",
                f"key → durable verdict, {title}",
                lambda: [verdict_ms(few, next(few_ids)) for _ in range(SAMPLES)],
                lambda: [verdict_ms(lots, next(lots_ids)) for _ in range(SAMPLES)],
                BOTH,
            ),
        ]


def _homes(place: Path, tasks: int) -> tuple[Path, Path]:
    """Two of the same: one for the robot's window, one for the keystrokes below it."""
    homes = place / "window", place / "below"
    fill_short(homes[0], tasks)
    shutil.copytree(*homes)
    return homes


def _next(driver: Driver) -> Callable[[], list[float]]:
    return lambda: list(driver.ask({"submit": STEPS})["cpu"])


def _verdict(driver: Driver) -> Callable[[], list[float]]:
    return lambda: list(driver.ask({"verdict": KEYS})["wall"])
