"""Tables wider than the page move sideways by themselves: the words stay, and every place is right at any offset."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QTextCursor, QTextDocument, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.grading_desk import GradingDesk
from tests.workspaces import task_json
from ui.jobs import Jobs
from ui.panels.reading import caret
from ui.panels.reading.answer_view import FIT_MS, AnswerView
from ui.panels.reading.marks import Mark
from ui.panels.reading.selection import Place, selection_in
from ui.panels.reading.supply import Supply
from ui.panels.reading.wide_tables import Band
from ui.theme.apply import ThemeHolder

COLUMNS, ROWS = 16, 40
WORDS = "Some words before it that stay where they are."
HEAD = "|" + "".join(f" Column {c} |" for c in range(COLUMNS)) + "\n|" + "---|" * COLUMNS + "\n"


def cell(r: int, c: int) -> str:
    return f"cell{r}x{c}"


BODY = "".join("|" + "".join(f" {cell(r, c)} |" for c in range(COLUMNS)) + "\n" for r in range(ROWS))
LINK = "[far](https://example.org/far)"
TEXT = f"{WORDS}\n\n{HEAD}{BODY.replace(cell(1, 15), LINK)}\nAnd words after it."


@pytest.fixture
def supply(qapp: object) -> Iterator[Supply]:
    jobs = Jobs()
    yield Supply(jobs)
    assert jobs.shutdown()


def shown(look: ThemeHolder, qtbot: QtBot, supply: Supply, text: str = TEXT, width: int = 730) -> AnswerView:
    view = AnswerView(look, supply)
    qtbot.addWidget(view)
    view.resize(width, 600)
    view.show()
    view.show_text(text)
    qtbot.waitUntil(lambda: view.complete, timeout=20_000)
    QApplication.processEvents()
    return view


@pytest.fixture
def view(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> AnswerView:
    return shown(look, qtbot, supply)


def band(view: AnswerView) -> Band:
    (found,) = view.bands()
    return found


def cursor_at(view: AnswerView, words: str) -> QTextCursor:
    """A cursor before the first of these words on the page."""
    cursor = view.document().find(words)
    assert not cursor.isNull()
    cursor.setPosition(cursor.selectionStart())
    return cursor


def picture(view: AnswerView) -> QImage:
    return view.viewport().grab().toImage()


def wheel(view: AnswerView, at: QPoint, turned: QPoint, keys: Qt.KeyboardModifier) -> None:
    where = QPointF(at)
    event = QWheelEvent(
        where,
        QPointF(view.viewport().mapToGlobal(at)),
        QPoint(),
        turned,
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


NO_KEY, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def test_the_words_stay_while_the_table_moves(view: AnswerView) -> None:
    before = picture(view)
    found = band(view)
    assert found.most > 300
    assert view.horizontalScrollBar().maximum() == 0
    above = QRect(0, 0, view.viewport().width(), int(found.rect.top()))
    view.move_table(found, 200)
    after = picture(view)
    assert after.copy(above) == before.copy(above)
    left = QRect(0, 0, int(found.rect.left()), view.viewport().height())
    assert after.copy(left) == before.copy(left)
    assert after != before
    edge = int(found.rect.right()) + 2
    right = QRect(edge, 0, view.viewport().width() - edge, view.viewport().height())
    assert after.copy(right) == before.copy(right)


def test_it_goes_no_farther_than_its_ends_and_shows_the_last_column_there(view: AnswerView) -> None:
    view.move_table(band(view), 1e9)
    found = band(view)
    assert found.offset == found.most
    rect = view.cursorRect(cursor_at(view, "Column 15"))
    assert found.rect.left() < rect.left() < found.rect.right() - 20
    view.move_table(found, -5)
    assert band(view).offset == 0


def test_parts_of_a_long_table_move_together(view: AnswerView) -> None:
    view.move_table(band(view), 250)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    assert band(view).offset == 250
    assert len({part.of for part in view.wide._parts}) == 1 < len(view.wide._parts)


def test_two_tables_move_each_by_itself(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> None:
    small = HEAD + "|" + "word |" * COLUMNS + "\n"
    view = shown(look, qtbot, supply, f"{small}\nbetween\n\n{small}\nafter")
    one, two = view.bands()
    view.move_table(two, 120)
    assert [b.offset for b in view.bands()] == [0, 120]
    assert one.rect.bottom() < two.rect.top()


def test_a_narrow_table_does_not_move(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> None:
    view = shown(look, qtbot, supply, "| a | b |\n|---|---|\n| one | two |\n")
    assert view.bands() == []
    assert not view.step_across(1)


@pytest.mark.parametrize(
    ("turned", "keys"), [(QPoint(-240, 0), NO_KEY), (QPoint(0, -240), SHIFT), (QPoint(-240, 20), NO_KEY)]
)
def test_wheels_that_go_sideways_move_the_table_under_the_mouse(
    view: AnswerView, turned: QPoint, keys: Qt.KeyboardModifier
) -> None:
    at = band(view).rect.center().toPoint()
    wheel(view, at, turned, keys)
    assert band(view).offset > 100
    assert view.verticalScrollBar().value() == 0
    wheel(view, at, -turned, keys)
    assert band(view).offset == 0


def test_a_wheel_down_moves_the_page(view: AnswerView) -> None:
    wheel(view, band(view).rect.center().toPoint(), QPoint(0, -240), NO_KEY)
    assert view.verticalScrollBar().value() > 0
    assert band(view).offset == 0


def test_the_bar_is_seen_and_can_be_dragged(view: AnswerView, qtbot: QtBot, look: ThemeHolder) -> None:
    found = band(view)
    bar = view.wide.bar(found, view.viewport().height())
    assert view.viewport().rect().contains(bar.toAlignedRect())  # the table goes on below the view
    thumb = view.wide.thumb(found, bar)
    assert picture(view).pixelColor(thumb.center().toPoint()) == QColor(look.theme.colours.thumb)
    start = thumb.center().toPoint()
    port = view.viewport()
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(port, start + QPoint(90, 30))
    assert band(view).offset > 90
    qtbot.mouseMove(port, start + QPoint(9000, 0))
    assert band(view).offset == found.most
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=start + QPoint(9000, 0))
    qtbot.mouseMove(port, start)
    assert band(view).offset == found.most
    assert not view.textCursor().hasSelection()


def test_a_press_beside_the_thumb_brings_it_there(view: AnswerView, qtbot: QtBot) -> None:
    bar = view.wide.bar(band(view), view.viewport().height())
    qtbot.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(int(bar.right()) - 3, int(bar.center().y()))
    )
    assert band(view).offset == band(view).most


@pytest.mark.parametrize("offset", [0, 133, 400])
def test_what_is_selected_by_mouse_is_what_is_seen(view: AnswerView, qtbot: QtBot, offset: int) -> None:
    view.move_table(band(view), offset)
    found = band(view)
    column = next(
        c for c in range(COLUMNS) if view.cursorRect(cursor_at(view, cell(2, c))).left() > found.rect.left()
    )
    cursor = cursor_at(view, cell(2, column))
    begin = view.cursorRect(cursor)
    cursor.setPosition(cursor.position() + len(cell(2, column)))
    end = view.cursorRect(cursor)
    port = view.viewport()
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=begin.center())
    qtbot.mouseMove(port, end.center())
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end.center())
    start = TEXT.index(cell(2, column) + " ")
    assert selection_in(view) == Place(start, start + len(cell(2, column)))
    assert band(view).offset == offset
    qtbot.mouseDClick(port, Qt.MouseButton.LeftButton, pos=begin.center() + QPoint(4, 0))
    assert view.textCursor().selectedText() == cell(2, column)


def test_a_mark_is_painted_where_its_words_are_seen(view: AnswerView, look: ThemeHolder) -> None:
    start = TEXT.index(cell(3, 9))
    view.show_marks([Mark(start, start + len(cell(3, 9)), "wrong")])
    view.move_table(band(view), 500)
    rect = view.cursorRect(cursor_at(view, cell(3, 9)))
    ground = QColor(look.theme.colours.hl_wrong)
    seen = picture(view)
    reds = [x for x in range(seen.width()) if seen.pixelColor(x, rect.top() + 3) == ground]
    assert reds
    assert abs(reds[0] - rect.left()) <= 3
    view.move_table(band(view), 0)
    seen, row = picture(view), rect.top() + 3
    assert not [x for x in range(seen.width()) if seen.pixelColor(x, row) == ground]


def test_a_hit_of_find_and_a_jump_bring_the_table_to_where_they_are_seen(view: AnswerView) -> None:
    for words in (cell(20, 14), cell(33, 1), cell(2, 8)):
        assert view.finder.find(words) >= 1
        view.show_position(view.finder.places[0][0])
        assert seen_whole(view, words)
    for words in (cell(30, 13), cell(1, 0)):
        view.go_to(TEXT.index(words))
        assert seen_whole(view, words)


def seen_whole(view: AnswerView, words: str) -> bool:
    cursor, room = cursor_at(view, words), band(view).rect
    begin = view.cursorRect(cursor)
    cursor.setPosition(cursor.position() + len(words))
    end = view.cursorRect(cursor)
    return (
        room.left() <= begin.left() < end.left() <= room.right()
        and 0 <= begin.top() < view.viewport().height() - begin.height()
    )


def test_hits_are_painted_at_any_offset(view: AnswerView, look: ThemeHolder) -> None:
    view.finder.find(cell(3, 12))
    view.show_position(view.finder.places[0][0])
    view.finder.mark(look.theme)
    rect = view.cursorRect(cursor_at(view, cell(3, 12)))
    assert picture(view).pixelColor(rect.left() + 2, rect.top() + 2) == QColor(look.theme.colours.hl_note)


def test_a_caret_takes_the_table_along(view: AnswerView, qtbot: QtBot) -> None:
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    caret.enter(view)
    view.setTextCursor(cursor_at(view, cell(2, 0)))
    for _ in range(120):
        qtbot.keyClick(view, Qt.Key.Key_Right)
        rect, room = view.cursorRect(), band(view).rect
        assert room.left() <= rect.center().x() <= room.right()
    assert band(view).offset > 300
    before = view.textCursor().position()
    qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)
    assert view.textCursor().selectionStart() == before
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.horizontalScrollBar().value() == 0


def test_a_link_in_a_far_column_is_there_when_it_is_seen_and_only_then(
    view: AnswerView, qtbot: QtBot
) -> None:
    asked: list[str] = []
    view.link_asked.connect(asked.append)
    view.move_table(band(view), 1e9)
    at = view.cursorRect(cursor_at(view, "far")).center() + QPoint(5, 0)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked == ["https://example.org/far"]
    view.move_table(band(view), 0)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    view.move_table(band(view), band(view).most)
    beside = QPoint(4, at.y())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    assert len(asked) == 1


def test_the_keys_move_what_is_in_view(view: AnswerView) -> None:
    assert view.step_across(1)
    assert band(view).offset > 100
    assert view.step_across(-1)
    assert band(view).offset == 0


def test_by_key_in_grading_also_in_the_prompt(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> None:
    wide, narrow = task_json(1, responses=1), task_json(2, responses=1)
    wide["responses"][0]["text"] = narrow["prompt"][0]["text"] = TEXT
    desk = GradingDesk(look, qtbot, tmp_path, tasks=[wide, narrow])
    for task in ("t1", "t2"):
        desk.open(task)
        reading = desk.screen.reading
        if task == "t2":
            desk.press("Shift+Right")  # nothing in view is wide: nothing happens
            desk.press("V")

        def view(reading: Any = reading, task: str = task) -> AnswerView:
            return reading.prompt.view if task == "t2" else reading.page.answer

        # The scroll bar that comes takes some width: the tables are fitted once more.
        qtbot.waitUntil(lambda view=view: not view()._fitting.isActive() and view().complete)
        QApplication.processEvents()
        desk.press("Shift+Right")
        assert band(view()).offset > 100
        desk.press("Shift+Left")
        assert band(view()).offset == 0
    assert not desk.problems


def test_a_picture_drawn_ahead_is_not_used_once_the_table_moved(view: AnswerView) -> None:
    view.ahead.draw()
    view.move_table(band(view), 300)
    moved = picture(view)
    view.viewport().update()
    assert picture(view) == moved
    view.move_table(band(view), 0)
    assert picture(view) != moved


def test_another_text_begins_unmoved(view: AnswerView, qtbot: QtBot) -> None:
    view.move_table(band(view), 300)
    view.show_text(TEXT + " Again.")
    qtbot.waitUntil(lambda: view.complete, timeout=20_000)
    assert band(view).offset == 0


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_at_any_size_of_the_text_and_in_the_dark(
    look: ThemeHolder, qtbot: QtBot, supply: Supply, scale: float
) -> None:
    look.choose(appearance="dark", scale=scale, language="zh_TW", reduce_motion=True)
    view = shown(look, qtbot, supply)
    view.go_to(TEXT.index(cell(2, 15)) if scale == 1 else TEXT.index(LINK))
    found = band(view)
    assert found.offset > 0
    bar = view.wide.bar(found, view.verticalScrollBar().value() + view.viewport().height())
    thumb = view.wide.thumb(found, bar).translated(0, -view.verticalScrollBar().value())
    assert picture(view).pixelColor(thumb.center().toPoint()) == QColor(look.theme.colours.thumb)


LONG_FORMULA = "a_{1}+" * 120 + "a_{2}"
FORMULA = f"Before it.\n\n$${LONG_FORMULA}$$\n\nAnd words after it."


def drawn(view: AnswerView, qtbot: QtBot) -> AnswerView:
    """With the pictures of its formulas."""
    view.grab()
    qtbot.waitUntil(
        lambda: any(picture for picture, _ in view._supply._formulas._entries.values()), timeout=20_000
    )
    QApplication.processEvents()
    view.grab()
    return view


def test_a_wide_formula_moves_by_itself(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> None:
    view = drawn(shown(look, qtbot, supply, FORMULA), qtbot)
    found = band(view)
    assert found.most > 500
    before = picture(view)
    view.move_table(found, 400)
    after = picture(view)
    above = QRect(0, 0, view.viewport().width(), int(found.rect.top()))
    below = QRect(0, int(found.rect.bottom()) + 1, view.viewport().width(), 200)
    assert after.copy(above) == before.copy(above)
    assert after.copy(below) == before.copy(below)
    assert after != before
    assert view.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_in_a_narrow_column_nothing_is_cut_off_for_good(
    look: ThemeHolder, qtbot: QtBot, supply: Supply, scale: float
) -> None:
    look.choose(appearance="light", scale=scale, language="en", reduce_motion=True)
    text = (
        "Some $" + "x^{2}+" * 14 + "y$ in a line.\n\n| a | b |\n|---|---|\n| $" + "x^{2}+" * 14 + "y$ | 2 |\n"
    )
    view = drawn(shown(look, qtbot, supply, text, width=round(340 * scale)), qtbot)
    size = view.document().size().width()
    reached = [found.rect.right() + found.most for found in view.bands()]
    assert view.horizontalScrollBar().maximum() == 0
    assert max([*reached, view._edge()]) >= size - look.px(20)
    line, cell = (run.position for run in view.positions.runs if run.copy.startswith("x^{2}"))
    for position in (line, cell):
        cursor = QTextCursor(view.document())
        cursor.setPosition(position + 1)
        view.show_position(position + 1)
        assert 0 <= view.cursorRect(cursor).right() <= view.viewport().width()


def test_columns_fit_another_width_and_the_place_stays(
    look: ThemeHolder, qtbot: QtBot, supply: Supply
) -> None:
    words = ("Aspirin", "Clopidogrel", "Administration", "Haemorrhage")
    rows = "".join(
        f"| {' | '.join(words)} |\n" + ("|" + "---|" * 4 + "\n" if r == 0 else "") for r in range(30)
    )
    text = "Some words.\n\n" * 20 + rows + "\nafter\n" + "More words.\n\n" * 20
    view = shown(look, qtbot, supply, text)
    assert view.bands() == []
    view.go_to(text.index("Some words", 150))
    place, before = view.place(), view.document()
    view.resize(330, 600)
    qtbot.waitUntil(lambda: view.document() is not before and view.complete, timeout=10_000)
    assert view.place() == place
    view.go_to(text.index("Aspirin"))
    assert band(view).most > 0
    block = view.document().find("Administration").block()
    assert block.layout().lineCount() == 1
    narrow = view.document()
    view.resize(900, 600)
    qtbot.waitUntil(lambda: view.document() is not narrow and view.complete, timeout=10_000)
    assert view.bands() == []


def test_a_screen_reader_reads_every_cell_wherever_it_was_moved(view: AnswerView) -> None:
    view.move_table(band(view), 1e9)
    read = QAccessible.queryAccessibleInterface(view).textInterface()
    words = read.text(0, read.characterCount())
    assert all(cell(r, c) in words for r in (0, 20, 39) for c in (0, 14))


def test_a_caret_and_a_selection_outlive_another_width(view: AnswerView, qtbot: QtBot) -> None:
    built = view.document()
    cursor = cursor_at(view, cell(2, 1))
    cursor.movePosition(QTextCursor.MoveOperation.NextWord, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    view.resize(500, 600)
    with qtbot.waitSignal(view._fitting.timeout):
        pass
    assert view.document() is built
    assert view.textCursor().selectedText() == cell(2, 1)


def test_a_scroll_bar_that_comes_is_no_other_width(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> None:
    look.choose(appearance="light", scale=2.0, language="en", reduce_motion=True)
    view = shown(look, qtbot, supply, width=600)
    built = view.document()
    assert view.verticalScrollBar().maximum() > 0
    assert not view._fitting.isActive()
    qtbot.wait(2 * FIT_MS)  # nothing may come: no signal tells of that
    assert view.document() is built


def test_the_bar_lies_under_what_it_moves(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> None:
    small = HEAD + ("|" + "wordy |" * COLUMNS + "\n") * 3
    view = drawn(
        shown(look, qtbot, supply, f"$$\\frac{{a}}{{b}}+{LONG_FORMULA}$$\n\n{small}\nafter", width=900), qtbot
    )
    layout = view.document().documentLayout()
    formula, table = view.bands()
    bars = [view.wide.bar(found, 10_000) for found in (formula, table)]
    line = view.document().firstBlock().layout().lineAt(0)
    top = layout.blockBoundingRect(view.document().firstBlock()).top()
    assert top + line.y() + line.height() <= bars[0].top()
    cursor = QTextCursor(view.document())
    cursor.movePosition(QTextCursor.MoveOperation.End)
    after = layout.blockBoundingRect(cursor.block())
    wordy = view.document().find("wordy", cursor, QTextDocument.FindFlag.FindBackward).block()
    last = layout.blockBoundingRect(wordy)
    assert last.bottom() + look.px(5) <= bars[1].top()
    assert bars[1].bottom() <= after.top()
    assert bars[0].bottom() <= table.rect.top() + 1


def test_a_formula_that_nearly_fits_is_made_smaller(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> None:
    view = drawn(shown(look, qtbot, supply, "$$" + "a_{1}+" * 13 + "b$$", width=480), qtbot)
    assert view.bands() == []
    assert view.document().size().width() <= view.viewport().width()
