"""The sample lab of this window: a lab of one's own on this computer, which ends with the window."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import AssayError
from app.services.session import SAMPLE_NOTE, Session
from app.workstation import Workstation

if TYPE_CHECKING:
    from app.services.sample_lab import SampleLab


class Samples:
    """Its methods block; call them in the network thread. `stop` may be called from any."""

    def __init__(self, workstation: Workstation) -> None:
        self._workstation = workstation
        self._running: SampleLab | None = None
        self._unused: tuple[str, str] | None = None  # language and invitation of a lab nobody has joined yet

    @property
    def is_offered(self) -> bool:
        """One sample lab a home: with workspaces on this computer, an old one may belong to them."""
        return not self._lab().exists() or not self._workstation.labs.folders()

    @property
    def is_running(self) -> bool:
        return self._running is not None

    @property
    def folder(self) -> Path:
        return self._lab().folder

    def _lab(self) -> SampleLab:
        return self._running or self._workstation.sample_lab()

    def join(
        self,
        language: str,
        passphrase: str | None,
        cancelled: Callable[[], bool],
        said: Callable[[int, int], None],
    ) -> Session:
        """Make the lab, serve it and enrol with it. Made already, in a try that wanted a passphrase: only enrol."""
        made, self._unused = self._unused, None
        if made is None or made[0] != language or self._running is None:
            made = (language, self._make(language, cancelled, said))
        try:
            session = self._workstation.enrolling.enrol(made[1], passphrase=passphrase, cancelled=cancelled)
        except AssayError as error:
            if error.code.startswith(
                ("keyring.", "passphrase.")
            ):  # the lab was not asked: its invitation is good
                self._unused = made
            raise
        session.perform_now(lambda workspace: workspace.work.set_note(SAMPLE_NOTE, "1"))
        return session

    def _make(self, language: str, cancelled: Callable[[], bool], said: Callable[[int, int], None]) -> str:
        """The lab anew; an invitation of it."""
        if self._running is not None:
            self._running.stop()
        lab = self._workstation.sample_lab()
        # Left over from a try that was broken off; no workspace belongs to it (see `is_offered`).
        shutil.rmtree(lab.folder, ignore_errors=True)
        self._running = lab
        return lab.start(language, cancelled=cancelled, said=said)

    def before(self, session: Session) -> Callable[[Callable[[], bool]], None] | None:
        """What a sync of this lab does first: start the server of a sample lab. None for any other lab."""
        if not session.workspace.work.note(SAMPLE_NOTE):
            return None

        def serve(cancelled: Callable[[], bool]) -> None:
            if self._running is None:
                lab = self._workstation.sample_lab()
                if lab.exists():
                    self._running = lab
                    try:
                        lab.serve(cancelled)
                    except AssayError:
                        self._running = None
                        raise

        return serve

    def stop(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.stop()
