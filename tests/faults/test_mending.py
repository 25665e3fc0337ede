"""R14, R15: a damaged workspace is named, set aside and rebuilt: from a snapshot, from the lab, from its receipts."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.clock import Clock, SystemClock
from app.domain.ids import TaskId
from app.errors import StorageError
from app.keys.box import Cost
from app.keys.vault import Vault
from app.services import judging
from app.services.mending import Mending
from app.settings import SettingsFile
from app.storage.rows import Problem
from app.storage.workspace import Workspace, open_workspace
from app.workstation import Workstation, build
from lab.lab import Lab
from tests.contract.sync_rig import new_lab, serving
from tests.soaking import Soak

DAMAGES, SOAK_DAMAGES = 200, 50_000
PASSPHRASE = "a long enough passphrase"


@dataclass
class World:
    station: Workstation
    lab: Lab
    folder: str

    @property
    def place(self) -> Path:
        return self.station.labs.place(self.folder)

    @property
    def mending(self) -> Mending:
        return self.station.mending

    def sync(self) -> dict[str, object]:
        session = self.station.labs.open(None, PASSPHRASE)
        try:
            return self.station.sending.sync(session).as_json()
        finally:
            session.close()

    def problems(self) -> list[Problem]:
        """What is wrong with the workspace, its attachments too."""
        key = self.station.labs.vault(self.folder).open(passphrase=PASSPHRASE).workspace_key
        try:
            workspace = open_workspace(self.place, key, SystemClock())
        except StorageError as exc:
            if exc.code not in ("storage.damaged", "storage.missing"):
                raise
            return [Problem(exc.code, exc.message)]
        try:
            return [*workspace.check(), *workspace.attachments.check()]
        finally:
            workspace.close()

    def submit(self, *tasks: str) -> list[str]:
        """Judge and submit; the digests of all results here."""
        session = self.station.labs.open(None, PASSPHRASE)
        try:
            for task in tasks:
                verdicts = dict.fromkeys(("c1", "c2"), "met")
                judgement = {"responses": {r: {"verdicts": verdicts} for r in ("r1", "r2")}}
                judging.grade(session, task, json.dumps(judgement).encode(), where="test")
                assert judging.submit(session, [task])["refused"] == []
            return sorted(row.digest for row in session.workspace.outbox.all())
        finally:
            session.close()

    def held(self) -> tuple[list[str], list[str], dict[str, int]]:
        """(tasks, results, states) of the workspace, which must be whole."""
        session = self.station.labs.open(None, PASSPHRASE)
        try:
            assert session.workspace.check() == []
            outbox = session.workspace.outbox
            return (
                sorted(session.workspace.lab.tasks()),
                sorted(row.digest for row in outbox.all()),
                outbox.counts(),
            )
        finally:
            session.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    link = new_lab(tmp_path / "lab", 8)
    clock: Clock = SystemClock()
    station = build(
        tmp_path / "home",
        clock=clock,
        vault_at=lambda folder: Vault(folder, cost=Cost(1, 64, 1)),
        wait=lambda _: None,
    )
    with serving(tmp_path / "lab") as lab:
        station.enrolling.enrol(link, passphrase=PASSPHRASE).close()
        (folder,) = station.labs.folders()
        found = World(station, lab, folder)
        assert found.sync()["pulled"] == 8
        yield found


def damage(place: Path, at: int = 5000) -> None:
    path = place / "workspace.db"
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)


def test_from_a_snapshot_and_then_from_the_lab_what_came_after_it(world: World) -> None:
    world.submit("t1")
    session = world.station.labs.open(None, PASSPHRASE)
    session.workspace.snapshot()
    session.close()
    digests = world.submit("t2", "t3")
    world.sync()
    tasks, _, _ = world.held()
    damage(world.place)
    assert world.problems()
    done = world.mending.mend(world.folder, PASSPHRASE)
    assert (done.how, done.bad) == ("snapshot", 0)
    assert world.problems() == []
    assert list(world.place.glob("aside-*-workspace.db"))
    world.sync()
    assert world.held() == (tasks, digests, {"receipted": 3})


@pytest.mark.parametrize("lost", ["damaged", "removed", "emptied"])
def test_from_the_lab_alone(world: World, lost: str) -> None:
    digests = world.submit("t1", "t2")
    world.sync()
    tasks, _, _ = world.held()
    shutil.rmtree(world.place / "snapshots", ignore_errors=True)
    path = world.place / "workspace.db"
    if lost == "damaged":
        damage(world.place, 10)
    elif lost == "removed":
        path.unlink()
    else:
        path.write_bytes(b"")
    done = world.mending.mend(world.folder, PASSPHRASE)
    assert done.how == "lab"
    world.sync()
    assert world.held() == (tasks, digests, {"receipted": 2})
    session = world.station.labs.open(None, PASSPHRASE)
    try:
        assert session.workspace.work.review(TaskId("t1")).status == "submitted"
    finally:
        session.close()
    # It goes on as before: one more result, one more copy.
    world.submit("t3")
    assert world.sync()["receipted"] == 1
    assert list(world.place.glob("snapshots/*.db"))


def test_a_damaged_snapshot_is_passed_over(world: World) -> None:
    world.submit("t1")
    session = world.station.labs.open(None, PASSPHRASE)
    first, second = session.workspace.snapshot(), session.workspace.snapshot()
    session.close()
    data = bytearray(second.read_bytes())
    data[9000] ^= 1
    second.write_bytes(data)
    damage(world.place)
    done = world.mending.mend(world.folder, PASSPHRASE)
    assert (done.snapshot, done.bad) == (first, 1)
    world.sync()
    assert world.held()[2] == {"receipted": 1}


def test_copies_are_made_by_themselves_once_a_day(world: World) -> None:
    def copies() -> int:
        return len(list(world.place.glob("snapshots/*.db")))

    assert copies() == 0, "nothing is here that the lab could not bring again"
    assert (world.place / "about.bin").exists()
    assert (world.place / "ballast").exists()
    for task in ("t1", "t2"):
        world.submit(task)
        world.sync()
        assert copies() == 1


def test_no_damage_is_passed_over_and_all_of_it_is_mended(world: World, soak: Soak) -> None:
    """Flip or cut anywhere, 200 times: named, set aside, and every submitted result is there again."""
    digests = world.submit("t1", "t2")
    session = world.station.labs.open(None, PASSPHRASE)
    session.workspace.snapshot()
    key = world.station.labs.vault(world.folder).open(passphrase=PASSPHRASE).workspace_key
    session.close()
    path = world.place / "workspace.db"
    whole = path.read_bytes()
    chance = random.Random(20261101)
    for _ in soak.rounds("flips and cuts", DAMAGES, SOAK_DAMAGES):
        data = bytearray(whole)
        if chance.random() < 0.7:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        else:
            del data[chance.randrange(len(data)) :]
        path.write_bytes(data)
        found = world.problems()
        assert found, "damage that nobody noticed"
        world.mending.mend(world.folder, PASSPHRASE)
        workspace: Workspace = open_workspace(world.place, key, SystemClock())
        try:
            assert sorted(row.digest for row in workspace.outbox.all()) == digests
            assert workspace.verify_journal() == []
        finally:
            workspace.close()
        for aside in world.place.glob("aside-*"):
            aside.unlink()


def test_settings_are_not_needed_for_it(world: World) -> None:
    world.submit("t1")
    world.sync()
    SettingsFile(world.station.home.app_json).change(last_lab="")
    damage(world.place)
    assert world.mending.mend(world.folder, PASSPHRASE).how == "snapshot"
