"""What the walks of `ui.pictures` are made of: steps, and waiting until the window is still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QTimer

from app.services.session import Session
from ui.jobs import Jobs
from ui.reports.screen import ReportsScreen
from ui.shell import Shell

S = TypeVar("S")
Step = tuple[str, Callable[[], None]]
"""The picture's name, and what brings to the screen what it shows."""
Walk = Callable[[Shell, Session], Iterator[Step]]
QUIET_MS = 350
"""After this long without work the picture is still: formulas are drawn, folds have ended."""
SLOW_RESTS = 40
"""Quiet times that a report or a file's viewer may take, whose process may have to start."""


def front(shell: Shell, kind: type[S]) -> S:
    """The screen in front. TypeError when it is another one."""
    screen = shell.lab.screens.front if shell.lab is not None else None
    if not isinstance(screen, kind):
        raise TypeError(f"{kind.__name__} must be in front for its picture")
    return screen


def press(shell: Shell, *commands: str) -> None:
    for command in commands:
        shell.binder.run(command)


def rest(jobs: Jobs) -> None:
    """Until the worker has said what it was asked, and a quiet time more."""
    loop = QEventLoop()
    jobs.after("worker", lambda: QTimer.singleShot(QUIET_MS, loop.quit))
    loop.exec()


def rest_until(jobs: Jobs, there: Callable[[], bool]) -> None:
    """Quiet times until it is there; what never comes is seen in the picture."""
    for _ in range(SLOW_RESTS):
        rest(jobs)
        if there():
            return


def report(shell: Shell, kind: str = "batch") -> None:
    """Reports are computed in the worker."""
    press(shell, "reports")
    screen = front(shell, ReportsScreen)
    rest_until(shell.jobs, lambda: screen.page is not None and screen.page.whole)
    if screen.kinds.value() != kind:
        screen.kinds.chosen.emit(kind)
        rest_until(shell.jobs, lambda: screen.page is not None and screen.page.whole)
