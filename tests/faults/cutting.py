"""A line to a lab that is cut where a test says, and what must agree at both ends after it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

from app.errors import OfflineError
from tests.contract.sync_rig import Laptop, connector
from tests.hostile.lying_lab import LyingLab, enrolled_laptop, quarantined, serving_lies


class Cutter:
    """A proxy on loopback that passes so many bytes each way since the last `cut`, then hangs up.

    after: what happens at further hang-ups, (up, down) each; then everything passes. Without it, nothing does.
    """

    def __init__(self, target: str) -> None:
        host, _, port = target.removeprefix("http://").partition(":")
        self._target = (host, int(port))
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._server.settimeout(0.05)
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.up: int | None = None
        self.down: int | None = None
        self.passed = [0, 0]
        self.after: list[tuple[int | None, int | None]] | None = None
        self._ending = False
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def cut(
        self,
        up: int | None = None,
        down: int | None = None,
        after: list[tuple[int | None, int | None]] | None = None,
    ) -> None:
        self.up, self.down, self.passed, self.after = up, down, [0, 0], after

    def _was_cut(self) -> None:
        if self.after is not None:
            (self.up, self.down), self.after = (*self.after, (None, None))[0], self.after[1:]
            self.passed = [0, 0]

    def close(self) -> None:
        self._ending = True
        self._thread.join(5)
        self._server.close()

    def _accept(self) -> None:
        while not self._ending:
            with contextlib.suppress(TimeoutError, OSError):
                near, _ = self._server.accept()
                far = socket.create_connection(self._target, timeout=5)
                for end in (near, far):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
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
                    self._was_cut()
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
