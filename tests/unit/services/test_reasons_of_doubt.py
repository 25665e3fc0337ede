"""A reason why a criterion cannot be judged stands beside that verdict only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.domain.ids import TaskId
from app.domain.judgement import to_judgement
from app.services.judging import grade, undo
from app.services.session import Session
from app.wire import jsonio
from tests.workspaces import make_session


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
