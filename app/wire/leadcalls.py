"""Bodies of the calls around second grades: openings, decisions, answers, proposals, the review feed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from app.wire.models import Id, Jws, Model, Sha256, Short, Text, Time
from app.wire.protocol import MAX_PAGE, MAX_RESULTS

MAX_OPENINGS = 200

ReviewKind = Literal[
    "review.task", "review.sealed", "review.result", "review.decided", "review.answer", "review.proposal"
]
"""Kinds of this version. A reader passes over kinds that it does not know.

review.task: the exact line of a task whose results are open to the lead, in `line`. review.sealed: a task that was
drawn for a blind second grade; it comes as an assignment in the feed, and what others found as `sealed`.
review.result, review.decided, review.answer, review.proposal: a teammate's signed document.
"""


class OpeningsRequest(Model):
    """`POST /v1/openings`. results: digests of result payloads whose receipts the caller holds."""

    results: Annotated[list[Sha256], Field(min_length=1, max_length=MAX_OPENINGS)]


class OpeningsReply(Model):
    """openings: `opening` documents. unknown: digests that the lab holds no result of the caller's for."""

    openings: list[Jws]
    unknown: list[Sha256] = Field(default_factory=list)


class LettersRequest(Model):
    """`POST /v1/decisions`, `/v1/answers`, `/v1/proposals`; answered like `/v1/results`."""

    documents: Annotated[list[Jws], Field(min_length=1, max_length=MAX_RESULTS)]


class ReviewItem(Model):
    """n: counts 1, 2, 3… for each lead. id: of the task, result, decision, answer or proposal."""

    n: Annotated[int, Field(ge=1)]
    kind: Short
    id: Id
    document: Jws | None = None
    line: Text | None = None


class ReviewPage(Model):
    """`GET /v1/review-feed?cursor=&limit=`; for leads alone."""

    items: Annotated[list[ReviewItem], Field(max_length=MAX_PAGE)]
    next: Short
    more: bool
    epoch: Id
    server_time: Time
