"""A private desktop session for the benches: D-Bus, an unlocked gnome-keyring, a home of its own.

`python -m benchmarks.session` is the inside of it: it reads one JSON request a line and answers with one line.
    {"launch": [command…], "until": ["painted", "ready"]}  →  {"painted": s, "ready": s, "pss": MB}
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

INSIDE = (
    "printf bench | gnome-keyring-daemon --unlock --components=secrets >/dev/null;"
    " exec {python} -m benchmarks.session"
)
NOT_OURS = ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "PYTHONDONTWRITEBYTECODE")
"""Both sides start from compiled bytecode, as what is installed does; the first round, not counted, writes it."""


class Desktop:
    """The outside of the session."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def launch(self, command: Sequence[str], until: Sequence[str]) -> dict[str, float]:
        """Seconds from exec to each mark on the program's standard error; `pss` in MB of its process tree."""
        return self.ask({"launch": list(command), "until": list(until)})

    def run(self, command: Sequence[str]) -> None:
        self.ask({"run": list(command)})


@contextmanager
def desktop(home: Path) -> Iterator[Desktop]:
    """Needs dbus-run-session and gnome-keyring-daemon (set-up installs them)."""
    for tool in ("dbus-run-session", "gnome-keyring-daemon"):
        if shutil.which(tool) is None:
            raise RuntimeError(f"{tool} is missing: make setup")
    home.mkdir(parents=True, exist_ok=True)
    environment = {k: v for k, v in os.environ.items() if k not in NOT_OURS} | {
        "HOME": str(home),
        "PYTHONPYCACHEPREFIX": str(home / "bytecode"),
        "QT_QPA_PLATFORM": os.environ.get("ASSAY_BENCH_PLATFORM", "offscreen"),
        "ASSAY_START_MARK": "1",
    }
    process = subprocess.Popen(
        ["dbus-run-session", "--", "bash", "-c", INSIDE.format(python=sys.executable)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    try:
        yield Desktop(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(30)


def launched(command: Sequence[str], until: Sequence[str]) -> dict[str, float]:
    """As `Desktop.launch`, in the session of whoever calls."""
    start = time.perf_counter()
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    program = subprocess.Popen(
        list(command), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    )
    found: dict[str, float] = {}
    try:
        assert program.stderr is not None
        for line in program.stderr:
            word = line.strip()
            if word in until:
                found[word] = time.perf_counter() - start
            if len(found) == len(until):
                found["pss"] = tree_pss_mb(program.pid)
                break
        else:
            raise RuntimeError(f"{command[0]} ended before {until}")
    finally:
        program.terminate()
        program.wait(30)
    return found


def tree_pss_mb(pid: int) -> float:
    """Proportional memory of a process and all below it, MB (Linux)."""
    total = 0
    for one in _tree(pid):
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _tree(int(child))


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "launch" in request:
                answer: dict[str, Any] = dict(launched(request["launch"], request["until"]))
            else:
                subprocess.run(request["run"], check=True, stdout=subprocess.DEVNULL)
                answer = {}
        except (OSError, RuntimeError, subprocess.SubprocessError) as exc:
            answer = {"error": str(exc)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
