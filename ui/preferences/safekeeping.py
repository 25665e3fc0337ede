"""What can be put back and what can be destroyed of the open lab, without a widget."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.errors import AssayError
from app.services.care import snapshot_of
from app.services.labs import Labs
from app.services.session import Session
from ui.i18n import full_moment, tr, trn
from ui.jobs import Jobs
from ui.problems import words_of

T = TypeVar("T")
WhileClosed = Callable[[Callable[[], str]], None]
UNSENT = ("ready", "sent", "parked")


class Safekeeping(QObject):
    """refused: (restore, batch or lab; words) where it was tried. busy: something is under way."""

    refused = Signal(str, object)
    busy = Signal(bool)

    def __init__(
        self,
        labs: Labs,
        session: Session,
        jobs: Jobs,
        while_closed: WhileClosed,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._labs = labs
        self._session = session
        self._jobs = jobs
        self._while_closed = while_closed
        self._folder = session.parts.folder.name

    @property
    def lab_name(self) -> str:
        return self._session.identity.lab_name

    @property
    def needs_secret(self) -> bool:
        return self._labs.vault(self._folder).state().asks != "nothing"

    def copies(self) -> list[tuple[Path, str]]:
        """Newest first: (file, when it was made)."""
        found = ((path, snapshot_of(path)) for path in self._session.workspace.snapshots())
        return [(path, full_moment(made.at)) for path, made in found if made is not None]

    def batches(self) -> list[tuple[str, str]]:
        return [(row.id, row.title) for row in self._session.workspace.lab.batches()]

    def unsent(self) -> int:
        """Results of this lab without a receipt."""
        counts = self._session.workspace.outbox.counts()
        return sum(counts.get(state, 0) for state in UNSENT)

    def restore(self, path: Path, secret: str) -> None:
        """The copy takes the file's place, which is set aside. The secret is tried before anything is closed."""
        labs, folder = self._labs, self._folder

        def put_back() -> str:
            labs.restore(folder, path, secret or None)
            return tr("Restored. What was there before stands beside it, set aside.")

        def known(_: object) -> None:
            self._while_closed(put_back)

        vault = labs.vault(folder)
        self._run("restore", lambda: vault.open(passphrase=secret or None), known)

    def wipe_batch(self, batch: str, *, begun: bool) -> None:
        """The batch and every copy of it here; never what has no receipt. The lab is opened anew after it."""
        from app.services.wiping import Wiped, wipe_batch

        session = self._session

        def wiped(done: Wiped) -> None:
            words = trn("{n} task was wiped.", "{n} tasks were wiped.", done.tasks)
            self._while_closed(lambda: words)

        self._run("batch", lambda: wipe_batch(session, batch, begun=begun), wiped)

    def wipe_lab(self, *, even_unsent: bool) -> None:
        """Its keys, then its folder."""
        from app.services.wiping import wipe_lab

        labs, folder, unsent = self._labs, self._folder, self.unsent()

        def wipe() -> str:
            if wipe_lab(labs, folder, unsent, even_unsent=even_unsent):
                return tr("The lab’s key and files are gone.")
            return tr("The files are gone; the key store could not confirm that the key is.")

        self._while_closed(wipe)

    def _run(self, what: str, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """In the lane of the network: beside no sync."""

        def finished(found: T) -> None:
            self.busy.emit(False)
            done(found)

        def failed(error: AssayError) -> None:
            self.busy.emit(False)
            self.refused.emit(what, words_of(error))

        self.busy.emit(True)
        self._jobs.run(lambda _: work(), done=finished, failed=failed, lane="network", owner=self)
