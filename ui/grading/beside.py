"""What is worked out beside the screen: hits of a search, how much of the batch is left."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.domain.ids import BatchId
from app.errors import AssayError
from app.services.desk import Card
from app.services.session import Session
from app.services.values import Hit
from ui.jobs import JobHandle, Jobs, Progress

HITS = 50


class Beside(QObject):
    """found([Hit], query) · counted(Card)."""

    found = Signal(object, str)
    counted = Signal(object)

    def __init__(
        self, session: Session, jobs: Jobs, failed: Callable[[AssayError], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._failed = failed
        self._search: JobHandle | None = None

    def count(self, batch: BatchId) -> None:
        """The card of a batch, with the time left at the expert's pace."""
        desk = self._session.desk

        def work(_: Progress) -> Card | None:
            return next((card for card in desk.view().cards if card.batch.id == batch), None)

        self._jobs.run(work, done=self._counted, failed=self._failed, owner=self)

    def find(self, query: str, batch: BatchId | None) -> None:
        """Search a batch; a newer search takes the place of an older one."""
        if self._search is not None and self._search.running:
            self._search.cancel()
        if not query.strip():
            self.found.emit([], query)
            return
        workspace = self._session.workspace

        def work(_: Progress) -> list[Hit]:
            return workspace.search(query, batch, HITS)

        def done(hits: list[Hit]) -> None:
            self.found.emit(hits, query)

        self._search = self._jobs.run(work, done=done, failed=self._failed, owner=self)

    def _counted(self, card: Card | None) -> None:
        if card is not None:
            self.counted.emit(card)
