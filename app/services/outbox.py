"""The outbox as a person reads it: every result with its state, its signature and its receipt."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.domain.ids import BatchId, Digest, ResultId, TaskId
from app.domain.times import from_text
from app.services.session import Session
from app.services.submitting import Undone

if TYPE_CHECKING:
    from app.storage.rows import OutboxRow

WAITING = ("ready", "sent")


@dataclass(frozen=True, slots=True)
class Line:
    """One result in the list. state: ready | sent | receipted | accepted | returned | rejected | parked.

    task_number: 0 when the task is gone from this computer. at: of the last thing that happened to it.
    """

    number: int
    task: TaskId
    title: str
    task_number: int
    revision: int
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """All that is known of one result. digest: SHA-256 of its payload. kid: of the key that signed it.

    newest: no later revision of this result is here. late: the receipt says that it came after the due date.
    """

    line: Line
    result: ResultId
    batch: BatchId
    batch_title: str
    digest: Digest
    kid: str
    size: int
    withdrawable: bool
    newest: bool
    reason: str
    created_at: datetime
    sent_at: datetime | None
    received_at: datetime | None
    receipt_digest: Digest | None
    late: bool


class OutboxPages:
    """Pages of the outbox, newest first."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def counts(self) -> dict[str, int]:
        """Results by state; states without any are left out."""
        return self._session.workspace.outbox.counts()

    def page(self, offset: int, limit: int) -> list[Line]:
        workspace = self._session.workspace
        rows = workspace.outbox.all(limit=limit, offset=offset)
        tasks = {row.id: row for row in workspace.lab.task_rows(list({row.task for row in rows}))}
        return [
            _line(row, tasks[row.task].title, tasks[row.task].number)
            if row.task in tasks
            else _line(row, row.task, 0)
            for row in rows
        ]

    def letter(self, line: Line) -> Letter | None:
        """None when it was withdrawn meanwhile."""
        found = self._row(line)
        if found is None:
            return None
        row, newest = found
        receipt = _payload(row.receipt) if row.receipt is not None else {}
        titles = {b.id: b.title for b in self._session.workspace.lab.batches()}
        return Letter(
            line=_line(row, line.title, line.task_number),
            result=row.result,
            batch=row.batch,
            batch_title=titles.get(row.batch, row.batch),
            digest=row.digest,
            kid=str(_part(row.document, "protected").get("kid", "")),
            size=len(row.payload),
            withdrawable=newest and row.state == "ready" and not row.attempts,
            newest=newest,
            reason=row.reason,
            created_at=from_text(row.created_at),
            sent_at=from_text(row.sent_at) if row.sent_at else None,
            received_at=from_text(row.received_at) if row.received_at else None,
            receipt_digest=row.receipt_digest,
            late=receipt.get("verdict") == "late",
        )

    def document(self, line: Line) -> bytes:
        """The signed result as one JSON document; with its receipt, if there is one, as a second line."""
        found = self._row(line)
        if found is None:
            return b""
        row = found[0]
        return b"".join(part.strip() + b"\n" for part in (row.document, row.receipt) if part)

    def _row(self, line: Line) -> tuple[OutboxRow, bool] | None:
        revisions = self._session.workspace.outbox.of_task(line.task)
        for at, row in enumerate(revisions):
            if (row.number, row.revision) == (line.number, line.revision):
                return row, at == len(revisions) - 1
        return None


def withdraw(session: Session, line: Line) -> Undone:
    """Take back a result that never left; its review is open again. InputError `outbox.sent`."""
    return session.withdraw_now(line.task)


def send_again(session: Session, line: Line) -> None:
    """A parked result goes with the next sync."""
    session.workspace.outbox.send_again([line.number])


def _line(row: OutboxRow, title: str, number: int) -> Line:
    at = row.received_at or row.sent_at or row.created_at
    return Line(row.number, row.task, title, number, row.revision, row.state, from_text(at))


def _payload(document: bytes) -> dict[str, Any]:
    return _part(document, "payload")


def _part(document: bytes, name: str) -> dict[str, Any]:
    """A part of a document that was verified when it was kept (RFC 7515 §7.2.2)."""
    text = json.loads(document)[name]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found
