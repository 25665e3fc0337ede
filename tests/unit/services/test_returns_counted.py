"""What the Desk counts of returns and practice, against what is read whole; and that one return reads one task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.codec import task_from_json
from app.domain.ids import TaskId
from app.services import cells, practice, returns
from app.services.session import Session
from tests.lead_home import decided, every, lead_session, put, submit
from tests.workspaces import task_json

MANY = 300


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    found = lead_session(tmp_path, role="expert", tasks=4)
    yield found
    found.close()


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Session]:
    found = lead_session(tmp_path, role="expert", tasks=MANY)
    yield found
    found.close()


def unanswered_by_reading(session: Session) -> int:
    return sum(one.waits for one in returns.inbox(session))


def practised_by_reading(session: Session) -> int:
    return sum(one.graded for one in practice.practices(session))


def test_what_waits_for_an_answer_is_counted_as_it_is_read(session: Session) -> None:
    seen = []

    def look() -> None:
        seen.append(returns.unanswered(session))
        assert seen[-1] == unanswered_by_reading(session)

    look()
    results = {task: submit(session, task, every(task_json(1))) for task in ("t1", "t2", "t3")}
    decided(session, "t4", "return", ["somebody else's"])
    look()
    decided(session, "t1", "fix", [results["t1"]])
    decided(session, "t2", "return", [results["t2"]])
    decided(session, "t3", "accept", [results["t3"]])
    look()
    letter = returns.answer_now(session, "t1", "accept")
    look()
    row = session.workspace.letters.of_task("t1", "answer")[0]
    session.workspace.letters.park(row.number, "refused")
    look()
    session.workspace.letters.send_again(row.number)
    look()
    session.workspace.letters.withdraw(letter.id)
    returns.answer_now(session, "t1", "accept")
    session.reopen_now(TaskId("t1"))
    again = submit(session, "t1", every(task_json(1), "not_met"))
    look()
    decided(session, "t1", "adjudicate", [results["t1"], again])
    look()
    decided(session, "t2", "accept", [results["t2"]])
    look()
    assert seen == [0, 0, 2, 1, 2, 1, 1, 2, 1]


def test_practice_tasks_are_counted_as_they_are_read(session: Session) -> None:
    assert practice.practised(session) == practised_by_reading(session) == 0
    key = every(task_json(1))
    for tasks in (("t1",), ("t1", "t2", "t3")):
        answers = [{"task": name, "judgement": key} for name in tasks]
        put(session, "calibration", "", {"pass_mark": 0.5, "answers": answers})
    assert practice.practised(session) == practised_by_reading(session) == 0
    for graded, task in enumerate(("t1", "t4", "t2"), start=1):
        submit(session, task, key, receipted=False)
        assert practice.practised(session) == practised_by_reading(session) == graded - (graded > 1)


def test_the_newest_key_of_a_practice_task_counts(session: Session) -> None:
    for value in ("met", "not_met"):
        answers = [{"task": name, "judgement": every(task_json(1), value)} for name in ("t2", "t1")]
        put(session, "calibration", "", {"pass_mark": 0.5, "answers": answers})
    submit(session, "t1", every(task_json(1)), receipted=False)
    keys = practice.practice_keys(practice.calibrations(session))
    assert practice.explained(session, "b-1", keys) == ["t1"]
    assert practice.practice_answer(session, "t1") == practice.practice_answer(session, "t1", keys)
    view = practice.practice_answer(session, "t1")
    assert view is not None
    assert view.right < view.keyed
    assert practice.practice_answer(session, "t2") is None


def test_of_many_returns_one_is_read_and_counting_reads_none(
    many: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with many.workspace.together():
        for n in range(1, MANY + 1):
            mine = submit(many, f"t{n}", every(task_json(n)))
            decided(many, f"t{n}", "fix", [mine])
    parsed: list[str] = []

    def counting(document: dict[str, object]) -> object:
        parsed.append(str(document["id"]))
        return task_from_json(document)

    monkeypatch.setattr(cells, "task_from_json", counting)
    assert returns.unanswered(many) == MANY
    assert len(returns.came_back(many)) == MANY
    assert parsed == []
    assert returns.open_return(many, "t7").about.task == "t7"
    assert parsed == ["t7"]
