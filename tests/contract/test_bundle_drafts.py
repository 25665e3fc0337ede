"""A4–A6: by sticks alone, leases are made longer and drafts reach her other devices, as they do over the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.clock import FixedClock
from app.domain.edits import Edit, Scalar
from app.domain.ids import TaskId
from app.domain.times import to_text
from app.services import merging
from app.services.bundles import Bundles, Written
from app.services.carried_drafts import KEY
from app.services.devices import Devices
from app.sync.connectors.lab import LabConnector
from app.sync.leases import AHEAD
from app.wire import age
from app.wire import bundle as file
from app.wire.signatures import PrivateKey
from lab import bundling, desk, unbundling
from lab.assigning import LEASE
from lab.lab import open_lab
from tests.contract.sync_rig import Laptop, connector, laptop, new_lab, serving
from tests.contract.test_sync_heals import session_of
from tests.hostile.lying_lab import quarantined

DAY = 86_400
T1, T2 = TaskId("t1"), TaskId("t2")
CANARY = "xanthoproteic"


@dataclass
class World:
    """Two laptops of one expert, enrolled over a network that is no more; a stick goes between them and the lab."""

    folder: Path
    stick: Path
    clock: FixedClock
    one: Laptop
    two: Laptop
    edits: int = 0
    files: int = 0

    def saved(self, laptop: Laptop) -> Written:
        self.clock.advance(1)
        self.files += 1
        return Bundles(self.clock).export(session_of(laptop), self.stick / str(self.files))

    def to_lab(self, laptop: Laptop) -> unbundling.TakenIn:
        return self.delivered(self.saved(laptop))

    def delivered(self, written: Written) -> unbundling.TakenIn:
        with open_lab(self.folder, clock=self.clock) as lab:
            return unbundling.take_in(lab, written.path)

    def from_lab(self, *laptops: Laptop) -> list[dict[str, Any]]:
        """One bundle of the lab, taken in by each."""
        self.clock.advance(1)
        with open_lab(self.folder, clock=self.clock) as lab:
            path = bundling.export(lab, self.one.enrolled.expert, self.stick).path
        return [Bundles(self.clock).take_in(session_of(one), path).as_json() for one in laptops]

    def write(self, laptop: Laptop, path: str, old: Scalar | None, new: Scalar, task: TaskId = T1) -> None:
        self.edits += 1
        name, device = f"e{self.edits}", laptop.workspace.identity.device
        laptop.workspace.work.record([Edit(name, device, task, path, old, new, self.clock.now(), name)])


def value(laptop: Laptop, path: str, task: TaskId = T1) -> Scalar | None:
    return laptop.workspace.work.review(task).values.get(path)


def lease(laptop: Laptop) -> datetime:
    (one,) = laptop.workspace.lab.assignments()
    assert one.lease_until is not None
    return datetime.fromisoformat(one.lease_until)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = FixedClock()
    link = new_lab(tmp_path / "lab", 3, clock)
    with serving(tmp_path / "lab", clock):
        one = laptop(tmp_path / "one", link, clock, device="")
        one.sync()

        def connect(url: str, key: PrivateKey | None, cancelled: Callable[[], bool]) -> LabConnector:
            return connector(url, key, clock)

        added = Devices(clock, connect).add(session_of(one))
        two = laptop(tmp_path / "two", added, clock, device="")
        two.sync()
        one.sync()
    yield World(tmp_path / "lab", tmp_path / "stick", clock, one, two)
    one.workspace.close()
    two.workspace.close()


def test_a_lease_near_its_end_is_made_longer_by_a_stick(world: World) -> None:
    one, end = world.one, lease(world.one)
    assert world.saved(one).leases == 0
    world.clock.advance(11 * DAY)
    assert end - world.clock.now() < AHEAD
    written = world.saved(one)
    assert written.leases == 1
    assert world.delivered(written).renewed == 1
    longer = world.clock.now() + LEASE
    world.from_lab(one)
    assert lease(one) == longer
    assert world.saved(one).leases == 0
    # The same file again asks for nothing more, however much later.
    world.clock.advance(20 * DAY)
    assert world.delivered(written).renewed == 0
    assert quarantined(one) == []


def test_what_is_not_hers_to_renew_is_passed_over(world: World) -> None:
    """Another expert's device signs a bundle that asks for a lease which is not its own."""
    with serving(world.folder, world.clock) as lab:
        other = laptop(world.stick.parent / "three", desk.invite(lab, "expert", "Bo")[0], world.clock, "")
    world.clock.advance(11 * DAY)
    (hers,) = world.one.workspace.lab.assignments()
    with open_lab(world.folder, clock=world.clock) as lab:
        to = age.recipient(lab.key.as_jwk())
    about = {
        "lab": other.enrolled.lab,
        "bundle": "x-1",
        "sender": "expert",
        "expert": other.enrolled.expert,
        "issued": to_text(world.clock.now()),
        "renew": [hers.id, "no-such"],
    }
    path = world.stick / "foreign"
    world.stick.mkdir(exist_ok=True)
    path.write_bytes(age.encrypt(file.write(about, other.key), [to]))
    with open_lab(world.folder, clock=world.clock) as lab:
        assert unbundling.take_in(lab, path).renewed == 0
    end = lease(world.one)
    world.from_lab(world.one)
    assert lease(world.one) == end
    other.workspace.close()


