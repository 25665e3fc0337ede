"""One's own devices at the lab, without a widget: one more, a lost one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.errors import AssayError
from app.services.devices import Device, Devices
from app.services.session import Session
from ui.i18n import tr
from ui.jobs import Jobs
from ui.navigator import Navigator
from ui.problems import words_of

T = TypeVar("T")


class DevicesPresenter(QObject):
    """changed: read `devices` again. invited: the link for one more. refused: Words. busy: the lab is asked."""

    changed = Signal()
    invited = Signal(str)
    refused = Signal(object)
    busy = Signal(bool)

    def __init__(
        self,
        devices: Devices,
        session: Session,
        jobs: Jobs,
        navigator: Navigator,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._devices = devices
        self._session = session
        self._jobs = jobs
        self._navigator = navigator

    def all(self) -> list[Device]:
        """As the lab said last; the one that one sits at first."""
        return sorted(self._devices.all(self._session), key=lambda one: not one.this)

    def add(self) -> None:
        devices, session = self._devices, self._session
        self._run(lambda: devices.add(session), self.invited.emit)

    def revoke(self, device: str) -> None:
        devices, session = self._devices, self._session

        def done(_: Sequence[Device]) -> None:
            self._navigator.toast(tr("The lab takes nothing of that device any more."))
            self.changed.emit()

        self._run(lambda: devices.revoke(session, device), done)

    def copied(self) -> None:
        self._navigator.toast(tr("Copied"))

    def _run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        def finished(found: T) -> None:
            self.busy.emit(False)
            done(found)

        def failed(error: AssayError) -> None:
            self.busy.emit(False)
            self.refused.emit(words_of(error))

        self.busy.emit(True)
        self._jobs.run(lambda _: work(), done=finished, failed=failed, lane="network", owner=self)
