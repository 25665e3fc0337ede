"""R4: every n-th write, sync, truncation and rename fails once, and then for good: nothing acknowledged is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.faults.io_nursery import DAYS
from tests.soaking import Soak

ROOT = Path(__file__).resolve().parents[2]
ON_EVERY_CHANGE = ("judging", "attaching", "keeping")
TOLD = {"storage.io", "storage.disk_full", "storage.damaged", "storage.closed"}


@pytest.mark.parametrize(
    "day", [day if day in ON_EVERY_CHANGE else pytest.param(day, marks=pytest.mark.full) for day in DAYS]
)
def test_every_nth_fault_is_survived(day: str, soak: Soak) -> None:
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
    about = DAYS[day]
    assert set(found["codes"]) <= TOLD | about.told | {about.broken, about.full}
    assert found["codes"][about.full] > 0
    assert found["codes"][about.broken] > 0
    assert min(found["faults"].values()) > 50
    soak.counted(1, "scripted days")
    soak.counted(sum(found["faults"].values()), "I/O faults")
