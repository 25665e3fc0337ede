"""Deciding over reviews of one task: where they differ, what is final, and what stands between them.

Works on judgement documents as labs and workspaces keep them (`judgement.py`). Only values are compared, place
by place (`places.py`): comments may differ between people who agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.controls import Control
from app.domain.places import (
    Answer,
    Judgement,
    is_whole,
    judgement_of,
    key_of,
    opposed,
    places,
    unasked,
    value_of,
)
from app.domain.task import Task


class DecisionKind(StrEnum):
    """Values are stored: never rename one."""

    ACCEPT = "accept"
    FIX = "fix"
    RETURN = "return"
    ADJUDICATE = "adjudicate"
    DELEGATE = "delegate"


class ErrorClass(StrEnum):
    """Why a grader's verdict was not kept."""

    AMBIGUOUS_CRITERION = "ambiguous_criterion"
    GUIDELINE_GAP = "guideline_gap"
    SLIP = "slip"
    OUTSIDE_FIELD = "outside_field"
    KNOWLEDGE = "knowledge"


class Standing(StrEnum):
    """How sure a task's final verdicts are (K2)."""

    UNANIMOUS = "unanimous"
    ADJUDICATED = "adjudicated"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class Row:
    """One place. values: by grader, in the order given; None where it is open. asked: whether it was asked of her."""

    place: Control
    values: tuple[Answer | None, ...]
    asked: tuple[bool, ...]

    @property
    def agrees(self) -> bool:
        """Everyone of whom it was asked says the same, and nobody left it open."""
        return len({key_of(self.place, value) for value in self._said}) <= 1

    @property
    def shared(self) -> Answer | None:
        """What they all say; None where they differ, and where it was asked of nobody."""
        return self._said[0] if self._said and self.agrees else None

    @property
    def opposed(self) -> bool:
        """Whether somebody speaks against somebody else; whole places never do."""
        said = self._said
        return not is_whole(self.place) and any(opposed(self.place, said[0], other) for other in said[1:])

    @property
    def _said(self) -> tuple[Answer | None, ...]:
        if all(self.asked):
            return self.values
        return tuple(value for value, asked in zip(self.values, self.asked, strict=True) if asked)


def compare(task: Task, judgements: Sequence[Judgement]) -> tuple[Row, ...]:
    """The graders side by side, in reading order."""
    aside = [unasked(task, j) for j in judgements]
    everyone = tuple(True for _ in judgements)
    return tuple(
        Row(
            p,
            tuple(value_of(j, p) for j in judgements),
            tuple(p not in one for one in aside) if any(aside) else everyone,
        )
        for p in places(task)
    )


def differing(task: Task, judgements: Sequence[Judgement]) -> int:
    """On how many of the compared places they differ."""
    rows = compare(task, judgements)
    single = [row for row in rows if not is_whole(row.place)] or rows
    return sum(not row.agrees for row in single)


def final_judgement(task: Task, rows: Sequence[Row]) -> dict[str, Any]:
    """The document of what all say. Open where they do not."""
    return judgement_of(task, {row.place: row.shared for row in rows if row.shared is not None})


def standing(task: Task, judgements: Sequence[Judgement], *, settled: bool, disputed: bool) -> Standing:
    """settled: a lead's decision with final verdicts is in force. disputed: a grader's objection to it is open."""
    if disputed:
        return Standing.UNRESOLVED
    if settled:
        return Standing.ADJUDICATED
    if len(judgements) > 1 and differing(task, judgements) == 0:
        return Standing.UNANIMOUS
    return Standing.UNRESOLVED
