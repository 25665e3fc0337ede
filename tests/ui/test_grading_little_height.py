"""At 200 % in a window of 1440 × 900: lines of the answer and the criterion with its buttons are in view, nothing
lies over anything else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.ids import ResponseId
from app.domain.verdict import Mark
from tests.ui.grading_desk import GradingDesk
from tests.workspaces import task_json
from ui.panels.reading import caret
from ui.theme.apply import ThemeHolder
from ui.widgets.button import VerdictButton

LINES = 4
HEAD_AND_STATUS = 172
"""Of the 900 px, what the shell's bars take at 200 %."""
SIZE = (1440, 900 - HEAD_AND_STATUS)
LONG = "Give aspirin, call for help and record an electrocardiogram at once. " * 40
TEXT = "Names right ventricular infarction as likely, from two of: III higher than II, low pressure, clear lungs."
Make = Callable[..., GradingDesk]


@pytest.fixture
def make(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> Make:
    def made(**more: Any) -> GradingDesk:
        task = task_json(1, responses=3, **more)
        for response in task["responses"]:
            response["text"] = f"{response['id']}. {LONG}"
        for criterion in task["rubric"]["criteria"]:
            criterion["text"] = TEXT
        look.choose(appearance="light", scale=2.0, language="en", reduce_motion=True)
        desk = GradingDesk(look, qtbot, tmp_path, tasks=[task, task_json(2)], size=SIZE)
        desk.window.setMinimumSize(1, 1)
        desk.window.resize(*SIZE)
        settle()
        assert desk.window.size().height() == SIZE[1]
        return desk

    return made


def settle() -> None:
    for _ in range(6):
        QApplication.processEvents()


def place(widget: QWidget, root: QWidget) -> QRect:
    return QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())


def whole(desk: GradingDesk, widget: QWidget) -> bool:
    """Nothing above it cuts it off."""
    rect, above = place(widget, desk.window), widget.parentWidget()
    while above is not None and above is not desk.window:
        if not place(above, desk.window).contains(rect):
            return False
        above = above.parentWidget()
    return widget.isVisible() and tall(widget)


def tall(widget: QWidget) -> bool:
    """As high as it needs to be at its width."""
    layout = widget.layout()
    if layout is not None and layout.hasHeightForWidth():
        return widget.height() >= layout.totalMinimumHeightForWidth(widget.width())
    return widget.height() >= (
        widget.minimumHeight() if layout is None else layout.totalMinimumSize().height()
    )


def lines(desk: GradingDesk) -> float:
    """How many lines of the answer in front are in view."""
    look, page = desk.screen._look, desk.screen.reading.page
    return page.view.viewport().height() / look.px(look.theme.reading("en").line)


def apart(desk: GradingDesk, *parts: QWidget) -> bool:
    seen = [place(part, desk.window) for part in parts if part.isVisible()]
    return not any(a.intersects(b) for i, a in enumerate(seen) for b in seen[:i])


def test_lines_of_the_answer_and_the_whole_criterion_are_in_view(make: Make) -> None:
    desk = make()
    screen, panel = desk.screen, desk.panel
    assert lines(desk) >= LINES
    assert whole(desk, panel.card)
    assert all(whole(desk, b) for b in panel.card.verdicts.findChildren(VerdictButton) if not b.isHidden())
    assert whole(desk, panel.foot)
    assert whole(desk, screen.reading.tabs)
    assert screen.reading.tabs.height() >= screen.reading.tabs.sizeHint().height()


def test_two_responses_are_read_in_tabs_where_columns_would_hold_no_line(make: Make) -> None:
    desk = make()
    desk.window.resize(1600, 830)
    reading = desk.screen.reading
    reading.side_by_side = True
    reading.show_response(ResponseId("r2"))
    settle()
    assert reading.front is not reading.columns
    assert lines(desk) >= LINES
    desk.press("Y")
    assert whole(desk, desk.panel.card)


def test_a_submitted_task_says_so_in_its_foot_and_keeps_its_lines(make: Make) -> None:
    desk = make()
    for response in ("r1", "r2", "r3"):
        desk.open("t1", response)
        desk.press("Y", "N", "Y", "0")
    desk.settle()
    desk.open("t1")
    desk.press("Ctrl+Return")
    desk.settle()
    desk.open("t1")
    settle()
    assert desk.presenter.opened is not None
    assert desk.presenter.opened.submitted
    assert not desk.screen.banner_holder.isVisible()
    assert lines(desk) >= LINES
    assert whole(desk, desk.panel.card)
    assert all(whole(desk, b) for b in desk.panel.foot.findChildren(QWidget) if b.isVisible())


def test_differences_stand_in_the_line_of_tabs(make: Make) -> None:
    desk = make()
    reading = desk.screen.reading
    reading.toggle_differences()
    desk.qtbot.waitUntil(lambda: reading.differences.isVisible())
    settle()
    assert lines(desk) >= LINES
    assert whole(desk, reading.tabs)
    assert apart(desk, reading.tabs, reading.differences, reading.modes, reading.page)


