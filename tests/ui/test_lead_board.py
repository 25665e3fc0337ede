"""The lead's queue and board by keyboard alone, over real workspaces as a sync would leave them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.commands import resolve
from app.domain.ids import ResponseId, TaskId, digest
from app.services.lettering import letters
from app.services.session import Session
from app.storage.papers import CaseRow
from tests.keyboard import press, write
from tests.lead_home import (
    drawn,
    every,
    judge,
    lead_session,
    on_a_writer,
    opened,
    put,
    submit,
    teammate,
    verdict_at,
)
from tests.ui.screens import Went, files_of, in_window, nameless_buttons
from tests.workspaces import task_json
from ui.commands import CommandBinder
from ui.jobs import Jobs
from ui.lead.answering import AnswerForm
from ui.lead.forms import GapForm, ReturnForm
from ui.lead.presenter import LeadPresenter
from ui.lead.rows import said_by
from ui.lead.screen import LeadScreen
from ui.live import LiveSession
from ui.theme.apply import ThemeHolder
from ui.widgets.text import Label, Paragraph


def team(session: Session) -> None:
    """t1: two graders differ from the lead on two criteria; t2 is blind; t3 has one grader who agrees."""
    for n in (1, 2, 3):
        drawn(session, f"t{n}")
    said = every(task_json(1), r1_c1={"value": "not_met", "comment": "The dose is in the table only."})
    submit(session, "t1", every(task_json(1)))
    teammate(session, "t1", "e-ada", said)
    teammate(session, "t1", "e-bo", every(task_json(1), r1_c3="partly"))
    opened(session, "t1", ["disagreement"], [judge(every(task_json(1), "not_met"))])
    submit(session, "t3", every(task_json(3)))
    teammate(session, "t3", "e-ada", every(task_json(3), r1_c2="not_met"))
    opened(session, "t3", ["random"])


class Stage:
    def __init__(self, session: Session, look: ThemeHolder, qtbot: QtBot) -> None:
        self.session, self.qtbot, self.went = session, qtbot, Went()
        self.live, self.jobs = LiveSession(session), Jobs()
        self.presenter = LeadPresenter(self.live, self.went)
        holder = in_window_holder(qtbot)
        self.binder = CommandBinder(holder, resolve({}))
        self.screen = LeadScreen(look, self.presenter, self.binder, self.jobs, files_of(session, self.jobs))
        holder.setCentralWidget(self.screen)
        self.binder.set_scopes(self.screen.scopes)
        holder.show()
        holder.activateWindow()
        self.window = holder
        QApplication.processEvents()
        self.screen.entered()
        QApplication.processEvents()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.live.pending == 0, timeout=5000)
        QApplication.processEvents()

    def keys(self, *keys: str) -> None:
        for key in keys:
            press(key)
            self.settle()

    def sent(self) -> dict[str, object]:
        row = self.session.workspace.letters.all("decision")[0]
        found: dict[str, object] = json.loads(row.payload)
        return found


def in_window_holder(qtbot: QtBot):  # type: ignore[no-untyped-def]
    from PySide6.QtWidgets import QWidget

    return in_window(QWidget(), qtbot, 1440, 860)


@pytest.fixture
def stage(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> Iterator[Stage]:
    prepared = lead_session(tmp_path)
    team(prepared)
    session = on_a_writer(prepared)
    made = Stage(session, look, qtbot)
    yield made
    made.screen.closed()
    made.jobs.shutdown()
    session.close()


def test_the_queue_says_what_to_do_and_why(stage: Stage) -> None:
    rows = [stage.presenter.row(at) for at in range(stage.presenter.count)]
    assert [(row.title, row.detail) for row in rows] == [
        ("Chest pain, case 1", "2 of 8 differ; graders disagree"),
        ("Chest pain, case 3", "1 of 8 differs; drawn at random"),
        ("Chest pain, case 2", "Grade it blind first"),
    ]
    assert stage.presenter.queue.todo == 3
    assert nameless_buttons(stage.screen) == []


def test_a_blind_task_opens_in_grading_and_shows_nothing(stage: Stage) -> None:
    stage.keys("Down", "Down", "Return")
    assert stage.went.places == [("task", "t2", "", "")]
    assert not stage.presenter.is_open


def test_adopting_overriding_and_adjudicating_by_keys(stage: Stage) -> None:
    stage.keys("Return")
    board = stage.presenter.board
    assert board is not None
    assert len(stage.screen.board.rows) == 2
    assert len(board.undecided) == 2
    stage.keys("Ctrl+Return")
    assert "not decided yet: 2." in stage.screen.board.error.accessibleName()
    assert letters(stage.session, "decision") == []
    stage.keys("2")
    assert stage.presenter.board is not None
    assert [row.ruling.value for row in stage.presenter.board.rows if row.ruling] == ["not_met"]
    assert stage.presenter.focused is stage.presenter.board.undecided[0]
    stage.keys("4")  # the judge's column is shown, and never adopted
    assert [problem.code for problem in stage.went.problems] == ["board.opinion"]
    stage.keys("O", "Ctrl+Return")
    form = stage.screen.board.form
    assert isinstance(form, AnswerForm)
    assert form.error.accessibleName().startswith("The answer is not whole yet.")
    form.answering.setFocus()
    stage.keys("Y", "Ctrl+Return")
    assert form.kind.hasFocus(), "the verdict is given: on to the kind of error"
    assert form.error.accessibleName() == "An answer of your own needs a reason."
    form.text.setFocus()
    write("The table counts.")
    stage.keys("Ctrl+Return")
    assert stage.screen.board.form is None
    assert stage.presenter.footing().startswith("Everything is decided")
    stage.keys("Ctrl+Return")
    sent = stage.sent()
    assert sent["kind"] == "adjudicate"
    assert len(sent["over"]) == 2  # type: ignore[arg-type]
    assert stage.went.toasts == ["Adjudicated. Signed; it leaves with the next sync."]
    assert stage.presenter.footing() == "Adjudicated: signed, leaves with the next sync."
    stage.went.actions[0][1]()
    stage.settle()
    assert letters(stage.session, "decision") == []
    assert stage.presenter.board.state == "open"


def test_a_verdict_of_her_own_is_given_with_the_card_of_grading(stage: Stage) -> None:
    stage.keys("Return", "Down", "O")
    form = stage.screen.board.form
    assert isinstance(form, AnswerForm)
    assert form.answering.hasFocus()
    stage.keys("U", "2")  # cannot judge, because the wording is ambiguous
    assert form.kind.hasFocus()
    assert (form.value(), form.doubt()) == ("cannot_judge", "ambiguous_wording")
    form.answering.setFocus()
    stage.keys("P")
    assert (form.value(), form.doubt()) == ("partly", "")
    form.text.setFocus()
    write("It is half of it.")
    stage.keys("Ctrl+Return")
    assert stage.presenter.board is not None
    (ruling,) = [row.ruling for row in stage.presenter.board.rows if row.ruling]
    assert (ruling.value, ruling.reason) == ("partly", "It is half of it.")


def test_a_return_needs_a_reason(stage: Stage) -> None:
    stage.keys("Return", "T", "Ctrl+Return")
    form = stage.screen.board.form
    assert isinstance(form, ReturnForm)
    assert form.error.accessibleName() == "A return needs a reason."
    write("Count the table.")
    stage.keys("Ctrl+Return")
    assert stage.sent()["kind"] == "return"
    assert stage.sent()["comment"] == "Count the table."


def test_a_gap_goes_to_the_team_with_the_decision(stage: Stage) -> None:
    stage.keys("Return", "Alt+Right", "G")
    form = stage.screen.board.form
    assert isinstance(form, GapForm)
    form.text.setFocus()
    write("Are tables part of the answer?")
    stage.keys("Ctrl+Return", "1", "Ctrl+Return")
    sent = stage.sent()
    assert sent["kind"] == "fix"
    assert sent["gap"] == {"text": "Are tables part of the answer?", "criteria": ["c2"]}


def test_fold_move_take_back_and_accept(stage: Stage) -> None:
    stage.keys("Return", "Alt+Right", "Shift+V")
    assert len(stage.screen.board.rows) == 8
    stage.keys("Shift+V", "1", "Ctrl+Backspace")
    assert stage.presenter.board is not None
    assert len(stage.presenter.board.undecided) == 1
    stage.keys("O", "Esc")
    assert stage.screen.board.form is None
    stage.keys("1", "Shift+A")
    assert stage.sent()["kind"] == "accept"


def test_what_is_chosen_stays_chosen_where_the_sync_moves_it(stage: Stage) -> None:
    stage.keys("End")
    assert stage.presenter.queue.row(stage.screen.rows.currentIndex().row()).task == "t2"
    teammate(stage.session, "t2", "e-ada", every(task_json(2), "not_met"))
    teammate(stage.session, "t2", "e-bo", every(task_json(2)))
    opened(stage.session, "t2", ["disagreement"])
    stage.live.refreshed()
    assert [stage.presenter.queue.row(at).task for at in range(3)] == ["t2", "t1", "t3"]
    assert stage.screen.rows.currentIndex().row() == 0
    stage.keys("End", "Home", "Return")
    assert stage.presenter.task == "t2"


def test_after_a_decision_the_next_one_is_a_key_away(stage: Stage) -> None:
    stage.keys("Return", "Shift+A")
    assert [stage.presenter.queue.row(at).task for at in range(3)] == ["t3", "t2", "t1"]
    assert stage.presenter.task == "t1"
    stage.keys("Alt+Right")
    assert stage.presenter.task == "t3"


def test_the_board_says_who_is_on_it_and_what_was_disputed(stage: Stage) -> None:
    first = stage.presenter
    stage.keys("Return")
    assert first.about()[0].startswith("3 graders, you among them; 2 of 8")
    stage.keys("T")
    write("Count the table.")
    stage.keys("Ctrl+Return")
    reason = {"response": "r1", "criterion": "c1", "text": "It is a footnote."}
    document = {
        "kind": "dispute", "decision": letters(stage.session, "decision")[0].digest, "reasons": [reason],
        "comment": "Please look again.", "answered": "2026-11-02T00:00:00Z",
    }  # fmt: skip
    put(stage.session, "answer", "t1", document, who="e-ada")
    stage.live.refreshed()
    assert stage.presenter.queue.row(0).state == "disputed"
    assert first.about()[1:] == [
        "You: Returned to the grader “Count the table.”",
        "Grader 1: Disputed the decision “Please look again.”",
        "A third reader grades it without names; the verdicts become a column here.",
    ]
    assert first.board is not None
    stage.presenter.place = None
    stage.presenter.open(0)
    assert stage.presenter.place == verdict_at("r1", "c1"), "what is disputed comes first"
    row = next(row for row in stage.screen.board.rows if row.row.place.item == "c1")
    assert ("Grader 1, against the decision", "It is a footnote.") in said_by(first.board, row.row)
    teammate(stage.session, "t1", "e-cy", every(task_json(1)))
    stage.live.refreshed()
    assert first.about()[-1] == "Graded since the decision: Grader 3."


def test_rows_stand_as_she_reads_the_responses_and_without_marks(
    tmp_path: Path, look: ThemeHolder, qtbot: QtBot
) -> None:
    prepared = lead_session(tmp_path, tasks=12)
    tasks = prepared.workspace.lab.tasks()
    other_way = next(task for task in tasks if prepared.open(task).order == ("r2", "r1"))
    theirs = every(task_json(1), r1_c1="not_met", r2_c1="not_met")
    drawn(prepared, other_way)
    submit(prepared, other_way, every(task_json(1)))
    teammate(prepared, other_way, "e-ada", theirs)
    opened(prepared, other_way)
    line = {**task_json(1), "id": "t-theirs"}
    line["rubric"]["criteria"][0]["text"] = "Names **0.5 mg**. *Partly: a dose without a place.*"
    put(prepared, "line", "t-theirs", line)
    for who, judgement in (("e-ada", every(line)), ("e-bo", theirs)):
        teammate(prepared, "t-theirs", who, judgement)
    session = on_a_writer(prepared)
    stage = Stage(session, look, qtbot)

    def show(task: str) -> list[str]:
        rows = range(stage.presenter.count)
        stage.presenter.open(next(at for at in rows if stage.presenter.queue.row(at).task == task))
        return [row.place.response for row in stage.presenter.rows()]

    assert show(other_way) == ["r2", "r1"]
    assert stage.presenter.place is not None
    assert stage.presenter.place.response == "r2", "the first row has the focus"
    assert show("t-theirs") == ["r1", "r2"]
    words = [one.text() for one in stage.screen.board.rows[0].findChildren(Paragraph)]
    assert "Names 0.5 mg. Partly: a dose without a place." in words
    assert "*" not in stage.screen.board.rows[0].accessibleName()
    stage.screen.closed()
    stage.jobs.shutdown()
    session.close()


def test_what_is_ruled_stays_in_view_above_the_form(stage: Stage) -> None:
    stage.window.resize(900, 560)
    stage.keys("Return", "Down", "O")
    board = stage.screen.board
    assert board.form is not None

    def is_in_view() -> bool:
        row = next(row for row in board.rows if row.is_focused)
        view = board.area.viewport()
        top = row.mapTo(view, QPoint(0, 0)).y()
        return 0 <= top < view.height() / 2

    stage.qtbot.waitUntil(is_in_view, timeout=5000)


def test_a_board_of_others_work_alone_does_not_count_the_lead(stage: Stage) -> None:
    teammate(stage.session, "t9", "e-ada", every(task_json(1)))
    put(stage.session, "line", "t9", {**task_json(1), "id": "t9"})
    stage.live.refreshed()
    stage.presenter.set_show("blind")
    stage.screen.open_board("t9")
    assert stage.screen.filter.value() == "all"
    assert stage.presenter.about() == ["1 grader; 0 of 8 questions differ."]
    stage.keys("Shift+R")
    page = stage.screen.reading
    assert page is not None
    assert page.hasFocus()
    stage.qtbot.waitUntil(lambda: "Call for help" in page.panel.page.view.toPlainText())
    assert page.panel.response == "r1"
    stage.keys("Right")
    assert page.panel.response == "r2"
    stage.live.refreshed()
    assert page.isVisible(), "a sync leaves her reading"
    stage.keys("1", "T")
    assert stage.screen.board.form is None, "nothing is decided while the board is out of view"
    stage.keys("Esc")
    assert not page.isVisible()
    assert stage.screen.board.hasFocus()


def test_its_files_open_where_it_is_read(stage: Stage) -> None:
    data = b"Hour,Troponin\n0,12\n3,480\n"
    kept = stage.session.workspace.attachments
    kept.append(digest(data), data, offset=0)
    kept.finish(digest(data))
    file = {"name": "course.csv", "media_type": "text/csv", "size": len(data), "sha256": digest(data)}
    put(stage.session, "line", "t9", {**task_json(1), "id": "t9", "attachments": [file]})
    teammate(stage.session, "t9", "e-ada", every(task_json(1)))
    stage.live.refreshed()
    rows = range(len(stage.presenter.queue))
    stage.presenter.open(next(at for at in rows if stage.presenter.queue.row(at).task == "t9"))
    stage.keys("Shift+R", "Ctrl+O")
    page = stage.screen.reading
    assert page is not None
    stage.qtbot.waitUntil(lambda: page.files.panel.viewer is not None, timeout=20_000)
    assert page.files.is_open
    stage.keys("Esc")
    assert not page.files.is_open
    assert page.isVisible()
    stage.keys("Esc")
    assert not page.isVisible()
    page.closed()
    ended: list[object] = []
    stage.jobs.run(lambda _: None, done=ended.append, failed=ended.append, lane="decoder")
    stage.qtbot.waitUntil(lambda: bool(ended), timeout=20_000)  # the decoder's process is gone


def test_the_task_is_read_with_her_own_grade(stage: Stage) -> None:
    stage.keys("Return", "Shift+R")
    assert stage.went.places[-1] == ("task", "t1", "r1", "c1")
    facts = [label.text() for label in stage.screen.board.rows[0].findChildren(QLabel)]
    letter = "AB"[stage.session.open(TaskId("t1")).order.index(ResponseId("r1"))]
    assert any(f"Response {letter}" in text for text in facts)


def test_where_there_is_no_room_for_columns_the_cells_stand_under_the_words(
    stage: Stage, look: ThemeHolder
) -> None:
    stage.keys("Return")
    area = stage.screen.board.area
    assert area.horizontalScrollBar().maximum() == 0
    look.choose(appearance="light", scale=2.0, language="en", reduce_motion=True)
    stage.window.resize(1366, 768)
    QApplication.processEvents()
    assert area.horizontalScrollBar().maximum() == 0
    focused = next(row for row in stage.screen.board.rows if row.is_focused)
    names = [label.text() for label in focused.findChildren(Label) if label.isVisible()]
    assert [name for name in ("You", "Grader 1", "Grader 2", "model-x") if name not in names] == []
    stage.keys("2")
    assert stage.presenter.board is not None
    assert [row.ruling.value for row in stage.presenter.board.rows if row.ruling] == ["not_met"]
    stage.keys("T")
    assert not stage.screen.board.close_.isVisible(), "the form has buttons of its own"
    stage.keys("Esc")
    assert stage.screen.board.close_.isVisible()


def test_a_hundred_thousand_tasks_open_at_once(stage: Stage) -> None:
    workspace = stage.session.workspace
    with workspace.together():
        for n in range(10, 100_010):
            workspace.papers.put_case(
                CaseRow(n, f"t{n}", "b-1", f"Case {n}", "open", '["random"]', 1, 4, 2, 50)  # type: ignore[arg-type]
            )
    took = []
    for _ in range(3):
        began = time.thread_time()
        stage.presenter.refresh()
        stage.screen.repaint()
        QApplication.processEvents()
        took.append(time.thread_time() - began)
    assert stage.presenter.count == 100_003
    assert sorted(took)[1] < 0.2, took
