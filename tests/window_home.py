"""A home of its own with labs in it, and the whole window over it, for tests of the shell."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.ids import DeviceId, ExpertId, LabId
from app.errors import StorageError
from app.keys.box import Cost
from app.keys.keyset import Secrets
from app.keys.vault import Vault
from app.paths import Home
from app.settings import SettingsFile
from app.storage.rows import WorkspaceIdentity
from app.workstation import Workstation, build
from tests.workspaces import add_batch, task_json
from ui.application import Application
from ui.frame import Frame, first_look
from ui.theme.apply import ThemeHolder

CHEAP = Cost(t=1, m=8, p=1)
STORE = "keyring.backends.SecretService.Keyring"
PASSPHRASE = "a long enough secret"


class MemoryStore:
    """A key store (`app.keys.keyring_store.SecretStore`) in memory. there: False on a computer without one."""

    def __init__(self) -> None:
        self.there = True
        self.texts: dict[str, str] = {}

    def backends(self) -> list[str]:
        return [STORE] if self.there else []

    def is_usable(self, backend: str) -> bool:
        return self.there

    def absent(self) -> StorageError:
        return StorageError("keyring.missing", "This computer has no key store that Assay trusts.")

    def get(self, backend: str, service: str) -> str | None:
        return self.texts.get(service)

    def put(self, backend: str, service: str, value: str) -> None:
        self.texts[service] = value

    def delete(self, backend: str, service: str) -> None:
        self.texts.pop(service, None)


@contextlib.contextmanager
def _unhurried() -> Iterator[None]:
    """A busy machine may take longer between two keys than a person is given: until a test asks for it nothing is sent,
    no message goes away, and no closing window asks whether to wait."""
    with (
        patch("ui.syncing.AFTER_SUBMIT_S", 3600.0),
        patch("ui.widgets.toast.TOAST_MS", 3_600_000),
        patch("ui.application.SAVING_MS", 3_600_000),
    ):
        yield


class WindowHome:
    """One person's home. `window()` runs the application over it."""

    def __init__(self, root: Path, qtbot: QtBot, app: QApplication, look: ThemeHolder) -> None:
        self.home = Home(root)
        self.settings = SettingsFile(self.home.app_json)
        self.store = MemoryStore()
        self._qtbot = qtbot
        self._app = app
        self._look = look

    def vault_at(self, folder: Path) -> Vault:
        return Vault(folder, cost=CHEAP, key_store=self.store)

    def workstation(self) -> Workstation:
        return build(self.home.root, vault_at=self.vault_at)

    def add_lab(
        self,
        lab: str = "lab-1",
        *,
        name: str = "Harbor Medical",
        passphrase: str | None = None,
        local: bool = True,
    ) -> str:
        """A lab with a batch of three tasks; its folder. local: it has nobody to sync with."""

        def identify(secrets: Secrets) -> WorkspaceIdentity:
            return WorkspaceIdentity(
                LabId(lab),
                name,
                "http://127.0.0.1:1",
                ExpertId("e"),
                DeviceId("d"),
                "kid",
                secrets.key_id,
                local,
            )

        session = self.workstation().labs.create(LabId(lab), identify, passphrase)
        add_batch(session.workspace, [task_json(n) for n in (1, 2, 3)])
        folder = session.parts.folder.name
        session.close()
        return folder

    def counted(self, application: Application) -> None:
        """What is counted beside the window has been, with what came while it was being counted."""
        for _ in range(2):
            ended: list[bool] = []
            application.jobs.after("worker", lambda ended=ended: ended.append(True))  # type: ignore[misc]
            self.wait(lambda ended=ended: bool(ended))  # type: ignore[misc]

    @contextlib.contextmanager
    def window(self, link: str = "", *, wait: bool = True) -> Iterator[Application]:
        """Until what is to be seen first is there (unless not `wait`); closed at the end if it is not yet."""
        with _unhurried():
            yield from self._shown(link, wait=wait)

    def _shown(self, link: str, *, wait: bool) -> Iterator[Application]:
        frame = Frame(*first_look(self.home.app_json))
        application = Application(self._app, frame, self.home, link, vault_at=self.vault_at, look=self._look)
        over: list[bool] = []
        application.ended.connect(lambda: over.append(True))
        frame.show()
        try:
            if wait:
                with self._qtbot.waitSignal(application.ready, timeout=15_000):
                    application.start()
            else:
                application.start()
            yield application
        finally:
            if not over:
                application.quit()
                self._qtbot.waitUntil(lambda: bool(over), timeout=10_000)
            frame.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=10_000)

    def wait_long(self, condition: Callable[[], bool]) -> None:
        """For other processes that have to start, a dozen of them perhaps, on a busy machine."""
        self._qtbot.waitUntil(condition, timeout=240_000)
