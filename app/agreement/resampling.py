"""The bootstrap over items: whole items are drawn with replacement, a few hundred rounds at a time.

Every figure here depends on the items only through sums over them, so a round is a vector of weights times
the items' own terms. Items with the same terms stand together as one pattern, whose weight in a round is then
one multinomial draw: the same distribution at a fraction of the work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.agreement.figures import Floats, Ints, Tell

ROUNDS = 1000
SEED = 20_260_101
CHUNK_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """rounds: 0 for none. The same seed and data give the same intervals."""

    rounds: int = ROUNDS
    seed: int = SEED
    tell: Tell | None = None


@dataclass(frozen=True, slots=True)
class Patterns:
    """Items grouped by equal terms. first: an item of each pattern; counts: how many there are of it."""

    first: Ints
    counts: Ints


def patterns(keys: Ints | None, items: int) -> Patterns:
    """Group items by key (equal key: equal terms); without keys each item is its own pattern."""
    if keys is not None:
        _, first, counts = np.unique(keys, return_index=True, return_counts=True)
        if 4 * len(first) <= items:
            return Patterns(first.astype(np.int64), counts.astype(np.int64))
    return Patterns(np.arange(items), np.ones(items, np.int64))


def weights(found: Patterns, bootstrap: Bootstrap, width: int = 1) -> Iterator[Floats]:
    """How often each pattern was drawn: arrays (rounds of a chunk, patterns). Tells progress by round.

    width: of what is computed from a round, if that is wider than the patterns: chunks are cut to fit it.
    """
    random = np.random.default_rng(bootstrap.seed)
    size, items = len(found.counts), int(found.counts.sum())
    grouped = size < items
    chunk = max(1, min(bootstrap.rounds, CHUNK_CELLS // max(size, width, 1)))
    done = 0
    while done < bootstrap.rounds:
        now = min(chunk, bootstrap.rounds - done)
        if grouped:
            drawn = random.multinomial(items, found.counts / items, size=now).astype(np.float64)
        else:
            drawn = np.empty((now, size))
            for row in range(now):
                drawn[row] = np.bincount(random.integers(0, items, items), minlength=items)
        yield drawn
        done += now
        if bootstrap.tell is not None:
            bootstrap.tell(done, bootstrap.rounds)
