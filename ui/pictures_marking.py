"""Pictures of highlights and of responses compared, for `ui.pictures`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.domain.ids import TaskId
from app.services.session import Session
from ui.grading.screen import GradingScreen
from ui.panels.reading import caret
from ui.shell import Shell

Step = tuple[str, Callable[[], None]]


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


def _screen(shell: Shell) -> GradingScreen:
    assert shell.lab is not None
    front = shell.lab.screens.front
    assert isinstance(front, GradingScreen)
    return front


def _select(shell: Shell, sentences: int) -> None:
    shell.binder.run("mark-text")
    view = _screen(shell).reading.page.view
    for _ in range(sentences):
        caret.by_sentence(view, 1, extend=False)
    caret.by_sentence(view, 1, extend=True)


def _ask_label(shell: Shell, task: TaskId) -> None:
    shell.go_task(task)
    _select(shell, 1)
    shell.binder.run("highlight")


def _list(shell: Shell) -> None:
    marking = _screen(shell).marking
    while marking.digit(1):
        pass
    shell.binder.run("mark-text")
    shell.binder.run("spans")


def _compare(shell: Shell, task: TaskId) -> None:
    shell.go_task(task)
    if not _screen(shell).reading.side_by_side:
        shell.binder.run("side-by-side")
    if not _screen(shell).reading.differences.on:
        shell.binder.run("differences")


def _compare_no_more(shell: Shell) -> None:
    """What comes next is read by itself."""
    reading = _screen(shell).reading
    if reading.differences.on:
        shell.binder.run("differences")
    if reading.side_by_side:
        shell.binder.run("side-by-side")
