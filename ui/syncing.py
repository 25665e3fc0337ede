"""When the window talks to the lab: at the start, some quiet time after a submit, now and then, and on demand.

Offline is no error here: it is said in the status line and tried again, less and less often. On a metered
network only the person starts it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.times import from_text
from app.errors import AssayError, OfflineError
from app.services.desk import SYNCED
from ui.jobs import JobHandle, Jobs, Progress, Step
from ui.live import LiveSession

if TYPE_CHECKING:
    from app.services.sending import Report, Sending

AFTER_SUBMIT_S = 20.0
"""Undo of a submit within this time leaves no trace at the lab."""
EVERY_S = 900.0
FIRST_RETRY_S = 30.0
LAST_RETRY_S = 1800.0


class Syncing(QObject):
    """The syncs of one open lab, one at a time.

    changed: something to say. done: one on demand has ended, or one that opened others' grades.
    """

    changed = Signal()
    done = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        jobs: Jobs,
        sending: Callable[[], Sending],
        live: LiveSession,
        is_metered: Callable[[], bool],
        before: Callable[[Callable[[], bool]], None] | None = None,
    ) -> None:
        """before: run in the network thread ahead of a sync (starting the sample lab's server)."""
        super().__init__(live)
        self._jobs = jobs
        self._sending = sending
        self._live = live
        self._is_metered = is_metered
        self._before = before
        self._job: JobHandle | None = None
        self._asked = False
        self._stopped: Callable[[], None] | None = None
        self._retry_s = FIRST_RETRY_S
        self.step: Step | None = None
        self.offline = False
        self.synced_at = self._read_synced()
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._quietly)
        live.changed.connect(self._changed)

    @property
    def running(self) -> bool:
        return self._job is not None

    @property
    def _never(self) -> bool:
        return self._live.session.identity.local or self._stopped is not None

    def start(self) -> None:
        """Begin with the quiet ones: one now, unless the network is metered."""
        if not self._is_metered():
            self._quietly()

    def ask(self) -> None:
        """The person wants it now; how it ends is told by `done` or `failed`."""
        self._asked = True
        self._run()

    def cancel(self) -> None:
        """What came so far is kept."""
        if self._job is not None:
            self._job.cancel()

    def stop(self, then: Callable[[], None]) -> None:
        """No more syncs; `then` once none is at work."""
        self._next.stop()
        if self._job is None:
            self._stopped = lambda: None
            then()
            return
        self._stopped = then
        self._job.cancel()

    def _changed(self, what: str) -> None:
        if what in ("submit", "letters"):
            self._later(AFTER_SUBMIT_S)

    def _later(self, seconds: float) -> None:
        if not self._never:
            self._next.start(int(seconds * 1000))

    def _quietly(self) -> None:
        if not self._is_metered():
            self._run()

    def _run(self) -> None:
        if self._never or self._job is not None:
            return
        session, before = self._live.session, self._before
        metered = self._is_metered()

        def work(progress: Progress) -> tuple[Report, bool]:
            def cancelled() -> bool:
                return progress.cancelled

            if before is not None:
                before(cancelled)
            from app.services.sending import holds

            held = holds(session)
            report = self._sending().sync(session, progress, cancelled, metered=metered)
            return report, holds(session) != held

        self._next.stop()
        self.step = None
        self._job = self._jobs.run(
            work, done=self._ended, failed=self._not_done, progress=self._at, cancelled=self._cancelled,
            lane="network",
        )  # fmt: skip
        self.changed.emit()

    def _at(self, step: Step) -> None:
        self.step = step
        self.changed.emit()

    def _ended(self, found: tuple[Report, bool]) -> None:
        report, news = found
        asked = self._over()
        self.offline, self._retry_s = False, FIRST_RETRY_S
        self.synced_at = self._read_synced()
        if news or report.pushed or report.receipted or report.refused:
            self._live.refreshed()
        self._later(EVERY_S)
        self.changed.emit()
        if asked or report.opened:
            self.done.emit(report)

    def _not_done(self, error: AssayError) -> None:
        asked = self._over()
        self.offline = isinstance(error, OfflineError)
        self._live.refreshed()
        if self.offline:
            self._later(self._retry_s)
            self._retry_s = min(self._retry_s * 2, LAST_RETRY_S)
        else:
            self._later(EVERY_S)
        self.changed.emit()
        if asked or not self.offline:
            self.failed.emit(error)

    def _cancelled(self) -> None:
        self._over()
        if self._stopped is not None:
            self._stopped()
            return
        self._live.refreshed()
        self._later(EVERY_S)
        self.changed.emit()

    def _over(self) -> bool:
        """Whether the sync that ended was asked for."""
        asked, self._asked = self._asked, False
        self._job, self.step = None, None
        return asked

    def _read_synced(self) -> datetime | None:
        text = self._live.session.workspace.lab.state(SYNCED)
        return from_text(text) if text else None
