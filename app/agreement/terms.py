"""What each item contributes to the sums that all coefficients of many graders are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from app.agreement.figures import Floats, Ints, tally
from app.agreement.ratings import Ratings
from app.agreement.weighting import Weighting

DENSE_CELLS = 20_000_000
"""Up to so many cells a table of items × categories is held whole; beyond it sums run over the entries."""


@dataclass(frozen=True)
class Terms:
    """item, code, times: the filled cells of the table items × categories. size: ratings an item has.

    agree: for each weighting the share of an item's ordered pairs of ratings that agree; 0 with one rating.
    """

    items: int
    categories: int
    item: Ints
    code: Ints
    times: Floats
    size: Floats
    agree: dict[Weighting, Floats]
    dense_cells: int = DENSE_CELLS

    @property
    def rated(self) -> Floats:
        return (self.size >= 1).astype(np.float64)

    @property
    def pairable(self) -> Floats:
        return (self.size >= 2).astype(np.float64)

    def by_category(self, weights: Floats, values: Floats) -> Floats:
        """Σ over items of weight × value, for each category: (rounds, items) and one value a cell."""
        if self.items * self.categories <= self.dense_cells:
            table = np.zeros((self.items, self.categories))
            table[self.item, self.code] = values
            sums: Floats = weights @ table
            return sums
        found = np.empty((len(weights), self.categories))
        for row, drawn in enumerate(weights):
            found[row] = tally(self.code, values * drawn[self.item], self.categories)
        return found

    def coincidences(self, weights: Floats, places: Floats) -> Floats:
        """Σ over items and ordered pairs of their ratings of (place - place')² / (ratings - 1), by round.

        places: (rounds, categories); they differ from round to round.
        """
        share = self.pairable / np.maximum(self.size - 1, 1)
        if self.items * self.categories**2 <= self.dense_cells:
            table = np.zeros((self.items, self.categories))
            table[self.item, self.code] = self.times
            pairs = np.einsum("ic,ik->ick", table * share[:, None], table)
            size = self.categories
            found = (weights @ pairs.reshape(self.items, size * size)).reshape(len(weights), size, size)
            own: Floats = np.einsum("bck,bc->b", found, places**2)
            crossed: Floats = np.einsum("bck,bc,bk->b", found, places, places)
            return 2 * (own - crossed)
        sums = np.empty(len(weights))
        for row, drawn in enumerate(weights):
            at = self.times * places[row][self.code]
            first = tally(self.item, at, self.items)
            second = tally(self.item, at * places[row][self.code], self.items)
            sums[row] = 2 * float(np.sum(drawn * share * (self.size * second - first**2)))
        return sums


def terms(ratings: Ratings, numbers: Floats, weightings: Iterable[Weighting]) -> Terms:
    """Terms of all units. numbers: of the categories, ascending, as `app.agreement.weighting` takes them."""
    size = len(ratings.categories)
    key, times = np.unique(ratings.unit * max(size, 1) + ratings.code, return_counts=True)
    item, code = np.divmod(key, max(size, 1))
    count = np.bincount(ratings.unit, minlength=ratings.units).astype(np.float64)
    found = Terms(ratings.units, size, item, code, times.astype(np.float64), count, {})
    pairs = np.maximum(count * (count - 1), 1)
    for weighting in weightings:
        apart = _apart(found, weighting, numbers)
        found.agree[weighting] = np.where(count >= 2, 1 - apart / pairs, 0.0)
    return found


def _apart(found: Terms, weighting: Weighting, numbers: Floats) -> Floats:
    """Σ over ordered pairs of an item's ratings of 1 - weight."""
    if weighting is Weighting.IDENTITY:
        same = tally(found.item, found.times**2, found.items)
        return found.size**2 - same
    if weighting is Weighting.ORDINAL:
        places = np.arange(found.categories, dtype=np.float64)
        both = _distances(found, places) + _squares(found, places)
        return both / max(found.categories * (found.categories - 1), 1)
    span = float(numbers[-1] - numbers[0]) if len(numbers) > 1 else 1.0
    if weighting is Weighting.LINEAR:
        return _distances(found, numbers) / span
    return _squares(found, numbers) / span**2


def _squares(found: Terms, numbers: Floats) -> Floats:
    at = (numbers - numbers.mean())[found.code] if len(numbers) else np.zeros(0)
    first = tally(found.item, found.times * at, found.items)
    second = tally(found.item, found.times * at**2, found.items)
    return 2 * (found.size * second - first**2)


def _distances(found: Terms, numbers: Floats) -> Floats:
    """2 Σ over c < k of T_c T_k (v_k - v_c): entries stand sorted by item, then by category."""
    at = (numbers - numbers.mean())[found.code] if len(numbers) else np.zeros(0)
    below = np.cumsum(found.times) - found.times
    moment = np.cumsum(found.times * at) - found.times * at
    start = np.searchsorted(found.item, found.item)
    above = found.times * (at * (below - below[start]) - (moment - moment[start]))
    total = tally(found.item, above, found.items)
    return 2 * total
