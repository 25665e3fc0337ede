"""The Grading screen: tasks, reading, judging.

    screen = GradingScreen(look, presenter, reading, RubricPanel(look, binder.key), FilesBeside(look, reading, …))
    screen.bind(binder)                       # every command of the table that belongs to a task
    screen.open_task(task, response, criterion)
    screen.restore_layout(sizes); screen.layout_changed.connect(remember)

Narrow windows fold the tasks to icons; where judging cannot keep its width beside the reading (large text) it
goes under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.commands import Scope
from app.domain.ids import CriterionId, ResponseId, TaskId
from app.domain.review import FlagKind
from app.services.reviewing import OpenTask
from ui.commands import CommandBinder
from ui.grading.files import FilesBeside
from ui.grading.find_sheet import FindSheet
from ui.grading.flag_panel import FlagPanel
from ui.grading.input_watch import InputWatch
from ui.grading.presenter import GradingPresenter, Showing
from ui.grading.task_panel import NARROW, WIDE, TaskPanel
from ui.i18n import number, tr
from ui.panels.reading.reading_panel import ReadingPanel
from ui.panels.rubric.panel import RubricPanel
from ui.panels.rubric.words import MARK_COMMAND
from ui.panels.spans.marking import Marking
from ui.theme.apply import ThemeHolder
from ui.widgets.bars import Crumb
from ui.widgets.layout import Column, Row
from ui.widgets.notice import Banner
from ui.widgets.scroll import Splitter
from ui.widgets.surface import Surface

READING, JUDGING = 520, 380
FOLD_BELOW = 1100
ROOMY = 660
"""px of reading that a folded window gives before judging gets more than its least."""
STARTS = (226, 756, 458)
SHEET = 420
READING_SHARE = 0.42
"""Of the height, where judging stands under the reading: the focused criterion with its verdicts must fit."""


class GradingScreen(QWidget):
    """A `ui.navigator.Screen`. layout_changed([tasks, reading, judging]) after a splitter was moved."""

    layout_changed = Signal(object)

    def __init__(
        self,
        look: ThemeHolder,
        presenter: GradingPresenter,
        reading: ReadingPanel,
        panel: RubricPanel,
        files: FilesBeside,
    ) -> None:
        super().__init__()
        self._look = look
        self._presenter = presenter
        self.reading = reading
        self.files = files
        self.panel = panel
        self.marking = Marking(look, reading, panel, presenter.new_id)
        self.tasks = TaskPanel(look)
        self.flags = FlagPanel(look)
        self.find_sheet = FindSheet(look)
        self.find_sheet.setParent(self)
        self.banner = Banner(look, "good", "circle-check", "", action=tr("Outbox"))
        self.banner_holder = QWidget()
        self._showing: Showing | None = None
        self._response = ""
        self._input = InputWatch(self)
        self._watched: QObject | None = None
        self._dragged = False
        self._stacked = self._compact = self._switching = False
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        look = self._look
        self.banner_holder.setLayout(Column(look, self.banner, margins=(24, 10, 24, 2)))
        self.banner_holder.setVisible(False)
        self._page = Surface(look, "page", spacing=0)
        self._page.body.add(self.banner_holder, (self.files, 1))
        self.panel.body.insertWidget(self.panel.body.count() - 1, self.flags)
        self._inner = Splitter(look, tr("Reading and judging"))
        self._inner.add(self._page, least=0, start=STARTS[1], grows=True)
        self._inner.add(self.panel, least=0, start=STARTS[2])
        self._outer = Splitter(look, tr("Tasks and task"))
        self._outer.add(self.tasks, least=0, start=STARTS[0])
        self._outer.add(self._inner, least=0, start=STARTS[1] + STARTS[2], grows=True)
        self.setLayout(Row(look, (self._outer, 1), spacing=0))

    def _connect(self) -> None:
        presenter, panel = self._presenter, self.panel
        presenter.shown.connect(self._show)
        self.files.left.connect(panel.take_focus)
        presenter.leaving.connect(panel.flush)
        presenter.reviewed.connect(panel.refresh)
        self.marking.follow(presenter)
        self.files.cited.connect(self.marking.cite)
        presenter.lacking.connect(panel.show_list)
        presenter.listed.connect(self._show_tasks)
        presenter.row_changed.connect(self.tasks.refresh)
        presenter.prepared.connect(self._prepare)
        presenter.beside.found.connect(self.find_sheet.show_hits)
        presenter.beside.counted.connect(lambda card: self.tasks.show_card(card, presenter.now))
        panel.changed.connect(presenter.edit)
        panel.place_moved.connect(self._moved)
        panel.submit_asked.connect(self.submit)
        self.reading.response_shown.connect(self._response_chosen)
        self.reading.place_changed.connect(presenter.alive)
        self.tasks.picked.connect(self._pick_task)
        self.flags.chosen.connect(self._flag)
        self.flags.closed.connect(self.leave_field)
        self.banner.acted.connect(presenter.go_outbox)
        self.find_sheet.asked.connect(presenter.find)
        self.find_sheet.picked.connect(self._go_to_hit)
        self.find_sheet.left.connect(self._close_find)
        self._outer.splitterMoved.connect(self._layout_moved)
        self._inner.splitterMoved.connect(self._layout_moved)
        self._input.seen.connect(presenter.alive)
        self._look.changed.connect(self._arrange)

    def bind(self, binder: CommandBinder) -> None:
        """Bind the commands of a task, and undo and redo, which reach over all tasks."""
        presenter, panel, reading = self._presenter, self.panel, self.reading
        for mark, command in MARK_COMMAND.items():
            binder.bind(command, partial(panel.press, mark))
        for command, call in (
            ("next-task", lambda: presenter.step_task(1)), ("previous-task", lambda: presenter.step_task(-1)),
            ("next-control", panel.next), ("previous-control", panel.previous),
            ("next-response", lambda: self._step_response(1)),
            ("previous-response", lambda: self._step_response(-1)),
            ("scroll", self._scroll), ("scroll-back", self._scroll_back),
            ("raw", reading.toggle_raw), ("side-by-side", reading.toggle_side_by_side),
            ("prompt", reading.toggle_prompt), ("guidelines", reading.toggle_guideline),
            ("find", reading.open_find),
            ("why", panel.head.toggle_why), ("flag", self.open_flags), ("submit", self.submit),
            ("count-up", lambda: panel.step(1)), ("count-down", lambda: panel.step(-1)),
            ("clear-answer", panel.clear), ("comment", panel.open_comment),
            ("confidence", panel.open_confidence), ("next-answer", panel.stands),
            ("undo", self.undo), ("redo", self.redo), ("leave", self.leave_field),
        ):  # fmt: skip
            binder.bind(command, self.marking.first(command, call))
        self.marking.bind(binder)
        self.files.bind(binder)
        for name in ("first-better", "second-better", "tie", "both-bad", "rank-up", "rank-down"):
            binder.bind(name, partial(panel.command, name))
        binder.bind("find-batch", self.find_sheet.open_sheet, enabled=self.isVisible)
        binder.bind_each("value", self._digit)

    # ui.navigator.Screen

    @property
    def widget(self) -> QWidget:
        return self

    @property
    def scopes(self) -> frozenset[Scope]:
        return frozenset({Scope.TASK, Scope.ANSWER})

    def crumbs(self) -> Sequence[Crumb]:
        showing = self._showing
        if showing is None:
            return ()
        place = tr("Task {n} of {total}", n=number(showing.place + 1), total=number(showing.total))
        return (Crumb(showing.opened.batch.title, self._presenter.go_desk), Crumb(place))

    def extras(self) -> Sequence[QWidget]:
        return ()

    def entered(self) -> None:
        self._arrange()
        self.panel.take_focus()
        self._presenter.alive()

    def flush(self) -> None:
        """What was typed goes to the file's queue."""
        self.panel.flush()
        self._presenter.pause()

    def closed(self) -> None:
        self.panel.flush()
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
        opened, notice = showing.opened, showing.notice
        self._showing = showing
        self.flags.setVisible(False)
        self.banner_holder.setVisible(notice is not None)
        if notice is not None:
            self.banner.set(notice.tone, notice.icon, notice.text, action=tr("Outbox"))
        self._switching = True
        self.panel.show_task(
            opened, showing.response, showing.criterion,
            hide_score=showing.hide_score, readonly=notice.short if notice is not None else "",
        )  # fmt: skip
        self._response = self.panel.place[0]
        self.reading.show_task(opened, self.panel.place[0])
        self.files.show_task(opened.task)
        self._switching = False
        self.tasks.set_current(showing.place)
        if self.isVisible():
            self.panel.take_focus()

    def _show_tasks(self) -> None:
        if self._presenter.tasks is not None:
            self.tasks.show_tasks(self._presenter.tasks)
            self.tasks.set_current(self._presenter.place)

    def _prepare(self, opened: OpenTask) -> None:
        self.panel.prepare(opened)
        self.reading.prepare(opened)

    def _moved(self, response: str, criterion: CriterionId | None) -> None:
        self._presenter.moved(ResponseId(response), criterion)
        if not self._switching and response != self._response:
            self._response = response
            self.reading.show_response(ResponseId(response))

    def _response_chosen(self, response: str) -> None:
        """By a tab of the reading panel."""
        self._response = response
        self.panel.show_response(ResponseId(response))

    # Commands

    def submit(self) -> None:
        self.panel.flush()
        self._presenter.submit()

    def undo(self) -> None:
        self.panel.flush()
        self._presenter.undo()

    def redo(self) -> None:
        self.panel.flush()
        self._presenter.redo()

    def open_flags(self) -> None:
        opened = self._presenter.opened
        if opened is not None and not opened.submitted:
            self.panel.flush()
            self.panel.close_list()
            self.flags.open_for(opened.review)

    def leave_field(self) -> None:
        """Esc: closes what lies over the task, else leaves the field; never the task."""
        if not self.find_sheet.isHidden():
            self._close_find()
        elif not self.flags.isHidden():
            self.flags.setVisible(False)
            self.panel.take_focus()
        elif not self.reading.leave_find() and not self.files.leave():
            self.panel.leave()

    def _flag(self, kind: FlagKind | None, reason: str) -> None:
        self.flags.setVisible(False)
        self.panel.take_focus()
        self._presenter.flag(kind, reason)

    def _digit(self, digit: int) -> None:
        if not self.flags.isHidden():
            self.flags.digit(digit)
        elif not self.marking.digit(digit):
            self.panel.digit(digit)

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
            at = order.index(self.panel.place[0]) + step
            if 0 <= at < len(order):
                self.panel.show_response(order[at])

    def _pick_task(self, place: int) -> None:
        if place != self._presenter.place:
            self._presenter.open_place(place)
        self.panel.take_focus()

    def _go_to_hit(self, task: str) -> None:
        self._close_find()
        self._presenter.open_task(TaskId(task))

    def _close_find(self) -> None:
        self.find_sheet.setVisible(False)
        self.panel.take_focus()

    # Room

    def restore_layout(self, sizes: Sequence[int]) -> None:
        """Widths of a session before: [tasks, reading, judging]."""
        if len(sizes) == len(STARTS) and all(size > 0 for size in sizes):
            self._outer.setSizes([sizes[0], sizes[1] + sizes[2]])
            self._inner.setSizes([sizes[1], sizes[2]])

    def _layout_moved(self) -> None:
        self._dragged = True
        if not self._stacked and not self._compact:
            self.layout_changed.emit([self._outer.sizes()[0], *self._inner.sizes()])

    def _arrange(self) -> None:
        """Fold and stack by the room there is; minimums are px at 100 % times the text size."""
        px, room = self._look.px, self.width()
        narrow = px(NARROW)
        compact = room < FOLD_BELOW or room < px(WIDE + READING + JUDGING)
        stacked = room - narrow < px(READING + JUDGING)
        self.tasks.setMinimumWidth(narrow if compact else px(WIDE))
        self.tasks.setMaximumWidth(narrow if compact else room // 2)
        self._page.setMinimumWidth(0 if stacked else px(READING))
        self._page.setMinimumHeight(px(44) if stacked else 0)
        self.panel.setMinimumWidth(0 if stacked else px(JUDGING))
        self.panel.set_low(stacked)
        if compact != self._compact:
            self._compact = compact
            self.tasks.set_compact(compact)
            if not compact:
                self._outer.setSizes([px(STARTS[0]), room - px(STARTS[0])])
        if compact and self._outer.sizes()[0] != narrow:
            self._outer.setSizes([narrow, room - narrow])
        if compact and not stacked:
            rest = room - narrow
            judging = max(px(JUDGING), min(px(STARTS[2]), rest - px(ROOMY)))
            self._inner.setSizes([rest - judging, judging])
        if stacked != self._stacked:
            self._stacked = stacked
            across = Qt.Orientation.Vertical if stacked else Qt.Orientation.Horizontal
            self._inner.setOrientation(across)
            self._dragged = False
            if not stacked:
                self._inner.setSizes([room - narrow - px(STARTS[2]), px(STARTS[2])])
        if stacked and not self._dragged:
            reading = round(self.height() * READING_SHARE)
            self._inner.setSizes([reading, self.height() - reading])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        px = self._look.px
        self.find_sheet.setGeometry(
            px(8), px(8), min(px(SHEET), self.width() - px(16)), self.height() - px(16)
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        handle = self.window().windowHandle()
        if handle is not None and handle is not self._watched:
            self._unwatch()
            handle.installEventFilter(self._input)
            self._watched = handle

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.panel.flush()
        self._presenter.pause()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self._presenter.pause()

    def _unwatch(self) -> None:
        if self._watched is not None:
            self._watched.removeEventFilter(self._input)
            self._watched = None
