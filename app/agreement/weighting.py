"""How much of an agreement a pair of different values still is: identity, linear, quadratic, ordinal weights."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from app.agreement.figures import Floats
from app.agreement.ratings import Level


class Weighting(StrEnum):
    IDENTITY = "identity"
    LINEAR = "linear"
    QUADRATIC = "quadratic"
    ORDINAL = "ordinal"


def matrix(weighting: Weighting, scores: Floats) -> Floats:
    """Weights (K, K), 1 on the diagonal, 0 for the farthest pair (Cohen 1968; Gwet 2014, ch. 3).

    scores: the categories' numbers. Ordinal weights know only their order:
    1 - C(|k - l| + 1, 2) / C(K, 2).
    """
    size = len(scores)
    if weighting is Weighting.IDENTITY or size < 2:
        return np.eye(size)
    if weighting is Weighting.ORDINAL:
        places = np.arange(size)
        apart = np.abs(places[:, None] - places[None, :]).astype(np.float64)
        ordinal: Floats = 1 - apart * (apart + 1) / (size * (size - 1))
        return ordinal
    span = float(scores.max() - scores.min())
    apart = np.abs(scores[:, None] - scores[None, :]) / span
    found: Floats = 1 - (apart if weighting is Weighting.LINEAR else apart**2)
    return found


def numbers(level: Level, scores: Floats) -> Floats:
    """What weights are computed from: places for ordinal values, the numbers themselves for interval ones."""
    return scores if level is Level.INTERVAL else np.arange(len(scores), dtype=np.float64)


def of_ac2(level: Level) -> Weighting:
    """Gwet's AC2 here: ordinal weights for an order, quadratic ones for distances."""
    return Weighting.QUADRATIC if level is Level.INTERVAL else Weighting.ORDINAL
