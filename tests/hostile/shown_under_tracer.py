"""The part of `test_shown_texts.py` that runs under a tracer: every text is shown in a window, between two marks.

ASSAY_BAIT is the file that the texts ask for. A mark is a look at a path that does not exist.
"""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event
from typing import Any

from PySide6.QtWidgets import QApplication, QTextBrowser
from pytestqt.qtbot import QtBot

from tests.hostile.baits import of_others, of_our_own
from tests.soaking import Soak
from tests.ui.grading_desk import GradingDesk
from tests.workspaces import task_json
from ui.theme.apply import ThemeHolder

BAIT = Path(os.environ["ASSAY_BAIT"])
PLACES = 4


def mark(words: str) -> None:
    Path("/assay-mark", words).exists()


def asking(number: int, texts: tuple[str, ...]) -> dict[str, Any]:
    """A task that says one text in its prompt, two in its responses, and one in its criterion and its title."""
    task = task_json(number, responses=2, criteria=1, title=texts[3])
    task["prompt"][0]["text"] = texts[0]
    task["responses"][0]["text"], task["responses"][1]["text"] = texts[1], texts[2]
    task["rubric"]["criteria"][0]["text"] = texts[3]
    return task


def quiet(qtbot: QtBot, desk: GradingDesk) -> None:
    """What was shown is parsed, coloured, its formulas drawn, and painted."""
    for _ in range(2):
        QApplication.processEvents()
        over = Event()
        desk.jobs.after("worker", over.set)
        qtbot.waitUntil(over.is_set)
    desk.window.grab()


def test_all_of_it_is_shown(look: ThemeHolder, qtbot: QtBot, tmp_path: Path, soak: Soak) -> None:
    own = of_our_own(BAIT)
    texts = [*own, *of_others()]
    tasks = [
        asking(n // PLACES + 1, tuple(texts[n : n + PLACES]))
        for n in range(0, len(texts) - PLACES + 1, PLACES)
    ]
    desk = GradingDesk(look, qtbot, tmp_path, tasks=tasks)
    shown = 0
    mark("begin")
    for number in soak.rounds("tasks", len(own) // PLACES, len(tasks)):
        desk.open(tasks[number]["id"])
        seen = set()
        for key in ("", "Right"):
            desk.press(*filter(None, [key]))
            quiet(qtbot, desk)
            seen.add(desk.screen.reading.response)
        assert (desk.task, len(seen), desk.problems) == (tasks[number]["id"], 2, [])
        shown += PLACES
    mark(f"end-{shown}")


def test_a_careless_viewer(qtbot: QtBot) -> None:
    """Qt's own, given the texts as a page."""
    browser = QTextBrowser()
    qtbot.addWidget(browser)
    browser.show()
    mark("begin")
    some = of_our_own(BAIT)[::7]
    for text in some:
        browser.setHtml(text)
        browser.grab()
    mark(f"end-{len(some)}")
