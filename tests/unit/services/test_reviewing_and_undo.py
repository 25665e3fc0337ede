"""Judging, submitting and undoing on a real workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.domain.ids import CriterionId, ResponseId, TaskId
from app.domain.review import Status, verdict_path
from app.errors import InputError
from app.services.judging import grade, submit, undo
from app.services.listing import batch_rows, counts, outbox_rows, shown, task_rows
from app.services.session import Session
from app.services.submitting import Incomplete
from app.wire import jsonio
from tests.workspaces import make_session

T1 = TaskId("t1")
FULL = (
    b'{"responses": {"r1": {"verdicts": {"c1": "met", "c2": "not_met", "c3": "partly", "c4": 0}},'
    b' "r2": {"verdicts": {"c1": "not_met", "c2": "met", "c3": "met", "c4": 2}}}}'
)
SPAN = {"start": 13, "end": 17, "quote": "Give", "comment": "how?"}


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return make_session(tmp_path)


def test_a_judgement_is_kept_scored_and_found_again(session: Session) -> None:
    found = grade(session, "t1", FULL, where="-")
    assert found["missing"] == []
    assert found["score"]["r1"]["score"] == round(6.5 / 8, 12)
    assert found["score"]["r2"]["score"] == round((3 - 8 - 1) / 8, 12)
    assert shown(session, "t1")["review"]["judgement"]["responses"]["r1"]["verdicts"]["c3"] == {
        "value": "partly"
    }
    assert task_rows(session, "b-1")[0]["status"] == "draft"


def test_a_wrong_leaf_changes_nothing(session: Session) -> None:
    with pytest.raises(InputError) as caught:
        grade(session, "t1", b'{"responses": {"r1": {"verdicts": {"c1": "met", "c4": -1}}}}', where="-")
    assert caught.value.where == "/responses/r1/verdicts/c4/value"
    assert not session.open(T1).review.started


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({"responses": {"r1": {"spans": [SPAN, SPAN | {"quote": "Ask"}]}}}, "/responses/r1/spans/1"),
        ({"responses": {"r1": {"spans": [SPAN, SPAN | {"end": -1}]}}}, "/responses/r1/spans/1/end"),
        ({"responses": {"r1": {"spans": [SPAN | {"id": "s1", "quote": "Ask"}]}}}, "/responses/r1/spans/s1"),
        ({"citations": [{"attachment": "no.pdf"}]}, "/citations/0/attachment"),
    ],
)
def test_a_span_without_an_id_is_named_by_its_number_in_the_document(
    session: Session, document: dict[str, Any], where: str
) -> None:
    with pytest.raises(InputError) as caught:
        grade(session, "t1", jsonio.dumps(document), where="-")
    assert caught.value.where == where
    path = caught.value.params.get("path", where)
    assert path == where
    assert not session.open(T1).review.started


def test_submit_needs_every_answer_and_names_what_is_open(session: Session) -> None:
    found = submit(session, ["t1"])
    assert found["submitted"] == []
    assert len(found["refused"][0]["missing"]) == 8
    with pytest.raises(Incomplete):
        session.submit_now(T1)


def test_submitting_signs_and_undo_withdraws_before_the_first_send(session: Session) -> None:
    grade(session, "t1", FULL, where="-")
    done = submit(session, ["t1"])["submitted"][0]
    row = session.workspace.outbox.all()[0]
    payload = jsonio.loads(row.payload)
    assert (row.state, row.digest, payload["result"]) == ("ready", done["digest"], done["result"])
    assert payload["journal_head"] == session.workspace.journal_head()
    assert batch_rows(session)[0]["done"] == 1
    with pytest.raises(InputError):
        session.reviewing.changed(session.open(T1), {"/comment": "late"})
    assert undo(session, None)["what"] == "withdrawn"
    assert outbox_rows(session) == []
    assert session.open(T1).review.status is Status.DRAFT


def test_after_the_first_send_undo_opens_a_new_revision(session: Session) -> None:
    grade(session, "t1", FULL, where="-")
    submit(session, ["t1"])
    session.workspace.outbox.mark_sent([1])
    assert undo(session, None)["what"] == "revision"
    assert session.open(T1).review.revision == 2
    second = submit(session, ["t1"])["submitted"][0]
    payload = jsonio.loads(session.workspace.outbox.of_task(T1)[-1].payload)
    assert (second["revision"], payload["revision"]) == (2, 2)
    assert payload["previous"] == session.workspace.outbox.of_task(T1)[0].digest
    assert payload["sequence"] == 2


def test_a_revision_after_a_refused_one_names_what_the_lab_holds(session: Session) -> None:
    grade(session, "t1", FULL, where="-")
    submit(session, ["t1"])
    outbox = session.workspace.outbox
    outbox.mark_sent([1])
    outbox.park([1], "result.batch_digest: too old")
    assert undo(session, None)["what"] == "revision"
    submit(session, ["t1"])
    payload = jsonio.loads(outbox.of_task(T1)[-1].payload)
    assert (payload["revision"], payload["previous"]) == (2, None)


def test_undo_and_redo_run_over_all_tasks(session: Session) -> None:
    for task in ("t1", "t2"):
        grade(session, task, b'{"comment": "hm"}', where="-")
    assert undo(session, "t1") == {"task": None, "what": "nothing", "paths": []}
    assert undo(session, None)["task"] == "t2"
    assert undo(session, None)["task"] == "t1"
    assert session.perform_now(lambda _: session.redo_now()).task == "t1"  # type: ignore[union-attr]
    assert session.open(T1).review.comment == "hm"


def test_redo_of_a_withdrawn_submission_submits_again(session: Session) -> None:
    grade(session, "t1", FULL, where="-")
    submit(session, ["t1"])
    undo(session, None)
    session.perform_now(lambda _: session.redo_now())
    assert session.open(T1).submitted
    assert [r["state"] for r in outbox_rows(session)] == ["ready"]
    assert undo(session, None)["what"] == "withdrawn"


def test_continue_goes_back_to_the_criterion(session: Session) -> None:
    session.remember(TaskId("t2"), ResponseId("r2"), CriterionId("c3"))
    place = session.desk.view().place
    assert place is not None
    assert (place.task, place.response, place.criterion_number) == ("t2", "r2", 3)


def test_a_shift_takes_what_fits(session: Session) -> None:
    grade(session, "t3", b'{"responses": {"r1": {"verdicts": {"c1": "met"}}}}', where="-")
    shift = session.desk.shift(3)
    assert shift.tasks[0].task == "t3"
    assert sum(t.left_ms for t in shift.tasks) + shift.spare_ms == 3 * 60_000


def test_counts(session: Session) -> None:
    assert counts(session)["tasks"] == 3


def test_a_flag_is_an_edit_like_any_other(session: Session) -> None:
    opened, edits = session.reviewing.changed(
        session.open(T1), {"/flag/kind": "parked", "/flag/reason": "later"}
    )
    session.keep(edits)
    assert opened.review.flag == "parked"
    assert task_rows(session, None)[0]["flag"] == "parked"
    same, none = session.reviewing.changed(opened, {verdict_path(ResponseId("r1"), CriterionId("c1")): None})
    assert (same, none) == (opened, ())
