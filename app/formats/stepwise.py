"""Chains of steps: one response, its steps as stretches of its text. Shared by TRL stepwise and PRM800K."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.domain.rubric import Rubric
from app.domain.task import Turn
from app.formats.base import Answer, Draft, Record

RESPONSE = "r1"
BETWEEN = "\n\n"


def draft(prompt: list[Turn], steps: Sequence[str], *, asked: Record | None = None, **more: Any) -> Draft:
    """Steps set one after the other, an empty line between; each keeps its own text exactly."""
    at, stretches = 0, []
    for step in steps:
        stretches.append([at, at + len(step)])
        at += len(step) + len(BETWEEN)
    return Draft(
        prompt,
        [Answer(BETWEEN.join(steps), id=RESPONSE)],
        Rubric(()),
        panels=("steps",),
        questions={"steps": {"steps": {RESPONSE: stretches}} | (asked or {})},
        **more,
    )


def labels(values: Sequence[int | None]) -> dict[str, Any]:
    """The labels of steps from the first on, as a judgement's part; None where there is none."""
    return {str(n): {"value": v} for n, v in enumerate(values, 1) if v is not None}
