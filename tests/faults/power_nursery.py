"""A scripted piece of work on a workspace, recorded write by write for the power-cut rig.

    python -m tests.faults.power_nursery FOLDER LOG [bug]

LOG gets the pickled list of what happened under FOLDER. bug: a seeded mistake that the rig must find: `normal`
(synchronous=NORMAL), `no-fsync` (files renamed without a sync), `no-folder-fsync`, `early` (acknowledged before the
commit), `deaf` (the system forgets every sync, as eatmydata does).
"""

from __future__ import annotations

import hashlib
import pickle
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.clock import SystemClock
from app.domain.edits import Edit
from app.domain.ids import DeviceId, Digest, TaskId
from app.domain.review import STATUS
from app.settings import fsync_folder
from app.storage import attachments, driver, snapshots, workspace
from app.storage.changes import FeedChanges
from app.storage.workspace import create
from tests.faults.recording import Recorder
from tests.unit.storage.storage_samples import DEVICE, KEY, a_result, an_offer, identity

TASK = TaskId("b1-t0")
SENT = TaskId("b1-t1")
BUGS = ("normal", "no-fsync", "no-folder-fsync", "early", "deaf")
CHUNK = 128 * 1024


def blob(n: int) -> bytes:
    return bytes((i * 7 + n) % 251 for i in range(1000)) * 150


def edit(n: int, task: TaskId, path: str, old: Any, new: Any) -> Edit:
    at = datetime(2026, 11, 1, 9, tzinfo=UTC)
    return Edit(f"e{n}", DeviceId(DEVICE), task, path, old, new, at, f"g{n}")


def work(folder: Path, recorder: Recorder, *, early: bool, edits: int = 45) -> None:
    space = create(folder, KEY, identity(), SystemClock())
    space.lab.apply(FeedChanges(batches=(an_offer(),)), "1")
    recorder.ack("edit", 0)
    comment: str | None = None
    for n in range(1, edits + 1):
        new = f"{n} " + "word " * (n % 9 * 20)
        if early:
            recorder.ack("edit", n)
        space.work.record([edit(n, TASK, "/comment", comment, new)])
        if not early:
            recorder.ack("edit", n)
        comment = new
        if n % 10 == 4:
            space.work.submit([edit(1000 + n, SENT, STATUS, None, "submitted")], lambda p: a_result(p.head))
            recorder.ack("submitted", True)
        if n % 10 == 8:
            space.work.withdraw([edit(2000 + n, SENT, STATUS, "submitted", None)], a_result().result, 1)
            recorder.ack("submitted", False)
        if n % 15 == 5:
            data = blob(n)
            sha256 = Digest(hashlib.sha256(data).hexdigest())
            end = space.attachments.append(sha256, data[:CHUNK], offset=0)
            recorder.ack("part", sha256, end)
            space.attachments.append(sha256, data[CHUNK:], offset=end)
            space.attachments.finish(sha256)
            recorder.ack("blob", sha256)
        if n % 20 == 12:
            recorder.ack("snapshot", space.snapshot().name, n)
    space.close()


def seed(bug: str, recorder: Recorder) -> None:
    """Break the program (or the system under it) in one place."""
    if bug == "normal":
        real = driver._set_up

        def set_up(connection: Any, **more: Any) -> None:
            real(connection, **more)
            connection.execute("PRAGMA synchronous=NORMAL").fetchone()
            connection.execute("PRAGMA wal_autocheckpoint=1000000").fetchone()

        driver._set_up = set_up
    elif bug == "no-fsync":
        snapshots.fsync_file = lambda path: None
        # VACUUM INTO syncs by itself; a copy made by hand does not.
        snapshots.Snapshots.take = _careless_copy  # type: ignore[method-assign]
    elif bug == "no-folder-fsync":
        for module in (snapshots, attachments, workspace):
            module.fsync_folder = lambda folder: None  # type: ignore[attr-defined]
        snapshots.check_copy = lambda path, db: []
    elif bug == "deaf":
        recorder.deaf = True


def _careless_copy(self: Any) -> Path:
    """A copy as one might write it: read, write, rename."""
    import os

    self._folder.mkdir(mode=0o700, exist_ok=True)
    with self._db.apart() as connection:
        path = self._folder / "clear.tmp"
        path.unlink(missing_ok=True)
        connection.execute("VACUUM INTO ?", (str(path),))
    data = path.read_bytes()
    path.unlink()
    temp = self._folder / "unfinished.tmp"
    with open(temp, "wb") as out:
        out.write(data)
    target: Path = self._name()
    os.replace(temp, target)
    fsync_folder(self._folder)
    return target


def main(folder: Path, log: Path, bug: str) -> None:
    recorder = Recorder(folder)
    recorder.attach()
    seed(bug, recorder)
    work(folder, recorder, early=bug == "early")
    log.write_bytes(pickle.dumps(recorder.log))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
