"""What an expert's own devices say to a lab about themselves and to each other: device requests and sealed drafts."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from app.wire.models import Document, Id, Jws, Model, Sha256, Short, Time

MAX_DRAFTS = 100


class DeviceRequest(Document):
    """`POST /v1/devices`: signed by a device of hers that is not revoked. device: which one to revoke.

    nonce: makes each request another one. audience: the lab's base URL.
    """

    NAME: ClassVar[str] = "device"
    lab: Id
    expert: Id
    action: Literal["add", "revoke"]
    device: Id | None = None
    nonce: Id
    audience: Short
    issued: Time


class DeviceReply(Model):
    """code, expires: for `add`, what an invitation for the new device is made of. keys: digest of the key list."""

    registration: Jws
    code: Short = ""
    expires: Time | None = None
    keys: Sha256 | None = None
    role: Short = ""


class Draft(Document):
    """Her own work in progress on one task, sealed to her own devices; opaque to the lab.

    sealed: an age file in base64 (RFC 4648 §4). digest: SHA-256 of it before base64.
    """

    NAME: ClassVar[str] = "draft"
    lab: Id
    expert: Id
    device: Id
    task: Id
    issued: Time
    digest: Sha256
    sealed: Annotated[str, Field(min_length=1, max_length=1_000_000)]


class DraftsRequest(Model):
    drafts: Annotated[list[Jws], Field(min_length=1, max_length=MAX_DRAFTS)]


class DraftsReply(Model):
    """taken: how many; the same draft again is taken again."""

    taken: Annotated[int, Field(ge=0)]


class OwnDrafts(Model):
    """`GET /v1/drafts?cursor=`: the newest draft of each task from each other device, in the order they came."""

    items: list[Jws]
    next: Short
    more: bool
