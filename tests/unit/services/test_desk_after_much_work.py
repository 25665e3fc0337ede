"""The desk stays quick and right when much is done, and when the lab takes a batch back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.ids import BatchId, TaskId
from app.services.judging import grade, submit
from app.services.session import Session
from app.storage.changes import FeedChanges
from tests.workspaces import add_batch, make_session, task_json

ANSWERS = {f"c{n}": v for n, v in enumerate(("met", "not_met", "partly", 0), 1)}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    opened = make_session(tmp_path, tasks=[task_json(n, responses=1) for n in (1, 2)])
    add_batch(opened.workspace, [task_json(n, responses=1) for n in (3, 4)], batch="b-2")
    yield opened
    opened.close()


def finish(session: Session, *tasks: str) -> None:
    from app.wire import jsonio

    for task in tasks:
        grade(session, task, jsonio.dumps({"responses": {"r1": {"verdicts": ANSWERS}}}), where="-")
    assert submit(session, tasks)["refused"] == []


def test_continue_never_leads_into_a_batch_that_was_taken_back(session: Session) -> None:
    grade(session, "t1", b'{"comment": "begun"}', where="-")
    session.remember(TaskId("t1"), None, None)
    before = session.desk.view().place
    assert before is not None
    assert before.task == "t1"
    session.workspace.lab.apply(FeedChanges(withdrawn_batches={BatchId("b-1"): "taken back"}))
    after = session.desk.view().place
    assert after is not None
    assert after.task == "t3"
    assert [t.task for t in session.desk.shift(600).tasks] == ["t3", "t4"]


def test_what_is_begun_comes_first_and_what_is_done_not_at_all(session: Session) -> None:
    finish(session, "t1", "t2")
    grade(session, "t4", b'{"comment": "begun"}', where="-")
    view = session.desk.view()
    assert [(card.done, card.left_ms > 0) for card in view.cards] == [(2, False), (0, True)]
    assert [t.task for t in session.desk.shift(600).tasks] == ["t4", "t3"]
    finish(session, "t3", "t4")
    assert session.desk.view().place is None
    assert session.desk.shift(600).tasks == ()


def test_counting_results_reads_no_document(session: Session) -> None:
    """Each row of the outbox holds a signed document: a scan of them takes a second at 50,000 results."""
    plan = session.workspace._db.all(
        "EXPLAIN QUERY PLAN SELECT batch, state, count(*) FROM outbox GROUP BY batch, state"
    )
    assert any("USING COVERING INDEX" in str(row[3]) for row in plan), plan
