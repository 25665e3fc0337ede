"""Proposals as they are signed: from what was begun while judging, from a written draft, from a document."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.codec import task_from_json
from app.domain.ids import CriterionId
from app.domain.rubric import Criterion
from app.domain.task import Turn
from app.errors import InputError
from app.services import authoring, proposing
from app.services.lettering import letters
from app.services.proposing import ADD, DISPUTE, EDIT, GAP, Begun
from app.services.session import Session
from app.wire.leading import Proposal
from app.wire.models import parse
from tests.workspaces import make_session, task_json

TASK = task_from_json(task_json(1))
LINE = task_json(9, title="Wasp sting", wordings={"layman": "It hurts.", "professional": "Sting."})


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return make_session(tmp_path)


def sent(session: Session) -> dict[str, Any]:
    """The one proposal, which has the shape of its document."""
    (row,) = session.workspace.letters.all("proposal")
    parse(Proposal, row.payload)
    found: dict[str, Any] = json.loads(row.payload)
    return found


@pytest.mark.parametrize(
    ("begun", "code", "where"),
    [
        (Begun(DISPUTE, "c1", "  "), "propose.reason", "why"),
        (Begun(GAP), "propose.reason", "why"),
        (Begun(EDIT, "c1", "why"), "propose.wording", "wording"),
        (Begun(ADD, wording=" "), "propose.wording", "wording"),
        (Begun(DISPUTE, "", "why"), "propose.criterion", "criterion"),
        (Begun(EDIT, "nowhere", "why", "words"), "propose.criterion", "criterion"),
        (Begun(EDIT, "c1", "why", "Statement 1 about the answer", 5), "propose.same", "wording"),
    ],
)
def test_what_says_nothing_is_not_signed(session: Session, begun: Begun, code: str, where: str) -> None:
    with pytest.raises(InputError) as caught:
        session.perform_now(lambda _: proposing.propose_begun_now(session, TASK, begun))
    assert (caught.value.code, caught.value.where) == (code, where)
    assert letters(session) == []


def test_an_edit_changes_words_and_points_and_nothing_else(session: Session) -> None:
    begun = Begun(EDIT, "c3", "", "Says it plainly", -1.5)
    session.perform_now(lambda _: proposing.propose_begun_now(session, TASK, begun))
    found = sent(session)["criterion"]
    assert (found["id"], found["text"], found["points"], found["kind"]) == (
        "c3", "Says it plainly", -1.5, "ternary",
    )  # fmt: skip


def test_what_was_begun_is_kept_until_it_is_signed(session: Session) -> None:
    begun = Begun(ADD, why="Nobody asks", wording="Asks for allergies", points=2)
    session.perform_now(lambda ws: proposing.store(ws, "t1", begun))
    assert proposing.begun_of(session, TASK) == begun
    session.perform_now(lambda _: proposing.propose_begun_now(session, TASK, begun))
    assert proposing.begun_of(session, TASK) is None
    session.perform_now(lambda ws: proposing.store(ws, "t1", Begun(EDIT, "c1")))
    assert proposing.begun_of(session, TASK) is None


def test_a_task_line_is_a_proposal(session: Session) -> None:
    proposing.propose_from(session, LINE)
    assert sent(session)["kind"] == "task"
    assert sent(session)["line"] == LINE


@pytest.mark.parametrize("document", [LINE, {"kind": "task", "line": LINE}])
def test_nothing_is_signed_that_may_name_a_person_unseen(session: Session, document: dict[str, Any]) -> None:
    named = json.loads(json.dumps(document))
    line = named.get("line", named)
    line["wordings"]["layman"] = "I am Ada Brown."
    with pytest.raises(InputError) as caught:
        proposing.propose_from(session, named)
    assert (caught.value.code, caught.value.where) == ("proposal.identifier", "/line/wordings/layman")
    assert letters(session) == []
    proposing.propose_from(session, named, names_nobody=True)
    assert sent(session)["line"]["wordings"]["layman"] == "I am Ada Brown."


def test_a_dispute_may_name_nobody_either_but_what_the_task_says_is_no_news(session: Session) -> None:
    known = TASK.rubric.leaves[0].text
    dispute = {
        "kind": "criterion.dispute",
        "task": "t1",
        "criterion_id": "c1",
        "text": f"{known}: Mrs. Ada Brown",
    }
    with pytest.raises(InputError) as caught:
        proposing.propose_from(session, dispute)
    assert (caught.value.code, caught.value.where) == ("proposal.identifier", "/text")
    proposing.propose_from(session, dispute, names_nobody=True)
    named = replace(TASK, prompt=(Turn("user", "I am Mrs. Ada Brown."),))
    assert proposing.may_name(named, Begun(DISPUTE, "c1", "Mrs. Ada Brown said so")) == []
    assert proposing.may_name(TASK, Begun(DISPUTE, "c1", "Mrs. Ada Brown said so")) == [
        ("why", "Mrs. Ada Brown")
    ]


@pytest.mark.parametrize(
    "document", ["x", None, {"kind": "task"}, {"kind": "task", "line": {}}, LINE | {"prompt": []}]
)
def test_what_is_no_proposal_is_refused(session: Session, document: object) -> None:
    with pytest.raises(InputError):
        proposing.propose_from(session, document)
    assert letters(session) == []


def whole(session: Session) -> authoring.Draft:
    rubric = (Criterion(CriterionId("c1"), "Names 0.5 mg of adrenaline", points=5, tags=("dose",)),)
    return replace(
        authoring.begin(session, field_="Medicine"), title="Sting", layman="It hurts.", professional="Sting.",
        ideal="Adrenaline.", criteria=rubric,
    )  # fmt: skip


def test_a_draft_is_sent_once_and_taken_back_while_it_is_here(session: Session) -> None:
    kept = authoring.keep(session, whole(session))
    done = session.perform_now(lambda _: authoring.send_now(session, kept.id))
    assert sent(session)["line"]["wordings"]["layman"] == "It hurts."
    letter = authoring.letter_of(session, done)
    assert letter is not None
    assert letter.state == "ready"
    with pytest.raises(InputError) as caught:
        session.perform_now(lambda _: authoring.send_now(session, kept.id))
    assert caught.value.code == "draft.sent"
    again = session.perform_now(lambda _: authoring.reopen_now(session, kept.id))
    assert not again.sent
    assert letters(session) == []
    session.perform_now(lambda _: authoring.send_now(session, kept.id))
    rows = session.workspace.letters.all()
    session.workspace.letters.mark_sent([(row.number, row.digest) for row in rows])
    with pytest.raises(InputError) as caught:
        session.perform_now(lambda _: authoring.reopen_now(session, kept.id))
    assert caught.value.code == "outbox.sent"
    assert authoring.draft(session, kept.id).sent


def test_one_that_the_lab_refused_is_written_on(session: Session) -> None:
    kept = authoring.keep(session, whole(session))
    session.perform_now(lambda _: authoring.send_now(session, kept.id))
    (row,) = session.workspace.letters.all()
    session.workspace.letters.park(row.number, "Too long.")
    session.perform_now(lambda _: authoring.reopen_now(session, kept.id))
    session.perform_now(lambda _: authoring.send_now(session, kept.id))
    assert sorted(one.state for one in letters(session)) == ["parked", "ready"]


@pytest.mark.parametrize(
    ("change", "where"),
    [({"field": "Clinic of Dr. Jane Roe"}, "field"), ({"tags": ("dose", "0912 345 678")}, "c1/tags")],
)
def test_fields_and_tags_are_looked_through_too(session: Session, change: dict[str, Any], where: str) -> None:
    draft = whole(session)
    if "tags" in change:
        draft = replace(draft, criteria=(replace(draft.criteria[0], **change),))
    else:
        draft = replace(draft, **change)
    assert [s.where for s in authoring.suspects(draft)] == [where]
