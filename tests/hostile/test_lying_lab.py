"""R8, A1: a lab that lies in what it signs. The lie is refused and named, the rest goes on, and
nothing of it is half-applied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.domain.ids import digest
from app.domain.times import to_text
from app.errors import AssayError
from app.wire import jsonio
from app.wire.documents import Assignment
from app.wire.signatures import sign
from app.wire.work import Batch
from tests.contract.sync_rig import Laptop, task
from tests.hostile.lying_lab import STRANGER, LyingLab, holdings, quarantined


def file_of(lab: LyingLab, tasks: list[dict[str, Any]] | bytes, **more: Any) -> None:
    """A batch whose one file holds these."""
    batch = lab.offer(lab.batch("bad"))
    ids = [t["id"] for t in tasks] if isinstance(tasks, list) else ["t1"]
    lab.assign(lab.assignment("a-bad", batch, ids, [lab.pack(tasks, **more)]))


def batch_with(key: Any = None, kind: str = "batch.offered", **changes: Any) -> Callable[[LyingLab], None]:
    return lambda lab: void(lab.offer(lab.batch("bad", **changes), kind, key))


def assigned_with(**changes: Any) -> Callable[[LyingLab], None]:
    def lie(lab: LyingLab) -> None:
        batch = lab.offer(lab.batch("bad"))
        lab.assign(lab.assignment("a-bad", batch, ["t1"], [lab.pack([task(1)])], **changes))

    return lie


def void(_: object) -> None:
    """For lambdas that are called for what they do."""


def raw_item(kind: str, name: str, document: bytes | None) -> Callable[[LyingLab], None]:
    return lambda lab: lab.items.append((kind, name, document))


def tampered(lab: LyingLab) -> None:
    file_of(lab, [task(1)])
    sha256 = digest(jsonio.dumps(task(1)) + b"\n")
    lab.blobs[sha256] = lab.blobs[sha256].replace(b"Answer 1", b"Answer 2")


def truncated(lab: LyingLab) -> None:
    file_of(lab, [task(1), task(2)])
    data = jsonio.dumps(task(1)) + b"\n" + jsonio.dumps(task(2)) + b"\n"
    lab.blobs[digest(data)] = data[:-40]


def twice(lab: LyingLab) -> None:
    batch = lab.offer(lab.batch("bad"))
    lab.assign(lab.assignment("a-bad", batch, ["t1", "t2"], [lab.pack(TASK + TASK)]))


def gone(lab: LyingLab) -> None:
    file_of(lab, [task(1)])
    del lab.blobs[digest(TASK)]


def flipped(lab: LyingLab) -> None:
    lab.offer(lab.batch("bad"))
    kind, name, document = lab.items[-1]
    assert document is not None
    lab.items[-1] = (kind, name, document[:-9] + (b"A" if document[-9:-8] != b"A" else b"B") + document[-8:])


def other_type(lab: LyingLab) -> None:
    lab.items.append(("batch.offered", "bad", sign(Assignment.typ(), lab.batch("bad"), lab.key)))


def another_name(lab: LyingLab) -> None:
    lab.items.append(("batch.offered", "announced", sign(Batch.typ(), lab.batch("bad"), lab.key)))


def without_batch(lab: LyingLab) -> None:
    lab.assign(lab.assignment("a-bad", lab.batch("never"), ["t1"], [lab.pack([task(1)])]))


def expired(lab: LyingLab) -> None:
    lab.offer(lab.batch("bad", expires=to_text(lab.now - timedelta(seconds=1))))


TASK = jsonio.dumps(task(1)) + b"\n"
LIES: dict[str, tuple[Callable[[LyingLab], None], str]] = {
    "a task changed on the way": (tampered, "attachment.digest"),
    "a file cut short": (truncated, "blob.length"),
    "a file that is not there": (gone, "call.unknown"),
    "a file with too few tasks": (lambda lab: file_of(lab, TASK, count=2), "assignment.tasks"),
    "a file with a task too many": (
        lambda lab: file_of(lab, TASK + jsonio.dumps(task(1, id="t9")) + b"\n", count=1),
        "pack.task",
    ),
    "a file with a line twice": (twice, "batch.double_task"),
    "a file of nothing": (lambda lab: file_of(lab, b"\n\n", count=1), "pack.count"),
    "a line that is not JSON": (lambda lab: file_of(lab, b"{\n"), "json.syntax"),
    "a line with a key twice": (
        lambda lab: file_of(lab, TASK.replace(b'{"v":1', b'{"v":1,"v":1')),
        "json.double",
    ),
    "a line with a number past all": (
        lambda lab: file_of(lab, TASK.replace(b'"points":5', b'"points":1e999')),
        "json.number",
    ),
    "a line too deep": (
        lambda lab: file_of(lab, TASK.replace(b'{"v":1', b'{"x":' + b"[" * 99 + b"]" * 99 + b',"v":1')),
        "json.depth",
    ),
    "a line of another schema": (lambda lab: file_of(lab, [task(1, responses=[])]), "document.schema"),
    "a line of a later version": (lambda lab: file_of(lab, [task(1, v=2)]), "document.version"),
    "a rubric that loops": (
        lambda lab: file_of(
            lab, [task(1, rubric={"criteria": [{"id": "a", "kind": "group", "parent": "a"}]})]
        ),
        "rubric.loop",
    ),
    "a batch signed by a stranger": (batch_with(STRANGER), "signature.unknown_key"),
    "a batch of another lab": (batch_with(lab="lab-b"), "batch.lab"),
    "a batch that has expired": (expired, "batch.expired"),
    "a batch under another kind": (other_type, "signature.typ"),
    "a batch under another name": (another_name, "batch.id"),
    "a batch with a byte flipped": (flipped, "signature.bad"),
    "a batch with an unknown policy": (batch_with(scoring={"policy": "odd", "version": 1}), "policy.unknown"),
    "a batch of another schema": (batch_with(files=3), "document.schema"),
    "a batch of a later version of the format": (batch_with(v=7), "document.version"),
    "no document at all": (raw_item("batch.offered", "bad", None), "feed.document"),
    "an assignment of another expert": (assigned_with(expert="e-2"), "assignment.expert"),
    "an assignment of another lab": (assigned_with(lab="lab-b"), "assignment.lab"),
    "an assignment of another batch's version": (assigned_with(batch_digest="0" * 64), "assignment.mixed"),
    "an assignment of no batch": (without_batch, "assignment.batch"),
    "an assignment without end": (
        lambda lab: file_of(lab, TASK, size=2**39),
        "assignment.size",
    ),
    "an assignment with a task twice": (assigned_with(tasks=["t1", "t1"]), "assignment.tasks"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_quarantined_and_the_rest_goes_on(lab: LyingLab, expert: Laptop, name: str) -> None:
    lie, code = LIES[name]
    lab.honest("before", 100)
    lie(lab)
    lab.honest("after", 200)
    report = expert.sync()
    assert quarantined(expert) == [code]
    assert [r.code for r in report.refused] == [code]
    found = holdings(expert)
    tasks = {batch: count for batch, _, _, _, count in found["batches"]}
    assert tasks["before"] == tasks["after"] == 3
    assert tasks.get("bad", 0) == 0
    assert "t1" not in [t for t, _ in found["tasks"]]
    assert all(a.id != "a-bad" for a in found["assignments"])
    expert.sync()
    assert holdings(expert) == found
    assert quarantined(expert) == [code]


def test_the_quarantine_names_file_line_and_path(lab: LyingLab, expert: Laptop) -> None:
    file_of(lab, [task(1), task(2, prompt=3)])
    expert.sync()
    (found,) = expert.workspace.lab.quarantined()
    assert "tasks/1.jsonl, line 2" in found.reason
    assert "/prompt" in found.reason
    assert found.source == "batch.assigned a-bad"
    assert found.document == lab.items[-1][2]


def test_what_was_refused_is_taken_when_it_is_mended_and_asked_for_again(
    lab: LyingLab, expert: Laptop
) -> None:
    truncated(lab)
    (sha256,) = [name for name, data in lab.blobs.items() if digest(data) != name]
    expert.sync()
    assert quarantined(expert) == ["blob.length"]
    lab.blobs[sha256] = jsonio.dumps(task(1)) + b"\n" + jsonio.dumps(task(2)) + b"\n"
    assert expert.sync(from_start=True).pulled == 2
    assert [b[4] for b in holdings(expert)["batches"]] == [2]


def test_errors_are_ours(lab: LyingLab, expert: Laptop) -> None:
    lab.answers["*"] = lambda handler: handler.problem(418, "tea.pot")
    with pytest.raises(AssayError) as caught:
        expert.sync()
    assert caught.value.code == "tea.pot"
