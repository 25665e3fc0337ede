"""Nothing that the window called saved is lost, however often the whole program is killed (R1, I1)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.soaking import Soak

ROOT = Path(__file__).resolve().parents[2]
NURSERIES = 2
KILLS, SOAK_KILLS = 50 // NURSERIES, 1_000 // NURSERIES
"""Of each."""


def nursery(folder: Path, *numbers: float, more: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """One of several that run at once: a start leaves a processor idle half of the time.

    numbers: kills at least, at most, seconds, seed.
    """
    arguments = ["-m", "tests.faults.window_nursery", str(folder), *map(str, numbers), *more]
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, *arguments], stdout=pipe, stderr=pipe, text=True, cwd=ROOT)


def found(running: subprocess.Popen[str]) -> dict[str, Any]:
    with running:
        out, err = running.communicate()
    assert running.returncode == 0, err
    summary: dict[str, Any] = json.loads(out)
    return summary


def test_nothing_the_window_called_saved_is_lost_to_kills(tmp_path: Path, soak: Soak) -> None:
    running = [
        nursery(tmp_path / f"home-{n}", KILLS, SOAK_KILLS, soak.seconds, 20261101 + n)
        for n in range(NURSERIES)
    ]
    try:
        summaries = [found(one) for one in running]
    finally:
        for one in running:
            one.kill()
            one.communicate()
    for summary in summaries:
        assert summary["losses"] == []
        assert summary["kills"] >= KILLS
        assert summary["acknowledged"] > 3 * summary["kills"]
        assert summary["edits"] >= summary["acknowledged"] // 2
    soak.counted(sum(summary["kills"] for summary in summaries), "kills of the window")


def test_the_rig_notices_a_window_that_says_saved_too_early(tmp_path: Path) -> None:
    assert "lost" in found(nursery(tmp_path / "home", 6, 6, 0, 20261101, more=("early",)))["losses"]
