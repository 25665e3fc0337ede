"""The sample lab of the first run: a real lab on this computer, as a child process that ends with the program."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from app.errors import Cancelled, StorageError
from app.paths import import_path

SAMPLES = (
    "emergency-medicine",
    "contract-law",
    "code-review",
    "preference-triage",
    "ranking-clauses",
    "ratings-explanations",
    "steps-dosing",
    "safety-calls",
    "spans-translation",
    "ideal-discharge",
)
"""In the order of the desk: three with rubrics, then one for each other kind of judgement."""
AT_ONCE = 2
"""Imports run beside each other: each is a process that mostly starts up."""
START_S = 60.0
LOOK_S = 0.05


class SampleLab:
    """program: how this program is started (`assay`, or an interpreter with `-P -m cli`)."""

    def __init__(self, program: Sequence[str], folder: Path, samples: Path) -> None:
        self._program = tuple(program)
        self.folder = folder
        self._samples = samples
        self._server: subprocess.Popen[bytes] | None = None

    def exists(self) -> bool:
        return (self.folder / "lab.json").exists()

    def start(
        self,
        language: str = "en",
        *,
        name: str = "",
        cancelled: Callable[[], bool] = lambda: False,
        said: Callable[[int, int], None] = lambda done, total: None,
    ) -> str:
        """Make the lab with its sample batches, serve it, and return an invitation. said: (steps done, of).

        name: the lab knows the expert by it; empty for “you” in the language.
        """
        total = len(SAMPLES) + 2
        who = name or ("You" if language == "en" else "您")
        at = str(self.folder)
        self._run("lab", "init", at, "--name", "Sample lab" if language == "en" else "範例實驗室")
        invitation = str(
            self._run("lab", "invite", "--lab", at, "--role", "expert", "--name", who)["invitation"]
        )
        sources = [str(self._samples / sample / language) for sample in SAMPLES]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            runs = [
                pool.submit(self._run, "lab", "import", "sample", source, "--lab", at) for source in sources
            ]
            try:
                for done, run in enumerate(runs, 1):
                    said(done, total)
                    run.result()
                    if cancelled():
                        raise Cancelled
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
        self._run("lab", "assign", *(str(run.result()["batch"]) for run in runs), "--lab", at)
        said(total - 1, total)
        self.serve(cancelled)
        said(total, total)
        return invitation

    def serve(self, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Start the server and wait until it answers."""
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        self._server = subprocess.Popen(
            [*self._program, "lab", "serve", "--lab", str(self.folder), "--ready-file", str(ready)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **import_path()},
        )
        until = time.monotonic() + START_S
        while not ready.exists():
            if self._server.poll() is not None or time.monotonic() > until:
                self.stop()
                raise _failed("serve")
            if cancelled():
                self.stop()
                raise Cancelled
            with suppress(subprocess.TimeoutExpired):
                self._server.wait(LOOK_S)

    def call(self, *arguments: str) -> bytes:
        """The raw output of a command of this program."""
        done = subprocess.run(
            [*self._program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env={**os.environ, **import_path()},
        )
        if done.returncode != 0:
            raise _failed(" ".join(arguments[:2]))
        return done.stdout

    def _run(self, *arguments: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.call(*arguments, "--json"))
        return found

    def stop(self) -> None:
        """End the server; again: nothing."""
        server, self._server = self._server, None
        if server is None:
            return
        server.terminate()
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _failed(step: str) -> StorageError:
    return StorageError(
        "sample.failed",
        "The sample lab could not be started ({step}).",
        hint="Nothing of yours was changed. Try again, or start it by hand: `assay lab serve`.",
        params={"step": step},
    )
