"""The planner alone: bytes in, a plan out, nothing kept and nothing asked."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.ids import ExpertId, LabId, digest
from app.errors import InputError, TrustError
from app.sync.planner import Context, plan
from app.sync.seen import Seen
from app.wire import jsonio
from app.wire.keylist import first_key_list
from app.wire.models import Jws, check
from app.wire.protocol import FeedItem, live_digest
from app.wire.signatures import members, unbase64
from tests.contract.sync_rig import task
from tests.hostile.lying_lab import EXPERT, LAB, LyingLab, changed


@pytest.fixture
def lab() -> LyingLab:
    return LyingLab()


def context(lab: LyingLab, **more: Any) -> Context:
    pinned = digest(unbase64(members(lab.keys[0][0])["payload"], ""))
    return Context(LabId(LAB), ExpertId(EXPERT), first_key_list(lab.keys[0], pinned), lab.now, **more)


def items(lab: LyingLab, start: int = 0) -> list[FeedItem]:
    return [
        FeedItem(n=n, kind=kind, id=name, document=check(Jws, jsonio.loads(document)) if document else None)
        for n, (kind, name, document) in enumerate(lab.items, 1)
        if n > start
    ]


def test_a_batch_and_its_assignment(lab: LyingLab) -> None:
    batch, assignment = lab.honest("b", 1)
    before = Seen()
    found = plan(items(lab), before, context(lab))
    assert before == Seen()
    assert found.touched == ["b"]
    assert found.documents["b"][0] == batch
    assert found.assignments["a-b"].payload == assignment
    assert found.assignments["a-b"].tasks == ("t1", "t2", "t3")
    assert [f.count for f in found.seen.files_of("b")] == [3]
    assert found.seen.live() == live_digest(["a-b"])
    assert found.seen.n == 2
    assert found.refusals == []


def test_what_was_seen_survives_as_text(lab: LyingLab) -> None:
    lab.honest("b", 1)
    seen = plan(items(lab), Seen(), context(lab)).seen
    assert Seen.read(seen.text()) == seen.copy() == seen
    assert Seen.read(None) == Seen.read("") == Seen()


def test_the_same_page_twice_plans_nothing(lab: LyingLab) -> None:
    lab.honest("b", 1)
    seen = plan(items(lab), Seen(), context(lab)).seen
    seen.n = 0
    found = plan(items(lab), seen, context(lab))
    assert (found.touched, found.assignments, found.refusals) == ([], {}, [])


def test_old_versions_pass_by_when_the_feed_is_read_from_its_start(lab: LyingLab) -> None:
    one, _ = lab.honest("b", 1)
    lab.offer(changed(one, version=2, parent=digest(one)), "batch.revised")
    seen = plan(items(lab), Seen(), context(lab)).seen
    seen.n = 0
    assert plan(items(lab), seen, context(lab, rereading=True)).refusals == []
    refused = plan(items(lab), seen, context(lab)).refusals
    assert [r.code for r in refused] == ["batch.rollback"]


def test_an_assignment_may_name_an_earlier_version_that_was_signed(lab: LyingLab) -> None:
    one = lab.offer(lab.batch("b"))
    lab.offer(changed(one, version=2, parent=digest(one)), "batch.revised")
    lab.assign(lab.assignment("a", one, ["t1"], [lab.pack([task(1)])]))
    assert plan(items(lab), Seen(), context(lab)).refusals == []


def test_packs_of_several_assignments_are_one_batch(lab: LyingLab) -> None:
    batch = lab.offer(lab.batch("b"))
    for n in (2, 1):
        entry = lab.pack([task(n)], path=f"tasks/{n}.jsonl")
        lab.assign(lab.assignment(f"a{n}", batch, [f"t{n}"], [entry]))
    found = plan(items(lab), Seen(), context(lab))
    assert [f.path for f in found.seen.files_of("b")] == ["tasks/1.jsonl", "tasks/2.jsonl"]
    lab.assign(changed(lab.assignment("a1", batch, [], [], ended="2026-01-01T00:00:00Z"), version=2))
    later = plan(items(lab, 3), found.seen, context(lab))
    assert [f.path for f in later.seen.files_of("b")] == ["tasks/2.jsonl"]
    assert later.seen.live() == live_digest(["a2"])
    assert later.touched == ["b"]


def test_a_banned_assignment_is_refused_with_its_reason(lab: LyingLab) -> None:
    lab.honest("b", 1)
    banned = {"a-b": TrustError("pack.count", "Too few.")}
    found = plan(items(lab), Seen(), context(lab, banned=banned))
    assert [(r.id, r.code) for r in found.refusals] == [("a-b", "pack.count")]
    assert found.seen.assignments == {}
    assert found.seen.refused == {"a-b": "pack.count"}


def test_kinds_of_the_future_are_passed_over(lab: LyingLab) -> None:
    lab.items += [("sealed.v9", "x", None), ("keys.rotated", "2", None)]
    found = plan(items(lab), Seen(), context(lab))
    assert (found.refusals, found.keys_changed, found.seen.n) == ([], True, 2)


@pytest.mark.parametrize("start", [1, 7])
def test_a_gap_is_refused_whole(lab: LyingLab, start: int) -> None:
    lab.honest("b", 1)
    with pytest.raises(TrustError) as caught:
        plan(items(lab), Seen(n=start), context(lab))
    assert caught.value.code == "feed.gap"


def test_damaged_memory_is_named() -> None:
    with pytest.raises(InputError):
        Seen.read("{")
