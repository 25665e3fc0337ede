"""Pairs of responses to prefer: what the pairwise formats share."""

from __future__ import annotations

import hashlib
from typing import Any

from app.domain.batch import PolicyRef
from app.domain.rubric import Rubric
from app.domain.task import Turn
from app.formats.base import Answer, Draft, Given
from app.formats.writing import WIN

UNSCORED = PolicyRef("unscored")
FIRST, SECOND = "r1", "r2"


def turned(*texts: str) -> bool:
    """Whether the better one of a pair stands second, so that its place says nothing: by a hash of the texts."""
    return bool(hashlib.sha256("\x1f".join(texts).encode("utf-8", "surrogatepass")).digest()[0] & 1)


def draft(
    prompt: list[Turn],
    first: Answer,
    second: Answer,
    *,
    ties: bool = True,
    both_bad: bool = False,
    **more: Any,
) -> Draft:
    """A task that asks which of two is better."""
    asked = {"first": FIRST, "second": SECOND, "ties": ties, "both_bad": both_bad}
    return Draft(
        prompt,
        [Answer(first.text, first.model, FIRST), Answer(second.text, second.model, SECOND)],
        Rubric(()),
        panels=("preference",),
        questions={"preference": asked | more.pop("asked", {})},
        **more,
    )


def prefers(rater: str, value: int | str, why: str = "") -> Given:
    """A rater's preference; value: −3 … 3 (negative: the first) or both_bad."""
    found: dict[str, Any] = {"value": value} | ({"justification": why} if why else {})
    return Given(rater, {"preference": {"overall": found}})


def wins(rater: str, which: str, why: str = "") -> Given:
    """which: first, second, tie or both_bad."""
    value = {"first": -WIN, "second": WIN, "tie": 0}.get(which, which)
    return prefers(rater, value, why)
