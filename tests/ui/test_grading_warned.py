"""Content warnings, declining, answers that name their model, and breaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.ids import TaskId
from app.domain.review import FlagKind
from tests.ui.grading_desk import WAIT_MS, GradingDesk
from tests.workspaces import task_json
from ui.grading.breaks import PAUSE_S, Breaks
from ui.theme.apply import ThemeHolder

Make = Callable[..., GradingDesk]


@pytest.fixture
def make(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> Make:
    def made(**more: Any) -> GradingDesk:
        return GradingDesk(look, qtbot, tmp_path, **more)

    return made


def is_covered(desk: GradingDesk) -> bool:
    return desk.screen.covered


def test_nothing_of_a_disturbing_batch_is_seen_or_answered_before_it_is_wanted(make: Make) -> None:
    desk = make(warnings=["Injuries are described."])
    screen = desk.screen
    assert is_covered(desk)
    assert not screen.reading.isVisible()
    assert not desk.panel.isVisible()
    assert "Injuries are described." in screen.cover.accessibleName()
    assert screen.scopes == frozenset()
    assert QApplication.focusWidget() is screen.cover.show_it
    desk.press("Y", "1", "Ctrl+Return")
    assert not desk.session.workspace.work.review(TaskId("t1")).started
    assert is_covered(desk)
    desk.press("Ctrl+Shift+F")
    assert not screen.over.find_sheet.isVisible(), "a search would quote what is not to be seen yet"
    assert QApplication.focusWidget() is screen.cover.show_it
    desk.press("Return")
    assert not is_covered(desk)
    assert screen.reading.isVisible()
    desk.press("Ctrl+Shift+F")
    assert screen.over.find_sheet.isVisible()
    desk.press("Esc")
    desk.press("Y")
    desk.settle()
    assert desk.stored("t1", "c1").value == "met"
    desk.open("t2")
    assert not is_covered(desk), "a batch is asked about once"
    assert desk.session.workspace.work.note("warned.b-1") == "1"


def test_declining_needs_no_reason_and_costs_nothing(make: Make) -> None:
    desk = make(warnings=["Injuries are described."])
    desk.press("Tab")
    desk.write("too close to home")
    desk.press("Return")
    desk.settle()
    review = desk.session.workspace.work.review(TaskId("t1"))
    assert review.flag is FlagKind.DECLINED
    assert review.text("/flag/reason") == "too close to home"
    assert desk.said == ["Declined, without penalty."]
    assert desk.went[-1] == "desk"
    action = desk.actions[-1]
    assert action is not None
    assert action[0] == "Undo"
    desk.open("t2")
    assert desk.screen.covered


def test_declined_work_can_be_given_back_where_there_is_a_lab(make: Make) -> None:
    desk = make(warnings=["Injuries are described."])
    given: list[str] = []
    desk.presenter.aside.give_back = given.append
    desk.screen.cover.decline.click()
    action = desk.actions[-1]
    assert action is not None
    assert action[0] == "Give the work back"
    action[1]()
    assert given == ["t1"]


def test_an_answer_that_names_its_model_says_so_where_judging_is_blind(make: Make) -> None:
    task = task_json(1, responses=2)
    task["responses"][0]["text"] = "Rest.\n\nAs ChatGPT, I cannot examine you."
    desk = make(tasks=[task])
    opened = desk.presenter.opened
    assert opened is not None
    note = desk.screen.judged.note
    for response in opened.order:
        desk.panel.show_response(response)
        QApplication.processEvents()
        assert note.isVisible() is (response == "r1")
    desk.panel.show_response(opened.order[opened.order.index("r1")])
    assert "“As ChatGPT, I”" in note.accessibleName()
    page = desk.screen.reading.page
    desk.qtbot.waitUntil(lambda: page.complete, timeout=WAIT_MS)
    (marked,) = page.answer.marks.shown
    assert task["responses"][0]["text"][marked.start : marked.end].strip() == "As ChatGPT, I"
    note.show_it.click()


def test_nothing_is_said_where_names_are_shown_anyway(make: Make) -> None:
    task = task_json(1, responses=1)
    task["responses"][0]["text"] = "As ChatGPT, I cannot examine you."
    desk = make(tasks=[task], blind=False)
    assert not desk.screen.judged.note.isVisible()


def test_a_word_after_so_many_minutes_without_a_pause() -> None:
    now, minutes, said = [0.0], [25], list[str]()
    breaks = Breaks(lambda: now[0], lambda: minutes[0], said.append)

    def work(until: float) -> None:
        while now[0] < until:
            now[0] += 60
            breaks.alive()

    work(24 * 60)
    assert said == []
    work(25 * 60)
    assert said == ["25 minutes without a pause. A short one keeps judgement fresh."]
    work(49 * 60)
    assert len(said) == 1
    now[0] += PAUSE_S
    work(now[0] + 24 * 60)
    assert len(said) == 1, "after a pause the minutes begin anew"
    minutes[0] = 0
    work(now[0] + 3600)
    assert len(said) == 1
