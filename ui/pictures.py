"""Pictures of every screen, made by the program itself: the real window over a real workspace, offscreen.

    python -m ui.pictures HOME FOLDER        (the lab's passphrase comes from ASSAY_PASSPHRASE_FILE)

Each variant has a copy of the home of its own: all begin at the same state, and the home is left as it was. What
is typed for a picture is what a person could type.

Not pictured is what a sample lab of one expert cannot show: the Lead board, something returned, two laptops.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
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
from ui.grading.screen import GradingScreen
from ui.panels.attachments.viewer import Viewer
from ui.pictures_authoring import writing
from ui.pictures_judging import judging
from ui.pictures_marking import marking
from ui.reports.page import ReportPage
from ui.shell import Shell

SIZE = (1440, 900)
QUIET_MS = 350
"""After this long without work the picture is still: formulas are drawn, folds have ended."""
PATIENCE_MS = 30_000
FILE_RESTS = 40
"""Quiet times that a file's viewer may take, whose process may have to start."""


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
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(["Assay"])
    saved: list[Path] = []
    for variant in variants:
        with tempfile.TemporaryDirectory(prefix="assay-pictures-") as room:
            # Without the sample lab itself: the one of the home may be running, and nothing is sent.
            copy = Path(
                shutil.copytree(home, Path(room, "home"), ignore=shutil.ignore_patterns("sample-lab"))
            )
            SettingsFile(Home(copy).app_json).change(
                appearance=variant.appearance,
                language=variant.language,
                scale=variant.scale,
                reduce_motion=True,
                metered=True,
                window={},
            )
            saved += _Round(app, Home(copy), secret, folder, variant, task).run()
    return saved


class _Round:
    """All screens in one variant, in a window of its own."""

    def __init__(
        self, app: QApplication, home: Home, secret: str, folder: Path, variant: Variant, task: TaskId | None
    ) -> None:
        self._app = app
        self._home = home
        self._secret = secret
        self._folder = folder
        self._variant = variant
        self._task = task

    def run(self) -> list[Path]:
        saved = [self._first_run()]
        frame = self._frame(self._home)
        application = Application(self._app, frame, self._home, secret=self._secret)
        self._started(application, frame)
        for name, prepare in self._screens(application.shell):
            prepare()
            saved.append(self._grab(frame, name))
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
        _rest()

    def _end(self, application: Application) -> None:
        _wait_for(application.ended.connect, application.quit)

    def _first_run(self) -> Path:
        """On a home of its own, with nothing in it."""
        home = Home(self._home.root.parent / "first-run").ensure()
        v = self._variant
        SettingsFile(home.app_json).change(appearance=v.appearance, language=v.language, scale=v.scale)
        frame = self._frame(home)
        application = Application(self._app, frame, home)
        self._started(application, frame)
        path = self._grab(frame, "first-run")
        self._end(application)
        return path

    def _screens(self, shell: Shell) -> Iterator[tuple[str, Callable[[], None]]]:
        lab = shell.lab
        assert lab is not None
        session = lab.session
        yield "desk", shell.go_desk
        yield "grading", lambda: self._open_task(shell, session)
        yield "grading-why", lambda: _press(shell, "why")
        yield "grading-before-submit", lambda: _press(shell, "why", "submit")
        yield "keys", shell.open_keys
        yield "palette", lambda: _instead(shell.keys, shell.open_palette)
        yield "outbox", lambda: _instead(shell.palette, shell.go_outbox)
        yield "returns", lambda: _press(shell, "returns")
        yield "reports", lambda: _report(shell)
        yield "preferences", shell.go_preferences
        yield from self._attachments(shell, session)
        yield from marking(shell, session)
        yield from judging(shell, session)
        yield from writing(shell, session)
        yield "lock", shell.lock

    def _attachments(self, shell: Shell, session: Session) -> Iterator[tuple[str, Callable[[], None]]]:
        """One picture a kind of file that any task brings, each in its viewer."""
        drawn: set[str] = set()
        for task in session.workspace.lab.tasks():
            for at, file in enumerate(session.open(task).task.attachments):
                kind = file.name.rpartition(".")[2]
                if kind not in drawn:
                    drawn.add(kind)
                    yield f"attachment-{kind}", partial(_open_file, shell, task, at)

    def _open_task(self, shell: Shell, session: Session) -> None:
        place = session.desk.view().place
        task = self._task or (place.task if place is not None else session.workspace.lab.tasks()[0])
        response = place.response if place is not None and place.task == task else None
        criterion = place.criterion if place is not None and place.task == task else None
        shell.go_task(task, response, criterion)

    def _grab(self, widget: QWidget, name: str) -> Path:
        _rest()
        path = self._folder / f"{name}-{self._variant.name}.png"
        widget.grab().save(str(path))
        return path


def _press(shell: Shell, *commands: str) -> None:
    for command in commands:
        shell.binder.run(command)


def _open_file(shell: Shell, task: TaskId, at: int) -> None:
    """Open a file of a task, and wait for its viewer."""
    shell.go_task(task)
    screen = shell.lab.screens.front if shell.lab is not None else None
    if not isinstance(screen, GradingScreen):
        raise TypeError("a task must be in front for its picture")
    screen.files.open(at)
    for _ in range(FILE_RESTS):
        _rest()
        found = shell.window.findChild(Viewer)
        if found is not None and found.isVisible():
            return


def _report(shell: Shell) -> None:
    """Reports are computed in the worker."""
    _press(shell, "reports")
    for _ in range(FILE_RESTS):
        _rest()
        if shell.window.findChild(ReportPage) is not None:
            return


def _instead(of: QWidget, show: Callable[[], None]) -> None:
    of.hide()
    show()


def _rest() -> None:
    loop = QEventLoop()
    QTimer.singleShot(QUIET_MS, loop.quit)
    loop.exec()


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
