"""How long a task takes this person, and what fits into the minutes she has.

Active time counts the gaps between signs of life (focus, keys, scrolling); a gap longer than the
reading allowance of what is on the screen counts as the allowance only, so silent reading of a
long text is work and a laptop left open is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.domain.ids import TaskId

READING_CPS = 15.0
"""Characters a second, a slow careful reader (about 180 English words a minute)."""
VERDICT_S = 12.0
"""Seconds for one verdict before anything is known of this person's own pace."""
LEAST_GAP_MS = 60_000


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of life. at_ms: monotonic milliseconds. stop: work paused or the window left here."""

    at_ms: int
    stop: bool = False


def active_ms(signs: Iterable[Sign], characters: int) -> int:
    """Milliseconds of work between the first and the last sign."""
    allowance = max(LEAST_GAP_MS, int(characters / READING_CPS * 1000))
    total = 0
    for before, after in pairwise(signs):
        if not before.stop:
            total += min(max(after.at_ms - before.at_ms, 0), allowance)
    return total


@dataclass(frozen=True, slots=True)
class Done:
    """A finished task: what it held and what it took."""

    characters: int
    verdicts: int
    active_ms: int


@dataclass(frozen=True, slots=True)
class Pace:
    """factor: this person's time over the guess from text and verdicts; 1.0 until she has done some."""

    factor: float = 1.0

    def estimate_ms(self, characters: int, verdicts: int) -> int:
        return int(_guess_ms(characters, verdicts) * self.factor)


def _guess_ms(characters: int, verdicts: int) -> float:
    return (characters / READING_CPS + verdicts * VERDICT_S) * 1000


def pace_of(done: Sequence[Done]) -> Pace:
    """The median ratio over the last finished tasks, between 0.1 and 5."""
    ratios = sorted(
        d.active_ms / _guess_ms(d.characters, d.verdicts) for d in done if d.characters and d.active_ms
    )
    if not ratios:
        return Pace()
    middle = len(ratios) // 2
    median = ratios[middle] if len(ratios) % 2 else (ratios[middle - 1] + ratios[middle]) / 2
    return Pace(min(max(median, 0.1), 5.0))


@dataclass(frozen=True, slots=True)
class Open:
    """An unfinished task. left_ms: estimated rest. started: work on it has begun."""

    task: TaskId
    left_ms: int
    started: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    tasks: tuple[Open, ...]
    spare_ms: int


def plan(minutes: int, tasks: Sequence[Open]) -> Shift:
    """What fits: started tasks first, then in order; a task that does not fit is passed over."""
    left = minutes * 60_000
    chosen: list[Open] = []
    for task in sorted(tasks, key=lambda t: not t.started):
        if task.left_ms <= left:
            chosen.append(task)
            left -= task.left_ms
    return Shift(tuple(chosen), left)
