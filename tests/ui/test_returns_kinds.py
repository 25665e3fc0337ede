"""Returns for judgements that are no criteria: mine beside what was decided, in the words of Grading, and a dispute."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.session import Session
from tests.lead_home import (
    compared_task,
    decided,
    judge,
    lead_session,
    on_a_writer,
    opened,
    preferred,
    submit,
)
from tests.ui.screens import Went, in_window, nameless_buttons
from ui.live import LiveSession
from ui.returns.presenter import ReturnsPresenter
from ui.returns.screen import ReturnsScreen
from ui.theme.apply import ThemeHolder

OVERALL, ACCURACY = "/preference/overall/value", "/responses/r2/ratings/accuracy/value"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """t1: both answers were decided otherwise. t2: an ideal answer was. t3: an opinion differs on the preference."""
    tasks = [
        compared_task("preference", "ratings", number=1),
        compared_task("ideal", number=2),
        compared_task("preference", "ratings", number=3),
    ]
    prepared = lead_session(tmp_path, role="expert", tasks=tasks)
    mine = submit(prepared, "t1", preferred(-2, r2=5))
    rulings = [
        {"path": OVERALL, "value": 2, "adopted": "a" * 64},
        {"path": ACCURACY, "value": 3, "error_class": "slip", "reason": "No dose."},
    ]
    final = {
        "preference": {"overall": {"value": 2}, "tone": {"value": 0}},
        "responses": {"r1": {"ratings": {"accuracy": 4}}, "r2": {"ratings": {"accuracy": 3}}},
    }
    decided(prepared, "t1", "adjudicate", [mine], rulings=rulings, judgement=final)
    whole = submit(prepared, "t2", {"ideal": {"text": "Call for help."}})
    decided(prepared, "t2", "adjudicate", [whole], judgement={"ideal": {"text": "Wait an hour."}})
    submit(prepared, "t3", preferred(-2))
    opened(
        prepared,
        "t3",
        opinions=[judge({"preference": {"overall": {"value": 3, "justification": "The dose."}}})],
    )
    live = on_a_writer(prepared)
    yield live
    live.close()


@pytest.fixture
def screen(session: Session, look: ThemeHolder, qtbot: QtBot) -> Iterator[ReturnsScreen]:
    presenter = ReturnsPresenter(LiveSession(session), Went())
    made = ReturnsScreen(look, presenter)
    window = in_window(made, qtbot, 1280, 820)
    window.activateWindow()
    made.entered()
    QApplication.processEvents()
    yield made
    made.closed()


def choose(screen: ReturnsScreen, title: str) -> None:
    presenter = screen._presenter
    at = next(at for at in range(presenter.count) if presenter.row(at).title == title)
    screen.rows.set_current(at)
    QApplication.processEvents()


def test_mine_stands_beside_what_was_decided(screen: ReturnsScreen, session: Session) -> None:
    choose(screen, "Chest pain, case 1")
    order = session.open(session.workspace.lab.tasks()[0]).order
    letter = {response: "AB"[order.index(response)] for response in order}
    first, second = letter["r1"], letter["r2"]
    rating, preference = (pair.pair for pair in screen.card.pairs)
    assert (rating.where, rating.text) == (f"Ratings, Response {second}", "How accurate is it?")
    assert [side.said for side in rating.sides] == ["5", "3"]
    assert rating.why == "A slip: No dose."
    assert (preference.where, preference.text) == ("Preference", "Which response is better?")
    assert [side.said for side in preference.sides] == [f"{first} is better", f"{second} is better"]
    assert nameless_buttons(screen) == []


def test_a_dispute_names_the_preference(screen: ReturnsScreen, session: Session, qtbot: QtBot) -> None:
    choose(screen, "Chest pain, case 1")
    screen.card.dispute.click()
    screen.card.pairs[1].reason.setText("It names the dose first.")
    screen.card.send.click()
    qtbot.waitUntil(lambda: bool(session.workspace.letters.all("answer")), timeout=5000)
    sent = json.loads(session.workspace.letters.all("answer")[0].payload)
    assert sent["reasons"] == [{"path": OVERALL, "text": "It names the dose first."}]


def test_ideal_answers_stand_in_full(screen: ReturnsScreen) -> None:
    choose(screen, "Chest pain, case 2")
    (pair,) = screen.card.pairs
    assert [side.comment for side in pair.pair.sides] == ["Call for help.", "Wait an hour."]


def test_an_opinion_on_a_preference_stands_beside_mine(screen: ReturnsScreen) -> None:
    screen._presenter.set_tab("opinions")
    QApplication.processEvents()
    (pair,) = [pair.pair for pair in screen.card.pairs if pair.pair.differs]
    assert [side.who for side in pair.sides] == ["You", "model-x"]
    assert pair.sides[1].comment == "The dose."
