"""A real window on a real X server with a window manager, worked by keys that come from outside of the program."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from app import workstation
from app.domain.ids import DeviceId, ExpertId, LabId
from app.keys.box import Cost
from app.keys.keyset import Secrets
from app.keys.vault import Vault
from app.storage.rows import WorkspaceIdentity
from tests.command_line import ROOT, Program
from tests.workspaces import add_batch, task_json

PASSPHRASE = "a long enough secret"
SIZE = "1280x800"
COLOURS = 200
"""More than a window without text, icons or colour has."""
BAR, PAGE = (26, 70), (90, 760)
"""Rows of the screen: the window's bar below its title, and its page."""
PATIENCE_S = 20.0


@dataclass
class Screen:
    """An X server of this test's own. keys: as xdotool names them; letters: what is typed."""

    display: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        env = {k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
        return env | {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb", "PYTHONWARNINGS": "error"}

    def run(self, *command: str) -> str:
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def keys(self, *names: str) -> None:
        self.run("xdotool", "key", "--delay", "60", *names)

    def letters(self, text: str) -> None:
        self.run("xdotool", "type", "--delay", "20", text)

    def picture(self) -> QImage:
        path = self.folder / "screen.png"
        path.unlink(missing_ok=True)
        self.run("import", "-window", "root", str(path))
        return QImage(str(path))

    def colours(self, first: int, last: int) -> int:
        """In these rows of pixels."""
        picture = self.picture()
        return len({picture.pixel(x, y) for y in range(first, last, 2) for x in range(0, picture.width(), 2)})

    def has_bar(self) -> bool:
        """The window's own bar, which only an open lab has."""
        return self.colours(*BAR) > 30

    def is_steady(self) -> bool:
        return self.picture() == self.picture()


def until(condition: Callable[[], bool], what: str) -> None:
    """Look again, each look takes a while itself, until it is so."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, what


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{SIZE}x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with open(reading, encoding="ascii") as told:
        number = told.readline().strip()
    assert number, "no X server started"
    found = Screen(f":{number}", tmp_path)
    manager = subprocess.Popen(["openbox"], env=found.environment, stderr=subprocess.DEVNULL)
    try:
        until(lambda: bool(found.run("xdotool", "get_desktop")), "the window manager did not start")
        yield found
    finally:
        for child in (manager, server):
            child.terminate()
            child.wait(10)


def cheap_vault(folder: Path) -> Vault:
    return Vault(folder, cost=Cost(t=1, m=8, p=1))


def make_home(home: Path) -> None:
    def identify(secrets: Secrets) -> WorkspaceIdentity:
        return WorkspaceIdentity(
            LabId("lab-1"), "Harbor Medical", "http://127.0.0.1:1", ExpertId("e"), DeviceId("d"), "kid",
            secrets.key_id, True,
        )  # fmt: skip

    session = workstation.build(home, vault_at=cheap_vault).labs.create(LabId("lab-1"), identify, PASSPHRASE)
    add_batch(session.workspace, [task_json(n) for n in (1, 2)])
    session.close()


def test_unlock_grade_and_close_with_keys_from_outside(screen: Screen, tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_home(home)
    assay = Program(home, passphrase=PASSPHRASE, secrets=tmp_path)

    def verdicts() -> dict[str, object]:
        found = assay.json("show", "t1")["review"]["judgement"].get("responses", {})
        return {c: v.get("value") for r in found.values() for c, v in r.get("verdicts", {}).items()}

    window = subprocess.Popen(
        [sys.executable, "-m", "cli", "--home", str(home)], cwd=ROOT, env=screen.environment,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        until(lambda: "Assay" in screen.run("xdotool", "getactivewindow", "getwindowname"), "no window")
        until(lambda: screen.colours(*PAGE) > 20, "the lock page was not painted")
        until(screen.is_steady, "the lock page does not come to rest")
        screen.letters(PASSPHRASE)
        screen.keys("Return")
        until(screen.has_bar, "the Desk was not painted")
        until(screen.is_steady, "the Desk does not come to rest")
        before = screen.picture()
        screen.keys("Return")
        until(lambda: screen.picture() != before, "nothing happened on Enter")
        until(screen.is_steady, "the task does not come to rest")
        screen.keys("y", "n", "p")
        until(lambda: len(verdicts()) == 3, "the verdicts are not on the disk")
        assert list(verdicts().values()) == ["met", "not_met", "partly"]
        assert screen.colours(*PAGE) > COLOURS
        screen.keys("ctrl+q")
        _, said = window.communicate(timeout=PATIENCE_S)
        assert (window.returncode, said) == (0, b"")
    finally:
        window.kill()
        window.communicate()
