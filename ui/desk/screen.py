"""The Desk's view."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.commands import Scope
from ui.desk.cards import BatchCard, CardGrid
from ui.desk.heroes import ContinueCard, ShiftCard
from ui.desk.panel import LabsPanel
from ui.desk.presenter import DeskPresenter
from ui.i18n import tr
from ui.page import Page
from ui.theme.apply import ThemeHolder
from ui.widgets.choice import SegmentedControl
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.notice import EmptyState
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

PANEL, BESIDE = 232, 760


class DeskScreen(Page):
    """A `ui.navigator.Screen`. quarantine_asked: to see what was refused; authoring_asked: to write tasks."""

    quarantine_asked = Signal()
    authoring_asked = Signal()

    def __init__(self, look: ThemeHolder, presenter: DeskPresenter) -> None:
        super().__init__(tr("Desk"))
        self._look = look
        self._presenter = presenter
        self.panel = LabsPanel(look, presenter)
        self.panel.quarantine_asked.connect(self.quarantine_asked)
        self.panel.authoring_asked.connect(self.authoring_asked)
        self._greeting = Paragraph(look, role="display")
        self._truth = Paragraph(look, role="second")
        self.go_on = ContinueCard(look, presenter)
        self.shift = ShiftCard(look, presenter)
        self.shift.minutes.left.connect(lambda: self._first().setFocus(Qt.FocusReason.ShortcutFocusReason))
        self._heroes = Row(look, (self.go_on, 3), (self.shift, 2), spacing=16)
        self._filters = SegmentedControl(
            look, tr("Show batches"), [("open", tr("Open")), ("done", tr("Done")), ("all", tr("All"))]
        )
        self._filters.chosen.connect(presenter.set_filter)
        self._batches = Label(look, tr("Batches"), role="title")
        self._grid = CardGrid(look)
        self._empty = EmptyState(look, "")
        self._empty.acted.connect(presenter.fetch)
        self.cards: list[BatchCard] = []
        self._start: QWidget | None = None
        self._lay_out()
        self.wire((presenter.changed, self._show_now), (presenter.stale, self._read_again))

    def _lay_out(self) -> None:
        look = self._look
        grid, self._work = QWidget(), QWidget()
        grid.setLayout(self._grid)
        batches = Row(look, (self._batches, 1), self._filters, spacing=12)
        self._work.setLayout(Column(look, self._heroes, 20, batches, 12, grid, self._empty, spacing=0))
        centre = QWidget()
        centre.setLayout(
            Column(
                look,
                self._greeting,
                4,
                self._truth,
                20,
                self._work,
                None,
                spacing=0,
                margins=(40, 22, 40, 24),
            )
        )
        ground = Surface(look, "desk", spacing=0)
        ground.body.add((ScrollArea(look, centre, name=tr("Desk")), 1))
        self.setLayout(Row(look, self.panel, Hairline(upright=True), (ground, 1), spacing=0))

    # ui.navigator.Screen

    @property
    def scopes(self) -> frozenset[Scope]:
        return frozenset({Scope.DESK})

    def entered(self) -> None:
        self._presenter.refresh()
        self._take_focus()

    def closed(self) -> None:
        super().closed()
        self._presenter.closed()

    def plan_shift(self) -> None:
        """The command `shift`: into the field of minutes."""
        self.shift.minutes.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.shift.minutes.selectAll()

    # Inside

    def _take_focus(self) -> None:
        self._start = self._first()
        self._start.setFocus(Qt.FocusReason.OtherFocusReason)

    def _first(self) -> QWidget:
        if not self.go_on.isHidden() and not self._work.isHidden():
            return self.go_on.button
        items = self.panel.lab_items()
        return self.cards[0] if self.cards else items[0] if items else self.panel.add_lab

    def _read_again(self) -> None:
        """At once while it is in front; else when it is entered. The first work to come gets the focus."""
        if self.isVisible():
            is_at_start = self._start is not None and self._start.hasFocus()
            self._presenter.refresh()
            if is_at_start and self._first() is self.go_on.button:
                self._take_focus()

    def _show_now(self) -> None:
        presenter = self._presenter
        self.panel.show_now()
        self._greeting.setText(presenter.greeting)
        self._truth.setText(presenter.truth)
        self._truth.setVisible(bool(presenter.truth))
        self._work.setVisible(presenter.is_open)
        if not presenter.is_open:
            return
        self.go_on.show_now()
        self.shift.setVisible(presenter.place is not None)
        if presenter.place is not None:
            self.shift.show_now()
        self._filters.setVisible(presenter.has_batches)
        self._show_cards()

    def _show_cards(self) -> None:
        lines = self._presenter.batch_lines()
        for card, line in zip(self.cards, lines, strict=False):
            card.set(line)
        for line in lines[len(self.cards) :]:
            card = BatchCard(self._look, line)
            card.clicked.connect(self._open)
            self._grid.addWidget(card)
            self.cards.append(card)
        for card in self.cards[len(lines) :]:
            self._grid.removeWidget(card)
            card.hide()
            card.deleteLater()
        del self.cards[len(lines) :]
        self._empty.setVisible(not lines)
        if not lines:
            text, action = self._presenter.empty_words()
            self._empty.set(text, action=action)

    def _open(self) -> None:
        card = self.sender()
        if isinstance(card, BatchCard):
            self._presenter.open_batch(card.line.batch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        px = self._look.px
        panel = min(px(PANEL), max(200, self.width() * 3 // 10))
        self.panel.setFixedWidth(panel)
        way = QBoxLayout.Direction
        beside = self.width() - panel >= px(BESIDE)
        self._heroes.setDirection(way.LeftToRight if beside else way.TopToBottom)
