"""A sync that ends while somebody writes takes neither the keyboard nor a word: letters never become verdicts."""

from __future__ import annotations

from pathlib import Path

import pytest
from grading_desk import GradingDesk
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.ids import TaskId
from app.domain.review import COMMENT
from app.domain.verdict import Verdict
from tests.workspaces import task_json
from ui.theme.apply import ThemeHolder

TASKS = [task_json(n, responses=1, criteria=3) for n in (1, 2)]


@pytest.fixture
def desk(qtbot: QtBot, look: ThemeHolder, tmp_path: Path) -> GradingDesk:
    return GradingDesk(look, qtbot, tmp_path, tasks=TASKS)


def in_the_file(desk: GradingDesk) -> None:
    desk.panel.flush()
    desk.settle()


def untouched(desk: GradingDesk) -> bool:
    """No letter was taken for a command."""
    opened = desk.presenter.opened
    assert opened is not None
    rows = [desk.stored("t1", f"c{n}") for n in (1, 2, 3)]
    return opened.review.flag is None and all(v.value is None for v in rows)


@pytest.mark.parametrize("shown_anew", [False, True], ids=["a sync", "the same task shown anew"])
def test_a_comment_is_written_on(desk: GradingDesk, shown_anew: bool) -> None:
    desk.press("C")
    desk.write("Any day can ")
    field = QApplication.focusWidget()
    (desk.presenter.reload if shown_anew else desk.live.refreshed)()
    desk.write("be flagged by fixed key")
    in_the_file(desk)
    assert QApplication.focusWidget() is field
    assert desk.stored("t1", "c1") == Verdict(comment="Any day can be flagged by fixed key")
    assert untouched(desk)


def test_a_field_that_is_still_empty_stays_too(desk: GradingDesk) -> None:
    desk.press("C")
    desk.live.refreshed()
    desk.write("Any day")
    in_the_file(desk)
    assert desk.stored("t1", "c1") == Verdict(comment="Any day")


def test_a_proposal_is_written_on(desk: GradingDesk) -> None:
    desk.press("Shift+P")
    desk.write("Two of ")
    for again in (desk.live.refreshed, desk.presenter.reload):
        again()
        assert desk.screen.proposing.is_open
        desk.write("four")
    assert desk.screen.proposing.sheet.why.toPlainText() == "Two of fourfour"
    assert untouched(desk)


def test_what_a_sync_changed_is_shown(desk: GradingDesk) -> None:
    desk.presenter.edit({COMMENT: "Mine"})
    desk.settle()
    shown: list[str] = []
    desk.presenter.shown.connect(lambda showing: shown.append(showing.opened.review.comment))
    desk.live.refreshed()
    assert shown == []
    opened = desk.session.open(TaskId("t1"))
    desk.session.workspace.work.record(desk.session.reviewing.changed(opened, {COMMENT: "Theirs"})[1])
    desk.live.refreshed()
    assert shown == ["Theirs"]
