"""Two laptops, one review: fields merged by who knew what, and no silent winner.

Each field carries the newest edit of each device that its value knows of (a version vector; Parker et al., Detection of
Mutual Inconsistency in Distributed Systems, 1983). A value that knew of the other replaces it; two that did not know of
each other and differ are both kept, until a person chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.domain.review import REVISION, STATUS, Scalar

Vector = Mapping[str, int]
"""Device → number of the newest edit there that is known of."""
APART = (STATUS, REVISION)
"""What is not merged by field: results say it."""


@dataclass(frozen=True, slots=True)
class Field:
    """A leaf's value (None: taken away, or never there) and what it knows of."""

    value: Scalar | None
    vector: Vector = field(default_factory=dict)


def knows(one: Vector, other: Vector) -> bool:
    """Whether everything that the other knows of is known to the one too."""
    return all(one.get(device, 0) >= seq for device, seq in other.items())


def joined(one: Vector, other: Vector) -> dict[str, int]:
    return {device: max(one.get(device, 0), other.get(device, 0)) for device in {**one, **other}}


def merge(mine: Field, theirs: Field) -> Literal["same", "mine", "theirs", "both"]:
    """Which value stands. same: they agree; both: neither knew of the other, and they differ."""
    if mine.value == theirs.value and type(mine.value) is type(theirs.value):
        return "same"
    if knows(mine.vector, theirs.vector):
        return "mine"
    return "theirs" if knows(theirs.vector, mine.vector) else "both"
