"""A workspace as sync sees it: storage and sync know nothing of each other, this joins the two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from app.domain.ids import BatchId, Digest
from app.storage.changes import (
    Assignment,
    BatchChange,
    FeedChanges,
    Pack,
    Receipt,
    SignedDocument,
    TaskLine,
)
from app.sync import protocols as sync

if TYPE_CHECKING:
    from app.storage.workspace import Workspace


class WorkspaceStore:
    """Implements `app.sync.protocols.Store` over a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @property
    def blobs(self) -> sync.Blobs:
        return cast("sync.Blobs", self._workspace.attachments)

    def state(self, key: str) -> str | None:
        return self._workspace.lab.state(key)

    def set_state(self, key: str, value: str | None) -> None:
        self._workspace.lab.set_state(key, value)

    def document(self, name: str) -> sync.KeptDocument | None:
        kept = self._workspace.lab.document(name)
        return (
            None if kept is None else sync.KeptDocument(kept.name, kept.version, kept.payload, kept.document)
        )

    def batch_document(self, batch: BatchId) -> bytes | None:
        return self._workspace.lab.batch_document(batch)

    def has_pack(self, batch: BatchId, sha256: Digest) -> bool:
        return self._workspace.lab.has_pack(batch, sha256)

    def apply(self, changes: sync.Changes, cursor: str | None, progress: Callable[[int], None]) -> None:
        self._workspace.lab.apply(_feed_changes(changes), cursor, progress)

    def quarantine(self, code: str, reason: str, source: str, document: bytes) -> None:
        self._workspace.lab.quarantine(code, reason, source, document)

    def due(self, limit: int) -> Sequence[sync.Due]:
        return [
            sync.Due(row.number, row.result, row.revision, row.digest, row.document)
            for row in self._workspace.outbox.due(limit)
        ]

    def mark_sent(self, numbers: Sequence[int]) -> Sequence[int]:
        return self._workspace.outbox.mark_sent(numbers)

    def keep_receipts(self, receipts: Sequence[sync.VerifiedReceipt]) -> None:
        self._workspace.outbox.keep_receipts(
            [
                Receipt(r.result, r.revision, r.digest, r.document, r.receipt_digest, r.received_at)
                for r in receipts
            ]
        )

    def park(self, number: int, reason: str) -> None:
        self._workspace.outbox.park([number], reason)

    def receipted(self) -> dict[Digest, int]:
        return {row.digest: row.number for row in self._workspace.outbox.all() if row.receipt is not None}

    def send_again(self, numbers: Sequence[int]) -> None:
        self._workspace.outbox.send_again(numbers)

    def waiting(self) -> int:
        counts = self._workspace.outbox.counts()
        return counts.get("ready", 0) + counts.get("sent", 0)


def signed_document(kept: sync.KeptDocument) -> SignedDocument:
    return SignedDocument(kept.name, kept.version, kept.payload, kept.document)


def _feed_changes(changes: sync.Changes) -> FeedChanges:
    return FeedChanges(
        batches=tuple(
            BatchChange.of(
                batch.payload,
                batch.document,
                tuple(Pack(pack.path, pack.sha256, _lines(pack)) for pack in batch.packs),
            )
            for batch in changes.batches
        ),
        withdrawn_batches=changes.withdrawn,
        assignments=tuple(
            Assignment(a.id, a.batch, a.tasks, a.seed, a.lease_until, a.payload, a.document)
            for a in changes.assignments
        ),
        documents=tuple(signed_document(d) for d in changes.documents),
        state=changes.state,
    )


def _lines(pack: sync.Pack) -> Iterator[TaskLine]:
    return (TaskLine.from_task(task, line) for task, line in pack.lines)
