"""Returns with hundreds of lines: only those in sight are read, and an arrow key reads one task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.codec import task_from_json
from app.services import cells, opinions, returns
from app.services.session import Session
from tests.keyboard import press
from tests.lead_home import decided, every, judge, lead_session, opened, put, submit
from tests.ui.screens import Went, in_window
from tests.workspaces import task_json
from ui.live import LiveSession
from ui.returns.presenter import ReturnsPresenter
from ui.returns.screen import ReturnsScreen
from ui.theme.apply import ThemeHolder

MANY, PRACTICE = 300, 150
IN_SIGHT = 60
"""More lines than the window below has room for."""


class Reads:
    """How often a task was parsed, and the results on a task were read."""

    def __init__(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tasks = self.results = 0
        of_task = session.workspace.outbox.of_task

        def parse(document: Any) -> Any:
            self.tasks += 1
            return task_from_json(document)

        def read(task: Any) -> Any:
            self.results += 1
            return of_task(task)

        monkeypatch.setattr(cells, "task_from_json", parse)
        monkeypatch.setattr(session.workspace.outbox, "of_task", read)

    def take(self) -> tuple[int, int]:
        """(tasks, results) since the last time."""
        found = self.tasks, self.results
        self.tasks = self.results = 0
        return found


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Every task of the first 300 was fixed and has an opened opinion; 150 more were practice."""
    found = lead_session(tmp_path, role="expert", tasks=MANY + PRACTICE)
    with found.workspace.together():
        for n in range(1, MANY + 1):
            mine = submit(found, f"t{n}", every(task_json(n)))
            decided(found, f"t{n}", "fix", [mine], judgement=every(task_json(n), r1_c1="not_met"))
            opened(found, f"t{n}", opinions=[judge(every(task_json(n), r1_c1="not_met"))])
        practice = range(MANY + 1, MANY + PRACTICE + 1)
        answers = [{"task": f"t{n}", "judgement": every(task_json(n))} for n in practice]
        put(found, "calibration", "", {"pass_mark": 0.8, "answers": answers})
        for n in practice:
            submit(found, f"t{n}", every(task_json(n)), receipted=False)
    yield found
    found.close()


def test_lines_are_read_when_they_come_in_sight(
    session: Session, look: ThemeHolder, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    presenter = ReturnsPresenter(LiveSession(session), Went())
    screen = ReturnsScreen(look, presenter)
    window = in_window(screen, qtbot, 1280, 820)
    window.activateWindow()
    reads = Reads(session, monkeypatch)

    def settled() -> tuple[int, int]:
        window.grab()
        QApplication.processEvents()
        return reads.take()

    screen.entered()
    assert presenter.count == MANY
    assert max(settled()) <= IN_SIGHT
    press("Down")
    assert presenter.at == 1
    assert presenter.detail is not None
    assert len(presenter.detail.pairs) == 1
    assert max(settled()) <= 3

    presenter.set_tab("opinions")
    assert presenter.count == MANY
    assert max(settled()) <= IN_SIGHT
    presenter.choose(200)
    assert max(settled()) <= IN_SIGHT

    presenter.set_tab("practice")
    assert presenter.count == 1 + PRACTICE
    assert presenter.row(0).detail == "Passed with 100\u00a0%"
    assert max(settled()) <= PRACTICE + IN_SIGHT
    presenter.choose(PRACTICE)
    assert max(settled()) <= IN_SIGHT
    screen.closed()


def test_each_line_says_what_reading_it_whole_says(session: Session) -> None:
    presenter = ReturnsPresenter(LiveSession(session), Went())
    presenter.enter()
    whole = returns.inbox(session)
    assert [presenter.row(at).title for at in range(presenter.count)] == [one.title for one in whole]
    presenter.set_tab("opinions")
    assert [presenter.row(at).title for at in range(presenter.count)] == [
        one.title for one in opinions.opened(session)
    ]
    presenter.set_tab("practice")
    assert {presenter.row(at).detail for at in range(1, presenter.count)} == {"8 of 8 right"}
    presenter.closed()
