"""What the Outbox shows and does, without a widget."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.errors import AssayError
from app.services.outbox import WAITING, Letter, Line, OutboxPages, send_again, withdraw
from app.services.saving import save_file
from app.services.submitting import Undone
from ui.i18n import tr, tr_later, trn
from ui.live import LiveSession
from ui.navigator import Navigator
from ui.outbox import words
from ui.widgets.facts import Fact
from ui.widgets.rows import RowData

PAGE, PAGES = 100, 8


class OutboxPresenter(QObject):
    """changed: the list and the letter. light: whether it is safe to close. stale: read again when shown."""

    changed = Signal()
    light = Signal()
    stale = Signal()

    def __init__(self, live: LiveSession, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self._navigator = navigator
        self._source = OutboxPages(live.session)
        self._pages: dict[int, list[Line]] = {}
        self._counts: dict[str, int] = {}
        self.letter: Letter | None = None
        live.changed.connect(self._old)
        live.pending_changed.connect(self._pending)

    def closed(self) -> None:
        self._live.changed.disconnect(self._old)
        self._live.pending_changed.disconnect(self._pending)
        self._pages.clear()
        self.letter = None

    # The list

    def refresh(self) -> None:
        """Read the counts and the visible pages again."""
        self._pages.clear()
        self._counts = self._source.counts()
        if self.letter is not None:
            self.letter = self._source.letter(self.letter.line)
        if self.letter is None and self.count:
            self.letter = self._source.letter(self._line(0))
        self.changed.emit()
        self.light.emit()

    @property
    def count(self) -> int:
        return sum(self._counts.values())

    @property
    def waiting(self) -> int:
        return sum(self._counts.get(state, 0) for state in WAITING)

    def row(self, at: int) -> RowData:
        return words.row_data(self._line(at), self._live.clock_now)

    def chosen_row(self) -> int:
        """Where the letter stands among the pages that are read; -1 if it is in none of them."""
        if self.letter is not None:
            for page, lines in self._pages.items():
                for at, line in enumerate(lines):
                    if line.number == self.letter.line.number:
                        return page * PAGE + at
        return -1

    def choose(self, at: int) -> None:
        self.letter = self._source.letter(self._line(at))
        self.changed.emit()

    def _line(self, at: int) -> Line:
        page = at // PAGE
        if page not in self._pages:
            while len(self._pages) >= PAGES:
                del self._pages[next(iter(self._pages))]
            self._pages[page] = self._source.page(page * PAGE, PAGE)
        return self._pages[page][at % PAGE]

    # Words

    @property
    def lab(self) -> str:
        return self._live.session.identity.lab_name

    @property
    def local(self) -> bool:
        return self._live.session.identity.local

    def is_safe(self) -> bool:
        return self._live.pending == 0

    def light_words(self) -> str:
        """Whether it is safe to close, and what waits."""
        if not self.is_safe():
            return tr("Changes are being written to the file. Closing waits for them.")
        safe = tr("Everything is in the file: it is safe to close.")
        if not self.count or self.local:
            return safe
        if not self.waiting:
            rest = tr("No result waits to be sent.")
        else:
            rest = trn(
                "{n} result waits for its receipt.", "{n} results wait for their receipts.", self.waiting
            )
        return tr("{first} {second}", first=safe, second=rest)

    def explained(self) -> str:
        return words.explained(self.letter, self.lab, local=self.local) if self.letter else ""

    def receipt_words(self) -> str:
        return words.receipt_words(self.letter, self.lab) if self.letter else ""

    def facts(self) -> tuple[Fact, ...]:
        letter, now = self.letter, self._live.clock_now
        if letter is None:
            return ()
        found = (
            Fact(tr("Batch"), letter.batch_title),
            Fact(tr("Revision"), str(letter.line.revision)),
            Fact(tr("Signed"), words.when_words(letter.created_at, now)),
            Fact(tr("First sent"), words.when_words(letter.sent_at, now)),
            Fact(tr("What the lab says"), tr_later(letter.reason)),
            Fact(tr("Result"), letter.result, mono=True, copy=True),
            Fact(tr("Digest of its content (SHA-256)"), letter.digest, mono=True, copy=True),
            Fact(tr("Signed with the key"), letter.kid, mono=True, copy=True),
            Fact(tr("Digest of the receipt"), letter.receipt_digest or "", mono=True, copy=True),
        )
        return tuple(fact for fact in found if fact.value)

    def file_name(self) -> str:
        return f"{self.letter.result}-{self.letter.line.revision}.jws.jsonl" if self.letter else ""

    # What one does here

    def can_withdraw(self) -> bool:
        return self.letter is not None and self.letter.withdrawable

    def can_send_again(self) -> bool:
        return self.letter is not None and self.letter.line.state == "parked" and self.letter.newest

    def withdraw(self) -> None:
        if self.letter is None:
            return
        line, session = self.letter.line, self._live.session
        self._live.perform(lambda _: withdraw(session, line), self._withdrawn, self._failed, what="undo")

    def send_again(self) -> None:
        if self.letter is None:
            return
        line, session = self.letter.line, self._live.session
        self._live.perform(
            lambda _: send_again(session, line), lambda _: self._navigator.sync(), self._failed, what="outbox"
        )

    def send_now(self) -> None:
        self._navigator.sync()

    def open_task(self) -> None:
        if self.letter is not None:
            self._navigator.go_task(self.letter.line.task)

    def save(self, path: str) -> None:
        """The signed result and its receipt, a JSON document a line: what `assay verify` reads."""
        if self.letter is None or not path:
            return
        try:
            save_file(Path(path), self._source.document(self.letter.line))
        except AssayError as error:
            self._navigator.problem(error)
        else:
            self._navigator.toast(tr("Saved as {file}.", file=Path(path).name))

    def copied(self) -> None:
        self._navigator.toast(tr("Copied"))

    def _withdrawn(self, undone: Undone) -> None:
        task = undone.task
        self._navigator.toast(
            tr("Withdrawn. The review is open again."),
            (tr("Open the task"), lambda: self._navigator.go_task(task)),
        )

    def _failed(self, error: AssayError) -> None:
        self._navigator.problem(error)
        self.refresh()

    def _old(self, what: str) -> None:
        if what not in ("place", "review"):
            self.stale.emit()

    def _pending(self, _: int) -> None:
        self.light.emit()
