"""A bundle as a source of work: the same calls as a lab over HTTPS, answered from what the file holds.

What the file does not answer stays as it is: a result or letter without a receipt in it remains on its way, an
envelope without its key stays closed. Results that are pushed are collected for the bundle that goes back.
Drafts of her other devices come from it; which of this device's the lab holds it tells too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from app.domain.ids import Digest, digest
from app.domain.times import from_text
from app.errors import InputError, OfflineError, RefusedError, TrustError
from app.sync.protocols import FeedReply, NotModified, Refused
from app.wire import jsonio
from app.wire.bundle import Opened
from app.wire.documents import Receipt
from app.wire.leadcalls import OpeningsReply, ReviewPage
from app.wire.leading import Opening
from app.wire.models import Jws, Model, check
from app.wire.ownwork import OwnDrafts
from app.wire.protocol import (
    ClaimReply,
    FeedPage,
    Outcome,
    OwnResults,
    ResultsReply,
    WellKnown,
)
from app.wire.signatures import members, protected_header, sniff, unbase64

M = TypeVar("M", bound=Model)
LINE = 64 * 1024 * 1024


class BundleConnector:
    """bundle: one of the lab's, verified; None: there is none, pushed documents are only collected. kid: of this
    device's key, whose own drafts it does not take back.
    """

    blob_origins: frozenset[str] = frozenset()

    def __init__(self, bundle: Opened | None, kid: str = "") -> None:
        self._bundle = bundle
        self._kid = kid
        self._feed = _pages(bundle.feed, FeedPage) if bundle else {}
        self._own = _pages(bundle.own, OwnResults) if bundle else {}
        self._review = _pages(bundle.review, ReviewPage) if bundle else {}
        self._drafts = _pages(bundle.drafts, OwnDrafts) if bundle else {}
        self._openings: dict[str, list[Jws]] = {}
        self._opened: dict[str, str] = {}
        self._receipts: dict[str, Jws] = {}
        for document in bundle.documents if bundle else ():
            self._sort(document)
        self.pushed: list[bytes] = []

    def well_known(self) -> WellKnown:
        about = self._bundle.manifest if self._bundle is not None else None
        if about is None or about.lab is None or not about.keys:
            raise _not_here()
        return WellKnown(
            lab=about.lab, name=about.lab, url="", server_time=about.issued, keys=list(about.keys)
        )

    def feed(self, cursor: str | None, etag: str | None, limit: int = 100) -> FeedReply | NotModified:
        if self._bundle is None or not self._feed:
            return NotModified()
        page = self._feed.get(cursor or "")
        if page is None and any(one.next == cursor and not one.more for one in self._feed.values()):
            return NotModified()
        if page is None and "" in self._feed:
            raise Refused(410, "feed.reset", "The bundle tells the lab's news from their start.")
        if page is None:
            raise _gap()
        return FeedReply(page, None, from_text(self._bundle.manifest.issued))

    def fetch(self, sha256: Digest, size: int, offset: int) -> Iterator[bytes]:
        data = self._bundle.blobs.get(sha256) if self._bundle else None
        if data is None:
            raise _not_here()
        if len(data) != size:
            raise TrustError("blob.length", "The lab sends another length than it signed.")
        yield data[offset:]

    def push(self, documents: Sequence[bytes]) -> ResultsReply:
        """Outcomes for those that the bundle speaks of; the others stay on their way."""
        self.pushed += documents
        told = {one.digest: one for one in self._bundle.manifest.outcomes} if self._bundle else {}
        for page in self._own.values():
            for item in page.items:
                if item.receipt is not None:
                    name = digest(unbase64(item.result.payload, "signature.shape"))
                    told[name] = Outcome(digest=name, status="duplicate", receipt=item.receipt)
        names = [digest(unbase64(members(d)["payload"], "signature.shape")) for d in documents]
        return ResultsReply(outcomes=[told[name] for name in names if name in told])

    def missing(self, digests: Sequence[str]) -> list[str]:
        """Known only when the bundle tells all that the lab holds."""
        if "" not in self._own:
            return []
        held = {
            digest(unbase64(item.result.payload, "signature.shape"))
            for page in self._own.values()
            for item in page.items
        }
        return [one for one in digests if one not in held]

    def own(self, cursor: str) -> OwnResults:
        page = self._own.get(cursor)
        if page is not None:
            return page
        if cursor and "" in self._own and all(one.next != cursor for one in self._own.values()):
            raise Refused(410, "feed.reset", "The bundle tells her results from their start.")
        return OwnResults(items=[], next=cursor, more=False)

    def review_feed(self, cursor: str, limit: int = 200) -> ReviewPage:
        page = self._review.get(cursor)
        if page is not None:
            return page
        if self._review and all(one.next != cursor for one in self._review.values()):
            if "" in self._review:
                raise Refused(410, "feed.reset", "The bundle tells the lab's news from their start.")
            raise _gap()
        issued = self._bundle.manifest.issued if self._bundle else ""
        return ReviewPage(items=[], next=cursor, more=False, epoch="bundle", server_time=issued)

    def drafts(self, cursor: str) -> OwnDrafts | None:
        """Of her other devices, from their start: the newest of each task, so that one seen before changes nothing."""
        if not self._drafts:
            return None
        page = self._drafts.get(cursor)
        if page is None:
            raise Refused(410, "feed.reset", "The bundle tells her drafts from their start.")
        return page.model_copy(update={"items": [one for one in page.items if not self._mine(one)]})

    def held_drafts(self) -> set[str]:
        """Digests of this device's own drafts that the lab says it holds."""
        pages = self._drafts.values()
        return {str(_claims(one).get("digest")) for page in pages for one in page.items if self._mine(one)}

    def _mine(self, draft: Jws) -> bool:
        try:
            return protected_header(draft.model_dump())["kid"] == self._kid
        except TrustError:
            return False  # whoever takes it in refuses it by name

    def openings(self, digests: Sequence[str]) -> OpeningsReply:
        """Those that the bundle holds for the tasks of these results; the others may come another way."""
        tasks = self._tasks() if self._openings else {}
        known = [name for name in digests if tasks.get(name) in self._openings]
        found = [one for task in dict.fromkeys(tasks[name] for name in known) for one in self._openings[task]]
        return OpeningsReply(openings=found, unknown=[name for name in digests if name not in known])

    def _tasks(self) -> dict[str, str]:
        """Digest of a result → its task, for those that the bundle lists or opens something against."""
        found = dict(self._opened)
        for page in self._own.values():
            for item in page.items:
                name = digest(unbase64(item.result.payload, "signature.shape"))
                found[name] = str(_claims(item.result).get("task"))
        return found

    def post_letters(self, kind: str, documents: Sequence[bytes]) -> ResultsReply:
        """Outcomes for those that the bundle speaks of; the others stay on their way."""
        told = {one.digest: one for one in self._bundle.manifest.outcomes} if self._bundle else {}
        for name, receipt in self._receipts.items():
            told[name] = Outcome(digest=name, status="duplicate", receipt=receipt)
        names = [digest(unbase64(members(d)["payload"], "signature.shape")) for d in documents]
        return ResultsReply(outcomes=[told[name] for name in names if name in told])

    def _sort(self, document: bytes) -> None:
        """What a document claims to open or to receipt: only to find it, whoever uses it verifies it."""
        kind = sniff(document)
        if kind not in (Opening.typ(), Receipt.typ()):
            return
        found = Jws(**members(document))
        about = _claims(found)
        if kind == Opening.typ():
            task = str(about.get("task"))
            self._openings.setdefault(task, []).append(found)
            self._opened[str(about.get("result"))] = task
        else:
            self._receipts[str(about.get("digest"))] = found

    def claim(self, tasks: int, skills: Sequence[str] = (), key: str | None = None) -> ClaimReply:
        raise _not_here()


