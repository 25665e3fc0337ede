"""What tests of screens share: a navigator that remembers, and ways to look at a screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton, QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from app.decoding.client import Decoder
from app.domain.ids import CriterionId, ResponseId, TaskId
from app.errors import AssayError
from app.services.attachments import source_of
from app.services.session import Session
from app.workstation import program
from ui.jobs import Jobs
from ui.live import LiveSession
from ui.navigator import Action
from ui.panels.attachments.files import Files
from ui.widgets.fields import FormRow


@dataclass
class Went:
    """Implements `ui.navigator.Navigator` by writing down where one would have gone."""

    places: list[tuple[str, ...]] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    problems: list[AssayError] = field(default_factory=list)

    def go_desk(self) -> None:
        self.places.append(("desk",))

    def go_task(
        self, task: TaskId, response: ResponseId | None = None, criterion: CriterionId | None = None
    ) -> None:
        self.places.append(("task", task, response or "", criterion or ""))

    def go_outbox(self) -> None:
        self.places.append(("outbox",))

    def go_returns(self) -> None:
        self.places.append(("returns",))

    def go_lead(self, task: str = "") -> None:
        self.places.append(("lead", task) if task else ("lead",))

    def go_preferences(self) -> None:
        self.places.append(("preferences",))

    def add_lab(self) -> None:
        self.places.append(("add-lab",))

    def open_lab(self, folder: str) -> None:
        self.places.append(("lab", folder))

    def sync(self) -> None:
        self.places.append(("sync",))

    def lock(self) -> None:
        self.places.append(("lock",))

    def toast(self, text: str, action: Action | None = None) -> None:
        self.toasts.append(text)
        if action is not None:
            self.actions.append(action)

    def problem(self, error: AssayError, row: FormRow | None = None) -> None:
        self.problems.append(error)

    def refresh_bar(self) -> None:
        self.places.append(("bar",))


class Behind:
    """What stands behind a screen: a session, what is live of it, a runner of jobs, a navigator."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.went = Went()
        self.live = LiveSession(session)
        self.jobs = Jobs()


def in_window(screen: QWidget, qtbot: QtBot, width: int = 1200, height: int = 800) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(screen)
    window.resize(width, height)
    window.show()
    QApplication.processEvents()
    return window


def nameless_buttons(screen: QWidget) -> list[QAbstractButton]:
    """Buttons on show that a screen reader could not name."""
    return [b for b in screen.findChildren(QAbstractButton) if b.isVisible() and not b.accessibleName()]


def files_of(session: Session, jobs: Jobs) -> Callable[[QObject], Files]:
    """What opens the files of this session's tasks, as `ui.opened_files` makes it."""
    return lambda parent: Files(
        jobs, Decoder(program()), lambda one: source_of(session.workspace, one), parent
    )
