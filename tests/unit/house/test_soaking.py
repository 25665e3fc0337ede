"""The long loops of the rigs: their number on every change, their time in a soak, and what of them is noted."""

from __future__ import annotations

import time
from pathlib import Path

import promises
import pytest

from tests.soaking import Budget, Soak, rounds


def test_on_every_change_the_number_is_fixed() -> None:
    assert list(rounds(3, 10_000, 0)) == [0, 1, 2]


def test_in_a_soak_it_goes_on_until_its_time_or_its_full_number() -> None:
    assert list(rounds(3, 50, 60)) == list(range(50))
    began = time.monotonic()
    done = sum(1 for _ in rounds(3, 10**12, 0.05))
    assert done > 3
    assert 0.05 <= time.monotonic() - began < 5


def test_loops_share_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_SOAK", "90")
    budget = Budget.of_run(3)
    assert budget.share() == pytest.approx(30, abs=5)
    assert budget.share() == pytest.approx(45, abs=5)  # the first took no time
    assert budget.share() == pytest.approx(90, abs=5)
    monkeypatch.delenv("ASSAY_SOAK")
    assert Budget.of_run(1).share() == 0


def test_what_is_counted_are_rounds_that_ended() -> None:
    counted: list[str] = []
    assert list(Soak(0, counted.append).rounds("kills", 4, 9)) == [0, 1, 2, 3]
    assert counted == ["4 kills"]
    broken = Soak(0, counted.append).rounds("kills", 4, 9)
    assert next(broken) == 0
    broken.close()
    assert counted == ["4 kills"]


RIG = """
import pytest

@pytest.mark.parametrize("kills", [4, 7])
def test_kills(soak, kills):
    for _ in soak.rounds("kills", kills, 10**9):
        pass

def test_without_a_loop():
    assert {fine}
"""


@pytest.mark.parametrize("fine", [True, False])
def test_a_run_is_noted_with_what_was_counted_and_whether_it_held(tmp_path: Path, fine: bool) -> None:
    rig = tmp_path / "test_rig.py"
    rig.write_text(RIG.format(fine=fine), encoding="utf-8")
    found = promises.run(promises.Promise("R0", "it holds", "11 kills", ("-p", "tests.conftest", str(rig))))
    assert (found["held"], found["form"], found["counted"]) == (fine, "CI", {"tests": 3, "kills": 11})
    row = promises.page({"R3": found}).partition("| R3 |")[2].partition("\n")[0]
    assert ("CI: 11 kills, 3 tests in" in row) is fine


def test_a_soak_runs_short_rows_first_and_shares_the_time_that_is_left() -> None:
    rows = [promises.Promise(name, "", "", (), share=share) for name, share in (("a", 1), ("b", 0), ("c", 3))]
    found = [(one.id, seconds) for one, seconds in promises.soaked(rows, 10)]
    assert [name for name, _ in found] == ["b", "a", "c"]
    assert [seconds for _, seconds in found] == pytest.approx([0, 150, 600], abs=5)
