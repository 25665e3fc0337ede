"""Texts that are too much for Qt are shown without a stall, wherever they stand (R10).

A word without an end, as a picture in Base64 is; a table of 10,000 columns or a million cells; a paragraph of 10,000
formulas; a formula of 10,000 lines; a mebibyte on one line.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.hostile.test_hostile_markdown import SHAPED, N
from tests.ui.grading_desk import GradingDesk
from tests.ui.stalls import GAP_S, Gaps, least_stall
from tests.workspaces import task_json
from ui.theme.apply import ThemeHolder
from ui.widgets.wrapping import WINDOW, wrap_option

LENGTH = 100_000
MIB = 1 << 20


def saying(place: str, text: str) -> dict[str, Any]:
    task = task_json(2, responses=1, criteria=1)
    if place == "prompt":
        task["prompt"][0]["text"] = text
    elif place == "response":
        task["responses"][0]["text"] = text
    else:
        task["rubric"]["criteria"][0]["text"] = text
    return task


TEXTS = {
    "Base64": "QUJD" * (LENGTH // 4),
    "letters": "å" * LENGTH,
    **{name: SHAPED[name](N) for name in ("columns", "surplus cells", "formulas", "display formulas")},
    "a word of a mebibyte": "x" * MIB,
    "Base64 of a mebibyte": "![scan](data:image/png;base64," + "QUJD" * (MIB // 4) + ")",
    "a paragraph of a mebibyte": "word " * (MIB // 5),
    "Chinese of a mebibyte": "中文，" * (MIB // 9),
    "a formula of 10,000 lines": "$$\n" + "x + y \\\\\n" * 10_000 + "$$",
    "a formula of a mebibyte": "$$ " + "x + y " * (MIB // 6) + "$$",
    "a million cells": "|ab" * 1000 + "|\n" + "|-" * 1000 + "|\n" + ("|12" * 1000 + "|\n") * 999,
    "a cell of a mebibyte": "|a|b|\n|-|-|\n|" + "word " * (MIB // 5) + "|1|\n",
    "a line of code of a mebibyte": "Look:\n\n```py\n" + "x = y; " * (MIB // 7) + "\n```",
}
LARGE = [name for name in TEXTS if "of a mebibyte" in name or name.startswith("a ")]


@pytest.mark.parametrize(
    ("place", "name"),
    [
        *product(("prompt", "response", "criterion"), ("Base64", "letters")),
        *product(("criterion",), LARGE),
        *product(
            ("prompt", "response"), ("columns", "surplus cells", "formulas", "display formulas", *LARGE)
        ),
    ],
)
def test_no_stall(look: ThemeHolder, qtbot: QtBot, tmp_path: Path, place: str, name: str) -> None:
    tasks = [task_json(1, responses=1), saying(place, TEXTS[name])]

    def show(at: int) -> float:
        desk = GradingDesk(look, qtbot, tmp_path / str(at), tasks=tasks)
        gaps, parsed = Gaps(), Event()
        desk.open("t2")
        desk.jobs.after("worker", parsed.set)
        qtbot.waitUntil(parsed.is_set, timeout=60_000)
        QApplication.processEvents()
        reading = desk.screen.reading
        if place == "prompt":
            desk.press("V")
        for key in ("R", "R"):
            qtbot.waitUntil(lambda: reading.prompt.view.complete and reading.page.complete, timeout=60_000)
            desk.press(key)
        qtbot.wait(50)  # what still comes may not stall either; no signal tells that nothing more comes
        assert not desk.problems
        return gaps.stop()

    assert least_stall(show) < GAP_S


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("word " * WINDOW, QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere),
        ("中文，" * WINDOW, QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere),
        ("x" * (WINDOW - 1) + " ", QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere),
        ("some words, " + "x" * 2 * WINDOW + " and more", QTextOption.WrapMode.WrapAnywhere),
    ],
)
def test_lines_end_at_words_where_they_end(text: str, mode: QTextOption.WrapMode) -> None:
    assert wrap_option(text).wrapMode() is mode
