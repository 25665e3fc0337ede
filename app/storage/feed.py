"""What a verified feed brings, written down: the statements of the transaction that makes it visible."""

from __future__ import annotations

import json
from collections.abc import Sequence

from app.domain.times import to_text
from app.storage.changes import Assignment, BatchChange, FeedChanges, SignedDocument
from app.storage.database import Database
from app.storage.outbox import Outbox
from app.storage.papers import Paper, Papers
from app.storage.staging import show

_OFFER = """
INSERT INTO batch (
    id, number, version, digest, title, field, language, signed, due_at, expires_at, tasks, withdrawn, payload, document
) VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM batch), ?, ?, ?, ?, ?, ?, ?, ?, 0, NULL, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    version = excluded.version, digest = excluded.digest, title = excluded.title, field = excluded.field,
    language = excluded.language, signed = excluded.signed, due_at = excluded.due_at,
    expires_at = excluded.expires_at, withdrawn = NULL, payload = excluded.payload, document = excluded.document
"""
_COUNT = """
UPDATE batch SET tasks =
    (SELECT coalesce(sum(tasks), 0) FROM pack WHERE batch = batch.id AND state = 'ready')
    - (SELECT count(*) FROM withdrawn w JOIN shown_task s ON s.id = w.task WHERE s.batch = batch.id)
"""
_ASSIGN = """
INSERT INTO assignment (id, batch, seed, lease_until, digest, payload, document) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    batch = excluded.batch, seed = excluded.seed, lease_until = excluded.lease_until, digest = excluded.digest,
    payload = excluded.payload, document = excluded.document
"""


def write(
    db: Database, outbox: Outbox, changes: FeedChanges, packs: Sequence[Sequence[int]], now: str
) -> None:
    """Inside a transaction. packs: for each batch of the changes, the numbers of its loaded packs in order."""
    for change, numbers in zip(changes.batches, packs, strict=True):
        _offer(db, change)
        show(db, change.batch.id, numbers)
    for batch, reason in changes.withdrawn_batches.items():
        db.run("UPDATE batch SET withdrawn = ? WHERE id = ?", (reason, batch))
    for task, reason in changes.withdrawn_tasks.items():
        db.run("INSERT OR REPLACE INTO withdrawn (task, reason, at) VALUES (?, ?, ?)", (task, reason, now))
    if changes.batches or changes.withdrawn_tasks:
        db.run(_COUNT)
    for assignment in changes.assignments:
        _assign(db, assignment)
    for document in changes.documents:
        keep(db, document)
    outbox.keep_receipts(changes.receipts)
    outbox.settle(changes.outcomes)
    _decided(db, Papers(db).keep(changes.papers))
    db.many(
        "INSERT INTO notice (at, title, text) VALUES (?, ?, ?)",
        [(notice.at, notice.title, notice.text) for notice in changes.notices],
    )
    for key, value in changes.state.items():
        set_state(db, key, value)


def _decided(db: Database, papers: Sequence[Paper]) -> None:
    """What a decision in force says of one's own results, on their rows of the outbox."""
    for paper in papers:
        if paper.kind != "decision":
            continue
        decision = json.loads(paper.payload)
        state = "returned" if decision["kind"] == "return" else "accepted"
        for digest in decision.get("over", ()):
            sql = "UPDATE outbox SET state = ?, reason = ? WHERE task = ? AND digest = ?"
            db.run(sql, (state, decision.get("comment", ""), paper.task, digest))


def _offer(db: Database, change: BatchChange) -> None:
    batch = change.batch
    due = to_text(batch.due_at) if batch.due_at else None
    expires = to_text(batch.expires_at) if batch.expires_at else None
    names = (batch.title, batch.field, batch.language)
    columns = (batch.id, batch.version, change.digest, *names, int(batch.signed), due, expires)
    db.run(_OFFER, (*columns, change.payload, change.document))


def _assign(db: Database, assignment: Assignment) -> None:
    a = assignment
    db.run("DELETE FROM assigned WHERE assignment = ?", (a.id,))
    db.run(_ASSIGN, (a.id, a.batch, a.seed, a.lease_until, a.digest, a.payload, a.document))
    db.many(
        "INSERT OR REPLACE INTO assigned (task, assignment) VALUES (?, ?)",
        [(task, a.id) for task in a.tasks],
    )


def keep(db: Database, document: SignedDocument) -> None:
    d = document
    db.run(
        "INSERT OR REPLACE INTO document (name, version, digest, payload, document) VALUES (?, ?, ?, ?, ?)",
        (d.name, d.version, d.digest, d.payload, d.document),
    )


def set_state(db: Database, key: str, value: str) -> None:
    db.run("INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)", (key, value))
