from __future__ import annotations

from pathlib import Path

import pytest

from app.clock import FixedClock
from app.errors import InputError, LockedError
from app.keys.pin import LONGEST_WAIT_S, Attempts, checked_new_pin, wait_s


@pytest.mark.parametrize("pin", ["", "123", "0000", " 1234", "1234 "])
def test_a_weak_pin_is_refused(pin: str) -> None:
    with pytest.raises(InputError) as caught:
        checked_new_pin(pin)
    assert caught.value.code == "pin.weak"
    assert pin.strip() == "" or pin.strip() not in caught.value.message


@pytest.mark.parametrize("pin", ["1234", "748213", "correct horse", "密碼一二"])
def test_digits_or_a_passphrase_may_be_a_pin(pin: str) -> None:
    assert checked_new_pin(pin) == pin


def test_waits_grow_from_the_fifth_failure_to_a_quarter_of_an_hour() -> None:
    assert [wait_s(n) for n in (0, 4, 5, 6, 10, 14, 15, 10_000)] == [0, 0, 1, 2, 32, 512, 900, LONGEST_WAIT_S]


def test_failures_are_counted_across_programs_and_success_clears_them(
    tmp_path: Path, clock: FixedClock
) -> None:
    path = tmp_path / "attempts.json"
    for _ in range(6):
        Attempts(path, clock).check()
        Attempts(path, clock).failed()
        clock.advance(1)  # as long as the wait after the fifth
    with pytest.raises(LockedError) as caught:
        Attempts(path, clock).check()
    assert (caught.value.code, caught.value.params) == ("pin.wait", {"failed": 6, "seconds": 1})
    clock.advance(1)
    Attempts(path, clock).check()
    Attempts(path, clock).succeeded()
    assert not path.exists()
    Attempts(path, clock).succeeded()


def test_a_clock_years_off_never_makes_a_wait_of_years(tmp_path: Path, clock: FixedClock) -> None:
    attempts = Attempts(tmp_path / "attempts.json", clock)
    for _ in range(5):
        attempts.failed()
    clock.advance(-10 * 365 * 86_400)
    with pytest.raises(LockedError):
        attempts.check()
    clock.advance(2)
    attempts.check()


@pytest.mark.parametrize(
    "content", ["", "{}", '{"failed": "9"}', '{"failed": 9}', '{"failed": 9, "at": 5}', "[]"]
)
def test_a_damaged_count_never_locks_anyone_out(tmp_path: Path, clock: FixedClock, content: str) -> None:
    path = tmp_path / "attempts.json"
    path.write_text(content)
    Attempts(path, clock).check()
    Attempts(path, clock).failed()
