"""Highlights with the keyboard alone, on a real workspace: select, label, bind, comment, list, take away, undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.ids import ResponseId, TaskId
from app.domain.spans import Citation, Span, citations_of, spans_of
from tests.ui.grading_desk import WAIT_MS, GradingDesk
from tests.workspaces import task_json
from ui.panels.reading import caret
from ui.theme.apply import ThemeHolder
from ui.widgets.text import Paragraph

TEXT = (
    "# Dose\n\nGive **aspirin** 300 mg 🩺 at once. The dose is safe &amp; known.\n\n- Call 立即呼救\n\n"
    "| Drug | Dose |\n|---|---|\n| aspirin | 300 mg |\n\n```py\nx = 1\nprint(x)\n```\n"
)
LABELS = [
    {"id": "acc", "text": "Accuracy"},
    {"id": "mis", "text": "Mistranslation", "parent": "acc"},
    {"id": "flu", "text": "Fluency"},
]
Make = Callable[..., GradingDesk]


def task(
    number: int = 1, *, text: str = TEXT, asked: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    made = task_json(number, responses=2, **more)
    for response in made["responses"]:
        response["text"] = text
    made["rubric"]["criteria"][0]["evidence"] = "required"
    if asked is not None:
        made["panels"] = ["rubric", "spans"]
        made["questions"] = {"spans": {"labels": LABELS, "severities": ["minor", "major"], **asked}}
    return made


@pytest.fixture
def make(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> Make:
    def made(*tasks: dict[str, Any]) -> GradingDesk:
        return GradingDesk(look, qtbot, tmp_path, tasks=list(tasks))

    return made


def spans(desk: GradingDesk, response: str = "r1") -> tuple[Span, ...]:
    """As they stand in the file."""
    desk.settle()
    return spans_of(desk.session.workspace.work.review(TaskId(desk.task)), ResponseId(response))


def select(desk: GradingDesk, words: str) -> None:
    """As with the mouse."""
    view = desk.screen.reading.page.view
    start = view.positions.source.index(words)
    found = view.positions.to_document(start, start + len(words))
    assert found is not None
    cursor = view.textCursor()
    cursor.setPosition(found[0])
    cursor.setPosition(found[1], QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)


def answered(desk: GradingDesk) -> int:
    opened = desk.presenter.opened
    return opened.progress.answered if opened is not None else 0


def said(desk: GradingDesk) -> str:
    return desk.screen.marking.panel.said


def test_by_keyboard_a_sentence_is_marked_and_labelled_in_one_step_of_undo(make: Make) -> None:
    desk = make(task(asked={}))
    desk.press("M", "Ctrl+Down", "Ctrl+Shift+Down", "H")
    assert spans(desk) == ()
    desk.press("1", "1", "2")
    first = "Give **aspirin** 300 mg 🩺 at once."
    at = TEXT.index(first)
    (span,) = spans(desk)
    assert (span.start, span.end, span.quote) == (at, at + len(first), first)
    assert (span.label, span.severity) == ("mis", "major")
    desk.press("Ctrl+Z")
    desk.qtbot.waitUntil(lambda: spans(desk) == (), timeout=WAIT_MS)
    desk.press("Ctrl+Shift+Z")
    desk.qtbot.waitUntil(lambda: spans(desk) == (span,), timeout=WAIT_MS)


def test_keys_of_the_task_live_while_a_caret_is_in_the_text(make: Make) -> None:
    desk = make(task())
    desk.press("M")
    view = desk.screen.reading.page.view
    assert QApplication.focusWidget() is view
    before = view.textCursor().position()
    desk.press("Right", "Down", "Shift+Right")
    assert view.textCursor().position() > before
    assert desk.screen.reading.response == "r1", "an arrow moves the caret, not to the next response"
    desk.press("J")
    assert desk.criterion == "c2"
    desk.press("Esc")
    assert not caret.is_on(view)
    assert not view.textCursor().hasSelection()
    desk.press("Right")
    assert desk.screen.reading.response == "r2"


def test_evidence_is_bound_shown_at_the_criterion_and_found_from_both_ends(make: Make) -> None:
    desk = make(task(criteria=2))
    desk.press("Y")
    desk.qtbot.waitUntil(lambda: desk.criterion == "c2", timeout=WAIT_MS)
    desk.press("N", "Ctrl+Return")
    before = desk.panel.before
    assert before.isVisible()
    before.take_focus()
    desk.press("Return")
    assert desk.panel.place[1] == "c1"
    select(desk, "300 mg 🩺")
    desk.press("Shift+H")
    (span,) = spans(desk)
    assert (span.quote, span.criterion) == ("300 mg 🩺", "c1")
    assert desk.panel.card.state is not None
    assert desk.panel.card.state.evidence == ("300 mg 🩺",)
    desk.press("J", "Q")
    assert "evidence" in said(desk)
    desk.press("L", "Return")
    assert desk.panel.place[1] == "c1"
    desk.press("Esc")
    desk.screen.reading.page.view.verticalScrollBar().setValue(0)
    desk.press("Q")
    marks = desk.screen.reading.page.view.marks.shown
    assert [(m.start, m.end, m.front) for m in marks] == [(span.start, span.end, True)]


def test_the_list_and_the_criterion_quote_what_was_read(make: Make) -> None:
    desk = make(task(asked={"severities": []}))
    panel = desk.screen.marking.panel
    select(desk, "Give **aspirin** 300 mg")
    desk.press("H")
    assert panel.choice.isVisible()
    assert panel._quote.text() == "“Give aspirin 300 mg”"
    desk.press("1", "0")
    select(desk, "known.\n\n- Call")
    desk.press("Shift+H")
    desk.press("L")
    model = panel.list.model()
    assert model is not None
    rows = [str(model.index(at, 0).data()) for at in range(model.rowCount())]
    assert ["Give aspirin 300 mg" in rows[0], "known. Call" in rows[1]] == [True, True], rows
    assert [s.quote for s in spans(desk)] == ["Give **aspirin** 300 mg", "known.\n\n- Call"]
    select(desk, "Give **aspirin** 300 mg 🩺 at")
    desk.press("Esc", "Shift+H")
    assert desk.panel.card.state is not None
    assert desk.panel.card.state.evidence[0] == "Give aspirin 300 mg 🩺 at"


def test_a_highlight_stands_in_both_views_and_can_be_made_in_either(make: Make) -> None:
    desk = make(task())
    select(desk, "立即")
    desk.press("H", "R")
    page = desk.screen.reading.page
    assert page.view is page.code
    assert [(m.start, m.end) for m in page.code.marks.shown] == [(TEXT.index("立即"), TEXT.index("立即") + 2)]
    select(desk, "safe &amp; known")
    desk.press("H", "R")
    assert [s.quote for s in spans(desk)] == ["safe &amp; known", "立即"]
    assert len(page.answer.marks.shown) == 2
    desk.press("Right")
    assert desk.screen.reading.page.view.marks.shown == (), "marks belong to their response"


def test_what_cannot_be_marked_exactly_is_refused_with_its_reason(make: Make) -> None:
    desk = make(task())
    desk.press("H")
    assert "Select text" in said(desk)
    view = desk.screen.reading.page.view
    drug, dose = (view.positions.to_document(TEXT.index(w), TEXT.index(w) + 4) for w in ("Drug", "Dose |"))
    assert drug is not None
    assert dose is not None
    cursor = view.textCursor()
    cursor.setPosition(drug[0])
    cursor.setPosition(dose[1], QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    desk.press("H")
    assert "cell" in said(desk)
    desk.press("F1", "H")
    assert "Only responses" in said(desk) or "Select text" in said(desk)
    assert spans(desk) == ()
    assert desk.problems == []


def test_no_overlap_where_the_task_forbids_it(make: Make) -> None:
    desk = make(task(asked={"overlap": False, "severities": []}))
    select(desk, "300 mg")
    desk.press("H", "2")
    select(desk, "mg 🩺 at")
    desk.press("H")
    assert "overlap" in said(desk)
    assert [s.quote for s in spans(desk)] == ["300 mg"]
    assert desk.problems == []


def test_the_list_labels_comments_and_removes(make: Make) -> None:
    desk = make(task(asked={"severities": []}))
    select(desk, "300 mg")
    desk.press("H", "2")
    select(desk, "at once")
    desk.press("H", "1", "0")
    desk.press("L", "Down")
    assert desk.screen.marking.panel.open_now
    desk.press("H", "2", "C")
    desk.write("hjy 9")
    desk.press("Esc")
    last = spans(desk)[-1]
    assert (last.quote, last.label, last.comment) == ("at once", "flu", "hjy 9")
    desk.press("Ctrl+Backspace")
    assert [s.quote for s in spans(desk)] == ["300 mg"]
    desk.press("Ctrl+Backspace", "Ctrl+Z")
    desk.qtbot.waitUntil(lambda: [s.quote for s in spans(desk)] == ["300 mg"], timeout=WAIT_MS)
    assert desk.stored(desk.task, "c1").value is None, "no key of the list reached a criterion"


def test_a_line_of_code_gets_a_comment(make: Make) -> None:
    code = "```py\nx = 1\nprint(x)\n```\n"
    desk = make(task(text=code))
    desk.press("M", "Down", "C")
    desk.write("prints")
    desk.press("Esc")
    (span,) = spans(desk)
    assert (span.quote, span.comment) == ("print(x)", "prints")
    assert code[span.start : span.end] == "print(x)"


def test_a_citation_of_an_attachment_is_evidence_of_the_criterion_in_focus(make: Make) -> None:
    file = {"name": "label.pdf", "media_type": "application/pdf", "size": 9, "sha256": "0" * 64}
    desk = make(task(attachments=[{**file, "name": "ecg.pdf", "sha256": "1" * 64}, file]))
    desk.screen.marking.cite("label.pdf", 3, "not with nitrates")
    desk.settle()
    review = desk.session.workspace.work.review(TaskId("t1"))
    (citation,) = citations_of(review)
    assert citation == Citation(citation.id, "label.pdf", 3, "not with nitrates", "", "r1", "c1")
    assert desk.panel.card.state is not None
    assert desk.panel.card.state.evidence == ("not with nitrates",)
    went: list[tuple[str, int]] = []
    desk.screen.marking.cited.connect(lambda name, page: went.append((name, page)))
    assert not desk.screen.files.is_open
    desk.press("L", "Return")
    assert went == [("label.pdf", 3)]
    assert desk.screen.files.is_open
    assert desk.screen.files.panel.at == 1


def test_the_files_give_way_where_the_text_would_have_no_line(make: Make) -> None:
    file = {"name": "label.pdf", "media_type": "application/pdf", "size": 9, "sha256": "0" * 64}
    reading = make(task(attachments=[file])).screen.reading
    assert reading.attachments.isVisible()
    reading.resize(reading.width(), 150)
    assert not reading.attachments.isVisible()
    reading.resize(reading.width(), 400)
    assert reading.attachments.isVisible()


def test_nothing_is_marked_in_a_submitted_task(make: Make) -> None:
    desk = make(task(criteria=2), task(2))
    for number in range(4):
        desk.press("N")
        desk.qtbot.waitUntil(lambda n=number: answered(desk) > n, timeout=WAIT_MS)
        desk.panel.next_open()
    desk.press("Ctrl+Return")
    desk.qtbot.waitUntil(lambda: any("Submitted" in words for words in desk.said), timeout=WAIT_MS)
    desk.open("t1")
    assert desk.presenter.opened is not None
    assert desk.presenter.opened.submitted
    select(desk, "300 mg")
    desk.press("H")
    assert spans(desk) == ()
    assert desk.problems == []
    assert "Submitted" in said(desk), "why nothing happened"
    desk.open("t2")
    assert said(desk) == ""


def test_a_whole_book_is_no_highlight(make: Make) -> None:
    desk = make(task(text="words of a long answer. " * 1200))
    desk.qtbot.waitUntil(lambda: desk.screen.reading.page.complete, timeout=WAIT_MS)
    desk.press("M", "Ctrl+Home", "Ctrl+Shift+End", "H")
    assert "20" in said(desk)
    assert "too long" in said(desk)
    assert spans(desk) == ()


def test_a_task_that_asks_for_highlights_alone_says_where_to_begin(make: Make) -> None:
    alone = task_json(1, criteria=0, panels=["spans"], questions={"spans": {"labels": LABELS}})
    desk = make(alone, task(2, asked={}))
    said = [p for p in desk.panel.tail.findChildren(Paragraph) if "select the words" in p.text()]
    assert [p.isVisible() for p in said] == [True]
    assert "press H." in said[0].text()
    assert said[0].height() >= said[0].heightForWidth(said[0].width())
    evidence = desk.screen.marking.panel._of_evidence
    assert [part.isVisible() for part in evidence] == [False, False], "there is nothing to bind it to"
    select(desk, "aspirin")
    desk.press("H", "1", "L")
    assert [part.isVisible() for part in evidence] == [False, False]
    desk.press("Esc", "Alt+Right")
    assert not said[0].isVisible()
    desk.press("L")
    assert evidence[0].isVisible()
