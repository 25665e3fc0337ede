"""A5, J4 against the real lab: a second laptop, drafts between both, a lost one revoked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.edits import Edit, Scalar
from app.domain.ids import TaskId
from app.errors import InputError, RefusedError
from app.services import merging
from app.services.devices import Devices
from app.sync.connectors.lab import LabConnector
from app.wire.signatures import PrivateKey
from lab import desk
from lab.lab import Lab
from tests.contract.sync_rig import Laptop, connector, laptop, new_lab, serving
from tests.contract.test_sync_heals import session_of
from tests.hostile.lying_lab import quarantined

T1 = TaskId("t1")
CANARY = "xanthoproteic"


@dataclass
class World:
    lab: Lab
    one: Laptop
    two: Laptop
    devices: Devices


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    link = new_lab(tmp_path / "lab", 10)
    with serving(tmp_path / "lab") as lab:
        one = laptop(tmp_path / "one", link)
        one.sync()
        one.submit("t9")
        one.sync()

        def connect(url: str, key: PrivateKey | None, cancelled: Callable[[], bool]) -> LabConnector:
            return connector(url, key, one.clock)

        devices = Devices(one.clock, connect)
        two = laptop(tmp_path / "two", devices.add(session_of(one)), device="d-2")
        two.sync()
        one.sync()
        yield World(lab, one, two, devices)
        one.workspace.close()
        two.workspace.close()


numbers = iter(range(10**6))


def write(expert: Laptop, path: str, old: Scalar | None, new: Scalar | None, task: TaskId = T1) -> None:
    n = next(numbers)
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    device = expert.workspace.identity.device
    expert.workspace.work.record([Edit(f"e{n}", device, task, path, old, new, at, f"g{n}")])


def value(expert: Laptop, path: str, task: TaskId = T1) -> Scalar | None:
    return expert.workspace.work.review(task).values.get(path)


def test_a_new_laptop_has_the_work_and_the_results(world: World) -> None:
    one, two = world.one, world.two
    assert two.enrolled.expert == one.enrolled.expert
    assert len(two.workspace.lab.tasks()) == 10
    (mine,), (theirs,) = one.workspace.outbox.all(), two.workspace.outbox.all()
    assert (theirs.document, theirs.receipt, theirs.state) == (mine.document, mine.receipt, "receipted")
    assert two.workspace.work.review(TaskId("t9")).status == "submitted"
    listed = world.devices.all(session_of(one))
    assert [(d.id, d.this, d.revoked) for d in listed] == [("d-1", True, ""), ("d-2", False, "")]
    two.submit("t8")
    two.sync()
    one.submit("t7")
    report = one.sync()
    assert (report.receipted, report.adopted) == (1, 1)
    assert {row.task for row in one.workspace.outbox.all()} == {"t7", "t8", "t9"}


def test_drafts_travel_sealed_and_merge_by_field(world: World, tmp_path: Path) -> None:
    one, two = world.one, world.two
    write(one, "/comment", None, f"from one {CANARY}")
    write(two, "/responses/r1/comment", None, "from two")
    for expert in (one, two, one):
        expert.sync()
    for expert in (one, two):
        assert value(expert, "/comment") == f"from one {CANARY}"
        assert value(expert, "/responses/r1/comment") == "from two"
        assert merging.differences(expert.workspace) == []
        assert expert.workspace.check() == []
    for path in tmp_path.joinpath("lab").rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes()
    # She goes on where the other left off: what knew of the old text replaces it.
    write(two, "/comment", f"from one {CANARY}", "longer")
    two.sync()
    one.sync()
    assert value(one, "/comment") == "longer"
    assert merging.differences(one.workspace) == []
    assert quarantined(one) == quarantined(two) == []


def test_a_true_difference_waits_for_a_choice(world: World) -> None:
    one, two = world.one, world.two
    write(one, "/comment", None, "base")
    one.sync()
    two.sync()
    write(one, "/comment", "base", "mine")
    write(two, "/comment", "base", "hers")
    one.sync()
    two.sync()
    one.sync()
    assert (value(one, "/comment"), value(two, "/comment")) == ("mine", "hers")
    (left,), (right,) = merging.differences(one.workspace), merging.differences(two.workspace)
    assert (left.was, left.mine, left.theirs) == ("base", "mine", "hers")
    assert (right.was, right.mine, right.theirs) == ("base", "hers", "mine")
    session = session_of(one)
    merging.choose(session, left.number, "both")
    with pytest.raises(InputError):
        merging.choose(session, left.number, "again")
    one.sync()
    two.sync()
    for expert in (one, two):
        assert value(expert, "/comment") == "both"
        assert merging.differences(expert.workspace) == []


def test_a_lost_laptop_speaks_for_nobody(world: World) -> None:
    one, two = world.one, world.two
    two.submit("t8")
    two.sync()
    two.submit("t6")
    with pytest.raises(InputError):
        world.devices.revoke(session_of(one), "d-1")
    listed = world.devices.revoke(session_of(one), "d-2")
    assert [bool(d.revoked) for d in listed] == [False, True]
    with pytest.raises(RefusedError) as caught:
        two.sync()
    assert caught.value.code == "signature.revoked_key"
    assert two.workspace.outbox.counts() == {"receipted": 2, "ready": 1}
    # What it sent before counts, and comes to the other laptop.
    one.sync(from_start=True)
    assert {row.task for row in one.workspace.outbox.all()} == {"t8", "t9"}
    assert quarantined(one) == []
    assert len(list(desk.results(world.lab))) == 2
    write(one, "/comment", None, "alone")
    one.sync()
