"""A window with the Grading screen over a real workspace with its writer thread, for the tests of judging."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from app.commands import resolve
from app.decoding.client import Decoder
from app.domain.ids import CriterionId, ResponseId, TaskId
from app.errors import AssayError
from app.services.attachments import source_of
from app.services.session import Session
from app.workstation import program
from tests.workspaces import make_session, task_json
from ui.commands import CommandBinder
from ui.grading.presenter import GradingPresenter
from ui.grading.screen import GradingScreen
from ui.grading.writing import Writing
from ui.jobs import Jobs
from ui.live import LiveSession
from ui.navigator import Action
from ui.panels.attachments.beside import FilesBeside
from ui.panels.attachments.files import Files
from ui.panels.ideal.words import Words
from ui.panels.reading.reading_panel import ReadingPanel
from ui.panels.rubric.panel import RubricPanel
from ui.theme.apply import ThemeHolder
from ui.widgets.fields import FormRow

WAIT_MS = 5000


class GradingDesk:
    """The shell's part of it; `said` are toasts, `problems` errors, `went` places outside Grading."""

    def __init__(
        self,
        look: ThemeHolder,
        qtbot: QtBot,
        folder: Path,
        *,
        tasks: Sequence[dict[str, Any]] | None = None,
        hide_score: bool = False,
        size: tuple[int, int] = (1440, 900),
        **batch: Any,
    ) -> None:
        self.qtbot = qtbot
        self.said: list[str] = []
        self.actions: list[Action | None] = []
        self.problems: list[AssayError] = []
        self.went: list[str] = []
        made = tasks if tasks is not None else [task_json(n, responses=1) for n in (1, 2, 3)]
        self.session: Session = make_session(folder, tasks=made, threaded=True, **batch)
        self.window = QMainWindow()
        qtbot.addWidget(self.window, before_close_func=lambda _: self.close())
        self.live = LiveSession(self.session, self.window)
        self.jobs = Jobs(self.window)
        self.binder = CommandBinder(self.window, resolve({}))
        self.presenter = GradingPresenter(
            self.live, self, self.jobs, hide_score=lambda: hide_score, key_of=self.binder.key
        )
        reading = ReadingPanel(look, self.jobs)
        self.panel = RubricPanel(look, self.binder.key, reading.supply)
        workspace = self.session.workspace
        files = Files(self.jobs, Decoder(program()), lambda a: source_of(workspace, a), reading)
        beside = FilesBeside(look, reading, files)
        words = Words(self.live, self.jobs, self.problem, reading)
        writing = Writing(look, beside, reading.supply, words)
        self.screen = GradingScreen(look, self.presenter, reading, self.panel, beside, writing)
        self.screen.bind(self.binder)
        self.binder.set_scopes(self.screen.scopes)
        self.window.setMinimumSize(1024, 640)
        self.window.setCentralWidget(self.screen)
        self.window.resize(*size)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.open("t1")

    def close(self) -> None:
        self.screen.closed()
        self.session.parts.writer.close()  # type: ignore[union-attr]
        self.jobs.shutdown()

    # What tests do

    def open(self, task: str, response: str | None = None, criterion: str | None = None) -> None:
        self.screen.open_task(
            TaskId(task),
            ResponseId(response) if response else None,
            CriterionId(criterion) if criterion else None,
        )
        self.screen.entered()
        QApplication.processEvents()

    def press(self, *keys: str) -> None:
        """Keys as the keyboard gives them, to whatever has the focus."""
        for key in keys:
            at = QApplication.focusWidget() or self.window
            combined = QKeySequence.fromString(key, QKeySequence.SequenceFormat.PortableText)[0]
            self.qtbot.keyClick(at, combined.key(), combined.keyboardModifiers())
            QApplication.processEvents()

    def write(self, text: str) -> None:
        self.qtbot.keyClicks(QApplication.focusWidget() or self.window, text)

    def settle(self) -> None:
        """Everything is in the file."""
        self.qtbot.waitUntil(lambda: self.live.pending == 0, timeout=WAIT_MS)

    @property
    def task(self) -> str:
        assert self.presenter.opened is not None
        return self.presenter.opened.task.id

    @property
    def criterion(self) -> str | None:
        return self.panel.place[1]

    def stored(self, task: str, criterion: str, response: str = "r1") -> Any:
        """A verdict as it stands in the file."""
        review = self.session.workspace.work.review(TaskId(task))
        return review.verdict(ResponseId(response), CriterionId(criterion))

    # ui.navigator.Navigator

    def go_desk(self) -> None:
        self.went.append("desk")

    def go_task(
        self, task: TaskId, response: ResponseId | None = None, criterion: CriterionId | None = None
    ) -> None:
        self.screen.open_task(task, response, criterion)

    def go_returns(self) -> None:
        self.went.append("returns")

    def go_lead(self) -> None:
        self.went.append("lead")

    def go_outbox(self) -> None:
        self.went.append("outbox")

    def go_preferences(self) -> None:
        self.went.append("preferences")

    def add_lab(self) -> None:
        self.went.append("add-lab")

    def open_lab(self, folder: str) -> None:
        self.went.append(folder)

    def sync(self) -> None:
        self.went.append("sync")

    def lock(self) -> None:
        self.went.append("lock")

    def toast(self, text: str, action: Action | None = None) -> None:
        self.said.append(text)
        self.actions.append(action)

    def problem(self, error: AssayError, row: FormRow | None = None) -> None:
        self.problems.append(error)

    def refresh_bar(self) -> None:
        self.went.append("bar")


def focusable(root: QWidget) -> list[QWidget]:
    """What Tab can reach now."""
    return [
        w
        for w in root.findChildren(QWidget)
        if w.isVisibleTo(root)
        and w.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not w.objectName().startswith("qt_")
    ]