def test_drafts_reach_her_other_laptop_by_sticks(world: World) -> None:
    one, two = world.one, world.two
    world.write(one, "/comment", None, f"from one {CANARY}")
    world.write(two, "/responses/r1/comment", None, "from two")
    assert world.saved(one).drafts == 1
    assert (world.to_lab(one).drafts, world.to_lab(two).drafts) == (1, 1)
    world.from_lab(one, two)
    for laptop_ in (one, two):
        assert value(laptop_, "/comment") == f"from one {CANARY}"
        assert value(laptop_, "/responses/r1/comment") == "from two"
        assert merging.differences(laptop_.workspace) == []
        assert laptop_.workspace.check() == []
        assert quarantined(laptop_) == []
    for path in world.folder.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes()
    # She goes on where the other left off; what both know is not carried about for ever.
    world.write(two, "/comment", f"from one {CANARY}", "longer")
    for laptop_ in (two, one, two):
        world.to_lab(laptop_)
        world.from_lab(one, two)
    assert (value(one, "/comment"), value(two, "/comment")) == ("longer", "longer")
    assert (world.saved(one).drafts, world.saved(two).drafts) == (0, 0)
    assert one.workspace.lab.state(KEY) is two.workspace.lab.state(KEY) is None


def test_a_true_difference_waits_for_a_choice_by_sticks_too(world: World) -> None:
    one, two = world.one, world.two
    world.write(one, "/comment", None, "mine")
    world.write(two, "/comment", None, "hers")
    world.to_lab(one)
    world.to_lab(two)
    world.from_lab(one, two)
    assert (value(one, "/comment"), value(two, "/comment")) == ("mine", "hers")
    (left,), (right,) = merging.differences(one.workspace), merging.differences(two.workspace)
    assert (left.mine, left.theirs, right.mine, right.theirs) == ("mine", "hers", "hers", "mine")


def test_a_draft_is_carried_until_the_lab_holds_it(world: World) -> None:
    """A lost stick loses nothing, and any of several may be the one that arrives."""
    one, two = world.one, world.two
    world.write(one, "/comment", None, "first")
    lost, early = world.saved(one), world.saved(one)
    assert (lost.drafts, early.drafts) == (1, 1)
    world.write(one, "/comment", "first", "second")
    late = world.saved(one)
    assert world.delivered(early).drafts == 1
    world.from_lab(one, two)
    assert (value(two, "/comment"), world.saved(one).drafts) == ("first", 1)
    world.delivered(late)
    world.from_lab(one, two)
    assert (value(two, "/comment"), world.saved(one).drafts) == ("second", 0)


def test_a_stick_that_comes_late_takes_no_newer_draft_back(world: World) -> None:
    one, two = world.one, world.two
    world.write(one, "/comment", None, "old")
    old = world.saved(one)
    world.clock.advance(60)
    world.write(one, "/comment", "old", "new")
    with serving(world.folder, world.clock):
        one.sync()
    world.delivered(old)
    world.from_lab(two)
    assert value(two, "/comment") == "new"
    with serving(world.folder, world.clock):
        two.sync()
        one.sync()
    assert (value(one, "/comment"), value(two, "/comment")) == ("new", "new")
    assert merging.differences(two.workspace) == merging.differences(one.workspace) == []


def test_by_stick_and_by_network_mixed_all_is_merged_once(world: World) -> None:
    one, two = world.one, world.two
    world.write(one, "/comment", None, "by stick")
    world.to_lab(one)
    with serving(world.folder, world.clock):
        two.sync()
        assert value(two, "/comment") == "by stick"
        world.write(two, "/responses/r2/comment", None, "by network", T2)
        two.sync()
    world.from_lab(one)
    assert value(one, "/responses/r2/comment", T2) == "by network"
    before = one.workspace.journal_seq(), two.workspace.journal_seq()
    with serving(world.folder, world.clock):
        for laptop_ in (one, two, one):
            laptop_.sync()
    world.from_lab(one, two)
    assert (one.workspace.journal_seq(), two.workspace.journal_seq()) == before
