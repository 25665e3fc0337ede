"""HealthBench's meta-evaluation: how well one rater predicts what the physicians said.

Every (rater, other physician) pair on an example is one count; balanced F1 is the mean of the F1 of "met" and
the F1 of "not met" (openai/simple-evals, healthbench_meta_eval.py; Arora et al. 2025, arXiv:2505.08775). A
physician is compared with the others of the same examples, herself left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from app.agreement.figures import Figure, FigureReply, Floats, figure, ratio
from app.agreement.ratings import Ratings
from app.agreement.resampling import Bootstrap, patterns, weights
from app.domain.verdict import Mark
from app.i18n import mark

NO_SIDE = mark("One of the two sides was never said by either, so its F1 is undefined.")
NO_COUNTS = mark("No example was judged by this grader and by another one.")


class BalancedReply(TypedDict):
    """A grader against all others. n: pairs counted."""

    n: int
    balanced_f1: FigureReply
    f1_met: FigureReply
    f1_not_met: FigureReply


@dataclass(frozen=True, slots=True)
class Balanced:
    """n: pairs counted."""

    n: int
    balanced_f1: Figure
    f1_met: Figure
    f1_not_met: Figure

    def as_json(self) -> BalancedReply:
        return {
            "n": self.n,
            "balanced_f1": self.balanced_f1.as_json(),
            "f1_met": self.f1_met.as_json(),
            "f1_not_met": self.f1_not_met.as_json(),
        }


def each_left_out(ratings: Ratings, bootstrap: Bootstrap | None = None) -> dict[str, Balanced]:
    """Every rater against all others of the same units, herself left out; intervals over units.

    Empty where a verdict is anything but met and not met: the figure knows two sides only.
    """
    if not ratings.count or not set(ratings.categories) <= {Mark.MET, Mark.NOT_MET}:
        return {}
    bootstrap = bootstrap or Bootstrap()
    side = np.array([int(name != Mark.MET) for name in ratings.categories])[ratings.code]
    said = np.zeros((ratings.units, 2))
    np.add.at(said, (ratings.unit, side), 1)
    found: dict[str, Balanced] = {}
    for place, name in enumerate(ratings.raters):
        mine = ratings.rater == place
        own, row = side[mine], np.arange(int(mine.sum()))
        others = said[ratings.unit[mine]]
        others[row, own] -= 1
        counts = np.zeros((len(row), 4))
        counts[row, 2 * own], counts[row, 2 * own + 1] = others.T
        found[name] = _balanced(counts, bootstrap, grouped=True)
    return found


def balanced_f1(
    own: Sequence[bool | None], others: Sequence[Sequence[bool]], bootstrap: Bootstrap | None = None
) -> Balanced:
    """One rater against the others of each example; intervals over examples."""
    bootstrap = bootstrap or Bootstrap()
    counts = np.zeros((len(own), 4))
    for row, (mine, theirs) in enumerate(zip(own, others, strict=True)):
        if mine is not None:
            for label in theirs:
                counts[row, 2 * (not mine) + (not label)] += 1
    return _balanced(counts, bootstrap)


def _balanced(counts: Floats, bootstrap: Bootstrap, *, grouped: bool = False) -> Balanced:
    """counts: for each item how often (both met, own only, other only, neither). grouped: equal items are drawn at
    once, which large tables need."""
    counts = counts[counts.sum(1) > 0]
    point = _f1(counts.sum(0, keepdims=True))
    rounds = None
    if len(counts):
        keys = np.unique(counts, axis=0, return_inverse=True)[1].reshape(-1) if grouped else None
        alike = patterns(keys, len(counts))
        drawn = [found @ counts[alike.first] for found in weights(alike, bootstrap)]
        rounds = _f1(np.concatenate(drawn)) if drawn else None
    n = int(counts.sum())
    reason = NO_SIDE if n else NO_COUNTS
    one, two, both = (
        figure(float(value[0]), None if rounds is None else rounds[place], reason, len(counts))
        for place, value in enumerate(point)
    )
    return Balanced(n, both, one, two)


def _f1(sums: Floats) -> tuple[Floats, Floats, Floats]:
    """(F1 of met, F1 of not met, their mean) from (rounds, [both met, own only, other only, neither])."""
    both, mine, theirs, neither = sums.T
    met = ratio(2 * both, 2 * both + mine + theirs)
    not_met = ratio(2 * neither, 2 * neither + mine + theirs)
    return met, not_met, (met + not_met) / 2
