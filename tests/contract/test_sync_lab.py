"""Sync against the real lab, into a real workspace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.clock import FixedClock
from app.domain.ids import DeviceId, digest
from app.errors import Cancelled, InputError, OfflineError, RefusedError, TrustError
from app.sync.enrolment import enrol, meet
from app.wire import jsonio
from app.wire.invitation import Invitation, read
from app.wire.signatures import PrivateKey, members, unbase64
from app.wire.verifying import read_keys, verify_file
from lab import desk
from lab.lab import Lab, open_lab
from tests.contract.conftest import Places
from tests.contract.sync_rig import Laptop, connector, laptop, new_lab, serving, tasks_file


@dataclass
class World:
    """A lab that serves, its folder, and one expert's laptop that is enrolled and has nothing yet."""

    folder: Path
    lab: Lab
    expert: Laptop
    link: str


@pytest.fixture
def world(tmp_path: Path, places: Places) -> Iterator[World]:
    link = new_lab(tmp_path / "lab", 120, places=places())
    with serving(tmp_path / "lab") as lab:
        found = laptop(tmp_path / "ws", link)
        yield World(tmp_path / "lab", lab, found, link)
        found.workspace.close()


def test_pull_grade_push_and_verify_elsewhere(world: World) -> None:
    report = world.expert.sync()
    assert report.pulled == 120
    tasks = world.expert.workspace.lab.tasks()
    assert len(tasks) == 120
    for task in tasks[:7]:
        world.expert.submit(task)
    report = world.expert.sync()
    assert (report.pushed, report.receipted, report.waiting) == (7, 7, 0)
    assert world.expert.workspace.outbox.counts() == {"receipted": 7}
    keys = read_keys(json.dumps(desk.keys(world.lab)).encode())
    results, receipts = (list(f(world.lab)) for f in (desk.results, desk.receipts))
    assert len(results) == 7
    assert all(c.ok for c in verify_file("r", b"\n".join(results + receipts), keys))
    sent = {digest(unbase64(members(d)["payload"], "")) for d in results}
    assert sent == {row.digest for row in world.expert.workspace.outbox.all()}


def test_doing_it_again_changes_nothing(world: World) -> None:
    world.expert.sync()
    before = world.expert.workspace.lab.tasks()
    for _ in range(2):
        report = world.expert.sync()
        assert (report.pulled, report.pushed, report.refused) == (0, 0, [])
    assert world.expert.sync(from_start=True).pulled == 0
    assert world.expert.workspace.lab.tasks() == before
    assert world.expert.workspace.lab.quarantined() == []
    assert world.expert.workspace.attachments.all() == []


def test_a_result_twice_has_one_receipt(world: World) -> None:
    world.expert.sync()
    new = world.expert.submit("t1")
    world.expert.sync()
    (row,) = world.expert.workspace.outbox.all()
    world.expert.workspace.outbox.send_again([row.number])
    assert world.expert.sync().receipted == 1
    (again,) = world.expert.workspace.outbox.all()
    assert (again.receipt, again.document) == (row.receipt, new.document)
    assert len(list(desk.results(world.lab))) == 1


def test_a_revision_and_a_result_the_lab_refuses(world: World) -> None:
    world.expert.sync()
    one = world.expert.submit("t1")
    world.expert.sync()
    world.expert.submit("t1", revision=2, previous=one.digest, verdict="not_met")
    world.expert.submit("t2", revision=2, previous="0" * 64)
    report = world.expert.sync()
    assert (report.receipted, report.parked) == (1, 1)
    parked = [row for row in world.expert.workspace.outbox.all() if row.state == "parked"]
    assert "result.previous" in parked[0].reason


def test_work_goes_on_while_the_lab_is_away(tmp_path: Path, places: Places) -> None:
    link = new_lab(tmp_path / "lab", 5, places=places())
    with serving(tmp_path / "lab"):
        expert = laptop(tmp_path / "ws", link)
        expert.sync()
    expert.submit("t1")
    with pytest.raises(OfflineError) as caught:
        expert.sync()
    assert caught.value.code == "lab.unreachable"
    with serving(tmp_path / "lab") as lab:
        assert expert.sync().receipted == 1
        assert len(list(desk.results(lab))) == 1
    expert.workspace.close()


def test_more_work_by_a_claim(world: World) -> None:
    world.expert.sync()
    batch = desk.import_batch(world.lab, "auto", tasks_file(world.folder.parent, 60, 500), title="Second")
    _, other = desk.invite(world.lab, "expert", "Bo")
    desk.assign(world.lab, batch.batch, [other], overlap=1)
    with world.expert.connector() as line:
        assert line.claim(10, key="k-1").tasks == 0
    given_back(world.lab, other)
    with world.expert.connector() as line:
        claimed = line.claim(10, key="k-2")
        assert line.claim(10, key="k-2") == claimed
    assert claimed.tasks >= 10
    assert world.expert.sync().pulled == claimed.tasks


def given_back(lab: Lab, expert: str) -> None:
    from sqlalchemy import select

    from lab import claiming
    from lab.tables import assignment

    def job(connection: Any) -> None:
        (name,) = connection.execute(select(assignment.c.id).where(assignment.c.expert == expert)).scalars()
        assert claiming.release(connection, lab, expert, name)

    lab.database.write(job)


