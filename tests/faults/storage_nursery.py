"""Children that write to one workspace and are killed at random moments; what they had acknowledged must be there.

    python -m tests.faults.storage_nursery FOLDER KILLS MOST SECONDS SEED [early]

KILLS of them, then more until so many seconds are over or there were MOST. A process of its own with nothing else in
it, so that it may fork. Prints a JSON summary. early: the children
acknowledge before the commit, a seeded bug that the count of losses must show.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import select
import signal
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from app.clock import SystemClock
from app.domain.edits import Edit, Scalar
from app.domain.ids import DeviceId, TaskId
from app.domain.review import STATUS, Status
from app.storage.changes import BatchChange, FeedChanges
from app.storage.workspace import Workspace, create, open_workspace
from tests.soaking import rounds
from tests.unit.storage.storage_samples import DEVICE, KEY, a_pack, a_result, a_task, batch_payload, identity

COMMENTED, SENT = TaskId("b1-t0"), TaskId("b1-t1")
LONGEST_S = 0.012


def revision(version: int) -> BatchChange:
    """Each version has tasks of its own beside the two that are worked on."""
    kept = a_pack([a_task(0), a_task(1)])
    fresh = a_pack([a_task(version * 10 + n) for n in range(2, 6)], "more.jsonl")
    return BatchChange.of(batch_payload(version=version), b"document", (kept, fresh))


def one_edit(task: TaskId, path: str, old: Scalar | None, new: Scalar | None, n: int) -> Edit:
    name = f"{os.getpid()}-{n}-{task}"
    return Edit(name, DeviceId(DEVICE), task, path, old, new, datetime.now(UTC), name)


def child(folder: Path, acknowledge: int, seed: int, early: bool) -> None:
    """Writes until it is killed. Each line on the pipe: comment number, feed version, journal seq."""
    dice = random.Random(seed)
    workspace = open_workspace(folder, KEY, SystemClock())
    comment = workspace.work.review(COMMENTED).comment
    number, version = int(comment or 0), int(workspace.lab.state("cursor") or 0)
    for n in itertools.count():
        kind = dice.random()
        if kind < 0.7:
            ahead = (number + 1, version)
        elif kind < 0.9:
            ahead = (number, version)
        else:
            ahead = (number, version + 1)
        if early:
            os.write(acknowledge, b"%d %d %d\n" % (*ahead, workspace.journal_seq() + (kind < 0.9)))
        if kind < 0.7:
            old = str(number) if number else None
            workspace.work.record([one_edit(COMMENTED, "/comment", old, str(number + 1), n)])
        elif kind < 0.9:
            turn(workspace, n)
        else:
            workspace.lab.apply(FeedChanges(batches=(revision(version + 1),)), str(version + 1))
        number, version = ahead
        if not early:
            os.write(acknowledge, b"%d %d %d\n" % (number, version, workspace.journal_seq()))


def turn(workspace: Workspace, n: int) -> None:
    """Submit, or withdraw what is submitted."""
    if workspace.work.review(SENT).status is Status.SUBMITTED:
        back = one_edit(SENT, STATUS, "submitted", None, n)
        workspace.work.withdraw([back], a_result().result, 1)
    else:
        workspace.work.submit([one_edit(SENT, STATUS, None, "submitted", n)], lambda p: a_result(p.head))


def kill_one(folder: Path, dice: random.Random, early: bool) -> tuple[int, int, int]:
    """The last acknowledgement of a child that was killed a random time after it began to write."""
    reading, writing = os.pipe()
    seed = dice.randrange(1 << 30)
    pid = os.fork()
    if pid == 0:
        try:
            child(folder, writing, seed, early)
        finally:
            os._exit(1)
    os.close(writing)
    heard = os.read(reading, 65536)
    deadline = time.monotonic() + dice.random() * LONGEST_S
    while (left := deadline - time.monotonic()) > 0:
        if select.select([reading], [], [], left)[0]:
            heard += os.read(reading, 65536)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if os.WTERMSIG(status) != signal.SIGKILL:
        raise RuntimeError("a child ended by itself")
    while more := os.read(reading, 65536):
        heard += more
    os.close(reading)
    last = heard[: heard.rfind(b"\n")].splitlines()[-1]
    number, version, seq = (int(part) for part in last.split())
    return number, version, seq


def verify(folder: Path, acknowledged: tuple[int, int, int], *, wholly: bool) -> list[str]:
    """What is lost, damaged or half done after a kill."""
    workspace = open_workspace(folder, KEY, SystemClock())
    found = []
    stored = (
        int(workspace.work.review(COMMENTED).comment or 0),
        int(workspace.lab.state("cursor") or 0),
        workspace.journal_seq(),
    )
    if any(have < promised for have, promised in zip(stored, acknowledged, strict=True)):
        found.append("lost")
    submitted = workspace.work.review(SENT).status is Status.SUBMITTED
    if submitted != bool(workspace.outbox.all()):
        found.append("half a submission")
    batch = workspace.lab.batches()[0]
    tasks = workspace.lab.tasks()
    if (batch.version, len(tasks), tasks[-1]) != (stored[1], 6, f"b1-t{stored[1] * 10 + 5}"):
        found.append("half a feed")
    if wholly:
        found += [f"{problem.code} {problem.detail}" for problem in workspace.check()]
    workspace.close()
    return found


def main(folder: Path, turns: Iterator[int], seed: int, early: bool) -> dict[str, object]:
    dice = random.Random(seed)
    workspace = create(folder, KEY, identity(), SystemClock())
    workspace.lab.apply(FeedChanges(batches=(revision(1),)), "1")
    workspace.close()
    losses: list[str] = []
    acknowledged, kills = (0, 1, 0), 0
    for number in turns:
        acknowledged, kills = kill_one(folder, dice, early), number + 1
        losses += verify(folder, acknowledged, wholly=kills % 100 == 0)
    losses += verify(folder, acknowledged, wholly=True)
    return {"kills": kills, "edits": acknowledged[2], "feeds": acknowledged[1], "losses": losses}


if __name__ == "__main__":
    turns = rounds(int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
    print(json.dumps(main(Path(sys.argv[1]), turns, int(sys.argv[5]), "early" in sys.argv[6:])))
