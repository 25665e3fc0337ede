"""One sync with a lab: news in, checked and applied with their place; results out, receipts kept.

Everything can be stopped at any point and done again: the feed's cursor moves in the transaction that applies
what came before it, blobs go on at the byte where they broke off, results are known to the lab by their
digest. With nothing new it is one request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.clock import Clock
from app.domain.ids import BatchId, Digest, ExpertId, LabId, TaskId
from app.domain.times import from_text
from app.errors import AssayError, Cancelled, OfflineError, RefusedError, StorageError, TrustError
from app.sync.devices import NEWS as DRAFT_NEWS
from app.sync.devices import DraftSource, DraftStore, DraftSync
from app.sync.fetching import Fetcher
from app.sync.labkeys import LabKeys
from app.sync.leases import LeaseConnector, renew
from app.sync.owned import OwnedReader
from app.sync.packs import PackReader
from app.sync.planner import TIME_CODES, Context, Plan, Refusal, plan
from app.sync.protocols import (
    BatchChange,
    Changes,
    Connector,
    FeedReply,
    NotModified,
    Pack,
    Progress,
    Store,
)
from app.sync.report import SyncReport
from app.sync.reviews import FILES as REVIEW_FILES
from app.sync.reviews import LeadConnector, Reviews, files_to_read
from app.sync.seen import KEY as SEEN
from app.sync.seen import Seen, SeenFile
from app.sync.sending import Sender
from app.sync.standing import KEY as STANDING
from app.sync.standing import Standing
from app.wire.signatures import members, unbase64

CURSOR = "cursor"
FILE = "file:"
"""Before the digest of an attachment among what was refused."""
MAX_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the feed we are."""

    cursor: str | None
    etag: str | None
    rereading: bool


