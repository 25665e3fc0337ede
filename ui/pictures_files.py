"""Pictures of attachments, each in its viewer, for `ui.pictures`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from app.domain.ids import TaskId
from app.services.session import Session
from ui.grading.screen import GradingScreen
from ui.panels.attachments.viewer import Viewer
from ui.pictures_steps import Step, front, rest_until
from ui.shell import Shell


def files(shell: Shell, session: Session) -> Iterator[Step]:
    """One picture a kind of file that any task brings."""
    drawn: set[str] = set()
    for task in session.workspace.lab.tasks():
        for at, file in enumerate(session.open(task).task.attachments):
            kind = file.name.rpartition(".")[2]
            if kind not in drawn:
                drawn.add(kind)
                yield f"attachment-{kind}", partial(_open, shell, task, at)


def _open(shell: Shell, task: TaskId, at: int) -> None:
    shell.go_task(task)
    front(shell, GradingScreen).files.open(at)
    rest_until(shell.jobs, lambda: _is_shown(shell))


def _is_shown(shell: Shell) -> bool:
    found = shell.window.findChild(Viewer)
    return found is not None and found.isVisible()
