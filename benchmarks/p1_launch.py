"""P1: launch → the Desk's frame painted; → its contents and the last task open (keyring, encrypted file, 10k tasks).

The floor is launch → first paint of an empty QMainWindow by the same interpreter, beside it in the same session.
`ASSAY_BENCH_PLATFORM=xcb` measures real windows where there is a display.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.__main__ import Bed
from benchmarks.measure import Bench, Budget
from benchmarks.session import desktop

TASKS = 10_000
BARE = (sys.executable, "-m", "benchmarks.bare")


@contextmanager
def benches(bed: Bed) -> Iterator[list[Bench]]:
    home = bed.folder / "assay"
    with desktop(bed.folder / "home") as session:
        session.run((sys.executable, "-m", "benchmarks.workspaces", str(home), str(TASKS)))
        ours = (sys.executable, "-m", "cli", "--home", str(home))

        def floor() -> float:
            return session.launch(BARE, ("painted",))["painted"] * 1000

        def painted() -> float:
            return session.launch(ours, ("painted",))["painted"] * 1000

        def ready() -> float:
            return session.launch(ours, ("painted", "ready"))["ready"] * 1000

        yield [
            Bench("P1", "launch → frame painted", floor, painted, (Budget(ratio=1.3),), rounds=9),
            Bench("P1", "launch → last task answers keys", floor, ready, (Budget(ratio=2.5),), rounds=9),
        ]
