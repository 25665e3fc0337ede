"""One question with described scores 1–5, as Prometheus and BiGGen-Bench ask it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.formats.base import Given

SCORE = "score"


def question(criteria: str, described: Sequence[str]) -> dict[str, Any]:
    """described: what the scores 1, 2 … mean."""
    return {
        "attributes": [
            {
                "id": SCORE,
                "text": "Score",
                "help": criteria,
                "low": 1,
                "high": len(described),
                "anchors": [{"value": n, "label": text[:500]} for n, text in enumerate(described, 1)],
                "comment": "optional",
            }
        ]
    }


def scored(rater: str, value: int, why: str) -> Given:
    entry: dict[str, Any] = {"value": value} | ({"comment": why} if why else {})
    return Given(rater, {"responses": {"r1": {"ratings": {SCORE: entry}}}})
