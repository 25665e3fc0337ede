"""A6: what a bundle carries beside results: openings against receipts, letters and what became of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.ids import digest
from app.services.bundles import Bundles
from app.services.lead_store import OPENINGS
from app.wire import age, jsonio
from app.wire import bundle as file
from app.wire.bundle import Bundle
from app.wire.documents import Registration
from app.wire.leading import Decision, Opening
from app.wire.signatures import KeySet, PrivateKey, members, sign, sniff, unbase64, verify
from lab import bundling, desk, envelopes, tables, unbundling
from lab.database import SCHEMA
from lab.lab import open_lab
from tests.contract.sync_rig import Laptop, laptop, new_lab, serving
from tests.contract.test_sync_heals import session_of
from tests.hostile.lying_lab import quarantined

Documents = Callable[[list[bytes]], list[bytes]]
LISTS = ("feed", "own", "review", "drafts", "documents", "blobs")


def payload(document: bytes) -> dict[str, Any]:
    found: dict[str, Any] = jsonio.loads(unbase64(members(document)["payload"], ""))
    return found


@dataclass
class World:
    """An expert with three tasks on each of which a judge's opinion is sealed; the lab serves no more."""

    folder: Path
    stick: Path
    expert: Laptop

    def to_lab(self) -> unbundling.TakenIn:
        written = Bundles(self.expert.clock).export(session_of(self.expert), self.stick)
        with open_lab(self.folder) as lab:
            return unbundling.take_in(lab, written.path)

    def from_lab(self) -> Path:
        with open_lab(self.folder) as lab:
            return bundling.export(lab, self.expert.enrolled.expert, self.stick).path

    def take(self, path: Path) -> dict[str, Any]:
        return Bundles(self.expert.clock).take_in(session_of(self.expert), path).as_json()

    def changed(self, path: Path, change: Documents) -> Path:
        """The same bundle under the lab's key, with other documents."""
        with open_lab(self.folder) as lab:
            keys, key = KeySet([lab.key.public]), lab.key
        inside = age.decrypt(path.read_bytes(), [self.expert.key.as_jwk()])
        opened = file.read(inside, lambda one: verify(one, keys, Bundle.typ()))
        about = {k: v for k, v in payload(opened.document).items() if k not in LISTS}
        lists = {name: getattr(opened, name) for name in ("feed", "own", "review", "drafts")}
        data = file.write(about, key, documents=change(list(opened.documents)), blobs=opened.blobs, **lists)
        other = self.stick / "changed"
        other.write_bytes(age.encrypt(data, [age.recipient(self.expert.key.as_jwk())]))
        return other

    @property
    def opened(self) -> list[str]:
        return sorted(str(one.task) for one in self.expert.workspace.papers.of_kind("opened"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    link = new_lab(tmp_path / "lab", 3)
    with open_lab(tmp_path / "lab") as lab:
        with lab.database.reading() as connection:
            batch = connection.execute(select(tables.batch.c.id)).scalar_one()
        sealed = [(f"t{n}", "judge", {"comment": f"Opinion {n}."}) for n in (1, 2, 3)]
        envelopes.put(lab, batch, "judge", sealed)
    with serving(tmp_path / "lab"):
        expert = laptop(tmp_path / "ws", link)
    found = World(tmp_path / "lab", tmp_path / "stick", expert)
    found.take(found.from_lab())
    yield found
    expert.workspace.close()


def test_keys_come_with_the_receipts(world: World) -> None:
    world.expert.submit("t1")
    assert world.to_lab().stored == 1
    assert world.opened == []
    found = world.take(world.from_lab())
    assert (found["receipted"], found["refused"], world.opened) == (1, [], ["t1"])
    assert world.expert.workspace.lab.state(OPENINGS) is None


def test_what_a_bundle_does_not_open_is_asked_for_again(world: World) -> None:
    world.expert.submit("t1")
    world.to_lab()
    bare = world.changed(world.from_lab(), lambda all_: [d for d in all_ if sniff(d) == Registration.typ()])
    assert world.take(bare)["receipted"] == 1
    assert (world.opened, world.expert.workspace.lab.state(OPENINGS)) == ([], "due")
    with serving(world.folder):
        world.expert.sync()
    assert (world.opened, world.expert.workspace.lab.state(OPENINGS)) == (["t1"], None)


def test_two_revisions_before_an_answer_open_one_envelope(world: World) -> None:
    first = world.expert.submit("t1")
    world.to_lab()
    world.from_lab()  # it opens against the first revision, and is lost on its way
    world.expert.submit("t1", revision=2, previous=first.digest, verdict="not_met")
    assert world.to_lab().stored == 1
    found = world.take(world.from_lab())
    assert (found["waiting"], found["refused"], world.opened) == (0, [], ["t1"])


def resigned(world: World, **changes: str) -> Documents:
    """Openings with other members, under the lab's own key; under a stranger's when nothing is changed."""

    def change(documents: list[bytes]) -> list[bytes]:
        with open_lab(world.folder) as lab:
            key = lab.key if changes else PrivateKey.generate()
            return [
                sign(Opening.typ(), jsonio.dumps(payload(d) | changes), key)
                if sniff(d) == Opening.typ()
                else d
                for d in documents
            ]

    return change


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "signature.unknown_key"),
        ({"sealed": "s-another"}, "opening.unknown"),
        ({"key": "A" * 43}, "opening.commitment"),
    ],
)
def test_forged_and_foreign_keys_open_nothing_and_are_named(
    world: World, changes: dict[str, str], code: str
) -> None:
    world.expert.submit("t1")
    world.to_lab()
    found = world.take(world.changed(world.from_lab(), resigned(world, **changes)))
    assert [one["code"] for one in found["refused"]] == [code] == quarantined(world.expert)
    assert world.opened == []
    world.expert.submit("t2")
    world.to_lab()
    assert world.take(world.from_lab())["refused"] == []
    assert world.opened == ["t1", "t2"]


