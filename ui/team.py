"""The screens of a team's work, and the Desk's lines that lead to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ui.i18n import number, tr
from ui.opened_files import files_for

if TYPE_CHECKING:
    from ui.desk.screen import DeskScreen
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
        self._practised = self._answers()
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
        if what not in ("lab", "submit", "undo"):
            return
        if what == "submit":
            self._explain()
        from app.services.leading import queue_counts
        from app.services.returns import unanswered

        waiting = unanswered(self._session)
        self._returns.set(tr("Returns"), count=number(waiting) if waiting else "")
        leads = self._is_lead()
        self._lead.setVisible(leads)
        self._agreement.setVisible(leads)
        if leads:
            todo = sum(n for state, n in queue_counts(self._session).items() if state != "decided")
            self._lead.set(tr("Lead board"), count=number(todo) if todo else "")

    def _answers(self) -> int:
        """Explained answers that are open to me."""
        from app.services.practice import practised

        return practised(self._session)

    def _explain(self) -> None:
        """After the submit of a practice task: its answer is there."""
        now = self._answers()
        if now > self._practised:
            self._around.navigator.toast(
                tr("The explained answer to this practice task is ready."),
                (tr("See it"), lambda: self._around.show(RETURNS)),
            )
        self._practised = now
