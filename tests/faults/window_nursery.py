"""Whole programs, each with its real window (offscreen), that are killed while keys are pressed in them.

    python -m tests.faults.window_nursery FOLDER KILLS MOST SECONDS SEED [early]

KILLS of them, then more until so many seconds are over or there were MOST. A process of its own that imports the window
once and forks: a start takes a third of a second then. Each child answers criteria by key events as fast as they go and
acknowledges what the window called saved; it is killed at a random moment, and the workspace that it leaves is looked
at before the next child starts over it. Prints a JSON summary. early: the children acknowledge when the key was
pressed, a seeded bug that the losses must show.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app import workstation
from app.domain.edits import Edit
from app.domain.ids import DeviceId, ExpertId, LabId
from app.domain.review import Status
from app.keys.box import Cost
from app.keys.keyset import Secrets
from app.keys.vault import Vault
from app.storage.rows import WorkspaceIdentity
from app.storage.workspace import Workspace
from tests.soaking import rounds
from tests.workspaces import add_batch, task_json
from ui.live import LiveSession

PASSPHRASE = "a long enough secret"
CHEAP = Cost(t=1, m=8, p=1)
TASKS = 4
LONGEST_S = 0.5
MOST = 24
PATIENCE_S = 30.0

WINDOW = (
    "ui.application", "ui.shell", "ui.screens", "ui.desk.screen", "ui.grading.screen", "ui.grading.presenter",
    "ui.panels.reading.reading_panel", "ui.panels.reading.paint", "ui.panels.rubric.panel", "ui.idle",
    "app.storage.writer",
    "app.services.rendering", "app.services.syncing", "app.sync.connectors.lab",
)  # fmt: skip
"""What a child would import anew."""
KEYS: Sequence[tuple[str, int]] = (
    ("Y", 20), ("N", 20), ("P", 3), ("X", 3), ("U", 2), ("1", 4), ("+", 4), ("Down", 8), ("Up", 3),
    ("Right", 4), ("Left", 2), ("Alt+Right", 4), ("Alt+Left", 2), ("Space", 3), ("Ctrl+Z", 6),
    ("Ctrl+Shift+Z", 3), ("Ctrl+Return", 3), ("C", 3), ("Esc", 6), ("R", 1),
)  # fmt: skip
"""What is pressed, and how often. In a comment, letters are written until Esc."""


def cheap_vault(folder: Path) -> Vault:
    return Vault(folder, cost=CHEAP)


def make_home(home: Path) -> None:
    """A lab under a passphrase with a batch of a few tasks, nothing begun."""

    def identify(secrets: Secrets) -> WorkspaceIdentity:
        return WorkspaceIdentity(
            LabId("lab-1"), "Harbor Medical", "http://127.0.0.1:1", ExpertId("e"), DeviceId("d"), "kid",
            secrets.key_id, True,
        )  # fmt: skip

    labs = workstation.build(home, vault_at=cheap_vault).labs
    session = labs.create(LabId("lab-1"), identify, PASSPHRASE)
    add_batch(session.workspace, [task_json(n) for n in range(1, TASKS + 1)])
    session.close()


def child(home: Path, acknowledge: int, seed: int, early: bool) -> None:
    """The program itself, from its own entry, with somebody at the keys. Each line on the pipe: a journal seq."""
    import ui.application
    from ui.__main__ import run

    class Hands(ui.application.Application):
        """The application, and hands on its keyboard as soon as it is ready."""

        def start(self) -> None:
            self.ready.connect(self._sit_down)
            super().start()

        def _sit_down(self) -> None:
            lab = self.shell.lab
            if lab is None:
                os._exit(3)
            if early:
                _boast(lab.live, lab.session.workspace, say)
            else:
                lab.live.saved.connect(lambda saved: say(saved.seq))
            self._typist = Typist(self.shell.window.window(), seed)
            self._hands = QTimer(self)
            self._hands.timeout.connect(self._typist.press)
            self._hands.start(0)
            say(0)

    def say(seq: int) -> None:
        os.write(acknowledge, b"%d\n" % seq)

    ui.application.Application = Hands  # type: ignore[misc]
    os._exit(run(home, secret=PASSPHRASE))


def _boast(live: LiveSession, workspace: Workspace, say: Callable[[int], None]) -> None:
    """The seeded bug: said when the writing is asked for, not when it is done."""
    keep = live.keep

    def early(edits: Sequence[Edit]) -> None:
        if edits:
            say(workspace.journal_seq() + len(edits))
        keep(edits)

    live.keep = early  # type: ignore[method-assign]


class Typist:
    """Opens the first task, then presses keys as chance has it."""

    def __init__(self, window: QWidget, seed: int) -> None:
        self._window = window
        self._dice = random.Random(seed)
        self._names, self._weights = [name for name, _ in KEYS], [weight for _, weight in KEYS]
        self._hit("Return")

    def press(self) -> None:
        self._hit(self._dice.choices(self._names, self._weights)[0])

    def _hit(self, name: str) -> None:
        pressed = QKeySequence(name)[0]  # type: ignore[index]
        QTest.keyClick(QApplication.focusWidget() or self._window, pressed.key(), pressed.keyboardModifiers())


def kill_one(home: Path, dice: random.Random, early: bool) -> list[int]:
    """What a child acknowledged before it was killed: after a random time, or right at an acknowledgement."""
    reading, writing = os.pipe()
    seed = dice.randrange(1 << 30)
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        child(home, writing, seed, early)
    os.close(writing)
    at_once = dice.randrange(1, MOST) if early or dice.random() < 0.5 else sys.maxsize
    heard, until = b"", time.monotonic() + PATIENCE_S
    while heard.count(b"\n") <= at_once and (left := until - time.monotonic()) > 0:
        if select.select([reading], [], [], left)[0]:
            if not heard:
                until = (
                    time.monotonic() + (LONGEST_S if at_once == sys.maxsize else PATIENCE_S) * dice.random()
                )
            more = os.read(reading, 65536)
            if not more:
                break
            heard += more
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if not heard or not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
        raise RuntimeError(f"a child ended by itself with {status}, after {heard!r}")
    while more := os.read(reading, 65536):
        heard += more
    os.close(reading)
    return [int(line) for line in heard[: heard.rfind(b"\n")].splitlines()]


def verify(home: Path, acknowledged: int, before: int) -> tuple[list[str], int]:
    """What is lost, damaged or half done after a kill; and how far the journal goes."""
    labs = workstation.build(home, vault_at=cheap_vault).labs
    # Keys may have wandered to the button that locks: a lock keeps what was saved like any other end.
    session = labs.unlocked(labs.pick(None), PASSPHRASE)
    workspace = session.workspace
    try:
        found = [f"{problem.code} {problem.detail}" for problem in workspace.check()]
        seq = workspace.journal_seq()
        if seq < max(acknowledged, before):
            found.append("lost")
        submitted = {t for t in workspace.lab.tasks() if workspace.work.review(t).status is Status.SUBMITTED}
        if submitted != {row.task for row in workspace.outbox.all()}:
            found.append("half a submission")
        return found, seq
    finally:
        session.close()


def main(home: Path, turns: Iterator[int], seed: int, early: bool) -> dict[str, object]:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    make_home(home)
    for name in WINDOW:
        importlib.import_module(name)
    dice = random.Random(seed)
    losses: list[str] = []
    seq = said = kills = 0
    for number in turns:
        lines = kill_one(home, dice, early)
        said += len(lines) - 1
        found, seq = verify(home, max(lines), seq)
        losses += found
        kills = number + 1
    return {"kills": kills, "edits": seq, "acknowledged": said, "losses": losses}


if __name__ == "__main__":
    turns = rounds(int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
    print(json.dumps(main(Path(sys.argv[1]), turns, int(sys.argv[5]), "early" in sys.argv[6:])))
