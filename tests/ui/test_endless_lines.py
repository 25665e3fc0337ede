"""Lines without an end are shown in pieces: in slices, with every place exact, found and copied as if whole."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QTextBlock, QTextCursor
from pytestqt.qtbot import QtBot

from app.rendering.long_lines import LONGEST, line_cuts
from tests.ui.long_texts import text_page
from tests.ui.test_reading_long import MOST_MS
from ui.jobs import Jobs
from ui.panels.reading.answer_view import AnswerView
from ui.panels.reading.code_view import CodeView
from ui.panels.reading.formats import CODE_LINE
from ui.panels.reading.inline import MARK
from ui.panels.reading.marks import Mark
from ui.panels.reading.raw import SLICE, numbers_of, raw_positions, slices
from ui.panels.reading.selection import Place, selection_in
from ui.panels.reading.supply import Supply
from ui.panels.reading.text_page import TextPage
from ui.theme.apply import ThemeHolder

MIB = 1 << 20
LINE = "".join(f"word{n} 字🙂 " for n in range(6000))
BOLD = "**" + "".join(f"strong{n} " for n in range(4000)) + "**"
CODE = "```py\nfirst\n" + "x = y; " * 6000 + "\nlast\n```"
TEXTS = {
    "paragraph": f"# Head\n\n{LINE}\n\nEnd.",
    "bold": f"a {BOLD} b",
    "item": f"- one\n- {LINE}\n- three",
    "quote": f"> {LINE}",
    "heading": f"# {LINE}",
    "code": f"Before\n\n{CODE}\n\nafter",
    "only code": CODE,
    "word": "x" * 50_000,
    "carriage returns": f"one\r\n{LINE}\r\nthree\r{LINE}",
    "hidden": "".join(f"w{n}\u200b\u202e " for n in range(8000)),
    "link": f"[{LINE}](https://example.org/)",
    "entities": "&amp; " * 20_000,
    "image": "![x](data:image/png;base64," + "QUJD" * 10_000 + ")",
}


@pytest.fixture
def supply(qapp: object) -> Iterator[Supply]:
    jobs = Jobs()
    yield Supply(jobs)
    assert jobs.shutdown()


@pytest.fixture
def page(look: ThemeHolder, qtbot: QtBot, supply: Supply) -> TextPage:
    return text_page(look, qtbot, supply)


def show(page: TextPage, text: str, qtbot: QtBot, *, raw: bool = False) -> AnswerView | CodeView:
    page.set_raw(raw)
    page.show_text(text, "en")
    qtbot.waitUntil(lambda: page.document is not None and page.complete, timeout=30_000)
    qtbot.waitUntil(lambda: page.complete, timeout=30_000)
    return page.view


@pytest.mark.parametrize("raw", [False, True], ids=["rendered", "raw"])
@pytest.mark.parametrize("name", TEXTS)
def test_every_place_is_exact_and_no_line_is_long(
    page: TextPage, qtbot: QtBot, name: str, *, raw: bool
) -> None:
    text = TEXTS[name]
    view = show(page, text, qtbot, raw=raw)
    document = view.document()
    units_of = document.toRawText().encode("utf-16-le", "surrogatepass")
    assert max(b.length() for b in blocks(view)) <= 2 * LONGEST
    assert view.positions.breaks
    at = 0
    for run in view.positions.runs:
        assert run.position >= at
        at = run.position + run.length
        if not run.exact:
            continue
        here = units_of[2 * run.position : 2 * at].decode("utf-16-le")
        for char, seen in zip(text[run.start : run.end], here, strict=True):
            assert seen in (char, MARK) or (char, seen) == ("\n", "\u2029")
        for offset in (run.start, (run.start + run.end) // 2, run.end - 1):
            assert view.positions.offset_near(view.positions.position_near(offset)) == offset


def blocks(view: AnswerView | CodeView) -> list[QTextBlock]:
    found: list[QTextBlock] = []
    block = view.document().firstBlock()
    while block.isValid():
        found.append(block)
        block = block.next()
    return found


@pytest.mark.parametrize("raw", [False, True], ids=["rendered", "raw"])
def test_words_over_a_cut_are_found_marked_chosen_and_copied(
    page: TextPage, qtbot: QtBot, look: ThemeHolder, *, raw: bool
) -> None:
    text = "y" * 15_998 + "needle" + "z" * 40_000
    view = show(page, text, qtbot, raw=raw)
    (first, *_) = view.positions.breaks
    assert view.finder.find("needle") == 1
    begin, end = view.finder.places[0]
    assert begin < first < end
    view.finder.mark(look.theme)
    cursor = QTextCursor(view.document())
    cursor.setPosition(begin)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    assert selection_in(view) == Place(15_998, 16_004)
    view.copy()
    assert QGuiApplication.clipboard().text() == "needle"
    view.show_marks([Mark(15_998, 16_004, "wrong")])
    view.show_position(begin)
    view.viewport().grab()
    view.selectAll()
    view.copy()
    assert QGuiApplication.clipboard().text() == text


def test_hits_are_where_they_were_in_texts_with_wide_letters(page: TextPage, qtbot: QtBot) -> None:
    view = show(page, LINE, qtbot)
    count = view.finder.find("字🙂 word")
    assert count == LINE.count("字🙂 word") == 5999
    for begin, end in view.finder.places[::500]:
        span = view.positions.to_source(begin, end)
        assert span is not None
        assert LINE[span[0] : span[1]] == "字🙂 word"


def test_one_number_for_all_of_a_cut_line(page: TextPage, qtbot: QtBot) -> None:
    text = "one\n" + "two " * 10_000 + "\nthree"
    assert numbers_of(text) == (1, 2, 0, 0, 3)
    assert numbers_of("a\nb") is None
    view = show(page, text, qtbot, raw=True)
    assert isinstance(view, CodeView)
    assert [view._number(at) for at in range(5)] == ["1", "2", "", "", "3"]
    view = show(page, f"Look:\n\n```\n{text}\n```", qtbot)
    numbers = [block.blockFormat().property(CODE_LINE) for block in blocks(view)[1:]]
    assert numbers == [1, 2, -2, -2, 3]


def test_slices_of_one_line_are_short_and_add_up() -> None:
    text = "QUJD" * (MIB // 4)
    pieces = list(slices(text))
    assert max(map(len, pieces)) < SLICE + LONGEST + 2
    assert "".join(pieces).replace("\n", "") == text
    assert len(raw_positions(text).breaks) == len(line_cuts(text)) == "".join(pieces).count("\n")


@pytest.mark.parametrize("text", ["QUJD" * (MIB // 4), "word " * (MIB // 5), "中文，" * (MIB // 9)])
def test_no_step_is_long_when_one_line_of_a_mebibyte_is_opened(
    page: TextPage, qtbot: QtBot, text: str
) -> None:
    show(page, "Words", qtbot)
    steps: list[float] = []
    last = time.thread_time()

    def step() -> None:
        nonlocal last
        now = time.thread_time()
        steps.append((now - last) * 1000)
        last = now

    tick = QTimer()
    tick.timeout.connect(step)
    step()
    page.show_text(text, "en")
    page.view.viewport().repaint()
    step()
    tick.start(0)
    assert 5_000 < len(page.view.toPlainText()) < 3 * SLICE
    qtbot.waitUntil(lambda: isinstance(page.view, AnswerView) and page.complete, timeout=60_000)
    page.set_raw(True)
    qtbot.waitUntil(lambda: page.complete, timeout=60_000)
    tick.stop()
    assert max(steps[1:]) < 2 * MOST_MS


def test_what_is_too_much_says_so_over_its_source(page: TextPage, qtbot: QtBot) -> None:
    text = "Before\n\n$$\n" + "x + y \\\\\n" * 5_000 + "$$\n\nafter"
    view = show(page, text, qtbot)
    shown = view.toPlainText()
    assert "Too much to lay out. It is shown as it is written." in shown
    assert shown.count("x + y \\\\") == 5_000
    assert shown.endswith("after")
