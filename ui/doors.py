"""What stands before a lab: opening it, its lock, the first run, and what is said when it does not open.

doors.opened.connect(shell.take)        # Session
doors.open_last(); doors.open(folder); doors.show_lock(folder, Closed(…)); doors.add_lab(link)
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.errors import AssayError, LockedError
from app.services.opening import Closed, Opening
from app.services.session import Session
from app.workstation import Workstation
from ui.jobs import Jobs
from ui.main_window import MainWindow
from ui.samples import Samples
from ui.theme.apply import ThemeHolder


class Doors(QObject):
    """opened: with the session of the lab. back: the person left "add a lab" without one. quit_asked."""

    opened = Signal(object)
    back = Signal()
    quit_asked = Signal()

    def __init__(
        self,
        look: ThemeHolder,
        window: MainWindow,
        workstation: Workstation,
        jobs: Jobs,
        samples: Samples,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._window = window
        self._workstation = workstation
        self._jobs = jobs
        self._samples = samples
        self._opening = Opening(workstation.labs, workstation.settings)
        self._folder = ""

    # Opening

    def take(self, found: Session | Closed | None) -> None:
        """How the opening at start, which ran beside the building of the window, ended."""
        if found is None:
            self.add_lab()
        elif isinstance(found, Closed):
            self.show_lock(found)
        else:
            self._open(found)

    def open(self, folder: str) -> None:
        self._folder = folder
        opening = self._opening
        self._jobs.run(
            lambda _: opening.open(folder), done=self.take, failed=self.show_trouble, cancelled=self.back.emit
        )

    def _open(self, session: Session) -> None:
        self._folder = session.parts.folder.name
        self.opened.emit(session)

    # Pages

    def show_lock(self, closed: Closed) -> None:
        from ui.lock.page import LockPage

        self._folder = closed.folder
        page = LockPage(self._look, closed.asks, has_others=self._has_others())
        page.unlock_asked.connect(lambda secret: self._unlock(page, secret))
        page.other_asked.connect(self.open_other)
        self._window.cover(page)
        if closed.why is not None:
            page.failed(closed.why)

    def _unlock(self, page: QWidget, secret: str) -> None:
        from ui.lock.page import LockPage

        assert isinstance(page, LockPage)
        opening, folder = self._opening, self._folder

        def failed(error: AssayError) -> None:
            if error.kind in ("input", "locked"):
                page.failed(error)
            else:
                self.show_trouble(error)

        self._jobs.run(lambda _: opening.unlock(folder, secret), done=self._open, failed=failed, owner=page)

    def show_trouble(self, error: AssayError) -> None:
        """It does not open, and why; a lock is no trouble."""
        from ui.trouble import TroublePage

        if isinstance(error, LockedError) and self._folder:
            self.show_lock(Closed(self._folder, "nothing", error))
            return
        page = TroublePage(self._look, error, has_others=self._has_others())
        page.again_asked.connect(self._again)
        page.other_asked.connect(self.open_other)
        page.quit_asked.connect(self.quit_asked)
        self._window.cover(page)

    def _again(self) -> None:
        if self._folder:
            self.open(self._folder)
        else:
            self.open_last()

    def open_last(self) -> None:
        opening = self._opening

        def last(_: object) -> Session | Closed | None:
            folder = opening.last()
            return opening.open(folder) if folder else None

        self._jobs.run(last, done=self.take, failed=self.show_trouble)

    def _has_others(self) -> bool:
        return len(self._workstation.labs.folders()) > 1

    def open_other(self) -> None:
        """The next lab of this computer, in order."""
        known = self._workstation.labs.folders()
        at = known.index(self._folder) if self._folder in known else -1
        if known:
            self.open(known[(at + 1) % len(known)])

    # A new lab

    def add_lab(self, link: str = "", *, can_go_back: bool = False) -> None:
        from ui.first_run.presenter import FirstRunPresenter
        from ui.first_run.screen import FirstRunScreen

        presenter = FirstRunPresenter(self._workstation, self._jobs, self._samples)
        page = FirstRunScreen(self._look, presenter, can_go_back=can_go_back)
        presenter.setParent(page)
        presenter.finished.connect(self._open)
        page.left.connect(self.back)
        self._window.cover(page)
        if link:
            page.take_invitation(link)
