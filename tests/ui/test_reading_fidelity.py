"""What GitHub's Markdown can do and how it stands on the page: wide tables, footnotes, task lists, directions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui.jobs import Jobs
from ui.panels.reading.answer_view import AnswerView
from ui.panels.reading.formats import MARKER
from ui.panels.reading.supply import Supply
from ui.theme.apply import ThemeHolder

Show = Callable[[str], AnswerView]


@pytest.fixture
def show(look: ThemeHolder, qtbot: QtBot) -> Show:
    jobs = Jobs()
    view = AnswerView(look, Supply(jobs))
    qtbot.addWidget(view, before_close_func=lambda _: jobs.shutdown())
    view.resize(720, 500)
    view.show()

    def shown(text: str) -> AnswerView:
        view.show_text(text)
        qtbot.waitUntil(lambda: view.complete)
        view.grab()
        return view

    return shown


def table(columns: int, words: str) -> str:
    row = "| " + " | ".join([words] * columns) + " |\n"
    return row + "|" + "---|" * columns + "\n" + row * 3


def test_a_table_wider_than_the_page_moves_by_itself_and_breaks_no_word(show: Show) -> None:
    view = show("words " * 80 + "\n\n" + table(14, "Concentration mmol") + "\nafter it\n")
    (band,) = view.bands()
    assert band.most > 300
    assert band.offset == 0
    assert view.horizontalScrollBar().maximum() == 0
    document = view.document()
    cell = document.firstBlock().next()
    while "Concentration" not in cell.text():
        cell = cell.next()
    lines = [cell.layout().lineAt(i) for i in range(cell.layout().lineCount())]
    pieces = [cell.text()[line.textStart() : line.textStart() + line.textLength()].strip() for line in lines]
    assert pieces in (["Concentration mmol"], ["Concentration", "mmol"])
    paragraph = document.firstBlock().layout()
    assert (
        max(paragraph.lineAt(i).naturalTextWidth() for i in range(paragraph.lineCount()))
        <= document.textWidth()
    )


def test_a_table_that_fits_does_not_move(show: Show) -> None:
    view = show(table(3, "300 mg") + "\n" + table(2, "立即給予阿斯匹靈三百毫克並立即呼救" * 4))
    assert view.bands() == []


def test_footnotes_are_painted_with_their_label(show: Show) -> None:
    view = show(
        "A claim[^1] and another[^note].\n\n[^1]: The source.\n\n[^note]: Two lines.\n\n    More of it.\n"
    )
    text = view.toPlainText()
    assert "A claim[1] and another[note]." in text
    assert "[note]\nTwo lines.\nMore of it." in text


def test_boxes_of_task_lists(show: Show) -> None:
    block = show("- [ ] open\n- [x] done\n- plain\n").document().firstBlock()
    markers = []
    while block.isValid():
        markers.append(block.blockFormat().property(MARKER))
        block = block.next()
    assert markers == ["[ ]", "[x]", "•"]


def test_emphasis_beside_chinese_and_directions_of_their_own(show: Show) -> None:
    view = show("**中文，**後\n\nمرحبا بالعالم\n\nEnglish\n")
    first = view.document().firstBlock()
    assert first.text() == "中文，後"
    arabic = first.next()
    assert arabic.textDirection() == Qt.LayoutDirection.RightToLeft
    assert arabic.next().textDirection() == Qt.LayoutDirection.LeftToRight
