"""`python -m benchmarks [--only P1,P2] [--rounds N] [--json]`: measure the speed rows and print one table.

A row lives in a module `pN_name.py` beside this file, which has

    @contextmanager
    def benches(bed: Bed) -> Iterator[list[Bench]]: ...

and prepares in it what its measurements need. The exit code is 0 whether the budgets hold or not; a row that
cannot be measured at all is named below the table and makes it 1.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.measure import Bench, Row, run
from benchmarks.table import Broken, as_json, as_text
from benchmarks.workspaces import fill

FOLDER = Path(__file__).resolve().parent
SEED = 20_26


@dataclass(frozen=True)
class Bed:
    """Where a bench may write (a new folder, removed afterwards) and how much it may prepare.

    tasks: the size of the large workspace; 100,000 unless `ASSAY_BENCH_TASKS` says otherwise.
    """

    folder: Path
    tasks: int

    def home(self, tasks: int) -> Path:
        """A home of this row's own with so many tasks; made once a run, then copied."""
        master = self.folder.parent / f"home-{tasks}"
        fill(master, tasks)
        own = self.folder / f"home-{tasks}"
        if not own.exists():
            shutil.copytree(master, own)
        return own


Prepare = Callable[[Bed], AbstractContextManager[list[Bench]]]


def modules() -> dict[str, str]:
    """{"P1": "benchmarks.p1_launch", …} for the row modules that are here, by number."""
    found = [
        (int(match[1]), path.stem)
        for path in FOLDER.glob("p*.py")
        if (match := re.match(r"p(\d+)_", path.name))
    ]
    return {f"P{row}": f"benchmarks.{name}" for row, name in sorted(found)}


def measure(row: str, prepare: Prepare, rounds: int | None, run_folder: Path) -> Iterator[Row | Broken]:
    """The rows of one module; what goes wrong in it is told and does not stop the others."""
    tasks = int(os.environ.get("ASSAY_BENCH_TASKS", "100000"))
    with tempfile.TemporaryDirectory(dir=run_folder) as folder:
        try:
            with prepare(Bed(Path(folder), tasks)) as benches:
                for bench in benches:
                    print(f"{bench.id} {bench.title} …", file=sys.stderr, flush=True)
                    yield from run(bench, Random(SEED), rounds)
        except Exception as error:  # noqa: BLE001 (one broken row must not cost the others their figures)
            traceback.print_exc()
            yield Broken(row, f"{type(error).__name__}: {error}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Ours against the floor, in one table."
    )
    parser.add_argument("--only", default="", help="rows to measure, such as P1,P3")
    parser.add_argument("--rounds", type=int, help="rounds a row (never fewer than 5)")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    options = parser.parse_args(arguments)
    here = modules()
    wanted = [row.strip().upper() for row in options.only.split(",") if row.strip()] or list(here)
    unknown = [row for row in wanted if row not in here]
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(here) or 'none'}")
    results: list[Row | Broken] = []
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        for row in wanted:
            prepare: Prepare = importlib.import_module(here[row]).benches
            results += measure(row, prepare, options.rounds, Path(folder))
    rows = [result for result in results if isinstance(result, Row)]
    broken = [result for result in results if isinstance(result, Broken)]
    print(as_json(rows, broken) if options.json else as_text(rows, broken))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
