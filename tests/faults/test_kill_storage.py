"""Nothing acknowledged is lost, and nothing is half done, however often the writing process is killed (R1, I1)."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.clock import FixedClock
from app.storage.workspace import open_workspace
from tests.soaking import Soak
from tests.unit.storage.storage_samples import KEY

ROOT = Path(__file__).resolve().parents[2]
KILLS, SOAK_KILLS = 1_000, 10_000


def nursery(folder: Path, *numbers: float, more: tuple[str, ...] = ()) -> dict[str, Any]:
    """numbers: kills at least, at most, seconds."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.faults.storage_nursery",
            str(folder),
            *map(str, numbers),
            "20261101",
            *more,
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_nothing_acknowledged_is_lost_to_kills(tmp_path: Path, soak: Soak) -> None:
    found = nursery(tmp_path / "lab", KILLS, SOAK_KILLS, soak.seconds)
    assert found["losses"] == []
    kills = found["kills"]
    assert kills >= KILLS
    assert found["edits"] > kills
    assert found["feeds"] > kills / 20
    soak.counted(kills, "kills of the storage")


def test_the_rig_notices_an_acknowledgement_before_the_commit(tmp_path: Path) -> None:
    assert "lost" in nursery(tmp_path / "lab", 60, 60, 0, more=("early",))["losses"]


FULL = """
import resource, signal, sys
from pathlib import Path
from app.clock import FixedClock
from app.errors import StorageError
from app.storage.changes import FeedChanges
from app.storage.workspace import create
from tests.unit.storage.storage_samples import KEY, an_offer, edits_from, identity

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
workspace = create(Path(sys.argv[1]), KEY, identity(), FixedClock())
workspace.lab.apply(FeedChanges(batches=(an_offer(),)), "c")
size = (Path(sys.argv[1]) / "workspace.db-wal").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 60_000, resource.RLIM_INFINITY))
edit, old, saved, codes = edits_from(), None, 0, set()
for n in range(200):
    new = f"{n} " + "x" * 2000
    try:
        workspace.work.record([edit(path="/comment", old=old, new=new)])
        old, saved = new, saved + 1
    except StorageError as exc:
        codes.add(exc.code)
print(saved, *codes)
"""


def test_writes_that_the_system_refuses_lose_nothing(tmp_path: Path) -> None:
    """A real refusal by the kernel at the write call, under a limit on file sizes."""
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "lab")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    saved, *codes = done.stdout.split()
    assert codes == ["storage.io"]
    assert 0 < int(saved) < 200
    opened = open_workspace(tmp_path / "lab", KEY, FixedClock())
    assert opened.journal_seq() >= int(saved)
    assert opened.check() == []
    opened.close()
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
