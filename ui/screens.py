"""The screens of one open lab: made when they are first shown, gone with the lab.

The one place that knows all screens; they do not know each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QTimer

from app.domain.ids import CriterionId, ResponseId, TaskId
from app.settings import Settings, SettingsFile
from app.workstation import Workstation
from ui.commands import CommandBinder
from ui.i18n import tr
from ui.jobs import Jobs
from ui.live import LiveSession
from ui.main_window import MainWindow
from ui.navigator import Navigator, Screen
from ui.opened_files import files_for
from ui.team import AGREEMENT, LEAD, RETURNS, add_team_ways, make_agreement, make_lead, make_returns
from ui.theme.apply import ThemeHolder

if TYPE_CHECKING:
    from app.services.session import Session
    from ui.grading.presenter import GradingPresenter
    from ui.grading.screen import GradingScreen

LAYOUT_MS = 500
"""After the last move of a splitter its place is kept."""
DESK, GRADING, OUTBOX, PREFERENCES, QUARANTINE = "desk", "grading", "outbox", "preferences", "quarantine"
REPORTS = "reports"
AUTHORING = "authoring"


class TaskScreen(Screen, Protocol):
    """Grading, as the shell uses it."""

    def open_task(
        self, task: TaskId, response: ResponseId | None = None, criterion: CriterionId | None = None
    ) -> bool: ...

    def undo(self) -> None: ...

    def redo(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What screens are made from. names: folder → name of labs that were open in this run. section: of the
    preferences, where the person was. settings: those in force. in_reach: no page (lock, first run) covers the
    screens. while_closed: close the lab, run this in the
    worker, open the lab again, or what is left, and say the answer.
    """

    look: ThemeHolder
    workstation: Workstation
    jobs: Jobs
    binder: CommandBinder
    live: LiveSession
    navigator: Navigator
    names: Mapping[str, str]
    settings: Callable[[], Settings]
    applied: Callable[[Settings], None]
    show: Callable[[str], None]
    in_reach: Callable[[], bool]
    while_closed: Callable[[Callable[[], str]], None]
    section: str = ""


Maker = Callable[[Surroundings], Screen]


class Screens:
    """By name; `front` is the one that is shown."""

    def __init__(self, window: MainWindow, around: Surroundings, makers: Mapping[str, Maker]) -> None:
        self._window = window
        self._around = around
        self._makers = makers
        self._made: dict[str, Screen] = {}
        self._bound: set[str] = set()
        self.front: Screen | None = None
        self.front_name = ""

    @property
    def section(self) -> str:
        """Where one is inside the screen in front, if it has sections."""
        return str(getattr(self.front, "section", ""))

    def has(self, name: str) -> bool:
        return name in self._made

    def get(self, name: str) -> Screen:
        screen = self._made.get(name)
        if screen is None:
            binder = self._around.binder
            before = binder.bound
            screen = self._made[name] = self._makers[name](self._around)
            self._bound |= binder.bound - before
            self._window.add(screen.widget)
        return screen

    def show(self, name: str) -> Screen:
        """Bring a screen to the front; what was typed in the one before is handed over first."""
        screen = self.get(name)
        if screen is not self.front:
            self.flush()
        self.front, self.front_name = screen, name
        self._window.show_screen(screen.widget)
        screen.entered()
        return screen

    def flush(self) -> None:
        if self.front is not None:
            self.front.flush()

    def close(self) -> None:
        """What was typed is handed over, then every screen goes, and the keys that called it."""
        self.flush()
        self._around.binder.unbind(self._bound)
        self._bound.clear()
        for screen in self._made.values():
            screen.closed()
            self._window.remove(screen.widget)
        self._made.clear()
        self.front = None


def make_desk(around: Surroundings) -> Screen:
    from ui.desk.presenter import DeskPresenter
    from ui.desk.screen import DeskScreen
    from ui.ways import add_ways

    presenter = DeskPresenter(around.workstation.labs, around.live, around.navigator, around.names)
    screen = DeskScreen(around.look, presenter)
    presenter.setParent(screen)
    screen.quarantine_asked.connect(lambda: around.show(QUARANTINE))
    screen.authoring_asked.connect(lambda: around.show(AUTHORING))
    around.binder.bind("continue", presenter.go_on)
    around.binder.bind("shift", screen.plan_shift)
    add_team_ways(screen, around)
    add_ways(screen, around)
    return screen


def make_grading(around: Surroundings) -> Screen:
    from ui.grading.breaks import Breaks
    from ui.grading.presenter import GradingPresenter
    from ui.grading.screen import GradingScreen
    from ui.grading.writing import Writing
    from ui.panels.attachments.beside import COMMANDS as FILE_COMMANDS
    from ui.panels.attachments.beside import FilesBeside
    from ui.panels.ideal.words import Words
    from ui.panels.reading.reading_panel import ReadingPanel
    from ui.panels.reading.supply import Supply
    from ui.panels.rubric.panel import RubricPanel

    settings = around.workstation.settings
    presenter = GradingPresenter(
        around.live,
        around.navigator,
        around.jobs,
        hide_score=lambda: around.settings().hide_score,
        key_of=around.binder.key,
    )
    supply = Supply(around.jobs)
    reading = ReadingPanel(around.look, around.jobs, supply)
    # Gone with the lab: it remembers what answers say.
    supply.setParent(reading)
    reading.refused.connect(around.navigator.toast)
    session = around.live.session
    files = files_for(around, reading)
    beside = FilesBeside(
        around.look, reading, files, {name: around.binder.key(name) for name in FILE_COMMANDS}
    )
    words = Words(around.live, around.jobs, around.navigator.problem, reading)
    writing = Writing(around.look, beside, supply, words)
    rubric = RubricPanel(around.look, around.binder.key, supply)
    screen = GradingScreen(around.look, presenter, reading, rubric, beside, writing)
    presenter.setParent(screen)
    screen.bind(around.binder)
    _put_in_order(screen, around)
    _give_back(presenter, around)
    breaks = Breaks(
        session.parts.clock.monotonic, lambda: around.settings().break_minutes, around.navigator.toast
    )
    screen.on_input(breaks.alive)
    screen.restore_layout(settings.load().window.get("grading", ()))

    _remember_layout(screen, settings)
    return screen


