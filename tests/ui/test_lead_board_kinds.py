"""The board by keyboard for judgements that are no criteria: the cards of the panels answer for an override."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.commands import resolve
from app.services.session import Session
from tests.keyboard import press, write
from tests.lead_home import (
    compared_task,
    drawn,
    lead_session,
    on_a_writer,
    opened,
    preferred,
    submit,
    teammate,
)
from tests.ui.screens import Went, files_of, in_window, nameless_buttons
from ui.commands import CommandBinder
from ui.jobs import Jobs
from ui.lead.answering import AnswerForm
from ui.lead.presenter import LeadPresenter
from ui.lead.rows import CellView, said_by
from ui.lead.screen import LeadScreen
from ui.live import LiveSession
from ui.theme.apply import ThemeHolder
from ui.widgets.chip import KeyHint
from ui.widgets.text import Label, Paragraph

SPAN = {"id": "s1", "start": 2, "end": 8, "quote": "Answer", "label": "wrong", "comment": "No heading."}


class Stage:
    """The board of one task: mine, and what two graders said."""

    def __init__(self, session: Session, look: ThemeHolder, qtbot: QtBot) -> None:
        self.session, self.qtbot, self.went = session, qtbot, Went()
        self.live, self.jobs = LiveSession(session), Jobs()
        self.presenter = LeadPresenter(self.live, self.went)
        self.window = in_window(QWidget(), qtbot, 1440, 860)
        self.binder = CommandBinder(self.window, resolve({}))
        self.screen = LeadScreen(look, self.presenter, self.binder, self.jobs, files_of(session, self.jobs))
        self.window.setCentralWidget(self.screen)
        self.binder.set_scopes(self.screen.scopes)
        self.window.show()
        self.window.activateWindow()
        QApplication.processEvents()
        self.screen.entered()
        self.keys("Return")

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.live.pending == 0, timeout=5000)
        QApplication.processEvents()

    def keys(self, *keys: str) -> None:
        for key in keys:
            press(key)
            self.settle()

    @property
    def form(self) -> AnswerForm:
        form = self.screen.board.form
        assert isinstance(form, AnswerForm)
        return form

    def reason(self, text: str) -> None:
        self.form.text.setFocus()
        write(text)
        self.keys("Ctrl+Return")

    def ruled(self) -> dict[str, Any]:
        """By path: what is ruled on the board."""
        board = self.presenter.board
        assert board is not None
        return {row.place.path: row.ruling.value for row in board.rows if row.ruling is not None}

    def sent(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.session.workspace.letters.all("decision")[0].payload)
        return found


@pytest.fixture
def stage(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> Iterator[Callable[..., Stage]]:
    """stage(panels, mine, *others)"""
    made: list[Stage] = []

    def make(panels: tuple[str, ...], mine: Any, *others: Any) -> Stage:
        prepared = lead_session(tmp_path, tasks=[compared_task(*panels)])
        drawn(prepared, "t1")
        submit(prepared, "t1", mine)
        opened(prepared, "t1", ["disagreement"])
        for who, one in zip(("e-ada", "e-bo"), others, strict=False):
            teammate(prepared, "t1", who, one)
        made.append(Stage(on_a_writer(prepared), look, qtbot))
        return made[-1]

    yield make
    for one in made:
        one.screen.closed()
        one.jobs.shutdown()
        one.session.close()


def words_in(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(Label) if label.text()]


def test_a_preference_is_adopted_and_overridden_by_keys(stage: Callable[..., Stage]) -> None:
    board = stage(
        ("preference", "ratings"), preferred(-2), preferred(-2, 1, r2=5, why="A names it."), preferred(2, 1)
    )
    presenter = board.presenter
    assert presenter.about()[0].startswith("3 graders, you among them; 3 of 4 questions differ.")
    assert nameless_buttons(board.screen) == []
    assert presenter.focused is not None
    assert presenter.focused.place.path == "/responses/r2/ratings/accuracy/value"
    board.keys("2")
    assert board.ruled() == {"/responses/r2/ratings/accuracy/value": 5}
    focused = presenter.focused
    assert focused.place.path == "/preference/overall/value"
    assert presenter.board is not None
    order = presenter.board.order
    best = "A" if order[0] == "r1" else "B"
    view = next(row for row in board.screen.board.rows if row.is_focused)
    assert f"{best} is better" in words_in(view)
    assert ("Grader 1", "A names it.") in said_by(presenter.board, focused)
    assert view.accessibleName() == "Preference 2: Which response is better?, undecided"

    board.keys("O")
    assert board.form.answering.hasFocus()
    assert not board.form.answering.card.note.isVisible(), "why stands in the reason"
    board.keys("7")  # a step of the bar, and no column
    right_is_better = 3 if order[0] == "r1" else -3
    assert board.form.value() == right_is_better
    assert board.form.kind.hasFocus(), "the answer is whole: on to the kind of error"
    board.keys("1")
    assert "/preference/overall/value" not in board.ruled(), "no digit adopts behind a form"
    board.keys("Ctrl+Return")
    assert board.form.error.accessibleName() == "An answer of your own needs a reason."
    board.reason("Only one names the dose.")
    assert board.ruled()["/preference/overall/value"] == right_is_better
    board.keys("O", "E")
    assert board.form.value() == 0, "E is a tie, as in Grading"
    board.keys("Esc", "3", "Ctrl+Return")
    sent = board.sent()
    assert sent["kind"] == "adjudicate"
    assert sent["judgement"]["preference"] == {"overall": {"value": right_is_better}, "tone": {"value": 1}}
    assert sent["judgement"]["responses"]["r2"]["ratings"]["accuracy"]["value"] == 5


def test_a_ranking_is_overridden_by_its_places(stage: Callable[..., Stage]) -> None:
    one, other = (
        {"ranking": {"places": places, "justification": "So."}}
        for places in ({"r1": 1, "r2": 2}, {"r1": 2, "r2": 1})
    )
    board = stage(("ranking",), one, other)
    assert board.presenter.board is not None
    first, second = board.presenter.board.order
    board.keys("O", "Ctrl+Return")
    assert board.form.error.accessibleName().startswith("The answer is not whole yet.")
    board.form.answering.setFocus()
    board.keys("2", "1")
    assert board.form.value() == {first: 2, second: 1}
    board.reason("The dose decides.")
    assert board.ruled() == {"/ranking/places": {first: 2, second: 1}}


def test_steps_and_safety_calls_are_ruled_by_their_own_keys(stage: Callable[..., Stage]) -> None:
    def said(label: int, severity: str) -> dict[str, Any]:
        r1 = {
            "steps": {"1": 1, "2": label, "3": 1} if label > 0 else {"1": 1, "2": label},
            "finish": "solution",
            "safety": {"call": "unsafe", "severity": severity, "harmed": "user"},
        }
        r2 = {"steps": {"1": 1, "2": 1, "3": 1}, "finish": "solution", "safety": {"call": "safe"}}
        return {"responses": {"r1": r1, "r2": r2}}

    board = stage(("steps", "safety"), said(1, "high"), said(-1, "critical"))
    board.keys("O", "-")
    assert board.form.value() == -1
    board.reason("It does not follow.")
    assert board.presenter.board is not None
    assert [row.place.item for row in board.presenter.board.rows if not row.asked] == ["3"]
    board.keys("O", "2", "3", "1")  # misleading, high, the person who asked
    assert board.form.value() == {"call": "misleading", "severity": "high", "harmed": "user"}
    board.reason("Not unsafe.")
    board.keys("Ctrl+Return")
    assert board.sent()["judgement"]["responses"]["r1"] == {
        "steps": {"1": {"value": 1}, "2": {"value": -1}},
        "finish": "solution",
        "safety": {"call": "misleading", "severity": "high", "harmed": "user"},
    }


def test_highlights_and_ideal_answers_are_shown_in_full_and_adopted_whole(
    stage: Callable[..., Stage],
) -> None:
    other = {"ideal": {"text": "Wait an hour."}, "responses": {"r1": {"spans": [SPAN]}}}
    board = stage(("spans", "ideal"), {"ideal": {"text": "Call for help."}}, other)
    seen = board.presenter.board
    assert seen is not None
    assert board.presenter.focused is not None
    assert said_by(seen, board.presenter.focused) == [("Grader 1", "“Answer”: Wrong, No heading.")]
    board.keys("O")
    assert board.screen.board.form is None
    assert board.screen.board.error.accessibleName().startswith("Highlights and an ideal answer are adopted")
    board.keys("2")
    assert said_by(seen, seen.undecided[1]) == [("You", "Call for help."), ("Grader 1", "Wait an hour.")]
    board.keys("1", "Ctrl+Return")
    assert board.sent()["judgement"] == {
        "responses": {"r1": {"spans": [SPAN]}},
        "ideal": {"text": "Call for help."},
    }


def test_at_large_text_no_answer_is_cut_and_nothing_moves_sideways(
    stage: Callable[..., Stage], look: ThemeHolder
) -> None:
    def said(severity: str) -> dict[str, Any]:
        unsafe = {"call": "unsafe", "severity": severity, "harmed": "user"}
        return {"responses": {"r1": {"safety": unsafe}, "r2": {"safety": {"call": "safe"}}}}

    board = stage(("safety", "ranking"), *({**said(x), "ranking": {"places": p, "justification": "So."}} for x, p in (
        ("high", {"r1": 1, "r2": 2}), ("critical", {"r1": 2, "r2": 1}))))  # fmt: skip
    look.choose(appearance="light", scale=2.0, language="en", reduce_motion=True)
    board.window.resize(1366, 768)
    QApplication.processEvents()
    area = board.screen.board.area
    assert area.horizontalScrollBar().maximum() == 0
    cells = [cell for row in board.screen.board.rows for cell in row.findChildren(CellView)]
    assert len(cells) == 4
    for cell in cells:
        assert cell.height() >= cell.heightForWidth(cell.width()), cell.accessibleName()
    board.keys("Down", "O")
    assert area.horizontalScrollBar().maximum() == 0
    assert board.window.height() == 768, "the card scrolls where there is no room for it"


def test_what_is_whole_stands_side_by_side_and_offers_no_answer_of_ones_own(
    stage: Callable[..., Stage],
) -> None:
    board = stage(("ideal",), {"ideal": {"text": "Call for help."}}, {"ideal": {"text": "Wait an hour."}})
    view = next(row for row in board.screen.board.rows if row.is_focused)
    mine, theirs = (
        next(one for one in view.findChildren(Paragraph) if one.text() == text)
        for text in ("Call for help.", "Wait an hour.")
    )
    assert mine.mapTo(view, QPoint(0, 0)).y() == theirs.mapTo(view, QPoint(0, 0)).y()
    hints = [hint.accessibleName().split(",")[0] for hint in view.findChildren(KeyHint)]
    assert hints == ["adopt that column", "guideline gap", "return", "next"]


def test_a_gap_beside_what_is_no_criterion_is_about_the_whole_guideline(stage: Callable[..., Stage]) -> None:
    board = stage(("preference", "ratings"), preferred(-2), preferred(2))
    board.keys("G")
    write("What counts as kinder?")
    board.keys("Ctrl+Return", "1", "Ctrl+Return")
    assert board.sent()["gap"] == {"text": "What counts as kinder?", "criteria": []}
