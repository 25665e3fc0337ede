"""P2: Ctrl+Enter → the next task wholly painted and interactive, in CPU of the GUI thread; P3's half on the screen.

The floor is one frame of a 60 Hz screen. What is prepared while a person reads is not counted here; its longest
slice is a row of its own (a stall that a scrolling reader would feel). With every panel open: tasks that ask
everything (`benchmarks.everything`), the editor of the ideal answer and an attachment open from task to task.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.__main__ import Bed
from benchmarks.everything import fill_everything
from benchmarks.measure import Bench, Budget
from benchmarks.robot import Driver, robot
from benchmarks.trees import tree_of
from benchmarks.workspaces import fill

FRAME_MS = 16.7
STEPS = 60
TREES, EVERYTHING, FEW_STEPS = 400, 400, 20
KEYS = 40
BUDGETS = (Budget(of="p50", limit=10.0), Budget(of="p95", limit=FRAME_MS))


@contextmanager
def benches(bed: Bed) -> Iterator[list[Bench]]:
    tree_home = bed.folder / "trees"
    fill(tree_home, TREES, make=tree_of, policy="paperbench_tree")
    full_home = bed.folder / "everything"
    fill_everything(full_home, EVERYTHING)
    with robot(bed.home(bed.tasks)) as tasks, robot(tree_home) as in_trees, robot(full_home) as in_full:
        in_full.ask({"open": 1})
        stalls: list[float] = []

        def next_of(driver: Driver, steps: int) -> list[float]:
            found = driver.ask({"submit": steps})
            if driver is tasks:
                stalls.append(found["stall"])
            return list(found["cpu"])

        def verdict() -> list[float]:
            return list(tasks.ask({"verdict": KEYS})["wall"])

        def frame() -> float:
            return FRAME_MS

        size = f"{bed.tasks // 1000}k tasks"
        yield [
            Bench("P2", f"Ctrl+Enter → next task, {size}", frame, lambda: next_of(tasks, STEPS), BUDGETS),
            Bench(
                "P2", "the next task prepared meanwhile: longest slice", frame, lambda: stalls[-1],
                (Budget(of="max", limit=50.0),),
            ),
            Bench(
                "P2", "Ctrl+Enter → next task, tree of 361 leaves", frame,
                lambda: next_of(in_trees, FEW_STEPS), BUDGETS,
            ),
            Bench(
                "P2", "Ctrl+Enter → next task, every panel open", frame,
                lambda: next_of(in_full, FEW_STEPS), BUDGETS,
            ),
            Bench("P3", f"key → verdict on screen, {size}", frame, verdict, (Budget(of="p95", limit=FRAME_MS),)),
        ]  # fmt: skip
