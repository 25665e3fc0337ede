"""Scoring policies by name and version: pure functions of a rubric and verdict values.

The same code runs in the window, the command line, the exporter and the lab.
Sources of the formulas stand at each policy (`ratio.py`, `tree.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId
from app.domain.rubric import Rubric
from app.domain.scoring.ratio import (
    APEX,
    BIGLAW,
    HEALTHBENCH,
    PRBENCH_NORM,
    PRBENCH_RAW,
    PROFBENCH,
    RESEARCHRUBRICS,
)
from app.domain.scoring.result import Entry, Line, Policy, Score, Summary, summary
from app.domain.scoring.tree import PAPERBENCH_TREE
from app.domain.scoring.unscored import UNSCORED
from app.domain.verdict import Value
from app.errors import InputError

POLICIES: Mapping[str, Policy] = {
    p.name: p
    for p in (
        HEALTHBENCH,
        APEX,
        PRBENCH_RAW,
        PRBENCH_NORM,
        RESEARCHRUBRICS,
        PROFBENCH,
        PAPERBENCH_TREE,
        BIGLAW,
        UNSCORED,
    )
}


def policy(ref: PolicyRef) -> Policy:
    """The policy of this name and version. InputError if it is not known here."""
    found = POLICIES.get(ref.name)
    if found is None or found.version != ref.version:
        raise InputError(
            "policy.unknown",
            "The scoring policy “{policy}” is not known here.",
            hint="Known: {known}.",
            params={"policy": str(ref), "known": ", ".join(POLICIES)},
        )
    return found


def score(ref: PolicyRef, rubric: Rubric, values: Mapping[CriterionId, Value]) -> Score:
    return policy(ref).score(rubric, values)


__all__ = ["POLICIES", "Entry", "Line", "Policy", "Score", "Summary", "policy", "score", "summary"]
