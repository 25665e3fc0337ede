"""Each call of the lab is tested against a real server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.wire.signatures import KeySet
from lab import desk
from tests.contract.calls.served import World
from tests.contract.conftest import Places
from tests.lab_server import enrolled, serving, write_tasks


@pytest.fixture
def world(tmp_path: Path, places: Places) -> Iterator[World]:
    """A served lab with a batch of 12 tasks, shared between two enrolled experts."""
    clock = FixedClock()
    desk.init(tmp_path / "lab", name="Test lab", clock=clock, **places())
    with desk.open_lab(tmp_path / "lab", clock=clock) as lab:
        source = write_tasks(tmp_path / "tasks.jsonl", 12)
        batch = desk.import_batch(lab, "auto", source, title="Twelve").batch
        links = [desk.invite(lab, "expert", name)[0] for name in ("Ada", "Bob")]
        desk.assign(lab, batch)
        with serving(lab):
            ada, bob = (enrolled(link, clock) for link in links)
            keys = KeySet.from_jwks(desk.keys(lab))
            yield World(lab, clock, batch, ada, bob, keys)
