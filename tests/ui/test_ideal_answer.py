"""The ideal answer: begun from a response or from nothing, written under the reading, kept as it is typed, graded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from grading_desk import GradingDesk
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.domain.checks import Lack
from app.domain.ids import CriterionId, ResponseId, TaskId
from app.domain.questions import IDEAL
from app.domain.review import IDEAL_BASE, IDEAL_REASON, IDEAL_TEXT, verdict_path
from app.errors import StorageError
from app.services import snippets, spelling
from app.services.reviewing import OpenTask
from app.storage.work import WorkTables
from tests.workspaces import task_json
from ui.panels.ideal.words import Words
from ui.theme.apply import ThemeHolder

ASKED = {"ideal": {"graded": True, "reason": "required", "min_characters": 5}}
TASK = task_json(1, responses=2, criteria=2, panels=["ideal"], questions=ASKED)
TEXT: str = TASK["responses"][0]["text"]


@pytest.fixture
def desk(qtbot: QtBot, look: ThemeHolder, tmp_path: Path) -> GradingDesk:
    return GradingDesk(look, qtbot, tmp_path, tasks=[TASK, task_json(2)])


@pytest.fixture
def two(qtbot: QtBot, look: ThemeHolder, tmp_path: Path) -> GradingDesk:
    """Two tasks alike, the editor of the first one open with the keyboard in it."""
    desk = GradingDesk(look, qtbot, tmp_path, tasks=[TASK, TASK | {"id": "t2"}])
    desk.screen.writing.open()
    qtbot.waitUntil(lambda: bool(editor(desk).field.hasFocus()))
    return desk


def now(desk: GradingDesk) -> OpenTask:
    assert desk.presenter.opened is not None
    return desk.presenter.opened


def text_of(desk: GradingDesk) -> str:
    return now(desk).review.text(IDEAL_TEXT)


def editor(desk: GradingDesk) -> Any:
    return desk.screen.writing.editor


def test_begun_from_a_response_by_its_digit_and_written_by_keys(desk: GradingDesk, qtbot: QtBot) -> None:
    desk.press("1")
    first = now(desk).order[0]
    assert now(desk).review.text(IDEAL_BASE) == first
    assert text_of(desk) == now(desk).task.response(first).text
    qtbot.waitUntil(lambda: editor(desk).field.hasFocus())
    editor(desk).field.moveCursor(QTextCursor.MoveOperation.Start)
    desk.write("Now: ")
    desk.press("Escape")
    assert not desk.screen.writing.is_open
    qtbot.waitUntil(lambda: text_of(desk) == f"Now: {TEXT}")
    desk.press("Ctrl+Z")
    qtbot.waitUntil(lambda: text_of(desk) == TEXT)


def test_written_from_nothing_and_then_graded_by_the_same_criteria(desk: GradingDesk, qtbot: QtBot) -> None:
    desk.press("I")
    qtbot.waitUntil(lambda: editor(desk).field.hasFocus())
    desk.write("Give aspirin and call for help.")
    desk.press("Escape")
    qtbot.waitUntil(lambda: text_of(desk) == "Give aspirin and call for help.")
    asked = [c for c in desk.panel.controls if c.response == IDEAL]
    assert [c.item for c in asked] == ["c1", "c2"]
    desk.press("J", "Y")
    qtbot.waitUntil(lambda: now(desk).review.verdict(IDEAL, asked[0].item).value == "met")  # type: ignore[arg-type]
    assert now(desk).scored == (IDEAL,)
    assert desk.panel.head.isVisible()
    assert "ideal answer" in desk.panel.head.words
    made = editor(desk)
    assert made.isVisible()  # what is graded is in sight, and the keyboard stays with its criteria
    assert made.views.value() == "read"
    assert not made.isAncestorOf(desk.window.focusWidget())
    desk.open("t2")
    assert not made.isVisible()
    desk.open("t1")
    assert made.isVisible()
    desk.press("K", "K")
    assert not made.isVisible()


def test_what_was_said_of_a_text_goes_with_it_and_comes_back_with_it(desk: GradingDesk, qtbot: QtBot) -> None:
    desk.press("1")
    qtbot.waitUntil(lambda: editor(desk).field.hasFocus())
    desk.press("Escape", "J", "Y")
    graded = verdict_path(IDEAL, CriterionId("c1"))
    qtbot.waitUntil(lambda: now(desk).review.values.get(graded) == "met")
    whole = dict(now(desk).review.values)
    desk.panel.go_to(now(desk).order[0], CriterionId(IDEAL_TEXT))
    desk.press("Ctrl+Backspace")
    qtbot.waitUntil(lambda: not now(desk).review.values, timeout=5000)
    desk.press("Ctrl+Z")
    qtbot.waitUntil(lambda: dict(now(desk).review.values) == whole)


def test_a_text_that_is_there_is_never_written_over(desk: GradingDesk, qtbot: QtBot) -> None:
    desk.press("1")
    qtbot.waitUntil(lambda: editor(desk).field.hasFocus())
    desk.press("Escape", "2")
    assert text_of(desk) == now(desk).task.response(now(desk).order[0]).text


def test_the_edit_is_read_as_changes_and_its_reason_is_kept(desk: GradingDesk, qtbot: QtBot) -> None:
    desk.press("1")
    made = editor(desk)
    qtbot.waitUntil(lambda: made.field.hasFocus())
    made.field.moveCursor(QTextCursor.MoveOperation.End)
    desk.write("And wait.")
    desk.press("Ctrl+Shift+V", "Ctrl+Shift+V")
    assert made.views.value() == "changes"
    assert "+And wait." in made.changes.toPlainText()
    assert made.reason.isVisible()
    made.reason.field.setFocus()
    desk.write("It left out the wait.")
    desk.press("Escape")
    qtbot.waitUntil(lambda: now(desk).review.text(IDEAL_REASON) == "It left out the wait.")


def test_unknown_words_are_marked_and_kept_as_right(desk: GradingDesk, qtbot: QtBot) -> None:
    desk.press("I")
    made = editor(desk)
    qtbot.waitUntil(lambda: made.field.mistakes.speller is not None, timeout=20_000)
    desk.write("The pateint waits. ")
    cursor = made.field.textCursor()
    cursor.setPosition(5)
    word, suggestions = made.field.menu.words_for(cursor)
    assert word == "pateint"
    assert "patient" in suggestions
    made.field.menu.keep("pateint")
    assert made.field.menu.words_for(cursor)[0] == ""
    qtbot.waitUntil(lambda: spelling.own_words(desk.session) == ["pateint"])


def test_a_word_that_was_kept_by_mistake_is_taken_back_where_it_stands(
    desk: GradingDesk, qtbot: QtBot
) -> None:
    desk.press("I")
    made = editor(desk)
    qtbot.waitUntil(lambda: made.field.mistakes.speller is not None, timeout=20_000)
    desk.write("Pateint. A pateint waits. ")
    cursor = made.field.textCursor()
    cursor.setPosition(13)
    assert made.field.menu.own_word_at(cursor) == ""
    made.field.menu.keep("pateint")
    cursor.setPosition(2)
    assert made.field.menu.words_for(cursor)[0] == "", "however it is written"
    assert menu_at(made, 13)[:1] == ["No longer keep “pateint” as right"]
    made.field.menu.drop("pateint")
    cursor.setPosition(2)
    assert made.field.menu.words_for(cursor)[0] == "Pateint"
    assert "Keep “pateint” as right" in menu_at(made, 13)
    desk.settle()
    assert spelling.own_words(desk.session) == []


def menu_at(made: Any, place: int) -> list[str]:
    menu, cursor = made.field.createStandardContextMenu(), made.field.textCursor()
    cursor.setPosition(place)
    made.field.menu._put_first(menu, cursor)
    return [action.text() for action in menu.actions()]


@pytest.mark.parametrize("act", ["keep_snippet", "remove_snippet", "keep_word", "drop_word"])
def test_what_could_not_be_kept_is_said_and_is_no_bug(
    desk: GradingDesk, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    def full(*_: object) -> None:
        raise StorageError("storage.disk_full", "The disk is full.")

    pending: list[int] = []
    words = Words(desk.live, desk.jobs, desk.problem)
    with monkeypatch.context() as disk:
        disk.setattr(WorkTables, "set_note", full)
        desk.live.pending_changed.connect(pending.append)
        getattr(words, act)(*("call", "Call 119.")[: 2 if act == "keep_snippet" else 1])
        desk.settle()
    assert pending == [1, 0], "it counts for “safe to close”"
    assert [error.code for error in desk.problems] == ["storage.disk_full"]


def test_a_snippet_without_words_is_refused_in_words(desk: GradingDesk) -> None:
    Words(desk.live, desk.jobs, desk.problem).keep_snippet("call", " ")
    desk.settle()
    assert [error.code for error in desk.problems] == ["snippet.empty"]


def another_look(look: ThemeHolder) -> None:
    look.choose(appearance="dark", scale=1.25, language="en", reduce_motion=True)


def test_marks_of_unknown_words_and_another_look_are_nothing_written(
    desk: GradingDesk, look: ThemeHolder, qtbot: QtBot
) -> None:
    desk.press("I")
    made = editor(desk)
    desk.write("The pateint waits.")
    made.flush()
    wrote: list[object] = []
    made.wrote.connect(wrote.append)
    qtbot.waitUntil(lambda: made.field.mistakes.speller is not None, timeout=20_000)
    made.flush()
    made.field.menu.keep("pateint")
    made.flush()
    another_look(look)
    made.flush()
    assert wrote == []


def test_a_submitted_task_with_its_editor_open_takes_another_look(
    desk: GradingDesk, look: ThemeHolder, qtbot: QtBot
) -> None:
    desk.press("I")
    made = editor(desk)
    qtbot.waitUntil(lambda: made.field.mistakes.speller is not None, timeout=20_000)
    desk.write("Give aspirin and call for help.")
    desk.press("Escape")
    for response in (*now(desk).order, IDEAL):
        desk.presenter.edit({verdict_path(response, CriterionId(c)): "met" for c in ("c1", "c2")})
    desk.presenter.submit()
    desk.settle()
    desk.open("t1")
    assert now(desk).submitted
    desk.press("I")
    assert made.field.isReadOnly()
    assert not made.snippets.isEnabled()
    another_look(look)
    made.flush()
    desk.settle()
    assert desk.problems == []


def test_at_large_text_the_editor_takes_the_height_while_one_writes(
    look: ThemeHolder, qtbot: QtBot, tmp_path: Path
) -> None:
    look.choose(appearance="light", scale=2.0, language="en", reduce_motion=True)
    asked = {"panels": ["rubric", "ideal"], "questions": {"ideal": {"min_characters": 5}}}
    desk = GradingDesk(look, qtbot, tmp_path, tasks=[task_json(1, responses=2, **asked)])
    desk.window.resize(1366, 768)
    desk.press("I")
    desk.write("Give aspirin.")
    made, side = editor(desk), desk.screen.writing
    qtbot.waitUntil(lambda: side.height() > 768 * 0.75 and whole(made.field) and whole(made._count))
    seen = set()
    for _ in range(50):
        QApplication.processEvents()
        seen.add((side.height(), made.height()))
    assert len(seen) == 1, "what has its room stays there"
    desk.press("Escape")
    qtbot.waitUntil(lambda: side.height() < 768 * 0.5 and whole(desk.panel.card))


def whole(part: QWidget) -> bool:
    """All of it in view."""
    return part.visibleRegion().boundingRect().size() == part.size()


def actions(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions()]


def test_snippets_are_kept_and_put_in(desk: GradingDesk, qtbot: QtBot) -> None:
    desk.press("I")
    made = editor(desk)
    desk.write("Call 119.")
    made.field.selectAll()
    made.snippets._fill()
    assert actions(made.snippets._menu) == ["No snippets yet", "", "Keep the selection as a snippet…"]
    made.snippets._menu.actions()[-1].trigger()
    assert QApplication.focusWidget() is made.naming.field
    desk.press("Escape")
    assert QApplication.focusWidget() is made.field, "Esc leaves the name, not the editor"
    assert not made.naming.isVisible()
    made.snippets._menu.actions()[-1].trigger()
    assert made.naming.field.selectedText() == "Call 119."
    desk.write("call & wait")
    desk.press("Return")
    kept = [("call & wait", "Call 119.")]
    qtbot.waitUntil(lambda: [(s.name, s.text) for s in snippets.snippets(desk.session)] == kept)
    assert QApplication.focusWidget() is made.field
    made.snippets._fill()
    assert actions(made.snippets._menu)[0] == "&1  call && wait"
    made.field.moveCursor(QTextCursor.MoveOperation.End)
    made.snippets.chosen.emit(" Call 119.")
    assert made.field.toPlainText() == "Call 119. Call 119."


def test_a_task_that_asks_for_none_has_no_editor(desk: GradingDesk) -> None:
    desk.open("t2")
    desk.press("I")
    assert not desk.screen.writing.is_open


def test_the_next_task_brings_its_own_text_and_nothing_of_the_one_before(
    two: GradingDesk, qtbot: QtBot
) -> None:
    desk, made = two, editor(two)
    desk.write("Wrod of the first")
    qtbot.waitUntil(lambda: made.field.mistakes.speller is not None, timeout=20_000)
    desk.open("t2")
    assert made.field.toPlainText() == ""
    assert made.field.mistakes.speller is None, "marks come after the text"
    made.field.undo()
    assert made.field.toPlainText() == ""
    qtbot.waitUntil(lambda: made.field.mistakes.speller is not None, timeout=20_000)
    desk.open("t1")
    assert made.field.toPlainText() == "Wrod of the first"
    line = made.field.document().firstBlock().layout()
    qtbot.waitUntil(lambda: [f.length for f in line.formats()] == [4])


def test_the_next_ideal_answer_stands_ready_in_a_field_of_its_own(
    qtbot: QtBot, look: ThemeHolder, tmp_path: Path
) -> None:
    desk = GradingDesk(look, qtbot, tmp_path, tasks=[TASK, TASK | {"id": "t2"}])
    desk.open("t2")
    desk.presenter.edit({IDEAL_TEXT: "Of the second"})
    desk.settle()
    desk.open("t1")
    desk.screen.writing.open()
    made = editor(desk)
    qtbot.waitUntil(lambda: made._spare.toPlainText() == "Of the second")
    first, second = made.field, made._spare
    qtbot.waitUntil(first.hasFocus)
    desk.write("Of the first")
    assert second.size() == first.size()
    assert not second.isVisible()
    desk.presenter.step_task(1)
    assert made.field is second
    assert second.isVisible()
    assert not first.isVisible()
    ahead = second.grab().toImage()
    second._drawn.forget()
    second.viewport().update()
    assert second.grab().toImage() == ahead, "drawn ahead as it is painted"
    second.undo()
    assert second.toPlainText() == "Of the second"
    second.setFocus()
    second.moveCursor(QTextCursor.MoveOperation.End)
    desk.write(" task")
    desk.screen.writing.flush()
    desk.settle()
    assert text_of(desk) == "Of the second task"
    desk.open("t1")
    assert made.field.toPlainText() == "Of the first"
    assert text_of(desk) == "Of the first"


def test_a_text_that_changed_since_it_was_laid_out_is_shown_as_it_is(two: GradingDesk, qtbot: QtBot) -> None:
    desk, made = two, editor(two)
    qtbot.waitUntil(lambda: desk.presenter._ahead is not None)
    following = desk.presenter._ahead
    assert following is not None
    changed = following.review.with_value(IDEAL_TEXT, "Changed meanwhile")
    made.bind(replace(following, review=changed), readonly=False)
    assert made.field.toPlainText() == "Changed meanwhile"


def test_undo_ends_at_the_task_also_where_both_texts_are_the_same(two: GradingDesk) -> None:
    desk, made = two, editor(two)
    desk.write("Some")
    made.field.selectAll()
    made.field.textCursor().removeSelectedText()
    desk.presenter.step_task(1)
    assert made.field.toPlainText() == ""
    made.field.undo()
    assert made.field.toPlainText() == ""


def test_what_is_missing_in_the_editor_is_gone_to_there_and_writing_goes_on_behind_the_words(
    desk: GradingDesk,
) -> None:
    made = editor(desk)
    desk.press("I")
    desk.write("Give aspirin.")
    desk.press("Escape")
    desk.open("t2")
    desk.open("t1")
    desk.press("I")
    desk.write(" At once.")
    assert made.field.text == "Give aspirin. At once."
    desk.press("Escape")
    desk.presenter.edit({IDEAL_BASE: "r1"})
    desk.settle()
    desk.press("Ctrl+Return")
    desk.qtbot.waitUntil(desk.panel.before.isVisible)
    lacks = list(desk.panel.before._lacks)
    at = next(i for i, one in enumerate(lacks) if one.lack is Lack.NO_JUSTIFICATION)
    desk.panel.before.picked.emit(lacks[at])
    assert QApplication.focusWidget() is made.reason.field
    assert made.reason.isVisible()


@pytest.mark.parametrize("required", [False, True])
def test_an_ideal_answer_given_freely_counts_for_nothing_in_the_list(
    look: ThemeHolder, qtbot: QtBot, tmp_path: Path, required: bool
) -> None:
    asked = {"panels": ["rubric", "ideal"], "questions": {"ideal": {"required": required, "graded": True}}}
    desk = GradingDesk(look, qtbot, tmp_path, tasks=[task_json(1, responses=1, criteria=2, **asked)])
    rows = desk.session.workspace.lab
    before = rows.task_row(TaskId("t1")).total
    assert before == (5 if required else 2)
    desk.press("I")
    desk.write("Give aspirin.")
    desk.press("Escape")
    for response in (ResponseId("r1"), IDEAL):
        desk.presenter.edit({verdict_path(response, CriterionId(c)): "met" for c in ("c1", "c2")})
    desk.settle()
    assert rows.task_row(TaskId("t1")).answered == before
    assert now(desk).progress.complete
