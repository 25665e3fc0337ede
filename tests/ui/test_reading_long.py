"""Very long answers that nobody parsed yet: the beginning at once, the rest in slices, never a long step."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from random import Random

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.rendering.lookalikes import find_lookalikes
from app.rendering.unicode_checks import find_warnings
from benchmarks.data import answer
from tests.ui.long_texts import SlowSupply, text_page
from ui.jobs import Jobs
from ui.panels.reading.answer_view import AnswerView
from ui.panels.reading.code_view import CodeView
from ui.panels.reading.inline import MARK
from ui.panels.reading.raw import SLICE, lines_of, raw_positions, slices
from ui.panels.reading.text_page import TextPage
from ui.theme.apply import ThemeHolder

LONG = answer(Random(4), "a cough", 1_000_000)
MOST_MS = 50
"""The longest step of the GUI thread, in its own processor time (others use this machine too): half of what a
person may wait."""


@pytest.fixture
def supply(qapp: QApplication) -> Iterator[SlowSupply]:
    jobs = Jobs()
    made = SlowSupply(jobs, SLICE)
    yield made
    made.let.set()
    assert jobs.shutdown()


@pytest.fixture
def page(look: ThemeHolder, qtbot: QtBot, supply: SlowSupply) -> TextPage:
    return text_page(look, qtbot, supply)


def test_the_beginning_of_the_raw_text_is_there_at_once_and_all_of_it_soon(
    page: TextPage, qtbot: QtBot
) -> None:
    page.show_text(LONG, "en")
    shown = page.code.toPlainText()
    assert LONG.startswith(shown)
    assert page.code.firstVisibleBlock().isValid()
    assert 5_000 < len(shown) < 2 * SLICE
    assert not page.complete
    with qtbot.waitSignal(page.filled, timeout=20_000):
        pass
    assert page.complete
    assert page.code.toPlainText() == LONG
    assert page.code.blockCount() == lines_of(LONG)


def test_no_step_of_a_cold_opening_is_long(page: TextPage, supply: SlowSupply, qtbot: QtBot) -> None:
    steps: list[float] = []
    last = time.thread_time()

    def step() -> None:
        nonlocal last
        now = time.thread_time()
        steps.append((now - last) * 1000)
        last = now

    warm = "Words **and**\n\n```python\nx = 1\n```\n"  # fonts and lexers are read once a program
    page.show_text(warm, "en")
    qtbot.waitUntil(lambda: page.complete)
    page.grab()
    tick = QTimer()
    tick.timeout.connect(step)
    step()
    page.show_text(LONG, "en")
    page.view.viewport().repaint()
    step()
    tick.start(0)
    qtbot.waitUntil(lambda: page.complete, timeout=20_000)
    supply.let.set()
    qtbot.waitUntil(lambda: isinstance(page.view, AnswerView) and page.complete, timeout=60_000)
    qtbot.wait(300)
    tick.stop()
    assert max(steps[1:]) < MOST_MS
    assert page.view.document().toRawText().count("\u2029") > 5_000


def test_the_reading_place_waits_for_its_text_and_holds_when_the_structure_comes(
    page: TextPage, supply: SlowSupply, qtbot: QtBot
) -> None:
    place = LONG.index("\n## ", 700_000) + 1
    page.show_text(LONG, "en")
    page.view.go_to(place)
    assert page.view.place() == place
    qtbot.waitUntil(lambda: page.complete, timeout=20_000)
    assert isinstance(page.view, CodeView)
    assert page.view.place() == place
    supply.let.set()
    qtbot.waitUntil(lambda: isinstance(page.view, AnswerView) and page.complete, timeout=60_000)
    assert abs(page.view.place() - place) < 200


def test_what_stands_farther_down_is_shown_before_it_came(page: TextPage) -> None:
    page.show_text(LONG, "en")
    at = LONG.rindex("\n") - 40
    found = page.view.positions.to_document(at, at + 5)
    assert found is not None
    page.view.show_position(found[0])
    assert page.complete
    assert (
        page.view.document().findBlock(found[0]).blockNumber() > page.view.firstVisibleBlock().blockNumber()
    )
    assert page.view.verticalScrollBar().value() > 0


def test_find_counts_again_when_the_rest_is_there(page: TextPage, qtbot: QtBot) -> None:
    page.show_text(LONG, "en")
    counts = [page.view.finder.find("## ")]
    page.filled.connect(lambda: counts.append(page.view.finder.find("## ")))
    qtbot.waitUntil(lambda: page.complete, timeout=20_000)
    assert counts[-1] == LONG.count("## ") > counts[0]


@pytest.mark.parametrize("seed", range(12))
def test_slices_are_the_whole_text_with_every_hidden_character_marked(seed: int) -> None:
    random = Random(seed)
    bits = [
        "word ",
        "🙂",
        "\u200b",
        "\u202e",
        "\ufeff",
        "\r\n",
        "\n",
        "\r",
        "مرحبا \u200f",
        "e\u0301",
        "立即",
        "\U000e0041",
    ]
    text = "".join(random.choices(bits, k=40_000)) + "\n"
    pieces = list(slices(text))
    assert len(pieces) > 2
    shown = "".join(pieces)
    assert shown.count("\n") + 1 == lines_of(text)
    expected = list(text)
    for warning in find_warnings(text):
        for at in range(warning.start, warning.end):
            expected[at] = MARK * (2 if text[at] > "\uffff" else 1)
    assert shown == re.sub("\r\n|\r", "\n", "".join(expected))


def test_a_place_in_a_long_text_with_wide_characters_is_found_near_by() -> None:
    text = "🙂 words and more words\n" * 40_000
    positions = raw_positions(text)
    assert max(run.end - run.start for run in positions.runs) <= 2000
    for offset in (0, 1, 1999, 2000, 2001, 777_777, len(text) - 1):
        at = positions.position_near(offset)
        assert at == len(text[:offset].encode("utf-16-le")) // 2
        assert positions.offset_near(at) == offset
    assert positions.to_source(0, len(text.encode("utf-16-le")) // 2) == (0, len(text))


def test_letters_that_look_like_others_are_looked_for_in_the_worker(supply: SlowSupply, qtbot: QtBot) -> None:
    text = "Send it to р\u0430ypal. " * 5_000
    assert supply.document(text) is None
    assert supply.lookalikes(text) == ()
    with qtbot.waitSignal(supply.parsed, timeout=20_000):
        supply.let.set()
    assert supply.lookalikes(text) == find_lookalikes(text) != ()