def _put_in_order(screen: GradingScreen, around: Surroundings) -> None:
    """By response or by criterion: kept in the settings, changed by its key."""
    screen.by_item = lambda: around.settings().by_criterion

    def toggle() -> None:
        by_item = not screen.by_item()
        around.applied(around.workstation.settings.change(by_criterion=by_item))
        screen.panel.set_order(by_item=by_item)
        around.navigator.toast(
            tr("One criterion across all responses.") if by_item else tr("One response after the other.")
        )

    screen.order_toggled.connect(toggle)


def _give_back(presenter: GradingPresenter, around: Surroundings) -> None:
    """Declined work goes back to a lab that is there."""
    session, navigator = around.live.session, around.navigator
    if session.identity.local:
        return
    presenter.aside.give_back = lambda task: _run_give_back(task, around, session, navigator)


def _run_give_back(task: TaskId, around: Surroundings, session: Session, navigator: Navigator) -> None:
    sending = around.workstation.sending

    def done(_: str) -> None:
        navigator.toast(tr("Given back, without penalty. It leaves the list with the next sync."))
        navigator.sync()

    around.jobs.run(
        lambda _: sending.give_back(session, task), done=done, failed=navigator.problem, lane="network"
    )


def _remember_layout(screen: GradingScreen, settings: SettingsFile) -> None:
    """Once the splitter rests: the file is synced to the disk, which no drag may wait for."""
    rest = QTimer(screen)
    rest.setSingleShot(True)
    rest.setInterval(LAYOUT_MS)
    moved: list[int] = []

    def note(sizes: list[int]) -> None:
        moved[:] = sizes
        rest.start()

    def keep() -> None:
        now = settings.load()
        settings.save(replace(now, window={**now.window, "grading": list(moved)}))

    screen.layout_changed.connect(note)
    rest.timeout.connect(keep)


def make_outbox(around: Surroundings) -> Screen:
    from ui.outbox.presenter import OutboxPresenter
    from ui.outbox.screen import OutboxScreen

    presenter = OutboxPresenter(around.live, around.navigator)
    screen = OutboxScreen(around.look, presenter)
    presenter.setParent(screen)
    return screen


def make_quarantine(around: Surroundings) -> Screen:
    from ui.quarantine.presenter import QuarantinePresenter
    from ui.quarantine.screen import QuarantineScreen

    presenter = QuarantinePresenter(around.live, around.navigator)
    screen = QuarantineScreen(around.look, presenter)
    presenter.setParent(screen)
    return screen


def make_reports(around: Surroundings) -> Screen:
    from ui.reports.presenter import ReportsPresenter
    from ui.reports.screen import ReportsScreen

    presenter = ReportsPresenter(around.live, around.navigator, around.jobs)
    screen = ReportsScreen(around.look, presenter)
    presenter.setParent(screen)
    return screen


def make_authoring(around: Surroundings) -> Screen:
    from ui.authoring.presenter import AuthoringPresenter
    from ui.authoring.screen import AuthoringScreen
    from ui.panels.ideal.words import Words
    from ui.panels.reading.supply import Supply

    presenter = AuthoringPresenter(around.live, around.navigator, around.jobs)
    supply = Supply(around.jobs)
    words = Words(around.live, around.jobs, around.navigator.problem)
    screen = AuthoringScreen(around.look, presenter, supply, words, around.binder)
    for part in (presenter, supply, words):
        part.setParent(screen)
    return screen


def make_preferences(around: Surroundings) -> Screen:
    from app.services.care import Care
    from ui.preferences.devices import DevicesPresenter
    from ui.preferences.presenter import PreferencesPresenter
    from ui.preferences.safekeeping import Safekeeping
    from ui.preferences.screen import PreferencesScreen

    care = Care(around.workstation.labs, around.live.session)
    presenter = PreferencesPresenter(around.workstation.settings, around.jobs, care, around.navigator)
    presenter.applied.connect(around.applied)
    session = around.live.session
    presenter.safe = Safekeeping(
        around.workstation.labs, session, around.jobs, around.while_closed, presenter
    )
    if not session.identity.local and not around.workstation.studio.is_studio(session):
        presenter.devices = DevicesPresenter(
            around.workstation.devices, session, around.jobs, around.navigator, presenter
        )
    screen = PreferencesScreen(around.look, presenter, around.section or "appearance")
    presenter.setParent(screen)
    return screen


MAKERS: Mapping[str, Maker] = {
    DESK: make_desk,
    GRADING: make_grading,
    OUTBOX: make_outbox,
    QUARANTINE: make_quarantine,
    REPORTS: make_reports,
    AUTHORING: make_authoring,
    AGREEMENT: make_agreement,
    LEAD: make_lead,
    RETURNS: make_returns,
    PREFERENCES: make_preferences,
}
