"""What may be left to an AI judge: found by the report, suggested by a lead alone, signed with its figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.errors import AssayError
from app.services.delegating import suggest_now
from app.services.reporting import make
from app.services.session import Session
from tests.lead_home import every, judge, lead_session, opened, submit
from tests.workspaces import task_json

TASKS = 24
"""Above the least number over which a judge may be trusted."""


def judged(folder: Path, *, role: str = "lead") -> Session:
    """The judge agrees on every criterion but c1, where it always says the other thing."""
    session = lead_session(folder, role=role, tasks=TASKS)
    for n in range(1, TASKS + 1):
        task = task_json(n)
        value = "met" if n % 2 else "not_met"
        submit(session, f"t{n}", every(task, value))
        other = "not_met" if n % 2 else "met"
        opened(session, f"t{n}", opinions=[judge(every(task, value, r1_c1=other, r2_c1=other))])
    return session


def test_a_lead_suggests_what_the_report_finds(tmp_path: Path) -> None:
    session = judged(tmp_path)
    delegable = make(session, "b-1", "delegation").delegable
    criteria = {one.criterion for one in delegable if one.criterion}
    assert criteria
    assert "c1" not in criteria
    assert all(one.low >= 0.8 and one.tasks == TASKS and one.judge == "model-x" for one in delegable)
    letter = session.perform_now(
        lambda _: suggest_now(session, "b-1", delegable, " Doses stay with people. ")
    )
    payload = json.loads(session.workspace.letters.all("decision")[0].payload)
    assert (payload["kind"], payload["batch"], payload["comment"]) == (
        "delegate",
        "b-1",
        "Doses stay with people.",
    )
    assert {one.get("criterion") for one in payload["suggestions"]} >= criteria
    assert "over 24 tasks (model-x)" in payload["suggestions"][0]["reason"]
    assert letter.digest == session.workspace.letters.all("decision")[0].digest
    again = make(session, "b-1", "delegation")
    suggested = next(section for section in again.sections if section.title == "What leads suggested")
    assert len(suggested.blocks[0].rows) == len(delegable)  # type: ignore[union-attr]
    session.close()


def test_nobody_else_and_nothing_empty(tmp_path: Path) -> None:
    session = judged(tmp_path, role="expert")
    delegable = make(session, "b-1", "delegation").delegable
    assert delegable
    with pytest.raises(AssayError) as refused:
        suggest_now(session, "b-1", delegable)
    assert refused.value.code == "role.lead"
    session.close()
    lead = lead_session(tmp_path / "lead")
    with pytest.raises(AssayError) as refused:
        suggest_now(lead, "b-1", ())
    assert refused.value.code == "delegate.none"
    assert lead.workspace.letters.all("decision") == []
    lead.close()
