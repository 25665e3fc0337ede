"""A selection is the exact stretch of the source, or it is refused: for any text, rendered and raw."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from app.domain.codec import task_from_json
from app.domain.ids import ResponseId
from app.domain.spans import anchored
from app.rendering.answer import parse
from tests.ui.test_reading_positions import built
from tests.workspaces import task_json
from ui.jobs import Jobs
from ui.panels.reading.marks import Mark
from ui.panels.reading.positions import Positions, Run
from ui.panels.reading.raw import raw_positions
from ui.panels.reading.selection import Place, Refusal, place_of, selection_in
from ui.panels.reading.supply import Supply
from ui.panels.reading.text_page import TextPage
from ui.theme.apply import ThemeHolder

PIECES = (
    "plain words", "**bold 🩺 text**", "e\u0301a\u0308 n\u0303", "👩‍⚕️ 🇹🇼", "立即，**中文，**後", "مرحبا بالعالم",
    "שלום", "&amp;",
    "\\*", "[link](https://example.org/x)", "![pic](file:///x.png)", "$x^2$", "$$\\int_0^1 x$$", "a\u202eb",
    "`code 🧪`", "<b>", "[^1]", "\n\n[^1]: note\n", "\n", "\n\n", "\r\n", "\r\n\r\n", "  \n", "\n- item 🙂\n",
    "\n1. first\n2. second\n",
    "\n> quoted 引用\n", "\n# Title\n", "\n```py\r\nx = '🙂'\r\n\ty\n```\n", "\n| a | b🙂 |\n|---|---|\n| 中 | `c` |\n",
    "\n| دواء | جرعة |\n|---|---|\n| أسبرين | 300 |\n", "\u200b", "\u00a0", "\t",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join)
ROUNDS = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


def visible(positions: Positions, begin: int, end: int) -> set[int]:
    """The offsets of the source that the document's [begin, end) shows."""
    found: set[int] = set()
    for run in positions.touching(begin, end):
        if run.exact:
            low = run.offset_at(max(begin, run.position))
            found.update(range(low, run.offset_at(min(end, run.position + run.length), up=True)))
        else:
            found.update(range(run.start, run.end))
    return found


@ROUNDS
@given(texts, st.data())
def test_what_is_marked_is_what_was_selected_and_stands_in_the_raw_view(
    look: ThemeHolder, text: str, data: st.DataObject
) -> None:
    page, builder = built(text)
    last = page.characterCount() - 1
    begin = data.draw(st.integers(0, last))
    end = data.draw(st.integers(begin, last))
    found = place_of(builder.positions, begin, end)
    if isinstance(found, Refusal):
        assert found.words
        return
    quote = text[found.start : found.end]
    assert quote == quote.strip() != ""
    marked = set(range(found.start, found.end))
    selected = {at for at in visible(builder.positions, begin, end) if not text[at].isspace()}
    assert selected <= marked
    back = builder.positions.to_document(found.start, found.end)
    assert back is not None
    assert visible(builder.positions, *back) & marked <= visible(builder.positions, begin, end)
    raw = raw_positions(text)
    there = raw.to_document(found.start, found.end)
    assert there is not None
    assert place_of(raw, *there) == found


