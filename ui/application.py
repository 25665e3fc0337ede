"""The application: theme, language, the hook for bugs, idle lock, and the order in which everything ends."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal
from PySide6.QtWidgets import QApplication

from app.errors import AssayError
from app.paths import Home, resources
from app.settings import Settings, SettingsFile
from ui.frame import Frame
from ui.jobs import Jobs, Progress
from ui.marks import reached

if TYPE_CHECKING:
    from app.keys.vault import Vault
    from app.services.opening import Closed
    from app.services.session import Session
    from app.workstation import Workstation
    from ui.idle import IdleWatch
    from ui.live import LiveSession
    from ui.shell import Shell
    from ui.theme.apply import ThemeHolder

SAVING_MS = 1500
"""How long the end waits for what is on its way to the file, before it asks."""


class Application(QObject):
    """Made after the first paint; a child of the frame. ready: what was there last is on the screen.

    secret: opens the last lab without asking (the demo's own). vault_at, look: for tests.
    """

    ready = Signal()
    ended = Signal()

    shell: Shell
    idle: IdleWatch

    def __init__(
        self,
        app: QApplication,
        frame: Frame,
        home: Home,
        link: str = "",
        *,
        secret: str | None = None,
        vault_at: Callable[[Path], Vault] | None = None,
        look: ThemeHolder | None = None,
    ) -> None:
        super().__init__(frame)
        self._app = app
        self._frame = frame
        self._home = home
        self._link = link
        self._secret = secret
        self._vault_at = vault_at
        self._look = look
        self.jobs = Jobs(self)
        self._settings_file = SettingsFile(home.app_json)
        self._telling = False
        self._ending = False
        self._settled = False
        self._former_hooks = (sys.excepthook, threading.excepthook)
        frame.closing.connect(self.quit)

    # Start

    def start(self) -> None:
        """The last lab opens in the worker while the window is built here."""
        sys.excepthook = lambda _kind, error, _trace: self.bug(error)
        threading.excepthook = lambda args: self.bug(args.exc_value)
        self.jobs.run(self._open_last, done=self._began, failed=lambda _: None)
        self._put_on(self._settings())
        import ui.shell  # noqa: F401 - beside the worker, which waits for the disk and the key store

    def _open_last(self, _progress: Progress) -> tuple[Workstation, Session | Closed | AssayError | None]:
        from app.services.opening import Opening
        from app.workstation import build

        workstation = build(self._home.root, unhandled=self.bug, vault_at=self._vault_at)
        opening = Opening(workstation.labs, workstation.settings)
        try:
            folder = opening.last()
            if not folder:
                return workstation, None
            if self._secret is not None:
                return workstation, opening.unlock(folder, self._secret)
            return workstation, opening.open(folder)
        except AssayError as error:
            return workstation, error

    def _began(self, found: tuple[Workstation, Session | Closed | AssayError | None]) -> None:
        from ui.shell import Shell

        workstation, first = found
        look, settings = self._put_on(self._settings()), self._settings()
        self.shell = Shell(look, self._frame, workstation, self.jobs, settings)
        self.shell.opened.connect(self._opened)
        self.shell.quit_asked.connect(self.quit)
        self.shell.applied.connect(self._put_on)
        self._watch_idle(settings, workstation)
        if isinstance(first, AssayError):
            self.shell.doors.show_trouble(first)
        else:
            self.shell.doors.take(first)
            if self._link:
                self.shell.doors.add_lab(self._link, can_go_back=first is not None)
        if first is None or not self.shell.lab:
            QTimer.singleShot(0, self, self._settle)

    def _opened(self) -> None:
        self.shell.opened.disconnect(self._opened)
        QTimer.singleShot(0, self, self._prepare)

    def _prepare(self) -> None:
        """The Desk is painted: the last task behind it. A task that cannot be shown must not hold up the rest."""
        QTimer.singleShot(0, self, self._settle)
        self.shell.prepare_last_task()

    def _settle(self) -> None:
        if self._settled:
            return
        from app.services.warming import warm_up
        from ui.garbage import Garbage

        self._settled = True
        reached("ready")
        Garbage(self)
        self.shell.settle()
        self.ready.emit()
        self.jobs.run(lambda _: warm_up(), done=lambda _: None, failed=lambda _: None)

    def _settings(self) -> Settings:
        """What is wrong with the file is told by whoever opens the lab."""
        try:
            return self._settings_file.load()
        except AssayError:
            return Settings()

    def _put_on(self, settings: Settings) -> ThemeHolder:
        """Theme, text size and language; the idle limit."""
        from app.i18n import Translator
        from ui import i18n
        from ui.theme.apply import ThemeHolder

        language = i18n.chosen_language(settings.language)
        is_other = language != i18n.language()
        if is_other:
            i18n.use(Translator(language, resources() / "translations"), self._app)
        if self._look is None:
            self._look = ThemeHolder(self._app, resources())
        self._look.choose(
            appearance=settings.appearance,
            scale=settings.scale,
            language=language,
            reduce_motion=settings.reduce_motion,
        )
        if hasattr(self, "idle"):
            self.idle.set_limit(settings.idle_lock_s)
        if is_other and hasattr(self, "shell"):
            self.shell.rebuild()
        return self._look

    def _watch_idle(self, settings: Settings, workstation: Workstation) -> None:
        from ui.idle import IdleWatch

        clock = workstation.clock
        self.idle = IdleWatch(self, (clock.monotonic, lambda: clock.now().timestamp()))
        self.idle.watch(self._frame.windowHandle())
        self.idle.set_limit(settings.idle_lock_s)
        self.idle.asked.connect(self.shell.lock)

    def end_on_signals(self) -> None:
        """A polite end on SIGTERM, SIGINT and a closed session, as if the window was closed."""
        if os.name == "nt":
            return
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: None)
        self._notifier = QSocketNotifier(reading, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self.quit)

    # Bugs

    def bug(self, error: BaseException | None) -> None:
        """From any thread: write the redacted report, then say so in the window."""
        if error is None or isinstance(error, SystemExit):
            return
        if isinstance(error, KeyboardInterrupt):
            self.jobs.call_soon(self.quit)
            return
        from app.reports import write_report

        report = ""
        with suppress(OSError):
            report = write_report(self._home.root, error).name
        self.jobs.call_soon(lambda: self._tell_bug(report))

    def _tell_bug(self, report: str) -> None:
        """One dialog at a time: a bug in a paint event would bring hundreds."""
        if self._telling or self._ending or not hasattr(self, "shell"):
            return
        from ui.i18n import tr
        from ui.problems import Words

        self._telling = True
        words = Words(
            tr("This is a bug in Assay."),
            tr(
                "Your work is kept, with what you were writing. A report without any of your texts was written here."
            ),
            report,
        )
        dialog = self.shell.problems.dialog(words)
        dialog.finished.connect(self._told)
        dialog.open()

    def _told(self) -> None:
        self._telling = False

    # End

    def quit(self) -> None:
        """Everything that was typed goes to the file first; the window is gone at once, the rest follows."""
        if self._ending or not hasattr(self, "shell"):
            return
        lab = self.shell.lab
        if lab is not None:
            lab.screens.flush()
            if lab.live.pending:
                lab.live.retry()
                self._wait_for(lab.live)
                return
        self._end()

    def _wait_for(self, live: LiveSession) -> None:
        """Until nothing is pending; if that takes long (the disk is full), ask."""
        patience = QTimer(live)
        patience.setSingleShot(True)

        def look(pending: int) -> None:
            if not pending:
                live.pending_changed.disconnect(look)
                patience.stop()
                self._end()

        def ask() -> None:
            live.pending_changed.disconnect(look)
            self._ask_to_lose()

        patience.timeout.connect(ask)
        live.pending_changed.connect(look)
        patience.start(SAVING_MS)

    def _ask_to_lose(self) -> None:
        from ui.i18n import tr
        from ui.widgets.dialog import Dialog

        assert self._look is not None
        dialog = Dialog(
            self._look,
            self._frame,
            tr("Some changes are not in the file yet"),
            tr(
                "The disk may be full. Free some room and they are kept by themselves; closing now loses them."
            ),
            verb=tr("Close and lose them"),
            danger=True,
            cancel=tr("Stay"),
        )
        dialog.accepted.connect(self._end)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _end(self) -> None:
        if self._ending:
            return
        self._ending = True
        self._remember_window()
        self._frame.hide()
        self.shell.close(self._last_steps)

    def _last_steps(self) -> None:
        """The file is closed, the key dropped: the sample lab, the threads, the window."""
        self.jobs.shutdown()
        self.shell.samples.stop()
        sys.excepthook, threading.excepthook = self._former_hooks
        self._frame.let_go()
        self.ended.emit()

    def _remember_window(self) -> None:
        assert self._look is not None
        colours = self._look.theme.colours
        now = {
            "geometry": self._frame.geometry_text(),
            "grounds": [colours.desk, colours.panel, colours.line],
        }
        with suppress(AssayError):
            settings = self._settings_file.load()
            self._settings_file.save(replace(settings, window={**settings.window, **now}))
