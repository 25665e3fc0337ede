"""Two graders at a time: their table, how often they agree, Cohen's kappa plain and weighted.

Cohen, Educ. Psychol. Meas. 20(1), 1960, and Psychol. Bull. 70(4), 1968.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.agreement import figures
from app.agreement.coefficients import apart
from app.agreement.figures import Figure, Floats, Ints, Tell, figure, ratio, tally, undefined
from app.agreement.ratings import Level, Ratings
from app.agreement.resampling import Bootstrap
from app.agreement.weighting import Weighting, matrix, numbers

MAX_CELLS = 8_000_000
CHUNK_PAIRS = 4_000_000
KAPPAS = {
    "cohen_kappa": Weighting.IDENTITY,
    "cohen_kappa_linear": Weighting.LINEAR,
    "cohen_kappa_quadratic": Weighting.QUADRATIC,
}


@dataclass(frozen=True, slots=True)
class Pair:
    """n: items that both graders rated."""

    first: str
    second: str
    n: int
    observed: Figure
    cohen_kappa: Figure
    cohen_kappa_linear: Figure
    cohen_kappa_quadratic: Figure


def tables(ratings: Ratings, tell: Tell | None = None) -> Ints | None:
    """(graders, graders, categories, categories): for a < b how often a said c where b said k.

    None when the table would be too large to hold (many graders and many categories). A grader's second
    rating of a unit must have been taken out before (`Ratings.doubles`).
    """
    graders, size = len(ratings.raters), len(ratings.categories)
    cells = graders * graders * size * size
    if cells > MAX_CELLS:
        return None
    found = np.zeros(cells, np.int64)
    done = 0
    for rater, code in _rectangles(ratings):
        several = rater.shape[1]
        for a in range(several):
            for b in range(a + 1, several):
                key = ((rater[:, a] * graders + rater[:, b]) * size + code[:, a]) * size + code[:, b]
                found += np.bincount(key, minlength=cells)
        done += rater.size
        if tell is not None:
            tell(done, ratings.count)
    return found.reshape(graders, graders, size, size)


def _rectangles(ratings: Ratings) -> Iterator[tuple[Ints, Ints]]:
    """(grader, code) of units with equally many ratings, graders ascending within each row."""
    order = np.lexsort((ratings.rater, ratings.unit))
    size = ratings.per_unit()
    start = np.cumsum(size) - size
    for many in np.unique(size[size >= 2]):
        rows = start[size == many]
        step = max(1, CHUNK_PAIRS // int(many))
        for at in range(0, len(rows), step):
            places = order[rows[at : at + step, None] + np.arange(many)[None, :]]
            yield ratings.rater[places], ratings.code[places]


def all_pairs(ratings: Ratings, level: Level, bootstrap: Bootstrap) -> list[Pair] | None:
    """Every two graders, in order, each with intervals over items; None when there are too many."""
    if len(ratings.raters) == 2:
        return [_two(ratings, level, bootstrap)]
    found = tables(ratings, bootstrap.tell)
    if found is None:
        return None
    names = ratings.raters
    quiet = Bootstrap(bootstrap.rounds, bootstrap.seed)
    pairs: list[Pair] = []
    many = len(names) * (len(names) - 1) // 2
    for a in range(len(names)):
        for b in range(a + 1, len(names)):
            pairs.append(_pair(names[a], names[b], found[a, b], ratings, level, quiet))
            if bootstrap.tell is not None:
                bootstrap.tell(len(pairs), many)
    return pairs


def _two(ratings: Ratings, level: Level, bootstrap: Bootstrap) -> Pair:
    found = tables(ratings)
    a, b = ratings.raters
    return _pair(a, b, found[0, 1] if found is not None else None, ratings, level, bootstrap)


def _pair(
    first: str, second: str, table: Ints | None, ratings: Ratings, level: Level, bootstrap: Bootstrap
) -> Pair:
    if table is None:
        a, b, _ = _joined(ratings)
        n, point, rounds = len(a), *_sparse(a, b, ratings, level, bootstrap)
    else:
        n, point, rounds = int(table.sum()), *_dense(table, ratings.units, ratings, level, bootstrap)
    named: dict[str, Figure] = {}
    for name in ("observed", *KAPPAS):
        reason = _reason(n, name, level)
        if reason:
            named[name] = undefined(reason)
        else:
            named[name] = figure(point[name], rounds.get(name), figures.ONE_CATEGORY, n)
    return Pair(first, second, n, **named)


def _reason(n: int, name: str, level: Level) -> str:
    if n == 0:
        return figures.NO_PAIRS
    return figures.NOT_ORDERED if level is Level.NOMINAL and name not in ("observed", "cohen_kappa") else ""


def _dense(
    table: Ints, units: int, ratings: Ratings, level: Level, bootstrap: Bootstrap
) -> tuple[dict[str, float], dict[str, Floats]]:
    """The items of a pair are its table's cells and one more for what they did not both rate."""
    cells = np.append(table.ravel(), max(units - int(table.sum()), 0)).astype(np.float64)
    size = len(ratings.categories)
    at = numbers(level, ratings.scores)

    def values(drawn: Floats) -> dict[str, Floats]:
        found = drawn[:, :-1].reshape(-1, size, size)
        return _values(np.einsum("bcc->b", found), found.sum(2), found.sum(1), found, at)

    point = {name: float(one[0]) for name, one in values(cells[None, :]).items()}
    if not bootstrap.rounds or not cells.sum():
        return point, {}
    random = np.random.default_rng(bootstrap.seed)
    drawn = random.multinomial(int(cells.sum()), cells / cells.sum(), size=bootstrap.rounds)
    return point, values(drawn.astype(np.float64))


