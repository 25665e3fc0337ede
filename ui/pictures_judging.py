"""Pictures of every kind of judgement, from the samples that ask for it (see `ui.pictures`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from app.domain.ids import TaskId
from app.domain.questions import Panel
from app.services.session import Session
from ui.grading.screen import GradingScreen
from ui.pictures_steps import Step, front
from ui.shell import Shell

KINDS: dict[Panel, Callable[[GradingScreen], None]] = {
    Panel.PREFERENCE: lambda screen: _digits(screen, 2),
    Panel.RANKING: lambda screen: _digits(screen, 2, 1),
    Panel.RATINGS: lambda screen: _digits(screen, 3),
    Panel.STEPS: lambda screen: _digits(screen, 1),
    Panel.SAFETY: lambda screen: _digits(screen, 3, 4),
}


def judging(shell: Shell, session: Session) -> Iterator[Step]:
    """One picture a kind that a task asks for, the warning before a batch, and what a ranking still lacks."""
    tasks = [session.open(task).task for task in session.workspace.lab.tasks()]
    for panel, answer in KINDS.items():
        task = next((t.id for t in tasks if panel in t.panels), None)
        if task is None:
            continue
        if panel is Panel.SAFETY:
            yield "content-warning", partial(shell.go_task, task)
        yield f"judging-{panel}", partial(_judge, shell, task, answer)
        if panel is Panel.RANKING:
            yield "judging-before-submit", lambda: front(shell, GradingScreen).panel.show_list()


def _judge(shell: Shell, task: TaskId, answer: Callable[[GradingScreen], None]) -> None:
    shell.go_task(task)
    screen = front(shell, GradingScreen)
    if screen.covered:
        screen.cover.show_it.click()
    if not screen.panel.opened or not screen.panel.opened.review.started:
        answer(screen)


def _digits(screen: GradingScreen, *digits: int) -> None:
    for digit in digits:
        screen.panel.answering.digit(digit)