def test_a_letter_that_is_not_hers_to_write_comes_back_refused(world: World) -> None:
    workspace = world.expert.workspace
    result = world.expert.submit("t1")
    identity = workspace.identity
    made = jsonio.dumps(
        {
            "v": 1,
            "decision": "d-1",
            "lead": identity.expert,
            "device": identity.device,
            "lab": identity.lab_id,
            "batch": workspace.lab.batches()[0].id,
            "task": "t1",
            "kind": "accept",
            "over": [result.digest],
            "rubric_version": "1",
            "guideline_version": "1",
            "decided": "2026-11-22T09:00:00.000Z",
        }
    )
    document = sign(Decision.typ(), made, world.expert.key)
    workspace.letters.put("decision", "d-1", digest(made), made, document, task="t1", batch=None)
    taken = world.to_lab()
    assert (taken.stored, taken.rejected) == (1, 1)
    assert [one.state for one in workspace.letters.all()] == ["sent"]
    found = world.take(world.from_lab())
    assert [one["code"] for one in found["refused"]] == ["role.lead"]
    (letter,) = workspace.letters.all()
    assert (letter.state, letter.reason.partition(":")[0]) == ("parked", "role.lead")


def test_a_lab_of_the_version_before_is_brought_up_to_date(tmp_path: Path) -> None:
    desk.init(tmp_path / "lab")
    with sqlite3.connect(tmp_path / "lab" / "lab.db") as old:
        old.execute("ALTER TABLE bundle_seen DROP COLUMN review_cursor")
        old.execute("UPDATE state SET value = '2' WHERE name = 'schema'")
    old.close()
    with open_lab(tmp_path / "lab"):
        pass
    with sqlite3.connect(tmp_path / "lab" / "lab.db") as now:
        assert now.execute("SELECT review_cursor FROM bundle_seen").fetchall() == []
        assert now.execute("SELECT value FROM state WHERE name = 'schema'").fetchall() == [(SCHEMA,)]
    now.close()
