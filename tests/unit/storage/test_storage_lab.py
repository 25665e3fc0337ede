"""Lab-owned tables: a feed is applied whole or not at all, and lists are read without any JSON."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.domain.ids import BatchId, Digest, ResultId, TaskId, digest
from app.errors import AssayError, Cancelled, InputError, OfflineError, TrustError
from app.storage import staging
from app.storage.changes import (
    Assignment,
    BatchChange,
    FeedChanges,
    Notice,
    Pack,
    Receipt,
    SignedDocument,
    TaskLine,
)
from app.storage.workspace import Workspace, open_workspace
from tests.unit.storage.storage_samples import (
    KEY,
    Make,
    a_pack,
    a_result,
    a_task,
    an_offer,
    batch_payload,
    line_of,
)

B1 = BatchId("b1")


def offer(batch: str, *packs: Pack, version: int = 1) -> BatchChange:
    return BatchChange.of(batch_payload(batch, version), b"document", packs)


def everything(workspace: Workspace) -> list[object]:
    return [
        workspace._db.all(f"SELECT * FROM {table} ORDER BY 1")
        for table in (
            "batch",
            "pack",
            "task",
            "line",
            "assignment",
            "assigned",
            "withdrawn",
            "state",
            "document",
        )
    ] + [workspace._db.all("SELECT rowid FROM task_search ORDER BY rowid")]


def test_a_line_is_kept_byte_for_byte_with_fields_we_do_not_know(empty: Workspace) -> None:
    line = line_of(a_task(1), later={"ä": [1.0, None]}).replace(b'": ', b'"  :  ')
    empty.lab.apply(FeedChanges(batches=(offer("b1", Pack("t", digest(line), [TaskLine.of(line)])),)), "c")
    assert empty.lab.task_line(TaskId("b1-t1")) == (line, digest(line))


def test_a_batch_is_listed_with_its_numbers(workspace: Workspace, edit: Make) -> None:
    workspace.work.record([edit()])
    (row,) = workspace.lab.batches()
    assert (row.title, row.version, row.signed, row.tasks, row.started, row.submitted, row.open) == (
        "Batch b1",
        1,
        True,
        3,
        1,
        0,
        3,
    )
    assert row.due_at is not None
    assert row.due_at.year == 2026
    assert workspace.lab.batch_document(B1) == b"signed document"
    assert workspace.lab.highest_version(B1) == (1, row.digest)
    assert workspace.lab.highest_version(BatchId("none")) is None
    with pytest.raises(InputError, match="no batch"):
        workspace.lab.batch(BatchId("none"))


def test_a_local_batch_is_marked_unsigned(empty: Workspace) -> None:
    empty.lab.apply(FeedChanges(batches=(an_offer(signed=False),)))
    assert not empty.lab.batch(B1).signed
    assert empty.lab.state("cursor") is None


def test_lists_sort_and_filter(workspace: Workspace, edit: Make) -> None:
    lab, work = workspace.lab, workspace.work
    work.record([edit("b1-t1")])
    work.submit([edit("b1-t2", "/status", None, "submitted")], lambda _: a_result())
    assert lab.numbers(B1).tolist() == [1, 2, 3]
    assert lab.numbers(order="position", descending=True).tolist() == [3, 2, 1]
    assert lab.numbers(order="title").tolist() == [1, 2, 3]
    assert lab.numbers(show="open").tolist() == [1, 2]
    assert lab.numbers(show="started").tolist() == [2]
    assert lab.numbers(show="submitted", order="changed").tolist() == [3]
    assert set(lab.numbers(order="length").tolist()) == {1, 2, 3}
    assert lab.tasks(show="open") == ["b1-t0", "b1-t1"]
    assert [row.id for row in lab.rows([3, 1, 99])] == ["b1-t2", "b1-t0"]
    assert [(load.task, load.started) for load in lab.loads()] == [("b1-t1", True), ("b1-t0", False)]
    assert [load.task for load in lab.loads(B1, limit=1)] == ["b1-t1"]
    with pytest.raises(InputError, match="no task"):
        lab.task_row(TaskId("none"))
    with pytest.raises(InputError, match="no task"):
        lab.task_line(TaskId("none"))


def test_next_open_goes_round_over_packs_and_batches(empty: Workspace, edit: Make) -> None:
    one = offer("b1", a_pack([a_task(0), a_task(1)], "p1"), a_pack([a_task(2)], "p2"))
    two = offer("b2", a_pack([a_task(0, batch="b2")]))
    empty.lab.apply(FeedChanges(batches=(one, two)), "c")
    order = ["b1-t0", "b1-t1", "b1-t2", "b2-t0"]
    assert empty.lab.tasks() == order
    following = [empty.lab.next_open(TaskId(task)) for task in order]
    assert following == [*order[1:], "b1-t0"]
    assert empty.lab.next_open(TaskId("b1-t2"), B1) == "b1-t0"
    for n, task in enumerate(order[1:]):
        empty.work.submit([edit(task, "/status", None, "submitted")], lambda _, n=n: a_result(result=f"r{n}"))
    assert empty.lab.next_open(TaskId("b1-t1")) == "b1-t0"
    assert empty.lab.next_open(TaskId("b1-t0")) is None
    assert empty.lab.next_open(TaskId("gone")) == "b1-t0"


def test_a_revision_keeps_the_packs_it_still_names(workspace: Workspace, edit: Make) -> None:
    kept = a_pack([a_task(n) for n in range(3)], "tasks.jsonl")
    numbers = workspace.lab.numbers(B1)

    def unread() -> Iterator[TaskLine]:
        raise AssertionError("a pack that is here must not be read again")
        yield

    fresh = a_pack([a_task(9)], "more.jsonl")
    workspace.lab.apply(
        FeedChanges(batches=(offer("b1", fresh, Pack("tasks.jsonl", kept.sha256, unread()), version=2),)),
        "c2",
    )
    assert workspace.lab.tasks(B1) == ["b1-t9", "b1-t0", "b1-t1", "b1-t2"]
    assert workspace.lab.numbers(B1)[1:] == numbers
    assert workspace.lab.has_pack(B1, kept.sha256)
    workspace.lab.apply(FeedChanges(batches=(offer("b1", fresh, version=3),)), "c3")
    assert workspace.lab.tasks(B1) == ["b1-t9"]
    assert workspace.lab.batch(B1).tasks == 1
    assert workspace._db.value("SELECT count(*) FROM line") == 1
    assert workspace.search("hours")[0].task == "b1-t9"
    assert len(workspace.search("hours")) == 1


def failing(error: Exception, after: int) -> Iterator[TaskLine]:
    yield from (TaskLine.of(line_of(a_task(n, batch="b2"))) for n in range(after))
    raise error


@pytest.mark.parametrize(
    "changes",
    [
        FeedChanges(batches=(offer("b2", Pack("t", Digest("0" * 64), failing(TrustError("x", "x"), 250))),)),
        FeedChanges(batches=(offer("b2", a_pack([a_task(1, batch="b2"), a_task(1, batch="b2")])),)),
        FeedChanges(batches=(offer("b2", a_pack([a_task(5, batch="b2"), a_task(1, batch="b1")])),)),
        FeedChanges(
            batches=(offer("b2", a_pack([a_task(1, batch="b2")]), a_pack([a_task(1, text="x", batch="b2")])),)
        ),
        FeedChanges(
            batches=(offer("b2", a_pack([a_task(1, batch="b2")])),),
            withdrawn_tasks={TaskId("b1-t0"): "wrong"},
            state={"etag": "e"},
            receipts=(
                Receipt(
                    ResultId("result-1"), 1, Digest("0" * 64), b"", Digest("0" * 64), "2026-11-01T10:00:00Z"
                ),
            ),
        ),
    ],
    ids=[
        "line refused",
        "double in a pack",
        "double of another batch",
        "double in two packs",
        "receipt refused",
    ],
)
def test_a_feed_is_applied_whole_or_not_at_all(changes: FeedChanges, workspace: Workspace) -> None:
    workspace.outbox.put(a_result(), task=TaskId("b1-t0"), batch="b1")
    before = everything(workspace)
    with pytest.raises(AssayError):
        workspace.lab.apply(changes, "cursor-2")
    assert everything(workspace) == before
    assert workspace.lab.state("cursor") == "cursor-1"


def test_what_is_half_loaded_is_seen_nowhere_and_cleared_away(
    workspace: Workspace, folder: Path, clock: FixedClock
) -> None:
    stage = workspace.lab._staging
    stage.packs(offer("b2", a_pack([a_task(n, batch="b2") for n in range(3)])), None)
    assert len(workspace.lab.tasks()) == 3
    assert len(workspace.search("hours")) == 3
    workspace.close()
    again = open_workspace(folder, KEY, clock)
    again.lab.apply(FeedChanges(), "cursor-2")
    assert again._db.value("SELECT count(*) FROM task") == 3
    assert again.lab.state("cursor") == "cursor-2"
    again.close()


@pytest.mark.parametrize("failure", [OfflineError("lab.cut", "Away."), Cancelled()])
def test_files_loaded_whole_wait_for_the_rest_of_their_batch(
    failure: Exception, workspace: Workspace
) -> None:
    first = a_pack([a_task(n, batch="b2") for n in range(3)])

    def breaking_off() -> Iterator[TaskLine]:
        yield TaskLine.of(line_of(a_task(7, batch="b2")))
        raise failure

    def of(lines: Iterable[TaskLine], *more: Pack) -> FeedChanges:
        whole = Pack(first.path, first.sha256, lines, count=3)
        return FeedChanges(batches=(offer("b2", whole, *more),))

    rest = Digest("0" * 64)
    before = set(workspace.lab.tasks())
    with pytest.raises(type(failure)):
        workspace.lab.apply(of(first.lines, Pack("rest", rest, breaking_off(), count=2)), "c2")
    assert set(workspace.lab.tasks()) == before
    assert not workspace.lab.has_pack(BatchId("b2"), first.sha256)
    assert workspace.lab.has_pack(BatchId("b2"), first.sha256, unseen=True)
    assert not workspace.lab.has_pack(BatchId("b2"), rest, unseen=True)
    lines = [TaskLine.of(line_of(a_task(n, batch="b2"))) for n in (7, 8)]
    seen: list[int] = []
    workspace.lab.apply(
        of(failing(ValueError("read again"), 0), Pack("rest", rest, lines, count=2)), "c2", seen.append
    )
    assert seen == [3, 2]
    assert workspace.lab.tasks(BatchId("b2")) == [f"b2-t{n}" for n in (0, 1, 2, 7, 8)]


def test_what_waits_of_a_batch_that_changed_is_cleared_away(workspace: Workspace) -> None:
    first = a_pack([a_task(n, batch="b2") for n in range(3)])
    cut = Pack("rest", Digest("0" * 64), failing(OfflineError("lab.cut", "Away."), 0), count=2)
    with pytest.raises(OfflineError):
        workspace.lab.apply(FeedChanges(batches=(offer("b2", replace(first, count=3), cut),)), "c2")
    workspace.lab.apply(FeedChanges(), "c2")
    assert not workspace.lab.has_pack(BatchId("b2"), first.sha256, unseen=True)
    assert workspace._db.value("SELECT count(*) FROM task") == 3


def test_a_keystroke_goes_between_the_chunks_of_a_load(
    workspace: Workspace, edit: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "CHUNK_LINES", 5)
    recorded = threading.Event()
    seen: list[int] = []

    def key() -> None:
        workspace.work.record([edit()])
        recorded.set()

    def lines() -> Iterator[TaskLine]:
        for n in range(40):
            if n == 10:
                thread = threading.Thread(target=key)
                thread.start()
                assert recorded.wait(10)
                thread.join()
            yield TaskLine.of(line_of(a_task(n, batch="b2")))

    workspace.lab.apply(
        FeedChanges(batches=(offer("b2", Pack("t", Digest("0" * 64), lines())),)), "c", seen.append
    )
    assert seen == [5] * 8
    assert workspace.lab.batch(BatchId("b2")).tasks == 40


def test_withdrawn_work_leaves_the_lists_but_not_the_file(workspace: Workspace, edit: Make) -> None:
    workspace.work.record([edit()])
    workspace.lab.apply(FeedChanges(withdrawn_tasks={TaskId("b1-t0"): "A duplicate."}), "c")
    assert workspace.lab.tasks() == ["b1-t1", "b1-t2"]
    assert workspace.lab.batch(B1).tasks == 2
    assert workspace.lab.task_row(TaskId("b1-t0")).withdrawn == "A duplicate."
    assert workspace.work.review(TaskId("b1-t0")).started
    workspace.lab.apply(FeedChanges(withdrawn_batches={B1: "Closed."}), "c")
    assert workspace.lab.tasks() == []
    assert workspace.lab.batch(B1).withdrawn == "Closed."
    assert workspace.lab.highest_version(B1) is not None


def test_assignments_documents_notices_and_state(workspace: Workspace) -> None:
    assignment = Assignment(
        "a1", B1, (TaskId("b1-t0"), TaskId("b1-t1")), "seed-1", None, b"payload", b"document"
    )
    keys = SignedDocument("keys", 3, b"payload", b"document")
    workspace.lab.apply(
        FeedChanges(
            assignments=(assignment,),
            documents=(keys,),
            notices=(Notice("2026-11-01T09:00:00.000Z", "Hello", "Text"),),
            state={"epoch": "7"},
        ),
        "c2",
    )
    assert workspace.lab.assignments() == [assignment]
    assert [row.seed for row in workspace.lab.rows([1, 3])] == ["seed-1", None]
    assert workspace.lab.document("keys") == keys
    assert workspace.lab.document("roster") is None
    assert (workspace.lab.state("epoch"), workspace.lab.state("cursor")) == ("7", "c2")
    ((number, _, title, _),) = workspace.lab.notices()
    assert title == "Hello"
    workspace.lab.see_notice(number)
    assert workspace.lab.notices() == []
    workspace.lab.set_state("epoch", None)
    assert workspace.lab.state("epoch") is None


def test_quarantine_and_rendered(workspace: Workspace) -> None:
    workspace.lab.quarantine("signature.bad", "The signature is wrong.", "feed 3", b"x" * (2 << 20))
    (kept,) = workspace.lab.quarantined()
    assert (kept.code, kept.source, len(kept.document)) == ("signature.bad", "feed 3", 1 << 20)
    assert workspace.lab.rendered("key") is None
    workspace.lab.put_rendered("key", b"tree")
    assert workspace.lab.rendered("key") == b"tree"


# Search


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ambulance", 3),
        ("AMBUL", 3),
        ("am", 0),
        ("chest pain", 3),
        ('"pain since"', 3),
        ('"since pain"', 0),
        ("疼痛", 3),
        ("痛疼", 0),
        ("Task 2 of b1", 1),
        ("", 0),
        ("*", 0),
        ('"', 0),
        ("pain AND nothing", 0),
        ("title: chest", 0),
        ("NEAR(chest pain)", 0),
        ("-chest ^pain (", 3),
        ("chest\x00pain", 3),
        ("x' OR 1=1 --", 0),
    ],
)
def test_search_finds_words_and_takes_nothing_as_syntax(query: str, found: int, workspace: Workspace) -> None:
    assert len(workspace.search(query)) == found
    assert len(workspace.search(query, ranked=True, snippets=False)) == found


def test_search_covers_own_comments_as_they_change(workspace: Workspace, edit: Make) -> None:
    workspace.work.record([edit(path="/responses/r1/verdicts/c1/comment", new="Overlooks haemorrhage 出血")])
    assert [hit.task for hit in workspace.search("haemorr")] == ["b1-t0"]
    assert [hit.task for hit in workspace.search("出血", B1)] == ["b1-t0"]
    assert workspace.search("haemorr", BatchId("b2")) == []
    workspace.work.record(
        [edit(path="/responses/r1/verdicts/c1/comment", old="Overlooks haemorrhage 出血", new=None)]
    )
    assert workspace.search("haemorrhage") == []


def test_a_hit_in_own_words_shows_them_and_says_where_they_stand(workspace: Workspace, edit: Make) -> None:
    for path, new, query in (
        (
            "/responses/r1/verdicts/c1/comment",
            "先說背景再說原因，最後才寫到漏看出血的部分，因此不符。",
            "漏看出血",
        ),
        ("/preference/overall/justification", "The left one names the dose", "the dose"),
        ("/ideal/text", "Compress the wound first.", "wound"),
    ):
        workspace.work.record([edit(path=path, new=new)])
        [hit] = workspace.search(query, B1)
        assert (hit.words, hit.path) == (query, path)
        assert query in hit.snippet[:30], "near the beginning: a list cuts the end"


def test_snippets_stand_around_the_word(workspace: Workspace) -> None:
    hit = workspace.search("ambulance")[0]
    assert "ambulance" in hit.snippet[:30]
    assert (hit.words, hit.path) == ("ambulance", "")
    assert workspace.search("Task 2 of b1")[0].snippet
    assert [hit.task for hit in workspace.search("pain", limit=2)] == ["b1-t0", "b1-t1"]


@pytest.mark.parametrize(
    ("text", "query", "begins"),
    [
        (
            "Nothing of it helps here. " * 9 + "Then give **aspirin** now.",
            "aspirin",
            "…here. Then give **aspirin**",
        ),
        ("An overdose is no dose. " + "It goes on. " * 9, "dose", "…An overdose is no dose."),
        ("It is the one. " * 9 + "So the dose stays.", "the dose", "…one. It is the one. So the dose"),
        ("Read on. " * 9 + "He took a café crème.", "creme", "…on. He took a café crème."),
        (
            "右心室梗塞時請先補充輸液並監測血壓。" * 3 + "避免硝酸鹽。",
            "硝酸鹽",
            "…先補充輸液並監測血壓。避免硝酸鹽。",
        ),
    ],
)
def test_what_was_found_stands_at_the_beginning_of_its_snippet(
    text: str, query: str, begins: str, workspace: Workspace
) -> None:
    pack = a_pack([a_task(9, text=text)])
    workspace.lab.apply(FeedChanges(batches=(offer("b1", pack, version=2),)), "c2")
    (hit,) = workspace.search(query)
    assert hit.snippet.startswith(begins)
