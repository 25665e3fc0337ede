"""Agreement of pairwise votes as MT-bench counts it: every two votes on one question, pair and turn.

The pair is sorted and the winner turned with it; any two ties agree; votes of "tie" can be left out
(Zheng et al. 2023, arXiv:2306.05685, Table 5; setup S1 with ties, S2 without).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from app.agreement.figures import Figure, figure, ratio
from app.agreement.resampling import Bootstrap, patterns, weights

NO_TWO_VOTES = "No two of these votes were on the same pair."
TIE = "tie"


@dataclass(frozen=True, slots=True)
class Vote:
    """winner: `first`, `second` or `tie`. group: whose vote it is (experts, a judge)."""

    question: str
    first: str
    second: str
    winner: str
    group: str
    turn: int = 1

    @property
    def place(self) -> tuple[str, str, str]:
        return (self.question, min(self.first, self.second), max(self.first, self.second))

    @property
    def chosen(self) -> str:
        """The name of the winner, or `tie`: the same in either order."""
        return {"first": self.first, "second": self.second}.get(self.winner, TIE)


@dataclass(frozen=True, slots=True)
class VoteAgreement:
    """n: pairs of votes; agreed: of them. places: questions × pairs with at least one pair of votes."""

    n: int
    agreed: int
    places: int
    share: Figure


def vote_agreement(
    votes: Iterable[Vote],
    one: str,
    other: str,
    *,
    ties: bool = True,
    turn: int | None = None,
    bootstrap: Bootstrap | None = None,
) -> VoteAgreement:
    """Group `one` against group `other`; the same name twice: every two votes within the group.

    turn: None for both; votes meet within one turn only. Intervals over (question, pair).
    """
    bootstrap = bootstrap or Bootstrap()
    groups: dict[tuple[tuple[str, str, str], int], dict[str, list[str]]] = defaultdict(dict)
    for vote in votes:
        if (turn is None or vote.turn == turn) and (ties or vote.chosen != TIE):
            groups[vote.place, vote.turn].setdefault(vote.group, []).append(vote.chosen)
    counts: dict[tuple[str, str, str], list[int]] = {}
    for (place, _), found in groups.items():
        n, agreed = _count(found.get(one, ()), found.get(other, ()), same=one == other)
        if n:
            row = counts.setdefault(place, [0, 0])
            row[0] += n
            row[1] += agreed
    table = np.array(list(counts.values()), np.float64).reshape(-1, 2)
    rounds = None
    if len(table):
        drawn = [found @ table for found in weights(patterns(None, len(table)), bootstrap)]
        if drawn:
            sums = np.concatenate(drawn)
            rounds = ratio(sums[:, 1], sums[:, 0])
    n, agreed = int(table[:, 0].sum()), int(table[:, 1].sum())
    share = figure(agreed / n if n else float("nan"), rounds, NO_TWO_VOTES, len(table))
    return VoteAgreement(n, agreed, len(table), share)


def _count(one: Sequence[str], other: Sequence[str], *, same: bool) -> tuple[int, int]:
    if not same:
        return len(one) * len(other), sum(a == b for a in one for b in other)
    size = len(one)
    equal = sum(one[i] == one[j] for i in range(size) for j in range(i + 1, size))
    return size * (size - 1) // 2, equal
