"""Replies about what came back and about one's own letters, and what makes them of the services' rows.

Times are RFC 3339 in UTC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from app.domain.places import Answer
from app.domain.times import to_text
from cli.replies.board import PlaceReply, place_json

if TYPE_CHECKING:
    from app.services.lettering import Letter
    from app.services.returns import Regrade, Return, ReturnView, TeamNote


class ReturnedPlace(PlaceReply):
    """An answer of mine that the lead changed or wrote about. final: null where she left it.

    criterion, or the path of anything else. response: null for what is asked over all.
    """

    mine: Answer | None
    final: Answer | None
    error_class: str
    reason: str


class ReturnItem(TypedDict):
    """A decision over one's own result, by its digest. kind: accept | fix | return | adjudicate. changed: answers.

    answered: accept, dispute, or empty. regraded: a newer revision of mine was submitted since.
    """

    task: str
    batch: str
    title: str
    kind: str
    at: str
    lead: str
    comment: str
    changed: int
    answered: str
    regraded: bool
    decision: str
    result: str
    rows: list[ReturnedPlace]
    gap: str


class RegradeItem(TypedDict):
    """A result of mine made under an older rubric or guideline than the batch has now."""

    task: str
    batch: str
    title: str
    rubric_was: str
    rubric_now: str
    guideline_was: str
    guideline_now: str


class NoteItem(TypedDict):
    """A note to everyone who holds the batch. criteria: those that it is about; none: all."""

    batch: str
    version: str
    at: str
    text: str
    criteria: list[str]


class ReturnsReply(TypedDict):
    """What came back, newest first; what to grade again; notes."""

    returns: list[ReturnItem]
    regrade: list[RegradeItem]
    notes: list[NoteItem]


class LetterSigned(TypedDict):
    """A signed answer or proposal that waits to be sent. about: what it says in one word. digest: of its payload."""

    id: str
    kind: str
    about: str
    task: str | None
    digest: str


class LetterItem(LetterSigned):
    """kind: decision | answer | proposal. about: what it says in one word. state: ready | sent | receipted | parked."""

    batch: str | None
    state: str
    reason: str
    created_at: str
    received_at: str | None


class Reopened(TypedDict):
    """what: withdrawn (before it was sent) or revision."""

    task: str
    what: str


def return_json(one: Return, view: ReturnView) -> ReturnItem:
    return {
        "task": one.task,
        "batch": one.batch,
        "title": one.title,
        "kind": one.kind,
        "at": to_text(one.at),
        "lead": one.lead,
        "comment": one.comment,
        "changed": one.changed,
        "answered": one.answered,
        "regraded": one.regraded,
        "decision": one.decision,
        "result": one.result,
        "rows": [
            {
                **place_json(row.place),
                "mine": row.mine.value,
                "final": row.theirs,
                "error_class": row.error_class,
                "reason": row.reason,
            }
            for row in view.changed
        ],
        "gap": view.gap,
    }


def regrade_json(one: Regrade) -> RegradeItem:
    return {
        "task": one.task,
        "batch": one.batch,
        "title": one.title,
        "rubric_was": one.rubric_was,
        "rubric_now": one.rubric_now,
        "guideline_was": one.guideline_was,
        "guideline_now": one.guideline_now,
    }


def note_json(one: TeamNote) -> NoteItem:
    return {
        "batch": one.batch,
        "version": one.version,
        "at": to_text(one.at),
        "text": one.text,
        "criteria": list(one.criteria),
    }


def signed_json(letter: Letter) -> LetterSigned:
    return {
        "id": letter.id,
        "kind": letter.kind,
        "about": letter.about,
        "task": letter.task,
        "digest": letter.digest,
    }


def letter_json(letter: Letter) -> LetterItem:
    return {
        **signed_json(letter),
        "batch": letter.batch,
        "state": letter.state,
        "reason": letter.reason,
        "created_at": to_text(letter.created_at),
        "received_at": to_text(letter.received_at) if letter.received_at else None,
    }
