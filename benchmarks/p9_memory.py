"""P9: memory of the whole process tree after a day of grading, beside a bare PySide6 window; and whether it grows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.__main__ import Bed
from benchmarks.measure import Bench, Budget
from benchmarks.robot import robot
from benchmarks.session import launched

BARE = (sys.executable, "-m", "benchmarks.bare")
EARLY, LATE = 200, 2_000


@contextmanager
def benches(bed: Bed) -> Iterator[list[Bench]]:
    late = min(LATE, bed.tasks // 4)
    early = min(EARLY, late // 2)
    with robot(bed.home(bed.tasks), hurry=True) as driver:
        driver.ask({"submit": early})
        after_early = float(driver.ask({"memory": 1})["pss"])
        driver.ask({"submit": late - early})
        after_late = float(driver.ask({"memory": 1})["pss"])

    # The robot has ended: pages that two windows share would count half in each.
    def bare() -> float:
        return launched(BARE, ("painted",))["pss"]

    size = f"{bed.tasks // 1000}k tasks"
    yield [
        Bench(
            "P9", f"memory after {early} tasks graded, {size}", bare, lambda: after_early,
            (Budget(ratio=2.75),), unit="MB",
        ),
        Bench(
            "P9", f"memory after {late} tasks beside after {early}", lambda: after_early, lambda: after_late,
            (Budget(ratio=1.05),), unit="MB",
        ),
    ]  # fmt: skip
