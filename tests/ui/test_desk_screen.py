"""The Desk on a real workspace: where one left off, the shift, the batches, the labs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.clock import FixedClock
from app.domain.times import to_text
from app.i18n import Translator
from app.paths import resources
from app.services.judging import grade, submit
from app.services.session import Session
from app.storage.rows import Place
from app.workstation import build
from tests.keyboard import press, write
from tests.ui.screens import Went, in_window, nameless_buttons
from tests.workspaces import add_batch, make_session, task_json
from ui import i18n
from ui.desk import words
from ui.desk.cards import BatchCard
from ui.desk.presenter import DeskPresenter
from ui.desk.screen import DeskScreen
from ui.live import LiveSession
from ui.theme.apply import ThemeHolder

NOW = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
FULL = (
    b'{"responses": {"r1": {"verdicts": {"c1": "met", "c2": "not_met", "c3": "partly", "c4": 0}},'
    b' "r2": {"verdicts": {"c1": "not_met", "c2": "met", "c3": "met", "c4": 2}}}}'
)


def finish(session: Session, *tasks: str) -> None:
    for task in tasks:
        grade(session, task, FULL, where="-")
        assert submit(session, [task])["refused"] == []


class Stage:
    def __init__(self, session: Session | None, look: ThemeHolder, qtbot: QtBot, home: Path) -> None:
        self.went = Went()
        self.names: dict[str, str] = {}
        self.home = home
        self.live = LiveSession(session) if session is not None else None
        self.presenter = DeskPresenter(build(home).labs, self.live, self.went, self.names)
        self.screen = DeskScreen(look, self.presenter)
        self.window = in_window(self.screen, qtbot)
        self.screen.entered()
        QApplication.processEvents()

    def card(self, title: str) -> BatchCard:
        return next(card for card in self.screen.cards if card.line.title == title)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    made = make_session(tmp_path, clock=FixedClock(NOW), due="2026-11-20T18:00:00.000Z")
    made.workspace.work.set_note("name", "Dr Okafor")
    return made


@pytest.fixture
def stage(session: Session, look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> Stage:
    return Stage(session, look, qtbot, tmp_path / "home")


def test_continue_goes_to_the_exact_criterion_with_enter(
    stage: Stage, session: Session, qtbot: QtBot
) -> None:
    session.workspace.work.set_place(Place("t2", "r2", "c3"))  # type: ignore[arg-type]
    stage.screen.entered()
    assert stage.presenter.place_words() == "Criterion 3: “Statement 3 about the answer”"
    assert stage.screen.go_on.button.hasFocus()
    qtbot.keyClick(stage.screen.go_on.button, Qt.Key.Key_Return)
    assert stage.went.places == [("task", "t2", "r2", "c3")]


def test_a_card_is_a_button_that_opens_the_first_unfinished_task(
    stage: Stage, session: Session, qtbot: QtBot
) -> None:
    finish(session, "t1")
    stage.screen.entered()
    card = stage.card("Emergency reasoning")
    assert card.line.progress.startswith("1 of 3 tasks, about ")
    assert card.accessibleName().startswith("Emergency reasoning, Emergency medicine, 1 of 3 tasks")
    assert "Due tomorrow" in card.accessibleName()
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Return)
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert stage.went.places == [("task", "t2", "", "")] * 2


def test_enter_on_a_card_is_not_the_shortcut_of_continue(stage: Stage, qtbot: QtBot) -> None:
    action = QAction(stage.window)
    action.setShortcut(QKeySequence("Return"))
    action.triggered.connect(stage.presenter.go_on)
    stage.window.addAction(action)
    card = stage.screen.cards[0]
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert stage.went.places == [("task", "t1", "", "")]


def test_the_shift_names_tasks_that_fit_and_what_is_spare(stage: Stage, qtbot: QtBot) -> None:
    lines = stage.presenter.plan_lines()
    assert [line.text for line in lines] == [f"Chest pain, case {n}" for n in (1, 2, 3)]
    assert "to spare" in stage.presenter.spare_words()
    stage.screen.shift.minutes.setValue(5)
    assert stage.presenter.minutes == 5
    assert len(stage.presenter.plan_lines()) < 3
    qtbot.mouseClick(stage.screen.shift.button, Qt.MouseButton.LeftButton)
    assert stage.went.places == [("task", "t1", "", "")]


def test_return_takes_the_minutes_and_then_starts_the_shift(stage: Stage) -> None:
    stage.window.activateWindow()
    stage.screen.plan_shift()
    write("5")
    press("Return")
    assert stage.presenter.minutes == 5
    assert stage.screen.shift.button.hasFocus()
    assert stage.went.places == [], "what fits is seen before it is started"
    press("Return")
    assert stage.went.places == [("task", "t1", "", "")]


def test_escape_leaves_the_minutes_for_the_main_button(stage: Stage) -> None:
    stage.window.activateWindow()
    stage.screen.plan_shift()
    write("45")
    press("Escape")
    assert stage.screen.go_on.button.hasFocus()
    assert stage.presenter.minutes == 45
    press("Return")
    assert stage.went.places == [("task", "t1", "", "")]


def test_the_filter_shows_open_done_and_all(stage: Stage, session: Session) -> None:
    one = task_json(9)
    add_batch(session.workspace, [one], batch="b-2", title="Calibration")
    finish(session, "t9")
    stage.screen.entered()
    shown = {name: [] for name in ("open", "done", "all")}  # type: dict[str, list[str]]
    for name, titles in shown.items():
        stage.presenter.set_filter(name)
        titles += [card.line.title for card in stage.screen.cards]
    assert shown == {
        "open": ["Emergency reasoning"],
        "done": ["Calibration"],
        "all": ["Emergency reasoning", "Calibration"],
    }
    assert stage.card("Calibration").line.share == 1.0


def test_empty_says_what_will_be_here_and_offers_to_fetch(
    session: Session, look: ThemeHolder, qtbot: QtBot, tmp_path: Path
) -> None:
    finish(session, "t1", "t2", "t3")
    stage = Stage(session, look, qtbot, tmp_path / "home")
    assert stage.screen.cards == []
    assert stage.presenter.empty_words() == (
        "Every batch is done. New ones appear here when the lab assigns them.",
        "Fetch",
    )
    stage.screen._empty.acted.emit()
    assert stage.went.places == [("sync",)]
    assert not stage.screen.go_on.isVisible()


def test_the_line_of_truth_counts_what_leaves(stage: Stage, session: Session) -> None:
    assert stage.presenter.truth == "Everything below is on this computer."
    finish(session, "t1")
    stage.screen.entered()
    assert stage.presenter.truth.endswith("1 result leaves when you are next online.")
    assert stage.screen.panel.outbox.accessibleName() == "Outbox, 1"


def test_other_labs_go_by_name_only_if_they_were_open_in_this_run(stage: Stage, qtbot: QtBot) -> None:
    for folder in ("aaaa1111", "bbbb2222"):
        place = stage.home / "labs" / folder
        place.mkdir(parents=True)
        (place / "workspace.db").write_bytes(b"")
    (stage.home / "labs" / "bbbb2222" / "locked").write_text("{}")
    stage.names["aaaa1111"] = "Northgate Law"
    stage.screen.entered()
    assert [line.title for line in stage.presenter.lab_lines()] == [
        "Harbor Medical",
        "Northgate Law",
        "Locked lab",
    ]
    items = stage.screen.panel.lab_items()
    qtbot.mouseClick(items[1], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(items[0], Qt.MouseButton.LeftButton)
    assert stage.went.places == [("lab", "aaaa1111")]
    assert [item.isChecked() for item in items] == [True, False, False]


def test_without_a_lab_only_the_labs_are_shown(look: ThemeHolder, qtbot: QtBot, tmp_path: Path) -> None:
    stage = Stage(None, look, qtbot, tmp_path / "home")
    assert not stage.screen.go_on.isVisible()
    assert stage.screen.panel.add_lab.hasFocus()
    qtbot.keyClick(stage.screen.panel.add_lab, Qt.Key.Key_Return)
    assert stage.went.places == [("add-lab",)]


def test_quarantine_is_there_only_when_something_was_refused(
    stage: Stage, session: Session, qtbot: QtBot
) -> None:
    assert not stage.screen.panel.quarantine.isVisible()
    session.workspace.lab.quarantine("signature.bad", "The signature is wrong.", "feed", b"{}")
    stage.screen.entered()
    assert stage.screen.panel.quarantine.isVisible()
    with qtbot.waitSignal(stage.screen.quarantine_asked):
        qtbot.mouseClick(stage.screen.panel.quarantine, Qt.MouseButton.LeftButton)


def test_it_reads_again_when_the_lab_changed_while_it_is_shown(stage: Stage, session: Session) -> None:
    assert stage.live is not None
    add_batch(session.workspace, [task_json(9)], batch="b-2", title="New work")
    stage.live.refreshed()
    assert [card.line.title for card in stage.screen.cards] == ["Emergency reasoning", "New work"]


def test_a_lease_near_its_end_is_said_and_late_work_is_not_lost(stage: Stage, session: Session) -> None:
    for number, title, apart in ((7, "Far", 9), (8, "Near", 1), (9, "Over", -3)):
        add_batch(
            session.workspace, [task_json(number)], batch=f"b-{number}", title=title,
            lease_until=to_text(NOW + timedelta(days=apart)),
        )  # fmt: skip
    stage.screen.entered()
    said = {t: stage.card(t).line for t in ("Far", "Near", "Over")}
    assert (said["Far"].due, said["Near"].due, said["Over"].due) == (
        "", "Lease ends tomorrow", "Lease ended",
    )  # fmt: skip
    assert {title: "Late, still taken" in line.spoken for title, line in said.items()} == {
        "Far": False, "Near": False, "Over": True,
    }  # fmt: skip
    finish(session, "t9")
    stage.presenter.set_filter("all")
    stage.screen.entered()
    assert (stage.card("Over").line.due, stage.card("Near").line.due_tone) == ("", "warn")


@pytest.mark.parametrize("language", ["en", "zh_TW", "zh_CN"])
@pytest.mark.parametrize("appearance", ["light", "dark", "hc-dark"])
def test_cards_reflow_and_nothing_is_cut_at_200_percent(
    stage: Stage, look: ThemeHolder, language: str, appearance: str
) -> None:
    i18n.use(Translator(language, resources() / "translations"))
    look.choose(appearance=appearance, scale=2.0, language=language, reduce_motion=True)
    stage.window.resize(1024, 640)
    stage.screen.entered()
    QApplication.processEvents()
    assert stage.window.width() == 1024
    card = stage.screen.cards[0]
    assert card.width() >= card.minimumSizeHint().width()
    assert card.height() >= card.layout().totalHeightForWidth(card.width())
    assert nameless_buttons(stage.screen) == []


def test_closed_forgets_the_lab(stage: Stage) -> None:
    stage.screen.closed()
    assert not stage.presenter.is_open
    assert stage.presenter.batch_lines() == ()


@pytest.mark.parametrize(
    ("apart", "open_", "said", "tone"),
    [
        (timedelta(hours=3), True, "Due today", "warn"),
        (timedelta(days=1), True, "Due tomorrow", "warn"),
        (timedelta(days=1), False, "Due tomorrow", ""),
        (timedelta(days=4), True, "Due Monday", ""),
        (timedelta(days=30), True, "Due 19 December", ""),
        (timedelta(days=-1), True, "Was due yesterday", "warn"),
        (timedelta(days=-20), True, "Was due 30 October", "warn"),
    ],
)
def test_due_dates_are_relative_and_warn_when_they_are_near(
    look: ThemeHolder, apart: timedelta, open_: bool, said: str, tone: str
) -> None:
    assert words.due(NOW + apart, NOW, is_open=open_) == (said, tone)


@pytest.mark.parametrize(
    ("hour", "said"), [(6, "Good morning"), (13, "Good afternoon"), (19, "Good evening"), (2, "Good evening")]
)
def test_the_greeting_follows_the_local_time(look: ThemeHolder, hour: int, said: str) -> None:
    local = datetime.now().astimezone().tzinfo
    at = datetime(2026, 11, 19, hour, 0, tzinfo=local)
    assert words.greeting(at, "Dr Okafor") == f"{said}, Dr Okafor"
    assert words.greeting(at, "") == said
