"""The expert's own tables: edits, journal, undo, submitting, and every way to tamper with the chain."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.domain.edits import Change, Edit, apply, invert
from app.domain.history import History
from app.domain.ids import CriterionId, DeviceId, ResponseId, ResultId, TaskId
from app.domain.pace import Sign
from app.domain.review import FLAG_KIND, STATUS, Review, Status, verdict_path
from app.errors import InputError
from app.storage.changes import FeedChanges
from app.storage.journal import SPAN, first_link
from app.storage.rows import JournalPlace, NewResult, Place
from app.storage.workspace import Workspace, open_workspace
from tests.unit.storage.storage_samples import DEVICE, KEY, Make, a_result, an_offer

T0 = TaskId("b1-t0")


def test_an_edit_is_read_back_as_review_and_as_journal(workspace: Workspace, edit: Make) -> None:
    first, second = edit(), edit(path="/comment", old=None, new="Good.")
    assert workspace.work.record([first, second]) == 2
    assert workspace.work.review(T0).values == {first.path: "met", "/comment": "Good."}
    found = workspace.work.edits(T0)
    assert [(e.id, e.seq) for e in found] == [(first.id, 1), (second.id, 2)]
    row = workspace.lab.task_row(T0)
    assert (row.status, row.answered, row.total) == ("draft", 1, 4)


def test_a_stale_edit_changes_nothing_and_later_ones_go_on(workspace: Workspace, edit: Make) -> None:
    workspace.work.record([edit()])
    head = workspace.journal_head()
    with pytest.raises(InputError, match="changed") as caught:
        workspace.work.record([edit(path="/comment", new="kept?"), edit(old=None, new="not_met")])
    assert caught.value.code == "edit.stale"
    assert workspace.journal_head() == head
    assert workspace.work.review(T0).comment == ""
    assert workspace.work.record([edit(old="met", new="not_met")]) == 2
    assert workspace.verify_journal() == []


def test_an_edit_of_an_unknown_task_or_device_is_refused(workspace: Workspace, edit: Make) -> None:
    with pytest.raises(InputError, match="no task"):
        workspace.work.record([edit("nowhere")])
    with pytest.raises(ValueError, match="device"):
        workspace.work.record([edit(device=DeviceId("other"))])
    assert workspace.journal_seq() == 0


def test_half_a_surrogate_pair_is_kept(workspace: Workspace, edit: Make) -> None:
    workspace.work.record([edit(path="/comment", new="a\ud83d")])
    assert workspace.work.review(T0).comment == "a\ud83d"
    assert workspace.work.edits(T0)[0].new == "a\ud83d"
    assert workspace.verify_journal() == []


def test_history_spans_tasks_and_restarts(
    workspace: Workspace, edit: Make, folder: Path, clock: FixedClock
) -> None:
    workspace.work.record([edit(group="a")])
    two = [edit("b1-t1", group="b"), edit("b1-t1", "/comment", group="b", new="x")]
    workspace.work.record(two)
    workspace.close()
    again = open_workspace(folder, KEY, clock)
    assert again.work.history() == History(("b", "a"), ())
    back = [
        invert(e, id=f"u{e.id}", at=clock.now(), group="u", device=DEVICE)
        for e in reversed(again.work.edits_of_group("b"))
    ]
    again.work.record(back)
    assert again.work.history() == History(("a",), ("u",))
    assert again.work.review(TaskId("b1-t1")).values == {}
    assert [e.undoes for e in again.work.edits_of_group("u")] == ["b", "b"]
    assert again.work.edits_of_group("none") == []
    again.close()


def test_a_group_far_back_is_found(workspace: Workspace, edit: Make) -> None:
    workspace.work.record([edit(group="far"), edit("b1-t1", group="far")])
    values: list[str | None] = [None, *(f"v{n}" for n in range(1500))]
    edits = [edit("b1-t2", "/comment", old, new) for old, new in itertools.pairwise(values)]
    workspace.work.record(edits)
    assert [e.task for e in workspace.work.edits_of_group("far")] == ["b1-t0", "b1-t1"]
    assert len(workspace.work.edits(TaskId("b1-t2"))) == 1500


def test_a_thousand_random_edits_invert_exactly(workspace: Workspace) -> None:
    """Sets and splices over three tasks, through storage; then all taken back, last first."""
    dice = random.Random(7)
    start = datetime(2026, 11, 1, tzinfo=UTC)
    reviews = {task: Review(task) for task in workspace.lab.tasks()}
    for n in range(1000):
        task = dice.choice(list(reviews))
        review = reviews[task]
        edit = random_edit(dice, review, n, start)
        reviews[task] = apply(review, edit)
        workspace.work.record([edit])
    for task, review in reviews.items():
        assert workspace.work.review(task) == review
    assert workspace.verify_journal() == []
    done = [e for task in reviews for e in workspace.work.edits(task)]
    back = [
        invert(e, id=f"u{e.seq}", at=start, group=f"u{e.seq}", device=DEVICE)
        for e in sorted(done, key=lambda e: -e.seq)
    ]
    for at in range(0, 1000, 10):
        workspace.work.record(back[at : at + 10])
    assert all(not workspace.work.review(task).values for task in reviews)
    assert workspace.verify_journal() == []


def random_edit(dice: random.Random, review: Review, n: int, start: datetime) -> Edit:
    criterion, response = CriterionId(f"c{dice.randint(1, 4)}"), ResponseId(f"r{dice.randint(1, 2)}")
    at = start + timedelta(seconds=n)
    if dice.random() < 0.5:
        path = verdict_path(response, criterion)
        new = dice.choice(["met", "not_met", None, 3, 0.5, True])
        return Edit(f"e{n}", DEVICE, review.task, path, review.values.get(path), new, at, f"g{n}")
    path = verdict_path(response, criterion, "comment")
    text = review.text(path)
    offset = dice.randint(0, len(text))
    removed = text[offset : offset + dice.randint(0, 3)]
    added = "".join(dice.choices("ab 胸🙂\n", k=dice.randint(0 if removed else 1, 5)))
    return Edit(
        f"e{n}", DEVICE, review.task, path, removed, added, at, f"g{n}", change=Change.SPLICE, offset=offset
    )


# The chain


def sql(text: str) -> Callable[[Workspace], None]:
    def tamper(workspace: Workspace) -> None:
        with workspace.together():
            for statement in text.split(";"):
                workspace._db.run(statement)

    return tamper


ROW = f"(SELECT min(number) / {SPAN} * {SPAN} FROM journal) + "
TAMPERING = {
    "content": (
        sql(
            f"UPDATE journal SET content = CAST(replace(content, 'met', 'MET') AS BLOB) WHERE number = {ROW} 2"
        ),
        "altered",
    ),
    "content and digest": (
        sql(
            f"UPDATE journal SET content = CAST(content || ' ' AS BLOB), sha256 = zeroblob(32) WHERE number = {ROW} 2"
        ),
        "altered",
    ),
    "digest": (sql(f"UPDATE journal SET sha256 = zeroblob(32) WHERE number = {ROW} 2"), "altered"),
    "chain": (sql(f"UPDATE journal SET chain = zeroblob(32) WHERE number = {ROW} 2"), "chain"),
    "group": (sql(f"UPDATE journal SET grp = 'x' WHERE number = {ROW} 2"), "altered"),
    "task": (sql(f"UPDATE journal SET task = 'b1-t2' WHERE number = {ROW} 2"), "altered"),
    "back link": (sql(f"UPDATE journal SET before = 0 WHERE number = {ROW} 3"), "altered"),
    "one deleted": (sql(f"DELETE FROM journal WHERE number = {ROW} 2"), "gap"),
    "first deleted": (sql(f"DELETE FROM journal WHERE number = {ROW} 1"), "gap"),
    "last deleted": (sql(f"DELETE FROM journal WHERE number = {ROW} 3"), "tail"),
    "all deleted": (sql("DELETE FROM journal"), "tail"),
    "two swapped": (
        sql(
            f"UPDATE journal SET number = 1 WHERE number = {ROW} 2;"
            f"UPDATE journal SET number = number - 1 WHERE number = (SELECT max(number) FROM journal);"
            "UPDATE journal SET number = (SELECT max(number) FROM journal) + 1 WHERE number = 1"
        ),
        "chain",
    ),
    "review altered": (sql("UPDATE review SET leaves = replace(leaves, 'met', 'not_met')"), "review"),
    "review deleted": (sql("DELETE FROM review"), "review"),
    "wiped and changed": (
        sql(f"UPDATE journal SET content = NULL, sha256 = zeroblob(32) WHERE number = {ROW} 2"),
        "chain",
    ),
}


@pytest.mark.parametrize("kind", TAMPERING)
def test_tampering_with_the_journal_shows(kind: str, workspace: Workspace, edit: Make) -> None:
    workspace.work.record([edit()])
    workspace.work.record([edit(path="/comment", new="met or not")])
    workspace.work.record([edit(path="/comment", old="met or not", new="met")])
    assert workspace.verify_journal() == []
    tamper, code = TAMPERING[kind]
    tamper(workspace)
    assert f"journal.{code}" in {problem.code for problem in workspace.verify_journal()}
    assert workspace.check()


def test_wiping_keeps_the_chain(workspace: Workspace, edit: Make) -> None:
    workspace.work.record([edit(), edit("b1-t1")])
    head = workspace.journal_head()
    with workspace.together():
        assert workspace._journal.wipe(T0) == 1
    assert workspace.work.edits(T0) == []
    assert workspace.journal_head() == head
    assert workspace.verify_journal() == []


def test_the_first_link_hangs_on_the_device(empty: Workspace) -> None:
    assert empty.journal_head() == first_link(DEVICE).hex()
    assert first_link("a") != first_link("b")


# Submitting


def submitting(edit: Make, old: str | None = None) -> Edit:
    return edit(path=STATUS, old=old, new=str(Status.SUBMITTED))


def test_submitting_binds_the_journal_and_queues_the_result(workspace: Workspace, edit: Make) -> None:
    places: list[JournalPlace] = []

    def seal(place: JournalPlace) -> NewResult:
        places.append(place)
        return a_result(place.head)

    workspace.work.record([edit()])
    new = workspace.work.submit([submitting(edit)], seal, active_ms=1234)
    assert places == [JournalPlace(2, workspace.journal_head())]
    (row,) = workspace.outbox.due()
    assert (row.state, row.payload, row.document, row.task, row.batch) == (
        "ready",
        new.payload,
        new.document,
        T0,
        "b1",
    )
    task = workspace.lab.task_row(T0)
    assert (task.status, task.result, task.active_ms, task.submitted_at) == (
        "submitted",
        "ready",
        1234,
        "2026-11-01T09:00:00.000Z",
    )
    assert [(d.verdicts, d.active_ms) for d in workspace.work.done()] == [(1, 1234)]
    assert workspace.lab.batch(row.batch).submitted == 1


def test_a_seal_that_fails_keeps_nothing(workspace: Workspace, edit: Make) -> None:
    def seal(place: JournalPlace) -> NewResult:
        raise InputError("no.key", "No key.")

    with pytest.raises(InputError, match="No key"):
        workspace.work.submit([submitting(edit)], seal)
    assert workspace.work.review(T0).status is Status.DRAFT
    assert workspace.journal_seq() == 0
    assert workspace.outbox.all() == []


def test_an_unsent_result_is_withdrawn_a_sent_one_is_not(workspace: Workspace, edit: Make) -> None:
    new = workspace.work.submit([submitting(edit)], lambda _: a_result())
    workspace.work.withdraw([edit(path=STATUS, old="submitted", new=None)], new.result, 1)
    assert workspace.outbox.all() == []
    assert workspace.lab.task_row(T0).submitted_at is None
    workspace.work.submit([submitting(edit)], lambda _: a_result("second"))
    assert workspace.outbox.mark_sent([workspace.outbox.due()[0].number]) == [1]
    with pytest.raises(InputError) as caught:
        workspace.work.withdraw([edit(path=STATUS, old="submitted", new=None)], ResultId("result-1"), 1)
    assert caught.value.code == "outbox.sent"
    assert workspace.work.review(T0).status is Status.SUBMITTED


def test_flags_place_notes_and_signs(workspace: Workspace, edit: Make) -> None:
    workspace.work.record([edit(path=FLAG_KIND, new="parked")])
    assert [r.flag for r in workspace.lab.task_rows([T0])] == ["parked"]
    assert workspace.lab.numbers(show="flagged").tolist() == [1]
    assert workspace.work.last_place() is None
    workspace.work.set_place(Place(T0, "r1", "c2"))
    assert workspace.work.last_place() == Place(T0, "r1", "c2")
    workspace.work.set_note("draft", "text")
    workspace.work.set_note("draft", None)
    assert workspace.work.note("draft") is None
    signs = [Sign(0), Sign(5000), Sign(9000, stop=True)]
    workspace.work.attend(T0, signs[:2], "/responses/r1")
    workspace.work.attend(T0, signs[2:])
    assert workspace.work.signs(T0) == signs


def test_a_review_outlives_a_new_version_of_its_batch(workspace: Workspace, edit: Make) -> None:
    workspace.work.record([edit()])
    workspace.lab.apply(FeedChanges(batches=(an_offer(count=5, version=2),)))
    assert workspace.lab.task_row(T0).answered == 1
    workspace.work.record([edit(old="met", new="not_met")])
    assert workspace.verify_journal() == []


def test_a_ranking_is_an_answer_once_every_response_stands_in_it(workspace: Workspace, edit: Make) -> None:
    workspace.work.record([edit(path="/ranking/places/r1", old=None, new=1)])
    assert workspace.lab.task_row(T0).answered == 0
    workspace.work.record([edit(path="/ranking/places/r2", old=None, new=2)])
    assert workspace.lab.task_row(T0).answered == 1
