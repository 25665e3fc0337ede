"""The status line: what is saved, what waits, whether it is safe to close, when the lab last answered.

It never says more than is true: "saved" and "safe to close" only while nothing is on its way to the file. It follows
what a key shows by one turn of the event loop; closing waits for the file in any case.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, QTimer

from ui.i18n import clock_time, moment, number, tr, trn
from ui.live import LiveSession
from ui.syncing import Syncing
from ui.widgets.bars import Fact, StatusLine


class StatusKeeper(QObject):
    """Keeps the line true for one open lab."""

    def __init__(self, line: StatusLine, live: LiveSession, syncing: Syncing) -> None:
        super().__init__(live)
        self._line = line
        self._live = live
        self._syncing = syncing
        self._saved: datetime | None = None
        self._waiting = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.show_now)
        live.written.connect(self._was_written)
        live.pending_changed.connect(self._pending)
        live.changed.connect(self._changed)
        syncing.changed.connect(self.show_now)
        self._changed("lab")
        self.show_now()

    def show_on(self, line: StatusLine) -> None:
        """Another line from now on."""
        self._line = line
        self.show_now()

    def _was_written(self, at: datetime) -> None:
        self._saved = at
        self._soon.start(0)

    def _pending(self, _count: int) -> None:
        self._soon.start(0)  # after what the key itself shows: it must not wait for this line

    def _changed(self, what: str) -> None:
        if what in ("submit", "letters", "undo", "lab"):
            workspace = self._live.session.workspace
            self._waiting = workspace.outbox.waiting() + workspace.letters.waiting()
        self._soon.start(0)

    def show_now(self) -> None:
        self._line.set_facts(self._facts())
        self._line.set_trailing(self._synced())
        if self._syncing.running:
            self._line.set_action(tr("Cancel"), self._syncing.cancel)
        else:
            self._line.set_action("", None)

    def _facts(self) -> list[Fact]:
        facts = []
        pending = self._live.pending
        if pending:
            facts.append(Fact(tr("Saving…"), "loader-circle"))
        elif self._saved is not None:
            facts.append(Fact(tr("Saved {time}", time=clock_time(self._saved)), "circle-check", "good"))
        if self._waiting and not self._live.session.identity.local:
            facts.append(Fact(trn("{n} waiting to be sent", "{n} waiting to be sent", self._waiting)))
        if not pending:
            icon, tone = ("", "") if facts else ("circle-check", "good")
            facts.append(Fact(tr("safe to close") if facts else tr("Safe to close"), icon, tone))
        if self._syncing.running:
            facts.append(Fact(self._step_words(), "refresh-cw", "accent"))
        return facts

    def _step_words(self) -> str:
        step = self._syncing.step
        if step is None:
            return tr("Asking the lab…")
        words = {
            "tasks": tr("Fetching tasks"),
            "files": tr("Fetching files"),
            "results": tr("Sending results"),
        }
        what = words.get(step.words, tr("Talking to the lab"))
        if step.words == "files":
            done, total = number(step.done / 1e6, 1), number(step.total / 1e6, 1)
            return tr("{what}, {done} of {total} MB", what=what, done=done, total=total)
        if not step.total:
            return tr("{what}, {done} so far", what=what, done=number(step.done))
        return tr("{what}, {done} of {total}", what=what, done=number(step.done), total=number(step.total))

    def _synced(self) -> str:
        if self._live.session.identity.local:
            return tr("On this computer only")
        at = self._syncing.synced_at
        when = tr("Not synced yet") if at is None else tr("Last synced {when}", when=self._when(at))
        return tr("{when} · offline", when=when) if self._syncing.offline else when

    def _when(self, at: datetime) -> str:
        now = self._live.clock_now
        same_day = at.astimezone().date() == now.astimezone().date()
        return clock_time(at) if same_day else moment(at, now)
