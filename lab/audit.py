"""Who did what and when: one JSON line for each call and each act at the desk. Never content.

`audit/<day>-<host>-<process>.jsonl` in the lab's folder, for its owner only; old days are the owner's to move
or delete. A line is written within a second, and what waits when the lab ends is written then. A full disk
stops no work: the lines that could not be written are counted in the log.
"""

from __future__ import annotations

import getpass
import json
import logging
import os
import re
import socket
import threading
from pathlib import Path
from typing import Any

from app.clock import Clock
from app.domain.times import to_text

log = logging.getLogger("lab")
FLUSH_S = 1.0
MOST = 10_000
"""Lines that wait at most; more are counted and let go."""


class Audit:
    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock
        self._lines: list[str] = []
        self._lost = 0
        self._guard = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._ended = False

    def call(
        self, who: str, kid: str, method: str, route: str, about: list[str], status: int, ms: int
    ) -> None:
        """A call over HTTP. route: the call's path. about: ids in the path, such as a blob's digest."""
        self._note(
            {"who": who, "kid": kid, "what": f"{method} {route}", "of": about, "status": status, "ms": ms}
        )

    def desk(self, act: str, about: list[str]) -> None:
        """An act of the lab's engineer, by the account she works under."""
        try:
            account = getpass.getuser()
        except (OSError, KeyError):
            account = "?"
        self._note({"who": f"desk:{account}", "what": act, "of": about})

    def close(self) -> None:
        """Write what waits."""
        self._ended = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self._flush()

    def _note(self, line: dict[str, Any]) -> None:
        text = json.dumps({"at": to_text(self._clock.now()), **line}, separators=(",", ":"))
        with self._guard:
            if len(self._lines) >= MOST:
                self._lost += 1
                return
            self._lines.append(text)
            if self._thread is None and not self._ended:
                self._thread = threading.Thread(target=self._run, name="lab-audit", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._ended:
            self._wake.wait(FLUSH_S)
            self._flush()

    def _flush(self) -> None:
        with self._guard:
            lines, self._lines, lost, self._lost = self._lines, [], self._lost, 0
        if not lines:
            return
        host = re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())[:40]
        path = self._folder / f"{lines[0][7:17]}-{host}-{os.getpid()}.jsonl"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with open(fd, "wb") as out:
                out.write("".join(line + "\n" for line in lines).encode())
        except OSError as exc:
            lost += len(lines)
            log.error("the audit log cannot be written (%s)", type(exc).__name__)
        if lost:
            log.error("%d lines of the audit log were lost", lost)
