"""A second opinion inside Grading: never before the receipt; after it beside the verdicts, with the way to change one's
mind, which says why (G4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.ids import TaskId
from app.domain.review import CHANGE_REASON
from tests.lead_home import compared_task, decided, judge, opened, put, receipt, verdicts
from tests.ui.grading_desk import GradingDesk
from tests.ui.screens import nameless_buttons
from tests.workspaces import task_json
from ui.grading.second import SecondView
from ui.theme.apply import ThemeHolder

SAID = {"value": "not_met", "comment": "300 mg is nowhere."}


@pytest.fixture
def desk(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> Iterator[GradingDesk]:
    """t1 has two criteria of one response and a sealed opinion."""
    tasks = [task_json(n, responses=1, criteria=2) for n in (1, 2)]
    made = GradingDesk(look, qtbot, tmp_path, tasks=tasks)
    put(made.session, "sealed", "t1", {"sealed": "s"}, id="s-t1")
    made.live.refreshed()
    made.open("t1")
    return made


def submitted(desk: GradingDesk) -> None:
    desk.press("Y", "N", "Ctrl+Return")
    desk.settle()


def release(desk: GradingDesk) -> None:
    """What a sync does: the receipt is kept, the envelope opens."""
    receipt(desk.session, "t1")
    opened(desk.session, "t1", opinions=[judge(verdicts(r1_c1=SAID, r1_c2="not_met"))])
    desk.live.refreshed()
    desk.settle()


def second(desk: GradingDesk) -> SecondView:
    return desk.screen.second


def seen(desk: GradingDesk) -> str:
    """What the focused criterion says."""
    return desk.panel.card.accessibleName()


def test_nothing_is_seen_before_the_receipt(desk: GradingDesk) -> None:
    assert not second(desk).isVisible()
    assert "model-x" not in seen(desk)
    submitted(desk)
    desk.open("t1", "r1", "c1")
    assert not second(desk).isVisible()
    assert "model-x" not in seen(desk)


def test_what_was_sent_is_opened_again_by_a_key_and_without_a_reason_where_no_opinion_was(
    desk: GradingDesk,
) -> None:
    submitted(desk)
    receipt(desk.session, "t1")
    desk.live.refreshed()
    desk.open("t1", "r1", "c1")
    assert "⇧M opens it again" in desk.screen.banner.accessibleName()
    desk.press("Shift+M")
    desk.qtbot.waitUntil(
        lambda: desk.said[-1:] == ["Opened again as revision 2. What was sent stays as it is."]
    )
    opened = desk.presenter.opened
    assert opened is not None
    assert not opened.submitted
    assert opened.review.revision == 2
    assert not desk.binder.run("change-mind"), "it is open already"


def test_the_difference_stands_beside_the_verdict(desk: GradingDesk) -> None:
    submitted(desk)
    release(desk)
    desk.open("t1", "r1", "c1")
    assert second(desk).isVisible()
    assert (
        second(desk)._words.text() == "Opened after your result was at the lab: model-x. 1 question differs."
    )
    assert "model-x: Not met" in seen(desk)
    chip = next(chip for chip in desk.panel.card._chips if "model-x" in chip.accessibleName())
    assert chip._tone == "warn"
    assert desk.panel.card._others.isVisible()
    assert desk.panel.card._others.text() == "model-x: 300 mg is nowhere."
    desk.open("t1", "r1", "c2")
    assert "model-x: Not met" in seen(desk)
    assert not desk.panel.card._others.isVisible()
    assert nameless_buttons(second(desk)) == []
    desk.open("t2")
    assert not second(desk).isVisible()
    assert "model-x" not in seen(desk)


def test_a_change_of_mind_says_why_and_is_marked(desk: GradingDesk) -> None:
    submitted(desk)
    release(desk)
    desk.open("t1", "r1", "c1")
    desk.press("Shift+M")
    assert QApplication.focusWidget() is second(desk).text
    desk.press("Ctrl+Return")
    assert second(desk).error.accessibleName() == "A change of mind needs a reason."
    assert desk.task == "t1", "what is being written is sent, not the task"
    desk.write("The judge is right about the dose.")
    desk.press("Ctrl+Return")
    desk.settle()
    assert (
        second(desk)._words.text() == "Changed after model-x was opened: “The judge is right about the dose.”"
    )
    desk.open("t1", "r1", "c1")
    desk.press("N", "Ctrl+Return")
    desk.settle()
    row = desk.session.workspace.outbox.of_task(TaskId("t1"))[-1]
    payload = json.loads(row.payload)
    assert (payload["revision"], payload["after_opening"]) == (2, True)
    assert payload["reason"] == "The judge is right about the dose."
    desk.open("t1", "r1", "c1")
    assert second(desk)._words.text().endswith("model-x, who agrees with you.")


def test_a_revision_that_was_opened_by_undo_is_given_its_reason_here(desk: GradingDesk) -> None:
    submitted(desk)
    release(desk)
    desk.open("t1", "r1", "c1")
    desk.press("Ctrl+Z")
    desk.settle()
    assert second(desk)._words.text() == "A change after model-x was opened needs a reason."
    desk.press("Shift+M")
    desk.write("A slip of mine.")
    second(desk).go.click()
    desk.settle()
    assert desk.session.workspace.work.review(TaskId("t1")).text(CHANGE_REASON) == "A slip of mine."
    assert second(desk)._words.text() == "Changed after model-x was opened: “A slip of mine.”"
    desk.press("Esc", "Ctrl+Return")
    desk.settle()
    assert [row.revision for row in desk.session.workspace.outbox.of_task(TaskId("t1"))] == [1, 2]


def test_in_little_height_the_line_is_there_while_it_is_needed(desk: GradingDesk) -> None:
    submitted(desk)
    release(desk)
    desk.open("t1", "r1", "c1")
    second(desk).set_low(True)
    assert not second(desk).isVisible()
    assert "model-x: Not met" in seen(desk)
    desk.press("Shift+M")
    assert second(desk).isVisible()
    second(desk).leave()
    assert not second(desk).isVisible()
    desk.press("Ctrl+Z")
    desk.settle()
    assert second(desk).isVisible(), "a reason is needed"


def test_what_came_back_leads_to_returns(desk: GradingDesk) -> None:
    submitted(desk)
    desk.open("t1")
    desk.screen.banner.acted.emit()
    assert desk.went[-1] == "outbox"
    receipt(desk.session, "t1")
    decided(desk.session, "t1", "return", [desk.session.workspace.outbox.of_task(TaskId("t1"))[-1].digest])
    desk.live.refreshed()
    desk.open("t1")
    assert "Returned. It can be read, not changed." in desk.screen.banner.accessibleName()
    desk.screen.banner.acted.emit()
    assert desk.went[-1] == "returns"


def test_what_is_no_criterion_is_told_in_the_line(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> None:
    asked = compared_task("preference")
    asked["questions"]["preference"]["justification"] = "none"
    desk = GradingDesk(look, qtbot, tmp_path, tasks=[asked])
    put(desk.session, "sealed", "t1", {"sealed": "s"}, id="s-t1")
    desk.live.refreshed()
    desk.open("t1")
    desk.press("2", "4", "Ctrl+Return")  # the left one is better; a tie
    desk.settle()
    receipt(desk.session, "t1")
    left_is_first = desk.session.open(TaskId("t1")).order[0] == "r1"
    against = judge({"preference": {"overall": 2 if left_is_first else -2, "tone": 0}})
    opened(desk.session, "t1", opinions=[against])
    desk.live.refreshed()
    desk.settle()
    desk.open("t1")
    assert second(desk)._words.text().splitlines() == [
        "Opened after your result was at the lab: model-x. 1 question differs.",
        "“Which response is better?” model-x: B is better",
    ]