def _pages(data: bytes, model: type[M]) -> dict[str, M]:
    """By the cursor before each page. Raises TrustError: the lab signed a list without its shape."""
    found: dict[str, M] = {}
    try:
        for line in data.splitlines():
            value: Any = jsonio.loads(line, limit=LINE)
            if not isinstance(value, dict) or not isinstance(value.get("after"), str):
                raise InputError("bundle.page", "A page has no place.")
            found[value["after"]] = check(model, value.get("page"))
    except InputError as exc:
        raise TrustError(
            "bundle.page",
            "A list in this bundle does not have its shape: {what}",
            hint="Nothing of it was used. Tell the lab.",
            params={"what": exc},
        ) from None
    return found


def _claims(found: Jws) -> dict[str, Any]:
    """What a payload says, unverified; nothing when it is no object."""
    try:
        about = jsonio.loads(unbase64(found.payload, "signature.shape"))
    except InputError:
        return {}
    return about if isinstance(about, dict) else {}


def _gap() -> RefusedError:
    return RefusedError(
        "bundle.gap",
        "This bundle begins after news that are not here yet.",
        hint="Take in the bundles in the order they were made, or ask the lab for a whole one.",
    )


def _not_here() -> OfflineError:
    return OfflineError(
        "bundle.not_here",
        "The bundle does not hold this; it takes a connection, or another bundle.",
        hint="Your work is safe on this computer.",
    )
