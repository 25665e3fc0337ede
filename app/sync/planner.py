"""What a page of a lab's feed means: pure, bytes in, a plan or an error out.

Each item is believed only for what the lab signed: the documents' versions never go back, one version has one
content, an assignment names a batch by a digest that the lab signed too, nothing is another lab's or another
expert's, nothing has expired, numbers have no gap, sizes have a cap. What fails is refused by itself, with
the reason; the rest goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.domain.batch import PolicyRef
from app.domain.codec import batch_from_json
from app.domain.ids import BatchId, Digest, ExpertId, LabId, TaskId
from app.domain.scoring import policy
from app.domain.times import from_text, to_text
from app.errors import AssayError, InputError, TrustError
from app.sync import devices, papers
from app.sync.protocols import AssignmentChange, KeptDocument, PaperChange
from app.sync.seen import Seen, SeenAssignment, SeenBatch, SeenFile
from app.wire import jsonio
from app.wire.documents import Assignment, Batch, File
from app.wire.keylist import KeyList
from app.wire.models import check
from app.wire.protocol import FeedItem
from app.wire.signatures import Verified, verify

MAX_PACK_BYTES = 256 * 1024 * 1024
MAX_FILE_BYTES = 4 * 1024 * 1024 * 1024
MAX_ALL_BYTES = 64 * 1024 * 1024 * 1024
BATCH_KINDS = ("batch.offered", "batch.revised", "batch.withdrawn")
TIME_CODES = ("batch.expired", "keys.expired", "signature.expired_key")
"""Refusals that a wrong clock brings about too."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An item that is not used. document: its bytes, for the quarantine."""

    kind: str
    id: str
    code: str
    message: str
    document: bytes


@dataclass(slots=True)
class Plan:
    """seen: what will have been seen once this is applied. documents: (payload, document) of touched batches.

    touched: batches whose document or packs change. tasks: of each assignment, which its packs must hold.
    """

    seen: Seen
    documents: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    touched: list[str] = field(default_factory=list)
    withdrawn: dict[BatchId, str] = field(default_factory=dict)
    assignments: dict[str, AssignmentChange] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    papers: list[PaperChange] = field(default_factory=list)
    roster: KeptDocument | None = None
    registration: KeptDocument | None = None
    drafts: bool = False
    keys_changed: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """For whom and when. rereading: the feed is read from its start again, so old versions come by rightly.

    banned: assignment id → why its packs could not be taken. roster: the newest one kept.
    """

    lab: LabId
    expert: ExpertId
    keys: KeyList
    now: datetime
    rereading: bool = False
    banned: Mapping[str, AssayError] = field(default_factory=dict)
    roster: KeptDocument | None = None


def plan(items: Sequence[FeedItem], seen: Seen, context: Context) -> Plan:
    """Raises TrustError `feed.gap` when items were left out or shuffled; everything else is refused by
    item.
    """
    found = Plan(seen.copy())
    for item in items:
        if item.n != found.seen.n + 1:
            raise TrustError(
                "feed.gap",
                "The lab's news have a gap: number {n} comes after {last}.",
                hint="Nothing of it was used. Read it from the start, or ask the lab.",
                params={"n": item.n, "last": found.seen.n},
            )
        found.seen.n = item.n
        try:
            if item.kind in BATCH_KINDS:
                _batch(item, found, context)
            elif item.kind == "batch.assigned":
                _assignment(item, found, context)
            elif item.kind in papers.KINDS:
                _paper(item, found, context)
            elif item.kind in devices.KINDS:
                _registration(item, found, context)
            elif item.kind == "draft":
                found.drafts = True
            elif item.kind == "keys.rotated":
                found.keys_changed = True
        except AssayError as exc:
            document = item.document.document() if item.document else b""
            message = f"{exc.message} ({exc.where})" if exc.where else exc.message
            found.refusals.append(Refusal(item.kind, item.id, exc.code, message, document))
            found.seen.refused[item.id] = exc.code
    return found


def _registration(item: FeedItem, found: Plan, context: Context) -> None:
    """Her devices as the lab knows them now; one that was issued before the one that is known tells nothing."""
    kept, registration = devices.registered(item, context.lab, context.expert, context.keys, context.now)
    if to_text(from_text(registration.issued)) >= found.seen.registered:
        found.seen.registered = to_text(from_text(registration.issued))
        found.registration = kept


def _paper(item: FeedItem, found: Plan, context: Context) -> None:
    """Documents around second grades. A roster counts from here on, unless a newer one is kept already."""
    roster = found.roster or context.roster
    trusted = papers.Trusted.of(roster.payload if roster else None)
    reader = papers.Reader(context.lab, context.expert, context.keys, trusted, context.now)
    made = papers.of_item(item, reader)
    if isinstance(made, PaperChange):
        found.papers.append(made)
    elif roster is None or made.version > roster.version:
        found.roster = made


def _verified(
    item: FeedItem, kind: type[Batch] | type[Assignment], context: Context
) -> tuple[Verified, Any, bytes]:
    if item.document is None:
        raise TrustError("feed.document", "The signed document is missing.")
    document = item.document.document()
    verified = verify(document, context.keys.keys, kind.typ(), at=context.now)
    return verified, jsonio.loads(verified.payload), document


