"""A scripted day on a workspace in which the n-th write, sync, truncation or rename fails, once or for good.

    python -m tests.faults.io_nursery FOLDER judging|attaching|keeping

For n = 1, 2, 3 … until the day ends without a fault; every run in a forked child, whose acknowledgements must hold when
the parent opens the file again. Prints a JSON summary.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from app.clock import SystemClock
from app.domain.ids import Digest
from app.domain.review import STATUS, Status
from app.errors import AssayError
from app.storage.changes import FeedChanges
from app.storage.workspace import Workspace, create, open_workspace
from tests.faults.power_nursery import CHUNK, SENT, TASK, blob, edit
from tests.faults.recording import Recorder
from tests.unit.storage.storage_samples import KEY, a_result, an_offer, identity

Act = Callable[[Workspace], Any]
DIGEST = Digest(hashlib.sha256(blob(1)).hexdigest())


def judging() -> Iterator[tuple[str, Act]]:
    """(what holds once it is acknowledged, what is done)."""
    for n in range(1, 7):
        yield f"comment {n}", partial(_comment, n=n)
        if n == 2:
            yield (
                "submitted",
                lambda w: w.work.submit(
                    [edit(900, SENT, STATUS, None, "submitted")], lambda p: a_result(p.head)
                ),
            )
        if n == 4:
            yield (
                "withdrawn",
                lambda w: w.work.withdraw([edit(901, SENT, STATUS, "submitted", None)], a_result().result, 1),
            )


def _comment(workspace: Workspace, n: int) -> None:
    old = workspace.work.review(TASK).values.get("/comment")
    workspace.work.record([edit(n, TASK, "/comment", old, f"{n} " + "word " * 60)])


def attaching() -> Iterator[tuple[str, Act]]:
    data = blob(1)
    yield "part 1", lambda w: w.attachments.append(DIGEST, data[:CHUNK], offset=w.attachments.have(DIGEST))
    yield (
        "",
        lambda w: w.attachments.append(
            DIGEST, data[w.attachments.have(DIGEST) :], offset=w.attachments.have(DIGEST)
        ),
    )
    yield "whole", _finish


def _finish(workspace: Workspace) -> None:
    have = workspace.attachments.have(DIGEST)
    if have < len(blob(1)):
        workspace.attachments.append(DIGEST, blob(1)[have:], offset=have)
    workspace.attachments.finish(DIGEST)


def keeping() -> Iterator[tuple[str, Act]]:
    yield "feed 2", lambda w: w.lab.apply(FeedChanges(batches=(an_offer("b2"),)), "2")
    yield "comment 1", lambda w: _comment(w, 1)
    yield "snapshot", lambda w: w.snapshot()
    yield "", lambda w: w.keep_about()
    yield "feed 3", lambda w: w.lab.apply(FeedChanges(batches=(an_offer("b3"),)), "3")


DAYS: dict[str, Callable[[], Iterator[tuple[str, Act]]]] = {
    "judging": judging,
    "attaching": attaching,
    "keeping": keeping,
}


def child(folder: Path, day: str, recorder: Recorder, out: int) -> None:
    """Everything is tried, whatever failed before; a line for each acknowledgement and each error's code."""
    recorder.done = 0
    try:
        workspace = open_workspace(folder, KEY, SystemClock())
    except AssayError as exc:
        os.write(out, f"error {exc.code}\n".encode())
        return
    for holds, act in DAYS[day]():
        os.write(out, f"try {holds}\n".encode())
        try:
            act(workspace)
        except AssayError as exc:
            os.write(out, f"error {exc.code}\n".encode())
        else:
            os.write(out, f"ack {holds}\n".encode())
    try:
        workspace.close()
    except AssayError as exc:
        os.write(out, f"error {exc.code}\n".encode())
    os.write(out, f"done {recorder.done}\n".encode())


def run(folder: Path, day: str, recorder: Recorder) -> list[list[str]]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            child(folder, day, recorder, writing)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    heard = b""
    while more := os.read(reading, 65536):
        heard += more
    os.close(reading)
    _, status = os.waitpid(pid, 0)
    lines = [line.split(" ", 1) for line in heard.decode().splitlines()]
    return lines if status == 0 else [*lines, ["bug", "it ended by itself"]]


def wrong(folder: Path, lines: list[list[str]]) -> list[str]:
    """What does not hold after the run, by the program's own eyes."""
    found = [f"bug: {what}" for kind, what in lines if kind == "bug"]
    acks = [what for kind, what in lines if kind == "ack"]
    try:
        workspace = open_workspace(folder, KEY, SystemClock())
    except AssayError as exc:
        return [*found, f"cannot be opened: {exc.code}"]
    try:
        comment = int((workspace.work.review(TASK).comment or "0").split()[0])
        if comment < max((int(a.split()[1]) for a in acks if a.startswith("comment")), default=0):
            found.append("edit lost")
        submitted = workspace.work.review(SENT).status is Status.SUBMITTED
        if submitted != bool(workspace.outbox.all()):
            found.append("half a submission")
        # What failed may have been kept all the same; only what was acknowledged last is sure.
        tried = [what for kind, what in lines if kind == "try" and what in ("submitted", "withdrawn")]
        last = [a for a in acks if a in ("submitted", "withdrawn")][-1:]
        if last and last == tried[-1:] and submitted != (last[0] == "submitted"):
            found.append("submission lost")
        cursor = int(workspace.lab.state("cursor") or 0)
        if cursor < max((int(a.split()[1]) for a in acks if a.startswith("feed")), default=0):
            found.append("feed lost")
        if "part 1" in acks and workspace.attachments.have(DIGEST) < CHUNK:
            found.append("part lost")
        if "whole" in acks and not workspace.attachments.complete(DIGEST):
            found.append("attachment lost")
        if "snapshot" in acks and not workspace.snapshots():
            found.append("snapshot lost")
        found += [problem.code for problem in workspace.check()]
    finally:
        workspace.close()
    return found


def main(root: Path, day: str) -> dict[str, Any]:
    recorder = Recorder(root)
    recorder.attach()
    create(root / "whole", KEY, identity(), SystemClock()).close()
    workspace = open_workspace(root / "whole", KEY, SystemClock())
    workspace.lab.apply(FeedChanges(batches=(an_offer(),)), "1")
    workspace.close()
    summary: dict[str, Any] = {"runs": 0, "wrong": [], "codes": Counter(), "faults": {}}
    for code, for_good in ((errno.EIO, False), (errno.ENOSPC, True)):
        n = 1
        while True:
            folder = root / "day"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(root / "whole", folder)
            recorder.fail = (n, code, for_good)
            lines = run(folder, day, recorder)
            recorder.fail = None
            summary["runs"] += 1
            summary["codes"].update(what for kind, what in lines if kind == "error")
            summary["wrong"] += [f"{day} {n} {code}: {one}" for one in wrong(folder, lines)]
            if next((int(what) for kind, what in lines if kind == "done"), n) < n:
                summary["faults"][errno.errorcode[code]] = n - 1
                break
            n += 1
    return summary


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2])))