@ROUNDS
@given(texts, st.data())
def test_a_raw_selection_is_its_own_characters(look: ThemeHolder, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    quote = text[start:end]
    assume(quote.strip() and not any(text[at - 1 : at + 1] == "\r\n" for at in (start, end)))
    raw = raw_positions(text)
    shown = raw.to_document(start, end)
    assert shown is not None
    found = place_of(raw, *shown)
    assert isinstance(found, Place)
    assert text[found.start : found.end] == quote.strip()


@ROUNDS
@given(texts)
def test_every_shown_character_can_be_marked_alone(look: ThemeHolder, text: str) -> None:
    task = task_from_json(task_json() | {"responses": [{"id": "r", "text": text}, {"id": "s", "text": "."}]})
    _, builder = built(text)
    for run in builder.positions.runs:
        found = place_of(builder.positions, run.position, run.position + run.length)
        if isinstance(found, Refusal):
            assert not text[run.start : run.end].strip() or not run.exact
            continue
        span = anchored(task, ResponseId("r"), found.start, found.end, id="s1")
        assert span.quote == text[run.start : run.end].strip()


def run_of(positions: Positions, source: str) -> Run:
    return next(r for r in positions.runs if positions.source[r.start : r.end] == source)


@pytest.mark.parametrize("piece", ["![pic](file:///x.png)", "[^1]"])
def test_what_is_drawn_from_something_else_is_never_cut(look: ThemeHolder, piece: str) -> None:
    text = f"before {piece} after\n\n[^1]: note\n"
    _, builder = built(text)
    run = run_of(builder.positions, piece)
    cut = place_of(builder.positions, run.position - 3, run.position + run.length - 1)
    assert isinstance(cut, Refusal)
    assert piece in cut.words
    whole = place_of(builder.positions, run.position - 3, run.position + run.length)
    assert isinstance(whole, Place)
    assert text[whole.start : whole.end].endswith(piece)


def test_half_a_character_is_refused(look: ThemeHolder) -> None:
    _, builder = built("a🙂b")
    assert isinstance(place_of(builder.positions, 0, 2), Refusal)
    assert place_of(builder.positions, 0, 3) == Place(0, 2)


def test_marks_of_ours_and_blank_space_are_no_text(look: ThemeHolder) -> None:
    text = "one\n\n[^n]: note\n\n[^n]\n"
    page, builder = built(text)
    label = page.toRawText().index("[n]")
    assert isinstance(place_of(builder.positions, label, label + 3), Refusal)
    _, spaced = built("a \t b")
    assert isinstance(place_of(spaced.positions, 1, 3), Refusal)
    assert isinstance(place_of(spaced.positions, 1, 1), Refusal)


def test_columns_from_right_to_left_are_not_marked_across(look: ThemeHolder) -> None:
    text = "| دواء | جرعة |\n|---|---|\n| أسبرين | 300 |\n"
    _, builder = built(text)
    first, second = run_of(builder.positions, "دواء"), run_of(builder.positions, "أسبرين")
    low, high = sorted((first.position, second.position))
    found = place_of(builder.positions, low, high + 1)
    assert isinstance(found, Refusal)


@pytest.fixture
def page(look: ThemeHolder, qtbot: QtBot) -> TextPage:
    jobs = Jobs()
    made = TextPage(look, Supply(jobs))
    qtbot.addWidget(made, before_close_func=lambda _: jobs.shutdown())
    made.resize(700, 600)
    made.show()
    return made


def select(page: TextPage, begin: int, end: int) -> Place | Refusal:
    cursor = page.view.textCursor()
    cursor.setPosition(begin)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    page.view.setTextCursor(cursor)
    return selection_in(page.view)


def test_a_table_is_marked_inside_a_cell_or_as_a_whole(page: TextPage) -> None:
    text = "before\n\n| drug | dose |\n|---|---|\n| aspirin | 300 mg |\n\nafter"
    page.show_text(text)
    assert page.work(60), "all of it is there, on a busy machine too"
    at = {word: run_of(page.view.positions, word) for word in ("before", "drug", "dose", "300 mg", "after")}
    inside = select(page, at["300 mg"].position, at["300 mg"].position + 3)
    assert inside == Place(text.index("300"), text.index("300") + 3)
    crossed = select(page, at["drug"].position, at["dose"].position + 2)
    assert isinstance(crossed, Refusal)
    assert "cell" in crossed.words
    into = _span(select(page, at["before"].position, at["drug"].position + 2))
    assert text[slice(*into)].endswith("| 300 mg"), "Qt selects all of a table that a selection goes into"
    whole = select(page, at["before"].position, at["after"].position + 5)
    assert whole == Place(0, len(text))


def test_the_same_place_in_the_rendered_and_the_raw_view(page: TextPage) -> None:
    text = "# Dose\r\n\r\nGive **e\u0301 🩺 aspirin** 立即\r\n\r\n- one\r\n- two\r\n"
    page.show_text(text)
    parsed = parse(text)
    assert parsed.source == text
    run = run_of(page.view.positions, "e\u0301 🩺 aspirin")
    rendered = select(page, run.position, run.position + run.length)
    page.set_raw(True)
    shown = page.view.positions.to_document(*_span(rendered))
    assert shown is not None
    assert select(page, *shown) == rendered
    assert page.view.textCursor().selectedText() == "e\u0301 🩺 aspirin"


def _span(found: Place | Refusal) -> tuple[int, int]:
    assert isinstance(found, Place), found
    return found.start, found.end


HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)>", "> " * 300 + "deep", "| a |" * 200 + "\n" + "|---|" * 200,
    "\u202e\u2066\u2069" * 50 + "x", "\U000e0041" * 200 + "y", "\x00\ufffc\ufdd0\ud800", "$" * 400, "&amp;" * 300,
    "[a](javascript:alert(1))" * 40, "e" + "\u0301" * 500, "🩺" * 500, "\r\n\r" * 100 + "z", "`" * 99 + "a" + "`" * 99,
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_selecting_all_of_a_hostile_text_is_a_place_or_a_reason(page: TextPage, text: str) -> None:
    page.show_text(text)
    for raw in (False, True):
        page.set_raw(raw)
        page.view.selectAll()
        found = selection_in(page.view)
        if isinstance(found, Refusal):
            assert found.words
        else:
            assert text[found.start : found.end] == text[found.start : found.end].strip() != ""
        page.show_marks([Mark(0, len(text), "wrong", "1", front=True)])
        page.grab()
