"""A table for tests of Authoring: the screen over a real workspace, and a task that is whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.commands import resolve
from app.domain.ids import CriterionId
from app.domain.rubric import Criterion
from app.services import authoring
from app.services.authoring import Draft
from app.services.session import Session
from tests.ui.screens import Behind, in_window
from ui.authoring.presenter import AuthoringPresenter
from ui.authoring.screen import AuthoringScreen
from ui.commands import CommandBinder
from ui.panels.ideal.words import Words
from ui.panels.reading.supply import Supply
from ui.theme.apply import ThemeHolder

RUBRIC = (
    Criterion(CriterionId("c1"), "Names 0.5 mg of adrenaline into the thigh muscle", points=5),
    Criterion(CriterionId("c2"), "Advises an antihistamine before adrenaline", points=-6),
)


def whole(session: Session, **more: Any) -> Draft:
    return replace(
        authoring.begin(session, field_="Medicine", language="en"),
        title="Wasp sting",
        layman="My arm is red and I cannot breathe well.",
        professional="Anaphylaxis after a sting, stridor, BP 80/40.",
        ideal="Adrenaline 0.5 mg into the thigh, then call an ambulance.",
        criteria=RUBRIC,
        **more,
    )


class Stage(Behind):
    def __init__(
        self, session: Session, look: ThemeHolder, qtbot: QtBot, width: int = 1280, height: int = 900
    ) -> None:
        super().__init__(session)
        self.qtbot = qtbot
        self.presenter = AuthoringPresenter(self.live, self.went, self.jobs)
        words = Words(self.live, self.jobs, self.went.problem)
        self.window = in_window(w := self._screen(look, words), qtbot, width, height)
        self.screen = w
        self.window.activateWindow()
        self.binder.set_scopes(self.screen.scopes)
        self.screen.entered()

    def _screen(self, look: ThemeHolder, words: Words) -> AuthoringScreen:
        self.keys = QWidget()
        self.qtbot.addWidget(self.keys)
        self.binder = CommandBinder(self.keys, resolve({}))
        return AuthoringScreen(look, self.presenter, Supply(self.jobs), words, self.binder)

    def run(self, *commands: str) -> None:
        """As their keys do, which the window's own actions catch."""
        for command in commands:
            assert self.binder.run(command), command
            QApplication.processEvents()

    def checked(self) -> None:
        self.presenter.flush()
        self.qtbot.waitUntil(
            lambda: self.presenter.standing is not None and not self.presenter.checking, timeout=10_000
        )

    def settle(self) -> None:
        self.presenter.flush()
        self.qtbot.waitUntil(lambda: self.live.pending == 0, timeout=10_000)

    def close(self) -> None:
        self.screen.closed()
        self.session.parts.writer.close()  # type: ignore[union-attr]
        self.jobs.shutdown()


def opened(stage: Stage, draft: Draft) -> None:
    """A kept draft, in front."""
    stage.live.perform(lambda ws: authoring.store(ws, draft))
    stage.settle()
    stage.presenter.open(draft.id)
    stage.checked()
