"""A robot at the real window, offscreen: it presses keys and says what each cost the GUI thread.

`python -m benchmarks.robot HOME [hurry]` is the inside: it opens the window over a filled home, then reads one
JSON request a line and answers with one line, times in ms.
    {"submit": n}    n × Ctrl+Enter on answered tasks  →  {"cpu": […], "stall": longest slice in between}
    {"verdict": n}   n × a verdict key                 →  {"wall": […]}
    {"open": 1}      the editor and the first file  →  {"open": [both]}
    {"memory": 1}    →  {"pss": MB of the process tree}
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Driver:
    """The outside: a robot in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, request: dict[str, int]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the robot ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def robot(home: Path, *, hurry: bool = False) -> Iterator[Driver]:
    """A robot over a filled home; it submits for good."""
    command = [sys.executable, "-m", "benchmarks.robot", str(home), *(["hurry"] if hurry else [])]
    platform = os.environ.get("ASSAY_BENCH_PLATFORM", "offscreen")
    bytecode = home.parent / "bytecode"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {
        "QT_QPA_PLATFORM": platform,
        "PYTHONPYCACHEPREFIX": str(bytecode),
    }
    if not bytecode.exists():  # what is installed is compiled; compiling leaves its traces in memory
        subprocess.run(command, stdin=subprocess.DEVNULL, env=environment, check=True)
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        yield Driver(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(60)


def begin_as_the_program() -> None:
    """What `ui.__main__.run` does before its first import of ours."""
    from ui.__main__ import SWITCH_S
    from ui.features import leave_imports_alone

    sys.setswitchinterval(SWITCH_S)
    gc.disable()
    from PySide6 import QtWidgets  # noqa: F401 - its hook on imports is taken off next

    leave_imports_alone()


def main() -> int:
    begin_as_the_program()
    from benchmarks.robot_window import serve

    serve(Path(sys.argv[1]), hurry="hurry" in sys.argv[2:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
