"""A scripted day in which the n-th write, sync, truncation or rename fails, once or for good.

    python -m tests.faults.io_nursery FOLDER DAY

For n = 1, 2, 3 … until the day ends without a fault; every run in a forked child over a copy of the home as the day
begins, and its acknowledgements must hold when the parent opens that copy again. Prints a JSON summary.
The days are in `io_days` (a workspace alone) and `io_days_laptop` (a laptop that joined a lab).
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from app.errors import AssayError
from tests.faults.io_day import Day
from tests.faults.io_days import DAYS as ALONE
from tests.faults.io_days_laptop import DAYS as JOINED
from tests.faults.recording import Recorder

DAYS: dict[str, type[Day]] = {**ALONE, **JOINED}
MOST = 1_000
"""More than any day writes."""
FAULTS = ((errno.EIO, False), (errno.ENOSPC, True))


def child(day: Day, home: Path, recorder: Recorder, out: int) -> None:
    """Everything is tried, whatever failed before; a line for each acknowledgement and each error's code."""
    recorder.done = 0
    try:
        day.begin(home)
    except AssayError as exc:
        os.write(out, f"error {exc.code}\n".encode())
        return
    for holds, act in day.acts():
        os.write(out, f"try {holds}\n".encode())
        try:
            act()
        except AssayError as exc:
            os.write(out, f"error {exc.code}\n".encode())
        else:
            os.write(out, f"ack {holds}\n".encode())
    try:
        day.end()
    except AssayError as exc:
        os.write(out, f"error {exc.code}\n".encode())
    os.write(out, f"done {recorder.done}\n".encode())


def run(day: Day, home: Path, recorder: Recorder) -> list[list[str]]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            child(day, home, recorder, writing)
            code = 0
        except Exception as exc:  # noqa: BLE001 — a bug, told by its last place
            place = traceback.extract_tb(exc.__traceback__)[-1]
            os.write(writing, f"bug {type(exc).__name__} at {place.name}:{place.lineno}\n".encode())
        finally:
            os._exit(code)
    os.close(writing)
    heard = b""
    while more := os.read(reading, 65536):
        heard += more
    os.close(reading)
    _, status = os.waitpid(pid, 0)
    lines = [line.split(" ", 1) for line in heard.decode().splitlines()]
    return lines if status == 0 else [*lines, ["bug", "it ended by itself"]]


def wrong(day: Day, home: Path, lines: list[list[str]]) -> list[str]:
    """What does not hold after the run, by the program's own eyes."""
    found = [f"bug: {what}" for kind, what in lines if kind == "bug"]
    acks = [what for kind, what in lines if kind == "ack"]
    tries = [what for kind, what in lines if kind == "try"]
    try:
        day.begin(home)
    except AssayError as exc:
        return [*found, f"cannot be opened: {exc.code}"]
    try:
        return found + day.wrong(acks, tries)
    except AssayError as exc:
        return [*found, f"cannot be used: {exc.code} {exc.message}"]
    finally:
        day.end()


def main(root: Path, name: str) -> dict[str, Any]:
    whole, home = root / "whole", root / "day"
    recorder = Recorder(home)
    recorder.attach()
    day = DAYS[name](root)
    summary: dict[str, Any] = {"runs": 0, "wrong": [], "codes": Counter(), "faults": {}}
    with day.prepared(whole):
        for code, for_good in FAULTS:
            for n in range(1, MOST):
                shutil.rmtree(home, ignore_errors=True)
                shutil.copytree(whole, home)
                recorder.fail = (n, code, for_good)
                lines = run(day, home, recorder)
                recorder.fail = None
                summary["runs"] += 1
                summary["codes"].update(what for kind, what in lines if kind == "error")
                summary["wrong"] += [f"{name} {n} {code}: {one}" for one in wrong(day, home, lines)]
                if next((int(what) for kind, what in lines if kind == "done"), n) < n:
                    summary["faults"][errno.errorcode[code]] = n - 1
                    break
            else:
                summary["wrong"].append(f"{name} {code}: the day does not end")
    return summary


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2])))
