"""What came back, opened opinions and practice, read and answered by keyboard on real workspaces."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.session import Session
from app.services.wiping import wipe_batch
from tests.keyboard import press, write
from tests.lead_home import decided, every, judge, lead_session, on_a_writer, opened, put, submit
from tests.ui.screens import Went, in_window, nameless_buttons
from tests.workspaces import task_json
from ui.live import LiveSession
from ui.returns.presenter import ReturnsPresenter
from ui.returns.screen import ReturnsScreen
from ui.theme.apply import ThemeHolder


def came_back(session: Session) -> None:
    """t1 was fixed on one criterion; t2 was returned; t3's opinion was opened and differs."""
    first = submit(session, "t1", every(task_json(1)))
    second = submit(session, "t2", every(task_json(2)))
    ruling = {
        "response": "r1", "criterion": "c1", "value": "not_met",
        "error_class": "slip", "reason": "The dose is missing.",
    }  # fmt: skip
    decided(session, "t1", "fix", [first], rulings=[ruling], comment="Good work otherwise.")
    decided(session, "t2", "return", [second], comment="Read the table again.")
    submit(session, "t3", every(task_json(3)))
    opened(session, "t3", opinions=[judge(every(task_json(3), r1_c1="not_met"))])


class Stage:
    def __init__(self, session: Session, look: ThemeHolder, qtbot: QtBot) -> None:
        self.session, self.qtbot, self.went = session, qtbot, Went()
        self.live = LiveSession(session)
        self.presenter = ReturnsPresenter(self.live, self.went)
        self.screen = ReturnsScreen(look, self.presenter)
        self.window = in_window(self.screen, qtbot, 1280, 820)
        self.window.activateWindow()
        self.screen.entered()
        QApplication.processEvents()

    def keys(self, *keys: str) -> None:
        for key in keys:
            press(key)
            self.qtbot.waitUntil(lambda: self.live.pending == 0, timeout=5000)
            QApplication.processEvents()

    def titles(self) -> list[tuple[str, str]]:
        rows = [self.presenter.row(at) for at in range(self.presenter.count)]
        return [(row.title, row.detail) for row in rows]

    def answer(self) -> dict[str, object]:
        row = self.session.workspace.letters.all("answer")[0]
        found: dict[str, object] = json.loads(row.payload)
        return found


MakeStage = Callable[..., Stage]


