"""Very long prompts: as they were written at once, laid out when they are parsed, never a long step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.domain.ids import ResponseId
from app.domain.task import Turn
from tests.ui.long_texts import SlowSupply
from ui.jobs import Jobs
from ui.panels.reading.code_view import CodeView
from ui.panels.reading.find_bar import FindBar
from ui.panels.reading.prompt_panel import PromptPanel
from ui.panels.reading.search import PanelSearch
from ui.panels.reading.supply import AT_ONCE
from ui.panels.reading.text_page import TextPage
from ui.theme.apply import ThemeHolder

LONG = "# Case\n\n" + "".join(f"Paragraph {n} of a **long** case.\n\n" for n in range(4000)) + "The end.\n"
TURNS = (Turn("user", "What of this?"), Turn("user", LONG))


@pytest.fixture
def supply(qapp: QApplication) -> Iterator[SlowSupply]:
    jobs = Jobs()
    made = SlowSupply(jobs, AT_ONCE)
    yield made
    made.let.set()
    assert jobs.shutdown()


@pytest.fixture
def prompt(look: ThemeHolder, qtbot: QtBot, supply: SlowSupply) -> PromptPanel:
    holder, made = QWidget(), PromptPanel(look, supply)
    layout = QVBoxLayout(holder)
    layout.addWidget(made)
    layout.addStretch(1)
    qtbot.addWidget(holder)
    holder.resize(800, 900)
    holder.show()
    made.holder = holder  # type: ignore[attr-defined]
    return made


def test_it_is_there_as_it_was_written_before_it_is_parsed(prompt: PromptPanel, qtbot: QtBot) -> None:
    prompt.show_turns(TURNS, "en")
    prompt.set_folded(False)
    assert isinstance(prompt.view, CodeView)
    assert prompt.view.isVisible()
    assert not prompt.answer.isVisible()
    assert prompt.view.toPlainText().startswith("What of this?\n\n# Case\n\nParagraph 0 of a **long** case.")
    assert prompt.view.height() > 200
    with qtbot.waitSignal(prompt.filled, timeout=20_000):
        pass
    assert prompt.view.toPlainText() == f"What of this?\n\n{LONG}"


def test_it_is_laid_out_at_the_same_place_when_it_is_parsed(
    prompt: PromptPanel, supply: SlowSupply, qtbot: QtBot
) -> None:
    prompt.show_turns(TURNS, "en")
    prompt.set_folded(False)
    qtbot.waitUntil(lambda: prompt.view.complete, timeout=20_000)
    place = prompt.view.positions.source.index("Paragraph 2000 ")
    prompt.view.go_to(place)
    supply.let.set()
    qtbot.waitUntil(lambda: prompt.view is prompt.answer and prompt.answer.complete, timeout=30_000)
    assert prompt.answer.isVisible()
    assert prompt.answer.toPlainText().startswith("User\nWhat of this?\nUser\nCase\nParagraph 0")
    assert prompt.answer.place() == place
    prompt.show_turns(TURNS[:1], "en")
    assert prompt.view is prompt.answer
    assert prompt.answer.toPlainText() == "What of this?"


def test_another_prompt_is_not_the_one_before(prompt: PromptPanel, supply: SlowSupply, qtbot: QtBot) -> None:
    prompt.show_turns(TURNS, "en")
    prompt.set_folded(False)
    prompt.show_turns(TURNS[:1], "en")
    assert prompt.view is prompt.answer
    assert prompt.answer.isVisible()
    supply.let.set()
    qtbot.waitUntil(lambda: supply.ready(LONG), timeout=20_000)
    assert prompt.answer.toPlainText() == "What of this?"


def test_find_looks_in_what_is_seen_and_in_no_prompt_of_before(
    look: ThemeHolder, prompt: PromptPanel, supply: SlowSupply, qtbot: QtBot
) -> None:
    bar, page = FindBar(look), TextPage(look, supply)
    for widget in (bar, page):
        qtbot.addWidget(widget)
    page.show_text("nothing", "en")

    class Reading:
        opened = response = None

        def __init__(self) -> None:
            self.prompt = prompt

        def choose(self, response: ResponseId) -> None:
            pytest.fail("there is one response")

    search = PanelSearch(look, bar, Reading(), lambda: [page.view])
    prompt.show_turns(TURNS, "en")
    search.open()
    bar.field.setText("paragraph")
    qtbot.waitUntil(lambda: prompt.view.complete, timeout=20_000)
    assert len(prompt.view.finder.places) == 4000
    supply.let.set()
    qtbot.waitUntil(lambda: prompt.view is prompt.answer and prompt.answer.complete, timeout=30_000)
    assert len(prompt.view.finder.places) == 4000
    prompt.show_turns((Turn("user", "One paragraph."),), "en")
    search.again()
    assert len(prompt.view.finder.places) == 1
