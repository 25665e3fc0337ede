"""What Returns shows and does, without a widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from app.domain.controls import Control
from app.domain.ids import TaskId
from app.errors import AssayError, InputError
from app.services import opinions, returns
from ui.i18n import tr
from ui.live import LiveSession
from ui.navigator import Navigator
from ui.returns.details import Detail
from ui.returns.entries import Entry, entries
from ui.widgets.rows import RowData

Failed = Callable[[AssayError], None]


class ReturnsPresenter(QObject):
    """changed: the list and what is chosen in it. stale: read again when shown."""

    changed = Signal()
    stale = Signal()

    def __init__(self, live: LiveSession, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self._navigator = navigator
        self._entries: list[Entry] = []
        self._rows: dict[int, RowData] = {}
        self.tab = "back"
        self.at = 0
        self.detail: Detail | None = None
        live.changed.connect(self._old)

    def closed(self) -> None:
        self._live.changed.disconnect(self._old)
        self._take([])
        self.detail = None

    def _old(self, what: str) -> None:
        if what in ("lab", "submit", "letters", "undo"):
            self.stale.emit()

    # What is shown

    def tabs(self) -> list[tuple[str, str]]:
        return [
            ("back", tr("Came back")),
            ("opinions", tr("Opinions")),
            ("practice", tr("Practice")),
            ("team", tr("Team")),
        ]

    def enter(self) -> None:
        """Read again; from an empty tab to the first one that has something."""
        session = self._live.session
        self._take(entries(session, self.tab))
        for tab, _ in self.tabs() if not self._entries else ():
            found = entries(session, tab)
            if found:
                self.tab, self.at = tab, 0
                self._take(found)
                break
        self._choose_near()

    def refresh(self) -> None:
        self._take(entries(self._live.session, self.tab))
        self._choose_near()

    def set_tab(self, tab: str) -> None:
        self.tab, self.at = tab, 0
        self.refresh()

    @property
    def count(self) -> int:
        return len(self._entries)

    def row(self, at: int) -> RowData:
        """Asked for the lines in sight, which alone are read."""
        if at not in self._rows:
            entry = self._entries[at]
            try:
                self._rows[at] = entry.row()
            except InputError:
                self._rows[at] = RowData(entry.key)
        return self._rows[at]

    def choose(self, at: int) -> None:
        self.at = at
        self.detail = None
        try:
            self.detail = self._entries[at].detail() if self._entries else None
        except InputError as error:
            self._navigator.problem(error)
        self.changed.emit()

    def _take(self, found: list[Entry]) -> None:
        self._entries = found
        self._rows.clear()

    def _choose_near(self) -> None:
        self.choose(min(self.at, max(0, len(self._entries) - 1)))

    def empty_words(self) -> str:
        return {
            "back": tr("What a lead decided over your results appears here, with the reasons."),
            "opinions": tr("An opinion that was sealed until your own result was at the lab appears here."),
            "practice": tr(
                "Practice batches with their explained answers, and how consistent you were, appear here."
            ),
            "team": tr("Notes to the team, and what is to be graded again, appear here."),
        }[self.tab]

    @property
    def task(self) -> TaskId:
        return TaskId(self._entries[self.at].key)

    # Doing

    def accept(self, failed: Failed) -> None:
        task, session = self.task, self._live.session
        self._answer(lambda: returns.answer_now(session, task, "accept"), tr("Accepted"), failed)

    def dispute(self, reasons: Mapping[Control, str], comment: str, failed: Failed) -> None:
        task, session = self.task, self._live.session
        said = tr("Disputed. A third reader sees it without names")
        self._answer(lambda: returns.answer_now(session, task, "dispute", reasons, comment), said, failed)

    def _answer(self, change: Callable[[], object], said: str, failed: Failed) -> None:
        def done(_: object) -> None:
            self.refresh()
            self._navigator.toast(tr("{what}. Signed; it leaves with the next sync.", what=said))

        self._live.perform(lambda _: change(), done, failed, what="letters")

    def needs_reason(self) -> bool:
        """Whether grading again is a change of mind, after an opinion was opened."""
        return opinions.state(self._live.session, self.task) == "opened"

    def again(self, reason: str, failed: Failed) -> None:
        """Open the submitted review as its next revision, in Grading. Raises nothing; `failed` is told."""
        task, session = self.task, self._live.session

        def change(_: object) -> object:
            if opinions.state(session, task) == "opened":
                return opinions.change_mind_now(session, task, reason)
            return session.reopen_now(task, reason)

        self._live.perform(change, lambda _: self._navigator.go_task(task), failed, what="undo")

    def open_task(self) -> None:
        self._navigator.go_task(self.task)
