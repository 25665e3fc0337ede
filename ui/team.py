"""The screens of a team's work, and the Desk's lines that lead to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ui.i18n import number, tr
from ui.opened_files import files_for

if TYPE_CHECKING:
    from app.services.session import Session
    from ui.desk.screen import DeskScreen
    from ui.jobs import JobHandle
    from ui.navigator import Screen
    from ui.screens import Surroundings

LEAD, RETURNS, AGREEMENT = "lead", "returns", "agreement"


def make_lead(around: Surroundings) -> Screen:
    from ui.lead.presenter import LeadPresenter
    from ui.lead.screen import LeadScreen

    presenter = LeadPresenter(around.live, around.navigator)
    screen = LeadScreen(
        around.look, presenter, around.binder, around.jobs, lambda parent: files_for(around, parent)
    )
    presenter.setParent(screen)
    return screen


def open_board(screen: Screen, task: str = "") -> None:
    """On the Lead board: a task, or the first that waits for a decision, if there is one."""
    from ui.lead.screen import LeadScreen

    if isinstance(screen, LeadScreen):
        screen.open_board(task)


def make_returns(around: Surroundings) -> Screen:
    from ui.returns.presenter import ReturnsPresenter
    from ui.returns.screen import ReturnsScreen

    presenter = ReturnsPresenter(around.live, around.navigator)
    screen = ReturnsScreen(around.look, presenter)
    presenter.setParent(screen)
    return screen


def make_agreement(around: Surroundings) -> Screen:
    from ui.agreement.presenter import AgreementPresenter
    from ui.agreement.screen import AgreementScreen
    from ui.screens import REPORTS

    presenter = AgreementPresenter(around.live, around.navigator, around.jobs)
    screen = AgreementScreen(around.look, presenter)
    presenter.setParent(screen)
    screen.reports_asked.connect(lambda: around.show(REPORTS))
    return screen


def add_team_ways(screen: DeskScreen, around: Surroundings) -> None:
    """Lines of the Desk, where there is a lab to talk to."""
    session = around.live.session
    if not session.identity.local and not around.workstation.studio.is_studio(session):
        TeamWays(screen, around)


class TeamWays(QObject):
    """What came back, and for a lead the queue; each with how many wait there."""

    def __init__(self, screen: DeskScreen, around: Surroundings) -> None:
        super().__init__(screen)
        self._session = around.live.session
        self._returns = screen.panel.add_way(tr("Returns"), "undo-2", lambda: around.show(RETURNS))
        self._lead = screen.panel.add_way(tr("Lead board"), "users", lambda: around.show(LEAD))
        self._agreement = screen.panel.add_way(tr("Agreement"), "grid-2x2", lambda: around.show(AGREEMENT))
        around.binder.bind("returns", lambda: around.show(RETURNS), enabled=around.in_reach)
        around.binder.bind("lead", self._to_board, enabled=around.in_reach)
        self._around = around
        self._practised: int | None = None
        self._submitted = self._again = False
        self._counting: JobHandle | None = None
        for way in (self._lead, self._agreement):
            way.setVisible(False)
        around.live.changed.connect(self._count)
        self._count("lab")

    def _to_board(self) -> None:
        if self._is_lead():
            self._around.show(LEAD)
        else:
            self._around.navigator.toast(tr("The Lead board is for those whom the lab made leads of a team."))

    def _is_lead(self) -> bool:
        from app.services.leading import is_lead

        return is_lead(self._session)

    def _count(self, what: str) -> None:
        """Beside the window: what years of work brought back takes its time to read."""
        if what not in ("lab", "submit", "letters", "undo"):
            return
        self._submitted |= what == "submit"
        if self._counting is not None and self._counting.running:
            self._again = True
            return
        around, session = self._around, self._session
        self._counting = around.jobs.run(
            lambda _: _waiting(session), done=self._counted, failed=around.navigator.problem, owner=self
        )

    def _counted(self, found: _Waiting) -> None:
        if self._submitted and self._practised is not None and found.practised > self._practised:
            self._explain()
        self._practised, self._submitted = found.practised, self._submitted and self._again
        self._returns.set(tr("Returns"), count=number(found.returns) if found.returns else "")
        for way in (self._lead, self._agreement):
            way.setVisible(found.leads)
        if found.leads:
            self._lead.set(tr("Lead board"), count=number(found.queue) if found.queue else "")
        if self._again:
            self._again = False
            self._count("lab")

    def _explain(self) -> None:
        """After the submit of a practice task: its answer is there."""
        self._around.navigator.toast(
            tr("The explained answer to this practice task is ready."),
            (tr("See it"), lambda: self._around.show(RETURNS)),
        )


@dataclass(frozen=True, slots=True)
class _Waiting:
    """returns: decisions that wait for me. queue: cases that a lead has not decided. practised: open explanations."""

    returns: int
    leads: bool
    queue: int
    practised: int


def _waiting(session: Session) -> _Waiting:
    """Read in the worker."""
    from app.services.leading import is_lead, queue_counts
    from app.services.practice import practised
    from app.services.returns import unanswered

    leads = is_lead(session)
    queue = sum(n for state, n in queue_counts(session).items() if state != "decided") if leads else 0
    return _Waiting(unanswered(session), leads, queue, practised(session))
