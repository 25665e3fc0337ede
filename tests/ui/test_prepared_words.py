"""What was worded ahead is said of the task it belongs to, and of no other; her own answers do not throw it away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from grading_desk import GradingDesk
from pytestqt.qtbot import QtBot

from app.domain.ids import CriterionId, ResponseId, TaskId
from app.domain.questions import IDEAL
from app.domain.review import IDEAL_TEXT, verdict_path
from tests.workspaces import task_json
from ui.panels.rubric import score_head
from ui.theme.apply import ThemeHolder
from ui.widgets.drawn import TextLine

MET = {verdict_path(ResponseId("r1"), CriterionId("c1")): "met"}


def asking(number: int, ideal: dict[str, Any]) -> dict[str, Any]:
    questions = {"ideal": ideal}
    return task_json(number, responses=1, criteria=2, panels=["rubric", "ideal"], questions=questions)


def prepared(desk: GradingDesk, qtbot: QtBot, task: str) -> None:
    """The score of this task is worded, and nobody has asked for it yet."""

    def there() -> bool:
        ahead = desk.panel.head._ahead
        return ahead is not None and ahead[0].task.id == task

    qtbot.waitUntil(there)


def test_how_long_an_ideal_answer_must_be_is_said_of_its_own_task(
    look: ThemeHolder, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = GradingDesk(look, qtbot, tmp_path, tasks=[asking(1, {"min_characters": 50}), asking(2, {})])
    desk.screen.writing.open()
    editor = desk.screen.writing.editor
    qtbot.waitUntil(lambda: editor._said is not None)
    desk.presenter.edit(MET)
    assert editor._count.text() == "0 words · 0 of 50 characters"
    desk.presenter.step_task(1)
    assert editor._count.text() == "0 words"


def test_the_score_names_the_answer_it_is_of(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> None:
    """Both tasks have the same criteria and nothing answered: their scores are equal, their answers are not."""
    desk = GradingDesk(look, qtbot, tmp_path, tasks=[asking(n, {"graded": True}) for n in (1, 2)])
    for task in ("t1", "t2"):
        desk.live.change(desk.session.open(TaskId(task)), {IDEAL_TEXT: "Give aspirin."})
    desk.settle()
    head = desk.panel.head
    desk.open("t1", IDEAL, "c1")
    assert head._so_far.text() == "so far, ideal answer"
    prepared(desk, qtbot, "t2")
    assert desk.presenter.opened is not None
    desk.panel.refresh(desk.presenter.opened)
    assert head._so_far.text() == "so far, ideal answer"
    desk.open("t2", IDEAL, "c1")
    assert head._so_far.text() == "so far, ideal answer"


def test_an_answer_throws_nothing_away_that_was_prepared(
    look: ThemeHolder, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = GradingDesk(look, qtbot, tmp_path, tasks=[task_json(n, responses=1, criteria=2) for n in (1, 2)])
    prepared(desk, qtbot, "t2")
    desk.presenter.edit(MET)
    said = desk.panel.head._ahead
    assert said is not None
    with monkeypatch.context() as worded:
        worded.setattr(score_head, "score_words", lambda *_, **__: pytest.fail("it was worded again"))
        desk.presenter.step_task(1)
    assert desk.panel.head._figure.text() == said[2].figure
    assert desk.panel.head._sum.text() == said[2].sum


def test_a_line_without_room_is_not_drawn(look: ThemeHolder, qtbot: QtBot) -> None:
    line = TextLine(look, "")
    qtbot.addWidget(line)
    line.resize(0, 20)
    line.prepare("62 %", "panel")
    assert line._ahead is None


def test_words_that_have_no_room_are_cut_as_when_painted(look: ThemeHolder, qtbot: QtBot) -> None:
    line = TextLine(look, "Short")
    qtbot.addWidget(line)
    line.setFixedSize(60, 20)
    line.prepare("Many more words than there is room for", "panel")
    assert line._ahead is not None
    assert line._ahead.shown.endswith("…")


def test_a_figure_leaves_no_gap_behind_it(look: ThemeHolder, qtbot: QtBot) -> None:
    figure = TextLine(look, "100\xa0%", role="display", figures=True)
    qtbot.addWidget(figure)
    widest = figure.sizeHint().width()
    figure.setText("62\xa0%")
    assert figure.sizeHint().width() == widest, "a figure more or less moves nothing"
    figure.setText("0\xa0%")
    assert figure.sizeHint().width() < widest
    words = TextLine(look, "score, response A", role="strong")
    qtbot.addWidget(words)
    wide = words.sizeHint().width()
    words.setText("score")
    assert words.sizeHint().width() == wide
