"""Replies of a lab's desk. Ids are the lab's own; rows that the desk itself makes are in `lab.replies`."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

from app.agreement.reports.plain import ReportReply
from app.services.replies import SkippedRow, WireDocument

SignedDocument = Annotated[dict[str, Any], WireDocument("jws")]
PublicKey = Annotated[dict[str, Any], WireDocument("jwk")]


class LabMade(TypedDict):
    """A new lab. kid: of its signing key. url: what invitations carry."""

    lab: str
    kid: str
    url: str


class LabImported(TypedDict):
    """A new batch. records: of the file, in tasks and skipped. criteria: over all tasks. losses: in words."""

    batch: str
    tasks: int
    records: int
    criteria: int
    skipped: list[SkippedRow]
    losses: list[str]


class Invited(TypedDict):
    """invitation: a link that works once. expert: who it will be. words: to read aloud, so that it is the same one."""

    invitation: str
    expert: str
    words: str


class AssignedReply(TypedDict):
    """assigned: tasks, over all experts. experts: how many each."""

    assigned: int
    experts: dict[str, int]


class BatchRevised(TypedDict):
    """version: of the batch's manifest, from 1."""

    batch: str
    version: int


class BatchWithdrawn(TypedDict):
    """version: of the batch's manifest, which says so."""

    batch: str
    version: int
    withdrawn: Literal[True]


class Served(TypedDict):
    """When the server has ended. url: what it was the lab at. listen: where it listened instead; empty at the URL."""

    lab: str
    url: str
    listen: str


class LabRestored(TypedDict):
    """epoch: what cursors begin with from now on."""

    epoch: str


class KeyList(TypedDict):
    """A JWKS of every key that may have signed something: the lab's, and all devices' with their `expert`."""

    keys: list[PublicKey]


class FileWritten(TypedDict):
    file: str


class KeyRotated(TypedDict):
    """kid: of the key that the lab signs with from now on."""

    kid: str


class ExpertRevoked(TypedDict):
    """revoked: devices."""

    expert: str
    revoked: list[str]


class SealedReply(TypedDict):
    """sealed: opinions."""

    batch: str
    sealed: int


class RepeatsReply(TypedDict):
    """repeats: tasks given once more, over all experts. experts: how many each."""

    batch: str
    repeats: int
    experts: dict[str, int]


class ReportSource(TypedDict):
    """results: how many signed results a report was made from, and the digest of each."""

    batch: str
    kind: str
    results: int
    digests: list[str]


class LabReportSaved(ReportSource):
    """A report in a file. results: how many signed results it was made from, and the digest of each."""

    file: str


class LabReport(ReportSource, ReportReply):
    """A report. results: how many signed results it was made from, and the digest of each. until: the newest time in
    them. method: how intervals were made, in words.
    """
