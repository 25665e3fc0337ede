"""The expert's inbox, her answers, what to grade again; opinions, practice, consistency."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.ids import TaskId
from app.domain.review import CHANGE_REASON
from app.errors import InputError
from app.services import lettering, opinions, practice, returns
from app.services.consistency import consistency
from app.services.session import Session
from app.storage.changes import BatchChange, FeedChanges, Pack
from tests.lead_home import decided, every, judge, lead_session, opened, put, submit, verdict_at, verdicts
from tests.workspaces import make_session, task_json

PLACE = verdict_at("r1", "c1")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    found = lead_session(tmp_path, role="expert")
    yield found
    found.close()


def came_back(session: Session, kind: str = "fix") -> str:
    mine = submit(session, "t1", every(task_json(1)))
    ruling = {
        "response": "r1",
        "criterion": "c1",
        "value": "not_met",
        "error_class": "slip",
        "reason": "Line 2.",
    }
    final = every(task_json(1), r1_c1="not_met")
    decided(session, "t1", kind, [mine], rulings=[ruling], judgement=final, comment="Nearly.")
    return mine


def test_the_inbox_says_what_changed_and_why(session: Session) -> None:
    assert returns.inbox(session) == []
    with pytest.raises(InputError):
        returns.open_return(session, "t1")
    came_back(session)
    (one,) = returns.inbox(session)
    assert (one.task, one.kind, one.changed, one.answered, one.comment) == ("t1", "fix", 1, "", "Nearly.")
    view = returns.open_return(session, "t1")
    (row,) = view.changed
    assert (row.place, row.mine.value, row.theirs) == (PLACE, "met", "not_met")
    assert (row.reason, row.error_class) == ("Line 2.", "slip")
    assert len(view.rows) == 8
    assert session.workspace.outbox.of_task(TaskId("t1"))[-1].state == "accepted"


def test_a_dispute_says_why_and_is_answered_once(session: Session) -> None:
    came_back(session, "return")
    assert session.workspace.outbox.of_task(TaskId("t1"))[-1].state == "returned"
    assert session.desk.view().returned == 1
    for wrong in (("maybe", {}, "x"), ("dispute", {}, " "), ("dispute", {PLACE: " "}, "")):
        with pytest.raises(InputError):
            returns.answer_now(session, "t1", *wrong)
    letter = returns.answer_now(session, "t1", "dispute", {PLACE: "It stands there."})
    assert (letter.kind, letter.about, letter.state) == ("answer", "dispute", "ready")
    assert returns.inbox(session)[0].answered == "dispute"
    with pytest.raises(InputError) as failed:
        returns.answer_now(session, "t1", "accept")
    assert failed.value.code == "returns.answered"
    session.workspace.letters.withdraw(letter.id)
    assert returns.inbox(session)[0].answered == ""


def test_a_returned_task_is_graded_again_as_the_next_revision(session: Session) -> None:
    came_back(session, "return")
    done = session.perform_now(lambda _: session.reopen_now(TaskId("t1")))
    assert done.what == "revision"
    submit(session, "t1", every(task_json(1), r1_c1="not_met"))
    assert [row.revision for row in session.workspace.outbox.of_task(TaskId("t1"))] == [1, 2]
    assert returns.inbox(session)[0].regraded


def test_a_return_waits_until_it_is_graded_again_or_disputed(session: Session) -> None:
    came_back(session, "return")
    assert returns.unanswered(session) == 1
    returns.answer_now(session, "t1", "accept")
    assert returns.unanswered(session) == 1, "it is still to be graded again"
    assert returns.inbox(session)[0].waits
    session.perform_now(lambda _: session.reopen_now(TaskId("t1")))
    assert returns.unanswered(session) == 1
    submit(session, "t1", every(task_json(1), r1_c1="not_met"))
    assert returns.unanswered(session) == 0
    mine = submit(session, "t2", every(task_json(2)))
    decided(session, "t2", "return", [mine], comment="Again.")
    assert returns.unanswered(session) == 1
    returns.answer_now(session, "t2", "dispute", {}, "It stands there.")
    assert returns.unanswered(session) == 0


def test_what_to_grade_again_after_a_note(session: Session) -> None:
    submit(session, "t1", every(task_json(1)))
    assert returns.regrades(session) == []
    row = session.workspace.lab.batches()[0]
    note = {"version": "2", "at": "2026-11-02T00:00:00Z", "text": "Count tables.", "criteria": ["c1"]}
    payload = json.loads(row.payload) | {"version": 2, "guideline_version": "2", "notes": [note]}
    kept = Pack("tasks.jsonl", payload["files"][0]["sha256"])
    change = BatchChange.of(json.dumps(payload).encode(), None, (kept,))
    session.workspace.lab.apply(FeedChanges(batches=(change,)))
    session.refreshed()
    (again,) = returns.regrades(session)
    assert (again.task, again.guideline_was, again.guideline_now) == ("t1", "1", "2")
    assert [n.text for n in returns.notes(session)] == ["Count tables."]


def test_proposals_are_signed_letters(session: Session) -> None:
    criterion = {"id": "c1", "text": "Tables too", "points": 5}
    letter = returns.propose_now(
        session, {"kind": "criterion.edit", "task": "t1", "criterion_id": "c1", "criterion": criterion}
    )
    assert (letter.batch, letter.task) == ("b-1", "t1")
    for wrong in ({"kind": "nonsense"}, {"kind": "criterion.edit", "task": "t9"}):
        with pytest.raises(InputError):
            returns.propose_now(session, wrong)
    assert [one.id for one in lettering.letters(session)] == [letter.id]


def test_an_opinion_is_shown_beside_what_i_thought_before(session: Session) -> None:
    put(session, "sealed", "t1", {}, id="s-t1")
    assert opinions.state(session, "t1") == "sealed"
    submit(session, "t1", every(task_json(1)))
    assert opinions.opinion(session, "t1") is None
    opened(session, "t1", opinions=[judge(every(task_json(1), r1_c1={"value": "not_met", "comment": "No."}))])
    assert opinions.state(session, "t1") == "opened"
    view = opinions.opinion(session, "t1")
    assert view is not None
    (row,) = view.differing
    assert (row.mine.value, row.theirs[0].value, row.theirs[0].comment) == ("met", "not_met", "No.")
    assert [(o.task, o.differs, o.kinds) for o in opinions.opened(session)] == [("t1", 1, ("judge",))]


def test_a_change_of_mind_is_marked_with_its_reason(session: Session) -> None:
    put(session, "sealed", "t1", {}, id="s-t1")
    submit(session, "t1", every(task_json(1)))
    opened(session, "t1", opinions=[judge(every(task_json(1), "not_met"))])
    with pytest.raises(InputError):
        opinions.change_mind_now(session, "t1", " ")
    session.reopen_now(TaskId("t1"))
    assert opinions.needs_reason(session, "t1")
    with pytest.raises(InputError) as failed:
        submit(session, "t1", every(task_json(1), "not_met"))
    assert failed.value.code == "review.reason"
    current = session.open(TaskId("t1"))
    _, edits = session.reviewing.changed(current, {CHANGE_REASON: "The dose is in the table."})
    session.keep(edits)
    submit(session, "t1", every(task_json(1), "not_met"))
    last = json.loads(session.workspace.outbox.of_task(TaskId("t1"))[-1].payload)
    assert (last["after_opening"], last["reason"]) == (True, "The dose is in the table.")
    view = opinions.opinion(session, "t1")
    assert view is not None
    assert view.changed
    assert view.rows[0].mine.value == "met", "what I thought before is kept"
    session.undo_now()
    assert session.open(TaskId("t1")).review.revision in (2, 3)


def test_an_empty_envelope_asks_for_no_reason(session: Session) -> None:
    put(session, "sealed", "t1", {}, id="s-t1")
    submit(session, "t1", every(task_json(1)))
    opened(session, "t1")
    assert opinions.state(session, "t1") == "empty"
    session.reopen_now(TaskId("t1"))
    assert not opinions.needs_reason(session, "t1")


def test_practice_is_graded_at_once_and_only_after_submitting(session: Session) -> None:
    key = verdicts(r1_c1={"value": "met", "comment": "Because."}, r1_c2="not_met")
    answers = [{"task": name, "judgement": key} for name in ("t1", "t2")]
    put(session, "calibration", "b-1", {"pass_mark": 0.5, "answers": answers})
    assert practice.practice_answer(session, "t1") is None
    submit(session, "t1", every(task_json(1)), receipted=False)
    view = practice.practice_answer(session, "t1")
    assert view is not None
    assert (view.right, view.keyed) == (1, 2)
    assert view.rows[0].theirs[0].comment == "Because."
    (found,) = practice.practices(session)
    assert (found.graded, found.tasks, found.share, found.passed) == (1, 2, 0.5, None)
    submit(session, "t2", every(task_json(2), "not_met"), receipted=False)
    (found,) = practice.practices(session)
    assert (found.share, found.passed) == (0.5, True)


def test_consistency_is_told_when_the_batch_is_done(session: Session) -> None:
    submit(session, "t1", every(task_json(1)))
    submit(session, "t2", every(task_json(2), r1_c1="not_met"))
    assert consistency(session, "b-1") is None
    put(session, "repeats", "b-1", {"pairs": [{"task": "t2", "of": "t1"}]})
    found = consistency(session, "b-1")
    assert found is not None
    assert (found.repeats, found.verdicts, found.same) == (1, 8, 7)
    assert found.pairs == (("t1", "t2", 1),)
    assert found.first + found.second + found.even == 2


def test_preferences_count_for_sides_and_consistency(tmp_path: Path) -> None:
    asked = {"first": "r1", "second": "r2", "dimensions": [{"id": "overall"}, {"id": "tone"}]}
    tasks = [task_json(n, panels=["preference"], questions={"preference": asked}) for n in (1, 2)]
    found = make_session(tmp_path, tasks=tasks)
    left = [found.open(TaskId(t)).order[0] == "r1" for t in ("t1", "t2")]
    for task, shown_first, tone in (("t1", left[0], 0), ("t2", left[1], "both_bad")):
        value = -2 if shown_first else 2
        submit(found, task, {"preference": {"overall": {"value": value}, "tone": {"value": tone}}})
    put(found, "repeats", "b-1", {"pairs": [{"task": "t2", "of": "t1"}]})
    told = consistency(found, "b-1")
    assert told is not None
    assert (told.first, told.second, told.even) == (2, 0, 2)
    assert (told.verdicts, told.same) == (2, 1 if left[0] == left[1] else 0)
    found.close()