def _values(
    same: Floats,
    first: Floats,
    second: Floats,
    found: Floats | None,
    at: Floats,
    apart_seen: Floats | None = None,
) -> dict[str, Floats]:
    """observed and the kappas from joint counts. first, second: what each grader said, (rounds, categories)."""
    n = first.sum(1)
    values = {"observed": ratio(same, n)}
    for place, (name, weighting) in enumerate(KAPPAS.items()):
        if found is not None:
            seen = np.tensordot(found, 1 - matrix(weighting, at), 2)
        elif apart_seen is not None:
            seen = apart_seen[:, place]
        else:
            raise ValueError("either the tables or the weighted disagreement")
        values[name] = 1 - ratio(seen * n, apart(first, second, weighting, at))
    return values


def _joined(ratings: Ratings) -> tuple[Ints, Ints, Ints]:
    """Codes of the first and of the second grader on the units that both rated, and those units."""
    one, two = np.full(ratings.units, -1), np.full(ratings.units, -1)
    mine = ratings.rater == 0
    one[ratings.unit[mine]] = ratings.code[mine]
    two[ratings.unit[~mine]] = ratings.code[~mine]
    both = np.flatnonzero((one >= 0) & (two >= 0))
    return one[both], two[both], both


def _sparse(
    a: Ints, b: Ints, ratings: Ratings, level: Level, bootstrap: Bootstrap
) -> tuple[dict[str, float], dict[str, Floats]]:
    """Two graders and very many values: sums over the items instead of a table."""
    size, at = len(ratings.categories), numbers(level, ratings.scores)
    span = float(at[-1] - at[0])
    gap = np.abs(at[a] - at[b]) / span
    distances = np.stack([(a != b).astype(np.float64), gap, gap**2], axis=1)

    def values(drawn: Floats) -> dict[str, Floats]:
        seen = drawn[None, :] @ distances
        first = tally(a, drawn, size)[None, :]
        second = tally(b, drawn, size)[None, :]
        return _values(drawn.sum(keepdims=True) - seen[:, 0], first, second, None, at, seen)

    point = {name: float(one[0]) for name, one in values(np.ones(len(a))).items()}
    if not bootstrap.rounds or not len(a):
        return point, {}
    random = np.random.default_rng(bootstrap.seed)
    rounds: dict[str, list[float]] = {name: [] for name in point}
    for done in range(bootstrap.rounds):
        drawn = np.bincount(random.integers(0, len(a), len(a)), minlength=len(a)).astype(np.float64)
        for name, one in values(drawn).items():
            rounds[name].append(float(one[0]))
        if bootstrap.tell is not None and done % 20 == 0:
            bootstrap.tell(done, bootstrap.rounds)
    return point, {name: np.array(found) for name, found in rounds.items()}
