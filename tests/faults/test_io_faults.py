"""R4: every n-th write, sync, truncation and rename fails once, and then for good: nothing acknowledged is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("day", ["judging", "attaching", "keeping"])
def test_every_nth_fault_is_survived(day: str) -> None:
    parent = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.io_nursery", folder, day],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    told = {"storage.io", "storage.disk_full", "storage.damaged", "storage.closed"}
    assert set(found["codes"]) <= told | {"outbox.sent", "edit.stale"}
    assert found["codes"]["storage.disk_full"] > 0
    assert found["codes"]["storage.io"] > 0
    assert min(found["faults"].values()) > 50
    print(found)
