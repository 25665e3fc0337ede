"""What stands before a lab: opening it, its lock, the first run, and what is said when it does not open.

doors.opened.connect(shell.take)        # Session
doors.open_last(); doors.open(folder); doors.show_lock(folder, Closed(…)); doors.add_lab(link)
"""

from __future__ import annotations

from collections.abc import Callable

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
from ui.wait import WaitPage


class Doors(QObject):
    """opened: with the session of the lab. back: the person left "add a lab" without one. quit_asked."""

    opened = Signal(object)
    back = Signal()
    bundle_asked = Signal()
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
        page.recover_asked.connect(self.recover)
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
        page.recover_asked.connect(self.recover)
        page.quit_asked.connect(self.quit_asked)
        self._window.cover(page)

    def _again(self) -> None:
        if self._folder:
            self.open(self._folder)
        else:
            self.open_last()

    def show_wait(self) -> None:
        """A page for the moment in which a lab is closed and worked on."""
        self._window.cover(WaitPage(self._look))

    def work(self, folder: str, work: Callable[[], str], say: Callable[[str], None]) -> None:
        """Something with the files of a closed lab; then open it again, or another one when it is gone."""

        def done(words: str) -> None:
            say(words)
            if folder in self._workstation.labs.folders():
                self.open(folder)
            else:
                self._folder = ""
                self.open_last()

        self._folder = folder
        self._jobs.run(lambda _: work(), done=done, failed=self.show_trouble)

    def recover(self) -> None:
        """The page for the printed recovery code, for the lab that does not open."""
        from ui.lock.recovery import RecoveryPage

        labs, folder = self._workstation.labs, self._folder or self._opening.last()
        page = RecoveryPage(self._look)

        def given(code: str, passphrase: str) -> None:
            def recovered(_: None) -> None:
                self.open(folder) if not passphrase else self._unlock_with(folder, passphrase)

            self._jobs.run(
                lambda _: labs.recover(folder, code, passphrase or None),
                done=recovered,
                failed=page.failed,
                owner=page,
            )

        page.given.connect(given)
        page.left.connect(self._again)
        self._window.cover(page)

    def _unlock_with(self, folder: str, secret: str) -> None:
        opening = self._opening
        self._jobs.run(lambda _: opening.unlock(folder, secret), done=self._open, failed=self.show_trouble)

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
        page.bundle_asked.connect(self.bundle_asked)
        self._window.cover(page)
        if link:
            page.take_invitation(link)
