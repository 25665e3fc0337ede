"""R9: texts that ask for something outside are shown in the window under a tracer: nothing is asked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attached_files import picture
from tests.hostile.tracing import ROOT, crimes, traced
from tests.soaking import Soak

SHOWN = "tests/hostile/shown_under_tracer.py"


@pytest.fixture
def bait(tmp_path: Path) -> Path:
    """A picture that is there, with a name that is nowhere else."""
    path = tmp_path / "bait" / "leaked.png"
    path.parent.mkdir()
    path.write_bytes(picture("PNG"))
    return path


def shown(folder: Path, bait: Path, test: str, seconds: float) -> tuple[int, list[str]]:
    """(texts shown, calls between the marks)."""
    log, home = folder / "calls", folder / "home"
    command = ["-m", "pytest", "-p", "no:cacheprovider", f"--basetemp={home}", f"{SHOWN}::{test}"]
    done = subprocess.run(
        [*traced(log), sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "ASSAY_BAIT": str(bait), "ASSAY_SOAK": str(seconds)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    begin = next(n for n, line in enumerate(lines) if "/assay-mark/begin" in line)
    end = next(n for n, line in enumerate(lines) if "/assay-mark/end" in line)
    count = re.search(r"/assay-mark/end-(\d+)", lines[end])
    assert count is not None
    return int(count[1]), lines[begin:end]


def test_no_text_asks_for_anything(tmp_path: Path, bait: Path, soak: Soak) -> None:
    count, calls = shown(tmp_path, bait, "test_all_of_it_is_shown", soak.seconds)
    assert crimes(calls, str(tmp_path / "home"), os.environ["HOME"]) == []
    assert [line for line in calls if bait.name in line] == []
    assert count >= 1000
    soak.counted(count, "texts shown")


def test_the_tracer_sees_a_careless_viewer(tmp_path: Path, bait: Path) -> None:
    _, calls = shown(tmp_path, bait, "test_a_careless_viewer", 0)
    assert [line for line in crimes(calls) if bait.name in line]
