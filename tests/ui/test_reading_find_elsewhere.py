"""Find in task goes on from the response in front: to the others, to criteria, and round again."""

from __future__ import annotations

from pathlib import Path

import pytest
from grading_desk import GradingDesk
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.grading_desk import WAIT_MS
from tests.workspaces import task_json
from ui.theme.apply import ThemeHolder


@pytest.fixture
def desk(qtbot: QtBot, look: ThemeHolder, tmp_path: Path) -> GradingDesk:
    task = task_json(1, responses=2, criteria=4)
    task["responses"][0]["text"] = "Give aspirin. Then more aspirin."
    task["responses"][1]["text"] = "Give paracetamol, or Aspirin."
    for at, text in enumerate(("Names a dose", "Names Aspirin first", "Is kind", "No aspirin for children")):
        task["rubric"]["criteria"][at]["text"] = text
    return GradingDesk(look, qtbot, tmp_path, tasks=[task])


def said(desk: GradingDesk) -> str:
    return desk.screen.reading.find_bar._count.text()


def test_words_are_found_in_every_response_and_in_criteria(desk: GradingDesk, qtbot: QtBot) -> None:
    reading = desk.screen.reading
    opened = desk.presenter.opened
    assert opened is not None
    front = opened.order
    here = [opened.task.response(r).text.lower().count("aspirin") for r in front]
    desk.press("Ctrl+F")
    desk.write("aspirin")
    assert said(desk) == f"{here[0]} found · also in B · 2 criteria"
    for place in range(here[0]):
        desk.press("Return")
        assert said(desk).startswith(f"{place + 1} of {here[0]}")
    for place in range(here[1]):
        desk.press("Return")
        assert reading.response == front[1]
        assert said(desk).startswith(f"{place + 1} of {here[1]} · also in A")
    desk.press("Return")
    assert desk.criterion == "c2"
    desk.press("Return")
    assert desk.criterion == "c4"
    desk.press("Return")
    assert reading.response == front[0], "and round again"
    assert desk.presenter.opened is not None
    assert not desk.presenter.opened.review.started, "no letter was taken for a command"
    desk.press("Esc")
    assert reading.find_bar.isHidden()
    assert desk.criterion == "c4"
    focus = QApplication.focusWidget()
    assert focus is not None
    assert desk.panel.isAncestorOf(focus), "back at the criterion"
    desk.press("Up", "Y")
    qtbot.waitUntil(lambda: desk.presenter.opened is not None and desk.presenter.opened.review.started)


def test_back_from_a_criterion_the_page_is_gone_through_again(desk: GradingDesk) -> None:
    desk.press("Ctrl+F")
    desk.write("aspirin")
    desk.press(*["Return"] * 4)
    assert desk.criterion == "c2"
    desk.press("Shift+Return")
    on_page = said(desk)
    assert on_page[0].isdigit()
    for _ in range(int(on_page.split()[2]) - int(on_page.split()[0])):
        desk.press("Return")
    assert said(desk).split()[0] == said(desk).split()[2], "at the last place of the page, in no criterion"
    desk.press("Return")
    assert desk.criterion == "c2"


def test_in_a_response_that_comes_late_the_place_is_gone_to_when_it_is_there(
    qtbot: QtBot, look: ThemeHolder, tmp_path: Path
) -> None:
    task = task_json(1, responses=2)
    long, short = task["responses"]
    long["text"] = "Some **words**.\n\n" * 3000 + "Ask for metformin."
    desk = GradingDesk(look, qtbot, tmp_path, tasks=[task])
    reading = desk.screen.reading
    reading.choose(short["id"])
    desk.press("Ctrl+F")
    desk.write("metformin")
    desk.press("Return")
    assert reading.response == long["id"]
    qtbot.waitUntil(lambda: said(desk).startswith("1 of 1"), timeout=WAIT_MS)
    assert reading.page.view.verticalScrollBar().value() > 0


def test_what_stands_elsewhere_alone_is_gone_to(desk: GradingDesk) -> None:
    assert desk.presenter.opened is not None
    other = next(r for r in desk.presenter.opened.task.responses if "paracetamol" in r.text).id
    desk.screen.reading.choose(next(r for r in desk.presenter.opened.order if r != other))
    desk.press("Ctrl+F")
    desk.write("paracetamol")
    assert said(desk).startswith("Not here · also in ")
    desk.press("Return")
    assert desk.screen.reading.response == other
    assert said(desk) == "1 of 1"
    desk.write("xyz")
    assert said(desk) == "Not found"


def test_a_hit_in_the_batch_leads_to_its_word_in_the_second_task(
    qtbot: QtBot, look: ThemeHolder, tmp_path: Path
) -> None:
    second = task_json(2, responses=2, criteria=2)
    second["responses"][1]["text"] = "Lie down.\n\n" * 40 + "最後給予硝酸鹽。"
    desk = GradingDesk(look, qtbot, tmp_path, tasks=[task_json(1, responses=2, criteria=2), second])
    reading, sheet = desk.screen.reading, desk.screen.over.find_sheet
    desk.press("Down", "C")
    desk.write("No dose is named")
    desk.press("Esc", "Up", "Ctrl+Shift+F")
    sheet.field.setText("給予硝酸鹽")
    qtbot.waitUntil(lambda: sheet.list.model().rowCount() == 1, timeout=WAIT_MS)
    desk.press("Return")
    qtbot.waitUntil(lambda: said(desk).startswith("1 of 1"), timeout=WAIT_MS)
    assert (desk.task, reading.response) == ("t2", second["responses"][1]["id"])
    assert reading.page.view.verticalScrollBar().value() > 0
    desk.settle()
    desk.press("Esc", "Ctrl+Shift+F")
    sheet.field.setText("dose")
    qtbot.waitUntil(
        lambda: (
            "You wrote: No dose"
            in str(sheet.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))
        ),
        timeout=WAIT_MS,
    )
    desk.press("Return")
    assert (desk.task, desk.criterion) == ("t1", "c2"), "one's own words lead to the criterion they are on"
    assert reading.find_bar.isHidden()
