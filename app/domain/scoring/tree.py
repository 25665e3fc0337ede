"""PaperBench: a tree of weighted requirements.

Source: openai/frontier-evals, PaperBench: a leaf is 0 or 1; a parent is Σ weight × score ÷ Σ weight of its
children, 0 when the weights add up to 0. A criterion set aside leaves both sums of its parent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Kind, Rubric
from app.domain.scoring.ratio import credit
from app.domain.scoring.result import Line, Score
from app.domain.verdict import ASIDE, Value

Credits = dict[CriterionId, float | None]


@dataclass(frozen=True, slots=True)
class WeightedTree:
    name: str = "paperbench_tree"
    version: int = 1
    unit: float = 1.0
    formula: str = "each node: Σ weight × score of its children ÷ Σ weight; a leaf is 1 when met, else 0"

    def score(self, rubric: Rubric, values: Mapping[CriterionId, Value]) -> Score:
        credits: Credits = {}
        aside: set[CriterionId] = set()
        left_open: set[CriterionId] = set()
        for leaf in rubric.leaves:
            value = values.get(leaf.id)
            credits[leaf.id] = credit(leaf, value, partial=False)
            if value in ASIDE or leaf.kind is Kind.FREE:
                aside.add(leaf.id)
            elif value is None:
                left_open.add(leaf.id)
        share = _shares(rubric, aside)
        lines = tuple(
            Line(
                c.id,
                c.points,
                values.get(c.id),
                credits[c.id],
                _product(credits[c.id], share[c.id]),
                share[c.id],
            )
            for c in rubric.leaves
        )
        total = _sum(rubric, aside, lambda c: credits[c.id] or 0.0)
        best = _sum(rubric, aside, lambda c: 1.0 if c.id in left_open else credits[c.id] or 0.0)
        defined = bool(rubric.leaves) and len(aside) < len(rubric.leaves)
        return Score(
            value=round(total, 12) if defined else None,
            policy=f"{self.name} {self.version}",
            unit=1.0,
            won=round(total, 12),
            lost=0.0,
            possible=1.0,
            low=round(total, 12) if defined else None,
            high=round(best, 12) if defined else None,
            open=len(left_open),
            lines=lines,
            reason="" if defined else "every criterion is set aside",
        )


def _product(got: float | None, share: float) -> float:
    return round((got or 0.0) * share, 12)


def _order(rubric: Rubric) -> list[Criterion]:
    """Children before their parents."""
    return [c for _, c in reversed(list(rubric.walk()))]


def _live(rubric: Rubric, aside: set[CriterionId]) -> set[CriterionId]:
    """Nodes with at least one leaf below them that counts."""
    live: set[CriterionId] = set()
    for node in _order(rubric):
        if node.kind is Kind.GROUP:
            if any(child.id in live for child in rubric.children.get(node.id, ())):
                live.add(node.id)
        elif node.id not in aside:
            live.add(node.id)
    return live


def _sum(rubric: Rubric, aside: set[CriterionId], leaf_score: Callable[[Criterion], float]) -> float:
    live = _live(rubric, aside)
    found: dict[CriterionId | None, float] = {}
    for node in _order(rubric):
        if node.id in live:
            found[node.id] = (
                _mean(rubric, node.id, live, found) if node.kind is Kind.GROUP else leaf_score(node)
            )
    return _mean(rubric, None, live, found)


def _mean(
    rubric: Rubric, parent: CriterionId | None, live: set[CriterionId], found: dict[CriterionId | None, float]
) -> float:
    below = [c for c in rubric.children.get(parent, ()) if c.id in live]
    if parent is None and len(below) == 1:
        return found[below[0].id]
    weight = sum(c.points for c in below)
    return sum(c.points * found[c.id] for c in below) / weight if weight else 0.0


def _shares(rubric: Rubric, aside: set[CriterionId]) -> dict[CriterionId, float]:
    """How much of the whole each leaf is worth."""
    live = _live(rubric, aside)
    share: dict[CriterionId | None, float] = {None: 1.0}
    for _, node in rubric.walk():
        siblings = [c for c in rubric.children[node.parent] if c.id in live]
        weight = sum(c.points for c in siblings)
        part = (
            1.0 if node.parent is None and len(siblings) == 1 else (node.points / weight if weight else 0.0)
        )
        share[node.id] = share[node.parent] * part if node.id in live else 0.0
    return {c.id: share[c.id] for c in rubric.leaves}


PAPERBENCH_TREE = WeightedTree()
