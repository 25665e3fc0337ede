"""The lead's queue and board: order, speed, blindness, ruling, deciding."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.errors import InputError
from app.services import leading
from app.services.session import Session
from tests.lead_home import drawn, every, judge, lead_session, opened, put, submit, teammate, verdict_at
from tests.workspaces import task_json

PLACE = verdict_at("r1", "c1")
OTHER = verdict_at("r2", "c3")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    found = lead_session(tmp_path)
    yield found
    found.close()


def task(number: int = 1) -> dict[str, Any]:
    return task_json(number)


def a_board(session: Session) -> None:
    """t1: two graders and the lead; they differ on r1/c1 and r2/c3."""
    drawn(session, "t1")
    submit(session, "t1", every(task(), r2_c3="partly"))
    opened(session, "t1", ["disagreement", "random"], [judge(every(task(), r1_c1="not_met"))])
    teammate(session, "t1", "ada", every(task()))
    teammate(session, "t1", "bo", every(task(), r1_c1="not_met"))


def test_only_leads_lead(tmp_path: Path, session: Session) -> None:
    assert leading.is_lead(session)
    other = lead_session(tmp_path / "other", role="expert")
    assert not leading.is_lead(other)
    other.close()


def test_a_drawn_task_says_nothing_before_the_opening(session: Session) -> None:
    drawn(session, "t1")
    (row,) = leading.queue_rows(session, leading.queue_numbers(session))
    assert (row.state, row.why, row.graders, row.differ) == ("blind", (), 0, 0)
    with pytest.raises(InputError) as failed:
        leading.board(session, "t1")
    assert failed.value.code == "board.blind"
    submit(session, "t1", every(task()), receipted=False)
    (row,) = leading.queue_rows(session, leading.queue_numbers(session, "blind"))
    assert row.state == "waiting"


def test_the_queue_is_in_order(session: Session) -> None:
    a_board(session)
    drawn(session, "t2")
    teammate(session, "t3", "ada", every(task(3)))
    rows = leading.queue_rows(session, leading.queue_numbers(session))
    assert [(r.task, r.state, r.differ) for r in rows] == [
        ("t1", "open", 2),
        ("t3", "open", 0),
        ("t2", "blind", 0),
    ]
    assert leading.queue_counts(session) == {"open": 2, "blind": 1}
    assert len(leading.queue_numbers(session, "todo", "b-1")) == 3


def test_the_board_shows_columns_and_what_differs(session: Session) -> None:
    a_board(session)
    board = leading.board(session, "t1")
    assert [(c.kind, c.who) for c in board.columns] == [
        ("own", "expert-1"),
        ("grader", "ada"),
        ("grader", "bo"),
        ("judge", "model-x"),
    ]
    assert [row.place for row in board.rows if row.differs] == [PLACE, OTHER]
    assert [row.place for row in board.undecided] == [PLACE, OTHER]
    assert board.why == ("disagreement", "random")
    assert board.after == {}


def test_adopting_overriding_and_deciding(session: Session) -> None:
    a_board(session)
    with pytest.raises(InputError) as failed:
        leading.decide_now(session, "t1", "adjudicate")
    assert failed.value.code == "board.undecided"
    leading.adopt_now(session, "t1", PLACE, "2")
    with pytest.raises(InputError):
        leading.adopt_now(session, "t1", PLACE, "4")
    for wrong in (("nonsense", "why"), ("slip", " ")):
        with pytest.raises(InputError):
            leading.override_now(session, "t1", OTHER, "not_met", *wrong)
    board = leading.override_now(session, "t1", OTHER, "not_met", "slip", "It misses the dose.")
    assert board.undecided == ()
    assert set(board.after) == {"r1", "r2"}
    leading.comment_now(session, "t1", "Well done.")
    leading.flag_gap_now(session, "t1", "Tables count.", ["c1"])
    done = session.perform_now(lambda _: leading.decide_now(session, "t1", "adjudicate"))
    (letter,) = session.workspace.letters.all("decision")
    payload = json.loads(letter.payload)
    assert (letter.digest, letter.state) == (done.digest, "ready")
    columns = [c.key for c in leading.board(session, "t1").columns]
    assert payload["over"] == columns[1:3]
    assert payload["judgement"]["responses"]["r1"]["verdicts"]["c1"]["value"] == "met"
    assert payload["rulings"][0]["adopted"] == columns[1]
    assert payload["rulings"][1]["error_class"] == "slip"
    assert payload["gap"] == {"text": "Tables count.", "criteria": ["c1"]}
    assert leading.board(session, "t1").comment == ""
    assert leading.board(session, "t1").past[0].own
    (row,) = leading.queue_rows(session, leading.queue_numbers(session, "decided"))
    assert row.task == "t1"


def test_what_was_ruled_on_criteria_before_is_still_on_the_board(session: Session) -> None:
    """The draft of a lead as an earlier version of the program kept it."""
    a_board(session)
    ruling = {"value": "met", "adopted": None, "error_class": "slip", "reason": "It is there."}
    session.workspace.work.set_note("board t1", json.dumps({"rulings": {'["r1", "c1"]': ruling}}))
    assert leading.board(session, "t1").row(PLACE).final == "met"


def test_what_cannot_be_judged_keeps_the_reason_why(session: Session) -> None:
    unsure = {"value": "cannot_judge", "reason": "missing_context"}
    drawn(session, "t1")
    submit(session, "t1", every(task(), r1_c1=unsure))
    opened(session, "t1")
    teammate(session, "t1", "ada", every(task(), r1_c1=unsure, r1_c2="not_met"))
    place = verdict_at("r1", "c2")
    for wrong in ("nonsense", "met"):
        with pytest.raises(InputError):
            leading.override_now(session, "t1", place, "cannot_judge", "slip", "Who knows.", wrong)
    with pytest.raises(InputError) as failed:
        leading.override_now(session, "t1", place, "met", "slip", "Who knows.", "missing_context")
    assert failed.value.code == "board.doubt"
    leading.override_now(session, "t1", place, "cannot_judge", "slip", "Who knows.", "ambiguous_wording")
    leading.decide_now(session, "t1", "fix")
    payload = json.loads(session.workspace.letters.all("decision")[0].payload)
    found = payload["judgement"]["responses"]["r1"]["verdicts"]
    assert (found["c1"], found["c2"]["reason"]) == (unsure, "ambiguous_wording")
    assert "doubt" not in payload["rulings"][0]


def test_rulings_survive_a_restart_and_are_taken_back(session: Session) -> None:
    a_board(session)
    session.perform_now(lambda _: leading.adopt_now(session, "t1", PLACE, "3"))
    assert leading.board(session, "t1").row(PLACE).final == "not_met"
    assert leading.unrule_now(session, "t1", PLACE).row(PLACE).final is None


def test_a_return_needs_a_reason_and_opens_again_with_the_next_revision(session: Session) -> None:
    a_board(session)
    with pytest.raises(InputError):
        leading.decide_now(session, "t1", "return")
    leading.comment_now(session, "t1", "Read it again.")
    leading.decide_now(session, "t1", "return")
    assert leading.queue_counts(session) == {"decided": 1}
    teammate(session, "t1", "bo", every(task()), revision=2)
    assert leading.queue_counts(session) == {"open": 1}
    assert [c.revision for c in leading.board(session, "t1").columns[:3]] == [1, 1, 2]


def test_a_dispute_and_another_leads_earlier_decision(session: Session) -> None:
    a_board(session)
    done = leading.decide_now(session, "t1", "accept")
    payload = {"kind": "dispute", "decision": done.digest, "answered": "2026-11-02T00:00:00Z"}
    put(session, "answer", "t1", payload, who="bo")
    assert leading.queue_counts(session) == {"disputed": 1}
    about = {"kind": "accept", "over": [], "decided": "2026-11-01T00:00:00Z", "previous": None}
    first = put(session, "decision.first", "t1", about, who="lou")
    past = leading.board(session, "t1").past
    assert [(p.what, p.own, p.in_force) for p in past] == [
        ("decision", False, True),
        ("decision", True, False),
        ("answer", False, False),
    ]
    leading.decide_now(session, "t1", "accept")
    newest = session.workspace.letters.all("decision")[0]
    assert json.loads(newest.payload)["previous"] == first.digest


def test_a_result_under_another_rubric_is_shown_apart_and_not_counted(session: Session) -> None:
    drawn(session, "t1")
    submit(session, "t1", every(task()))
    opened(session, "t1")
    teammate(session, "t1", "ada", every(task()))
    teammate(session, "t1", "bo", every(task(), r1_c1="not_met"), rubric_version="0")
    board = leading.board(session, "t1")
    assert [c.outdated for c in board.columns] == [False, False, True]
    assert board.undecided == ()


def test_a_queue_of_100000_opens_within_200_ms(session: Session) -> None:
    db = session.workspace._db  # rows as `put_case` writes them, a hundred thousand at once
    with session.workspace.together():
        db.many(
            "INSERT INTO lead_case (task, batch, title, state, drawn, differ, places, graders, rank)"
            " VALUES (?, 'b-1', ?, ?, '[\"random\"]', ?, 8, 2, ?)",
            [
                (f"x{n}", f"A title of case {n}", ("open", "blind", "decided")[n % 3], n % 9, n % 977)
                for n in range(100_000)
            ],
        )
    took = []
    for _ in range(3):
        begun = time.thread_time()
        numbers = leading.queue_numbers(session)
        rows = leading.queue_rows(session, numbers[:50])
        took.append(time.thread_time() - begun)
    assert (len(numbers), len(rows)) == (100_000, 50)
    assert sorted(took)[1] < 0.2, took


def test_an_envelope_on_a_task_of_her_own_is_no_case(session: Session) -> None:
    put(session, "sealed", "t1", {}, id="s-t1")
    submit(session, "t1", every(task()))
    opened(session, "t1")
    assert leading.queue_counts(session) == {}
