"""Bodies of the calls between workstation and lab. What matters in them is signed inside; they only carry
it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from app.wire.models import Count, Id, Jws, Model, Sha256, Short, Time

API = "/v1"
MAX_RESULTS = 100
MAX_RESULTS_BYTES = 2_000_000
MAX_PAGE = 500
PACK_TASKS = 50
PROBLEM_TYPE = "application/problem+json"


class Limits(Model):
    results: Annotated[int, Field(ge=1)] = MAX_RESULTS
    results_bytes: Annotated[int, Field(ge=1)] = MAX_RESULTS_BYTES
    page: Annotated[int, Field(ge=1)] = MAX_PAGE
    blob_bytes: Annotated[int, Field(ge=1)] = 2**31


class WellKnown(Model):
    """`GET /.well-known/assay`.

    keys: every version of the key list from the first, each as the documents that sign it (one, or two when
    the signing key changes). poll_s: seconds between asking for news, at least.
    """

    protocol: Annotated[list[int], Field(min_length=1)] = Field(default_factory=lambda: [1])
    lab: Id
    name: Short
    url: Short
    server_time: Time
    poll_s: Annotated[int, Field(ge=0, le=86400)] = 60
    limits: Limits = Field(default_factory=Limits)
    keys: Annotated[
        list[Annotated[list[Jws], Field(min_length=1, max_length=2)]], Field(min_length=1, max_length=1000)
    ]


class EnrolReply(Model):
    """`POST /v1/enrol` (the body of the request is the enrolment document itself)."""

    registration: Jws


FeedKind = Literal[
    "batch.offered", "batch.assigned", "batch.revised", "batch.withdrawn",
    "result.accepted", "result.returned",
    "roster", "sealed", "calibration", "repeats", "decision.later",
    "keys.rotated", "device", "revocation", "notice",
]  # fmt: skip
"""Kinds of this version. A reader passes over kinds that it does not know.

batch.offered, batch.revised, batch.withdrawn carry a `batch` document (the last with `withdrawn` set);
batch.assigned an `assignment`, always after its batch; result.accepted, result.returned and decision.later (another
lead decided first) a `decision`, with the result's or decision's id; roster, sealed, calibration and repeats the
document of that name; the others say in `id` what they are about.
"""


class FeedItem(Model):
    """n: counts 1, 2, 3… without a gap for each expert. id: of the batch, assignment, result…"""

    n: Annotated[int, Field(ge=1)]
    kind: Short
    id: Id
    document: Jws | None = None


class LiveDigest(Model):
    """What the expert should hold now: how many assignments, and the hash of their ids (`live_digest`)."""

    count: Count
    sha256: Sha256


class FeedPage(Model):
    """`GET /v1/feed?cursor=&limit=&wait=`; with an ETag of the expert's head, 304 when nothing is new.

    next: the cursor after these items, opaque. epoch: changes when the lab was restored from a backup.
    keys_version: of the lab's newest key list. digest: on the last page only.
    """

    items: Annotated[list[FeedItem], Field(max_length=MAX_PAGE)]
    next: Short
    more: bool
    epoch: Id
    keys_version: Annotated[int, Field(ge=1)]
    digest: LiveDigest | None = None
    server_time: Time


class ClaimRequest(Model):
    """`POST /v1/claims` with an Idempotency-Key. What is leased arrives by the feed."""

    tasks: Annotated[int, Field(ge=1, le=1000)]
    bytes: Annotated[int, Field(ge=1)] | None = None
    skills: list[Short] = Field(default_factory=list)


class ClaimReply(Model):
    """tasks: how many were leased. assignments: their ids."""

    tasks: Count
    assignments: list[Id]


class RenewReply(Model):
    """`POST /v1/claims/{assignment}:renew`. lease_until: as it is now; a longer lease arrives signed, by the feed."""

    assignment: Id
    lease_until: Time


class ResultsRequest(Model):
    results: Annotated[list[Jws], Field(min_length=1, max_length=MAX_RESULTS)]


class Outcome(Model):
    """What became of one result, in the order sent.

    digest: of the payload as received. receipt: for stored and duplicate (then the same bytes as the first
    time). held: for a conflict, the digest that the lab holds under this id and revision. code, message: for
    rejected.
    """

    digest: Sha256
    status: Literal["stored", "duplicate", "conflict", "rejected"]
    receipt: Jws | None = None
    held: Sha256 | None = None
    code: Short = ""
    message: Short = ""


class ResultsReply(Model):
    outcomes: Annotated[list[Outcome], Field(max_length=MAX_RESULTS)]


class MissingRequest(Model):
    """`POST /v1/results:missing`. digests: of result payloads whose receipts the expert holds."""

    digests: Annotated[list[Sha256], Field(max_length=10_000)]


class MissingReply(Model):
    """missing: those that the lab does not hold."""

    missing: list[Sha256]


class OwnResult(Model):
    result: Jws
    receipt: Jws | None = None


class OwnResults(Model):
    """`GET /v1/results?cursor=`."""

    items: list[OwnResult]
    next: Short
    more: bool


class Problem(Model):
    """RFC 9457, `application/problem+json`. code: stable, dotted."""

    type: Short = "about:blank"
    title: Short
    status: Annotated[int, Field(ge=400, le=599)]
    code: Short
    detail: Short = ""


def live_digest(ids: Iterable[str]) -> LiveDigest:
    """SHA-256 over the sorted ids, each followed by a line feed."""
    names = sorted(set(ids))
    text = "".join(f"{name}\n" for name in names)
    return LiveDigest(count=len(names), sha256=hashlib.sha256(text.encode("utf-8")).hexdigest())
