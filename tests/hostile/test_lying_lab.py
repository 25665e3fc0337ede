"""R8, A1: a lab that lies in what it signs or repeats. The lie is refused and named, the rest goes on, and
nothing of it is half-applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.clock import SystemClock
from app.domain.ids import digest
from app.domain.times import to_text
from app.errors import AssayError, InputError, TrustError
from app.wire import jsonio
from app.wire.documents import Assignment, Keys
from app.wire.signatures import sign
from app.wire.work import Batch
from tests.contract.sync_rig import Laptop, task
from tests.hostile.lying_lab import LyingLab, changed, enrolled_laptop, holdings, quarantined, serving_lies
from tests.unit.wire.wire_fixtures import private_key

STRANGER = private_key(99)


@pytest.fixture
def lab() -> Iterator[LyingLab]:
    with serving_lies(LyingLab()) as running:
        yield running


@pytest.fixture
def expert(lab: LyingLab, tmp_path: Path) -> Iterator[Laptop]:
    found = enrolled_laptop(lab, tmp_path / "ws")
    yield found
    found.workspace.close()


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


def after_two_versions(lab: LyingLab, expert: Laptop) -> tuple[bytes, bytes, bytes]:
    """A batch at version 2 and its assignment, held; (version 1, version 2, assignment)."""
    one, assignment = lab.honest("b", 1)
    two = lab.offer(changed(one, version=2, parent=digest(one), title="Two"), "batch.revised")
    expert.sync()
    return one, two, assignment


REPEATS: dict[str, tuple[Callable[[LyingLab, bytes, bytes, bytes], object], str]] = {
    "an old version again": (lambda lab, one, two, a: lab.offer(one, "batch.revised"), "batch.rollback"),
    "two contents as one version": (
        lambda lab, one, two, a: lab.offer(changed(two, title="Other"), "batch.revised"),
        "batch.fork",
    ),
    "a version that follows another": (
        lambda lab, one, two, a: lab.offer(changed(two, version=3, parent="0" * 64), "batch.revised"),
        "batch.parent",
    ),
    "a version without what it follows": (
        lambda lab, one, two, a: lab.offer(changed(two, version=3, parent=None), "batch.revised"),
        "batch.parent",
    ),
    "an old assignment": (
        lambda lab, one, two, a: lab.assign(changed(a, version=0 + 1, seed="x")),
        "assignment.fork",
    ),
    "an assignment mixed with a version never seen": (
        lambda lab, one, two, a: lab.assign(changed(a, version=2, batch_digest="1" * 64)),
        "assignment.mixed",
    ),
}


@pytest.mark.parametrize("name", REPEATS)
def test_going_back_forking_and_mixing_change_nothing(lab: LyingLab, expert: Laptop, name: str) -> None:
    versions = after_two_versions(lab, expert)
    before = holdings(expert)
    assert before["batches"][0][1] == 2
    lie, code = REPEATS[name]
    lie(lab, *versions)
    expert.sync()
    assert quarantined(expert) == [code]
    assert holdings(expert) == before


def test_an_assignment_rolled_back(lab: LyingLab, expert: Laptop) -> None:
    _, assignment = lab.honest("b", 1)
    lab.assign(changed(assignment, version=2, lease_until=to_text(lab.now + timedelta(days=9))))
    expert.sync()
    lab.assign(assignment)
    expert.sync()
    assert quarantined(expert) == ["assignment.rollback"]
    assert holdings(expert)["assignments"][0].lease_until is not None


def test_a_jump_forward_is_no_attack(lab: LyingLab, expert: Laptop) -> None:
    one, _ = lab.honest("b", 1)
    expert.sync()
    lab.offer(changed(one, version=9, parent="5" * 64), "batch.revised")
    expert.sync()
    assert (holdings(expert)["batches"][0][1], quarantined(expert)) == (9, [])


def test_the_same_items_again_change_nothing(lab: LyingLab, expert: Laptop) -> None:
    lab.honest("b", 1)
    expert.sync()
    before = holdings(expert)
    lab.items += lab.items
    expert.sync()
    assert (holdings(expert), quarantined(expert)) == (before, [])


def test_withdrawn_is_signed_and_only_then_believed(lab: LyingLab, expert: Laptop) -> None:
    one, _ = lab.honest("b", 1)
    lab.items.append(("batch.withdrawn", "b", None))
    expert.sync()
    assert holdings(expert)["batches"][0][3] is None
    lab.offer(changed(one, version=2, parent=digest(one), withdrawn=to_text(lab.now)), "batch.withdrawn")
    lab.live.clear()
    expert.sync()
    assert holdings(expert)["batches"][0][3] is not None


@pytest.mark.parametrize("order", [[1, 3], [2, 1], [1, 1], [5, 6]])
def test_a_feed_with_a_gap_is_refused_whole(lab: LyingLab, expert: Laptop, order: list[int]) -> None:
    lab.honest("b", 1)
    page = lab.page(0)
    for item, n in zip(page["items"], order, strict=True):
        item["n"] = n
    lab.answers["/v1/feed"] = lambda handler: handler.json(page)
    with pytest.raises(TrustError) as caught:
        expert.sync()
    assert caught.value.code == "feed.gap"
    assert holdings(expert)["batches"] == []


def test_a_feed_that_never_ends(lab: LyingLab, expert: Laptop) -> None:
    lab.answers["/v1/feed"] = lambda handler: handler.json({**lab.page(0), "more": True, "items": []})
    with pytest.raises(TrustError) as caught:
        expert.sync()
    assert caught.value.code == "feed.endless"


# The lab's keys


def new_keys(lab: LyingLab, payload: bytes, *signers: Any) -> None:
    lab.keys.append([sign(Keys.typ(), payload, s) for s in signers])
    lab.items.append(("keys.rotated", str(len(lab.keys)), None))


def test_a_rotation_is_followed_and_the_new_key_believed(lab: LyingLab, expert: Laptop) -> None:
    fresh = private_key(60)
    new_keys(lab, lab.key_payload(fresh, version=2), lab.key, fresh)
    lab.key = fresh
    lab.honest("b", 1)
    assert expert.sync().pulled == 3
    assert expert.workspace.lab.document("keys").version == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        (lambda lab: new_keys(lab, lab.key_payload(STRANGER, version=2), STRANGER), "signature.unknown_key"),
        (lambda lab: new_keys(lab, lab.key_payload(STRANGER, version=2), lab.key), "signature.unknown_key"),
        (lambda lab: new_keys(lab, lab.key_payload(lab.key, version=2, lab="lab-b"), lab.key), "keys.lab"),
        (lambda lab: new_keys(lab, lab.key_payload(lab.key, name="Other"), lab.key), "keys.fork"),
        (
            lambda lab: new_keys(lab, lab.key_payload(lab.key, version=2, jwks={"keys": []}), lab.key),
            "keys.shape",
        ),
    ],
)
def test_false_key_lists_are_refused(
    lab: LyingLab, expert: Laptop, lie: Callable[[LyingLab], None], code: str
) -> None:
    lab.honest("b", 1)
    lie(lab)
    with pytest.raises(TrustError) as caught:
        expert.sync()
    assert caught.value.code == code
    assert holdings(expert)["batches"] == []


def test_an_older_key_list_than_was_seen(lab: LyingLab, expert: Laptop) -> None:
    new_keys(lab, lab.key_payload(lab.key, version=2), lab.key)
    expert.sync()
    page = {**lab.page(1), "keys_version": 3}
    lab.answers["/v1/feed"] = lambda handler: handler.json(page)
    del lab.keys[1]
    with pytest.raises(TrustError) as caught:
        expert.sync()
    assert caught.value.code == "keys.rollback"


def test_a_revoked_key_of_the_lab_signs_nothing_more(lab: LyingLab, expert: Laptop) -> None:
    fresh = private_key(60)
    jwks = {
        "keys": [{**lab.key.public.as_jwk(), "revoked_at": int(lab.now.timestamp())}, fresh.public.as_jwk()]
    }
    # The list itself was signed just before its key was revoked.
    issued = to_text(lab.now - timedelta(minutes=1))
    new_keys(lab, lab.key_payload(fresh, version=2, jwks=jwks, issued=issued), lab.key, fresh)
    lab.honest("b", 1)
    expert.sync()
    assert quarantined(expert) == ["signature.revoked_key", "signature.revoked_key"]
    assert holdings(expert)["batches"] == []


class Shifted(SystemClock):
    def __init__(self, days: float) -> None:
        self.by = timedelta(days=days)

    def now(self) -> Any:
        return super().now() + self.by


def test_a_frozen_lab_whose_keys_ran_out(tmp_path: Path) -> None:
    lab = LyingLab(now=SystemClock().now() - timedelta(days=91))
    with serving_lies(lab):
        expert = enrolled_laptop(lab, tmp_path / "ws")
        lab.honest("b", 1)
        lab.now = SystemClock().now()
        with pytest.raises(TrustError) as caught:
            expert.sync()
        assert (caught.value.code, lab.asked("/v1/feed")) == ("keys.expired", 0)
        new_keys(lab, lab.key_payload(lab.key, version=2), lab.key)
        assert expert.sync().pulled == 3


@pytest.mark.parametrize("days", [3650.0, -3650.0])
def test_a_clock_years_off_is_said_and_nothing_refused_for_good(tmp_path: Path, days: float) -> None:
    lab = LyingLab()
    expires = to_text(lab.now + timedelta(days=30))
    nbf = int(lab.now.timestamp()) - 60
    lab.keys = [
        [
            sign(
                Keys.typ(),
                lab.key_payload(lab.key, jwks={"keys": [{**lab.key.public.as_jwk(), "nbf": nbf}]}),
                lab.key,
            )
        ]
    ]
    with serving_lies(lab):
        clock = Shifted(days)
        expert = enrolled_laptop(lab, tmp_path / "ws", clock)
        batch = lab.offer(lab.batch("b", expires=expires))
        lab.assign(lab.assignment("a", batch, ["t1"], [lab.pack([task(1)])]))
        with pytest.raises(InputError) as caught:
            expert.sync()
        assert caught.value.code == "clock.off"
        assert quarantined(expert) == []
        clock.by = timedelta(0)
        assert expert.sync().pulled == 1


def test_a_clock_set_back_revives_no_expired_batch(lab: LyingLab, tmp_path: Path) -> None:
    clock = Shifted(0)
    expert = enrolled_laptop(lab, tmp_path / "ws", clock)
    lab.honest("b", 1)
    expert.sync()
    clock.by = timedelta(hours=-20)
    lab.offer(lab.batch("late", expires=to_text(lab.now - timedelta(hours=1))))
    expert.sync()
    assert quarantined(expert) == ["batch.expired"]


def test_a_lab_that_counts_otherwise_is_read_anew_once(lab: LyingLab, expert: Laptop) -> None:
    lab.honest("b", 1)
    lab.live.add("never sent")
    expert.sync()
    assert lab.asked("/v1/feed") == 2
    lab.requests.clear()
    expert.sync()
    assert lab.asked("/v1/feed") == 1


def test_errors_are_ours(lab: LyingLab, expert: Laptop) -> None:
    lab.answers["*"] = lambda handler: handler.problem(418, "tea.pot")
    with pytest.raises(AssayError) as caught:
        expert.sync()
    assert caught.value.code == "tea.pot"
