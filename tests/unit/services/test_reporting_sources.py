"""What a laptop's reports are made of: own results, verified papers of others, opened opinions, repeats, decisions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.ids import TaskId, digest
from app.errors import InputError
from app.services.judging import grade, submit
from app.services.reporting import make, reportable, save, source_of
from app.services.session import Session
from app.storage.papers import Paper
from app.wire import jsonio
from tests.workspaces import make_session, task_json

AT = "2026-11-01T09:00:00.000Z"
VERDICTS = {"c1": "met", "c2": "not_met", "c3": "partly", "c4": 1}


def paper(
    kind: str, about: dict[str, Any], batch: str, *, task: str | None, who: str = "", revision: int = 1
) -> Paper:
    payload = jsonio.dumps(about)
    name = f"{kind}-{digest(payload)[:8]}"
    return Paper(kind, name, digest(payload), task, batch, who, AT, payload, None, revision)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    made = make_session(tmp_path, tasks=[task_json(n, responses=1) for n in range(1, 5)])
    document = json.dumps({"responses": {"r1": {"verdicts": VERDICTS}}}).encode()
    for n in range(1, 5):
        grade(made, f"t{n}", document, where="-")
    assert submit(made, [f"t{n}" for n in range(1, 5)])["refused"] == []
    return made


def result_of(session: Session, task: str) -> tuple[dict[str, Any], str]:
    (row,) = (r for r in session.workspace.outbox.all() if r.task == task)
    return json.loads(row.payload), str(row.batch)


def test_only_the_newest_of_each_and_never_of_another_line(session: Session) -> None:
    said, batch = result_of(session, "t1")
    first = said | {"expert": "e-2", "result": "x"}
    second = first | {"revision": 2, "judgement": {"responses": {"r1": {"verdicts": {"c1": "not_met"}}}}}
    other, _ = result_of(session, "t2")
    foreign = other | {"expert": "e-2", "task_digest": "0" * 64}
    own = said | {"result": "copy of my own"}
    session.workspace.papers.keep(
        [
            paper("result", first, batch, task="t1", who="e-2"),
            paper("result", second, batch, task="t1", who="e-2", revision=2),
            paper("result", foreign, batch, task="t2", who="e-2"),
            paper("result", own, batch, task="t1", who="expert-1"),
        ]
    )
    source = source_of(session, batch)
    own_tasks = {g.task.id for g in source.graded if g.rater == "expert-1"}
    assert own_tasks == {"t1", "t2", "t3", "t4"}
    (mate,) = (g for g in source.graded if g.rater == "e-2")
    assert mate.judgement["responses"]["r1"]["verdicts"] == {"c1": "not_met"}
    assert len(source.digests) == 5
    assert [(r.results, r.team) for r in reportable(session)] == [(4, 4)]


def test_judges_repeats_and_decisions(session: Session) -> None:
    _, batch = result_of(session, "t1")
    judge = {"kind": "judge", "name": "judge-3", "judgement": {"responses": {"r1": {"verdicts": VERDICTS}}}}
    gold = {"kind": "gold", "name": "", "judgement": {}}
    final = {"responses": {"r1": {"verdicts": {"c1": "not_met"}}}}
    decision = {"kind": "adjudicate", "judgement": final}
    late = {"kind": "accept", "previous": None, "comment": "too late"}
    repeats = {"expert": "expert-1", "pairs": [{"task": "t4", "of": "t1"}]}
    session.workspace.papers.keep(
        [
            paper("opened", {"opinions": [judge, gold]}, batch, task="t1"),
            paper("decision", decision, batch, task="t2", who="lead-1"),
            paper("decision", late, batch, task="t2", who="lead-2"),
            paper("repeats", repeats, batch, task=None),
        ]
    )
    source = source_of(session, batch)
    assert [(o.task, o.name) for o in source.opinions] == [("t1", "judge-3")]
    assert source.decided["t2"].judgement == final
    assert {g.task.id for g in source.graded} == {"t1", "t2", "t3"}
    assert [g.task.id for g in source.again] == ["t4"]
    report = make(session, batch, "expert")
    text = json.dumps([s.title for s in report.sections])
    assert "Sides and consistency" in text
    assert make(session, batch, "delegation").sections[0].title == "judge-3"


def test_a_saved_report_is_whole_or_not_there(session: Session, tmp_path: Path) -> None:
    _, batch = result_of(session, "t1")
    report = make(session, batch, "batch")
    out = tmp_path / "report.csv"
    assert save(report, out)["results"] == 4
    before = out.read_bytes()
    with pytest.raises(InputError):
        save(report, tmp_path / "report.xlsx")
    assert save(replace(report), out)["file"] == str(out)
    assert out.read_bytes() == before
    with pytest.raises(InputError):
        make(session, "b-none", "batch")


def test_a_reopened_result_counts_on_until_the_next_revision_is_submitted(session: Session) -> None:
    _, batch = result_of(session, "t1")
    before = source_of(session, batch)
    count = next(one.results for one in reportable(session) if one.batch == batch)
    row = session.workspace.outbox.of_task(TaskId("t1"))[-1]
    session.workspace.outbox.mark_sent([row.number])
    session.perform_now(lambda _: session.reopen_now(TaskId("t1")))
    assert session.workspace.work.review(TaskId("t1")).revision == 2
    assert next(one.results for one in reportable(session) if one.batch == batch) == count
    assert source_of(session, batch) == before
    (card,) = [card for card in session.desk.view().cards if card.batch.id == batch]
    assert card.reopened == 1
