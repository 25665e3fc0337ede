"""The Grading screen: tasks, reading, judging.

screen = GradingScreen(look, presenter, reading, RubricPanel(look, binder.key, supply), FilesBeside(look, …))
screen.bind(binder)                       # every command of the table that belongs to a task
screen.open_task(task, response, criterion)
screen.restore_layout(sizes); screen.layout_changed.connect(remember)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from app.commands import Scope
from app.domain.ids import CriterionId, ResponseId, TaskId
from app.services.reviewing import OpenTask
from ui.commands import CommandBinder
from ui.grading.cover import Cover
from ui.grading.input_watch import InputWatch
from ui.grading.judged import Judged
from ui.grading.over import OverTask
from ui.grading.presenter import GradingPresenter
from ui.grading.proposing import Proposing
from ui.grading.room import Room
from ui.grading.second import SecondView
from ui.grading.showing import Showing
from ui.grading.task_panel import TaskPanel
from ui.grading.writing import Writing
from ui.i18n import number, tr
from ui.page import Page
from ui.panels.attachments.beside import FilesBeside
from ui.panels.reading.reading_panel import ReadingPanel
from ui.panels.rubric.panel import RubricPanel
from ui.panels.rubric.words import MARK_COMMAND
from ui.panels.spans.marking import Marking
from ui.theme.apply import ThemeHolder
from ui.widgets.bars import Crumb
from ui.widgets.layout import Column, Row
from ui.widgets.notice import Banner
from ui.widgets.surface import Surface

IDEAL_VERDICTS = "/ideal/verdicts/"


class GradingScreen(Page):
    """A `ui.navigator.Screen`. layout_changed([tasks, reading, judging]) after a splitter was moved."""

    layout_changed = Signal(object)
    order_toggled = Signal()

    def __init__(
        self,
        look: ThemeHolder,
        presenter: GradingPresenter,
        reading: ReadingPanel,
        panel: RubricPanel,
        files: FilesBeside,
        writing: Writing,
    ) -> None:
        super().__init__("")  # the way here names the batch
        self._look = look
        self._presenter = presenter
        self.reading = reading
        self.files = files
        self.writing = writing
        self.panel = panel
        self.marking = Marking(look, reading, panel, presenter.new_id)
        self.judged = Judged(look, reading, panel)
        self.cover = Cover(look)
        self.by_item: Callable[[], bool] = lambda: False
        self.tasks = TaskPanel(look)
        self.proposing = Proposing(look, panel)
        self.second = SecondView(look, panel)
        self.over = OverTask(look, self, panel, presenter, reading.search.seek)
        self.banner = Banner(look, "good", "circle-check", "", action=tr("Outbox"))
        self.banner_holder = QWidget()
        self._showing: Showing | None = None
        self._binder: CommandBinder | None = None
        self._response = ""
        self._input = InputWatch(self)
        self._watched: QObject | None = None
        self._switching = False
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        look = self._look
        self.banner_holder.setLayout(Column(look, self.banner, margins=(24, 10, 24, 2)))
        self.banner_holder.setVisible(False)
        self._page = Surface(look, "page", spacing=0)
        self._page.body.add(self.banner_holder, (self.writing, 1))
        beside = self.writing.least_height
        self._room = Room(look, self.tasks, self._page, self.reading, beside, self.panel, self.cover)
        self.setLayout(Row(look, (self._room, 1), spacing=0))

    def _connect(self) -> None:
        presenter, panel = self._presenter, self.panel
        self.writing.follow(presenter)  # before the place in the task is said
        self.second.follow(presenter.second, presenter)
        presenter.shown.connect(self._show)
        for left in (self.files.left, self.writing.left, self.reading.sheet_closed):
            left.connect(panel.take_focus)
        presenter.leaving.connect(panel.flush)
        presenter.reviewed.connect(panel.refresh)
        self.marking.follow(presenter)
        panel.tail.write_asked.connect(self.writing.open)
        self.judged.follow(presenter)
        self.proposing.follow(presenter.proposals, presenter)
        self.cover.shown_asked.connect(presenter.aside.show)
        self.cover.declined.connect(presenter.aside.decline)
        self.files.cited.connect(self.marking.cite)
        self.marking.cited.connect(self.files.open_named)
        self.marking.panel.unfolded.connect(lambda on: self._room.favour_reading("marking", on))
        self.writing.busy.connect(lambda on: self._room.favour_reading("writing", on))
        presenter.lacking.connect(panel.show_list)
        presenter.listed.connect(self._show_tasks)
        presenter.row_changed.connect(self.tasks.refresh)
        presenter.prepared.connect(self._prepare)
        presenter.beside.counted.connect(lambda card: self.tasks.show_card(card, presenter.now))
        panel.changed.connect(presenter.edit)
        panel.place_moved.connect(self._moved)
        panel.lack_picked.connect(self.writing.go_to_lack)
        panel.submit_asked.connect(self.submit)
        self.reading.response_shown.connect(self._response_chosen)
        self.reading.search.criteria_too = True
        self.reading.search.sought.connect(lambda at: panel.go_to(panel.place[0], CriterionId(at)))
        self.reading.search.closed.connect(panel.take_focus)
        self.reading.place_changed.connect(presenter.alive)
        self.tasks.picked.connect(self._pick_task)
        self.banner.acted.connect(lambda: presenter.aside.follow(self._showing))
        self._room.layout_changed.connect(self.layout_changed)
        self._room.cramped.connect(self._cramped)
        self._input.seen.connect(presenter.alive)

    def bind(self, binder: CommandBinder) -> None:
        """Bind the commands of a task, and undo and redo, which reach over all tasks."""
        self._binder = binder
        presenter, panel, reading = self._presenter, self.panel, self.reading
        answering = panel.answering
        for mark, command in MARK_COMMAND.items():
            binder.bind(command, partial(answering.press, mark))
        for command, call in (
            ("next-task", lambda: presenter.step_task(1)), ("previous-task", lambda: presenter.step_task(-1)),
            ("next-control", panel.next), ("previous-control", panel.previous),
            ("next-response", lambda: self._step_response(1)),
            ("previous-response", lambda: self._step_response(-1)),
            ("scroll", self._scroll), ("scroll-back", self._scroll_back),
            *reading.going.commands(),
            ("why", panel.head.toggle_why), ("flag", self.over.open_flags), ("submit", self.submit),
            ("count-up", lambda: answering.step(1)), ("count-down", lambda: answering.step(-1)),
            ("clear-answer", answering.clear), ("comment", answering.open_comment),
            ("confidence", answering.open_confidence), ("next-answer", answering.stands),
            ("undo", self.undo), ("redo", self.redo), ("leave", self.leave_field),
        ):  # fmt: skip
            binder.bind(command, self.marking.first(command, call))
        for part in (self.marking, self.files, self.writing, self.proposing, self.second):
            part.bind(binder)
        self.over.bind(binder, lambda: self.isVisible() and not self.covered)
        for name in ("first-better", "second-better", "tie", "both-bad", "rank-up", "rank-down"):
            binder.bind(name, partial(answering.command, name))
        binder.bind("by-criterion", self.order_toggled.emit)
        binder.bind_each("value", self._digit)

    # ui.navigator.Screen

    @property
    def scopes(self) -> frozenset[Scope]:
        return frozenset() if self.covered else frozenset({Scope.TASK, Scope.ANSWER})

    @property
    def covered(self) -> bool:
        """A warning is to be read before the task."""
        return self._room.covered

    def crumbs(self) -> Sequence[Crumb]:
        showing = self._showing
        if showing is None:
            return ()
        place = tr("Task {n} of {total}", n=number(showing.place + 1), total=number(showing.total))
        return (Crumb(showing.opened.batch.title, self._presenter.go_desk), Crumb(place))

    def entered(self) -> None:
        self._room.arrange()
        self._take_focus()
        self._presenter.alive()
        self._presenter.count()

    def flush(self) -> None:
        """What was typed goes to the file's queue."""
        self.panel.flush()
        self.writing.flush()
        self.proposing.flush()
        self._presenter.pause()

    def closed(self) -> None:
        self.flush()
        super().closed()
        self._unwatch()
        self.files.closed()
        self._presenter.closed()

    def open_task(
        self, task: TaskId, response: ResponseId | None = None, criterion: CriterionId | None = None
    ) -> bool:
        """Show a task at a place; False when it is not there any more."""
        return self._presenter.open_task(task, response, criterion)

    # Showing

    def _show(self, showing: Showing) -> None:
        opened, notice, before = showing.opened, showing.notice, self._showing
        self._showing = showing
        self.banner_holder.setVisible(notice is not None and not self._room.is_cramped)
        if notice is not None:
            self.banner.set(notice.tone, notice.icon, notice.text, action=notice.action)
        self._cover(showing)
        if self.covered:
            return
        self._switching = True
        self.panel.by_item = self.by_item()
        self.panel.show_task(
            opened, showing.response, showing.criterion,
            hide_score=showing.hide_score, readonly=notice.short if notice is not None else "",
        )  # fmt: skip
        self._response = self.panel.place[0]
        self.reading.show_task(opened, self.panel.place[0])
        self.files.show_task(opened.task)
        self._switching = False
        self.tasks.set_current(showing.place)
        again = before is not None and before.opened.task.id == opened.task.id
        if self.isVisible() and not (again and self._is_written_in()):
            self._take_focus()

    def _is_written_in(self) -> bool:
        """Somebody types in a field here."""
        field = QApplication.focusWidget()
        writes = isinstance(field, QPlainTextEdit | QLineEdit) and not field.isReadOnly()
        return writes and field is not None and self.isAncestorOf(field) and field.isVisible()

    def _cover(self, showing: Showing) -> None:
        """Over the task, or off again; keys of a task are dead under it."""
        before = self.covered
        self._room.set_covered(bool(showing.warnings))
        if showing.warnings:
            self.over.leave()
            self.cover.say(showing.opened.batch.title, showing.warnings)
            self.tasks.set_current(showing.place)
        if self._binder is not None and self.isVisible() and (before or self.covered):
            self._binder.set_scopes(self.scopes)
            self._take_focus()

    def _take_focus(self) -> None:
        (self.cover if self.covered else self.panel).take_focus()

    def _show_tasks(self) -> None:
        if self._presenter.tasks is not None:
            self.tasks.show_tasks(self._presenter.tasks)
            self.tasks.set_current(self._presenter.place)

    def _prepare(self, opened: OpenTask) -> None:
        self.panel.prepare(opened)
        self.reading.prepare(opened, self.marking.prepare(opened) | self.judged.prepare(opened))
        self.writing.prepare(opened)
        self.tasks.prepare(self._presenter.place + 1)

    def _moved(self, response: str, criterion: CriterionId | None) -> None:
        self._presenter.moved(ResponseId(response), criterion)
        self.writing.show_graded((criterion or "").startswith(IDEAL_VERDICTS))
        if not self._switching and response != self._response:
            self._response = response
            self.reading.show_response(ResponseId(response))

    def _response_chosen(self, response: str) -> None:
        """By a tab of the reading panel."""
        self._response = response
        self.panel.show_response(ResponseId(response))

    # Commands

    def submit(self) -> None:
        if self.proposing.send() or self.second.send():
            return
        self.panel.flush()
        self.writing.flush()
        self._presenter.submit()

    def undo(self) -> None:
        self.panel.flush()
        self.writing.flush()
        self._presenter.undoing.undo()

    def redo(self) -> None:
        self.panel.flush()
        self._presenter.undoing.redo()

    def leave_field(self) -> None:
        """Esc: closes what lies over the task, else leaves the field; never the task."""
        if self.over.leave() or self.proposing.leave():
            return
        if not self.reading.leave_find() and not self.files.leave() and not self.writing.leave():
            self.panel.leave()

    def _digit(self, digit: int) -> None:
        if not (self.over.digit(digit) or self.proposing.digit(digit) or self.marking.digit(digit)):
            self.panel.answering.digit(digit)

    def _scroll(self) -> None:
        """A page of the response; at its end the next unanswered criterion."""
        if self.reading.scroll_page():
            self.panel.next_open()
        self._presenter.alive()

    def _scroll_back(self) -> None:
        self.reading.scroll_page(-1)

    def _step_response(self, step: int) -> None:
        opened = self._presenter.opened
        if opened is not None:
            order = opened.order
            at = (order.index(self.panel.place[0]) if self.panel.place[0] in order else 0) + step
            if 0 <= at < len(order):
                self.panel.show_response(order[at])

    def _pick_task(self, place: int) -> None:
        if place != self._presenter.place:
            self._presenter.open_place(place)
        self._take_focus()

    def on_input(self, call: Callable[[], None]) -> None:
        """Call on every key, click and move of the pointer while the screen is in its window."""
        self._input.seen.connect(call)

    # Room

    def restore_layout(self, sizes: Sequence[int]) -> None:
        """Widths of a session before: [tasks, reading, judging]."""
        self._room.restore(sizes)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._room.arrange()
        self.over.fit()

    def _cramped(self, cramped: bool) -> None:
        """In little height the foot alone says why nothing can be changed."""
        noticed = self._showing is not None and self._showing.notice is not None
        self.banner_holder.setVisible(noticed and not cramped)
        for part in (self.proposing, self.second, self.marking.panel):
            part.set_low(cramped)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        handle = self.window().windowHandle()
        if handle is not None and handle is not self._watched:
            self._unwatch()
            handle.installEventFilter(self._input)
            self._watched = handle

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.flush()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self._presenter.pause()

    def _unwatch(self) -> None:
        if self._watched is not None:
            self._watched.removeEventFilter(self._input)
            self._watched = None
