"""What sync needs of a workspace and of a source of work, and the plain values that pass between them.

Storage knows nothing of sync and sync nothing of storage: `app.services` joins the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from app.domain.ids import BatchId, Digest, ResultId, TaskId
from app.domain.task import Task
from app.errors import RefusedError
from app.wire.protocol import ClaimReply, FeedPage, OwnResults, ResultsReply, WellKnown

if TYPE_CHECKING:
    from app.sync.reviews import LeadStore

Progress = Callable[[int, int, str], None]
"""(done, total, what): what is `tasks`, `files` or `results`; done and total count tasks, bytes or
results.
"""


# From a source


@dataclass(frozen=True, slots=True)
class FeedReply:
    """date: the lab's clock as its HTTP header says."""

    page: FeedPage
    etag: str | None
    date: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """Nothing is new."""

    date: datetime | None = None


class Refused(RefusedError):
    """A lab's refusal with its HTTP status."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        hint: str = "",
        params: dict[str, str | int | float] | None = None,
    ) -> None:
        super().__init__(code, message, hint=hint, params=params)
        self.status = status


class Connector(Protocol):
    """A source of work. Raises OfflineError, RefusedError, TrustError; what it brings is checked by who
    asked.
    """

    blob_origins: frozenset[str]

    def well_known(self) -> WellKnown: ...

    def feed(self, cursor: str | None, etag: str | None, limit: int = 100) -> FeedReply | NotModified: ...

    def fetch(self, sha256: Digest, size: int, offset: int) -> Iterator[bytes]: ...

    def push(self, documents: Sequence[bytes]) -> ResultsReply: ...

    def missing(self, digests: Sequence[str]) -> list[str]: ...

    def own(self, cursor: str) -> OwnResults: ...

    def claim(self, tasks: int, skills: Sequence[str] = (), key: str | None = None) -> ClaimReply: ...


# Into a workspace


@dataclass(frozen=True, slots=True)
class Pack:
    """One file of tasks. lines: (task, exact line), checked; not read when the workspace has this file.

    count: of its lines, as the lab signed it.
    """

    path: str
    sha256: Digest
    lines: Iterable[tuple[Task, bytes]] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class BatchChange:
    """A batch as it is now: these packs and no others. document: None for a local batch."""

    id: BatchId
    payload: bytes
    document: bytes | None
    packs: tuple[Pack, ...]


@dataclass(frozen=True, slots=True)
class AssignmentChange:
    id: str
    batch: BatchId
    tasks: tuple[TaskId, ...]
    seed: str
    lease_until: str | None
    payload: bytes
    document: bytes | None


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A lab's document of which the newest version counts. document: as signed; of keys, a JSON array."""

    name: str
    version: int
    payload: bytes
    document: bytes


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """digest: of the result payload. receipt_digest: of the receipt's own payload."""

    result: ResultId
    revision: int
    digest: Digest
    document: bytes
    receipt_digest: Digest
    received_at: str


@dataclass(frozen=True, slots=True)
class Held:
    """A result of hers that the lab holds. judgement: as it stands in the payload, not checked against the task."""

    task: str
    batch: str
    payload: bytes
    document: bytes
    judgement: Any
    receipt: VerifiedReceipt


@dataclass(frozen=True, slots=True)
class PaperChange:
    """A verified document around second grades. who: whose signature it bears, "" for the lab."""

    kind: str
    id: str
    digest: Digest
    task: str | None
    batch: str | None
    who: str
    at: str
    payload: bytes
    document: bytes | None
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Changes:
    """withdrawn: batch → reason. state: texts kept with the cursor."""

    batches: tuple[BatchChange, ...] = ()
    withdrawn: dict[BatchId, str] = field(default_factory=dict)
    assignments: tuple[AssignmentChange, ...] = ()
    documents: tuple[KeptDocument, ...] = ()
    papers: tuple[PaperChange, ...] = ()
    state: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """A result on its way. number: its row."""

    number: int
    result: ResultId
    revision: int
    digest: Digest
    document: bytes


class Blobs(Protocol):
    """Bytes by digest, filled in order; readable once `finish` has checked the digest."""

    def have(self, sha256: Digest) -> int: ...

    def complete(self, sha256: Digest) -> bool: ...

    def append(self, sha256: Digest, data: bytes, *, offset: int) -> int: ...

    def finish(self, sha256: Digest) -> None: ...

    def put(self, sha256: Digest, data: bytes) -> None:
        """All of one at once, of which nothing is here yet."""

    def open(self, sha256: Digest) -> BinaryIO: ...

    def drop(self, sha256: Digest) -> None: ...


class Store(Protocol):
    """A workspace as sync sees it."""

    @property
    def blobs(self) -> Blobs: ...

    @property
    def leads(self) -> LeadStore:
        """What second grades need of it."""

    def state(self, key: str) -> str | None: ...

    def set_state(self, key: str, value: str | None) -> None: ...

    def document(self, name: str) -> KeptDocument | None: ...

    def batch_document(self, batch: BatchId) -> bytes | None:
        """The batch's signed document, withdrawn or not."""

    def has_pack(self, batch: BatchId, sha256: Digest, *, unseen: bool = False) -> bool:
        """Whether the batch shows it. unseen: or it was loaded whole while the rest of the batch could not be had."""

    def apply(self, changes: Changes, cursor: str | None, progress: Callable[[int], None]) -> None:
        """All of it and the cursor, or nothing. progress: called with tasks taken in."""

    def quarantine(self, code: str, reason: str, source: str, document: bytes) -> None: ...

    def due(self, limit: int) -> Sequence[Due]: ...

    def mark_sent(self, rows: Sequence[Due]) -> Sequence[int]:
        """Freeze them; only those returned may leave: the others were withdrawn, or are other bytes now."""

    def keep_receipts(self, receipts: Sequence[VerifiedReceipt], state: Mapping[str, str]) -> None:
        """The receipts and the state, in one transaction."""

    def adopt(self, held: Sequence[Held], state: dict[str, str]) -> int:
        """Keep results that the lab holds as her own, with their receipts and the state, in one transaction.

        Where another content stands here under the same revision, the lab's takes its place, and the review is
        opened again as the next revision with what stood here. Returns how many were new here.
        """

    def park(self, number: int, reason: str) -> None: ...

    def receipted(self) -> dict[Digest, int]:
        """Payload digest → number of every result whose receipt is held."""

    def send_again(self, numbers: Sequence[int]) -> None: ...

    def leases_ending(self, within: timedelta) -> list[str]:
        """Assignments with work that is not submitted, whose lease is over or ends within this time."""

    def waiting(self) -> int:
        """Results without a receipt, not parked."""
