"""What Agreement shows and does, without a widget. Everything is computed in the worker, with progress and a stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.domain.ids import CriterionId, ResponseId, TaskId
from app.errors import InputError
from app.services.leading import is_lead
from app.services.reporting import Reportable, reportable, source_of
from ui.agreement.words import facts, hint, pair, word_for
from ui.computing import Computing
from ui.i18n import number, tr, trn
from ui.jobs import Jobs, Progress
from ui.live import LiveSession
from ui.navigator import Navigator
from ui.panels.inline import inline

if TYPE_CHECKING:
    from app.agreement.figures import Figure
    from app.agreement.overview import Line, Overview
    from app.agreement.reports.measuring import Verdicts
    from app.agreement.reports.source import Source
    from app.agreement.squares import Miss

IN_SIGHT = 8
"""Lines that are seen without scrolling."""


@dataclass(frozen=True, slots=True)
class Material:
    """What was read of a batch."""

    source: Source
    found: Verdicts
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """Of one square. facts: (what, value). hint: what a low figure may mean."""

    grader: str
    label: str
    is_negative: bool
    facts: tuple[tuple[str, str], ...]
    hint: str
    misses: tuple[tuple[Miss, str], ...]


class AgreementPresenter(QObject):
    """changed: what is to be seen is another."""

    changed = Signal()

    def __init__(
        self, live: LiveSession, navigator: Navigator, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._live = live
        self._navigator = navigator
        self.work = Computing(jobs, navigator, self)
        self._material: Material | None = None
        self.batches: list[Reportable] = []
        self.batch = ""
        self.slice = "all"
        self.beside = "others"
        self.overview: Overview | None = None
        self.work.changed.connect(self.changed)

    # What is shown

    def refresh(self) -> None:
        """Which batches have results, then the chosen one."""
        session = self._live.session
        self.overview = None
        self.work.run(lambda progress: reportable(session), self._listed, tr("Reading the results…"))

    def choose_batch(self, batch: str) -> None:
        self.batch, self.slice = batch, "all"
        self._navigator.refresh_bar()
        self._read()

    def choose_slice(self, name: str) -> None:
        self.slice = name
        self._compute()

    def choose_beside(self, beside: str) -> None:
        self.beside = beside
        self._compute()

    @property
    def title(self) -> str:
        return next((one.title for one in self.batches if one.batch == self.batch), "")

    @property
    def tags(self) -> tuple[str, ...]:
        return self._material.tags if self._material is not None else ()

    @property
    def has_decisions(self) -> bool:
        return self._material is not None and bool(self._material.source.decided)

    def name(self, grader: str) -> str:
        """“You”, or the others by number: a lead's roster holds no names."""
        me = str(self._live.session.identity.expert)
        if grader == me:
            return tr("You")
        others = [one for one in (self.overview.graders if self.overview is not None else ()) if one != me]
        return tr("Grader {n}", n=number(others.index(grader) + 1)) if grader in others else grader

    def summary(self) -> str:
        """The line under the title."""
        found = self.overview
        if found is None:
            return ""
        parts = [
            trn("{n} task", "{n} tasks", found.tasks),
            trn("{n} grader", "{n} graders", len(found.graders)),
            trn("{n} signed verdict", "{n} signed verdicts", found.verdicts),
        ]
        says = (
            tr("Squares: % equal to what was decided.")
            if self.beside == "decided"
            else tr("Squares: % equal to the other graders on the same response.")
        )
        if len(found.lines) < found.all_lines:
            says += " " + tr(
                "The {n} criteria with the least agreement, of {all}.",
                n=number(len(found.lines)),
                all=number(found.all_lines),
            )
        return f"{', '.join(parts)}. {says}"

    def figures(self) -> list[tuple[str, Figure]]:
        found = self.overview
        if found is None or not found.verdicts:
            return []
        kappa = tr("Cohen κ") if len(found.graders) == 2 else tr("Fleiss κ")
        return [
            (tr("Raw agreement"), found.observed),
            (tr("Krippendorff α"), found.alpha),
            (kappa, found.kappa),
            (tr("Gwet AC1"), found.ac1),
        ]

    @property
    def nothing(self) -> str:
        """What a line without a pair says."""
        return tr("Nothing is decided yet") if self.beside == "decided" else tr("Nobody else judged it")

    def lowest(self) -> tuple[int, int]:
        """The square with the least agreement among the first lines; the first if there is none."""
        found = self.overview
        places = [
            (square.share, row, column)
            for row, line in enumerate(found.lines[:IN_SIGHT] if found is not None else ())
            for column, square in enumerate(line.squares)
            if square.share is not None
        ]
        _, row, column = min(places, default=(0.0, 0, 0))
        return row, column

    def labels(self) -> list[tuple[str, str]]:
        """(the title it stands under, its words) of each line."""
        found = self.overview.lines if self.overview is not None else ()
        beside = tr("Beside the criteria") if any(line.question is None for line in found) else ""
        return [(line.title if line.question is None else beside, _label(line)) for line in found]

    def details(self, row: int, column: int) -> Details | None:
        """Of the square of a line and a grader."""
        found = self.overview
        if found is None or not (0 <= row < len(found.lines) and 0 <= column < len(found.graders)):
            return None
        line, square = found.lines[row], found.lines[row].squares[column]
        word = word_for(line)
        return Details(
            grader=f"{self.name(found.graders[column])} · {found.graders[column]}",
            label=_label(line),
            is_negative=line.is_negative,
            facts=tuple(facts(line, square, self.beside)),
            hint=hint(line, square, self.beside),
            misses=tuple(
                (miss, pair(word(miss.said), word(miss.other), self.beside)) for miss in square.misses
            ),
        )

    # Doing

    def open(self, miss: Miss) -> None:
        """For a lead the board of the task; else the task, at the response and the criterion."""
        session, task = self._live.session, TaskId(miss.task)
        if is_lead(session) and session.workspace.papers.case(task) is not None:
            self._navigator.go_lead(task)
            return
        try:
            session.workspace.lab.task_row(task)
        except InputError as error:
            self._navigator.problem(error)
        else:
            response = ResponseId(miss.response) if miss.response else None
            criterion = CriterionId(miss.criterion) if miss.criterion else None
            self._navigator.go_task(task, response, criterion)

    def closed(self) -> None:
        self.work.leave()
        self.overview = self._material = None

    # Inside

    def _listed(self, found: list[Reportable]) -> None:
        self.batches = found
        if all(one.batch != self.batch for one in found):
            most = max(found, key=lambda one: one.team, default=None)
            self.batch, self.slice = (most.batch if most is not None else ""), "all"
        self._navigator.refresh_bar()
        if self.batch:
            self._read()
        else:
            self.work.end(tr("Agreement is measured on submitted results. There are none yet."))

    def _read(self) -> None:
        session, batch = self._live.session, self.batch

        def work(progress: Progress) -> Material:
            from app.agreement.overview import slices
            from app.agreement.reports.measuring import verdicts

            source = source_of(session, batch)
            found = verdicts(source)
            return Material(source, found, tuple(slices(found)))

        self._material = self.overview = None
        self.work.run(work, self._have, tr("Reading the results…"))

    def _have(self, material: Material) -> None:
        self._material = material
        if not material.source.decided:
            self.beside = "others"
        self._compute()

    def _compute(self) -> None:
        material, name, beside = self._material, self.slice, self.beside
        me = str(self._live.session.identity.expert)
        if material is None:
            return

        def work(progress: Progress) -> Overview:
            from app.agreement.overview import overview
            from app.agreement.resampling import Bootstrap
            from app.agreement.squares import Beside

            bootstrap = Bootstrap(tell=lambda done, total: progress(done, total))
            return overview(
                material.source, material.found, bootstrap,
                slice_name=name, beside=Beside(beside), first=me,
            )  # fmt: skip

        self.overview = None
        self.work.run(work, self._made, tr("Computing…"))

    def _made(self, found: Overview) -> None:
        self.overview = found
        self.work.end("" if found.lines else tr("No criterion belongs to this part."))


def _label(line: Line) -> str:
    from app.agreement.reports.answers import name_of

    return inline(line.label)[0] if line.question is None else name_of(line.question, tr)
