"""Responses compared in the window: scrolling together, words that differ, changes of code, places to go to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.grading_desk import WAIT_MS, GradingDesk
from tests.workspaces import task_json
from ui.panels.reading.code_view import CodeView
from ui.panels.reading.following import height, steps
from ui.panels.reading.marks import ADDED, REMOVED, Mark, levels
from ui.theme.apply import ThemeHolder

FILL = "Some more words of the same kind. " * 120
A = (
    f"# Dose\n\nGive **aspirin** 300 mg at once.\n\n## Why\n\nIt stops platelets, [says ESC](https://escardio.org/x).\n\n{FILL}\n\n"
    "## Code\n\n```py\nx = 1\nprint(x)\n```\n\n## End\n\nGoodbye.\n" + FILL
)
B = (
    f"# Dose\n\n{FILL}\n\nGive **aspirin** 75 mg at once.\n\n## Why\n\nIt stops platelets.\n\n"
    "## Code\n\n```py\nx = 2\nprint(x)\n```\n\n## End\n\nGoodbye 立即.\n" + FILL
)
PATCH = "```diff\n--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n x = 1\n-y = 2\n+y = 3\n```\n"
Make = Callable[..., GradingDesk]


@pytest.fixture
def make(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> Make:
    def made(*texts: str, **more: Any) -> GradingDesk:
        task = task_json(1, responses=len(texts), **more)
        for response, text in zip(task["responses"], texts, strict=True):
            response["text"] = text
        return GradingDesk(look, qtbot, tmp_path, tasks=[task], size=(1600, 900))

    return made


def test_side_by_side_the_same_heading_stands_on_the_same_height(make: Make) -> None:
    desk = make(A, B)
    desk.press("S")
    left, right = desk.screen.reading.columns.pages
    reading = desk.screen.reading
    desk.qtbot.waitUntil(lambda: reading.comparing.pairs(A, B) is not None, timeout=WAIT_MS)
    desk.qtbot.waitUntil(lambda: left.complete and right.complete, timeout=WAIT_MS)
    for heading in ("## Why", "## Code"):
        left.view.verticalScrollBar().setValue(left.answer.scroll_of(A.index(heading)))
        there = right.answer.scroll_of(B.index(heading))
        assert abs(right.view.verticalScrollBar().value() - there) <= 2
    right.view.verticalScrollBar().setValue(0)
    assert left.view.verticalScrollBar().value() == 0
    desk.press("Shift+S")
    right.view.verticalScrollBar().setValue(300)
    assert left.view.verticalScrollBar().value() == 0, "each scrolls alone"


def test_ways_never_fall_and_reach_both_ends() -> None:
    way = steps([(0, 0), (100, 400), (200, 300), (300, 900), (900, 950)], (800, 700))
    assert way == ((0, 0), (100, 400), (300, 700), (800, 700))
    heights = [height(way, x) for x in range(0, 801, 50)]
    assert heights == sorted(heights)
    assert (heights[0], heights[-1]) == (0, 700)
    assert height(steps([], (0, 500)), 0) == 0


def marks(desk: GradingDesk, style: str) -> list[str]:
    page = desk.screen.reading.page
    return [page.text[m.start : m.end] for m in page.view.marks.shown if m.style == style]


def test_what_differs_is_marked_in_both_views_and_both_arrangements(make: Make) -> None:
    desk = make("Give **aspirin** 300 mg now.", "Give **aspirin** 75 mg now.")
    desk.press("D")
    desk.qtbot.waitUntil(lambda: marks(desk, REMOVED) == ["300"], timeout=WAIT_MS)
    assert "1" in desk.screen.reading.differences.words
    desk.press("R")
    assert marks(desk, REMOVED) == ["300"]
    desk.press("Right")
    assert marks(desk, ADDED) == ["75"]
    desk.press("R", "S")
    left, right = desk.screen.reading.columns.pages
    assert [m.style for m in left.answer.marks.shown + right.answer.marks.shown] == [REMOVED, ADDED]
    desk.press("D")
    assert not left.answer.marks.shown + right.answer.marks.shown
    assert desk.screen.reading.differences.isHidden()


def test_marks_do_not_stay_on_another_text(make: Make) -> None:
    desk = make("Give aspirin 300 mg now.", "Give aspirin 75 mg now.")
    desk.press("D")
    desk.qtbot.waitUntil(lambda: marks(desk, REMOVED) == ["300"], timeout=WAIT_MS)
    desk.press("F1")
    assert desk.screen.reading.page.view.marks.shown == ()


def test_one_response_alone_differs_from_nothing(make: Make) -> None:
    desk = make("Give aspirin.")
    desk.press("D", "Shift+D", "S")
    assert not desk.screen.reading.differences.on
    assert desk.screen.reading.front is desk.screen.reading.pool


def test_changes_of_code_side_by_side_then_unified_then_back(make: Make) -> None:
    desk = make(A, B)
    reading = desk.screen.reading
    changes = reading.going.changes
    desk.press("Shift+D")
    desk.qtbot.waitUntil(lambda: reading.front is changes, timeout=WAIT_MS)
    assert changes.old.toPlainText().split("\n")[1:] == ["-x = 1", " print(x)"]
    assert changes.new.toPlainText().split("\n")[1:] == ["+x = 2", " print(x)"]
    desk.press("H")
    assert "Only responses" in desk.screen.marking.panel.said
    desk.press("Shift+D")
    assert "@@" in changes.whole.toPlainText()
    desk.press("Shift+D")
    assert reading.front is reading.pool
    desk.press("Shift+D", "Esc")
    assert reading.front is reading.pool


def test_a_patch_is_shown_as_old_and_new(make: Make) -> None:
    desk = make(PATCH)
    desk.press("Shift+D")
    changes = desk.screen.reading.going.changes
    assert desk.screen.reading.front is changes
    assert changes.new.toPlainText().split("\n")[-1] == "+y = 3"
    assert changes.new.numbers == (0, 0, 1, 2)


def test_two_patches_are_each_shown_then_compared(make: Make) -> None:
    bare = PATCH.removeprefix("```diff\n").removesuffix("```\n")
    desk = make(bare, bare.replace("+y = 3", "+y = 4"))
    reading = desk.screen.reading
    changes = reading.going.changes
    assert reading.page.view is reading.page.code, "a bare patch is code"
    seen = []
    for _ in range(4):
        desk.press("Shift+D")
        desk.qtbot.waitUntil(lambda: changes.view.toPlainText() not in seen, timeout=WAIT_MS)
        assert reading.front is changes
        seen.append(changes.view.toPlainText())
    assert seen[0].split("\n")[-1] == "+y = 3"
    assert seen[1] == bare
    assert "-y = 2" in seen[2]
    assert "++y = 4" in seen[2]
    assert "-+y = 3\n++y = 4" in seen[3]
    desk.press("Shift+D")
    assert reading.front is reading.pool


def test_lines_beside_each_other_stand_on_one_height_and_move_by_key(make: Make) -> None:
    long = "call(" + ", ".join(f"argument_{n}" for n in range(60)) + ")"
    desk = make(
        "```diff\n--- a/x.py\n+++ b/x.py\n@@ -1,3 +1,3 @@\n x = 1\n-y = 2\n+" + long + "\n z = 3\n```\n"
    )
    desk.press("Shift+D")
    changes = desk.screen.reading.going.changes

    def rows(view: CodeView) -> list[int]:
        document = view.document()
        return [document.findBlockByNumber(n).firstLineNumber() for n in range(document.blockCount())]

    assert rows(changes.old) == rows(changes.new)
    desk.press("Shift+Right")
    assert changes.new.horizontalScrollBar().value() > 0
    desk.press("Shift+Left")
    assert changes.new.horizontalScrollBar().value() == 0


def test_words_are_found_in_the_changes_in_front(make: Make) -> None:
    desk = make(PATCH)
    reading = desk.screen.reading
    changes = reading.going.changes
    desk.press("Shift+D")
    desk.qtbot.waitUntil(lambda: changes.old.complete and changes.new.complete, timeout=WAIT_MS)
    desk.press("Ctrl+F")
    desk.write("y =")
    assert [len(view.finder.places) for view in reading.going.views] == [1, 1]
    desk.press("Return")
    assert (changes.old.finder.at, changes.new.finder.at) == (0, -1)
    desk.press("Return")
    assert (changes.old.finder.at, changes.new.finder.at) == (-1, 0)
    desk.press("Esc", "Shift+D")
    assert changes.whole.finder.places == []


def test_links_by_keyboard_name_their_real_host(make: Make) -> None:
    desk = make(A, B)
    desk.press("Ctrl+Shift+K")
    sheet = desk.screen.reading.going.sheet
    assert sheet.isVisible()
    assert QApplication.focusWidget() is sheet.list
    desk.press("Return")
    dialog = desk.screen.reading.links.dialog
    assert dialog is not None
    assert "escardio.org" in dialog.windowTitle() or "escardio.org" in dialog.accessibleName()
    dialog.reject()
    desk.press("Right", "Ctrl+Shift+K", "Esc")
    assert sheet.isHidden()
    assert desk.criterion == "c1"


def test_headings_and_code_are_gone_to(make: Make) -> None:
    desk = make(A, B)
    page = desk.screen.reading.page
    desk.qtbot.waitUntil(lambda: page.complete, timeout=WAIT_MS)
    desk.press("Ctrl+J", "Down", "Down", "Return")
    view = page.view
    assert view.verticalScrollBar().value() > 300
    assert A[view.place() :].lstrip("# ").startswith("Code")


def test_the_unfolded_prompt_scrolls_by_key(make: Make) -> None:
    desk = make(A, B, prompt=[{"role": "user", "text": FILL * 3}])
    desk.press("Ctrl+Down")
    prompt = desk.screen.reading.prompt
    assert not prompt.folded
    desk.press("Ctrl+Down")
    assert prompt.view.verticalScrollBar().value() > 0
    desk.press("Ctrl+Up", "Ctrl+Up")
    assert prompt.view.verticalScrollBar().value() == 0


def test_code_folds_and_unfolds(make: Make) -> None:
    desk = make("```py\ndef f(a):\n    b = a\n    c = b\n    return c\n\nf(1)\n```\n")
    view = desk.screen.reading.page.code
    desk.press("Ctrl+Shift+[")
    assert not view.document().findBlockByNumber(2).isVisible()
    desk.press("Ctrl+Shift+[")
    assert view.document().findBlockByNumber(2).isVisible()


def test_underlines_of_overlapping_marks_have_levels_of_their_own() -> None:
    spans = [
        Mark(0, 10, "wrong"),
        Mark(0, 4, "note"),
        Mark(2, 6, "note"),
        Mark(5, 12, "note"),
        Mark(12, 14, "note"),
    ]
    assert levels(spans) == [0, 1, 2, 1, 0]


def test_letters_that_look_like_others_are_told_marked_and_gone_to(make: Make) -> None:
    text = "# Pay\n\nSend it to р\u0430ypal, x\u202ey.\n\n" + FILL
    desk = make(text, "Привет, мир! مرحبا 立即")
    reading = desk.screen.reading
    assert reading.warning.isVisible()
    assert "paypal" in reading.warning.toolTip()
    assert "CYRILLIC" in reading.warning.toolTip()
    assert [m.style for m in reading.page.view.marks.shown] == ["lookalike"]
    desk.press("R")
    assert [m.style for m in reading.page.view.marks.shown] == ["lookalike"]
    desk.press("R", "Ctrl+J")
    rows = reading.going.sheet.list.model()
    assert rows is not None
    assert rows.rowCount() == 3
    desk.press("Esc", "Right")
    assert reading.warning.isHidden()
    assert reading.page.view.marks.shown == ()
