"""The window's presenter: which lab is open, which screen is in front, what covers it.

    start → first run (no lab) | lock page | trouble | open
    open → lock page → open;  open → another lab;  open → first run ("add a lab") → open

It is the `Navigator` of all screens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from app.commands import resolve
from app.domain.ids import CriterionId, ResponseId, TaskId
from app.errors import AssayError
from app.services.opening import Closed, Opening
from app.services.session import Session
from app.settings import Settings
from app.workstation import Workstation
from ui.commands import CommandBinder
from ui.doors import Doors
from ui.frame import Frame
from ui.i18n import percent, tr
from ui.jobs import Jobs
from ui.main_window import MainWindow
from ui.navigator import Action
from ui.open_lab import OpenLab
from ui.problems import Place, Problems, Words
from ui.samples import Samples
from ui.screens import (
    AUTHORING,
    DESK,
    GRADING,
    MAKERS,
    OUTBOX,
    PREFERENCES,
    QUARANTINE,
    REPORTS,
    Maker,
    Screens,
    Surroundings,
    TaskScreen,
)
from ui.sheets import Sheets
from ui.sync_words import said
from ui.team import AGREEMENT, LEAD, RETURNS, open_board
from ui.text_size import TextSize
from ui.theme.apply import ThemeHolder
from ui.widgets.bars import Crumb
from ui.widgets.fields import FormRow
from ui.widgets.toast import ToastHost

if TYPE_CHECKING:
    from app.services.sending import Report
    from ui.keys_sheet import KeysSheet
    from ui.widgets.palette import PaletteDialog, PaletteEntry


class Shell(QObject):
    """opened: a lab's Desk is shown. quit_asked: the person wants out. applied: settings that reach beyond it."""

    opened = Signal()
    quit_asked = Signal()
    applied = Signal(object)

    def __init__(
        self,
        look: ThemeHolder,
        frame: Frame,
        workstation: Workstation,
        jobs: Jobs,
        settings: Settings,
        makers: Mapping[str, Maker] = MAKERS,
    ) -> None:
        super().__init__(frame)
        self._look = look
        self._frame = frame
        self._workstation = workstation
        self.jobs = jobs
        self._makers = makers
        self._opening = Opening(workstation.labs, workstation.settings)
        self._settings = settings
        self._keymap = resolve(settings.keys)
        self.lab: OpenLab | None = None
        self._names: dict[str, str] = {}
        self.samples = Samples(workstation)
        self._last_problem: AssayError | None = None
        self._is_settled = False
        self._text_size = TextSize(lambda: self._settings.scale, self._scaled, self)
        self.toasts = ToastHost(look, frame)
        self.problems = Problems(
            look, frame, self.toasts, status=self._offline, banner=self._banner, locked=self.lock
        )
        self.binder = CommandBinder(frame, self._keymap)
        self._build()

    def _build(self) -> None:
        """Everything that holds words; made anew for another language."""
        look, frame = self._look, self._frame
        self.window = MainWindow(look, self._keymap)
        frame.setCentralWidget(self.window)
        self._sheets = Sheets(look, frame, self._covering)
        self.doors = Doors(look, self.window, self._workstation, self.jobs, self.samples, self)
        self.doors.opened.connect(self.take)
        self.doors.back.connect(self._back)
        self.doors.bundle_asked.connect(self._bundle)
        self.doors.quit_asked.connect(self.quit_asked)
        self._bind()

    def rebuild(self) -> None:
        """After another language: the same lab and the same kind of screen, with new words."""
        lab, old = self.lab, [self.doors, *self._sheets.made]
        front = section = ""
        if lab is not None:
            front, section = lab.screens.front_name, lab.screens.section
            lab.screens.close()
        for part in old:
            part.deleteLater()
        self._build()
        if lab is not None:
            lab.status.show_on(self.window.line)
            lab.screens = self._screens_of(lab, section)
            self._show(front or DESK)

    def _bind(self) -> None:
        bar, line, bind = self.window.bar, self.window.line, self.binder.bind
        bar.palette_asked.connect(self.open_palette)
        bar.lock_asked.connect(self.lock)
        bar.preferences_asked.connect(self.go_preferences)
        line.keys_asked.connect(self.open_keys)
        self.window.covered.connect(lambda: self.binder.set_scopes(()))
        for command, call in (
            ("palette", self.open_palette), ("keys", self.open_keys), ("lock", self.lock),
            ("preferences", self.go_preferences), ("sync", self.sync), ("desk", self.go_desk),
            ("outbox", self.go_outbox), ("reports", lambda: self._show(REPORTS)), ("add-lab", self.add_lab),
            ("authoring", lambda: self._show(AUTHORING)), ("agreement", lambda: self._show(AGREEMENT)),
        ):  # fmt: skip
            bind(command, call, enabled=self._is_open)
        bind("quit", self.quit_asked.emit)
        bind("text-larger", lambda: self._text_size.step(1))
        bind("text-smaller", lambda: self._text_size.step(-1))
        self._bind_undo()

    def _bind_undo(self) -> None:
        self.binder.bind("undo", self.undo, enabled=self._is_open)
        self.binder.bind("redo", self.redo, enabled=self._is_open)

    def _is_open(self) -> bool:
        return self.lab is not None and not self.window.is_covered

    # Opening and closing a lab

    def take(self, session: Session) -> None:
        """A lab was opened: its Desk comes to the front."""
        if self.lab is not None:
            self._close_lab(lambda: self.take(session))
            return
        lab = OpenLab(session, self._workstation, self.jobs, self.window, self.samples.before(session), self)
        self.lab = lab
        self._names[lab.folder] = session.identity.lab_name
        lab.screens = self._screens_of(lab)
        lab.live.failed.connect(self.problem)
        lab.syncing.failed.connect(self.problem)
        lab.locked.connect(self.lock)
        lab.syncing.done.connect(self._synced)
        self.window.notice.clear()
        self.window.uncover()
        self._show(DESK)
        self.opened.emit()
        if self._is_settled:
            lab.syncing.start()

    def settle(self) -> None:
        """The start is over: now there is time to talk to the lab, which imports a lot."""
        self._is_settled = True
        if self.lab is not None:
            self.lab.syncing.start()

    def _screens_of(self, lab: OpenLab, section: str = "") -> Screens:
        around = Surroundings(
            self._look, self._workstation, self.jobs, self.binder, lab.live, self, self._names,
            lambda: self._settings, self.apply, self._show, self._is_open, self.while_closed, section,
        )  # fmt: skip
        return Screens(self.window, around, self._makers)

    def _back(self) -> None:
        """From "add a lab" to where one was; with no lab open, to one of this computer."""
        if self.lab is not None:
            self.window.uncover()
            self._show(DESK)
        else:
            self.doors.open_last()

    def _bundle(self) -> None:
        """From "add a lab": the bundle belongs to the lab that is open."""
        self._back()
        if not self.binder.run("open-bundle"):
            self.toast(tr("Open the lab that the bundle is from, then the bundle."))

    def _close_lab(self, then: Callable[[], None]) -> None:
        lab, self.lab = self.lab, None
        self.toasts.clear()
        self._sheets.put_away()
        if lab is None:
            then()
        else:
            lab.close(then)

    def while_closed(self, work: Callable[[], str]) -> None:
        """Close the lab, work on its files, open it again or what is left; then say what `work` answers."""
        if self.lab is not None:
            folder = self.lab.folder
            self.doors.show_wait()
            self._close_lab(lambda: self.doors.work(folder, work, self.toast))

    def close(self, then: Callable[[], None]) -> None:
        """Before the end of the program."""
        self._close_lab(then)

    # ui.navigator.Navigator

    def go_desk(self) -> None:
        self._show(DESK)

    def go_outbox(self) -> None:
        self._show(OUTBOX)

    def go_returns(self) -> None:
        self._show(RETURNS)

    def go_lead(self, task: str = "") -> None:
        self._show(LEAD)
        if self._screens is not None and self._screens.front is not None:
            open_board(self._screens.front, task)

    def go_preferences(self) -> None:
        self._show(PREFERENCES)

    def go_task(
        self, task: TaskId, response: ResponseId | None = None, criterion: CriterionId | None = None
    ) -> None:
        screens = self._screens
        if screens is None:
            return
        grading = self._grading(screens)
        if screens.front is not grading:
            screens.flush()
        if grading.open_task(task, response, criterion):
            self._show(GRADING)

    def add_lab(self) -> None:
        self.doors.add_lab(can_go_back=True)

    def open_lab(self, folder: str) -> None:
        if self.lab is None or folder != self.lab.folder:
            self._close_lab(lambda: self.doors.open(folder))

    def sync(self) -> None:
        if self.lab is None:
            return
        if self.lab.session.identity.local:
            self.toast(tr("These files are on this computer only; there is no lab to ask."))
        else:
            self.lab.syncing.ask()

    def lock(self) -> None:
        """At once: the page covers everything before the file is closed."""
        lab = self.lab
        if lab is None:
            return
        labs, folder = self._workstation.labs, lab.folder
        asks = self._opening.asks(folder)
        self.doors.show_lock(Closed(folder, asks))
        self._close_lab(lambda: labs.lock(folder))

    def toast(self, text: str, action: Action | None = None) -> None:
        words, call = action or ("", None)
        self.toasts.show_toast(text, action=words, on_action=call)

    def _synced(self, report: Report) -> None:
        self.toast(said(report), (tr("Lead board"), self.go_lead) if report.opened else None)

    def problem(self, error: AssayError, row: FormRow | None = None) -> None:
        # A failed write is told by the session to everyone who listens; a person hears it once.
        if error is not self._last_problem or row is not None:
            self._last_problem = error
            self.problems.show(error, row)

    def refresh_bar(self) -> None:
        screens = self._screens
        if screens is None or screens.front is None or self.lab is None:
            return
        own = self.lab.session.identity.lab_name
        crumbs = screens.front.crumbs()
        lead = () if screens.front is screens.get(DESK) else (Crumb(own, self.go_desk),)
        self.window.bar.set_crumbs([*lead, *crumbs])
        self.window.bar.set_extras(screens.front.extras())

    # Inside

    @property
    def _screens(self) -> Screens | None:
        return self.lab.screens if self.lab is not None else None

    def _show(self, name: str) -> None:
        screens = self._screens
        if screens is None:
            return
        self._sheets.hide()
        front = screens.show(name)
        self.binder.set_scopes(front.scopes)
        self.refresh_bar()

    def _grading(self, screens: Screens) -> TaskScreen:
        is_new = not screens.has(GRADING)
        screen = screens.get(GRADING)
        if is_new:
            self._bind_undo()
        return cast("TaskScreen", screen)

    def prepare_last_task(self) -> None:
        """In the quiet after the start: Continue opens at once."""
        screens = self._screens
        if screens is not None and self.lab is not None:
            place = self.lab.session.desk.view().place
            if place is not None:
                self._grading(screens).open_task(place.task, place.response, place.criterion)

    def undo(self) -> None:
        self._in_task(lambda screen: screen.undo())

    def redo(self) -> None:
        self._in_task(lambda screen: screen.redo())

    def _in_task(self, act: Callable[[TaskScreen], None]) -> None:
        """Grading takes back and does again, from wherever: it opens the task where it happened, and says what."""
        screens = self._screens
        if screens is not None:
            screens.flush()
            act(self._grading(screens))

    def _covering(self, on: bool) -> None:
        """A sheet lies over the screen in front: its keys would work unseen."""
        front = self._screens.front if self._screens is not None else None
        if not self.window.is_covered and front is not None:
            self.binder.set_scopes(() if on else front.scopes)

    @property
    def palette(self) -> PaletteDialog:
        return self._sheets.palette

    @property
    def keys(self) -> KeysSheet:
        return self._sheets.keys

    def open_palette(self) -> None:
        from ui.palette import entries, matching

        self._sheets.hide()
        session = self.lab.session if self.lab is not None else None

        def more(words: str) -> Sequence[PaletteEntry]:
            return matching(session, words, self.go_task) if session is not None else ()

        self.palette.open_with(entries(self.binder, session, self.go_task), more)

    def open_keys(self) -> None:
        self._sheets.hide()
        front = self._screens.front if self._screens is not None else None
        self.keys.open_with(self._keymap, front.scopes if front is not None else frozenset())

    def _scaled(self, wanted: float) -> None:
        self.apply(self._workstation.settings.change(scale=wanted))
        self.toast(tr("Text at {percent}", percent=percent(wanted)))

    def apply(self, settings: Settings) -> None:
        """Settings in force from now on: keys here, the rest by whoever listens to `applied`."""
        self._settings = settings
        self._keymap = resolve(settings.keys)
        self.binder.set_keymap(self._keymap)
        self.applied.emit(settings)

    def _offline(self, words: Words) -> None:
        self.toast(words.both)

    def _banner(self, words: Words, place: Place) -> None:
        notice = self.window.notice
        if place is Place.QUARANTINE:
            notice.say(
                "bad", "shield-alert", words.message, hint=words.hint, action=tr("Quarantine"),
                on_action=lambda: self._show(QUARANTINE),
            )  # fmt: skip
        else:
            notice.say("warn", "triangle-alert", words.message, hint=words.hint)