def _order(what: str, version: int, digest: str, known: tuple[int, str] | None, context: Context) -> bool:
    """Whether this version is news. Raises TrustError `….rollback` or `….fork`."""
    if known is None or version > known[0]:
        return True
    if version == known[0] and digest == known[1]:
        return False
    if version == known[0]:
        raise TrustError(f"{what}.fork", "The lab signed two different contents as one version.")
    if context.rereading:
        return False
    raise TrustError(f"{what}.rollback", "It is an older version than was seen before.")


def _batch(item: FeedItem, found: Plan, context: Context) -> None:
    verified, value, document = _verified(item, Batch, context)
    model = check(Batch, value)
    if model.lab != context.lab:
        raise TrustError("batch.lab", "The batch is another lab's.")
    if model.batch != item.id:
        raise TrustError("batch.id", "The batch is not the one that was announced.")
    known = found.seen.batches.get(model.batch)
    mark = (known.version, known.digest) if known else None
    if not _order("batch", model.version, verified.digest, mark, context):
        if known is not None and verified.digest not in known.digests:
            known.digests.insert(0, verified.digest)
        return
    if known is not None and model.version == known.version + 1 and model.parent != known.digest:
        raise TrustError("batch.parent", "The batch does not follow from the version before it.")
    if model.expires is not None and context.now >= from_text(model.expires) and model.withdrawn is None:
        raise TrustError("batch.expired", "The batch has expired.")
    policy(PolicyRef(model.scoring.policy, model.scoring.version))
    try:
        batch_from_json(value)
    except (KeyError, TypeError, ValueError) as exc:
        raise InputError("batch.shape", "The batch does not have its shape.") from exc
    digests = [*(known.digests if known else ()), verified.digest]
    found.seen.batches[model.batch] = SeenBatch(model.version, digests, model.withdrawn is not None)
    found.documents[model.batch] = (verified.payload, document)
    found.seen.refused.pop(model.batch, None)
    _saw(found, model.issued)
    if model.withdrawn is not None:
        found.withdrawn[BatchId(model.batch)] = model.withdrawn
    else:
        found.withdrawn.pop(BatchId(model.batch), None)
        _touch(found, model.batch)


def _assignment(item: FeedItem, found: Plan, context: Context) -> None:
    if item.id in context.banned:
        raise context.banned[item.id]
    verified, value, document = _verified(item, Assignment, context)
    model = check(Assignment, value)
    if model.lab != context.lab:
        raise TrustError("assignment.lab", "The assignment is another lab's.")
    if model.expert != context.expert:
        raise TrustError("assignment.expert", "The assignment is another expert's.")
    if model.assignment != item.id:
        raise TrustError("assignment.id", "The assignment is not the one that was announced.")
    known = found.seen.assignments.get(model.assignment)
    mark = (known.version, known.digest) if known else None
    if not _order("assignment", model.version, verified.digest, mark, context):
        return
    batch = found.seen.batches.get(model.batch)
    if batch is None:
        raise TrustError("assignment.batch", "The assignment belongs to a batch that is not here.")
    if model.batch_digest not in batch.digests:
        raise TrustError("assignment.mixed", "The assignment belongs to another version of its batch.")
    _sizes(model, found)
    found.seen.assignments[model.assignment] = SeenAssignment(
        model.batch, model.version, verified.digest, _files(model.packs), _files(model.attachments)
    )
    found.assignments[model.assignment] = AssignmentChange(
        id=model.assignment,
        batch=BatchId(model.batch),
        tasks=tuple(TaskId(t) for t in model.tasks),
        seed=model.seed,
        lease_until=model.lease_until,
        payload=verified.payload,
        document=document,
    )
    found.seen.refused.pop(model.assignment, None)
    _saw(found, model.issued)
    if not batch.withdrawn:
        _touch(found, model.batch)


def _sizes(model: Assignment, found: Plan) -> None:
    """Endless data: what is announced has a bound before the first byte is fetched."""
    held = {f.sha256: f.size for a in found.seen.assignments.values() for f in (*a.packs, *a.attachments)}
    held |= {f.sha256: f.size for f in (*model.packs, *model.attachments)}
    if (
        any(p.size > MAX_PACK_BYTES for p in model.packs)
        or any(f.size > MAX_FILE_BYTES for f in model.attachments)
        or sum(held.values()) > MAX_ALL_BYTES
    ):
        raise TrustError("assignment.size", "The assignment announces more than this program will fetch.")
    if len(set(model.tasks)) != len(model.tasks) or sum(p.count for p in model.packs) != len(model.tasks):
        raise TrustError("assignment.tasks", "The assignment does not list the tasks of its files.")


def _files(files: Sequence[File]) -> list[SeenFile]:
    return [SeenFile(f.path, Digest(f.sha256), f.size, f.count) for f in files]


def _touch(found: Plan, batch: str) -> None:
    if batch not in found.touched:
        found.touched.append(batch)


def _saw(found: Plan, issued: str) -> None:
    at = to_text(from_text(issued))
    found.seen.time = max(found.seen.time, at)
