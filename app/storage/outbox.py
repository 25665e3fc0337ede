"""The outbox: signed results, frozen at the first send, kept with their receipts for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.clock import Clock
from app.domain.ids import BatchId, Digest, ResultId, TaskId
from app.domain.times import to_text
from app.errors import InputError, TrustError
from app.storage.changes import Outcome, Receipt
from app.storage.database import Database
from app.storage.rows import NewResult, OutboxRow

_COLUMNS = (
    "number, result, revision, task, batch, digest, payload, document, state, attempts, reason, created_at,"
    " sent_at, receipt, receipt_digest, received_at"
)
_WAITING = ("ready", "sent")


class Outbox:
    """ready → sent → receipted → accepted | returned | rejected; parked when the lab refused it."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def put(self, new: NewResult, *, task: TaskId, batch: str) -> None:
        with self._db.writing():
            self._db.run(
                "INSERT INTO outbox (result, revision, task, batch, digest, payload, document, state,"
                " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'ready', ?)",
                (new.result, new.revision, task, batch, new.digest, new.payload, new.document, self._now()),
            )

    def withdraw(self, result: ResultId, revision: int) -> None:
        """Remove a result that was never sent. InputError `outbox.sent` otherwise."""
        with self._db.writing():
            gone = self._db.run(
                "DELETE FROM outbox WHERE result = ? AND revision = ? AND state = 'ready' AND attempts = 0",
                (result, revision),
            )
            if not gone:
                raise InputError(
                    "outbox.sent",
                    "This result may have left this computer already.",
                    hint="Open the review again: a new revision takes its place.",
                )

    def drop(self, number: int) -> None:
        """Take a row out, whatever its state: another content has its place at the lab. The caller keeps a copy."""
        with self._db.writing():
            self._db.run("DELETE FROM outbox WHERE number = ?", (number,))

    def due(self, limit: int = 100) -> list[OutboxRow]:
        """What still needs a receipt, oldest first."""
        return self._rows("WHERE state IN ('ready', 'sent') ORDER BY number LIMIT ?", (limit,))

    def mark_sent(self, numbers: Iterable[int], digests: Mapping[int, Digest] | None = None) -> list[int]:
        """Freeze these before their first byte leaves. Only the returned ones may be sent: the others were
        withdrawn meanwhile.

        digests: what is about to leave under each number. A number that was withdrawn goes to the next result
        that is submitted, which must not be frozen in the place of what the caller holds.
        """
        now, held = self._now(), digests or {}
        with self._db.writing():
            return [
                number
                for number in numbers
                if self._db.run(
                    "UPDATE outbox SET state = 'sent', attempts = attempts + 1, sent_at = coalesce(sent_at, ?)"
                    " WHERE number = ? AND state IN ('ready', 'sent') AND digest = coalesce(?, digest)",
                    (now, number, held.get(number)),
                )
            ]

    def keep_receipts(self, receipts: Sequence[Receipt]) -> None:
        """Verified receipts. TrustError `receipt.digest` when one is for other bytes than were sent: none is
        kept then.

        A receipt for a result that is not here (made on another device) is passed over.
        """
        with self._db.writing():
            for receipt in receipts:
                row = self._db.one(
                    "SELECT number, digest, state FROM outbox WHERE result = ? AND revision = ?",
                    (receipt.result, receipt.revision),
                )
                if row is None:
                    continue
                number, digest, state = row
                if digest != receipt.digest:
                    raise TrustError(
                        "receipt.digest",
                        "The lab's receipt is for other content than was sent.",
                        hint="Your result is kept as it was. Tell the lab.",
                    )
                self._db.run(
                    "UPDATE outbox SET receipt = ?, receipt_digest = ?, received_at = ?, state = ?"
                    " WHERE number = ?",
                    (
                        receipt.document,
                        receipt.receipt_digest,
                        receipt.received_at,
                        "receipted" if state in (*_WAITING, "parked") else state,
                        number,
                    ),
                )

    def settle(self, outcomes: Iterable[Outcome]) -> None:
        """What the lab decided over results it holds."""
        with self._db.writing():
            for outcome in outcomes:
                self._db.run(
                    "UPDATE outbox SET state = ?, reason = ? WHERE result = ? AND revision = ?",
                    (outcome.state, outcome.reason, outcome.result, outcome.revision),
                )

    def park(self, numbers: Iterable[int], reason: str) -> None:
        """Set aside with the lab's reason; kept, never sent again by itself."""
        with self._db.writing():
            for number in numbers:
                self._db.run(
                    "UPDATE outbox SET state = 'parked', reason = ? WHERE number = ?", (reason, number)
                )

    def send_again(self, numbers: Iterable[int]) -> None:
        """Back among the due: parked ones on the expert's word, receipted ones that the lab has lost."""
        with self._db.writing():
            for number in numbers:
                self._db.run(
                    "UPDATE outbox SET state = iif(attempts, 'sent', 'ready'), reason = '' WHERE number = ?",
                    (number,),
                )

    def all(self, *, state: str | None = None, limit: int = -1, offset: int = 0) -> list[OutboxRow]:
        """Newest first."""
        return self._rows(
            "WHERE state = ?1 OR ?1 IS NULL ORDER BY number DESC LIMIT ?2 OFFSET ?3", (state, limit, offset)
        )

    def of_task(self, task: TaskId) -> list[OutboxRow]:
        """Every revision of a task's result, oldest first."""
        return self._rows("WHERE task = ? ORDER BY revision", (task,))

    def newest_payloads(self, batch: BatchId) -> list[tuple[TaskId, bytes]]:
        """(task, payload) of the newest revision of each result of a batch, in the order they were made."""
        return self._db.all(
            "SELECT task, payload FROM outbox o WHERE batch = ? AND revision ="
            " (SELECT max(revision) FROM outbox x WHERE x.task = o.task) ORDER BY number",
            (batch,),
        )

    def tasks(self, batch: BatchId) -> set[TaskId]:
        """Those of a batch that have a result, whether its next revision is being written or not."""
        return {row[0] for row in self._db.all("SELECT DISTINCT task FROM outbox WHERE batch = ?", (batch,))}

    def counts(self) -> dict[str, int]:
        """Rows by state; states without rows are left out."""
        return dict(self._db.all("SELECT state, count(*) FROM outbox GROUP BY state"))

    def waiting(self) -> int:
        """Results that are still to be sent, or sent without a receipt. Reads the index of them alone."""
        return int(self._db.value("SELECT count(*) FROM outbox WHERE state IN ('ready', 'sent')"))

    def counts_by_batch(self) -> dict[BatchId, dict[str, int]]:
        """Rows of each batch by state."""
        found: dict[BatchId, dict[str, int]] = {}
        for batch, state, count in self._db.all(
            "SELECT batch, state, count(*) FROM outbox GROUP BY batch, state"
        ):
            found.setdefault(batch, {})[state] = count
        return found

    def next_sequence(self) -> int:
        """The number of this device's next result; one that was withdrawn before any send gives its number back."""
        return int(self._db.value("SELECT coalesce(max(number), 0) + 1 FROM outbox"))

    def last_receipt_digest(self) -> str | None:
        found: str | None = self._db.value(
            "SELECT receipt_digest FROM outbox WHERE receipt_digest IS NOT NULL"
            " ORDER BY received_at DESC, number DESC"
        )
        return found

    def _rows(self, tail: str, params: Sequence[object]) -> list[OutboxRow]:
        return [OutboxRow(*row) for row in self._db.all(f"SELECT {_COLUMNS} FROM outbox {tail}", params)]

    def _now(self) -> str:
        return to_text(self._clock.now())
