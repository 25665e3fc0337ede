"""The PIN (or passphrase) on the lock of a workspace whose keys are in the system's key store.

With a PIN the key store holds the keys only as a box sealed under it (`app.keys.box`, Argon2id): neither the
window nor the command line can open the workspace without it, locked or not.

What it stands against: someone at an unlocked computer, and other programs that read the key store. What it
does not: whoever copies the sealed box can try PINs as fast as Argon2id allows (10,000 of them in about an
hour on one computer), so six digits or a passphrase are advised; and the waiting time after wrong PINs is a
plain file that the same person's programs can remove. It slows fingers, it is no security boundary.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from app.clock import Clock
from app.domain.times import from_text, to_text
from app.errors import AssayError, InputError, LockedError
from app.keys.files import read_private, remove, write_private

MIN_PIN = 4
FREE_ATTEMPTS = 5
LONGEST_WAIT_S = 900


def checked_new_pin(pin: str) -> str:
    """The PIN if it can be set: four characters or more, not all the same. Raises InputError `pin.weak`."""
    if len(pin) < MIN_PIN or len(set(pin)) == 1 or pin != pin.strip():
        raise InputError(
            "pin.weak",
            "A PIN has at least {least} characters, not all the same, with no space around it.",
            hint="Six digits or a short sentence are better.",
            params={"least": MIN_PIN},
        )
    return pin


def wrong_pin() -> InputError:
    return InputError("pin.wrong", "This is not the PIN.", hint="Try again. Your work is safe.")


def wait_s(failed: int) -> int:
    """Seconds to wait after so many failures in a row: none for the first four, then 1, 2, 4 … 900."""
    if failed < FREE_ATTEMPTS:
        return 0
    return int(min(2 ** min(failed - FREE_ATTEMPTS, 20), LONGEST_WAIT_S))


class Attempts:
    """Failures in a row, kept in a file so that the window and the command line count together."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def check(self) -> None:
        """Raise LockedError `pin.wait` while the waiting time runs."""
        failed, left = self._state()
        if left > 0:
            raise LockedError(
                "pin.wait",
                "After {failed} wrong attempts there is a pause of {seconds} s.",
                hint="Wait, then try again; or use the printed recovery code. Your work is safe.",
                params={"failed": failed, "seconds": left},
            )

    def failed(self) -> None:
        failed = self._state()[0]
        # A full disk must not hide that the PIN was wrong, and must not keep the right one from opening.
        with suppress(AssayError):
            write_private(self._path, {"v": 1, "failed": failed + 1, "at": to_text(self._clock.now())})

    def succeeded(self) -> None:
        with suppress(AssayError):
            remove(self._path)

    def _state(self) -> tuple[int, int]:
        """(failures in a row, whole seconds still to wait)."""
        try:
            data = read_private(self._path) or {}
            failed = data.get("failed", 0)
            if type(failed) is not int or failed <= 0:
                return 0, 0
            since = self._clock.now() - from_text(data["at"])
        except (AssayError, KeyError, ValueError, TypeError, AttributeError):
            return 0, 0
        wait = wait_s(failed)
        if since < timedelta(0):
            # The clock was set back; waiting for it to catch up could take years.
            with suppress(AssayError):
                write_private(self._path, {"v": 1, "failed": failed, "at": to_text(self._clock.now())})
            return failed, wait
        return failed, max(0, wait - int(since.total_seconds()))
