"""P14: the longest time the window stays away from its events while a sync, a report, a file and bundles are at work.

A window of its own pulls up to 10,000 tasks with 200 MB of files (the search index is built with them) and sends 300
results over the same connection, then makes and saves a report, then takes in a bundle of the lab and writes one:
all the ways in and out that the window has. The lab is a process of its own. Gaps are wall time between two turns of
the event loop, beside one frame of a 60 Hz screen.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.__main__ import Bed
from benchmarks.crowd import served, tasks_file
from benchmarks.measure import MIN_ROUNDS, Bench, Budget
from benchmarks.p5_pull import MOST, tasks_with_files
from benchmarks.p6_send import graded
from benchmarks.workspaces import PASSPHRASE, station_at
from lab import bundling, desk
from lab.lab import Lab, open_lab

FRAME_MS, LONGEST_MS = 16.7, 50.0
GRADED, BUNDLED = 300, 1_000
STEPS = ("pull", "report", "save", "take", "give")


@contextmanager
def benches(bed: Bed) -> Iterator[list[Bench]]:
    many = min(bed.tasks, MOST)
    desk.init(bed.folder / "lab")
    with open_lab(bed.folder / "lab") as lab:
        first = desk.import_batch(lab, "auto", tasks_file(bed.folder / "first.jsonl", GRADED)).batch
        large = desk.import_batch(lab, "jsonl", tasks_with_files(bed.folder, many)).batch
        more = desk.import_batch(lab, "auto", tasks_file(bed.folder / "more.jsonl", BUNDLED)).batch
        with served(bed.folder / "lab"):
            found = [
                _day(lab, bed.folder / f"home-{n}", (first, large, more), GRADED + many)
                for n in range(MIN_ROUNDS + 1)
            ]
    titles = {
        "pull": f"pull {many:,} tasks and 200 MB, send {GRADED}",
        "report": f"a report of {GRADED} results",
        "save": "that report as PDF",
        "take": f"a bundle of {BUNDLED:,} tasks",
        "give": f"a bundle with {GRADED} results",
    }
    yield [_bench(f"longest gap: {titles[step]}", [day[step] for day in found]) for step in STEPS]


def _bench(title: str, rounds: list[list[float]]) -> Bench:
    turns = itertools.cycle(rounds)
    return Bench("P14", title, lambda: FRAME_MS, lambda: next(turns), (Budget(of="max", limit=LONGEST_MS),))


def _day(lab: Lab, home: Path, batches: tuple[str, str, str], tasks: int) -> dict[str, list[float]]:
    """One window: the longest gaps of each step."""
    first, large, more = batches
    link, expert = desk.invite(lab, "expert", "Bench")
    desk.assign(lab, first, [expert])
    station = station_at(home)
    session = station.enrolling.enrol(link, passphrase=PASSPHRASE)
    station.sending.sync(session)
    for task in session.workspace.lab.tasks():
        graded(session, task)
    session.close()
    desk.assign(lab, large, [expert])
    window = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.window_at_work", str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
    )
    try:
        found = {"pull": _ask(window, {"pull": tasks}), "report": _ask(window, {"report": 1})}
        found["save"] = _ask(window, {"save": str(home / "report.pdf")})
        desk.assign(lab, more, [expert])
        found["take"] = _ask(window, {"take": str(bundling.export(lab, expert, home / "stick").path)})
        found["give"] = _ask(window, {"give": str(home / "stick"), "tasks": GRADED})
        return found
    finally:
        assert window.stdin is not None
        window.stdin.close()
        window.wait(60)


def _ask(window: subprocess.Popen[str], request: dict[str, Any]) -> list[float]:
    assert window.stdin is not None
    assert window.stdout is not None
    window.stdin.write(json.dumps(request) + "\n")
    window.stdin.flush()
    line = window.stdout.readline()
    if not line:
        raise RuntimeError("the window ended")
    gaps: list[float] = json.loads(line)["gaps"]
    return gaps
