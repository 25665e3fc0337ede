"""An edit is data: one leaf of a review at one path, what it was and what it is.

Paths are JSON Pointers (RFC 6901) into the judgement: `/responses/r1/verdicts/c3/value`. A *set*
replaces a leaf (None: absent); a *splice* replaces a stretch of a text leaf. Both invert exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from app.domain.ids import DeviceId, TaskId
from app.domain.review import Review
from app.errors import InputError

Scalar: TypeAlias = str | int | float | bool


class Change(StrEnum):
    SET = "set"
    SPLICE = "splice"


@dataclass(frozen=True, slots=True)
class Edit:
    """seq: place in the device's journal, 0 before it is stored. group: edits undone together.

    offset: for a splice, the code point where `old` stood and `new` stands.
    undoes: the group that this edit takes back, or None.
    """

    id: str
    device: DeviceId
    task: TaskId
    path: str
    old: Scalar | None
    new: Scalar | None
    at: datetime
    group: str
    change: Change = Change.SET
    offset: int = 0
    undoes: str | None = None
    seq: int = 0


def apply(review: Review, edit: Edit) -> Review:
    """The review after the edit. InputError when the review is not what the edit expects."""
    if edit.task != review.task:
        raise InputError("edit.task", "This edit belongs to another task.")
    current = review.values.get(edit.path)
    if edit.change is Change.SET:
        expected = None if edit.old == "" else edit.old
        if current != expected or type(current) is not type(expected):
            raise _stale(edit)
        return review.with_value(edit.path, edit.new)
    text = "" if current is None else current
    old, new = edit.old or "", edit.new or ""
    if not (isinstance(text, str) and isinstance(old, str) and isinstance(new, str)):
        raise _stale(edit)
    end = edit.offset + len(old)
    if edit.offset < 0 or text[edit.offset : end] != old:
        raise _stale(edit)
    changed = text[: edit.offset] + new + text[end:]
    return review.with_value(edit.path, changed)


def _stale(edit: Edit) -> InputError:
    return InputError(
        "edit.stale",
        "The review has changed at “{path}” since this edit was made.",
        params={"path": edit.path},
    )


def invert(edit: Edit, *, id: str, at: datetime, group: str, device: DeviceId) -> Edit:
    """The edit that takes this one back, and says so."""
    return replace(
        edit, id=id, at=at, group=group, device=device, old=edit.new, new=edit.old, undoes=edit.group, seq=0
    )


def splice(before: str, after: str) -> tuple[int, str, str]:
    """(offset, removed, inserted): the smallest stretch that turns `before` into `after`."""
    start = 0
    limit = min(len(before), len(after))
    while start < limit and before[start] == after[start]:
        start += 1
    tail = 0
    while tail < limit - start and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return start, before[start : len(before) - tail], after[start : len(after) - tail]


JOIN_WINDOW = timedelta(milliseconds=500)


def join(first: Edit, second: Edit) -> Edit | None:
    """Typing joined: one splice for two, when they touch and are at most 500 ms apart; else None."""
    if (
        first.change is not Change.SPLICE
        or second.change is not Change.SPLICE
        or (first.task, first.path, first.device, first.undoes)
        != (second.task, second.path, second.device, None)
        or not timedelta(0) <= second.at - first.at <= JOIN_WINDOW
    ):
        return None
    old1, new1 = str(first.old or ""), str(first.new or "")
    old2, new2 = str(second.old or ""), str(second.new or "")
    start, end = first.offset, first.offset + len(new1)
    if not start <= second.offset <= end or second.offset + len(old2) > end:
        return None
    at = second.offset - start
    return replace(first, new=new1[:at] + new2 + new1[at + len(old2) :], old=old1, at=second.at)
