"""Replies of a lead's work: the queue and the board of a task, and what makes them of the services' rows.

Times are RFC 3339 in UTC. A place is a criterion by its response and id, or anything else by the JSON Pointer of its
value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from app.domain.places import Answer

if TYPE_CHECKING:
    from app.domain.controls import Control
    from app.services.board import Board, BoardRow
    from app.services.leading import QueueRow


class QueueItem(TypedDict):
    """A task of a lead's queue. number: its place. why: it was drawn; empty while it is blind. differ: of `places`.

    state: blind (grade it) | waiting (graded; opens at the next sync) | open | disputed | decided.
    """

    number: int
    task: str
    batch: str
    title: str
    state: str
    why: list[str]
    differ: int
    places: int
    graders: int


class PlaceReply(TypedDict):
    """criterion, or the path of anything else. response: null for what is asked over all."""

    response: str | None
    criterion: str | None
    path: str | None


class CellReply(TypedDict):
    """An answer as it was given. value: null where it was left open. reason: why it could not be judged."""

    value: Answer | None
    comment: str
    confidence: str | None
    reason: str | None


class RulingReply(TypedDict):
    """What the lead has noted for a place. adopted: a column's key; without one it is her own answer."""

    value: Answer
    adopted: str | None
    error_class: str | None
    reason: str
    doubt: str | None


class ColumnReply(TypedDict):
    """A grader. key: digest of the result, which `adopt` names. kind: own | grader | judge | gold.

    scores: by response; null where undefined. outdated: made under another rubric version, and not counted.
    """

    key: str
    number: int
    kind: str
    who: str
    revision: int
    submitted_at: str
    comment: str
    scores: dict[str, float | None]
    outdated: bool


class BoardItem(PlaceReply):
    """A place. points: of a criterion. cells: in the order of the columns. final: ruled, or what all say.

    criterion, or the path of anything else. response: null for what is asked over all. asked: there is something to
    decide.
    """

    panel: str
    text: str
    points: float | None
    cells: list[CellReply]
    differs: bool
    ruling: RulingReply | None
    final: Answer | None
    asked: bool


class PastReply(TypedDict):
    """A decision, or an answer to one. over: digests of the results that a decision was made over.

    kind: accept | fix | return | adjudicate, or accept | dispute for an answer. reasons: of an answer, by place.
    """

    what: str
    kind: str
    who: str
    own: bool
    digest: str
    at: str
    comment: str
    in_force: bool
    over: list[str]
    reasons: list[tuple[PlaceReply, str]]


class BoardReply(TypedDict):
    """Who said what of a task. comment, gap: the lead's drafts. undecided: places. after: the score of each response
    under the final answers, once all of them are there.
    """

    task: str
    batch: str
    state: str
    why: list[str]
    columns: list[ColumnReply]
    rows: list[BoardItem]
    past: list[PastReply]
    comment: str
    gap: str
    undecided: int
    after: dict[str, float | None]


def queue_json(row: QueueRow) -> QueueItem:
    return {
        "number": row.number,
        "task": row.task,
        "batch": row.batch,
        "title": row.title,
        "state": row.state,
        "why": list(row.why),
        "differ": row.differ,
        "places": row.places,
        "graders": row.graders,
    }


def place_json(place: Control) -> PlaceReply:
    """As a ruling names it: a criterion by its id, anything else by its path; and the response it is about."""
    rubric = place.panel == "rubric"
    return {
        "response": place.response,
        "criterion": place.item if rubric else None,
        "path": None if rubric else place.path,
    }


def board_json(found: Board) -> BoardReply:
    return {
        "task": found.task.id,
        "batch": found.batch.id,
        "state": found.state,
        "why": list(found.why),
        "columns": [
            {
                "key": c.key,
                "number": c.number,
                "kind": c.kind,
                "who": c.who,
                "revision": c.revision,
                "submitted_at": c.submitted_at,
                "comment": c.comment,
                "scores": {r: s.value for r, s in c.scores.items()},
                "outdated": c.outdated,
            }
            for c in found.columns
        ],
        "rows": [_row(found, row) for row in found.rows],
        "past": [
            {
                "what": one.what,
                "kind": one.kind,
                "who": one.who,
                "own": one.own,
                "digest": one.digest,
                "at": one.at,
                "comment": one.comment,
                "in_force": one.in_force,
                "over": list(one.over),
                "reasons": [(place_json(place), text) for place, text in one.reasons],
            }
            for one in found.past
        ],
        "comment": found.comment,
        "gap": found.gap,
        "undecided": len(found.undecided),
        "after": {r: s.value for r, s in found.after.items()},
    }


def _row(found: Board, row: BoardRow) -> BoardItem:
    from app.domain.places import words_of

    ruling: RulingReply | None = None
    if row.ruling is not None:
        ruling = {
            "value": row.ruling.value,
            "adopted": row.ruling.adopted,
            "error_class": row.ruling.error_class,
            "reason": row.ruling.reason,
            "doubt": row.ruling.doubt,
        }
    return {
        **place_json(row.place),
        "panel": row.place.panel,
        "text": words_of(found.task, row.place),
        "points": _points(found, row.place),
        "cells": [
            {"value": c.value, "comment": c.comment, "confidence": c.confidence, "reason": c.reason}
            for c in row.cells
        ],
        "differs": row.differs,
        "ruling": ruling,
        "final": row.final,
        "asked": row.asked,
    }


def _points(found: Board, place: Control) -> float | None:
    from app.domain.ids import CriterionId

    return found.task.rubric[CriterionId(place.item)].points if place.panel == "rubric" else None
