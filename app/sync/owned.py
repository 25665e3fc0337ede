"""Her own results as the lab holds them, with their receipts: for a new laptop, a restored workspace, a restored lab.

The lab's receipts for one expert are a chain: each names the one before it. A receipt that does not follow the newest
one known here tells of results that went another way (her other laptop, a bundle) or of a lab that lost some: then
the list is read on from where it was read last, and if the newest known receipt is not in it, the lab is asked which
results it does not hold any more.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from app.domain.ids import Digest
from app.domain.times import from_text
from app.errors import AssayError, Cancelled, InputError, RefusedError, TrustError
from app.sync.planner import Refusal
from app.sync.protocols import Connector, Held, Progress, Store, VerifiedReceipt
from app.sync.report import SyncReport
from app.wire import jsonio
from app.wire.documents import Receipt, Registration, Result
from app.wire.keylist import KeyList
from app.wire.models import parse
from app.wire.protocol import OwnResult
from app.wire.signatures import KeySet, PinnedKey, PublicKey, Verified, verify

KEY = "sync.owned"
MAX_PAGES = 100_000
ASKED_AT_ONCE = 1000


@dataclass(slots=True)
class Chain:
    """cursor: after the last result that was read of the lab's list. head: digest of the receipt there.

    newest: digest of the newest receipt known, however it came. Empty: none yet.
    """

    cursor: str = ""
    head: str = ""
    newest: str = ""

    @classmethod
    def read(cls, text: str | None) -> Chain:
        return cls(**json.loads(text)) if text else cls()

    def text(self) -> str:
        return json.dumps(asdict(self))


def opened_receipt(document: bytes, keys: KeySet) -> tuple[Receipt, Verified]:
    """A receipt that the lab signed. TrustError, also when what was signed is no receipt."""
    verified = verify(document, keys, Receipt.typ())
    try:
        return parse(Receipt, verified.payload), verified
    except InputError as exc:
        raise TrustError(
            "receipt.shape",
            "The lab's receipt does not have its shape: {what}",
            hint=_KEPT,
            params={"what": exc},
        ) from None


def device_keys(store: Store) -> KeySet:
    """The keys of her own devices, as the lab registered them, each with the time of its revocation."""
    kept = store.document(Registration.NAME)
    if kept is None:
        return KeySet()
    registration = parse(Registration, kept.payload)
    return KeySet(
        PinnedKey(
            PublicKey(one.jwk.model_dump(exclude_none=True)),
            revoked_at=from_text(one.revoked) if one.revoked else None,
        )
        for one in registration.devices
    )


class OwnedReader:
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

    def heal(self, report: SyncReport) -> None:
        """Take over what the lab holds of her; offer again what it held once and does not hold any more."""
        if not self.read(report):
            self._missing(report)

    def read(self, report: SyncReport) -> bool:
        """Read the list on to its end. False when the newest known receipt is not in it.

        Raises TrustError `receipt.chain` when the list leaves something out, OfflineError, RefusedError.
        """
        chain = Chain.read(self._store.state(KEY))
        if chain.cursor:
            try:
                return self._walk(chain, chain.newest in ("", chain.head), report)
            except RefusedError as exc:
                if exc.code != "feed.reset":
                    raise
            except TrustError as exc:
                if exc.code != "receipt.chain":
                    raise
            # The list is another one than was read before, as after a restored backup: all of it must hold together.
        return self._walk(Chain(newest=chain.newest), chain.newest == "", report)

    def _walk(self, chain: Chain, found: bool, report: SyncReport) -> bool:
        newest, mine = chain.newest, device_keys(self._store)
        for _ in range(MAX_PAGES):
            if self._cancelled():
                raise Cancelled
            page = self._connector.own(chain.cursor)
            held = []
            for item in page.items:
                held.append(self._held(item, chain, mine, report))
                found = found or chain.head == newest
            chain.cursor = page.next
            chain.newest = chain.head or chain.newest
            taken = [one for one in held if one is not None]
            report.adopted += self._store.adopt(taken, {KEY: chain.text()})
            if taken:
                self._progress(len(taken), len(taken), "results")
            if not page.more:
                return found
            if not page.items:
                break
        raise TrustError("feed.endless", "The lab's list of results does not end.", hint=_KEPT)

    def _held(self, item: OwnResult, chain: Chain, mine: KeySet, report: SyncReport) -> Held | None:
        """One result of the list; None when it is not hers by what it says. The chain moves on in any case."""
        if item.receipt is None:
            raise _broken()
        document = item.receipt.document()
        receipt, verified = opened_receipt(document, self._keys().keys)
        if (receipt.previous or "") != chain.head:
            raise _broken()
        chain.head = verified.digest
        try:
            sent = verify(item.result.document(), mine, Result.typ(), at=from_text(receipt.received_at))
            result = parse(Result, sent.payload)
            if (receipt.digest, receipt.result, receipt.revision) != (
                sent.digest,
                result.result,
                result.revision,
            ):
                raise TrustError("receipt.other", "The lab's receipt is for something else.", hint=_KEPT)
        except AssayError as exc:
            refusal = Refusal("result", receipt.result, exc.code, exc.message, item.result.document())
            self._store.quarantine(exc.code, exc.message, f"result {receipt.result}", refusal.document)
            report.refused.append(refusal)
            return None
        return Held(
            task=result.task,
            batch=result.batch,
            payload=sent.payload,
            document=item.result.document(),
            judgement=jsonio.loads(sent.payload)["judgement"],
            receipt=VerifiedReceipt(
                result.result,  # type: ignore[arg-type]
                result.revision,
                Digest(sent.digest),
                document,
                verified.digest,
                receipt.received_at,
            ),
        )

    def _missing(self, report: SyncReport) -> None:
        held = self._store.receipted()
        digests = list(held)
        for start in range(0, len(digests), ASKED_AT_ONCE):
            if self._cancelled():
                raise Cancelled
            lost = self._connector.missing(digests[start : start + ASKED_AT_ONCE])
            numbers = [held[Digest(d)] for d in lost if Digest(d) in held]
            self._store.send_again(numbers)
            report.resent += len(numbers)


def _broken() -> TrustError:
    return TrustError(
        "receipt.chain",
        "The lab's receipts do not follow one another: some were left out or put in another order.",
        hint=_KEPT,
    )


_KEPT = "Your results are kept as they are. Tell the lab."
