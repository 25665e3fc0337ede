"""What a person does while the sync thread is at work on the same lab."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.ids import TaskId
from app.services.judging import grade, submit, undo
from app.services.session import Session
from app.services.syncing import WorkspaceStore
from app.wire import jsonio
from tests.workspaces import add_batch, make_session, task_json

T1 = TaskId("t1")
FULL = (
    b'{"responses": {"r1": {"verdicts": {"c1": "met", "c2": "not_met", "c3": "partly", "c4": 0}},'
    b' "r2": {"verdicts": {"c1": "not_met", "c2": "met", "c3": "met", "c4": 2}}}}'
)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return make_session(tmp_path)


def test_what_was_withdrawn_and_submitted_anew_is_not_sent_in_its_old_words(session: Session) -> None:
    grade(session, "t1", FULL, where="-")
    submit(session, ["t1"])
    store = WorkspaceStore(session.workspace)
    about_to_leave = store.due(10)
    assert undo(session, None)["what"] == "withdrawn"
    grade(session, "t1", b'{"responses": {"r1": {"verdicts": {"c1": "not_met"}}}}', where="-")
    submit(session, ["t1"])
    (anew,) = store.due(10)
    assert anew.number == about_to_leave[0].number
    assert list(store.mark_sent(about_to_leave)) == []
    assert session.workspace.outbox.all()[0].state == "ready"
    assert list(store.mark_sent([anew])) == [anew.number]


def test_a_result_names_the_version_of_the_batch_that_is_in_the_file(session: Session) -> None:
    first = session.open(T1)
    add_batch(
        session.workspace,
        [task_json(n) for n in (1, 2, 3)],
        version=2,
        guideline_version="2",
        parent="0" * 64,
    )
    assert session.open(T1).batch_digest != first.batch_digest
    grade(session, "t1", FULL, where="-")
    submit(session, ["t1"])
    payload = jsonio.loads(session.workspace.outbox.all()[0].payload)
    newest = session.workspace.lab.batch(first.batch.id)
    assert (payload["batch_digest"], payload["guideline_version"]) == (newest.digest, "2")
