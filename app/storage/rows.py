"""What storage answers with: frozen rows, plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.domain.ids import BatchId, DeviceId, Digest, ExpertId, LabId, ResultId, TaskId


@dataclass(frozen=True, slots=True)
class WorkspaceIdentity:
    """Whose workspace this is. kid: thumbprint of the device key. key_id: the keys room's name of its secrets.

    local: no lab behind it. restored: it came back from a snapshot and has a new device id.
    """

    lab_id: LabId
    lab_name: str
    lab_url: str
    expert: ExpertId
    device: DeviceId
    kid: str
    key_id: str = ""
    local: bool = False
    restored: bool = False


@dataclass(frozen=True, slots=True)
class BatchRow:
    """tasks: all that are shown. started, submitted, flagged: this expert's reviews. withdrawn: the reason.

    reopened: those whose result was sent and whose next revision is not submitted yet.
    """

    id: BatchId
    version: int
    digest: Digest
    title: str
    field: str
    language: str
    signed: bool
    due_at: datetime | None
    expires_at: datetime | None
    tasks: int
    started: int
    submitted: int
    flagged: int
    reopened: int
    withdrawn: str | None
    payload: bytes

    @property
    def open(self) -> int:
        return self.tasks - self.submitted


class TaskRow(NamedTuple):
    """A task in a list. number: its stable local number. status: new, draft or submitted.

    result: state of the newest result in the outbox, or "". total: answers wanted; answered: given.
    """

    number: int
    id: TaskId
    batch: BatchId
    title: str
    language: str
    characters: int
    criteria: int
    responses: int
    total: int
    sha256: Digest
    answered: int
    status: str
    flag: str | None
    revision: int
    changed_at: str | None
    submitted_at: str | None
    active_ms: int
    result: str
    assignment: str | None
    seed: str | None
    withdrawn: str | None


class Load(NamedTuple):
    """What the planner needs of an open task."""

    task: TaskId
    characters: int
    total: int
    answered: int
    started: bool


class Hit(NamedTuple):
    """snippet: with the words near its beginning. words: as they stand there, empty where only the title has them.

    path: of the leaf of one's own review they stand in, empty for prompt and responses.
    """

    number: int
    task: TaskId
    batch: BatchId
    title: str
    snippet: str = ""
    words: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the expert was. response and criterion may be empty."""

    task: TaskId
    response: str = ""
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class JournalPlace:
    """The end of this device's journal. head: hexadecimal chain value that binds all before it."""

    seq: int
    head: str


@dataclass(frozen=True, slots=True)
class NewResult:
    """A sealed result on its way into the outbox: payload bytes as signed, document as sent."""

    result: ResultId
    revision: int
    digest: Digest
    payload: bytes
    document: bytes


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """state: ready (may be withdrawn) | sent (frozen) | receipted | accepted | returned | rejected | parked."""

    number: int
    result: ResultId
    revision: int
    task: TaskId
    batch: BatchId
    digest: Digest
    payload: bytes
    document: bytes
    state: str
    attempts: int
    reason: str
    created_at: str
    sent_at: str | None
    receipt: bytes | None
    receipt_digest: Digest | None
    received_at: str | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Damage that was noticed. code: stable, dotted. detail: never the text of a task or a comment."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    number: int
    at: str
    code: str
    reason: str
    source: str
    document: bytes
