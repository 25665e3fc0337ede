"""Looking after one open lab: what opens it, its copies, and whether its file is whole.

Everything here may take seconds (the key store may ask, Argon2id works for 0.4 s, a check reads every page): call it
from a worker, while the workspace is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from app.services.labs import Labs
from app.services.session import Session

if TYPE_CHECKING:
    from app.keys.vault import Vault

Asks = Literal["nothing", "pin", "passphrase"]


@dataclass(frozen=True, slots=True)
class Opening:
    """asks: what opening this lab needs. in_key_store: its key is in the computer's key store."""

    asks: Asks
    in_key_store: bool
    has_recovery: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class LabFacts:
    name: str
    url: str
    expert: str
    device: str
    kid: str
    local: bool
    restored: bool


class Care:
    def __init__(self, labs: Labs, session: Session) -> None:
        self._labs = labs
        self._session = session

    def facts(self) -> LabFacts:
        """Quick; may be called anywhere."""
        own = self._session.identity
        return LabFacts(own.lab_name, own.lab_url, own.expert, own.device, own.kid, own.local, own.restored)

    # What opens it

    def opening(self) -> Opening:
        state = self._vault().state()
        return Opening(state.asks, state.store == "keyring", state.has_recovery)

    def set_pin(self, pin: str, current: str | None = None) -> Opening:
        """Set or change the PIN. InputError `pin.weak`, `pin.wrong`; LockedError `pin.wait`."""
        self._vault().set_pin(pin, current=current)
        return self.opening()

    def clear_pin(self, current: str) -> Opening:
        self._vault().clear_pin(current)
        return self.opening()

    def set_passphrase(self, new: str, current: str | None = None) -> Opening:
        """Keep the key under a new passphrase, instead of the key store or of the old passphrase."""
        self._vault().keep_under_passphrase(new, current=current)
        return self.opening()

    def new_recovery_code(self, current: str | None = None) -> str:
        """A fresh code to print; an older one stops working."""
        vault = self._vault()
        return vault.new_recovery_code(vault.open(pin=current))

    def _vault(self) -> Vault:
        return self._labs.vault(self._session.parts.folder.name)

    # Copies and checks

    def snapshots(self) -> tuple[Snapshot, ...]:
        """Newest first."""
        found = (snapshot_of(path) for path in self._session.workspace.snapshots())
        return tuple(snapshot for snapshot in found if snapshot is not None)

    def snapshot(self) -> tuple[Snapshot, ...]:
        """Make a checked copy now; the last three are kept. StorageError `storage.disk_full`."""
        self._session.workspace.snapshot()
        return self.snapshots()

    def check(self) -> int:
        """Read every page and the whole journal: how many faults there are."""
        return len(self._session.workspace.check())


def snapshot_of(path: Path) -> Snapshot | None:
    """When a copy was made, by its name, and its size; None for another file, or one that is gone."""
    stamp = path.stem.split("-")[0]
    try:
        at = datetime.strptime(stamp, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
        return Snapshot(at, path.stat().st_size)
    except (ValueError, OSError):
        return None
