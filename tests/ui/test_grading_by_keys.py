"""Grading with the keyboard alone, on a real workspace: answers, text, submit, undo over tasks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.ids import TaskId
from app.domain.verdict import Confidence, Doubt
from app.errors import StorageError
from tests.ui.grading_desk import WAIT_MS, GradingDesk
from tests.workspaces import task_json
from ui.live import Saved
from ui.theme.apply import ThemeHolder

Make = Callable[..., GradingDesk]


@pytest.fixture
def make(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> Make:
    def made(**more: object) -> GradingDesk:
        return GradingDesk(look, qtbot, tmp_path, **more)  # type: ignore[arg-type]

    return made


def on(desk: GradingDesk, criterion: str) -> None:
    desk.qtbot.waitUntil(lambda: desk.criterion == criterion, timeout=WAIT_MS)


def grade(desk: GradingDesk) -> None:
    """c1 met, c2 (negative) not met, c3 partly, c4 (a count) 12."""
    for key, after in (("Y", "c2"), ("N", "c3"), ("P", "c4")):
        desk.press(key)
        on(desk, after)
    desk.press("1", "2")


def test_a_whole_task_by_keys_and_on_to_the_next_one(make: Make) -> None:
    desk = make()
    grade(desk)
    desk.press("Ctrl+Return")
    assert desk.task == "t2"
    desk.settle()
    assert [desk.stored("t1", f"c{i}").value for i in (1, 2, 3, 4)] == ["met", "not_met", "partly", 12]
    assert desk.session.workspace.outbox.counts() == {"ready": 1}
    assert desk.said[-1] == "Submitted, waiting to be sent."


def test_saved_is_said_only_after_it_is_in_the_file(make: Make) -> None:
    desk = make()
    seen: list[object] = []

    def saved(what: object) -> None:
        assert isinstance(what, Saved)
        seen.append(desk.stored("t1", "c1").value)

    pending: list[int] = []
    desk.live.saved.connect(saved)
    desk.live.pending_changed.connect(pending.append)
    desk.press("Y")
    assert pending[0] == 1
    desk.qtbot.waitUntil(lambda: bool(seen), timeout=WAIT_MS)
    assert seen == ["met"]
    assert desk.live.pending == 0


def test_a_task_read_ahead_while_its_answer_is_written_shows_it(make: Make) -> None:
    desk = make(tasks=[task_json(n, responses=1) for n in (1, 2)])
    busy = threading.Event()
    desk.session.perform(lambda _: busy.wait(10))
    desk.press("Y", "Alt+Right")
    desk.qtbot.waitUntil(lambda: desk.presenter._ahead is not None, timeout=WAIT_MS)
    busy.set()
    desk.settle()
    desk.press("Alt+Left")
    assert desk.task == "t1"
    opened = desk.presenter.opened
    assert opened is not None
    assert opened.review == desk.session.workspace.work.review(TaskId("t1"))
    assert opened.review.started


def test_submitting_an_open_task_shows_what_is_missing_and_leads_there(make: Make) -> None:
    desk = make()
    desk.press("Y")
    on(desk, "c2")
    desk.press("Ctrl+Return")
    assert desk.task == "t1"
    before = desk.panel.before
    assert before.isVisible()
    assert desk.session.workspace.outbox.all() == []
    before.take_focus()
    desk.press("Down", "Return")
    assert desk.criterion == "c3"
    desk.press("Esc")
    assert not before.isVisible()


def test_undo_goes_back_to_the_task_and_criterion_it_changes(make: Make) -> None:
    desk = make()
    desk.press("Y")
    on(desk, "c2")
    desk.press("Alt+Right")
    assert desk.task == "t2"
    desk.press("Ctrl+Z")
    desk.qtbot.waitUntil(lambda: desk.task == "t1", timeout=WAIT_MS)
    assert desk.criterion == "c1"
    assert desk.said[-1] == "Undone: answer to criterion 1"
    assert desk.stored("t1", "c1").value is None
    desk.press("Ctrl+Shift+Z")
    desk.qtbot.waitUntil(lambda: desk.said[-1].startswith("Done again"), timeout=WAIT_MS)
    assert desk.stored("t1", "c1").value == "met"
    desk.press("Ctrl+Z")
    desk.press("N")
    desk.settle()
    desk.qtbot.waitUntil(lambda: desk.stored("t1", "c1").value == "not_met", timeout=WAIT_MS)


def test_an_undo_that_the_disk_refuses_holds_nothing_back(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make()
    desk.press("Y")
    on(desk, "c2")
    desk.settle()

    def refused() -> None:
        raise StorageError("storage.disk_full", "The disk is full.")

    monkeypatch.setattr(desk.session, "undo_now", refused)
    desk.press("Ctrl+Z", "N")
    on(desk, "c3")
    desk.settle()
    assert [problem.code for problem in desk.problems] == ["storage.disk_full"]
    assert desk.stored("t1", "c1").value == "met"
    assert desk.stored("t1", "c2").value == "not_met", "typed while the undo was under way"


def test_undo_takes_a_submitted_result_back(make: Make) -> None:
    desk = make()
    grade(desk)
    desk.press("Ctrl+Return")
    desk.settle()
    desk.press("Alt+Left")
    assert "takes it back" in desk.screen.banner.accessibleName()
    desk.press("N")
    assert desk.stored("t1", "c1").value == "met"
    desk.press("Ctrl+Z")
    desk.qtbot.waitUntil(lambda: not desk.screen.banner.isVisible(), timeout=WAIT_MS)
    assert desk.session.workspace.outbox.all() == []
    assert desk.said[-1].startswith("Taken back")


def test_the_last_task_says_that_it_was_the_last(make: Make) -> None:
    desk = make(tasks=[task_json(1, responses=1)])
    grade(desk)
    desk.press("Ctrl+Return")
    desk.settle()
    assert desk.task == "t1"
    assert "That was the last open task of this batch." in desk.said
    assert desk.screen.banner.isVisible()


def test_a_comment_is_buffered_then_kept_and_letters_are_dead_while_typing(make: Make) -> None:
    desk = make()
    desk.press("C")
    assert QApplication.focusWidget() is desk.panel.card.comment
    desk.write("yes, no")
    assert desk.stored("t1", "c1").comment == ""
    desk.qtbot.waitUntil(lambda: desk.stored("t1", "c1").comment == "yes, no", timeout=WAIT_MS)
    assert desk.stored("t1", "c1").value is None
    desk.write("!")
    desk.press("Esc")
    desk.settle()
    assert desk.stored("t1", "c1").comment == "yes, no!"
    assert QApplication.focusWidget() is desk.panel.card
    desk.press("Y")
    on(desk, "c2")


def test_leaving_the_task_keeps_what_was_typed(make: Make) -> None:
    desk = make()
    desk.panel.comment.field.setFocus()
    desk.write("All of it is old.")
    desk.press("Alt+Right")
    desk.settle()
    assert desk.session.workspace.work.review("t1").comment == "All of it is old."  # type: ignore[arg-type]
    assert desk.panel.comment.field.toPlainText() == ""
    desk.press("Alt+Left")
    assert desk.panel.comment.field.toPlainText() == "All of it is old."


def test_cannot_judge_asks_why_and_confidence_takes_a_digit(make: Make) -> None:
    desk = make()
    desk.press("U")
    assert desk.criterion == "c1"
    desk.press("2")
    on(desk, "c2")
    desk.press("Shift+C", "1")
    desk.press("K")
    desk.press("Y")
    desk.settle()
    assert desk.stored("t1", "c1").reason is None
    assert desk.stored("t1", "c2").confidence is Confidence.LOW
    desk.press("K", "U", "1")
    desk.settle()
    assert desk.stored("t1", "c1").reason is Doubt.MISSING_CONTEXT


def test_a_quick_second_answer_is_for_the_next_criterion(make: Make, look: ThemeHolder, qtbot: QtBot) -> None:
    look.choose(appearance="light", scale=1.0, language="en", reduce_motion=False)
    desk = make()
    desk.press("Y", "N")
    desk.settle()
    assert (desk.stored("t1", "c1").value, desk.stored("t1", "c2").value) == ("met", "not_met")


def test_counts_by_plus_minus_and_clear(make: Make) -> None:
    desk = make()
    desk.open("t1", "r1", "c4")
    desk.press("+", "+", "-")
    desk.settle()
    assert desk.stored("t1", "c4").value == 1
    desk.press("Ctrl+Backspace")
    desk.settle()
    assert desk.stored("t1", "c4").value is None


def test_park_with_a_reason_makes_room_for_the_next_task(make: Make) -> None:
    desk = make()
    desk.press("F")
    desk.screen.over.flags.reason.setFocus()
    desk.write("ask the lab")
    desk.screen.over.flags.digit(2)
    assert desk.task == "t2"
    desk.settle()
    row = desk.session.workspace.lab.task_row("t1")  # type: ignore[arg-type]
    assert row.flag == "parked"
    assert (
        desk.screen.tasks.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("Parked")
    )


def test_find_in_the_batch_and_go_there(make: Make) -> None:
    desk = make()
    desk.press("Ctrl+Shift+F")
    desk.write("case 3")
    sheet = desk.screen.over.find_sheet
    desk.qtbot.waitUntil(lambda: sheet.list.model().rowCount() == 1, timeout=WAIT_MS)
    desk.press("Return")
    assert desk.task == "t3"
    assert not sheet.isVisible()


def test_the_place_is_remembered_to_the_criterion(make: Make) -> None:
    desk = make()
    desk.press("J", "J")
    desk.screen.flush()
    desk.settle()
    desk.session.parts.writer.flush(5)  # type: ignore[union-attr]
    place = desk.session.desk.view().place
    assert place is not None
    assert (place.task, place.criterion) == ("t1", "c3")


def test_responses_in_turn_and_the_next_open_one_over_all_of_them(make: Make) -> None:
    desk = make(tasks=[task_json(1, responses=2, criteria=1)])
    first = desk.panel.place[0]
    desk.press("Right")
    assert desk.panel.place[0] != first
    desk.press("Left")
    assert desk.panel.place[0] == first
    desk.press("Y")
    desk.qtbot.waitUntil(lambda: desk.panel.place[0] != first, timeout=WAIT_MS)
