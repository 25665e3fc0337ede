"""What Reports shows and does, without a widget. Everything is computed in the worker, with progress and a stop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.ids import TaskId
from app.domain.times import from_text
from app.errors import InputError
from app.services.delegating import suggest_now
from app.services.leading import is_lead
from app.services.lettering import Letter
from app.services.reporting import Reportable, make, reportable, save
from ui.computing import Computing
from ui.i18n import language, moment, tr
from ui.jobs import Jobs, Progress
from ui.live import LiveSession
from ui.navigator import Navigator

if TYPE_CHECKING:
    from app.agreement.reports.blocks import Delegable, Report


class ReportsPresenter(QObject):
    """changed: what is to be seen is another."""

    changed = Signal()

    def __init__(
        self, live: LiveSession, navigator: Navigator, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._live = live
        self._navigator = navigator
        self._jobs = jobs
        self.work = Computing(jobs, navigator, self)
        self.batches: list[Reportable] = []
        self.batch = ""
        self.kind = "batch"
        self.report: Report | None = None
        self.work.changed.connect(self.changed)

    # What is shown

    def refresh(self) -> None:
        """Which batches have results, then the report of the chosen one."""
        session = self._live.session
        self.report = None
        self.work.run(lambda progress: reportable(session), self._listed, tr("Reading the results…"))

    def choose_batch(self, batch: str) -> None:
        self.batch = batch
        self._make()

    def choose_kind(self, kind: str) -> None:
        self.kind = kind
        self._make()

    def kinds(self) -> list[tuple[str, str]]:
        return [
            ("batch", tr("Batch")),
            ("model", tr("Models")),
            ("expert", tr("My own")),
            ("team", tr("Team")),
            ("delegation", tr("AI judge")),
        ]

    def facts(self) -> list[tuple[str, str]]:
        """The lines at the top for a person; a file has the batch's id, the language and the whole time."""
        report = self.report
        if report is None:
            return []
        said = {f"{report.subtitle} ({self.batch})": report.subtitle}
        if report.until:
            said[report.until] = moment(from_text(report.until), self._live.clock_now)
        facts = [fact for fact in report.facts if fact[0] != tr("Language")]
        return [(name, said.get(value, value)) for name, value in facts]

    def closed(self) -> None:
        self.work.leave()
        self.report = None

    # Doing

    def open_task(self, task: str) -> None:
        try:
            self._live.session.workspace.lab.task_row(TaskId(task))
        except InputError as error:
            self._navigator.problem(error)
        else:
            self._navigator.go_task(TaskId(task))

    def file_name(self, suffix: str) -> str:
        return f"{self.kind}-{self.batch}{suffix}"

    def save(self, path: str) -> None:
        """As the file's suffix says; the same results make the same bytes."""
        report = self.report
        if report is None or not path:
            return
        self._jobs.run(
            lambda progress: save(report, Path(path), tr),
            done=lambda found: self._navigator.toast(tr("Saved as {file}.", file=Path(path).name)),
            failed=self._navigator.problem,
            owner=self,
        )

    @property
    def delegable(self) -> tuple[Delegable, ...]:
        """What she may suggest, as a lead, to leave to an AI judge."""
        if self.report is None or not is_lead(self._live.session):
            return ()
        return self.report.delegable

    def suggest(self, comment: str) -> None:
        """Sign what the delegation report finds, with her words, as a suggestion to the lab."""
        session, batch, delegable, navigator = self._live.session, self.batch, self.delegable, self._navigator

        def signed(_: Letter) -> None:
            navigator.toast(
                tr("Your suggestion is signed and leaves with the next sync."),
                (tr("Send now"), navigator.sync),
            )
            self._make()

        self._live.perform(
            lambda _: suggest_now(session, batch, delegable, comment),
            signed,
            navigator.problem,
            what="letters",
        )

    # Inside

    def _listed(self, found: list[Reportable]) -> None:
        self.batches = found
        if all(one.batch != self.batch for one in found):
            self.batch = found[0].batch if found else ""
        if self.batch:
            self._make()
        else:
            self.work.end(tr("Reports are made of submitted results. There are none yet."))

    def _make(self) -> None:
        session, batch, kind, spoken = self._live.session, self.batch, self.kind, language()

        def work(progress: Progress) -> Report:
            return make(session, batch, kind, tr, spoken, tell=lambda done, total: progress(done, total))

        self.report = None
        self.work.run(work, self._made, tr("Computing…"))

    def _made(self, report: Report) -> None:
        self.report = report
        self.work.end()
