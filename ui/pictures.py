"""Pictures of every screen, made by the program itself: the real window over a real workspace, offscreen.

    python -m ui.pictures HOME FOLDER        (the lab's passphrase comes from ASSAY_PASSPHRASE_FILE)

Each variant has a copy of the home of its own: all begin at the same state, and the home is left as it was. What
is typed for a picture is what a person could type.

What a lead and her experts see of each other is drawn from homes of a team (`ui.pictures_team`).
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.ids import TaskId
from app.paths import Home
from app.services.session import Session
from app.settings import SettingsFile
from ui.application import Application
from ui.frame import Frame, first_look
from ui.pictures_authoring import writing
from ui.pictures_files import files
from ui.pictures_judging import judging
from ui.pictures_marking import marking
from ui.pictures_steps import Step, Walk, press, report, rest
from ui.shell import Shell

SIZE = (1440, 900)
PATIENCE_MS = 30_000


@dataclass(frozen=True, slots=True)
class Variant:
    """name: the end of the files' names."""

    name: str
    appearance: str
    language: str
    scale: float = 1.0
    size: tuple[int, int] = SIZE


VARIANTS = (
    Variant("light-en", "light", "en"),
    Variant("dark-en", "dark", "en"),
    Variant("light-zh_TW", "light", "zh_TW"),
    Variant("dark-zh_TW", "dark", "zh_TW"),
    Variant("light-en-200", "light", "en", 2.0, (1600, 1000)),
    Variant("hc-dark-en", "hc-dark", "en"),
)


def draw(
    home: Path, secret: str, folder: Path, variants: Sequence[Variant] = VARIANTS, task: TaskId | None = None
) -> list[Path]:
    """Save `<screen>-<variant>.png` for every screen; the paths of what was saved.

    secret: opens the lab. task: the one to show in Grading; else where one left off.
    """
    saved: list[Path] = []
    for variant in variants:
        with _opened(home, variant, folder) as one:
            saved += [one.first_run(), *one.run(secret, partial(_screens, task))]
    return saved


def draw_walk(
    home: Path, secret: str, folder: Path, walk: Walk, variants: Sequence[Variant] = VARIANTS
) -> list[Path]:
    """Save `<step>-<variant>.png` for every step of a walk through the window over this home."""
    saved: list[Path] = []
    for variant in variants:
        with _opened(home, variant, folder) as one:
            saved += one.run(secret, walk)
    return saved


@contextmanager
def _opened(home: Path, variant: Variant, folder: Path) -> Iterator[_Round]:
    """A round over a copy of the home, in this variant."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(["Assay"])
    with tempfile.TemporaryDirectory(prefix="assay-pictures-") as room:
        # Without the sample lab itself: the one of the home may be running, and nothing is sent.
        copy = Path(shutil.copytree(home, Path(room, "home"), ignore=shutil.ignore_patterns("sample-lab")))
        SettingsFile(Home(copy).app_json).change(
            appearance=variant.appearance,
            language=variant.language,
            scale=variant.scale,
            reduce_motion=True,
            metered=True,
            window={},
        )
        yield _Round(app, Home(copy), folder, variant)


class _Round:
    """Screens in one variant, in a window of its own."""

    def __init__(self, app: QApplication, home: Home, folder: Path, variant: Variant) -> None:
        self._app = app
        self._home = home
        self._folder = folder
        self._variant = variant

    def run(self, secret: str, walk: Walk) -> list[Path]:
        frame = self._frame(self._home)
        application = Application(self._app, frame, self._home, secret=secret)
        self._started(application, frame)
        lab = application.shell.lab
        assert lab is not None
        saved = []
        for name, prepare in walk(application.shell, lab.session):
            prepare()
            saved.append(self._grab(application, frame, name))
        self._end(application)
        return saved

    def _frame(self, home: Home) -> Frame:
        frame = Frame(*first_look(home.app_json))
        frame.resize(*self._variant.size)
        return frame

    def _started(self, application: Application, frame: Frame) -> None:
        frame.show()
        application.start()
        _wait_for(application.ready.connect)
        rest(application.jobs)

    def _end(self, application: Application) -> None:
        _wait_for(application.ended.connect, application.quit)

    def first_run(self) -> Path:
        """On a home of its own, with nothing in it."""
        home = Home(self._home.root.parent / "first-run").ensure()
        v = self._variant
        SettingsFile(home.app_json).change(appearance=v.appearance, language=v.language, scale=v.scale)
        frame = self._frame(home)
        application = Application(self._app, frame, home)
        self._started(application, frame)
        path = self._grab(application, frame, "first-run")
        self._end(application)
        return path

    def _grab(self, application: Application, widget: QWidget, name: str) -> Path:
        rest(application.jobs)
        path = self._folder / f"{name}-{self._variant.name}.png"
        widget.grab().save(str(path))
        return path


def _screens(task: TaskId | None, shell: Shell, session: Session) -> Iterator[Step]:
    yield "desk", shell.go_desk
    yield "grading", lambda: _open_task(task, shell, session)
    yield "grading-why", lambda: press(shell, "why")
    yield "grading-before-submit", lambda: press(shell, "why", "submit")
    yield "keys", shell.open_keys
    yield "palette", lambda: _instead(shell.keys, shell.open_palette)
    yield "outbox", lambda: _instead(shell.palette, shell.go_outbox)
    yield "returns", lambda: press(shell, "returns")
    yield "reports", lambda: report(shell)
    yield "preferences", shell.go_preferences
    yield from files(shell, session)
    yield from marking(shell, session)
    yield from judging(shell, session)
    yield from writing(shell, session)
    yield "lock", shell.lock


def _open_task(task: TaskId | None, shell: Shell, session: Session) -> None:
    place = session.desk.view().place
    task = task or (place.task if place is not None else session.workspace.lab.tasks()[0])
    response = place.response if place is not None and place.task == task else None
    criterion = place.criterion if place is not None and place.task == task else None
    shell.go_task(task, response, criterion)


def _instead(of: QWidget, show: Callable[[], None]) -> None:
    of.hide()
    show()


def _wait_for(
    connect: Callable[[Callable[[], None]], object], begin: Callable[[], None] | None = None
) -> None:
    """Run events until the signal came. RuntimeError when it does not."""
    loop = QEventLoop()
    came: list[bool] = []

    def arrived() -> None:
        came.append(True)
        loop.quit()

    connect(arrived)
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    if begin is not None:
        begin()
    if not came:
        loop.exec()
    if not came:
        raise RuntimeError("the window did not get ready for its picture")


def main() -> int:
    secret = Path(os.environ["ASSAY_PASSPHRASE_FILE"]).read_text(encoding="utf-8").strip()
    for path in draw(Path(sys.argv[1]), secret, Path(sys.argv[2])):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
