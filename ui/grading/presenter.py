"""What Grading does, without a widget: tasks in turn, edits, submit, undo, the place one is at.

    presenter = GradingPresenter(live, navigator, jobs, hide_score=lambda: settings.hide_score, key_of=binder.key)
    presenter.open_task(task, response, criterion)

The screen hands over what was typed (`panel.flush()`) before it calls anything here that leaves the task.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.ids import CriterionId, ResponseId, TaskId
from app.domain.review import Review, Scalar
from app.errors import AssayError, InputError
from app.services.reviewing import OpenTask
from app.services.submitting import Incomplete, Submitted
from app.services.values import TaskRow
from ui.grading.aside import Aside
from ui.grading.beside import AT_REST_MS, SOON_MS, Beside
from ui.grading.onward import onward
from ui.grading.proposing import Proposals
from ui.grading.second import Second
from ui.grading.showing import Showing, notice_of
from ui.grading.tasks import TaskPages
from ui.grading.undoing import Undoing
from ui.i18n import tr
from ui.jobs import Jobs
from ui.live import LiveSession
from ui.navigator import Navigator

AHEAD_MS = 250
PLACE_MS = 400
SIGNED = ("submit", "letters")
"""A result's row is shown anew when the result is there; a letter has none."""


class GradingPresenter(QObject):
    """leaving() before another task is shown: hand over what was typed. shown(Showing), reviewed(OpenTask).

    lacking(): show what is missing. listed(): other tasks. row_changed(place), -1: all. prepared(OpenTask): the next.
    """

    leaving = Signal()
    shown = Signal(object)
    reviewed = Signal(object)
    lacking = Signal()
    listed = Signal()
    row_changed = Signal(int)
    prepared = Signal(object)

    def __init__(
        self,
        live: LiveSession,
        navigator: Navigator,
        jobs: Jobs,
        *,
        hide_score: Callable[[], bool],
        key_of: Callable[[str], str],
    ) -> None:
        super().__init__()
        self._live = live
        self._session, self.new_id = live.session, live.session.parts.new_id
        self._navigator = navigator
        self._hide_score = hide_score
        self._key_of = key_of
        self.tasks: TaskPages | None = None
        self._opened: OpenTask | None = None
        self._place = -1
        self._where: tuple[ResponseId | None, CriterionId | None] = (None, None)
        self._ahead: OpenTask | None = None
        self._sealing: set[TaskId] = set()
        self._acknowledged: TaskId | None = None
        self._unsaved: dict[TaskId, Review] = {}
        self._edited: set[int] = set()  # places with edits on their way to the file
        self._showing: Showing | None = None
        self.undoing = Undoing(live, navigator, lambda: self._opened, self._forget)
        self.aside = Aside(self, live, navigator)
        self.proposals = Proposals(live, navigator)
        self.second = Second(live, navigator)
        self.beside = Beside(live.session, jobs, navigator.problem, self)
        self._ahead_soon = self._timer(AHEAD_MS, self._look_ahead)
        self._place_soon = self._timer(PLACE_MS, self._remember)
        live.changed.connect(self._world_changed)
        live.failed.connect(navigator.problem)

    def _timer(self, ms: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(ms)
        timer.timeout.connect(call)
        return timer

    # What is shown

    @property
    def opened(self) -> OpenTask | None:
        return self._opened

    @property
    def place(self) -> int:
        return self._place

    @property
    def now(self) -> datetime:
        return self._live.clock_now

    def go_desk(self) -> None:
        self._navigator.go_desk()

    def open_task(
        self, task: TaskId, response: ResponseId | None = None, criterion: CriterionId | None = None
    ) -> bool:
        """Show a task; False when it is not there any more (which is said)."""
        self.leaving.emit()
        try:
            opened = self._read(task)
        except InputError as error:
            self._navigator.problem(error)
            return False
        self._show(opened, response, criterion)
        return True

    def _read(self, task: TaskId) -> OpenTask:
        return self._as_last_seen(self._taken_ahead(task) or self._session.open(task))

    def _as_last_seen(self, opened: OpenTask) -> OpenTask:
        """With what was answered here: the file may be a moment behind the screen."""
        unsaved = self._unsaved.get(opened.task.id)
        return opened if unsaved is None or unsaved == opened.review else replace(opened, review=unsaved)

    def open_place(self, at: int) -> None:
        """Show the task at a place of the list."""
        task = self.tasks.task_at(at) if self.tasks is not None else None
        if task is not None:
            self.open_task(task)

    def step_task(self, step: int) -> None:
        """The next or the previous task of the batch."""
        if self.tasks is not None:
            self.open_place(min(max(self._place + step, 0), len(self.tasks) - 1))

    def _taken_ahead(self, task: TaskId) -> OpenTask | None:
        ahead, self._ahead = self._ahead, None
        return ahead if ahead is not None and ahead.task.id == task else None

    def _show(self, opened: OpenTask, response: ResponseId | None, criterion: CriterionId | None) -> None:
        before = self._opened
        if before is not None and before.task.id != opened.task.id:
            self._live.left(before.task.id)
        self._opened = opened
        self._acknowledged = None
        if self.tasks is None or self.tasks.batch != opened.batch.id:
            self.tasks = TaskPages(self._session, opened.batch.id)
            self._edited.clear()
            self.listed.emit()
            self.count()
        self._place, row = self._find(opened.task.id)
        self._where = (response, criterion)
        self._live.alive(opened.task.id)
        self._showing = self._as_shown(opened, response, criterion, self._place, row)
        self.shown.emit(self._showing)
        self._navigator.refresh_bar()
        self._ahead_soon.start()

    def _as_shown(
        self,
        opened: OpenTask,
        response: ResponseId | None,
        criterion: CriterionId | None,
        place: int,
        row: TaskRow,
    ) -> Showing:
        total = len(self.tasks) if self.tasks is not None else 0
        sealing = opened.task.id in self._sealing
        notice = notice_of(self._session, opened, row.result, self._key_of, sealing=sealing)
        warnings = self.aside.warnings(opened.batch)
        return Showing(opened, response, criterion, place, total, notice, self._hide_score(), warnings)

    def _find(self, task: TaskId) -> tuple[int, TaskRow]:
        """The place and row of a task: mostly the one after the one before, which is read already."""
        if self.tasks is not None:
            after = self.tasks.row(self._place + 1) if 0 <= self._place + 1 < len(self.tasks) else None
            if after is not None and after.id == task:
                return self._place + 1, after
        row = self._session.workspace.lab.task_row(task)
        return (self.tasks.place_of(row.number) if self.tasks is not None else -1), row

    def reload(self) -> None:
        """Read the shown task again."""
        if self._opened is not None:
            self._ahead = None
            self.open_task(self._opened.task.id, *self._where)

    def _read_again(self) -> None:
        """After a sync. Where nothing changed, nothing is shown anew: she may be writing there."""
        opened, shown = self._opened, self._showing
        if opened is None or shown is None:
            return
        self._ahead = None
        with suppress(InputError):
            found, (place, row) = self._read(opened.task.id), self._find(opened.task.id)
            now = self._as_shown(found, shown.response, shown.criterion, place, row)
            if now == replace(shown, opened=opened):
                self._ahead_soon.start()
                return
        self.reload()

    def _forget(self) -> None:
        """What was read ahead and what is not in the file yet: an undo came between."""
        self._ahead = None
        self._unsaved.clear()

    # Edits

    def edit(self, values: Mapping[str, Scalar | None]) -> None:
        """Set leaves of the review: on the screen at once, in the file a moment later."""
        if self.undoing.under_way:
            self.undoing.after(lambda: self.edit(values))
            return
        if self._opened is None:
            return
        try:
            self._opened = self._live.change(self._opened, values)
            self._edited.add(self._place)
            if self._live.pending:
                self._unsaved[self._opened.task.id] = self._opened.review
        except InputError as error:
            self._navigator.problem(error)
        self.reviewed.emit(self._opened)

    # Submitting

    def submit(self) -> None:
        """Submit and next: the screen moves at once, the writer signs; what fails comes back."""
        opened = self._opened
        if opened is None or self.undoing.under_way:
            return
        if opened.submitted or opened.task.id in self._sealing:
            self.go_on()
            return
        lacks = opened.missing
        if any(m.blocking for m in lacks) or (lacks and self._acknowledged != opened.task.id):
            self._acknowledged = opened.task.id
            self.lacking.emit()
            return
        task = opened.task.id
        self._sealing.add(task)
        self._live.left(task)
        at = self._place
        self._live.submit(
            task, lambda found: self._submitted(found, at), lambda error: self._not_submitted(task, error)
        )
        self.go_on()

    def go_on(self) -> None:
        """On to the next open task, or stay."""
        opened = self._opened
        if opened is None:
            return
        ahead = self._ahead
        found = (
            ahead.task.id
            if ahead is not None and ahead.batch.id == opened.batch.id and ahead.task.id != opened.task.id
            else self._session.workspace.lab.next_open(opened.task.id, opened.batch.id)
        )
        if found is not None and found not in self._sealing:
            self.open_task(found)
        else:
            self.reload()
            self._navigator.toast(*onward(self._session, self._navigator, opened.task.id))

    def _submitted(self, found: Submitted, at: int) -> None:
        self._sealing.discard(found.task)
        self._ahead = None  # it may be this very task, as it was before
        if self.tasks is not None:
            self.tasks.put(at, found.row)
            self.row_changed.emit(at)
        self._unsaved.pop(found.task, None)
        opened = self._opened
        if opened is not None and opened.task.id == found.task:
            self.reload()
        else:
            self._navigator.toast(tr("Submitted, waiting to be sent."), (tr("Undo"), self.undoing.undo))

    def _not_submitted(self, task: TaskId, error: AssayError) -> None:
        self._sealing.discard(task)
        self._ahead = None
        self.open_task(task)
        if isinstance(error, Incomplete):
            self.lacking.emit()
        else:
            self._navigator.problem(error)

    # Where one is, and that one is there

    def moved(self, response: ResponseId, criterion: CriterionId | None) -> None:
        """The focus is here now; remembered a moment later."""
        if (response, criterion) != self._where:
            self._where = (response, criterion)
            self._place_soon.start()
        self.alive()

    def alive(self) -> None:
        """There was input."""
        if self._opened is not None:
            self._live.alive(self._opened.task.id)

    def pause(self) -> None:
        """The window or the screen is left: time stops, the place is kept."""
        if self._opened is not None:
            self._live.left(self._opened.task.id)
        if self._place_soon.isActive():
            self._remember()

    def _remember(self) -> None:
        self._place_soon.stop()
        if self._opened is not None:
            self._live.remember(self._opened.task.id, *self._where)

    # Ahead, counts and searches

    def _look_ahead(self) -> None:
        """Open the next task while nothing else is asked."""
        opened = self._opened
        if opened is None or self.undoing.under_way:
            return
        found = self._session.workspace.lab.next_open(opened.task.id, opened.batch.id)
        if found is not None and (self._ahead is None or self._ahead.task.id != found):
            self._ahead = self._as_last_seen(self._session.open(found))
        if self._ahead is not None:
            self.prepared.emit(self._ahead)
        self._place_soon.start()

    def count(self) -> None:
        """How much of the batch in front is left, soon."""
        if self.tasks is not None:
            self.beside.count_soon(self.tasks.batch)

    def find(self, query: str) -> None:
        """Search the batch."""
        self.beside.find(query, self._opened.batch.id if self._opened is not None else None)

    # The world outside

    def _world_changed(self, what: str) -> None:
        if not self._live.pending:
            self._unsaved.clear()
        if self.tasks is None:
            return
        self.beside.count_soon(self.tasks.batch, AT_REST_MS if what == "review" else SOON_MS)
        if what == "lab":
            self.tasks.reload()
            self._edited.clear()
            self.listed.emit()
            self._read_again()
        elif what == "review":
            for at in {*self._edited, self._place}:
                self.tasks.forget(at)
                self.row_changed.emit(at)
            if not self._live.pending:
                self._edited.clear()
        elif what not in SIGNED:
            self.tasks.forget_all()
            self.row_changed.emit(-1)

    def closed(self) -> None:
        """The lab is closed: nothing may come back from here."""
        self._opened = self.tasks = self._ahead = None
        for quiet in (self._ahead_soon, self._place_soon, self.beside):
            quiet.stop()
        self._live.changed.disconnect(self._world_changed)
        self._live.failed.disconnect(self._navigator.problem)
