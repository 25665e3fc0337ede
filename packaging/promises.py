"""docs/promises.md: what is promised, the test that shows it, and the numbers of its last run.

    python packaging/promises.py [--run]     print the table; --run: run the CI forms first and note their numbers

Numbers are kept in docs/promises.json, one entry a promise: when, how many, how long, whether it held. A promise
without numbers is struck out in the table, as is one whose last run failed.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE, NUMBERS = ROOT / "docs" / "promises.md", ROOT / "docs" / "promises.json"


@dataclass(frozen=True, slots=True)
class Promise:
    id: str
    words: str
    ci: str
    tests: tuple[str, ...]
    select: str = ""

    @property
    def command(self) -> str:
        chosen = f" -k '{self.select}'" if self.select else ""
        return f"pytest {' '.join(self.tests)}{chosen}"


F, H = "tests/faults", "tests/hostile"
PROMISES = (
    Promise("R1", "no acknowledged edit is lost to kill −9", "1,000 kills of the storage, 50 of the window",
            (f"{F}/test_kill_storage.py", f"{F}/test_kill_window.py")),
    Promise("R2", "none is lost to a power cut, whatever the disk kept", "10,000 disk states under five models",
            (f"{F}/test_power_cuts.py",), "nothing_acknowledged"),
    Promise("R3", "the rigs can fail", "NORMAL, no fsync, no folder fsync, early, deaf: all found",
            (f"{F}/test_power_cuts.py",), "rig_finds"),
    Promise("R4", "every n-th I/O fault is survived, once and for good; a full disk says so",
            "3 scripted days, some 440 faults twice", (f"{F}/test_io_faults.py",)),
    Promise("R5", "each result is at the lab exactly once", "3 messages cut at every byte both ways, 500 pairs of cuts",
            (f"{F}/test_every_byte.py", f"{F}/test_sync_cuts.py")),
    Promise("R6", "two laptops, no silent winner", "200 histories of three laptops", (f"{F}/test_two_laptops.py",)),
    Promise("R7", "what is forged, replayed, reordered or altered is refused",
            "Wycheproof, small-order keys, mutations",
            ("tests/unit/wire",), "signature or curve or token or wycheproof or verif"),
    Promise("R8", "hostile batches and bundles are refused whole",
            "over 60 kinds of lies, over 70 of bundles, 1,500 mutations",
            (f"{H}/test_lying_lab.py", f"{H}/test_lying_versions.py", f"{H}/test_lying_keys.py",
             f"{H}/test_lying_receipts.py", f"{H}/test_bad_batches.py", f"{H}/test_bad_bundles.py")),
    Promise("R12", "no content in clear outside the encrypted files", "six scenarios", (f"{F}/test_canary_search.py",)),
    Promise("R13", "a key store that is missing, locked, changed or plain: asks, never loses, never writes in clear",
            "five states", ("tests/contract/test_keyring_states.py",)),
    Promise("R14", "restored from a snapshot, from the lab, from the receipts", "three paths",
            (f"{F}/test_mending.py", "tests/contract/test_sync_heals.py"), "not no_damage"),
    Promise("R15", "a damaged file is named, set aside, rebuilt", "200 flips and cuts",
            (f"{F}/test_mending.py",), "no_damage"),
    Promise("R18", "an upgrade keeps everything, with a hot log too", "a golden workspace of every schema",
            ("tests/unit/storage/test_storage_files.py",), "schema"),
    Promise("R19", "a long day: breaks of the network, suspends, clocks that jump", "200 tasks",
            (f"{F}/test_long_day.py",)),
)  # fmt: skip


def run(promise: Promise) -> dict[str, Any]:
    """Run one promise's CI form (or the long one under ASSAY_SOAK): its numbers."""
    began = time.monotonic()
    report = Path(tempfile.mkdtemp()) / "report.xml"
    select = ["-k", promise.select] if promise.select else []
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-s", "-p", "no:cacheprovider", f"--junitxml={report}"),
            *promise.tests,
            *select,
        ],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    counted = re.findall(r"(\d+) states of", done.stdout)
    tests = re.search(r' tests="(\d+)"', report.read_text()) if report.exists() else None
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        "held": done.returncode == 0,
        "form": "soak" if os.environ.get("ASSAY_SOAK") else "CI",
        "counted": sum(map(int, counted)) or int(tests[1] if tests else 0),
        "seconds": round(time.monotonic() - began),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}",
    }


def page(numbers: dict[str, dict[str, Any]]) -> str:
    """The table in Markdown."""
    rows = []
    for one in PROMISES:
        found = numbers.get(one.id)
        if found is None or not found["held"]:
            last = "no run yet" if found is None else f"failed {found['at']}"
            rows.append(f"| ~~{one.id}~~ | ~~{one.words}~~ | {one.ci} | {last} | `{one.command}` |")
            continue
        last = f"{found['at']}, {found['form']}: {found['counted']} in {found['seconds']} s"
        rows.append(f"| {one.id} | {one.words} | {one.ci} | {last} | `{one.command}` |")
    machines = sorted({found["machine"] for found in numbers.values()})
    return "\n".join(
        [
            "# What is promised, and how it is shown",
            "",
            "Each row names the test that shows it and what its last run counted: disk states for power cuts, test",
            "cases elsewhere. The long forms run with `make soak`. A promise without a run that held is struck out.",
            "Made by `python packaging/promises.py`; `--run` runs the CI forms first.",
            "",
            f"Machine: {'; '.join(machines) or 'none yet'}.",
            "",
            "| | promise | CI form | last run | command |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "Not shown here: macOS (`fullfsync`) and Windows, where renames and folders are synced otherwise; nothing",
            "of this was run there.",
            "",
        ]
    )


def _known() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(NUMBERS.read_text()) if NUMBERS.exists() else {}
    return found


def main(arguments: list[str]) -> int:
    numbers = _known()
    named = [a for a in arguments if not a.startswith("-")]
    if "--run" in arguments:
        for one in PROMISES:
            if not named or one.id in named:
                found = run(one)
                numbers = {**_known(), one.id: found}
                print(f"{one.id}: {numbers[one.id]}", file=sys.stderr, flush=True)
                NUMBERS.write_text(json.dumps(numbers, indent=1, sort_keys=True) + "\n")
    PAGE.write_text(page(numbers))
    return 0 if all(found["held"] for found in numbers.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
