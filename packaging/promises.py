"""docs/promises.md: what is promised, the test that shows it, and the numbers of its last run.

    python packaging/promises.py [--run | --soak MINUTES] [ROW ...]

Prints the table; --run runs the forms of every change first and notes their numbers; --soak runs the long forms, which
share so many minutes (and take longer where their least takes longer). ROW: only these. Numbers are kept in
docs/promises.json, one entry a promise: when, which form, what was counted, how long, whether it held. A promise
without numbers is struck out in the table, as is one whose last run failed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
PAGE, NUMBERS = ROOT / "docs" / "promises.md", ROOT / "docs" / "promises.json"


@dataclass(frozen=True, slots=True)
class Promise:
    """share: how much of a soak's time its long loops get, beside those of other rows; 0: it has none."""

    id: str
    words: str
    ci: str
    tests: tuple[str, ...]
    select: str = ""
    share: int = 0

    @property
    def command(self) -> str:
        chosen = f" -k '{self.select}'" if self.select else ""
        return f"pytest {' '.join(self.tests)}{chosen}"


F, H, U = "tests/faults", "tests/hostile", "tests/unit"
PROMISES = (
    Promise("R1", "no acknowledged edit is lost to kill −9", "1,000 kills of the storage, 50 of the window",
            (f"{F}/test_kill_storage.py", f"{F}/test_kill_window.py"), share=2),
    Promise("R2", "none is lost to a power cut, whatever the disk kept", "10,000 disk states under five models",
            (f"{F}/test_power_cuts.py",), "nothing_acknowledged", share=3),
    Promise("R3", "the rigs can fail", "NORMAL, no fsync, no folder fsync, early, deaf: all found",
            (f"{F}/test_power_cuts.py",), "rig_finds"),
    Promise("R4", "every n-th I/O fault is survived, once and for good; a full disk says so",
            "3 scripted days of 12, some 440 faults twice", (f"{F}/test_io_faults.py",), share=1),
    Promise("R5", "each result is at the lab exactly once", "3 messages cut at every byte both ways, 500 pairs of cuts",
            (f"{F}/test_every_byte.py", f"{F}/test_sync_cuts.py"), share=3),
    Promise("R6", "two laptops, no silent winner", "200 histories of three laptops",
            (f"{F}/test_two_laptops.py",), share=2),
    Promise("R7", "what is forged, replayed, reordered or altered is refused",
            "every byte of 20 records, Wycheproof, small-order keys, other algorithms",
            ("tests/unit/wire",), "signature or curve or token or wycheproof or verif", share=1),
    Promise("R8", "hostile batches and bundles are refused whole",
            "over 60 kinds of lies, over 70 of bundles, 1,500 mutations",
            (f"{H}/test_lying_lab.py", f"{H}/test_lying_versions.py", f"{H}/test_lying_keys.py",
             f"{H}/test_lying_receipts.py", f"{H}/test_bad_batches.py", f"{H}/test_bad_bundles.py")),
    Promise("R9", "what is shown opens no connection, no foreign file, no process",
            "1,000 texts in the window and every attachment of R10 under a tracer, a lab that points elsewhere",
            (f"{H}/test_shown_texts.py", f"{H}/test_hostile_attachments.py", f"{H}/test_other_hosts.py"),
            "asks_for or careless or no_connection or connects", share=1),
    Promise("R10", "a hostile item cannot stop work",
            "21 bombs as files within 2 s and 256 MiB, 100 as text parsed in time; no stall by 7 files, 32 texts",
            (f"{H}/test_hostile_attachments.py", f"{H}/test_hostile_markdown.py",
             f"{U}/rendering/test_large_tables.py", "tests/ui/test_hostile_files_shown.py",
             "tests/ui/test_endless_words.py", "tests/ui/test_endless_lines.py"), "not no_connection"),
    Promise("R11", "parsers never crash or hang; what they refuse is one error",
            "98,000 harmed inputs of 13 parsers, 240 attached files, 1,000 files of tasks; property tests",
            (f"{H}/test_parsers.py", f"{U}/formats/test_formats_fuzz.py", f"{U}/wire/test_jsonio.py",
             f"{U}/wire/test_invitation.py", f"{U}/rendering/test_answer_invariants.py"),
            "refused or any or field or lines or soup or parsing", share=2),
    Promise("R12", "no content in clear outside the encrypted files", "six scenarios", (f"{F}/test_canary_search.py",)),
    Promise("R13", "a key store that is missing, locked, changed or plain: asks, never loses, never writes in clear",
            "five states", ("tests/contract/test_keyring_states.py",)),
    Promise("R14", "restored from a snapshot, from the lab, from the receipts", "three paths",
            (f"{F}/test_mending.py", "tests/contract/test_sync_heals.py"), "not no_damage"),
    Promise("R15", "a damaged file is named, set aside, rebuilt", "200 flips and cuts",
            (f"{F}/test_mending.py",), "no_damage", share=2),
    Promise("R16", "Trojan source and look-alikes are flagged, honest text is not", "samples and texts in many scripts",
            (f"{U}/rendering/test_unicode_checks.py", f"{U}/rendering/test_lookalikes.py")),
    Promise("R17", "an expert reaches nothing unassigned, labs never mix", "1,000 requests made from the description",
            (f"{H}/test_lab_scopes.py", f"{H}/test_sealed_bytes.py"), share=1),
    Promise("R18", "an upgrade keeps everything, with a hot log too", "a golden workspace of every schema",
            ("tests/unit/storage/test_storage_files.py",), "schema"),
    Promise("R19", "a long day: breaks of the network, suspends, clocks that jump", "200 tasks",
            (f"{F}/test_long_day.py",), share=1),
)  # fmt: skip


