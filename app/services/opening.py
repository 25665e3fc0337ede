"""Opening a lab's workspace for the window, with or without its secret. All of it may block: use a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.errors import LockedError
from app.services.labs import Labs
from app.services.session import Session
from app.settings import SettingsFile

Asks = Literal["nothing", "pin", "passphrase"]


@dataclass(frozen=True, slots=True)
class Closed:
    """A lab that does not open by itself. asks: what the lock screen asks for. why: shown there, if not None."""

    folder: str
    asks: Asks
    why: LockedError | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    labs: Labs
    settings: SettingsFile

    def last(self) -> str:
        """The folder of the lab that was open last, else of the first one; "" when there is none."""
        known = self.labs.folders()
        last = self.settings.load().last_lab
        return last if last in known else known[0] if known else ""

    def asks(self, folder: str) -> Asks:
        """What the lock of a lab asks for; quick."""
        return self.labs.vault(folder).state().asks

    def open(self, folder: str) -> Session | Closed:
        """The open workspace, or what its lock asks for. StorageError for everything else."""
        state = self.labs.vault(folder).state()
        if state.is_locked or state.asks != "nothing":
            return Closed(folder, state.asks)
        try:
            return self._opened(folder, self.labs.open(folder))
        except LockedError as why:
            return Closed(folder, state.asks, why)

    def unlock(self, folder: str, secret: str) -> Session:
        """Take the lock away with the PIN or passphrase ("" when the vault asks for nothing), and open."""
        return self._opened(folder, self.labs.unlocked(folder, secret or None))

    def _opened(self, folder: str, session: Session) -> Session:
        if self.settings.load().last_lab != folder:
            self.settings.change(last_lab=folder)
        return session
