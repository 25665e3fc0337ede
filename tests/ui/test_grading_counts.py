"""The tasks beside the task in front: the numbers are this batch's, at once and after every answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.services.desk import Card
from tests.ui.grading_desk import WAIT_MS, GradingDesk
from tests.workspaces import add_batch, task_json
from ui.theme.apply import ThemeHolder

Two = Callable[[], GradingDesk]


@pytest.fixture
def two(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> Two:
    """A batch of four tasks in front, and one of two tasks beside it."""

    def made() -> GradingDesk:
        desk = GradingDesk(
            look, qtbot, tmp_path, tasks=[task_json(n, responses=1) for n in (1, 2, 3, 4)], size=(1600, 900)
        )
        other = [task_json(n, responses=1) for n in (8, 9)]
        desk.session.perform_now(lambda workspace: add_batch(workspace, other, batch="b-2", title="Wards"))
        return desk

    return made


def counted(desk: GradingDesk, words: str) -> None:
    desk.qtbot.waitUntil(lambda: desk.screen.tasks.counted == words, timeout=WAIT_MS)


def test_another_batch_never_shows_the_numbers_of_the_one_before(two: Two) -> None:
    desk = two()
    counted(desk, "0 of 4")
    assert "4 tasks left" in desk.screen.tasks.left
    desk.open("t8")
    assert (desk.screen.tasks.counted, desk.screen.tasks.left) == ("", "")
    counted(desk, "0 of 2")
    assert "2 tasks left" in desk.screen.tasks.left
    desk.open("t1")
    assert desk.screen.tasks.counted == ""
    counted(desk, "0 of 4")


def test_a_count_that_comes_late_is_not_shown_over_another_batch(two: Two) -> None:
    desk = two()
    counted(desk, "0 of 4")
    cards = {card.batch.id: card for card in desk.session.desk.view().cards}
    late = cards[desk.presenter.opened.batch.id]  # type: ignore[union-attr]
    desk.open("t8")
    desk.screen.tasks.show_card(replace(late, done=3), desk.presenter.now)
    assert desk.screen.tasks.counted == ""


def test_coming_back_to_a_batch_does_not_wait_for_the_one_left(two: Two) -> None:
    """Two counts are asked for, the first still on its way: only the batch in front is told."""
    desk = two()
    told: list[Card] = []
    desk.presenter.beside.counted.connect(told.append)
    first = desk.presenter.opened.batch.id  # type: ignore[union-attr]
    desk.presenter.beside.count(first)
    desk.open("t8")
    second = desk.presenter.opened.batch.id  # type: ignore[union-attr]
    desk.presenter.beside.count(second)
    counted(desk, "0 of 2")
    assert {card.batch.id for card in told} == {second}


def test_the_time_left_follows_the_answers(two: Two) -> None:
    desk = two()
    counted(desk, "0 of 4")
    before = desk.screen.tasks.left
    for task in ("t1", "t2", "t3"):
        desk.open(task)
        desk.press("Y", "N", "Y", "0")
    desk.settle()
    desk.qtbot.waitUntil(lambda: desk.screen.tasks.left not in ("", before), timeout=WAIT_MS)
    assert desk.screen.tasks.counted == "0 of 4"
    assert "4 tasks left" in desk.screen.tasks.left
