"""Replies about second opinions, practice and consistency, and what makes them of the services' rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from app.domain.places import Answer
from cli.replies.board import PlaceReply, place_json

if TYPE_CHECKING:
    from app.services.consistency import Consistency
    from app.services.opinions import Opened, OpinionRow
    from app.services.practice import Practice


class OpenedItem(TypedDict):
    """A task whose opinion was opened. differs: on so many places. kinds: judge, gold."""

    task: str
    batch: str
    differs: int
    kinds: list[str]


class PracticeItem(TypedDict):
    """A calibration batch. right, keyed: verdicts of the key, over the tasks graded. pass_mark, share: 0 to 1.

    share: null before the first. passed: null until every task is graded.
    """

    batch: str
    title: str
    pass_mark: float
    tasks: int
    graded: int
    right: int
    keyed: int
    share: float | None
    passed: bool | None


class ConsistencyItem(TypedDict):
    """One's own repeats in a finished batch. same: answers alike the second time, of so many verdicts. first, second,
    even: how often the response shown first (second, neither) came out ahead. pairs: (task, its repeat, differences).
    """

    batch: str
    title: str
    repeats: int
    verdicts: int
    same: int
    first: int
    second: int
    even: int
    pairs: list[tuple[str, str, int]]


class OpinionsReply(TypedDict):
    """All opinions that were opened, practice and consistency."""

    opened: list[OpenedItem]
    practice: list[PracticeItem]
    consistency: list[ConsistencyItem]


class SourceItem(TypedDict):
    """kind: judge (by its name) or gold."""

    kind: str
    name: str


class SaidItem(TypedDict):
    """value: null where the source says nothing."""

    value: Answer | None
    comment: str


class OpinionItem(PlaceReply):
    """mine: as it was before the opening. theirs: by source.

    criterion, or the path of anything else. response: null for what is asked over all.
    """

    mine: Answer | None
    theirs: list[SaidItem]
    differs: bool


class PracticeReply(TypedDict):
    """right, keyed: verdicts of the key."""

    right: int
    keyed: int
    rows: list[OpinionItem]


class OpinionReply(TypedDict):
    """The opinion on one task. state: none | sealed | empty | opened. changed: a revision of mine was made after it."""

    task: str
    state: str
    sources: list[SourceItem]
    rows: list[OpinionItem]
    changed: bool
    practice: PracticeReply | None


def opened_json(one: Opened) -> OpenedItem:
    return {"task": one.task, "batch": one.batch, "differs": one.differs, "kinds": list(one.kinds)}


def practice_json(one: Practice) -> PracticeItem:
    return {
        "batch": one.batch,
        "title": one.title,
        "pass_mark": one.pass_mark,
        "tasks": one.tasks,
        "graded": one.graded,
        "right": one.right,
        "keyed": one.keyed,
        "share": one.share,
        "passed": one.passed,
    }


def consistency_json(one: Consistency) -> ConsistencyItem:
    return {
        "batch": one.batch,
        "title": one.title,
        "repeats": one.repeats,
        "verdicts": one.verdicts,
        "same": one.same,
        "first": one.first,
        "second": one.second,
        "even": one.even,
        "pairs": list(one.pairs),
    }


def row_json(row: OpinionRow) -> OpinionItem:
    return {
        **place_json(row.place),
        "mine": row.mine.value,
        "theirs": [{"value": c.value, "comment": c.comment} for c in row.theirs],
        "differs": row.differs,
    }
