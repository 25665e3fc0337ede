"""Authoring by keyboard on a real workspace: written, kept, looked through, cleared, signed; the rubric by its keys."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.domain.rubric import Kind
from app.services import authoring
from app.services.authoring import Draft
from app.services.lettering import letters
from app.services.returns import propose_now
from app.services.session import Session
from app.wire.work import check_task
from tests.keyboard import press, write
from tests.ui.authoring_stage import RUBRIC, Stage, opened, whole
from tests.ui.screens import nameless_buttons
from tests.workspaces import make_session
from ui.theme.apply import ThemeHolder


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return make_session(tmp_path, threaded=True)


@pytest.fixture
def stage(session: Session, look: ThemeHolder, qtbot: QtBot) -> Any:
    made = Stage(session, look, qtbot)
    yield made
    made.close()


def test_written_by_keys_and_kept_as_it_is_typed(stage: Stage, session: Session) -> None:
    assert stage.screen.listing.new.hasFocus()
    press("Return")
    write("Wasp sting")
    press("Tab", "Tab")
    write("I cannot breathe.")
    press("Tab")
    write("Stridor.")
    assert not authoring.drafts(session), "nothing is kept before the pause"
    stage.qtbot.waitUntil(lambda: len(authoring.drafts(session)) == 1, timeout=3000)
    stage.settle()
    kept = authoring.drafts(session)[0]
    assert (kept.title, kept.layman, kept.professional) == ("Wasp sting", "I cannot breathe.", "Stridor.")
    assert kept.field == "Emergency medicine"
    press("Escape", "Return")
    assert stage.screen.listing.isVisible()
    assert [stage.presenter.lists.draft_row(0).title] == ["Wasp sting"]
    press("Return")
    assert stage.screen.page.title.text() == "Wasp sting"


def test_marks_of_unknown_words_and_another_look_are_nothing_written(stage: Stage, look: ThemeHolder) -> None:
    opened(
        stage, replace(whole(stage.session), ideal="Adrenalin at\N{NO-BREAK SPACE}once, then the ambulanse.")
    )
    field = stage.screen.page.ideal
    stage.qtbot.waitUntil(lambda: field.mistakes.speller is not None, timeout=20_000)
    before = stage.presenter.draft
    look.choose(appearance="dark", scale=1.25, language="en", reduce_motion=True)
    field.menu.keep("ambulanse")
    stage.settle()
    assert stage.presenter.draft is before, "nothing of it was written"


def test_the_rubric_by_its_keys(stage: Stage) -> None:
    opened(stage, whole(stage.session))
    page, presenter = stage.screen.page, stage.presenter
    page.go_to("c1")
    stage.run("add-criterion")
    write("Advises calling an ambulance")
    press("Tab", "Up", "Tab")
    assert [(c.text, c.points) for c in presenter.criteria][1] == ("Advises calling an ambulance", 2.0)
    stage.run("criterion-up")
    assert [str(c.id) for c in presenter.criteria] == ["c3", "c1", "c2"]
    assert page.rubric.current() == "c3"
    assert page.rubric.editors[0].text.toPlainText() == "Advises calling an ambulance"
    stage.run("criterion-down", "criterion-down", "criterion-down")
    assert [str(c.id) for c in presenter.criteria] == ["c1", "c2", "c3"]
    stage.run("remove-criterion")
    assert [str(c.id) for c in presenter.criteria] == ["c1", "c2"]
    assert page.rubric.current() == "c2", "the focus goes to the one beside it"
    stage.went.actions[-1][1]()
    assert [str(c.id) for c in presenter.criteria] == ["c1", "c2", "c3"]
    stage.settle()
    assert [c.points for c in authoring.draft(stage.session, presenter.draft.id).criteria] == [5, -6, 2]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("typed", "value"), [("-0.5", -0.5), ("+2,5", 2.5), ("−3", -3.0), ("1.3", 1.5), ("abc", 5.0)]
)
def test_points_are_signed_and_halves(stage: Stage, typed: str, value: float) -> None:
    opened(stage, whole(stage.session))
    field = stage.screen.page.rubric.editors[0].points
    field.setFocus()
    field.selectAll()
    for letter in typed:  # as an input method gives them
        field.lineEdit().insert(letter)
    press("Tab")
    assert stage.presenter.criteria[0].points == value


def test_a_scale_asks_for_its_ends(stage: Stage) -> None:
    opened(stage, whole(stage.session))
    editor = stage.screen.page.rubric.editors[0]
    editor.kind.setFocus()
    press("Down", "Down", "Down")
    editor.kind.activated.emit(editor.kind.currentIndex())
    assert stage.presenter.criteria[0].kind is Kind.SCALE
    editor.high.setFocus()
    editor.high.selectAll()
    write("10")
    press("Tab")
    assert (stage.presenter.criteria[0].low, stage.presenter.criteria[0].high) == (1, 10)
    editor.tags.setFocus()
    editor.tags.insert("dose，safety, dose")
    editor.tags.textEdited.emit(editor.tags.text())
    assert stage.presenter.criteria[0].tags == ("dose", "safety")
    stage.checked()
    assert check_task(json.dumps(authoring.task_line(stage.presenter.draft)).encode())  # type: ignore[arg-type]


def test_advice_stands_at_its_criterion_and_keeps_nothing_back(stage: Stage) -> None:
    vague = replace(RUBRIC[0], text="Gives appropriate advice and explains the dose")
    opened(stage, replace(whole(stage.session), criteria=(vague, RUBRIC[1])))
    editors = stage.screen.page.rubric.editors
    said = editors[0].doubts.accessibleName()
    assert "“and explains”" in said
    assert "“appropriate”" in said
    assert not editors[1].doubts.isVisible()
    assert stage.presenter.blocked() == ""


def test_every_suspect_is_shown_gone_to_and_cleared_by_keys(stage: Stage, session: Session) -> None:
    draft = replace(whole(session), layman="👩‍⚕️ I am Ada Brown, phone 0912 345 678.", title="")
    opened(stage, draft)
    page = stage.screen.page
    assert not page.send.isEnabled()
    stage.run("next-check")
    assert page.title.hasFocus()
    write("Wasp sting")
    stage.checked()
    stage.run("next-check")
    field = QApplication.focusWidget()
    assert isinstance(field, QPlainTextEdit)
    assert field.textCursor().selectedText() == "I am Ada Brown"
    stage.run("send-draft")
    stage.settle()
    assert stage.went.problems[-1].code == "draft.identifier"
    assert not letters(session)
    press("Delete")
    stage.checked()
    assert [s.found.text for s in stage.presenter.standing.suspects] == ["0912 345 678"]  # type: ignore[union-attr]
    stage.run("names-nobody")
    assert field.textCursor().selectedText() == "0912 345 678", "it was not looked at yet"
    assert not stage.presenter.draft.looked_at  # type: ignore[union-attr]
    stage.run("names-nobody")
    stage.checked()
    assert stage.presenter.standing is not None
    assert stage.presenter.standing.ready
    assert page.send.isEnabled()
    stage.settle()
    assert authoring.draft(session, draft.id).looked_at == {"0912 345 678"}


def test_it_names_nobody_keeps_the_focus_on_the_next_place(stage: Stage) -> None:
    opened(stage, replace(whole(stage.session), ideal="Ask Dr. Jane Roe. Call 0912 345 678."))
    before = stage.screen.page.before
    before.clears[0].setFocus()
    press("Return")
    stage.checked()
    assert len(before.clears) == 1
    assert before.clears[0].hasFocus()


def test_signed_taken_back_and_signed_again(stage: Stage, session: Session) -> None:
    opened(stage, whole(session))
    page = stage.screen.page
    stage.run("send-draft")
    stage.settle()
    stage.qtbot.waitUntil(lambda: stage.presenter.state == "ready")
    sent = letters(session, "proposal")
    assert [(one.about, one.state) for one in sent] == [("task", "ready")]
    assert page.title.isReadOnly()
    assert not page.send.isVisible()
    assert stage.presenter.lists.proposals == (), "it is listed as a task, once"
    assert not stage.binder.run("send-draft"), "nothing is sent twice"
    assert page.again.isVisible()
    page.again.setFocus()
    press("Return")
    stage.settle()
    stage.qtbot.waitUntil(lambda: stage.presenter.state == "draft")
    assert letters(session) == []
    assert not page.title.isReadOnly()
    session.workspace.letters.mark_sent([])
    stage.run("send-draft")
    stage.settle()
    assert len(letters(session, "proposal")) == 1


def test_what_may_have_left_is_not_taken_back(stage: Stage, session: Session) -> None:
    opened(stage, whole(session))
    stage.run("send-draft")
    stage.settle()

    def left(ws: Any) -> None:
        ws.letters.mark_sent([(row.number, row.digest) for row in ws.letters.all()])

    stage.live.perform(left, what="lab")
    stage.settle()
    assert stage.presenter.state == "sent"
    assert not stage.screen.page.again.isVisible()
    stage.presenter.reopen()
    stage.settle()
    assert stage.went.problems[-1].code == "outbox.sent"
    stage.screen.page.copy.setFocus()
    press("Return")
    stage.settle()
    assert stage.presenter.state == "draft"
    assert len(authoring.drafts(session)) == 2


def test_discarded_and_brought_back(stage: Stage, session: Session) -> None:
    opened(stage, whole(session))
    stage.screen.page.discard.setFocus()
    press("Return")
    stage.settle()
    assert authoring.drafts(session) == ()
    assert stage.presenter.draft is None
    words, undo = stage.went.actions[-1]
    undo()
    stage.settle()
    assert [draft.title for draft in authoring.drafts(session)] == ["Wasp sting"]
    assert words


def test_the_ideal_answer_is_read_as_the_lab_will(stage: Stage) -> None:
    opened(stage, whole(stage.session))
    page = stage.screen.page
    stage.run("preview-ideal")
    stage.qtbot.waitUntil(lambda: "Adrenaline 0.5 mg" in page.read.toPlainText())
    assert page.read.hasFocus()
    stage.run("preview-ideal")
    assert page.ideal.hasFocus()


def test_saved_as_a_task_line(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(stage, whole(stage.session))
    target = tmp_path / "task.jsonl"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    threads: list[threading.Thread] = []
    checked_line = authoring.checked_line

    def noted(draft: Draft) -> dict[str, Any]:
        threads.append(threading.current_thread())
        return checked_line(draft)

    monkeypatch.setattr(authoring, "checked_line", noted)
    stage.screen.page.export.setFocus()
    press("Return")
    stage.qtbot.waitUntil(lambda: stage.went.toasts == ["Saved as task.jsonl."], timeout=10_000)
    task, _ = check_task(target.read_bytes().strip())
    assert task.title == "Wasp sting"
    assert threading.main_thread() not in threads, "the window waits for no check and no disk"


def test_a_task_that_cannot_be_saved_says_so(stage: Stage, tmp_path: Path) -> None:
    opened(stage, whole(stage.session))
    stage.presenter.export(str(tmp_path / "gone" / "task.jsonl"))
    stage.qtbot.waitUntil(lambda: bool(stage.went.problems), timeout=10_000)
    assert [one.code for one in stage.went.problems] == ["file.write"]
    assert stage.went.toasts == []


def test_proposals_are_listed_and_taken_back(stage: Stage, session: Session) -> None:
    wanted = {"kind": "criterion.dispute", "task": "t1", "criterion_id": "c1", "text": "Two things in one."}
    stage.live.perform(lambda _: propose_now(session, wanted), what="letters")
    stage.settle()
    row = stage.presenter.lists.proposal_row(0)
    assert "Chest pain, case 1" in row.title
    stage.screen.listing.withdraw.setFocus()
    press("Return")
    stage.settle()
    assert letters(session) == []
    assert stage.presenter.lists.proposals == ()


def test_everything_has_a_name(stage: Stage) -> None:
    assert nameless_buttons(stage.screen) == []
    opened(stage, whole(stage.session, looked_at=frozenset()))
    assert nameless_buttons(stage.screen) == []
