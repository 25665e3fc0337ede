"""P13: agreement over 1M verdicts of 20 graders with 1,000 bootstrap rounds, beside the same in bare NumPy.

The floor computes observed agreement, Fleiss' kappa, Krippendorff's alpha, Gwet's AC1 and all 190 Cohen's
kappas with their tables, from the same arrays, and draws items as anybody would write it down.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from app.agreement.ratings import Level, Ratings
from app.agreement.resampling import ROUNDS, SEED, Bootstrap
from app.agreement.summary import agreement
from benchmarks.__main__ import Bed
from benchmarks.measure import Bench, Budget

UNITS, GRADERS, CATEGORIES = 52_632, 20, 3
"""With 5 % missing a million verdicts."""


@contextmanager
def benches(bed: Bed) -> Iterator[list[Bench]]:
    ratings = verdicts()

    def ours() -> float:
        start = time.perf_counter()
        agreement(ratings, Level.NOMINAL, Bootstrap(ROUNDS, SEED, lambda done, total: None))
        return (time.perf_counter() - start) * 1000

    def floor() -> float:
        start = time.perf_counter()
        bare(ratings)
        return (time.perf_counter() - start) * 1000

    title = f"agreement, {ratings.count:,} verdicts, {GRADERS} graders, {ROUNDS:,} rounds"
    yield [Bench("P13", title, floor, ours, (Budget(ratio=1.5),))]


def verdicts() -> Ratings:
    """Met, partly, not met: skewed as rubric data is, each grader with a noise of her own; 5 % missing."""
    random = np.random.default_rng(SEED)
    truth = random.choice(CATEGORIES, UNITS, p=(0.75, 0.05, 0.2))
    noisy = random.random((UNITS, GRADERS)) < np.linspace(0.05, 0.25, GRADERS)
    code = np.where(noisy, random.integers(0, CATEGORIES, (UNITS, GRADERS)), truth[:, None])
    unit, rater = np.nonzero(random.random((UNITS, GRADERS)) < 0.95)
    names = tuple(f"g{n}" for n in range(GRADERS))
    return Ratings(unit, rater, code[unit, rater], UNITS, names, ("met", "not_met", "partly"), np.arange(3.0))


def bare(ratings: Ratings) -> dict[str, Any]:
    """(value, low, high) of the four figures and of each pair's kappa."""
    random = np.random.default_rng(SEED)
    k, n, graders = CATEGORIES, ratings.units, len(ratings.raters)
    table = np.bincount(ratings.unit * k + ratings.code, minlength=n * k).reshape(n, k).astype(float)
    size = table.sum(1)
    share = ((table**2).sum(1) - size) / np.maximum(size * (size - 1), 1)
    terms = np.column_stack([share, size >= 2, size >= 1, table / np.maximum(size, 1)[:, None]])
    terms = np.column_stack([terms, size * (1 - share) * (size >= 2), table * (size >= 2)[:, None]])
    sums = np.empty((ROUNDS + 1, terms.shape[1]))
    sums[0] = terms.sum(0)
    for row in range(1, ROUNDS + 1):
        sums[row] = np.bincount(random.integers(0, n, n), minlength=n) @ terms
    agree, part, count = sums[:, 0] / sums[:, 1], sums[:, 3 : 3 + k] / sums[:, 2:3], sums[:, 4 + k :]
    chance, total = (part**2).sum(1), count.sum(1)
    found = {"observed": agree, "fleiss": (agree - chance) / (1 - chance)}
    guess = (part * (1 - part)).sum(1) / (k - 1)
    found["ac1"] = (agree - guess) / (1 - guess)
    found["alpha"] = 1 - sums[:, 3 + k] * (total - 1) / (total**2 - (count**2).sum(1))
    matrix = np.full((n, graders), -1)
    matrix[ratings.unit, ratings.rater] = ratings.code
    for a in range(graders):
        for b in range(a + 1, graders):
            both = (matrix[:, a] >= 0) & (matrix[:, b] >= 0)
            cells = np.bincount(matrix[both, a] * k + matrix[both, b], minlength=k * k)
            drawn = random.multinomial(cells.sum(), cells / cells.sum(), size=ROUNDS)
            found[f"{a}-{b}"] = _kappa(np.vstack([cells, drawn]).reshape(-1, k, k).astype(float))
    return {name: (one[0], *np.percentile(one[1:], (2.5, 97.5))) for name, one in found.items()}


def _kappa(tables: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    n = tables.sum((1, 2))
    seen = np.einsum("bcc->b", tables) / n
    chance = (tables.sum(1) * tables.sum(2)).sum(1) / n**2
    found: np.ndarray[Any, np.dtype[np.float64]] = (seen - chance) / (1 - chance)
    return found
