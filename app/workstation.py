"""The composition root: the one place where the parts of the workstation are put together."""

from __future__ import annotations

import json
import random
import sys
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.clock import Clock, SystemClock
from app.domain.codec import task_from_json
from app.domain.task import Task
from app.paths import Home, default_home, resources
from app.services.labs import Labs
from app.services.submitting import Sign
from app.settings import SettingsFile

if TYPE_CHECKING:
    from app.keys.vault import Vault
    from app.services.bundles import Bundles
    from app.services.devices import Devices
    from app.services.enrolling import Connect, Enrolling
    from app.services.joining import Joining
    from app.services.local_import import LocalImport
    from app.services.mending import Mending
    from app.services.sample_lab import SampleLab
    from app.services.sending import Sending
    from app.services.studio import Reach, Studio
    from app.storage.workspace import Workspace
    from app.storage.writer import Writer
    from app.sync.connectors.lab import LabConnector
    from app.sync.connectors.label_studio import LabelStudio
    from app.wire.signatures import PrivateKey


@dataclass(frozen=True, slots=True)
class Workstation:
    """Everything that a window or a command starts from; a service is imported when it is first asked for."""

    home: Home
    settings: SettingsFile
    clock: Clock
    labs: Labs
    connect: Connect
    reach: Reach
    program: tuple[str, ...]
    """How this program is started again, for the sample lab."""

    @property
    def enrolling(self) -> Enrolling:
        """A lab, by its invitation."""
        from app.services.enrolling import Enrolling

        return Enrolling(self.labs, self.clock, new_id, self.connect)

    @property
    def sending(self) -> Sending:
        """Sync, claims and what is given back."""
        from app.services.sending import Sending

        return Sending(self.clock, self.connect, self.studio)

    @property
    def studio(self) -> Studio:
        """Projects of Label Studio."""
        from app.services.studio import Studio

        return Studio(self.labs, self.clock, self.reach)

    @property
    def local_import(self) -> LocalImport:
        """Files of one's own."""
        from app.services.local_import import LocalImport

        return LocalImport(self.labs, self.clock, new_id)

    @property
    def devices(self) -> Devices:
        """One's own devices at a lab."""
        from app.services.devices import Devices

        return Devices(self.clock, self.connect)

    @property
    def mending(self) -> Mending:
        """A damaged workspace, rebuilt."""
        from app.services.mending import Mending

        return Mending(self.labs, self.clock)

    @property
    def joining(self) -> Joining:
        """Joining a lab by a file."""
        from app.services.joining import Joining

        return Joining(self.labs, self.clock, new_id)

    @property
    def bundles(self) -> Bundles:
        """The same sync through files."""
        from app.services.bundles import Bundles

        return Bundles(self.clock)

    def sample_lab(self, folder: Path | None = None) -> SampleLab:
        """The sample lab; kept under the home unless a folder is named."""
        from app.services.sample_lab import SampleLab

        return SampleLab(self.program, folder or self.home.root / "sample-lab", resources() / "samples")


def build(
    home: Path | None = None,
    *,
    clock: Clock | None = None,
    unhandled: Callable[[BaseException], None] | None = None,
    vault_at: Callable[[Path], Vault] | None = None,
    wait: Callable[[float], None] | None = None,
) -> Workstation:
    """The workstation over a home folder.

    unhandled: told of errors of background writing; without it there is no writer thread and changes run at once.
    vault_at: how a lab's keys are kept, other than in the computer's key store (for tests).
    wait: passes so many seconds between two tries to reach a lab.
    """
    place = Home(home) if home is not None else default_home()
    settings = SettingsFile(place.app_json)
    ticking = clock or SystemClock()

    def make_writer(workspace: Workspace) -> Writer | None:
        if unhandled is None:
            return None
        from app.storage.writer import Writer

        return Writer(workspace, unhandled)

    labs = Labs(place, settings, ticking, new_id, parse_task, make_signer, vault_at or _vault, make_writer)

    def connect(url: str, key: PrivateKey | None, cancelled: Callable[[], bool]) -> LabConnector:
        from app.sync.connectors.lab import LabConnector

        return LabConnector(
            url,
            key,
            ticking,
            new_id=new_id,
            uniform=random.SystemRandom().uniform,
            sleep=wait or _wait,
            cancelled=cancelled,
        )

    def reach(url: str, token: str, cancelled: Callable[[], bool]) -> LabelStudio:
        from app.sync.connectors.label_studio import LabelStudio

        return LabelStudio(
            url,
            token,
            ticking,
            uniform=random.SystemRandom().uniform,
            sleep=wait or _wait,
            cancelled=cancelled,
        )

    return Workstation(place, settings, ticking, labs, connect, reach, program())


def program() -> tuple[str, ...]:
    """This very program: the frozen executable, or the interpreter on the `cli` package, which it finds by
    `app.paths.import_path` and nowhere else: a folder `cli` where one works is none of ours."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    return (sys.executable, "-P", "-m", "cli")


def new_id() -> str:
    return uuid.uuid4().hex


def parse_task(line: bytes) -> Task:
    """A stored task line, which was checked when it was taken in."""
    return task_from_json(json.loads(line))


def make_signer(device_jwk: dict[str, str]) -> Sign:
    """Signs documents with a device key; the library for it is imported at the first signature."""

    def sign(name: str, payload: bytes) -> bytes:
        from app.wire.models import typ
        from app.wire.signatures import PrivateKey
        from app.wire.signatures import sign as signed

        return signed(typ(name), payload, PrivateKey.from_jwk(device_jwk))

    return sign


def _wait(seconds: float) -> None:
    threading.Event().wait(seconds)


def _vault(folder: Path) -> Vault:
    from app.keys.vault import Vault

    return Vault(folder)
