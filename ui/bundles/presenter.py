"""What happens with bundles, without a widget."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.errors import AssayError
from app.services.bundles import Bundles, Written
from app.services.sending import Report
from ui.i18n import number, size_of, tr, trn
from ui.jobs import JobHandle, Jobs, Progress, Step
from ui.live import LiveSession
from ui.problems import words_of
from ui.sync_words import said


class BundlesPresenter(QObject):
    """began: words for what is under way. stepped: words. ended: (title, words, whether it is good)."""

    began = Signal(str)
    stepped = Signal(str)
    ended = Signal(str, str, bool)

    def __init__(
        self, bundles: Bundles, jobs: Jobs, live: LiveSession, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bundles = bundles
        self._jobs = jobs
        self._live = live
        self._job: JobHandle | None = None
        self._closing = False
        live.closing.connect(self._close)

    @property
    def running(self) -> bool:
        return self._job is not None and self._job.running

    def take_in(self, path: Path) -> None:
        """Apply a bundle of the lab, beside no sync: both are one exchange, so they share a lane."""
        bundles, session = self._bundles, self._live.session

        def work(progress: Progress) -> Report:
            return bundles.take_in(session, path, progress, lambda: progress.cancelled)

        self._job = self._jobs.run(
            work, done=self._taken, failed=self._failed, progress=self._step, cancelled=self._stopped,
            lane="network", owner=self,
        )  # fmt: skip
        self.began.emit(tr("Taking in the bundle …"))

    def save(self, folder: Path) -> None:
        """Write what is due for the lab into a folder."""
        bundles, session = self._bundles, self._live.session
        self._job = self._jobs.run(
            lambda _: bundles.export(session, folder), done=self._written, failed=self._failed,
            cancelled=self._stopped, lane="network", owner=self,
        )  # fmt: skip
        self.began.emit(tr("Writing the bundle …"))

    def _close(self) -> None:
        """The lab is closed: nobody is there to be told how it ended."""
        self._closing = True
        self.cancel()

    def cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _step(self, step: Step) -> None:
        what = {
            "tasks": tr("{done} of {total} tasks", done=number(step.done), total=number(step.total)),
            "files": tr("{done} of {total} of the files", done=size_of(step.done), total=size_of(step.total)),
        }
        self.stepped.emit(what.get(step.words, ""))

    def _taken(self, report: Report) -> None:
        self._live.refreshed()
        hint = tr("What was set aside is in Quarantine, with its reason.") if report.refused else ""
        words = tr("{first} {second}", first=said(report), second=hint) if hint else said(report)
        self.ended.emit(tr("The bundle was taken in"), words, not report.refused)

    def _written(self, written: Written) -> None:
        self._live.refreshed()
        inside = trn("{n} result is in it.", "{n} results are in it.", written.results)
        for also in beside(written):
            inside = tr("{first} {second}", first=inside, second=also)
        words = tr(
            "{file}, {size}. {inside} Only the lab can open it. Take it there; a receipt comes back with the "
            "lab’s next bundle, or over the network.",
            file=written.path.name,
            size=size_of(written.size),
            inside=inside,
        )  # fmt: skip
        self.ended.emit(tr("The bundle is written"), words, True)

    def _failed(self, error: AssayError) -> None:
        self._live.refreshed()
        words = words_of(error)
        self.ended.emit(words.message, words.hint, False)

    def _stopped(self) -> None:
        if self._closing:
            return
        self._live.refreshed()
        words = tr("What was taken in so far is kept. Take the same file again to go on.")
        self.ended.emit(tr("Stopped"), words, True)


def beside(written: Written) -> list[str]:
    """What a bundle holds beside results, a sentence each."""
    found: list[str] = []
    if n := written.letters:
        found.append(
            trn("{n} decision, answer or proposal too.", "{n} decisions, answers and proposals too.", n)
        )
    if n := written.drafts:
        found.append(trn("{n} draft for your other devices.", "{n} drafts for your other devices.", n))
    if n := written.leases:
        found.append(
            trn(
                "It asks for more time for {n} lease that ends soon.",
                "It asks for more time for {n} leases that end soon.",
                n,
            )
        )
    return found
