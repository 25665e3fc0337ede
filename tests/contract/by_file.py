"""Joining by a file for tests: a lab that never serves, invitations, and newcomers with homes of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.clock import Clock, SystemClock
from app.keys.vault import Vault
from app.services.joining import Joining
from app.services.session import Session
from app.workstation import Workstation, build
from lab import bundling, desk, unbundling
from tests.command_line import PASSPHRASE, QUICK
from tests.contract.sync_rig import tasks_file


@dataclass
class Newcomer:
    """A computer without a network; its keys lie under a passphrase."""

    home: Path
    stick: Path
    clock: Clock

    @property
    def workstation(self) -> Workstation:
        return build(self.home, clock=self.clock, vault_at=lambda folder: Vault(folder, cost=QUICK))

    @property
    def joining(self) -> Joining:
        return self.workstation.joining

    def request(self, invitation: str) -> Path:
        return self.joining.request(invitation, self.stick, passphrase=PASSPHRASE)

    def answered(self, path: Path) -> tuple[Session, int]:
        """The opened lab, and how many tasks came."""
        session, report = self.joining.answered(path, passphrase=PASSPHRASE)
        return session, report.pulled


@dataclass
class Office:
    """The lab's desk; nothing of it is ever served."""

    folder: Path
    batch: str

    def invite(self, name: str, role: str = "expert") -> str:
        with desk.open_lab(self.folder) as lab:
            link, who = desk.invite(lab, role, name)
            desk.assign(lab, self.batch, [who])
        return link

    def take_in(self, path: Path, clock: Clock | None = None) -> unbundling.TakenIn:
        with desk.open_lab(self.folder, clock=clock) as lab:
            return unbundling.take_in(lab, path)

    def answer(self, who: str, stick: Path) -> Path:
        with desk.open_lab(self.folder) as lab:
            return bundling.export(lab, who, stick).path


def office(folder: Path, tasks: int = 6, name: str = "Harbor") -> Office:
    desk.init(folder / "lab", name=name)
    with desk.open_lab(folder / "lab") as lab:
        batch = desk.import_batch(lab, "auto", tasks_file(folder, tasks), title="First").batch
    return Office(folder / "lab", batch)


def newcomer(folder: Path, clock: Clock | None = None) -> Newcomer:
    folder.mkdir(parents=True, exist_ok=True)
    return Newcomer(folder / "home", folder / "stick", clock or SystemClock())


WEEKS = timedelta(days=60)
"""Longer than any invitation lives."""
