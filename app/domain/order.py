"""Blind names and the order responses are shown in: seeded, kept with the result, repeatable anywhere."""

from __future__ import annotations

import hashlib

from app.domain.ids import ResponseId, TaskId
from app.domain.task import Task

LETTERS = "ABCDEFGHI"


def shown_order(task: Task, seed: str, *, blind: bool) -> tuple[ResponseId, ...]:
    """The order for this seed; the file's own order when the batch is not blind.

    Sorted by SHA-256 of seed, task and response: needs no random generator, so any language can repeat it.
    """
    ids = tuple(r.id for r in task.responses)
    if not blind:
        return ids
    return tuple(sorted(ids, key=lambda r: _rank(seed, task.id, r)))


def _rank(seed: str, task: TaskId, response: ResponseId) -> bytes:
    return hashlib.sha256("\x1f".join((seed, task, response)).encode()).digest()


def letter(order: tuple[ResponseId, ...], response: ResponseId) -> str:
    """The name that the expert sees: A for the first shown."""
    return LETTERS[order.index(response)]