def test_a_withdrawn_batch_goes_and_the_work_stays(world: World) -> None:
    world.expert.sync()
    (batch,) = world.expert.workspace.lab.batches()
    world.expert.submit("t1")
    desk.withdraw(world.lab, batch.id)
    world.expert.sync()
    assert world.expert.workspace.lab.batch(batch.id).withdrawn is not None
    assert world.expert.workspace.outbox.counts() == {"receipted": 1}


def test_cancelled_anywhere_and_gone_on(world: World) -> None:
    """Each round stops one question later; what came stays, and the last is whole."""
    whole = False
    for patience in range(0, 400, 3):
        left = patience

        def tired() -> bool:
            nonlocal left
            left -= 1
            return left < 0

        try:
            world.expert.sync(cancelled=tired)
            whole = True
            break
        except Cancelled:
            assert world.expert.workspace.lab.quarantined() == []
            assert len(world.expert.workspace.lab.tasks()) in (0, 120)
    assert whole
    assert len(world.expert.workspace.lab.tasks()) == 120


def test_progress_ends_at_its_total(world: World) -> None:
    seen: dict[str, list[tuple[int, int]]] = {}
    world.expert.sync(progress=lambda done, total, what: seen.setdefault(what, []).append((done, total)))
    assert set(seen) == {"tasks"}
    assert seen["tasks"] == sorted(seen["tasks"])
    assert seen["tasks"][-1] == (120, 120)


def test_two_labs_know_nothing_of_each_other(world: World, tmp_path: Path, places: Places) -> None:
    (tmp_path / "b").mkdir()
    link = new_lab(tmp_path / "b" / "lab", 3, places=places())
    with serving(tmp_path / "b" / "lab"):
        other = laptop(tmp_path / "b" / "ws", link)
        assert other.sync().pulled == 3
        assert other.key.kid != world.expert.key.kid
        with (
            connector(world.expert.enrolled.url, other.key, other.clock) as line,
            pytest.raises(RefusedError),
        ):
            line.feed(None, None)
        world.expert.sync()
        with connector(other.enrolled.url, other.key, other.clock) as line:
            report = world.expert.sync_over(line)
        assert {refusal.code for refusal in report.refused} == {"signature.unknown_key"}
        assert len(world.expert.workspace.lab.tasks()) == 120
        other.workspace.close()


# Enrolment


def fails(invitation: Invitation, key: PrivateKey | None = None, clock: FixedClock | None = None) -> str:
    clock = clock or FixedClock(datetime.now(UTC))
    with (
        connector(invitation.url, None, clock) as line,
        pytest.raises((InputError, RefusedError, TrustError, OfflineError)) as caught,
    ):
        enrol(meet(invitation, line, clock), line, key or PrivateKey.generate(), DeviceId("d-9"), clock)
    return caught.value.code


def test_an_invitation_works_once(world: World) -> None:
    invitation = read(world.link)
    assert fails(invitation) == "invitation.used"
    link, _ = desk.invite(world.lab, "expert", "Bo")
    key, clock = PrivateKey.generate(), FixedClock(datetime.now(UTC))
    with connector(invitation.url, None, clock) as line:
        first = enrol(meet(read(link), line, clock), line, key, DeviceId("d-2"), clock)
        again = enrol(meet(read(link), line, clock), line, key, DeviceId("d-2"), clock)
    assert first == again
    assert (first.role, first.name, first.lab_name) == ("expert", "Bo", "Lab")


def test_bad_invitations(world: World) -> None:
    good = read(desk.invite(world.lab, "expert", "Bo")[0])

    def changed(**changes: object) -> Invitation:
        values = {name: getattr(good, name) for name in Invitation.__slots__}
        return Invitation(**{**values, **changes})

    assert fails(changed(code="abcdefghijkl")) == "invitation.unknown"
    assert fails(changed(keys_digest="0" * 64)) == "keys.other"
    assert fails(good, clock=FixedClock(datetime.now(UTC) + timedelta(days=30))) == "invitation.expired"
    assert fails(changed(url="http://127.0.0.1:9")) == "lab.unreachable"


def test_another_lab_at_the_address(world: World, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    new_lab(tmp_path / "b" / "lab", 1)
    with open_lab(tmp_path / "b" / "lab") as other:
        link, _ = desk.invite(other, "expert", "Bo")
    theirs = read(link)
    crossed = Invitation(
        world.expert.enrolled.url, theirs.keys_digest, theirs.code, theirs.role, theirs.expires_at
    )
    assert fails(crossed) == "keys.other"


def test_a_clock_years_off_is_said_before_anything_is_sent(world: World) -> None:
    link, _ = desk.invite(world.lab, "expert", "Bo")
    assert fails(read(link), clock=FixedClock(datetime.now(UTC) - timedelta(days=3650))) == "clock.off"


def test_keys_of_the_lab_are_kept_with_the_registration(world: World) -> None:
    for name in ("keys", "registration"):
        kept = world.expert.workspace.lab.document(name)
        assert kept is not None
        assert jsonio.loads(kept.payload)["lab"] == world.expert.enrolled.lab
