"""R5, I2, I3: the line cut at any byte, either way, once and again: each result is at the lab once, byte for byte,
and its receipt is held exactly if the lab has it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from app.errors import OfflineError
from app.wire import jsonio
from tests.contract.sync_rig import Laptop
from tests.faults.cutting import Cutter, again, attempt, settled, world
from tests.hostile.lying_lab import LyingLab, holdings, quarantined
from tests.soaking import Soak


def measured(expert: Laptop, lab: LyingLab, cutter: Cutter) -> tuple[int, int]:
    """Bytes up and down of one whole sync."""
    cutter.cut()
    attempt(expert, lab, cutter)
    return cutter.passed[0], cutter.passed[1]


def test_results_cut_at_bytes_all_along_both_ways(tmp_path: Path, soak: Soak) -> None:
    """One byte in 101 on every change; the others in a soak."""
    with world(tmp_path / "ws") as (lab, expert, cutter):
        for n in (1, 2, 3):
            expert.submit(f"t{n}")
        places = [(way, n) for way, length in enumerate(measured(expert, lab, cutter)) for n in range(length)]
        places = [one for first in range(101) for one in places[first::101]]
        for number in soak.rounds("cuts", len(places) // 101, len(places)):
            way, place = places[number]
            digests = again(expert, lab)
            cutter.cut(**{("up", "down")[way]: place})
            attempt(expert, lab, cutter)
            settled(expert, lab, digests)


def test_cut_and_then_cut_again(tmp_path: Path, soak: Soak) -> None:
    with world(tmp_path / "ws") as (lab, expert, cutter):
        expert.submit("t1")
        up, down = measured(expert, lab, cutter)
        chance = random.Random(5)
        for _ in soak.rounds("pairs of cuts", 120, 2_000):
            digests = again(expert, lab)
            for _ in range(2):
                one_way = chance.random() < 0.5
                cutter.cut(
                    up=chance.randrange(up) if one_way else None,
                    down=None if one_way else chance.randrange(down),
                )
                attempt(expert, lab, cutter)
            settled(expert, lab, digests)


def test_news_cut_anywhere_are_whole_or_not_there(tmp_path: Path, soak: Soak) -> None:
    with world(tmp_path / "ws") as (lab, expert, cutter):
        chance = random.Random(6)
        whole = holdings(expert)
        for round_ in soak.rounds("batches cut thrice", 40, 400):
            name, start = f"n{round_}", 10 + 2 * round_
            lab.honest(name, start, 2)
            for _ in range(3):
                cutter.cut(down=chance.randrange(1, 9000))
                attempt(expert, lab, cutter)
                batches = {b[0]: b[4] for b in holdings(expert)["batches"]}
                assert batches.get(name) in (None, 2)
            expert.sync()
            found = holdings(expert)
            assert len(found["tasks"]) == len(whole["tasks"]) + 2
            whole = found
        assert quarantined(expert) == []


class Crash:
    """The lab commits and dies before it answers."""

    def __init__(self, lab: LyingLab) -> None:
        self._lab = lab

    def __call__(self, handler: Any) -> None:
        for one in jsonio.loads(handler.body)["results"]:
            self._lab.outcome(jsonio.dumps(one))
        handler.close_connection = True


def test_a_lab_killed_between_commit_and_reply(tmp_path: Path) -> None:
    with world(tmp_path / "ws") as (lab, expert, _):
        new = expert.submit("t1")
        lab.answers["/v1/results"] = Crash(lab)
        with pytest.raises(OfflineError):
            expert.sync()
        receipts = dict(lab.results)
        assert expert.workspace.outbox.counts() == {"sent": 1}
        del lab.answers["/v1/results"]
        settled(expert, lab, [new.digest])
        assert lab.results == receipts
