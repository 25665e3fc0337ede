"""Long loops of the rigs: a fixed number of rounds on every change; in a soak, as many as the time allows.

`ASSAY_SOAK` is how many seconds the long loops of one run may take altogether; each gets an equal part of what is
left when it begins. However little that is, a loop does at least what it does on every change.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


def rounds(least: int, most: int, seconds: float) -> Iterator[int]:
    """0, 1, 2 …: `least` of them, then more until so many seconds are over or there were `most`."""
    ends = time.monotonic() + seconds
    for number in range(max(least, most)):
        if number >= least and time.monotonic() >= ends:
            return
        yield number


@dataclass
class Budget:
    """What the long loops of one run may take. ends: on the monotonic clock; loops: how many have not begun."""

    ends: float
    loops: int

    @classmethod
    def of_run(cls, loops: int) -> Budget:
        return cls(time.monotonic() + float(os.environ.get("ASSAY_SOAK", "0")), loops)

    def share(self) -> float:
        """Seconds for the loop that begins now."""
        share = max(self.ends - time.monotonic(), 0.0) / self.loops
        self.loops -= 1
        return share


@dataclass
class Soak:
    """A test's long loop. seconds: 0 on every change; record: notes `<number> <what>` that was counted."""

    seconds: float
    record: Callable[[str], None]

    def rounds(self, what: str, least: int, most: int) -> Iterator[int]:
        """Rounds that are counted under this name when they ended well."""
        done = 0
        for number in rounds(least, most, self.seconds):
            yield number
            done += 1
        self.counted(done, what)

    def counted(self, number: int, what: str) -> None:
        self.record(f"{number} {what}")
