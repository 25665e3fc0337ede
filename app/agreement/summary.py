"""All figures of a set of ratings: agreement of everybody, of every two graders, and the categories' shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.agreement import figures
from app.agreement.coefficients import Coefficients, coefficients
from app.agreement.figures import Figure, Floats, Ints, figure, undefined
from app.agreement.pairs import Pair, all_pairs
from app.agreement.ratings import Level, Ratings
from app.agreement.resampling import Bootstrap, Patterns, patterns, weights
from app.agreement.terms import terms
from app.agreement.weighting import Weighting, numbers, of_ac2

COEFFICIENTS = ("observed", "fleiss_kappa", "krippendorff_alpha", "gwet_ac1", "gwet_ac2")
KEY_LIMIT = 2**62


@dataclass(frozen=True)
class Agreement:
    """units: items, rated or not; pairable: with two ratings or more; incomplete: not rated by everybody.

    pairs: None when there are too many graders and categories for a table of each two.
    """

    units: int
    ratings: int
    pairable: int
    incomplete: int
    raters: tuple[str, ...]
    level: Level
    figures: dict[str, Figure]
    prevalence: dict[str, Figure]
    pairs: tuple[Pair, ...] | None

    def __getitem__(self, name: str) -> Figure:
        return self.figures[name]


def agreement(
    ratings: Ratings, level: Level, bootstrap: Bootstrap | None = None, *, every_pair: bool = True
) -> Agreement:
    """Every figure with its 95 % interval. Memory: a few arrays the size of the ratings.

    every_pair: also each two graders; without it `pairs` is None unless there are just two.

    Graders who rated nothing are left out. Clusters, where the ratings have them, are what is resampled.
    """
    bootstrap = bootstrap or Bootstrap()
    ratings = ratings.without_idle()
    size = ratings.per_unit()
    point, rounds, items = _everybody(ratings, level, bootstrap)
    found: dict[str, Figure] = {}
    for name in COEFFICIENTS:
        reason = _reason(ratings, size, name, level)
        one: Floats | None = None if rounds is None else getattr(rounds, name)
        value = float(getattr(point, name)[0])
        found[name] = undefined(reason) if reason else figure(value, one, _undefined(name), items)
    pairs: list[Pair] | None = []
    if len(ratings.raters) >= 2:
        wanted = every_pair or len(ratings.raters) == 2
        pairs = all_pairs(ratings, level, bootstrap) if wanted else None
    return Agreement(
        units=ratings.units,
        ratings=ratings.count,
        pairable=int((size >= 2).sum()),
        incomplete=int((size < len(ratings.raters)).sum()),
        raters=ratings.raters,
        level=level,
        figures=found | _cohen(ratings, pairs, level),
        prevalence=_prevalence(ratings, point, rounds, items),
        pairs=None if pairs is None else tuple(pairs),
    )


def _everybody(
    ratings: Ratings, level: Level, bootstrap: Bootstrap
) -> tuple[Coefficients, Coefficients | None, int]:
    """The point, the rounds, and how many items were resampled."""
    at = numbers(level, ratings.scores)
    weightings = {Weighting.IDENTITY}
    if level is not Level.NOMINAL:
        weightings |= {of_ac2(level), Weighting.QUADRATIC}
    if ratings.clusters is None:
        items = ratings.units
        found = patterns(_keys(ratings), items)
        spread: Ints | None = None
        if len(found.first) < items:
            chosen = np.zeros(items, bool)
            chosen[found.first] = True
            order = np.argsort(found.first)
            ratings = ratings.only(chosen)
            found = Patterns(found.first[order], found.counts[order])
    else:
        items = int(ratings.clusters.max()) + 1 if len(ratings.clusters) else 0
        found, spread = patterns(None, items), ratings.clusters
    counted = terms(ratings, at, weightings)
    whole = np.ones((1, ratings.units)) if spread is not None else found.counts[None, :].astype(np.float64)
    point = coefficients(counted, whole, level, at)
    if not bootstrap.rounds or items < 2:
        return point, point if bootstrap.rounds else None, items
    parts = [
        coefficients(counted, drawn if spread is None else drawn[:, spread], level, at)
        for drawn in weights(
            found, bootstrap, max(len(ratings.categories), ratings.units if spread is not None else 0)
        )
    ]
    return point, _joined(parts), items


def _joined(parts: list[Coefficients]) -> Coefficients:
    names = (*COEFFICIENTS, "prevalence")
    return Coefficients(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})


def _keys(ratings: Ratings) -> Ints | None:
    """One number for each unit's counts of categories, where those fit into 62 bits."""
    size, most = len(ratings.categories), int(ratings.per_unit().max(initial=0)) + 1
    if not 0 < size <= 62 or most**size > KEY_LIMIT:
        return None
    powers = np.array([most**place for place in range(size)], np.int64)
    keys = np.zeros(ratings.units, np.int64)
    np.add.at(keys, ratings.unit, powers[ratings.code])
    return keys


def _reason(ratings: Ratings, size: Ints, name: str, level: Level) -> str:
    """Why a coefficient of everybody is undefined whatever the ratings say; empty when it is not."""
    if not ratings.count:
        return figures.NO_RATINGS
    if len(ratings.raters) < 2:
        return figures.ONE_RATER
    if not (size >= 2).any():
        return figures.NO_PAIRS
    if name == "gwet_ac2" and level is Level.NOMINAL:
        return figures.NOT_ORDERED
    return ""


def _undefined(name: str) -> str:
    return figures.NEEDS_TWO_CATEGORIES if name.startswith("gwet") else figures.ONE_CATEGORY


def _cohen(ratings: Ratings, pairs: list[Pair] | None, level: Level) -> dict[str, Figure]:
    names = ("cohen_kappa", "cohen_kappa_linear", "cohen_kappa_quadratic")
    if pairs is not None and len(pairs) == 1:
        return {name: getattr(pairs[0], name) for name in names}
    if not ratings.count:
        reason = figures.NO_RATINGS
    else:
        reason = figures.ONE_RATER if len(ratings.raters) < 2 else figures.NOT_TWO_RATERS
    ordered = level is not Level.NOMINAL
    return {n: undefined(reason if ordered or n == names[0] else figures.NOT_ORDERED) for n in names}


def _prevalence(
    ratings: Ratings, point: Coefficients, rounds: Coefficients | None, items: int
) -> dict[str, Figure]:
    """The share of each category among all ratings; nothing for more than 64 categories."""
    found = {}
    shown = ratings.categories if point.prevalence.shape[1] else ()
    for place, name in enumerate(shown):
        drawn: Floats | None = None if rounds is None else rounds.prevalence[:, place]
        found[name] = figure(float(point.prevalence[0, place]), drawn, figures.NO_RATINGS, items)
    return found
