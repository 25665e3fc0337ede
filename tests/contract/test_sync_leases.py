"""A4: a lease near its end is made longer by a sync while work is left in it; being late refuses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.clock import FixedClock
from app.services.judging import grade, submit
from app.sync.connectors.lab import LabConnector
from app.sync.leases import AHEAD, ASKED
from app.sync.protocols import Refused
from app.sync.report import SyncReport
from app.wire import jsonio
from app.wire.protocol import RenewReply
from app.wire.signatures import members, unbase64
from lab.assigning import LEASE
from lab.claiming import LONGEST
from lab.lab import Lab
from tests.contract.sync_rig import Laptop, connector, laptop, new_lab, serving
from tests.contract.test_sync_heals import session_of

DAY = 86_400
FULL = (
    b'{"responses": {"r1": {"verdicts": {"c1": "met", "c2": "not_met"}},'
    b' "r2": {"verdicts": {"c1": "met", "c2": "not_met"}}}}'
)


@dataclass
class World:
    lab: Lab
    clock: FixedClock
    expert: Laptop
    line: Watched

    def sync(self) -> SyncReport:
        return self.expert.sync_over(self.line)

    @property
    def lease(self) -> datetime:
        (one,) = self.expert.workspace.lab.assignments()
        assert one.lease_until is not None
        return datetime.fromisoformat(one.lease_until)


class Watched(LabConnector):
    """Notes what it is asked for; `refusal`: what it meets with instead of the lab."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.asked: list[str] = []
        self.refusal: Refused | None = None

    def renew(self, assignment: str) -> RenewReply:
        self.asked.append(assignment)
        if self.refusal is not None:
            raise self.refusal
        return super().renew(assignment)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = FixedClock()
    link = new_lab(tmp_path / "lab", 3, clock)
    with serving(tmp_path / "lab", clock) as lab:
        expert = laptop(tmp_path / "ws", link, clock, device="")
        line = connector(expert.enrolled.url, expert.key, clock, kind=Watched)
        assert isinstance(line, Watched)
        world = World(lab, clock, expert, line)
        world.sync()
        yield world
        line.close()
        expert.workspace.close()


def finish(world: World) -> None:
    session = session_of(world.expert)
    for task in world.expert.workspace.lab.tasks():
        grade(session, task, FULL, where="-")
    assert submit(session, world.expert.workspace.lab.tasks())["refused"] == []


def test_a_sync_makes_a_lease_longer_before_it_ends(world: World) -> None:
    start = world.clock.now()
    assert world.lease == start + LEASE
    world.clock.advance(9 * DAY)
    world.sync()
    assert (world.line.asked, world.lease) == ([], start + LEASE)
    world.clock.advance(2 * DAY)
    assert world.lease - world.clock.now() < AHEAD
    world.sync()
    assert len(world.line.asked) == 1
    assert world.lease == world.clock.now() + LEASE
    world.sync()
    assert len(world.line.asked) == 1
    assert world.expert.workspace.lab.state(ASKED) is None
    assert world.expert.workspace.lab.quarantined() == []


def test_nothing_is_asked_when_all_is_submitted(world: World) -> None:
    finish(world)
    world.clock.advance(12 * DAY)
    report = world.sync()
    assert [(r.code, r.message) for r in report.refused] == []
    assert (world.line.asked, report.receipted) == ([], 3)


def test_what_the_lab_refuses_is_asked_once_a_day_and_hinders_nothing(world: World) -> None:
    world.clock.advance(12 * DAY)
    for status, code in ((404, "http.404"), (409, "claim.ended")):
        world.line.refusal = Refused(status, code, "No.")
        world.sync()
        world.sync()
        world.clock.advance(DAY)
    assert len(world.line.asked) == 2
    world.line.refusal = None
    world.clock.advance(3 * DAY)
    world.sync()
    assert world.lease == world.clock.now() + LEASE


def test_work_that_is_late_for_good_is_sent_all_the_same(world: World) -> None:
    start = world.clock.now()
    world.clock.advance(70 * DAY)
    world.sync()
    assert len(world.line.asked) == 1
    assert world.lease == start + LONGEST
    finish(world)
    report = world.sync()
    assert (report.receipted, report.waiting, report.refused) == (3, 0, [])
    verdicts = {
        jsonio.loads(unbase64(members(row.receipt)["payload"], ""))["verdict"]
        for row in world.expert.workspace.outbox.all()
        if row.receipt
    }
    assert verdicts == {"late"}
