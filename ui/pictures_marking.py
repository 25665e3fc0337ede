"""Pictures of highlights and of responses compared, for `ui.pictures`."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.ids import TaskId
from app.services.session import Session
from ui.grading.screen import GradingScreen
from ui.panels.reading import caret
from ui.pictures_steps import Step, front
from ui.shell import Shell


def marking(shell: Shell, session: Session) -> Iterator[Step]:
    """Of the first task with labels (else none), and of the first one with two responses."""
    tasks = session.workspace.lab.tasks()
    labelled = next((t for t in tasks if session.open(t).task.questions.spans), None)
    if labelled is not None:
        yield "highlights-label", lambda: _ask_label(shell, labelled)
        yield "highlights", lambda: _list(shell)
    several = next((t for t in tasks if len(session.open(t).order) > 1), None)
    if several is not None:
        yield "differences", lambda: _compare(shell, several)
        _compare_no_more(shell)


def _select(shell: Shell, sentences: int) -> None:
    shell.binder.run("mark-text")
    view = front(shell, GradingScreen).reading.page.view
    for _ in range(sentences):
        caret.by_sentence(view, 1, extend=False)
    caret.by_sentence(view, 1, extend=True)


def _ask_label(shell: Shell, task: TaskId) -> None:
    shell.go_task(task)
    _select(shell, 1)
    shell.binder.run("highlight")


def _list(shell: Shell) -> None:
    marking = front(shell, GradingScreen).marking
    while marking.digit(1):
        pass
    shell.binder.run("mark-text")
    shell.binder.run("spans")


def _compare(shell: Shell, task: TaskId) -> None:
    shell.go_task(task)
    if not front(shell, GradingScreen).reading.side_by_side:
        shell.binder.run("side-by-side")
    if not front(shell, GradingScreen).reading.differences.on:
        shell.binder.run("differences")


def _compare_no_more(shell: Shell) -> None:
    """What comes next is read by itself."""
    reading = front(shell, GradingScreen).reading
    if reading.differences.on:
        shell.binder.run("differences")
    if reading.side_by_side:
        shell.binder.run("side-by-side")
