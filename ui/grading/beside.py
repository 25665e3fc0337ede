"""What is worked out beside the screen: hits of a search, how much of the batch is left."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.ids import BatchId
from app.errors import AssayError
from app.services.desk import Card
from app.services.session import Session
from app.services.values import Hit
from ui.jobs import JobHandle, Jobs, Progress

HITS = 50
SOON_MS, AT_REST_MS = 500, 1500
"""A count waits for the task to stand; after an answer it waits for a pause, and never comes between two keys."""


class Beside(QObject):
    """found([Hit], query) · counted(Card): of the batch that was last asked about."""

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
        self._counting: JobHandle | None = None
        self._batch: BatchId | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(lambda: self.count(self._batch))

    def count_soon(self, batch: BatchId, ms: int = SOON_MS) -> None:
        """`count`, once nobody has asked again for so long."""
        if batch != self._batch:
            self._forget()
        self._batch = batch
        self._soon.start(ms)

    def stop(self) -> None:
        """Nothing more is told."""
        self._soon.stop()
        self._forget()

    def count(self, batch: BatchId | None) -> None:
        """The card of a batch, with the time left at the expert's pace; a newer count takes an older one's place."""
        self._forget()
        self._batch = batch
        desk = self._session.desk

        def work(_: Progress) -> Card | None:
            return next((card for card in desk.view().cards if card.batch.id == batch), None)

        self._counting = self._jobs.run(work, done=self._counted, failed=self._failed, owner=self)

    def _forget(self) -> None:
        if self._counting is not None and self._counting.running:
            self._counting.cancel()

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