def test_the_prompt_unfolds_from_the_line_of_tabs_and_back(make: Make) -> None:
    desk = make()
    reading = desk.screen.reading
    before = lines(desk)
    reading._bar.prompt.click()
    settle()
    assert reading.prompt.view.isVisible()
    assert lines(desk) >= 1
    assert apart(desk, reading.prompt, reading.tabs, reading.page)
    reading._bar.prompt.click()
    desk.qtbot.waitUntil(lambda: lines(desk) == before)


def test_a_proposal_shows_its_kinds_whole_and_lines_of_the_answer(make: Make) -> None:
    desk = make()
    desk.binder.run("propose")
    settle()
    sheet = desk.screen.proposing.sheet
    assert all(whole(desk, part) for part in (sheet.kinds, sheet.why, sheet.sign))
    assert sheet.kinds.height() >= sheet.kinds.sizeHint().height()
    assert lines(desk) >= 2
    assert all(whole(desk, b) for b in desk.panel.foot.findChildren(QWidget) if b.isVisible())
    desk.press("Esc")
    settle()
    assert whole(desk, desk.panel.card)
    assert lines(desk) >= LINES


@pytest.mark.parametrize("command", ["why", "submit"])
def test_what_opens_in_judging_cuts_no_tab_and_no_line(make: Make, command: str) -> None:
    desk = make()
    desk.binder.run(command)
    settle()
    reading, opened = desk.screen.reading, desk.panel.head if command == "why" else desk.panel.before
    assert opened.isVisible()
    assert tall(opened)
    assert lines(desk) >= 1
    assert whole(desk, reading.tabs)
    assert apart(desk, reading.tabs, reading.modes, reading.page)
    assert whole(desk, desk.panel.foot)


LABELS = {"labels": [{"id": "wrong", "text": "Wrong"}, {"id": "right", "text": "Right"}]}


def labelled(make: Make) -> GradingDesk:
    desk = make(panels=["rubric", "spans"], questions={"spans": LABELS})
    desk.binder.run("mark-text")
    caret.by_sentence(desk.screen.reading.page.view, 1, extend=True)
    desk.binder.run("highlight")
    settle()
    return desk


def test_the_question_of_a_label_is_whole_under_lines_of_the_answer(make: Make) -> None:
    desk = labelled(make)
    choice = desk.screen.marking.panel.choice
    assert choice.isVisible()
    buttons = [b for b in choice._buttons if not b.isHidden()]
    assert all(whole(desk, b) and b.height() >= b.sizeHint().height() for b in buttons)
    assert lines(desk) >= LINES
    assert apart(desk, desk.screen.reading.page, *desk.screen.marking.panel.findChildren(type(choice)))


def test_the_list_of_highlights_lies_over_none_of_its_buttons(make: Make) -> None:
    desk = labelled(make)
    desk.press("1")
    desk.settle()
    desk.binder.run("spans")
    settle()
    panel = desk.screen.marking.panel
    assert panel.open_now
    assert panel.list.height() >= panel.list.row_height()
    assert apart(desk, panel._head, panel.list, panel._deeds)
    assert all(whole(desk, w) for w in panel._deeds.findChildren(QWidget) if w.isVisible())
    assert lines(desk) >= LINES
    desk.press("Esc")
    settle()
    assert lines(desk) >= 2, "beside the line of highlights"
    assert whole(desk, desk.panel.card)
    desk.panel.answering.press(Mark.MET)


def test_at_100_percent_nothing_is_folded(make: Make, look: ThemeHolder) -> None:
    desk = make()
    look.choose(appearance="light", scale=1.0, language="en", reduce_motion=True)
    desk.window.resize(1440, 820)
    settle()
    reading = desk.screen.reading
    assert not reading._bar.prompt.isVisible()
    assert reading.prompt._line.isVisible()
    assert reading.modes.isVisible()
    assert reading.body.indexOf(reading.differences) == reading.body.indexOf(reading._bar) + 1


def test_where_no_line_is_to_spare_the_criterion_keeps_its_buttons(make: Make) -> None:
    asked = {
        "panels": ["rubric", "spans"],
        "questions": {"spans": {"labels": [{"id": "a", "text": "Wrong"}]}},
    }
    desk = make(**asked)
    desk.window.resize(1366, 768 - HEAD_AND_STATUS)
    strip, card = desk.screen.marking.panel, desk.panel.card
    desk.qtbot.waitUntil(lambda: not strip.isVisible() and lines(desk) >= 2)
    buttons = [b for b in card.verdicts.findChildren(VerdictButton) if not b.isHidden()]
    assert all(whole(desk, b) for b in buttons)
    assert len(buttons) == 4
    desk.press("H")
    assert strip.isVisible(), "it has something to say"
    desk.press("Esc")
    desk.qtbot.waitUntil(lambda: not strip.isVisible() and all(whole(desk, b) for b in buttons))
