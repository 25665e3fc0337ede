"""Payloads of the documents that pass between a lab and an expert: who they are, what is given, what came
back.

`typ` of each is `application/vnd.assay.{NAME}+json`. Times are RFC 3339 text, digests lower-case hexadecimal
SHA-256.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from app.wire.bundle import Bundle
from app.wire.devices import Jwk, Jwks, RegisteredDevice, Role
from app.wire.leading import LEADING, Comment
from app.wire.models import (
    Count,
    Document,
    Id,
    Jws,
    Model,
    Number,
    Sha256,
    Short,
    Time,
    check,
    parse,
    typ,
)
from app.wire.ownwork import DeviceRequest, Draft
from app.wire.work import Batch, File, Judgement, TaskLine


class Keys(Document):
    """A lab's key list. A new version is signed by a key of the list before it and by one of its own.

    blob_hosts: origins (`https://host[:port]`) that may serve blobs besides the lab's own.
    """

    NAME: ClassVar[str] = "keys"
    lab: Id
    name: Short = ""
    version: Annotated[int, Field(ge=1)]
    issued: Time
    expires: Time
    jwks: Jwks
    age_recipient: Short | None = None
    blob_hosts: list[Short] = Field(default_factory=list)


class Enrolment(Document):
    """Signed by the key that it holds. audience: the lab's base URL as the invitation gives it.

    age_recipient: what bundles and drafts for this device are encrypted to.
    """

    NAME: ClassVar[str] = "enrolment"
    jwk: Jwk
    code: Annotated[str, Field(min_length=1, max_length=200)]
    device: Id
    audience: Short
    issued: Time
    age_recipient: Short | None = None


class Registration(Document):
    """The lab knows this expert by these devices."""

    NAME: ClassVar[str] = "registration"
    lab: Id
    lab_name: Short
    expert: Id
    name: Short
    role: Role
    issued: Time
    devices: Annotated[list[RegisteredDevice], Field(min_length=1, max_length=100)]


class Assignment(Document):
    """What an expert may work on, and the only blobs that are served to her for it.

    batch_digest: of the batch payload that it belongs to. version: counts up when the lab changes it (a
    longer lease, tasks taken back). packs: files of tasks, at most 50 each. tasks: the ids in them, in the
    order they are worked on. seed: orders the responses.
    """

    NAME: ClassVar[str] = "assignment"
    lab: Id
    assignment: Id
    version: Annotated[int, Field(ge=1)]
    expert: Id
    batch: Id
    batch_digest: Sha256
    issued: Time
    lease_until: Time | None = None
    ended: Time | None = None
    seed: Id
    packs: Annotated[list[File], Field(max_length=1000)]
    tasks: Annotated[list[Id], Field(max_length=20000)]
    attachments: Annotated[list[File], Field(max_length=5000)] = Field(default_factory=list)


class Score(Model):
    model_config = ConfigDict(extra="allow")
    policy: Short
    score: Number | None
    earned: Number | None = None
    possible: Number | None = None


class Times(Model):
    """active_ms: milliseconds of work by the expert's own log."""

    started: Time | None = None
    submitted: Time
    active_ms: Count | None = None


class Result(Document):
    """An expert's review of one task, frozen.

    result: the same for every revision. previous: digest of the payload of the revision before. sequence:
    counts the device's results. task_digest: of the exact task line shown. journal_head: of the device's
    chain of edits. after_opening: a change of mind after a second opinion on the task was opened; reason: why.
    """

    NAME: ClassVar[str] = "result"
    result: Id
    revision: Annotated[int, Field(ge=1)]
    previous: Sha256 | None
    expert: Id
    device: Id
    sequence: Annotated[int, Field(ge=1)]
    lab: Id
    batch: Id
    batch_digest: Sha256
    task: Id
    task_digest: Sha256
    rubric_version: Short
    guideline_version: Short
    shown_order: Annotated[list[Id], Field(min_length=1, max_length=9)]
    seed: Short
    judgement: Judgement
    score: dict[str, Score] | None
    times: Times
    journal_head: Short
    after_opening: bool = False
    reason: Comment = ""


class Receipt(Document):
    """The lab holds these very bytes. digest: of the result payload. previous: of the lab's receipt before,
    for this expert.
    """

    NAME: ClassVar[str] = "receipt"
    receipt: Id
    result: Id
    revision: Annotated[int, Field(ge=1)]
    digest: Sha256
    verdict: Literal["stored", "late"]
    received_at: Time
    previous: Sha256 | None


DOCUMENTS: tuple[type[Document], ...] = (
    Keys,
    Enrolment,
    Registration,
    Batch,
    TaskLine,
    Assignment,
    Result,
    Receipt,
    *LEADING,
    Bundle,
    DeviceRequest,
    Draft,
)
SIGNED: dict[str, type[Document]] = {d.typ(): d for d in DOCUMENTS if d is not TaskLine}

__all__ = [
    "DOCUMENTS",
    "SIGNED",
    "Assignment",
    "Batch",
    "Document",
    "Enrolment",
    "File",
    "Judgement",
    "Jwk",
    "Jwks",
    "Jws",
    "Keys",
    "Receipt",
    "RegisteredDevice",
    "Registration",
    "Result",
    "Score",
    "TaskLine",
    "Times",
    "check",
    "parse",
    "typ",
]


def payload_jwk(payload: bytes) -> dict[str, Any]:
    """The public key inside an enrolment, for `signatures.self_signed`."""
    return parse(Enrolment, payload, limit=64 * 1024).jwk.model_dump(exclude_none=True)
