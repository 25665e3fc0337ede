"""The reading panel over real tasks of a real workspace: tabs, views, prompt, find, pages made ahead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.domain.ids import TaskId
from app.domain.task import Turn
from app.i18n import Translator
from app.paths import resources
from app.services.reviewing import OpenTask
from app.services.session import Session
from tests.workspaces import make_session, task_json
from ui import i18n
from ui.jobs import Jobs
from ui.panels.reading.answer_view import AnswerView
from ui.panels.reading.code_view import CodeView
from ui.panels.reading.marks import Mark
from ui.panels.reading.reading_panel import GUIDELINE, REFERENCE, ReadingPanel
from ui.theme.apply import ThemeHolder

LONG = "\n\n".join(f"Paragraph {i} about aspirin and its dose." for i in range(80))
TURNS = [
    {"role": "system", "text": "You are careful."},
    {"role": "user", "text": "Earlier question"},
    {"role": "assistant", "text": "Earlier **answer**"},
    {"role": "user", "text": "A person of 41 with chest pain.\n\nWhat now?"},
]


def tasks() -> list[dict[str, Any]]:
    third = task_json(3, responses=1)
    third["responses"][0]["text"] = LONG
    attachments = [{"name": "ecg.png", "media_type": "image/png", "size": 182_000, "sha256": "0" * 64}]
    return [
        task_json(1, responses=3, prompt=TURNS, reference="The *ideal* answer.", attachments=attachments),
        task_json(2, responses=2),
        third,
        task_json(4, responses=9),
    ]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = make_session(tmp_path, tasks=tasks(), blind=True)
    yield made
    made.close()


@pytest.fixture
def panel(look: ThemeHolder, qtbot: QtBot, session: Session) -> Iterator[ReadingPanel]:
    jobs = Jobs()
    made = ReadingPanel(look, jobs)
    qtbot.addWidget(made)
    made.resize(760, 700)
    made.show()
    yield made
    assert jobs.shutdown()


def opened(session: Session, number: int) -> OpenTask:
    return session.open(TaskId(f"t{number}"))


def tab_names(panel: ReadingPanel) -> list[str]:
    row = panel.tabs.layout()
    buttons = [row.itemAt(at).widget() for at in range(row.count())]
    return [button.text() for button in buttons if isinstance(button, QPushButton)]


def text_of(panel: ReadingPanel) -> str:
    return panel.page.view.toPlainText()


def test_responses_wear_letters_in_the_order_of_the_review(panel: ReadingPanel, session: Session) -> None:
    task = opened(session, 1)
    panel.resize(640, 700)
    panel.show_task(task)
    assert tab_names(panel) == ["A", "B", "C", "Reference", "Guidelines"]
    panel.resize(1000, 700)
    assert tab_names(panel)[:3] == ["Response A", "Response B", "Response C"]
    assert panel.tabs.value() == "0"
    for response in task.order:
        panel.show_response(response)
        assert panel.response == response
        assert text_of(panel).startswith(task.task.response(response).text[2:10])
        assert response not in panel.page.view.accessibleName()


def test_only_a_choice_of_the_person_is_told(panel: ReadingPanel, session: Session, qtbot: QtBot) -> None:
    task = opened(session, 2)
    told: list[str] = []
    panel.response_shown.connect(told.append)
    panel.show_task(task, task.order[1])
    panel.show_response(task.order[0])
    assert told == []
    second = panel.tabs.findChildren(QPushButton)[1]
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    assert told == [task.order[1]]
    assert panel.response == task.order[1]


def test_reference_and_guideline_are_tabs_and_f1_goes_back(panel: ReadingPanel, session: Session) -> None:
    task = opened(session, 1)
    panel.show_task(task, task.order[1])
    panel.toggle_guideline()
    assert panel.tabs.value() == GUIDELINE
    assert "How to grade" in text_of(panel)
    assert panel.response is None
    panel.toggle_guideline()
    assert panel.response == task.order[1]
    panel.tabs.choose(REFERENCE)
    panel.tabs.chosen.emit(REFERENCE)
    assert text_of(panel) == "The ideal answer."


def test_raw_holds_for_every_response(panel: ReadingPanel, session: Session) -> None:
    task = opened(session, 2)
    panel.show_task(task)
    panel.toggle_raw()
    assert isinstance(panel.page.view, CodeView)
    assert "**aspirin**" in text_of(panel)
    panel.show_response(task.order[1])
    assert isinstance(panel.page.view, CodeView)
    assert panel.modes.value() == "raw"
    panel.modes.chosen.emit("rendered")
    assert isinstance(panel.page.view, AnswerView)


def test_side_by_side_where_there_is_room(panel: ReadingPanel, session: Session, qtbot: QtBot) -> None:
    task = opened(session, 1)
    panel.show_task(task)
    panel.toggle_side_by_side()
    assert len(panel.columns.pages) == 2
    panel.show_response(task.order[2])
    assert panel.page in panel.columns.pages
    assert panel.page.text == task.task.response(task.order[2]).text
    panel.resize(1500, 700)
    assert len(panel.columns.pages) == 3
    panel.toggle_raw()
    assert all(page.raw for page in panel.columns.pages)
    panel.resize(500, 700)
    assert panel.page is panel.pool.page
    panel.toggle_raw()
    panel.toggle_side_by_side()
    panel.toggle_side_by_side()
    assert panel.modes.value() == "rendered"


def test_columns_scroll_together_by_fraction(panel: ReadingPanel, session: Session, qtbot: QtBot) -> None:
    shown = panel.columns
    panel.show_task(opened(session, 2))
    panel.toggle_side_by_side()
    for page, text in zip(shown.pages, (LONG, LONG + "\n\n" + LONG), strict=True):
        page.show_text(text)
        qtbot.waitUntil(lambda page=page: page.complete)  # type: ignore[misc]
    bars = [page.view.verticalScrollBar() for page in shown.pages]
    bars[0].setValue(bars[0].maximum() // 2)
    assert abs(bars[1].value() / bars[1].maximum() - 0.5) < 0.02


def test_the_prompt_is_one_line_until_it_is_asked_for(
    panel: ReadingPanel, session: Session, qtbot: QtBot
) -> None:
    panel.show_task(opened(session, 1))
    prompt = panel.prompt
    assert not prompt.view.isVisible()
    assert prompt.height() == 44
    panel.toggle_prompt()
    qtbot.waitUntil(lambda: prompt.view.isVisible() and prompt.view.complete)
    text = prompt.view.toPlainText()
    assert text.splitlines()[:2] == ["User", "Earlier question"]
    assert "You are careful." not in text
    assert prompt.height() < panel.height() // 2 + 60
    prompt._set_up.click()
    qtbot.waitUntil(lambda: prompt.view.complete)
    assert "You are careful." in prompt.view.toPlainText()
    source = prompt.view.positions.source
    at = prompt.view.toPlainText().index("What now?")
    span = prompt.view.positions.to_source(at, at + 4)
    assert span is not None
    assert source[span[0] : span[1]] == "What"
    panel.toggle_prompt()
    assert not prompt.view.isVisible()


def test_the_line_of_the_prompt_shows_no_marks(panel: ReadingPanel, session: Session, qtbot: QtBot) -> None:
    panel.prompt.show_turns([Turn("user", "A **20 mm** battery,\n\n*swallowed*.")])
    names = [child.accessibleName() for child in panel.prompt.findChildren(QWidget)]
    assert "Prompt: A 20 mm battery, swallowed." in names


def test_find_counts_over_prompt_and_response(panel: ReadingPanel, session: Session, qtbot: QtBot) -> None:
    panel.show_task(opened(session, 3))
    qtbot.waitUntil(lambda: panel.page.complete)
    panel.open_find()
    assert panel.find_bar.isVisible()
    panel.find_bar.field.setText("person")
    assert panel.find_bar._count.text() == "1 found"
    assert panel.prompt.folded
    panel.find_bar.stepped.emit(1)
    assert not panel.prompt.folded
    panel.find_bar.field.setText("Paragraph")
    assert panel.find_bar._count.text() == "80 found"
    for _ in range(79):
        panel.find_bar.stepped.emit(1)
    assert panel.find_bar._count.text() == "79 of 80"
    assert panel.page.view.verticalScrollBar().value() > 0
    panel.find_bar.field.setText("no such words")
    assert panel.find_bar._count.text() == "Not found"
    assert panel.leave_find()
    assert not panel.leave_find()
    assert panel.page.view.extraSelections() == []


def test_find_follows_to_another_response(panel: ReadingPanel, session: Session) -> None:
    task = opened(session, 2)
    panel.show_task(task)
    panel.open_find()
    panel.find_bar.field.setText("Answer 1")
    counts = []
    for response in task.order:
        panel.show_response(response)
        counts.append(panel.find_bar._count.text())
    assert sorted(words.split(" · ")[0] for words in counts) == ["1 found", "Not here"]


def test_space_scrolls_to_the_end_and_says_so(panel: ReadingPanel, session: Session, qtbot: QtBot) -> None:
    moved: list[int] = []
    panel.place_changed.connect(lambda: moved.append(1))
    panel.show_task(opened(session, 3))
    qtbot.waitUntil(lambda: panel.page.complete)
    presses = 0
    while not panel.scroll_page():
        presses += 1
    assert 3 < presses < 20
    assert moved
    assert not panel.scroll_page(-1)
    panel.show_task(opened(session, 2))
    assert panel.scroll_page()


def test_the_next_task_is_built_ahead(panel: ReadingPanel, session: Session, qtbot: QtBot) -> None:
    panel.show_task(opened(session, 1))
    following = opened(session, 3)
    panel.prepare(following, {})
    qtbot.waitUntil(lambda: not panel.pool.preparing)
    ready = next(page for page in panel.pool._pages if page.text == LONG)
    assert ready is not panel.page
    assert ready.complete
    assert ready.answer.size() == panel.page.answer.size()
    panel.show_task(following)
    assert panel.page is ready


def test_input_halts_what_is_built_ahead_and_a_task_drops_it(
    panel: ReadingPanel, session: Session, qtbot: QtBot
) -> None:
    first = opened(session, 1)
    panel.show_task(first)
    panel.prepare(opened(session, 3), {})
    qtbot.keyClick(panel, Qt.Key.Key_Shift)
    assert panel.pool._slices.interval() >= 100
    panel.show_task(opened(session, 2))
    assert not panel.pool.preparing
    qtbot.waitUntil(lambda: panel.page.complete)
    assert text_of(panel).startswith("Answer")


def test_a_page_keeps_its_place_while_others_are_read(
    panel: ReadingPanel, session: Session, qtbot: QtBot
) -> None:
    long = opened(session, 3)
    panel.show_task(long)
    qtbot.waitUntil(lambda: panel.page.complete)
    panel.scroll_page()
    place = panel.page.view.place()
    assert place > 0
    panel.show_task(opened(session, 2))
    panel.show_task(long)
    assert panel.page.view.place() == place


def test_attachments_are_listed(panel: ReadingPanel, session: Session) -> None:
    panel.show_task(opened(session, 1))
    assert panel.attachments.isVisible()
    names = [w.accessibleName() for w in panel.attachments.findChildren(QWidget)]
    assert any(name.startswith("Open ecg.png, 182") for name in names)
    panel.show_task(opened(session, 2))
    assert not panel.attachments.isVisible()


def test_hidden_characters_are_announced(panel: ReadingPanel, session: Session, tmp_path: Path) -> None:
    task = task_json(1, responses=1)
    task["responses"][0]["text"] = "pay\u202eload \u200b"
    other = make_session(tmp_path / "other", tasks=[task])
    panel.show_task(other.open(TaskId("t1")))
    assert panel.warning.isVisible()
    assert panel.warning.text() == "2 hidden characters"
    panel.show_task(opened(session, 2))
    assert not panel.warning.isVisible()
    other.close()


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("language", ["en", "zh_TW", "zh_CN"])
def test_nine_tabs_fit_a_narrow_panel(
    panel: ReadingPanel, session: Session, look: ThemeHolder, qtbot: QtBot, scale: float, language: str
) -> None:
    i18n.use(Translator(language, resources() / "translations"))
    look.choose(appearance="light", scale=scale, language=language, reduce_motion=True)
    panel.resize(look.px(520), 640)
    panel.show_task(opened(session, 4))
    panel.resize(look.px(520), 641)
    assert panel.width() <= look.px(520) + 1
    buttons = panel.tabs.findChildren(QPushButton)
    assert len(buttons) >= 9
    visible = [b for b in buttons + panel.modes.findChildren(QPushButton) if b.isVisible()]
    assert all(b.visibleRegion().boundingRect().width() == b.width() for b in visible)


def test_every_control_has_a_name(panel: ReadingPanel, session: Session) -> None:
    panel.show_task(opened(session, 1))
    panel.toggle_prompt()
    panel.open_find()
    for widget in panel.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            assert widget.accessibleName(), widget


def test_a_page_is_drawn_ahead_with_its_marks_and_painted_anew_with_others(
    panel: ReadingPanel, session: Session, qtbot: QtBot
) -> None:
    marks = [Mark(0, 30, "wrong", "1"), Mark(40, 60, "note", "2")]
    panel.show_task(opened(session, 1))
    following = opened(session, 3)
    panel.prepare(following, {"highlights": marks})
    qtbot.waitUntil(lambda: not panel.pool.preparing)
    panel.show_task(following)
    page = panel.page
    drawn = page.answer.ahead
    assert drawn._picture is not None
    page.show_marks(marks, "highlights")
    copied = page.answer.viewport().grab().toImage()
    assert drawn._picture is None, "it served one painting"
    assert page.answer.viewport().grab().toImage() == copied, "as it is painted"
    drawn.draw()
    page.show_marks(marks[:1], "highlights")
    assert page.answer.viewport().grab().toImage() != copied