class Sync:
    """progress: (done, total, what). cancelled: asked between chunks; then Cancelled is raised, and what came
    is kept. metered: attachments wait for a network that costs nothing. restored: the device's new name when
    the workspace came back from a snapshot, else "".
    """

    def __init__(
        self,
        store: Store,
        connector: Connector,
        lab: LabId,
        expert: ExpertId,
        clock: Clock,
        *,
        progress: Progress = lambda done, total, what: None,
        cancelled: Callable[[], bool] = lambda: False,
        metered: bool = False,
        restored: str = "",
        drafts: DraftStore | None = None,
        kid: str = "",
    ) -> None:
        self._drafts = drafts
        self._kid = kid
        self._metered = metered
        self._restored = restored
        self._store = store
        self._connector = connector
        self._lab = lab
        self._expert = expert
        self._clock = clock
        self._progress = progress
        self._cancelled = cancelled
        self._keys = LabKeys(store, connector, clock)
        self._standing = Standing()

    def run(self, *, from_start: bool = False) -> SyncReport:
        """Keep leases, pull, then push. from_start: read the feed from its first item, and try again what was refused.

        A lab that cannot be trusted in its news still gets the results: they are signed, and its receipts are
        checked. Raises OfflineError, RefusedError, TrustError, InputError `clock.off`, StorageError,
        Cancelled.
        """
        report = SyncReport()
        failure: TrustError | None = None
        if isinstance(self._connector, LeaseConnector):
            renew(self._store, self._connector, self._clock.now(), self._cancelled)
        try:
            self._pull(report, from_start)
        except TrustError as exc:
            failure = exc
        self._push(report, failure)
        if isinstance(self._connector, LeadConnector):
            self._second_grades(self._connector, report)
        if self._drafts is not None and isinstance(self._connector, DraftSource):
            parts = (self._lab, self._expert, self._kid, self._cancelled)
            DraftSync(self._drafts, self._connector, *parts).run()
        self._files_to_read(report)
        return report

    def _second_grades(self, connector: LeadConnector, report: SyncReport) -> None:
        """After one's own results, so that their receipts open what is sealed in the same sync."""
        store, keys = self._store.leads, self._keys.current

        def now() -> datetime:
            return self._now(Seen.read(self._store.state(SEEN)))

        reviews = Reviews(store, connector, self._lab, self._expert, keys, now, self._cancelled)
        before = store.readable()
        reviews.pull(report)
        reviews.send(report)
        reviews.open(report)
        report.opened = store.readable() - before

    def _push(self, report: SyncReport, failure: TrustError | None) -> None:
        """Send what is due. Receipts that tell of more than was known here are followed up, and sent again after."""
        for _ in range(2):
            parts = (self._store, self._connector, self._keys.current, self._progress, self._cancelled)
            sender = Sender(*parts)
            sent = sender.run(report)
            if sent:
                report.waiting = self._store.waiting()
            if failure is not None:
                raise failure
            if not sender.gap:
                return
            before = report.resent
            OwnedReader(*parts).heal(report)
            report.waiting = self._store.waiting()
            if report.resent == before:
                return

    # News

    def _pull(self, report: SyncReport, from_start: bool) -> None:
        self._standing = standing = Standing.read(self._store.state(STANDING))
        self._keys.require_fresh(standing, self._keep_standing)
        place = Place(self._store.state(CURSOR), standing.etag, standing.rereading)
        if from_start:
            place = Place(None, None, True)
        drift = self._pages(place, report)
        if drift not in ("", standing.drift) and not from_start:
            drift = self._pages(Place(None, None, True), report)
        if drift != standing.drift:
            standing.drift = drift
            self._keep_standing()
        if self._restored and standing.healed != self._restored:
            standing.lost, standing.healed = True, self._restored
        if standing.lost:
            parts = (self._store, self._connector, self._keys.current, self._progress, self._cancelled)
            OwnedReader(*parts).heal(report)
            standing.lost = False
            self._keep_standing()
        if standing.files and not self._metered:
            self._attachments(report)

    def _pages(self, place: Place, report: SyncReport) -> str:
        """Read to the end of the feed. The lab's digest of what is hers, when we hold something else, or ""."""
        seen: Seen | None = None
        for _ in range(MAX_PAGES):
            if self._cancelled():
                raise Cancelled
            try:
                reply = self._connector.feed(place.cursor, place.etag)
            except RefusedError as exc:
                if exc.code != "feed.reset" or place.cursor is None:
                    raise
                place, seen = Place(None, None, True), None
                self._standing.lost = True
                continue
            self._keys.date = reply.date
            if isinstance(reply, NotModified):
                return self._standing.drift
            if seen is None:
                seen = Seen.read(self._store.state(SEEN))
                if place.cursor is None:
                    seen.n = 0
                    seen.refused.clear()
            page = reply.page
            if page.more and not page.items:
                raise TrustError("feed.endless", "The lab's news do not end.", hint=_UNUSED)
            self._keys.reach(page.keys_version, self._standing)
            self._same_epoch(page.epoch)
            if place.cursor is None:
                self._standing.lost = True  # to this workspace, perhaps: it may be new, or made anew
            seen = self._take(reply, seen, place, report)
            place = replace(place, cursor=page.next, etag=None)
            if not page.more:
                refused = any(not name.startswith(FILE) for name in seen.refused)
                same = page.digest is None or refused or seen.live() == page.digest
                return "" if same or page.digest is None else page.digest.sha256
        raise TrustError("feed.endless", "The lab's news do not end.", hint=_UNUSED)

    def _take(self, reply: FeedReply, seen: Seen, place: Place, report: SyncReport) -> Seen:
        """Apply one page whole, but for the items that are refused; those go to the quarantine."""
        page, banned = reply.page, dict[str, AssayError]()
        while True:
            now, rereading = self._now(seen), place.rereading
            roster = self._store.document("roster")
            context = Context(self._lab, self._expert, self._keys.current(), now, rereading, banned, roster)
            planned = plan(page.items, seen, context)
            self._require_clock(planned)
            wanted, missing = self._wanted(planned), self._wanted(planned, unseen=True)
            fetcher = Fetcher(self._store.blobs, self._connector, _unseen, self._cancelled, 0)
            reader = PackReader(fetcher, self._cancelled, self._arrivals(wanted, missing))
            try:
                fetcher.expect(missing)
                changes = self._changes(planned, self._state(reply, planned, place), reader)
                self._store.apply(changes, page.next, lambda _: None)
            except (OfflineError, StorageError):
                raise
            except AssayError as exc:
                if not self._ban(planned, reader.reading, exc, banned):
                    raise
                continue
            finally:
                fetcher.close()
            break
        for refusal in planned.refusals:
            self._set_aside(refusal, report)
        report.pulled += sum(file.count for file in wanted)
        report.returned += sum(item.kind == "result.returned" for item in page.items)
        for file in wanted:
            if self._store.blobs.have(Digest(file.sha256)):
                self._store.blobs.drop(Digest(file.sha256))
        return planned.seen

    def _wanted(self, planned: Plan, *, unseen: bool = False) -> list[SeenFile]:
        """Packs that are not shown yet. unseen: nor loaded whole by a sync that broke off."""
        return [
            file
            for batch in planned.touched
            if not planned.seen.batches[batch].withdrawn
            for file in planned.seen.files_of(batch)
            if not self._store.has_pack(BatchId(batch), Digest(file.sha256), unseen=unseen)
        ]

    def _arrivals(self, wanted: list[SeenFile], missing: list[SeenFile]) -> Callable[[int], None]:
        """Progress in tasks, as packs are read."""
        total = sum(file.count for file in wanted)
        done = total - sum(file.count for file in missing)

        def arrived(tasks: int) -> None:
            nonlocal done
            done += tasks
            self._progress(done, total, "tasks")

        return arrived

    def _changes(self, planned: Plan, state: dict[str, str], reader: PackReader) -> Changes:
        batches = []
        for batch in planned.touched:
            if planned.seen.batches[batch].withdrawn:
                continue
            if batch in planned.documents:
                payload, document = planned.documents[batch]
            else:
                document = self._store.batch_document(BatchId(batch)) or b""
                payload = unbase64(members(document)["payload"], "signature.shape")
            tasks: frozenset[TaskId] = frozenset(
                task for a in planned.assignments.values() if a.batch == batch for task in a.tasks
            )
            packs = tuple(
                Pack(file.path, Digest(file.sha256), reader.lines(file, tasks), file.count)
                for file in planned.seen.files_of(batch)
            )
            batches.append(BatchChange(BatchId(batch), payload, document, packs))
        return Changes(
            batches=tuple(batches),
            withdrawn=planned.withdrawn,
            assignments=tuple(planned.assignments.values()),
            documents=tuple(d for d in (planned.roster, planned.registration) if d is not None),
            papers=tuple(planned.papers),
            state=state,
        )

    def _state(self, reply: FeedReply, planned: Plan, place: Place) -> dict[str, str]:
        last = not reply.page.more
        standing = self._standing
        standing.etag = (reply.etag or "") if last else ""
        standing.rereading = place.rereading and not last
        standing.files = bool(planned.seen.attachments())
        found = {SEEN: planned.seen.text(), STANDING: standing.text()}
        return {**found, DRAFT_NEWS: "1"} if planned.drafts else found

    def _keep_standing(self) -> None:
        self._store.set_state(STANDING, self._standing.text())

    def _ban(
        self, planned: Plan, pack: Digest | None, why: AssayError, banned: dict[str, AssayError]
    ) -> bool:
        """Lay a failure at the door of the assignments that brought the pack. False when none did."""
        guilty = [
            name
            for name in planned.assignments
            if pack is not None and any(f.sha256 == pack for f in planned.seen.assignments[name].packs)
        ]
        banned.update(dict.fromkeys(guilty, why))
        return bool(guilty)

    def _attachments(self, report: SyncReport) -> None:
        """After the tasks: work can begin before the last file is here."""
        self._fetch_files(Seen.read(self._store.state(SEEN)).attachments(), report)
        self._standing.files = False
        self._keep_standing()

    def _files_to_read(self, report: SyncReport) -> None:
        """Files of tasks that a lead reads without having graded them."""
        waiting = self._store.state(REVIEW_FILES)
        if waiting is not None and not self._metered:
            self._fetch_files(files_to_read(waiting), report)
            self._store.set_state(REVIEW_FILES, None)

    def _fetch_files(self, wanted: Sequence[SeenFile], report: SyncReport) -> None:
        """Each that is not here. What cannot be had is set aside once."""
        blobs, seen = self._store.blobs, Seen.read(self._store.state(SEEN))
        missing = [
            f for f in wanted if FILE + f.sha256 not in seen.refused and not blobs.complete(Digest(f.sha256))
        ]
        total = sum(f.size for f in missing)
        fetcher = Fetcher(blobs, self._connector, self._progress, self._cancelled, total)
        fetcher.expect(missing)
        try:
            for file in missing:
                try:
                    fetcher.fetch(file)
                    report.files += 1
                except (TrustError, RefusedError) as exc:
                    refusal = Refusal("attachment", file.path, exc.code, exc.message, b"")
                    self._set_aside(refusal, report)
                    seen.refused[FILE + file.sha256] = exc.code
                    self._store.set_state(SEEN, seen.text())
        finally:
            fetcher.close()

    def _set_aside(self, refusal: Refusal, report: SyncReport) -> None:
        source = f"{refusal.kind} {refusal.id}"
        self._store.quarantine(refusal.code, refusal.message, source, refusal.document)
        report.refused.append(refusal)

    # The lab's clock and memory

    def _now(self, seen: Seen) -> datetime:
        """Never before a time that the lab has signed: a clock set back revives nothing."""
        now = self._clock.now()
        return max(now, from_text(seen.time)) if seen.time else now

    def _require_clock(self, planned: Plan) -> None:
        if any(refusal.code in TIME_CODES for refusal in planned.refusals):
            self._keys.require_time()

    def _same_epoch(self, epoch: str) -> None:
        """A lab that was restored from a backup may have lost results that it gave receipts for."""
        standing = self._standing
        standing.lost = standing.lost or standing.epoch not in ("", epoch)
        standing.epoch = epoch


def _unseen(done: int, total: int, what: str) -> None:
    """Packs are told of by their tasks."""


_UNUSED = "Nothing of it was used. Tell the lab."
