"""The outbox on its way: results leave frozen, and count as delivered on a verified receipt for these very
bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from app.domain.ids import Digest, ResultId
from app.errors import AssayError, Cancelled, TrustError
from app.i18n import mark
from app.sync.ahead import Ahead
from app.sync.owned import KEY as OWNED
from app.sync.owned import Chain, opened_receipt
from app.sync.planner import Refusal
from app.sync.protocols import Connector, Due, Progress, Refused, Store, VerifiedReceipt
from app.sync.report import SyncReport
from app.wire.keylist import KeyList
from app.wire.protocol import MAX_RESULTS, MAX_RESULTS_BYTES, Outcome, ResultsReply

ROOM = 64
"""Bytes that a request adds around its results, at most."""
PER_ITEM = (400, 413, 422)
"""Statuses that may be one item's fault: the request is halved until the item stands alone."""


class _Request:
    """Results on their way to the lab, in a thread of its own."""

    def __init__(self, connector: Connector, rows: Sequence[Due]) -> None:
        self.rows = rows
        documents = [row.document for row in rows]
        self._replies = Ahead(connector.push(documents) for _ in range(1))

    def reply(self) -> ResultsReply:
        """Waits for it. Raises what the connector raises."""
        try:
            return next(self._replies)
        finally:
            self.close()

    def close(self) -> None:
        """Nobody waits for the reply any more; what the lab took it answers the same when it is sent again."""
        self._replies.close()


class Sender:
    def __init__(
        self,
        store: Store,
        connector: Connector,
        keys: Callable[[], KeyList],
        progress: Progress,
        cancelled: Callable[[], bool],
    ) -> None:
        self._store = store
        self._connector = connector
        self._keys = keys
        self._progress = progress
        self._cancelled = cancelled
        self._kept: set[int] = set()
        self._under_way: set[int] = set()
        self._failure: AssayError | None = None
        self._newest = Chain.read(store.state(OWNED)).newest
        self.gap = False
        """A receipt did not follow the newest one known here, or the lab holds other content of a result."""

    def run(self, report: SyncReport) -> bool:
        """Send all that is due; False when there was nothing. A false receipt is raised at the end.

        While the lab looks at one request the receipts of the one before are checked and kept.
        """
        request = self._begin()
        if request is None and not self._next():
            return False
        total, done = self._store.waiting(), 0
        while request is not None:
            reply = self._reply(request, report)
            following = self._begin()
            try:
                if reply is not None:
                    self._take(request.rows, reply, report)
                done += len(request.rows)
                self._under_way -= {row.number for row in request.rows}
                self._progress(done, max(total, done), "results")
            except BaseException:
                if following is not None:
                    following.close()
                raise
            request = following or self._begin()
        if self._cancelled() and self._next():
            raise Cancelled
        if self._failure is not None:
            raise self._failure
        return True

    def _next(self) -> list[Due]:
        aside = self._kept | self._under_way
        rows = self._store.due(MAX_RESULTS + len(aside))
        return [row for row in rows if row.number not in aside]

    def _begin(self) -> _Request | None:
        """Mark what goes out next, and begin to send it; None when nothing is due, or no more is wanted."""
        while rows := self._next():
            if self._cancelled():
                return None
            group = next(_groups(rows))
            frozen = set(self._store.mark_sent(group))
            group = [row for row in group if row.number in frozen]
            if group:
                self._under_way |= frozen
                return _Request(self._connector, group)
        return None

    def _reply(self, request: _Request, report: SyncReport) -> ResultsReply | None:
        """None: the lab refused all for one item's sake, and was asked again about smaller and smaller parts."""
        try:
            return request.reply()
        except Refused as exc:
            self._halve(request.rows, exc, report)
            return None

    def _halve(self, rows: Sequence[Due], exc: Refused, report: SyncReport) -> None:
        if exc.status not in PER_ITEM:
            raise exc
        if len(rows) == 1:
            self._park(rows[0], exc.code, exc.message, report)
            return
        middle = len(rows) // 2
        for part in (rows[:middle], rows[middle:]):
            try:
                reply = self._connector.push([row.document for row in part])
            except Refused as inner:
                self._halve(part, inner, report)
            else:
                self._take(part, reply, report)

    def _take(self, rows: Sequence[Due], reply: ResultsReply, report: SyncReport) -> None:
        report.pushed += len(rows)
        outcomes = {outcome.digest: outcome for outcome in reply.outcomes}
        receipts = []
        for row in rows:
            receipt = self._settle(row, outcomes.get(row.digest), report)
            if receipt is not None:
                receipts.append(receipt)
        if receipts:
            chain = replace(Chain.read(self._store.state(OWNED)), newest=self._newest)
            self._store.keep_receipts(receipts, {OWNED: chain.text()})
            report.receipted += len(receipts)

    def _settle(self, row: Due, outcome: Outcome | None, report: SyncReport) -> VerifiedReceipt | None:
        if outcome is None:
            self._keep(row, None)
        elif outcome.status == "conflict":
            report.conflicts += 1
            self.gap = True
            self._park(row, "result.conflict", mark("The lab holds other content of this result."), report)
        elif outcome.status == "rejected":
            self._park(row, outcome.code, outcome.message, report)
        elif outcome.receipt is None:
            self._keep(row, _no_receipt())
        else:
            try:
                return self._receipt(row, outcome.receipt.document())
            except AssayError as exc:
                self._keep(row, exc)
        return None

    def _receipt(self, row: Due, document: bytes) -> VerifiedReceipt:
        receipt, verified = opened_receipt(document, self._keys().keys)
        if (receipt.digest, receipt.result, receipt.revision) != (row.digest, row.result, row.revision):
            raise TrustError(
                "receipt.other",
                "The lab's receipt is for something else than was sent.",
                hint="Your result is kept and will be sent again. Tell the lab.",
            )
        if (receipt.previous or "") == self._newest:
            self._newest = verified.digest
        elif verified.digest != self._newest:
            self.gap = True
        return VerifiedReceipt(
            ResultId(receipt.result),
            receipt.revision,
            Digest(receipt.digest),
            document,
            verified.digest,
            receipt.received_at,
        )

    def _park(self, row: Due, code: str, message: str, report: SyncReport) -> None:
        self._store.park(row.number, f"{code}: {message}")
        report.parked += 1
        report.refused.append(Refusal("result", row.result, code, message, b""))

    def _keep(self, row: Due, why: AssayError | None) -> None:
        """It stays among the due and is not tried again in this run."""
        self._kept.add(row.number)
        self._failure = self._failure or why


def _groups(rows: Sequence[Due]) -> Iterator[list[Due]]:
    """At most 100 results and 2 MB a request; a single longer one goes alone."""
    group: list[Due] = []
    size = ROOM
    for row in rows:
        if group and (len(group) >= MAX_RESULTS or size + len(row.document) + 1 > MAX_RESULTS_BYTES):
            yield group
            group, size = [], ROOM
        group.append(row)
        size += len(row.document) + 1
    if group:
        yield group


def _no_receipt() -> TrustError:
    return TrustError(
        "receipt.missing",
        "The lab says that it has a result, and shows no receipt.",
        hint="Your result is kept and will be sent again. Tell the lab.",
    )
