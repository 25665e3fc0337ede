"""Agreement's view: figures on top, criteria × graders below, what stands behind the chosen square beside."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.agreement.details import DetailsPanel
from ui.agreement.grid import AgreementGrid
from ui.agreement.presenter import AgreementPresenter
from ui.agreement.tiles import FigureTile, HeatRange
from ui.computing_view import ComputingView
from ui.i18n import number, tr
from ui.page import Page
from ui.theme.apply import ThemeHolder
from ui.widgets.bars import Crumb
from ui.widgets.button import Button
from ui.widgets.chip import KeyHint
from ui.widgets.choice import SegmentedControl
from ui.widgets.fields import Select
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Row
from ui.widgets.notice import announce
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

BESIDE, DETAILS = 900, 328
"""px at 100 %: from which width on the details stand beside, and how wide they are."""
WIDEST = 16_777_215
"""Qt's own: no limit."""


class AgreementScreen(Page):
    """A `ui.navigator.Screen`. reports_asked: the same as a report."""

    reports_asked = Signal()

    def __init__(self, look: ThemeHolder, presenter: AgreementPresenter) -> None:
        super().__init__(tr("Agreement"))
        self._look = look
        self._presenter = presenter
        self.batches = Select(look, tr("Batch"), [])
        self.batches.picked.connect(presenter.choose_batch)
        self.parts = SegmentedControl(
            look, tr("Criteria"),
            [("all", tr("All")), ("positive", tr("Positive")), ("negative", tr("Negative"))],
        )  # fmt: skip
        self.parts.chosen.connect(self._to_part)
        self.tags = Select(look, tr("By tag"), [])
        self.tags.picked.connect(self._to_tag)
        self.beside = SegmentedControl(
            look, tr("Compared with"), [("others", tr("The others")), ("decided", tr("The decision"))]
        )
        self.beside.chosen.connect(presenter.choose_beside)
        self._summary = Paragraph(look, role="second")
        self.waiting = ComputingView(look, presenter.work)
        self._tiles = Flow(look, spacing=12, equal=True)
        self.grid: AgreementGrid | None = None
        self._is_fresh = True
        self._place = Column(look, spacing=0)
        self.details = DetailsPanel(look)
        self.details.opened.connect(presenter.open)
        self._lay_out()
        self.wire((presenter.changed, self._show_now))

    def _lay_out(self) -> None:
        look = self._look
        choices, tiles, holder = QWidget(), QWidget(), QWidget()
        report = Button(look, tr("As a report"), icon="download")
        report.clicked.connect(self.reports_asked)
        choices.setLayout(Flow(look, self.batches, self.parts, self.tags, self.beside, report, spacing=8))
        tiles.setLayout(self._tiles)
        holder.setLayout(self._place)
        self._foot = QWidget()
        self._range = HeatRange(look)
        self._method = Label(look, role="small", figures=True)
        hints = Flow(look, self._range, self._method, KeyHint(look, "↑ ↓ ← →", tr("move")), spacing=16)
        hints.add(KeyHint(look, "Return", tr("the tasks behind it")))
        self._foot.setLayout(hints)
        self._inside = inside = Column(look, spacing=0, margins=(32, 22, 32, 28))
        title = Label(look, tr("How far the graders agree"), role="title")
        inside.add(
            title, 4, self._summary, 12, choices, 16, tiles, 16, self.waiting, holder, 10, self._foot, None
        )
        content, ground = QWidget(), Surface(look, "page", spacing=0)
        content.setLayout(inside)
        self._content = content
        self._scroll = ScrollArea(look, content, name=tr("Agreement"))
        ground.body.add((self._scroll, 1))
        self._box = Row(look, (ground, 1), self.details, spacing=0)
        self.setLayout(self._box)
        look.changed.connect(self._fit)

    # ui.navigator.Screen

    def crumbs(self) -> Sequence[Crumb]:
        batch = self._presenter.title
        return (Crumb(batch), Crumb(tr("Agreement"))) if batch else (Crumb(tr("Agreement")),)

    def entered(self) -> None:
        self._is_fresh = True
        self._presenter.refresh()
        self.batches.setFocus(Qt.FocusReason.OtherFocusReason)

    def closed(self) -> None:
        super().closed()
        self._presenter.closed()
        self._clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # Inside

    def _to_part(self, name: str) -> None:
        self._presenter.choose_slice(name)

    def _to_tag(self, tag: str) -> None:
        self._presenter.choose_slice(f"tag:{tag}" if tag else "all")

    def _show_now(self) -> None:
        presenter, found = self._presenter, self._presenter.overview
        had_focus = self.grid is not None and self.grid.hasFocus()
        self._show_choices()
        self._summary.setText(presenter.summary())
        self.waiting.show_state(there=bool(found and found.lines))
        self._clear()
        self._foot.setVisible(bool(found and found.lines))
        if found is not None and found.lines:
            self._show_grid(had_focus)

    def _show_grid(self, had_focus: bool) -> None:
        presenter, look, found = self._presenter, self._look, self._presenter.overview
        if found is None:
            return
        for name, figure in presenter.figures():
            self._tiles.add(FigureTile(look, name, figure, share=figure is found.observed))
        shares = [s.share for line in found.lines for s in line.squares if s.share is not None]
        self._range.set(min(shares, default=0.0), max(shares, default=1.0))
        self._method.setText(tr("Intervals: 95 %, {n} bootstrap samples over tasks", n=number(found.rounds)))
        names = [presenter.name(grader) for grader in found.graders]
        self.grid = AgreementGrid(look, found, presenter.labels(), names, presenter.nothing)
        self.grid.moved.connect(self._to_square)
        self.grid.opened.connect(lambda row, column: self._to_tasks())
        self._place.add(self.grid)
        row, column = presenter.lowest()
        self.grid.choose(row, column)
        if had_focus or self._is_fresh:
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self._is_fresh = False
        announce(self, presenter.summary())

    def _to_square(self, row: int, column: int) -> None:
        self.details.show_details(self._presenter.details(row, column))
        grid = self.grid
        if grid is not None:
            box = grid.square_rect()
            at = grid.mapTo(self._content, box.center())
            self._scroll.ensureVisible(at.x(), at.y(), 0, box.height())

    def _show_choices(self) -> None:
        presenter = self._presenter
        self.batches.offer([(one.batch, one.title) for one in presenter.batches])
        if presenter.batch:
            self.batches.choose(presenter.batch)
        if presenter.slice in ("all", "positive", "negative"):
            self.parts.choose(presenter.slice)
        self.tags.offer([("", tr("Any tag")), *((tag, tag) for tag in presenter.tags)])
        self.tags.choose(presenter.slice.removeprefix("tag:") if presenter.slice.startswith("tag:") else "")
        self.tags.setVisible(bool(presenter.tags))
        self.beside.choose(presenter.beside)
        self.beside.setVisible(presenter.has_decisions)

    def _clear(self) -> None:
        self._tiles.clear()
        self.details.show_details(None)
        if self.grid is not None:
            self._place.removeWidget(self.grid)
            self.grid.hide()
            self.grid.deleteLater()
            self.grid = None

    def _fit(self) -> None:
        """The details stand beside, or at the end of the page where there is no room."""
        px = self._look.px
        beside = self.width() >= px(BESIDE)
        home = self._box if beside else self._inside
        if home.indexOf(self.details) < 0:
            home.addWidget(self.details)
        self.details.setMinimumWidth(px(DETAILS) if beside else 0)
        self.details.setMaximumWidth(px(DETAILS) if beside else WIDEST)

    def _to_tasks(self) -> None:
        if self.details.enter():  # in view once what was just put in has its place
            QTimer.singleShot(0, self, lambda: self._scroll.show_part(self.details.rows))
