"""The load generator in small: many experts at once, and nothing is lost, doubled or out of order afterwards."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.wire.signatures import KeySet
from benchmarks.crowd import join, offer, processes, tasks_file
from benchmarks.load import judge, play
from lab import desk
from tests.contract.conftest import Places


@pytest.mark.full
def test_two_processes_and_sixty_experts(tmp_path: Path, places: Places) -> None:
    told = places()
    desk.init(tmp_path / "lab", **told)
    with desk.open_lab(tmp_path / "lab") as lab:
        batch = desk.import_batch(lab, "auto", tasks_file(tmp_path / "tasks.jsonl", 300, size=500)).batch
        offer(lab, batch, 5)
        crowd, (operator,) = join(lab, 60), join(lab, 1, "operator")
        keys = KeySet.from_jwks(desk.keys(lab))
        with processes(tmp_path / "lab", 2 if told else 1) as at:
            tally, _ = asyncio.run(play(crowd, operator, at, 10))
        held, receipts = list(desk.results(lab)), list(desk.receipts(lab))
    assert len(held) >= 600
    assert tally.faults == []
    assert set(judge(tally, held, receipts, keys).values()) == {0}
    lost = judge(tally, held[1:], receipts[1:], keys)
    assert (lost["lost"], lost["doubled"]) == (1, 0)
    doubled = judge(tally, [*held, held[0]], receipts, keys)
    assert (doubled["lost"], doubled["doubled"]) == (0, 1)
