"""A preference as it is kept and as it is shown: the sign belongs to the task's own first and second response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.ids import ResponseId
from app.domain.questions import BOTH_BAD, Preference
from app.domain.review import Scalar


def turned(asked: Preference, order: tuple[ResponseId, ...]) -> bool:
    """Whether the second response is shown on the left, so that signs are shown the other way round."""
    return order.index(asked.second) < order.index(asked.first)


def as_shown(asked: Preference, order: tuple[ResponseId, ...], value: Scalar | None) -> Scalar | None:
    """Kept ⇄ shown (its own inverse). Shown: negative, the response on the left is better."""
    if isinstance(value, int) and not isinstance(value, bool) and turned(asked, order):
        return -value
    return value


def better(asked: Preference, value: Scalar | None) -> ResponseId | None:
    """The response that is better by a kept value; None for a tie, both bad, or no answer."""
    if value is None or value == BOTH_BAD or not isinstance(value, int) or value == 0:
        return None
    return asked.first if value < 0 else asked.second


def given(judgement: Mapping[str, Any], dimension: str) -> int | str | None:
    """A kept value (or `both_bad`) in a judgement document, which may be written short; None without an answer."""
    found = (judgement.get("preference") or {}).get(dimension)
    value = found.get("value") if isinstance(found, Mapping) else found
    return value if isinstance(value, int) or value == BOTH_BAD else None


def side(value: int | str | None) -> int | str | None:
    """What two answers are compared by: which side, not how strongly: −1, 0 or 1, or `both_bad`."""
    return (value > 0) - (value < 0) if isinstance(value, int) else value
