"""One open lab in the window: its session, screens, syncs and status line, from opening to closing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.services.session import Session
from app.workstation import Workstation
from ui.jobs import Jobs
from ui.live import LiveSession
from ui.main_window import MainWindow
from ui.screens import Screens
from ui.status import StatusKeeper
from ui.syncing import Syncing

LONGEST_WAIT_MS = 2000
"""For a sync that does not stop: then the workspace is closed under it; what it had not committed comes again."""


LOOK_MS = 2000
"""Between looks at whether somebody locked this lab from elsewhere; a look is one question to the file system."""


class OpenLab(QObject):
    """`screens` is set by the shell, which knows what they are made from. locked: by the command line, say."""

    screens: Screens
    locked = Signal()

    def __init__(
        self,
        session: Session,
        workstation: Workstation,
        jobs: Jobs,
        window: MainWindow,
        before_sync: Callable[[Callable[[], bool]], None] | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.session = session
        self._jobs = jobs
        self.folder = session.parts.folder.name
        self.live = LiveSession(session, self)
        settings = workstation.settings
        self.syncing = Syncing(
            jobs, lambda: workstation.sending, self.live, lambda: settings.load().metered, before_sync
        )
        self.status = StatusKeeper(window.line, self.live, self.syncing)
        self._closed = False
        vault = workstation.labs.vault(self.folder)
        self._looks = QTimer(self)
        self._looks.timeout.connect(lambda: self.locked.emit() if vault.is_locked() else None)
        self._looks.start(LOOK_MS)

    def close(self, then: Callable[[], None]) -> None:
        """Hand over what was typed, end the screens, stop the sync; then finish writing, close the file, drop the key.

        `then` is called when all of that is done: at once, unless a sync or a bundle is at work.
        """
        self._looks.stop()
        self.live.closing.emit()
        self.screens.close()
        patience = QTimer(self)
        patience.setSingleShot(True)

        def finish() -> None:
            if not self._closed:
                self._closed = True
                patience.stop()
                self.session.close()
                self.live.end()
                then()
                self.deleteLater()

        patience.timeout.connect(finish)
        patience.start(LONGEST_WAIT_MS)
        self.syncing.stop(lambda: self._jobs.after("network", finish))
