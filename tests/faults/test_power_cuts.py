"""R2, R3: the power goes after any write; every acknowledged edit, submission, attachment and snapshot is there."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.clock import SystemClock
from app.domain.ids import Digest
from app.domain.review import Status
from app.errors import AssayError
from app.storage import driver, snapshots
from app.storage.workspace import open_workspace
from tests.faults.power import replay
from tests.faults.power_nursery import BUGS, SENT, TASK
from tests.faults.recording import Op
from tests.soaking import Soak, rounds
from tests.unit.storage.storage_samples import KEY

ROOT = Path(__file__).resolve().parents[2]
PARTS = {"synced": ("lost", "kept", "meta"), "any part": ("subset",), "torn": ("torn",)}
DRAWS = 4
"""From what chance may have kept, after each write."""


@pytest.fixture
def quick_disk() -> Iterator[Path]:
    """States are many and short-lived: memory, where there is such a disk."""
    parent = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=parent) as name:
        yield Path(name)


def recorded(folder: Path, bug: str = "") -> list[Op]:
    log = folder / "log"
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.power_nursery", str(folder / "lab"), str(log), bug],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[Op] = pickle.loads(log.read_bytes())
    return found


def look(folder: Path, acks: list[Op]) -> list[str]:
    """What is wrong with a workspace after the cut."""
    try:
        space = open_workspace(folder, KEY, SystemClock())
    except AssayError as exc:
        return [f"cannot be opened: {exc.code}"]
    wrong: list[str] = []
    try:
        edits = max(ack[2] for ack in acks if ack[1] == "edit")
        if int((space.work.review(TASK).comment or "0").split()[0]) < edits:
            wrong.append("edit lost")
        if (space.work.review(SENT).status is Status.SUBMITTED) != bool(space.outbox.all()):
            wrong.append("half a submission")
        for ack in acks:
            if ack[1] == "part" and space.attachments.have(Digest(ack[2])) < ack[3]:
                wrong.append("part of an attachment lost")
            if ack[1] == "blob" and not space.attachments.complete(Digest(ack[2])):
                wrong.append("attachment lost")
        told = [ack for ack in acks if ack[1] == "snapshot"]
        if told:
            wrong += _copies(folder, told)
        wrong += [problem.code for problem in space.check()] if len(acks) % 9 == 0 else []
    except AssayError as exc:
        wrong.append(exc.code)
    finally:
        space.close()
    return wrong


def _copies(folder: Path, told: list[Op]) -> list[str]:
    path = folder / "snapshots" / told[-1][2]
    if not path.exists():
        return ["snapshot missing"]
    try:
        connection = driver.connect(path, KEY, readonly=True)
    except AssayError:
        return ["snapshot torn"]
    try:
        return ["snapshot torn"] if snapshots._problems(connection) else []
    finally:
        connection.close()


@pytest.mark.parametrize("part", PARTS)
def test_nothing_acknowledged_is_lost_to_power_cuts(quick_disk: Path, soak: Soak, part: str) -> None:
    """A soak draws again and again; where nothing is left to chance, once is all."""
    log = recorded(quick_disk)
    states = 0
    for number in rounds(1, 1 if part == "synced" else 150, soak.seconds):
        one, wrong = replay(
            log, quick_disk / "lab", quick_disk / "after", look, models=PARTS[part], rounds=DRAWS,
            seed=20261101 + number,
        )  # fmt: skip
        assert wrong == []
        assert one >= 3000  # 10,000 over the three parts
        states += one
    soak.counted(states, "disk states")


FOUND = {
    "normal": "edit lost",
    "no-fsync": "snapshot torn",
    "no-folder-fsync": "snapshot missing",
    "early": "edit lost",
    "deaf": "cannot be opened",
}


@pytest.mark.parametrize("bug", BUGS)
def test_the_rig_finds_what_it_is_for(quick_disk: Path, bug: str) -> None:
    log = recorded(quick_disk, bug)
    models = ("meta",) if bug == "no-fsync" else ("lost",)
    _, wrong = replay(log, quick_disk / "lab", quick_disk / "after", look, models=models, seed=7)
    assert any(FOUND[bug] in one for one in wrong), sorted(set(wrong))
