"""Where storage and sync meet: a workspace as sync sees it, and one sync of an opened lab."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO, cast

from app.clock import Clock
from app.domain.ids import BatchId, Digest
from app.services.lead_store import OPENINGS, WorkspaceLeads, openings_due, paper
from app.services.own_drafts import WorkspaceDrafts
from app.storage import changes as to
from app.sync.protocols import Changes, Connector, Due, Held, KeptDocument, Progress, VerifiedReceipt
from app.sync.runner import Sync

if TYPE_CHECKING:
    from app.storage.attachments import Attachments
    from app.storage.workspace import Workspace


class WorkspaceBlobs:
    """`app.sync.protocols.Blobs` over the workspace's attachments."""

    def __init__(self, attachments: Attachments) -> None:
        self._attachments = attachments

    def have(self, sha256: Digest) -> int:
        return self._attachments.have(sha256)

    def complete(self, sha256: Digest) -> bool:
        return self._attachments.complete(sha256)

    def append(self, sha256: Digest, data: bytes, *, offset: int) -> int:
        return self._attachments.append(sha256, data, offset=offset)

    def finish(self, sha256: Digest) -> None:
        self._attachments.finish(sha256)

    def put(self, sha256: Digest, data: bytes) -> None:
        self._attachments.put(sha256, data)

    def open(self, sha256: Digest) -> BinaryIO:
        return cast(BinaryIO, self._attachments.open(sha256))

    def drop(self, sha256: Digest) -> None:
        self._attachments.drop(sha256)


class WorkspaceStore:
    """`app.sync.protocols.Store` over a workspace. Used on the thread that syncs."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.blobs = WorkspaceBlobs(workspace.attachments)
        self.leads = WorkspaceLeads(workspace)

    def state(self, key: str) -> str | None:
        return self._workspace.lab.state(key)

    def set_state(self, key: str, value: str | None) -> None:
        self._workspace.lab.set_state(key, value)

    def document(self, name: str) -> KeptDocument | None:
        found = self._workspace.lab.document(name)
        if found is None:
            return None
        return KeptDocument(found.name, found.version, found.payload, found.document)

    def batch_document(self, batch: BatchId) -> bytes | None:
        return self._workspace.lab.batch_document(batch)

    def has_pack(self, batch: BatchId, sha256: Digest, *, unseen: bool = False) -> bool:
        return self._workspace.lab.has_pack(batch, sha256, unseen=unseen)

    def apply(self, changes: Changes, cursor: str | None, progress: Callable[[int], None]) -> None:
        if any(one.kind == "sealed" for one in changes.papers):
            changes = replace(changes, state=changes.state | {OPENINGS: "due"})
        self._workspace.lab.apply(_changes(changes), cursor, progress)

    def quarantine(self, code: str, reason: str, source: str, document: bytes) -> None:
        self._workspace.lab.quarantine(code, reason, source, document)

    def due(self, limit: int) -> list[Due]:
        return [
            Due(r.number, r.result, r.revision, r.digest, r.document)
            for r in self._workspace.outbox.due(limit)
        ]

    def mark_sent(self, rows: Sequence[Due]) -> Sequence[int]:
        return self._workspace.outbox.mark_sent(
            [row.number for row in rows], {row.number: row.digest for row in rows}
        )

    def keep_receipts(self, receipts: Sequence[VerifiedReceipt], state: Mapping[str, str]) -> None:
        with self._workspace.together():
            self._workspace.outbox.keep_receipts(
                [
                    to.Receipt(r.result, r.revision, r.digest, r.document, r.receipt_digest, r.received_at)
                    for r in receipts
                ]
            )
            for key, value in state.items():
                self.set_state(key, value)
            openings_due(self._workspace)

    def adopt(self, held: Sequence[Held], state: dict[str, str]) -> int:
        from app.services.adopting import adopt

        return adopt(self._workspace, held, {**state, OPENINGS: "due"})

    def park(self, number: int, reason: str) -> None:
        self._workspace.outbox.park([number], reason)

    def receipted(self) -> dict[Digest, int]:
        return {
            row.digest: row.number for row in self._workspace.outbox.all() if row.receipt and row.document
        }

    def send_again(self, numbers: Sequence[int]) -> None:
        self._workspace.outbox.send_again(numbers)

    def leases_ending(self, within: timedelta) -> list[str]:
        return [name for name, _, _ in self._workspace.lab.leases_ending(within)]

    def waiting(self) -> int:
        return self._workspace.outbox.waiting()


def sync_of(
    workspace: Workspace,
    connector: Connector,
    clock: Clock,
    progress: Progress,
    cancelled: Callable[[], bool],
    *,
    metered: bool = False,
    device_jwk: dict[str, str] | None = None,
) -> Sync:
    """One sync, ready to run, for the lab and the expert of this workspace.

    metered: attachments wait. device_jwk: the device's private key, so that drafts go to her other devices.
    """
    identity = workspace.identity
    return Sync(
        WorkspaceStore(workspace),
        connector,
        identity.lab_id,
        identity.expert,
        clock,
        progress=progress,
        cancelled=cancelled,
        metered=metered,
        restored=identity.device if identity.restored else "",
        drafts=WorkspaceDrafts(workspace, device_jwk, clock) if device_jwk is not None else None,
        kid=identity.kid,
    )


def signed_document(kept: KeptDocument) -> to.SignedDocument:
    """A document of the lab as the workspace keeps it."""
    return to.SignedDocument(kept.name, kept.version, kept.payload, kept.document)


def _changes(changes: Changes) -> to.FeedChanges:
    return to.FeedChanges(
        batches=tuple(
            to.BatchChange.of(
                batch.payload,
                batch.document,
                tuple(
                    to.Pack(
                        pack.path,
                        pack.sha256,
                        (to.TaskLine.from_task(task, line) for task, line in pack.lines),
                        pack.count,
                    )
                    for pack in batch.packs
                ),
            )
            for batch in changes.batches
        ),
        withdrawn_batches=dict(changes.withdrawn),
        assignments=tuple(
            to.Assignment(a.id, a.batch, a.tasks, a.seed, a.lease_until, a.payload, a.document)
            for a in changes.assignments
        ),
        documents=tuple(signed_document(d) for d in changes.documents),
        papers=tuple(paper(one) for one in changes.papers),
        state=dict(changes.state),
    )
