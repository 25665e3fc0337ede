"""The coefficients of many graders, for many weightings of the items at once.

Sources: Fleiss, Psychol. Bull. 76(5), 1971; Krippendorff, Content Analysis, 2004, ch. 11; Gwet, Br. J. Math.
Stat. Psychol. 61(1), 2008, and Handbook of Inter-Rater Reliability, 4th ed. 2014, ch. 2–4. Shares of
categories with missing ratings are means over items of each item's own share, as Gwet has them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.agreement.figures import Floats, ratio
from app.agreement.ratings import Level
from app.agreement.terms import Terms
from app.agreement.weighting import Weighting, of_ac2

MAX_SHOWN = 64
"""With more categories than this their shares are not told."""


@dataclass(frozen=True)
class Coefficients:
    """One value a round; NaN where undefined. prevalence: (rounds, categories), or no column for too many."""

    observed: Floats
    fleiss_kappa: Floats
    krippendorff_alpha: Floats
    gwet_ac1: Floats
    gwet_ac2: Floats
    prevalence: Floats


def apart(first: Floats, second: Floats, weighting: Weighting, numbers: Floats) -> Floats:
    """How far two independent draws lie apart: Σ over c, k of p_c q_k (1 - w_ck). p, q: (rounds, categories).

    numbers: ascending. With one category 0.
    """
    size = len(numbers)
    if size < 2:
        return np.zeros(len(first))
    if weighting is Weighting.IDENTITY:
        together: Floats = first.sum(1) * second.sum(1) - (first * second).sum(1)
        return together
    if weighting is Weighting.ORDINAL:
        places = np.arange(size, dtype=np.float64)
        both = _linear(first, second, places) + _square(first, second, places)
        return both / (size * (size - 1))
    span = float(numbers[-1] - numbers[0])
    if weighting is Weighting.LINEAR:
        return _linear(first, second, numbers) / span
    return _square(first, second, numbers) / span**2


def _square(first: Floats, second: Floats, numbers: Floats) -> Floats:
    at = numbers - numbers.mean()
    found: Floats = (
        (first @ at**2) * second.sum(1) + (second @ at**2) * first.sum(1) - 2 * (first @ at) * (second @ at)
    )
    return found


def _linear(first: Floats, second: Floats, numbers: Floats) -> Floats:
    """Through the distribution functions: Σ over gaps of F(1 - G) + G(1 - F), times the gap."""
    f, g = np.cumsum(first, 1), np.cumsum(second, 1)
    f_all, g_all = f[:, -1:], g[:, -1:]
    crossing = f * (g_all - g) + g * (f_all - f)
    found: Floats = crossing[:, :-1] @ np.diff(numbers)
    return found


def coefficients(found: Terms, weights: Floats, level: Level, numbers: Floats) -> Coefficients:
    """All coefficients, one value a row of `weights` (rounds, items)."""
    identity, second = Weighting.IDENTITY, of_ac2(level)
    pairable = weights @ found.pairable
    agree = ratio(weights @ found.agree[identity], pairable)
    share = found.times / np.maximum(found.size, 1)[found.item]
    rated = weights @ found.rated
    shares = ratio(found.by_category(weights, share), rated[:, None])
    prevalence = np.empty((len(weights), 0))
    if found.categories <= MAX_SHOWN:
        ratings = weights @ found.size
        prevalence = ratio(found.by_category(weights, found.times), ratings[:, None])
    chance = apart(shares, shares, identity, numbers)
    ac2 = np.full(len(weights), np.nan)
    if level is not Level.NOMINAL:
        agree2 = ratio(weights @ found.agree[second], pairable)
        ac2 = _gwet(agree2, shares, second, numbers)
    return Coefficients(
        observed=agree,
        fleiss_kappa=1 - ratio(1 - agree, chance),
        krippendorff_alpha=_alpha(found, weights, level, numbers),
        gwet_ac1=_gwet(agree, shares, identity, numbers),
        gwet_ac2=ac2,
        prevalence=prevalence,
    )


def _gwet(agree: Floats, shares: Floats, weighting: Weighting, numbers: Floats) -> Floats:
    """(p_a - p_e) / (1 - p_e), p_e = T_w / (K (K - 1)) × Σ π (1 - π), T_w: the sum of all weights."""
    size = len(numbers)
    if size < 2:
        return np.full(len(agree), np.nan)
    even = np.full((1, size), 1 / size)
    total = size**2 * (1 - float(apart(even, even, weighting, numbers)[0]))
    chance = total / (size * (size - 1)) * (shares * (1 - shares)).sum(1)
    return ratio(agree - chance, 1 - chance)


def _alpha(found: Terms, weights: Floats, level: Level, numbers: Floats) -> Floats:
    """1 - D_o / D_e over items with two ratings or more; δ² nominal, interval or ordinal."""
    several = found.pairable[found.item] * found.times
    counts = found.by_category(weights, several)
    total = counts.sum(1)
    if level is Level.ORDINAL:
        places = np.cumsum(counts, 1) - counts / 2
        # Places are ranks up to the number of ratings; their scale cancels, but squares of it would not be exact.
        places = ratio(places, total[:, None])
        places = np.nan_to_num(places)
        seen = found.coincidences(weights, places)
        expected = 2 * (total * (counts * places**2).sum(1) - (counts * places).sum(1) ** 2)
        return 1 - ratio(seen * (total - 1), expected)
    weighting = Weighting.QUADRATIC if level is Level.INTERVAL else Weighting.IDENTITY
    seen = weights @ (found.size * found.pairable * (1 - found.agree[weighting]))
    expected = apart(counts, counts, weighting, numbers)
    return 1 - ratio(seen * (total - 1), expected)
