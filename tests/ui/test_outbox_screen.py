"""The Outbox and Quarantine on a real workspace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.ids import Digest, TaskId
from app.i18n import Translator
from app.paths import resources
from app.services.judging import grade, submit
from app.services.session import Session
from app.storage.changes import Outcome, Receipt
from app.storage.rows import OutboxRow
from tests.ui.screens import Went, in_window, nameless_buttons
from tests.workspaces import make_session, task_json
from ui import i18n
from ui.live import LiveSession
from ui.outbox.presenter import PAGE, OutboxPresenter
from ui.outbox.screen import OutboxScreen
from ui.outbox.words import MARKS, state_words
from ui.quarantine.presenter import QuarantinePresenter
from ui.quarantine.screen import QuarantineScreen
from ui.theme.apply import ThemeHolder
from ui.widgets.button import IconButton

FULL = b'{"responses": {"r1": {"verdicts": {"c1": "met"}}}}'


class Stage:
    def __init__(self, session: Session, look: ThemeHolder, qtbot: QtBot) -> None:
        self.session = session
        self.went = Went()
        self.live = LiveSession(session)
        self.presenter = OutboxPresenter(self.live, self.went)
        self.screen = OutboxScreen(look, self.presenter)
        self.window = in_window(self.screen, qtbot)
        self.screen.entered()

    def rows(self) -> list[OutboxRow]:
        return self.session.workspace.outbox.all()

    def states(self) -> list[str]:
        return [self.presenter.row(at).detail for at in range(self.presenter.count)]


def filled(folder: Path, count: int, *, threaded: bool = False) -> Session:
    tasks = [task_json(n, responses=1, criteria=1) for n in range(1, count + 1)]
    session = make_session(folder, tasks=tasks, threaded=threaded)
    for n in range(1, count + 1):
        grade(session, f"t{n}", FULL, where="-")
        if session.parts.writer is not None:
            assert session.parts.writer.flush(10)
        assert submit(session, [f"t{n}"])["refused"] == []
    return session


@pytest.fixture
def stage(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> Stage:
    return Stage(filled(tmp_path, 3), look, qtbot)


def receipt(row: OutboxRow) -> Receipt:
    document = json.dumps({"protected": "e30", "payload": "eyJ2ZXJkaWN0IjoibGF0ZSJ9", "signature": ""})
    return Receipt(
        row.result, row.revision, row.digest, document.encode(), Digest("ab" * 32), "2026-11-01T12:00:00.000Z"
    )


def test_each_state_has_an_icon_and_words(look: ThemeHolder) -> None:
    icons = [icon for icon, _ in MARKS.values()]
    assert len(set(icons)) == len(icons)
    assert len({state_words(state) for state in MARKS}) == len(MARKS)


def test_newest_first_and_the_facts_of_the_chosen_one(stage: Stage, qtbot: QtBot) -> None:
    assert stage.presenter.count == 3
    assert stage.presenter.row(0).title == "Chest pain, case 3"
    assert stage.screen.rows.hasFocus()
    qtbot.keyClick(stage.screen.rows, Qt.Key.Key_Down)
    assert stage.presenter.letter is not None
    assert stage.presenter.letter.line.task == "t2"
    facts = stage.screen.letter.facts.values()
    row = stage.rows()[1]
    assert facts["Digest of its content (SHA-256)"] == row.digest
    assert facts["Result"] == row.result
    assert len(facts["Signed with the key"]) == 43
    assert stage.presenter.light_words() == (
        "Everything is in the file: it is safe to close. 3 results wait for their receipts."
    )


def test_a_digest_is_copied(stage: Stage, qtbot: QtBot) -> None:
    buttons = [b for b in stage.screen.findChildren(IconButton) if "Digest" in b.accessibleName()]
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == stage.rows()[0].digest
    assert stage.went.toasts == ["Copied"]


def test_withdrawing_opens_the_review_again_and_leaves_the_others(stage: Stage, qtbot: QtBot) -> None:
    """Not the last submit: undo of the window alone would not reach it."""
    stage.presenter.choose(2)
    assert stage.screen.letter.withdraw.isVisible()
    qtbot.mouseClick(stage.screen.letter.withdraw, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stage.went.toasts == ["Withdrawn. The review is open again."])
    qtbot.waitUntil(lambda: stage.presenter.count == 2)
    assert [row.task for row in stage.rows()] == ["t3", "t2"]
    assert not stage.session.open(TaskId("t1")).submitted
    stage.went.actions[0][1]()
    assert stage.went.places == [("task", "t1", "", "")]


def test_taking_a_withdrawal_back_submits_again(stage: Stage, qtbot: QtBot) -> None:
    stage.presenter.choose(2)
    stage.presenter.withdraw()
    qtbot.waitUntil(lambda: stage.presenter.count == 2)
    undone = stage.session.undo_now()
    assert undone is not None
    assert undone.task == "t1"
    assert stage.session.open(TaskId("t1")).submitted
    assert stage.session.workspace.verify_journal() == []
    again = stage.session.redo_now()
    assert again is not None
    assert not stage.session.open(TaskId("t1")).submitted


def test_what_was_sent_is_frozen_and_says_so(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    stage = Stage(filled(tmp_path, 2, threaded=True), look, qtbot)
    stage.session.workspace.outbox.mark_sent([stage.rows()[0].number])
    # The screen does not know it yet: the answer comes from the file.
    stage.presenter.withdraw()
    qtbot.waitUntil(lambda: bool(stage.went.problems))
    assert stage.went.problems[0].code == "outbox.sent"
    assert not stage.screen.letter.withdraw.isVisible()
    assert stage.presenter.row(0).detail == "Sent, waiting for the receipt"
    assert "it is frozen" in stage.presenter.explained()
    stage.session.close()


def test_the_receipt_is_told_in_plain_words(stage: Stage) -> None:
    rows = stage.rows()
    stage.session.workspace.outbox.mark_sent([rows[0].number])
    stage.session.workspace.outbox.keep_receipts([receipt(rows[0])])
    stage.presenter.refresh()
    assert stage.presenter.receipt_words() == (
        "Harbor Medical confirmed on Sunday, November 1, 2026 that it holds exactly these bytes."
        " It came after the due date."
    )
    assert stage.presenter.waiting == 2


def test_parked_shows_the_reason_and_can_be_sent_again(stage: Stage, qtbot: QtBot) -> None:
    rows = stage.rows()
    outbox = stage.session.workspace.outbox
    outbox.mark_sent([rows[0].number])
    outbox.park([rows[0].number], "The batch is closed.")
    stage.presenter.refresh()
    assert stage.screen.letter.facts.values()["What the lab says"] == "The batch is closed."
    assert stage.screen.letter.again.isVisible()
    qtbot.mouseClick(stage.screen.letter.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stage.went.places == [("sync",)])
    qtbot.waitUntil(lambda: stage.presenter.row(0).detail == "Sent, waiting for the receipt")


def test_decisions_of_the_lab_have_their_own_words(stage: Stage) -> None:
    for row, state in zip(stage.rows(), ("accepted", "returned", "rejected"), strict=True):
        stage.session.workspace.outbox.settle([Outcome(row.result, row.revision, state, "Because.")])
    stage.presenter.refresh()
    assert stage.states() == ["Accepted by the lab", "Returned by the lab", "Rejected by the lab"]
    assert stage.presenter.light_words().endswith("No result waits to be sent.")
    assert not stage.screen.send.isEnabled()


def test_a_copy_holds_the_exact_documents(stage: Stage, tmp_path: Path) -> None:
    row = stage.rows()[0]
    stage.session.workspace.outbox.keep_receipts([receipt(row)])
    stage.presenter.refresh()
    stage.presenter.save(str(tmp_path / "mine.jws.jsonl"))
    lines = (tmp_path / "mine.jws.jsonl").read_bytes().splitlines()
    assert lines == [row.document, receipt(row).document]
    assert stage.went.toasts == ["Saved as mine.jws.jsonl."]
    stage.presenter.save(str(tmp_path / "nowhere" / "mine.jsonl"))
    assert stage.went.problems[0].code == "file.write"


def test_only_the_pages_on_show_are_read(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    stage = Stage(filled(tmp_path, PAGE + 20), look, qtbot)
    assert stage.presenter.count == PAGE + 20
    assert list(stage.presenter._pages) == [0]
    stage.screen.rows.set_current(PAGE + 19)
    assert stage.presenter.letter is not None
    assert stage.presenter.letter.line.task == "t1"


def test_nothing_yet_says_what_will_be_here(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    stage = Stage(make_session(tmp_path), look, qtbot)
    assert stage.screen._empty.isVisible()
    assert not stage.screen.rows.isVisible()
    assert stage.presenter.light_words() == "Everything is in the file: it is safe to close."


@pytest.mark.parametrize("language", ["zh_TW", "zh_CN"])
def test_the_outbox_fits_at_200_percent_in_chinese(stage: Stage, look: ThemeHolder, language: str) -> None:
    i18n.use(Translator(language, resources() / "translations"))
    look.choose(appearance="hc-light", scale=2.0, language=language, reduce_motion=True)
    stage.window.resize(1024, 640)
    stage.presenter.refresh()
    QApplication.processEvents()
    assert stage.window.width() == 1024
    assert nameless_buttons(stage.screen) == []


def test_quarantine_says_what_why_and_what_next(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    session = make_session(tmp_path)
    session.workspace.lab.quarantine("signature.bad", "The signature is wrong.", "feed 12", b'{"a":1}')
    session.workspace.lab.quarantine("batch.replay", "This is an older version.", "feed 13", b'{"b":2}')
    went = Went()
    presenter = QuarantinePresenter(LiveSession(session), went)
    screen = QuarantineScreen(look, presenter)
    window = in_window(screen, qtbot)
    screen.entered()
    assert window.isVisible()
    assert presenter.reason == "This is an older version."
    qtbot.keyClick(screen.rows, Qt.Key.Key_Down)
    assert presenter.reason == "The signature is wrong."
    assert screen.facts.values()["Came from"] == "feed 12"
    assert "Harbor Medical" in presenter.next_step()
    presenter.save(str(tmp_path / "refused.json"))
    assert (tmp_path / "refused.json").read_bytes() == b'{"a":1}'
    assert nameless_buttons(screen) == []
    screen.closed()
    assert presenter.count == 0
