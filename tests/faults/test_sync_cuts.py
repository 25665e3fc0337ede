"""R5, I2, I3: the line cut at any byte, either way, once and again: each result is at the lab once, byte for byte,
and its receipt is held exactly if the lab has it."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.errors import OfflineError
from app.wire import jsonio
from tests.contract.sync_rig import Laptop, connector
from tests.hostile.lying_lab import LyingLab, enrolled_laptop, holdings, quarantined, serving_lies

SOAK = bool(os.environ.get("ASSAY_SOAK"))


class Cutter:
    """A proxy on loopback that passes so many bytes each way since the last `cut`, then hangs up."""

    def __init__(self, target: str) -> None:
        host, _, port = target.removeprefix("http://").partition(":")
        self._target = (host, int(port))
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._server.settimeout(0.05)
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.up: int | None = None
        self.down: int | None = None
        self.passed = [0, 0]
        self._ending = False
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def cut(self, up: int | None = None, down: int | None = None) -> None:
        self.up, self.down, self.passed = up, down, [0, 0]

    def close(self) -> None:
        self._ending = True
        self._thread.join(5)
        self._server.close()

    def _accept(self) -> None:
        while not self._ending:
            with contextlib.suppress(TimeoutError, OSError):
                near, _ = self._server.accept()
                far = socket.create_connection(self._target, timeout=5)
                threading.Thread(target=self._pass, args=(near, far, 0), daemon=True).start()
                threading.Thread(target=self._pass, args=(far, near, 1), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, way: int) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                limit = (self.up, self.down)[way]
                room = len(data) if limit is None else limit - self.passed[way]
                sink.sendall(data[: max(room, 0)])
                self.passed[way] += min(len(data), max(room, 0))
                if room < len(data):
                    break
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextlib.contextmanager
def world(folder: Path) -> Iterator[tuple[LyingLab, Laptop, Cutter]]:
    with serving_lies(LyingLab()) as lab:
        lab.honest("b", 1, 3)
        expert = enrolled_laptop(lab, folder)
        expert.sync()
        cutter = Cutter(lab.url)
        try:
            yield lab, expert, cutter
        finally:
            cutter.close()
            expert.workspace.close()


def attempt(expert: Laptop, lab: LyingLab, cutter: Cutter) -> None:
    """One sync through the proxy; what the expert sees when it breaks is that the lab is away."""
    with connector(cutter.url, expert.key, expert.clock) as line, contextlib.suppress(OfflineError):
        expert.sync_over(line)
    assert agree(expert, lab)


def agree(expert: Laptop, lab: LyingLab) -> bool:
    """A receipt is held only if the lab has these very bytes."""
    rows = expert.workspace.outbox.all()
    return all(row.state != "receipted" or row.digest in lab.results for row in rows)


def settled(expert: Laptop, lab: LyingLab, digests: list[str]) -> None:
    expert.sync()
    assert set(lab.results) == set(digests)
    states = {row.state for row in expert.workspace.outbox.all()}
    assert states == {"receipted"}
    assert quarantined(expert) == []


def again(expert: Laptop, lab: LyingLab) -> list[str]:
    """The same results on their way once more, the lab without them."""
    lab.results.clear()
    rows = expert.workspace.outbox.all()
    expert.workspace.outbox.send_again([row.number for row in rows])
    return [row.digest for row in rows]


def measured(expert: Laptop, lab: LyingLab, cutter: Cutter) -> tuple[int, int]:
    """Bytes up and down of one whole sync."""
    cutter.cut()
    attempt(expert, lab, cutter)
    return cutter.passed[0], cutter.passed[1]


def test_results_cut_at_bytes_all_along_both_ways(tmp_path: Path) -> None:
    with world(tmp_path / "ws") as (lab, expert, cutter):
        for n in (1, 2, 3):
            expert.submit(f"t{n}")
        up, down = measured(expert, lab, cutter)
        step = 1 if SOAK else 37
        for way, length in (("up", up), ("down", down)):
            for place in range(0, length, step):
                digests = again(expert, lab)
                cutter.cut(**{way: place})
                attempt(expert, lab, cutter)
                settled(expert, lab, digests)


def test_cut_and_then_cut_again(tmp_path: Path) -> None:
    with world(tmp_path / "ws") as (lab, expert, cutter):
        expert.submit("t1")
        up, down = measured(expert, lab, cutter)
        chance = random.Random(5)
        for _ in range(2000 if SOAK else 120):
            digests = again(expert, lab)
            for _ in range(2):
                one_way = chance.random() < 0.5
                cutter.cut(
                    up=chance.randrange(up) if one_way else None,
                    down=None if one_way else chance.randrange(down),
                )
                attempt(expert, lab, cutter)
            settled(expert, lab, digests)


def test_news_cut_anywhere_are_whole_or_not_there(tmp_path: Path) -> None:
    with world(tmp_path / "ws") as (lab, expert, cutter):
        chance = random.Random(6)
        whole = holdings(expert)
        for round_ in range(400 if SOAK else 40):
            name, start = f"n{round_}", 10 + 2 * round_
            lab.honest(name, start, 2)
            for _ in range(3):
                cutter.cut(down=chance.randrange(1, 9000))
                attempt(expert, lab, cutter)
                batches = {b[0]: b[4] for b in holdings(expert)["batches"]}
                assert batches.get(name) in (None, 2)
            expert.sync()
            found = holdings(expert)
            assert len(found["tasks"]) == len(whole["tasks"]) + 2
            whole = found
        assert quarantined(expert) == []


class Crash:
    """The lab commits and dies before it answers."""

    def __init__(self, lab: LyingLab) -> None:
        self._lab = lab

    def __call__(self, handler: Any) -> None:
        for one in jsonio.loads(handler.body)["results"]:
            self._lab.outcome(jsonio.dumps(one))
        handler.close_connection = True


def test_a_lab_killed_between_commit_and_reply(tmp_path: Path) -> None:
    with world(tmp_path / "ws") as (lab, expert, _):
        new = expert.submit("t1")
        lab.answers["/v1/results"] = Crash(lab)
        with pytest.raises(OfflineError):
            expert.sync()
        receipts = dict(lab.results)
        assert expert.workspace.outbox.counts() == {"sent": 1}
        del lab.answers["/v1/results"]
        settled(expert, lab, [new.digest])
        assert lab.results == receipts
