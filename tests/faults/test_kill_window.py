"""Nothing that the window called saved is lost, however often the whole program is killed (R1, I1)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KILLS = 1_000 if os.environ.get("ASSAY_SOAK") else 50
NURSERIES = 2


def nursery(folder: Path, kills: int, seed: int, *more: str) -> subprocess.Popen[str]:
    """One of several that run at once: a start leaves a processor idle half of the time."""
    arguments = ["-m", "tests.faults.window_nursery", str(folder), str(kills), str(seed), *more]
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, *arguments], stdout=pipe, stderr=pipe, text=True, cwd=ROOT)


def found(running: subprocess.Popen[str]) -> dict[str, Any]:
    with running:
        out, err = running.communicate()
    assert running.returncode == 0, err
    summary: dict[str, Any] = json.loads(out)
    return summary


def test_nothing_the_window_called_saved_is_lost_to_kills(tmp_path: Path) -> None:
    kills = KILLS // NURSERIES
    running = [nursery(tmp_path / f"home-{n}", kills, 20261101 + n) for n in range(NURSERIES)]
    try:
        summaries = [found(one) for one in running]
    finally:
        for one in running:
            one.kill()
            one.communicate()
    for summary in summaries:
        assert summary["losses"] == []
        assert summary["kills"] == kills
        assert summary["acknowledged"] > 3 * kills
        assert summary["edits"] >= summary["acknowledged"] // 2


def test_the_rig_notices_a_window_that_says_saved_too_early(tmp_path: Path) -> None:
    assert "lost" in found(nursery(tmp_path / "home", 6, 20261101, "early"))["losses"]
