"""Second grades during a sync: the lead's review feed, letters on their way, and what may be opened now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol, runtime_checkable

from app.domain.ids import Digest, digest
from app.domain.times import to_text
from app.errors import AssayError, Cancelled, OfflineError, RefusedError, StorageError, TrustError
from app.sync import papers
from app.sync.owned import opened_receipt
from app.sync.planner import Refusal
from app.sync.protocols import PaperChange
from app.sync.report import SyncReport
from app.sync.seen import SeenFile
from app.wire import jsonio
from app.wire.keylist import KeyList
from app.wire.leadcalls import MAX_OPENINGS, OpeningsReply, ReviewItem, ReviewPage
from app.wire.leading import Opening, Sealed
from app.wire.models import parse
from app.wire.protocol import MAX_RESULTS, MAX_RESULTS_BYTES, Outcome, ResultsReply
from app.wire.sealing import content_of, unseal
from app.wire.signatures import members, unbase64
from app.wire.work import check_task

CURSOR = "review.cursor"
NUMBER = "review.n"
FILES = "review.files"
"""Files of tasks to read that were not fetched yet, as JSON."""
MAX_PAGES = 10_000
LETTERS = ("decision", "answer", "proposal")


@dataclass(frozen=True, slots=True)
class DueLetter:
    number: int
    id: str
    digest: Digest
    document: bytes


@runtime_checkable
class LeadConnector(Protocol):
    """A source that knows the calls around second grades."""

    def review_feed(self, cursor: str, limit: int = 200) -> ReviewPage: ...

    def openings(self, digests: Sequence[str]) -> OpeningsReply: ...

    def post_letters(self, kind: str, documents: Sequence[bytes]) -> ResultsReply: ...


class LeadStore(Protocol):
    """A workspace as second grades need it."""

    def role(self) -> str: ...

    def roster(self) -> bytes | None: ...

    def state(self, key: str) -> str | None: ...

    def known(self, task: str, batch: str) -> papers.KnownTask | None:
        """batch: the one that a result claims, for a line that came by itself."""

    def keep(self, found: Sequence[PaperChange], state: dict[str, str]) -> None:
        """Papers and what follows from them, with the state, in one transaction."""

    def readable(self) -> int:
        """Tasks of her queue, as a lead, whose first grades are here to be read."""

    def openable(self, limit: int) -> list[tuple[str, Digest, str]]:
        """(task, digest of her receipted result, envelope id)."""

    def all_opened(self) -> None:
        """Everything that could be opened was asked for; nothing is due until more comes."""

    def sealed(self, id: str) -> bytes | None:
        """The payload of an envelope."""

    def letters_wait(self) -> bool: ...

    def due(self, kind: str, limit: int) -> list[DueLetter]: ...

    def mark_sent(self, rows: Sequence[DueLetter]) -> set[int]: ...

    def keep_receipt(
        self, row: DueLetter, document: bytes, receipt_digest: Digest, received_at: str
    ) -> None: ...

    def park(self, number: int, reason: str) -> None: ...

    def quarantine(self, code: str, reason: str, source: str, document: bytes) -> None: ...


class Reviews:
    """keys: the lab's list as it stands. now: never before a time that the lab has signed."""

    def __init__(
        self,
        store: LeadStore,
        connector: LeadConnector,
        lab: str,
        expert: str,
        keys: Callable[[], KeyList],
        now: Callable[[], datetime],
        cancelled: Callable[[], bool],
    ) -> None:
        self._store = store
        self._connector = connector
        self._lab, self._expert = lab, expert
        self._keys = keys
        self._now = now
        self._cancelled = cancelled
        self._lines: dict[str, PaperChange] = {}
        self._files: dict[str, SeenFile] = {}
        self._made: papers.Reader | None = None

    # News for a lead

    def pull(self, report: SyncReport) -> None:
        """Her review feed to its end. What is refused is set aside, named, and never counted."""
        if self._store.role() != "lead":
            return
        cursor, last = self._store.state(CURSOR) or "", int(self._store.state(NUMBER) or 0)
        self._files = {file.sha256: file for file in files_to_read(self._store.state(FILES))}
        for _ in range(MAX_PAGES):
            if self._cancelled():
                raise Cancelled
            try:
                page = self._connector.review_feed(cursor)
            except RefusedError as exc:
                if exc.code != "feed.reset" or not cursor:
                    raise
                cursor, last = "", 0
                continue
            if page.more and not page.items:
                raise TrustError("feed.endless", "The lab's news do not end.", hint=_UNUSED)
            found: list[PaperChange] = []
            for item in page.items:
                if item.n != last + 1:
                    raise TrustError("feed.gap", "The lab's news for leads have a gap.", hint=_UNUSED)
                last = item.n
                paper = self._told(item.kind, item.id, report, partial(self._item, item), item)
                if paper is None:
                    continue
                found.append(paper)
                if paper.kind == "sealed":  # beside those of tasks that she grades for herself
                    found.append(replace(paper, kind="drawn", payload=b"{}", document=None))
            state = {CURSOR: page.next, NUMBER: str(last)}
            if self._files:
                state[FILES] = jsonio.dumps([asdict(file) for file in self._files.values()]).decode()
            self._store.keep(found, state)
            self._lines.clear()
            cursor = page.next
            if not page.more:
                return
        raise TrustError("feed.endless", "The lab's news do not end.", hint=_UNUSED)

    def _item(self, item: ReviewItem) -> PaperChange | None:
        if item.kind == "review.task":
            return self._line(item)
        if item.document is None:
            return None
        document, reader = item.document.document(), self._reader()
        if item.kind == "review.sealed":
            return papers.sealed(document, reader)
        if item.kind == "review.result":
            return papers.result(document, reader, self._known(*_about(document)))
        if item.kind == "review.decided":
            return papers.decision(document, reader)
        if item.kind == "review.answer":
            return papers.answer(document, reader)
        if item.kind == "review.proposal":
            return papers.proposal(document, reader)
        return None

    def _line(self, item: ReviewItem) -> PaperChange:
        """A task to read. It is believed as far as signed results name its digest, and its files as far as it is."""
        line = (item.line or "").encode("utf-8")
        task, sha256 = check_task(line, item.id)
        if task.id != item.id:
            raise TrustError("review.task", "The task is not the one that was announced.")
        paper = PaperChange(
            "line", item.id, sha256, item.id, None, "", to_text(self._reader().now), line, None
        )
        self._lines[item.id] = paper
        for one in task.attachments:
            self._files[one.sha256] = SeenFile(one.name, one.sha256, one.size, 0)
        return paper

    def _known(self, task: str, batch: str) -> papers.KnownTask | None:
        if task in self._lines:
            self._store.keep([self._lines.pop(task)], {})
        return self._store.known(task, batch)

    def _reader(self) -> papers.Reader:
        """Made once: the roster came with the feed before."""
        if self._made is None:
            trusted = papers.Trusted.of(self._store.roster())
            self._made = papers.Reader(self._lab, self._expert, self._keys(), trusted, self._now())
        return self._made

    def _told(
        self,
        kind: str,
        id: str,
        report: SyncReport,
        step: Callable[[], PaperChange | None],
        item: ReviewItem | None = None,
    ) -> PaperChange | None:
        """What the step makes of an item, or nothing and a refusal in the quarantine."""
        try:
            return step()
        except (OfflineError, StorageError):
            raise
        except AssayError as exc:
            document = item.document.document() if item is not None and item.document else b""
            message = f"{exc.message} ({exc.where})" if exc.where else exc.message
            self._store.quarantine(exc.code, message, f"{kind} {id}", document)
            report.refused.append(Refusal(kind, id, exc.code, message, document))
            return None

    # Letters

    def send(self, report: SyncReport) -> None:
        """Decisions, answers and proposals that wait; each leaves frozen, and is delivered by a verified receipt."""
        failure: AssayError | None = None
        for kind in LETTERS if self._store.letters_wait() else ():
            tried: set[int] = set()
            while rows := [
                row for row in self._store.due(kind, MAX_RESULTS + len(tried)) if row.number not in tried
            ]:
                if self._cancelled():
                    raise Cancelled
                group = _fitting(rows)
                tried |= {row.number for row in group}
                frozen = self._store.mark_sent(group)
                going = [row for row in group if row.number in frozen]
                if not going:
                    continue
                reply = self._connector.post_letters(kind, [row.document for row in going])
                outcomes = {one.digest: one for one in reply.outcomes}
                for row in going:
                    failure = self._settle(kind, row, outcomes.get(row.digest), report) or failure
        if failure is not None:
            raise failure

    def _settle(
        self, kind: str, row: DueLetter, outcome: Outcome | None, report: SyncReport
    ) -> AssayError | None:
        report.pushed += 1
        if outcome is None:
            return None
        if outcome.status in ("rejected", "conflict"):
            code = outcome.code or "letter.conflict"
            self._store.park(row.number, f"{code}: {outcome.message}")
            report.parked += 1
            report.refused.append(Refusal(kind, row.id, code, outcome.message, b""))
            return None
        if outcome.receipt is None:
            return TrustError("receipt.missing", "The lab says that it has a letter, and shows no receipt.")
        try:
            document = outcome.receipt.document()
            receipt, verified = opened_receipt(document, self._keys().keys)
            if (receipt.digest, receipt.result) != (row.digest, row.id):
                raise TrustError("receipt.other", "The lab's receipt is for something else than was sent.")
        except AssayError as exc:
            return exc
        self._store.keep_receipt(row, document, verified.digest, receipt.received_at)
        report.receipted += 1
        return None

    # Openings

    def open(self, report: SyncReport) -> int:
        """Ask for the keys of what was sealed for tasks whose own result has a receipt. How many were opened.

        What whoever answers does not know yet (a bundle, a lab restored from a backup) is asked for again.
        """
        waiting = self._store.openable(MAX_OPENINGS)
        seen: set[str] = set()
        count, all_known = 0, True
        while fresh := [one for one in waiting if one[2] not in seen]:
            seen |= {one[2] for one in fresh}
            reply = self._connector.openings(list(dict.fromkeys(one[1] for one in fresh)))
            all_known = all_known and not reply.unknown
            mine = {one[2] for one in fresh}
            found: list[PaperChange] = []
            for jws in reply.openings:
                document = jws.document()
                opened = self._told(
                    "opening", "", report, partial(self._opened, document, mine, report, found)
                )
                if opened is not None:
                    found.append(opened)
                    count += 1
            self._store.keep(found, {})
            waiting = self._store.openable(MAX_OPENINGS + len(seen))
        if all_known:
            self._store.all_opened()
        return count

    def _opened(
        self, document: bytes, mine: set[str], report: SyncReport, found: list[PaperChange]
    ) -> PaperChange | None:
        reader = self._reader()
        verified, opening = reader.by_lab(document, Opening)
        payload = self._store.sealed(opening.sealed)
        if payload is None:
            raise TrustError("opening.unknown", "The key is for something that is not here.")
        if opening.sealed not in mine:
            return None
        sealed = parse(Sealed, payload)
        content = unseal(sealed, digest(payload), opening)
        held = content_of(content)
        for text in held.results:
            theirs = text.encode("utf-8")
            one = self._told("review.result", opening.task, report, partial(self._first, theirs))
            if one is not None:
                found.append(one)
        return PaperChange(
            "opened",
            opening.sealed,
            verified.digest,
            opening.task,
            sealed.batch,
            "",
            opening.issued,
            content,
            document,
        )

    def _first(self, document: bytes) -> PaperChange:
        return papers.result(document, self._reader(), self._store.known(*_about(document)))


def files_to_read(text: str | None) -> list[SeenFile]:
    """What `FILES` holds."""
    return [SeenFile(**one) for one in jsonio.loads(text)] if text else []


def _fitting(rows: Sequence[DueLetter]) -> list[DueLetter]:
    group: list[DueLetter] = []
    size = 64
    for row in rows[:MAX_RESULTS]:
        if group and size + len(row.document) + 1 > MAX_RESULTS_BYTES:
            break
        group.append(row)
        size += len(row.document) + 1
    return group


def _about(document: bytes) -> tuple[str, str]:
    """(task, batch) that an unverified result claims: only to find what to check it against."""
    found = jsonio.loads(unbase64(members(document)["payload"], "signature.shape"))
    about = found if isinstance(found, dict) else {}
    return str(about.get("task", "")), str(about.get("batch", ""))


_UNUSED = "Nothing of it was used. Tell the lab."
