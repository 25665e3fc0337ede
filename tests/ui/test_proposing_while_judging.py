"""Criteria proposed and disputed while judging: by keyboard, kept while written, signed for the next sync."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from grading_desk import GradingDesk
from pytestqt.qtbot import QtBot

from app.services import proposing
from app.services.lettering import letters
from tests.workspaces import task_json
from ui.theme.apply import ThemeHolder


@pytest.fixture
def desk(qtbot: QtBot, look: ThemeHolder, tmp_path: Path) -> GradingDesk:
    return GradingDesk(look, qtbot, tmp_path, tasks=[task_json(1, responses=1), task_json(2, responses=1)])


def signed(desk: GradingDesk) -> dict[str, Any]:
    """The one proposal in the workspace."""
    desk.settle()
    (row,) = desk.session.workspace.letters.all("proposal")
    found: dict[str, Any] = json.loads(row.payload)
    return found


def test_a_criterion_is_disputed_where_it_stands(desk: GradingDesk) -> None:
    desk.press("Down", "Shift+P")
    desk.write("Two things in one.")
    desk.press("Ctrl+Return")
    found = signed(desk)
    assert (found["kind"], found["criterion_id"], found["text"]) == (
        "criterion.dispute", "c2", "Two things in one.",
    )  # fmt: skip
    assert (found["batch"], found["task"]) == ("b-1", "t1")
    assert len(found["task_digest"]) == 64
    assert not desk.screen.proposing.is_open
    assert desk.task == "t1", "Ctrl+Enter signed the proposal and submitted nothing"
    assert not desk.session.workspace.outbox.all()
    desk.press("Y")
    desk.settle()
    assert desk.stored("t1", "c2").value == "met", "the keys belong to the criterion again"


def test_better_words_and_points_begin_from_those_it_has(desk: GradingDesk) -> None:
    desk.press("Shift+P", "Shift+Tab")
    desk.press("2")
    sheet = desk.screen.proposing.sheet
    assert (sheet.wording.toPlainText(), sheet.points.value()) == ("Statement 1 about the answer", 5)
    sheet.take_focus()
    desk.press("Ctrl+Return")
    assert letters(desk.session) == []
    assert sheet.isVisible(), "nothing was changed, and that is said"
    desk.press("Ctrl+A")
    desk.write("Names aspirin 300 mg")
    desk.press("Tab", "Down", "Ctrl+Return")
    found = signed(desk)
    assert found["kind"] == "criterion.edit"
    assert {k: found["criterion"][k] for k in ("id", "text", "points")} == {
        "id": "c1", "text": "Names aspirin 300 mg", "points": 4,
    }  # fmt: skip


def test_what_may_name_a_person_is_looked_at_before_it_is_signed(desk: GradingDesk) -> None:
    desk.press("Shift+P")
    desk.write("Patient: John Smith was told.")
    desk.press("Ctrl+Return")
    assert letters(desk.session) == []
    sheet = desk.screen.proposing.sheet
    assert "John Smith" in sheet._error._message.text()
    assert sheet.why.hasFocus()
    desk.press("Ctrl+Return")
    assert signed(desk)["text"] == "Patient: John Smith was told.", "looked at, and it names nobody"


@pytest.mark.parametrize(("digit", "kind"), [("3", "criterion.add"), ("4", "guideline_gap")])
def test_what_is_missing(desk: GradingDesk, digit: str, kind: str) -> None:
    desk.press("Shift+P", "Shift+Tab", digit)
    desk.screen.proposing.sheet.take_focus()
    desk.press("Ctrl+Return")
    assert letters(desk.session) == [], "an empty one is not signed"
    desk.write("Asks for allergies")
    desk.press("Ctrl+Return")
    found = signed(desk)
    assert found["kind"] == kind
    if kind == "criterion.add":
        assert found["criterion"]["text"] == "Asks for allergies"
        assert found["criterion"]["id"] not in {f"c{n}" for n in range(1, 9)}
    else:
        assert found["text"] == "Asks for allergies"


def test_what_was_written_is_kept_until_it_is_signed(desk: GradingDesk) -> None:
    desk.press("Down", "Shift+P")
    desk.write("Nobody can judge it")
    desk.press("Alt+Right")
    desk.settle()
    kept = proposing.begun_of(desk.session, desk.session.open("t1").task)
    assert kept is not None
    assert (kept.criterion, kept.why) == ("c2", "Nobody can judge it")
    assert not desk.screen.proposing.is_open
    desk.press("Alt+Left", "Up", "Shift+P")
    assert desk.screen.proposing.sheet.why.toPlainText() == "Nobody can judge it"
    desk.press("Ctrl+Return")
    assert signed(desk)["criterion_id"] == "c2", "it is about the criterion that it was begun on"
    assert proposing.begun_of(desk.session, desk.session.open("t1").task) is None


def test_escape_closes_the_sheet_and_keeps_the_words(desk: GradingDesk) -> None:
    desk.press("Shift+P")
    desk.write("Half a thought")
    desk.press("Escape")
    assert not desk.screen.proposing.is_open
    desk.settle()
    assert letters(desk.session) == []
    desk.press("Shift+P")
    assert desk.screen.proposing.sheet.why.toPlainText() == "Half a thought"