def run(promise: Promise, soak_s: float = 0) -> dict[str, Any]:
    """Run one promise's tests: its numbers. soak_s: seconds for its long loops, 0 for the form of every change."""
    began = time.monotonic()
    select = ["-k", promise.select] if promise.select else []
    select += [] if soak_s else ["-m", "not full"]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ("-p", "no:cacheprovider", "-o", "junit_family=xunit1", f"--junitxml={report}")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *promise.tests, *select],
            cwd=ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "ASSAY_SOAK": str(soak_s)},
            capture_output=True,
            text=True,
            check=False,
        )
        counted = counts(report.read_text("utf-8")) if report.exists() else {}
    if done.returncode:
        print(done.stdout[-20_000:], done.stderr[-2_000:], file=sys.stderr)
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        "held": done.returncode == 0,
        "form": "soak" if soak_s else "CI",
        "counted": counted,
        "seconds": round(time.monotonic() - began),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}",
    }


def counts(report: str) -> dict[str, int]:
    """What the rigs counted, by its name, from pytest's report; and the number of tests."""
    found: Counter[str] = Counter()
    for one in ElementTree.fromstring(report).iter():
        if one.tag == "testcase":
            found["tests"] += 1
        elif one.tag == "property" and one.get("name") == "counted":
            number, _, what = one.get("value", "").partition(" ")
            found[what] += int(number)
    return dict(found)


def soaked(promises: Iterable[Promise], minutes: float) -> Iterable[tuple[Promise, float]]:
    """Each row with the seconds of its long loops; rows without any come first, what a row leaves is shared anew."""
    ends = time.monotonic() + 60 * minutes
    rows = sorted(promises, key=lambda one: one.share)
    for number, one in enumerate(rows):
        left = max(ends - time.monotonic(), 1.0)
        yield one, left * one.share / max(sum(later.share for later in rows[number:]), 1)


def page(numbers: dict[str, dict[str, Any]]) -> str:
    """The table in Markdown."""
    rows = []
    for one in PROMISES:
        found = numbers.get(one.id)
        if found is None or not found["held"]:
            last = "no run yet" if found is None else f"failed {found['at']}"
            rows.append(f"| ~~{one.id}~~ | ~~{one.words}~~ | {one.ci} | {last} | `{one.command}` |")
            continue
        counted = ", ".join(
            f"{number:,} {what if number > 1 else what.removesuffix('s')}"
            for what, number in sorted(found["counted"].items())
        )
        last = f"{found['at']}, {found['form']}: {counted} in {found['seconds']:,} s"
        rows.append(f"| {one.id} | {one.words} | {one.ci} | {last} | `{one.command}` |")
    machines = sorted({found["machine"] for found in numbers.values()})
    return "\n".join(
        [
            "# What is promised, and how it is shown",
            "",
            "Each row names the test that shows it and what its last run counted. `make soak MINUTES=…` runs the long",
            "forms for about that time; rows without one run as on every change. A promise without a run that held is",
            "struck out. Made by `python packaging/promises.py`; `--run` runs the forms of every change first.",
            "",
            f"Machine: {'; '.join(machines) or 'none yet'}.",
            "",
            "| | promise | CI form | last run | command |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "Known to fall short of R10: a criterion of a mebibyte stalls the window for about half a second, once. In",
            "prompts and responses a mebibyte on one line, a formula of 10,000 lines or a million cells do not.",
            "",
            "Not shown here: macOS (`fullfsync`) and Windows, where renames and folders are synced otherwise; nothing",
            "of this was run there.",
            "",
        ]
    )


def _known() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(NUMBERS.read_text()) if NUMBERS.exists() else {}
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description="What is promised, and the numbers of the runs that show it."
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--run", action="store_true")
    form.add_argument("--soak", type=float, metavar="MINUTES")
    parser.add_argument("rows", nargs="*")
    asked = parser.parse_args()
    if unknown := set(asked.rows) - {one.id for one in PROMISES}:
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    chosen = [one for one in PROMISES if not asked.rows or one.id in asked.rows]
    runs: Iterable[tuple[Promise, float]] = ()
    if asked.run:
        runs = ((one, 0.0) for one in chosen)
    elif asked.soak:
        runs = soaked(chosen, asked.soak)
    for one, soak_s in runs:
        found = run(one, soak_s)
        print(f"{one.id}: {found}", file=sys.stderr, flush=True)
        NUMBERS.write_text(json.dumps({**_known(), one.id: found}, indent=1, sort_keys=True) + "\n")
    numbers = _known()
    PAGE.write_text(page(numbers))
    return 0 if all(found["held"] for found in numbers.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
