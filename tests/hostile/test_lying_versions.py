"""R8, A1: a lab that repeats, goes back, forks, mixes or leaves holes. Nothing of it changes what is held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.domain.ids import digest
from app.domain.times import to_text
from app.errors import TrustError
from tests.contract.sync_rig import Laptop
from tests.hostile.lying_lab import LyingLab, changed, holdings, quarantined


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


def test_a_lab_that_counts_otherwise_is_read_anew_once(lab: LyingLab, expert: Laptop) -> None:
    lab.honest("b", 1)
    lab.live.add("never sent")
    expert.sync()
    assert lab.asked("/v1/feed") == 2
    lab.requests.clear()
    expert.sync()
    assert lab.asked("/v1/feed") == 1
