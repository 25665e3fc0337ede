"""What goes with an answer that changes: the reason of a doubt, what was said of the steps after an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.domain.ids import TaskId
from app.domain.judgement import to_judgement
from app.services.judging import grade, undo
from app.services.session import Session
from app.wire import jsonio
from tests.workspaces import make_session, task_json


def given(session: Session, verdict: object) -> Any:
    grade(session, "t1", jsonio.dumps({"responses": {"r1": {"verdicts": {"c1": verdict}}}}), where="-")
    return kept(session)


def kept(session: Session) -> Any:
    return to_judgement(session.open(TaskId("t1")).review)["responses"]["r1"]["verdicts"]["c1"]


def test_a_verdict_takes_the_reason_of_a_doubt_away_and_undo_brings_it_back(tmp_path: Path) -> None:
    session = make_session(tmp_path)
    doubt = {"value": "cannot_judge", "reason": "missing_context"}
    assert given(session, doubt) == doubt
    assert given(session, {"comment": "why"}) == {**doubt, "comment": "why"}
    assert given(session, "met") == {"value": "met", "comment": "why"}
    undo(session, None)
    assert kept(session) == {**doubt, "comment": "why"}
    session.close()


def test_a_first_error_takes_what_was_said_of_later_steps_away_and_undo_brings_it_back(
    tmp_path: Path,
) -> None:
    steps = {"steps": {"steps": {"r1": [[0, 3], [3, 6], [6, 9]]}}}
    session = make_session(tmp_path, tasks=[task_json(1, responses=1, panels=["steps"], questions=steps)])

    def said(labels: dict[str, int]) -> Any:
        grade(session, "t1", jsonio.dumps({"responses": {"r1": {"steps": labels}}}), where="-")
        return to_judgement(session.open(TaskId("t1")).review)["responses"]["r1"]["steps"]

    right, wrong = {"value": 1}, {"value": -1}
    assert said({"1": 1, "2": 1, "3": 1}) == {"1": right, "2": right, "3": right}
    assert said({"2": -1}) == {"1": right, "2": wrong}
    undo(session, None)
    assert said({}) == {"1": right, "2": right, "3": right}
    session.close()
