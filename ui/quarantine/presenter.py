"""What Quarantine shows and does, without a widget."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.errors import AssayError
from app.services.quarantine import Refused, refused, refused_document
from app.services.saving import save_file
from ui.i18n import day, moment, size_of, tr, tr_later
from ui.live import LiveSession
from ui.navigator import Navigator
from ui.widgets.facts import Fact
from ui.widgets.rows import RowData


class QuarantinePresenter(QObject):
    changed = Signal()

    def __init__(self, live: LiveSession, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self._navigator = navigator
        self._rows: list[Refused] = []
        self._at = 0

    def refresh(self) -> None:
        self._rows = refused(self._live.session)
        self._at = min(self._at, max(0, len(self._rows) - 1))
        self.changed.emit()

    def closed(self) -> None:
        self._rows = []

    @property
    def count(self) -> int:
        return len(self._rows)

    @property
    def at(self) -> int:
        return self._at

    def row(self, at: int) -> RowData:
        found = self._rows[at]
        return RowData(
            tr_later(found.reason), day(found.at, self._live.clock_now), icon="octagon-alert", tone="bad"
        )

    def choose(self, at: int) -> None:
        self._at = at
        self.changed.emit()

    @property
    def reason(self) -> str:
        return tr_later(self._rows[self._at].reason) if self._rows else ""

    def next_step(self) -> str:
        lab = self._live.session.identity.lab_name
        return tr(
            "Nothing of it was used, and your work is safe. Save it to a file and send that to {lab}: "
            "they can see what is wrong with it. Go on working meanwhile.",
            lab=lab,
        )

    def facts(self) -> tuple[Fact, ...]:
        if not self._rows:
            return ()
        found = self._rows[self._at]
        return (
            Fact(tr("Refused"), moment(found.at, self._live.clock_now)),
            Fact(tr("Came from"), found.source),
            Fact(tr("Kept"), size_of(found.size)),
            Fact(tr("Code"), found.code, mono=True, copy=True),
        )

    def file_name(self) -> str:
        return f"refused-{self._rows[self._at].number}.json" if self._rows else ""

    def save(self, path: str) -> None:
        """The document as it came, byte for byte."""
        if not self._rows or not path:
            return
        try:
            save_file(Path(path), refused_document(self._live.session, self._rows[self._at].number))
        except AssayError as error:
            self._navigator.problem(error)
        else:
            self._navigator.toast(tr("Saved as {file}.", file=Path(path).name))

    def copied(self) -> None:
        self._navigator.toast(tr("Copied"))