@pytest.fixture
def make_stage(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> Iterator[MakeStage]:
    stages: list[Stage] = []

    def make(prepare: Callable[[Session], None], tasks: int = 3) -> Stage:
        prepared = lead_session(tmp_path, role="expert", tasks=tasks)
        prepare(prepared)
        stages.append(Stage(on_a_writer(prepared), look, qtbot))
        return stages[0]

    yield make
    stages[0].screen.closed()
    stages[0].session.close()


def test_mine_beside_theirs_and_accepting(make_stage: MakeStage) -> None:
    stage = make_stage(came_back)
    assert dict(stage.titles()) == {
        "Chest pain, case 1": "Accepted with changes",
        "Chest pain, case 2": "Returned: to be graded again",
    }
    at = [title for title, _ in stage.titles()].index("Chest pain, case 1")
    stage.screen.rows.set_current(at)
    (pair,) = stage.screen.card.pairs
    assert [(side.who, side.said) for side in pair.pair.sides] == [("You", "Met"), ("Decided", "Not met")]
    assert pair.pair.why == "A slip: The dose is missing."
    assert nameless_buttons(stage.screen) == []
    stage.keys("Return", "Space")
    assert stage.answer()["kind"] == "accept"
    assert stage.went.toasts == ["Accepted. Signed; it leaves with the next sync."]
    assert not stage.screen.card.accept.isVisible()


def test_pairs_stand_as_she_reads_the_responses_and_no_change_of_mind_is_urged(
    make_stage: MakeStage,
) -> None:
    def prepare(session: Session) -> None:
        tasks = session.workspace.lab.tasks()
        task = next(task for task in tasks if session.open(task).order == ("r2", "r1"))
        submit(session, task, every(task_json(1)))
        opened(session, task, opinions=[judge(every(task_json(1), "not_met"))])

    stage = make_stage(prepare, tasks=12)
    assert stage.presenter.tab == "opinions"
    letters = [pair.pair.where for pair in stage.screen.card.pairs if pair.pair.differs]
    assert letters == sorted(letters)
    assert {"Response A", "Response B"} <= set(letters)
    kinds = {button.property("kind") for button in (stage.screen.card.mind, stage.screen.card.open)}
    assert kinds == {"plain"}


def test_a_dispute_says_why(make_stage: MakeStage) -> None:
    stage = make_stage(came_back)
    at = [title for title, _ in stage.titles()].index("Chest pain, case 1")
    stage.screen.rows.set_current(at)
    stage.keys("Return", "Tab", "Space")
    card = stage.screen.card
    assert card.writing == "dispute"
    stage.keys("Tab", "Tab", "Space")
    assert card.error.accessibleName() == "A dispute needs a reason."
    card.pairs[0].reason.setFocus()
    write("It is in the second row.")
    card.text.setFocus()
    write("Please look again.")
    card.send.setFocus()
    stage.keys("Space")
    sent = stage.answer()
    assert (sent["kind"], sent["comment"]) == ("dispute", "Please look again.")
    assert sent["reasons"] == [{"response": "r1", "criterion": "c1", "text": "It is in the second row."}]
    assert "third reader" in dict(stage.titles())["Chest pain, case 1"]


def test_a_returned_task_is_graded_again(make_stage: MakeStage) -> None:
    stage = make_stage(came_back)
    at = [title for title, _ in stage.titles()].index("Chest pain, case 2")
    stage.screen.rows.set_current(at)
    stage.screen.card.again.setFocus()
    stage.keys("Space")
    assert stage.went.places == [("task", "t2", "", "")]
    assert stage.session.workspace.lab.task_row("t2").status != "submitted"  # type: ignore[arg-type]


def test_a_change_of_mind_needs_a_reason(make_stage: MakeStage) -> None:
    stage = make_stage(came_back)
    stage.screen.tabs.setFocus()
    stage.presenter.set_tab("opinions")
    assert stage.titles() == [("Chest pain, case 3", "1 question differs")]
    first = stage.screen.card.pairs[0].pair
    assert [(side.who, side.said) for side in first.sides] == [("You", "Met"), ("model-x", "Not met")]
    stage.screen.rows.setFocus()
    stage.keys("Return", "Space")
    card = stage.screen.card
    assert card.writing == "mind"
    card.send.click()
    stage.qtbot.waitUntil(lambda: stage.live.pending == 0)
    assert card.error.accessibleName() == "A change of mind needs a reason."
    card.text.setFocus()
    write("The judge is right about the dose.")
    card.send.setFocus()
    stage.keys("Space")
    assert stage.went.places == [("task", "t3", "", "")]


def test_practice_shows_its_answers_after_each_submit(make_stage: MakeStage) -> None:
    def practise(session: Session) -> None:
        key = every(task_json(1), r1_c1={"value": "met", "comment": "300 mg is the dose."})
        answers = [{"task": task, "judgement": key} for task in ("t1", "t2")]
        put(session, "calibration", "", {"pass_mark": 0.8, "answers": answers})
        submit(session, "t1", every(task_json(1), r1_c1="not_met"))

    stage = make_stage(practise)
    assert stage.presenter.tab == "practice"
    assert stage.titles() == [
        ("Emergency reasoning", "1 of 2 tasks graded; passes at 80\u00a0%"),
        ("Chest pain, case 1", "7 of 8 right"),
    ]
    stage.screen.rows.setFocus()
    stage.keys("Down")
    first = stage.screen.card.pairs[0].pair
    assert [(side.who, side.said, side.comment) for side in first.sides] == [
        ("You", "Not met", ""),
        ("Right answer", "Met", "300 mg is the dose."),
    ]


def test_what_is_written_is_in_view_where_the_detail_stands_under_the_list(
    make_stage: MakeStage, look: ThemeHolder
) -> None:
    stage = make_stage(came_back)
    look.choose(appearance="light", scale=2.0, language="en", reduce_motion=True)
    stage.window.resize(1024, 700)
    QApplication.processEvents()
    stage.keys("Return")
    card = stage.screen.card
    assert card.again.hasFocus()
    for _ in range(2):
        stage.keys("Tab")
    stage.keys("Space")
    assert card.writing == "dispute"
    top = card.text.mapTo(stage.window, QPoint(0, 0)).y()
    assert 0 <= top < stage.window.height() - card.text.fontMetrics().height()


def test_nothing_came_back_yet(make_stage: MakeStage) -> None:
    stage = make_stage(lambda session: None)
    assert stage.presenter.count == 0
    assert "appears here" in stage.presenter.empty_words()
    assert not stage.screen.card.isVisible()


def test_a_line_whose_task_was_wiped_says_so(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    """The list was read before; what it names is gone since."""
    session = lead_session(tmp_path, role="expert")
    came_back(session)
    stage = Stage(session, look, qtbot)
    assert stage.presenter.detail is not None
    stage.presenter._rows.clear()
    wipe_batch(session, "b-1", begun=True)
    stage.presenter.choose(1)
    assert stage.presenter.detail is None
    assert stage.went.problems != []
    assert stage.titles()
    stage.screen.closed()
    session.close()
