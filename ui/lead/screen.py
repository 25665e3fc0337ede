"""Lead's view: the queue on the left, the board of the chosen task beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QStackedWidget

from app.commands import Scope
from app.services.reviewing import OpenTask
from ui.commands import CommandBinder
from ui.i18n import tr, trn
from ui.jobs import Jobs
from ui.lead.board import BoardView
from ui.lead.presenter import LeadPresenter
from ui.page import Page
from ui.theme.apply import ThemeHolder
from ui.widgets.bars import Crumb
from ui.widgets.choice import SegmentedControl
from ui.widgets.layout import Column, Row
from ui.widgets.notice import EmptyState
from ui.widgets.rows import RowList
from ui.widgets.scroll import Splitter
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

if TYPE_CHECKING:
    from ui.lead.reading import ReadingPage
    from ui.panels.attachments.files import Files


class LeadScreen(Page):
    """A `ui.navigator.Screen`."""

    def __init__(
        self,
        look: ThemeHolder,
        presenter: LeadPresenter,
        binder: CommandBinder,
        jobs: Jobs,
        files: Callable[[QObject], Files],
    ) -> None:
        """files: makes what opens the files of tasks that are read here."""
        super().__init__(tr("Lead board"))
        self._look, self._jobs, self._files, self._key = look, jobs, files, binder.key
        self.reading: ReadingPage | None = None
        self._presenter = presenter
        self._settling = False
        self._count = -1
        self._ruled: tuple[object, ...] = ()
        self.rows = RowList(look, tr("Queue"))
        self.rows.chosen.connect(self._open)
        self.rows.moved.connect(self._moved)
        self._todo = Label(look, role="small", figures=True)
        self.filter = SegmentedControl(
            look, tr("Show tasks"),
            [("all", tr("All")), ("blind", tr("Blind")), ("open", tr("Open")), ("decided", tr("Done"))],
        )  # fmt: skip
        self.filter.chosen.connect(presenter.set_show)
        queue = Surface(look, "panel", spacing=6, margins=(10, 16, 10, 10))
        head = Row(look, Label(look, tr("Queue"), role="section"), None, self._todo, margins=(8, 0, 8, 0))
        order = Paragraph(
            look, tr("Disputes and disagreements first, then the rest of the sample."), role="quiet"
        )
        queue.body.add(head, Column(look, order, margins=(8, 0, 8, 4)), self.filter, (self.rows, 1))
        self.board = BoardView(look, presenter, binder.key, jobs)
        self._empty = EmptyState(look, "")
        empty = Surface(look, "page", margins=(40, 40, 40, 40))
        empty.body.add(self._empty, None)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(self.board)
        split = Splitter(look, tr("Queue and board"))
        split.add(queue, least=236, start=272)
        split.add(self._pages, least=420, start=1100, grows=True)
        self.setLayout(Row(look, (split, 1), spacing=0))
        self.wire(
            (presenter.changed, self._show_queue),
            (presenter.board_changed, self._show_board),
            (presenter.stale, self._read_again),
            (presenter.reading, self._read),
        )
        self._bind(binder)

    def _bind(self, binder: CommandBinder) -> None:
        board, presenter = self.board, self._presenter
        for command, call in (
            ("override", board.override), ("return-work", board.give_back), ("guideline-gap", board.gap),
            ("close-case", board.decide), ("accept-work", board.accept.click), ("unrule", presenter.unrule),
            ("next-row", lambda: presenter.move(1)), ("previous-row", lambda: presenter.move(-1)),
            ("fold-agreed", presenter.toggle_agreed),
        ):  # fmt: skip
            binder.bind(command, call, enabled=self._rules)
        binder.bind("read-case", self._toggle_reading, enabled=lambda: presenter.is_open)
        binder.bind("next-case", lambda: self._step(1))
        binder.bind("previous-case", lambda: self._step(-1))
        binder.bind_each("adopt", lambda at: presenter.adopt(at + 1), enabled=self._adopts)

    def _rules(self) -> bool:
        """Whether keys rule: what is decided is in view."""
        return self._presenter.is_open and self._pages.currentWidget() is self.board

    def _adopts(self) -> bool:
        """A digit in a form is the form's."""
        return self._rules() and self.board.form is None

    # ui.navigator.Screen

    @property
    def scopes(self) -> frozenset[Scope]:
        return frozenset({Scope.LEAD})

    def crumbs(self) -> Sequence[Crumb]:
        title = self._presenter.heading()
        return (*super().crumbs(), Crumb(title)) if title else super().crumbs()

    def entered(self) -> None:
        self._presenter.refresh()
        if self.rows.currentIndex().row() < 0 and self._presenter.count:
            self.rows.set_current(0)
        place = self.board if self._presenter.is_open else self.rows
        place.setFocus(Qt.FocusReason.OtherFocusReason)

    def closed(self) -> None:
        super().closed()
        self.rows.set_source(0, self._presenter.row)
        if self.reading is not None:
            self.reading.closed()
        self._presenter.closed()

    # Inside

    def _read_again(self) -> None:
        if self.isVisible():
            self._presenter.refresh()

    def _moved(self, at: int) -> None:
        if not self._settling:
            self._presenter.choose(at)

    def _open(self, at: int) -> None:
        self._presenter.open(at)
        if self._presenter.is_open:
            self.board.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_board(self, task: str = "") -> None:
        """The board of a task, or of the first that waits for a decision; the queue where there is none."""
        at = self._presenter.find(task)
        self.filter.choose(self._presenter.queue.show)
        if at >= 0:
            self.rows.set_current(at)
            self._open(at)

    def _step(self, by: int) -> None:
        self._presenter.step(by)
        if self._presenter.is_open:
            self.board.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_queue(self) -> None:
        """What was chosen stays chosen, wherever it stands now."""
        presenter, at = self._presenter, self._presenter.at()
        self._settling = True
        if presenter.count != self._count:
            self._count = presenter.count
            self.rows.set_source(self._count, presenter.row)
        if at >= 0 and at != self.rows.currentIndex().row():
            self.rows.set_current(at)
        self._settling = False
        if at < 0:
            presenter.choose(self.rows.currentIndex().row())
        self.rows.refresh()
        self._todo.setText(trn("{n} to do", "{n} to do", presenter.queue.todo))
        self._show_empty()

    def _show_empty(self) -> None:
        if self._presenter.count:
            self._empty.set(tr("Choose a task. Enter opens it: to grade it blind, or its board."))
        else:
            self._empty.set(tr("Tasks that the lab’s sampling plan draws for you appear here."))

    def _toggle_reading(self) -> None:
        if self._rules():
            self._presenter.read()
        else:
            self._back()

    def _read(self, opened: OpenTask) -> None:
        if self.reading is None:
            from ui.lead.reading import ReadingPage

            self.reading = ReadingPage(self._look, self._jobs, self._files, self._key)
            self.reading.left.connect(self._back)
            self.reading.panel.refused.connect(self._presenter.tell)
            self._pages.addWidget(self.reading)
        place = self._presenter.place
        self._pages.setCurrentWidget(self.reading)
        self.reading.show_task(opened, place.response if place is not None else None)

    def _back(self) -> None:
        self._pages.setCurrentWidget(self.board)
        self.board.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_board(self) -> None:
        presenter = self._presenter
        ruled = (presenter.task, presenter.place, presenter.board)
        reads = self.reading is not None and self._pages.currentWidget() is self.reading
        if ruled != self._ruled:
            self._ruled, reads = ruled, False
            self.board.dismiss()
        if not reads:  # a sync that changed nothing here leaves her reading
            self._pages.setCurrentIndex(1 if presenter.is_open else 0)
        self.board.show_now()
