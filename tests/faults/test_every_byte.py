"""R5 at every byte: three messages cut at each offset both ways, healed by the retry that follows; and pairs of cuts.

The connection breaks once (or twice), then holds: within the same sync the resend must find each result stored once,
byte for byte, and the receipt held exactly if the lab has it.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from app.domain.ids import Digest
from app.sync.fetching import Fetcher
from app.sync.seen import SeenFile
from tests.contract.sync_rig import Laptop, connector
from tests.faults.cutting import Cutter, again, world
from tests.hostile.lying_lab import LyingLab, holdings, quarantined
from tests.soaking import Soak, rounds

PAIRS, SOAK_PAIRS = 500, 200_000
MESSAGES = 3
"""Results in the one request that is cut at every byte: one on every change, then two and three in a soak."""


def one_sync(expert: Laptop, cutter: Cutter, *, from_start: bool = False) -> None:
    with connector(cutter.url, expert.key, expert.clock) as line:
        expert.sync_over(line, from_start=from_start)


def delivered(expert: Laptop, lab: LyingLab, digests: list[str]) -> None:
    assert list(lab.results) == sorted(lab.results, key=digests[::-1].index)
    assert set(lab.results) == set(digests)
    assert {row.state for row in expert.workspace.outbox.all()} == {"receipted"}
    assert expert.workspace.outbox.all()[0].receipt == lab.results[digests[0]]


@pytest.mark.parametrize("way", [0, 1], ids=["up", "down"])
def test_results_cut_at_every_byte(tmp_path: Path, soak: Soak, way: int) -> None:
    cuts = 0
    with world(tmp_path / "ws") as (lab, expert, cutter):
        for number in rounds(1, MESSAGES, soak.seconds):
            again(expert, lab)
            expert.submit(f"t{number + 1}")
            cutter.cut()
            one_sync(expert, cutter)
            length = cutter.passed[way]
            assert length > 800
            for place in range(length):
                digests = again(expert, lab)
                cutter.cut(**{("up", "down")[way]: place}, after=[])
                one_sync(expert, cutter)
                assert cutter.after is not None
                delivered(expert, lab, digests)
            cuts += length
        assert quarantined(expert) == []
    soak.counted(cuts, "cuts")


@pytest.mark.parametrize("way", [0, 1], ids=["up", "down"])
def test_news_cut_at_every_byte(tmp_path: Path, soak: Soak, way: int) -> None:
    with world(tmp_path / "ws") as (_, expert, cutter):
        whole = holdings(expert)
        cutter.cut()
        one_sync(expert, cutter, from_start=True)
        length = cutter.passed[way]
        for place in range(length):
            cutter.cut(**{("up", "down")[way]: place}, after=[])
            one_sync(expert, cutter, from_start=True)
        assert holdings(expert) == whole
        assert quarantined(expert) == []
    soak.counted(length, "cuts")


def test_a_blob_cut_at_every_byte(tmp_path: Path, soak: Soak) -> None:
    with world(tmp_path / "ws") as (lab, expert, cutter):
        sha256, data = next(iter(lab.blobs.items()))
        file = SeenFile("tasks/1.jsonl", sha256, len(data), 0)
        blobs = expert.store.blobs

        def fetch() -> None:
            with connector(cutter.url, expert.key, expert.clock) as line:
                fetcher = Fetcher(blobs, line, lambda *_: None, lambda: False, len(data))
                fetcher.fetch(file)
                assert blobs.open(Digest(sha256)).read() == data
                blobs.drop(Digest(sha256))

        cutter.cut()
        fetch()
        up, down = cutter.passed
        head = down - len(data)
        for way, places in (("up", range(up)), ("down", range(head, down))):
            for place in places:
                cutter.cut(**{way: place}, after=[])
                fetch()
    soak.counted(up + len(data), "cuts")


def test_cut_and_cut_again(tmp_path: Path, soak: Soak) -> None:
    with world(tmp_path / "ws") as (lab, expert, cutter):
        expert.submit("t1")
        cutter.cut()
        one_sync(expert, cutter)
        up, down = cutter.passed
        chance = random.Random(20261101)

        def somewhere() -> tuple[int | None, int | None]:
            if chance.random() < 0.5:
                return chance.randrange(up), None
            return None, chance.randrange(down)

        for _ in soak.rounds("pairs of cuts", PAIRS, SOAK_PAIRS):
            digests = again(expert, lab)
            cutter.cut(*somewhere(), after=[somewhere()])
            one_sync(expert, cutter)
            delivered(expert, lab, digests)
        assert quarantined(expert) == []
