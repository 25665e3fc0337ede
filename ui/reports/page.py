"""One report as widgets: a card a section, a plot or table a block, one section a turn of the event loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.agreement.reports.blocks import (
    Block,
    Distribution,
    Drift,
    Heat,
    Intervals,
    Report,
    Section,
    Table,
    Text,
)
from ui.i18n import tr, trn
from ui.reports.grids import HeatGrid, TableGrid
from ui.reports.plots import DistributionPlot, DriftPlot, IntervalPlot
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.flow import Flow
from ui.widgets.layout import Column
from ui.widgets.surface import Card
from ui.widgets.text import Label, Paragraph

MOST_TASKS = 24


class ReportPage(QWidget):
    """facts: (what, value) lines at the top. go: opens a task by its id. whole: every section stands."""

    def __init__(
        self, look: ThemeHolder, report: Report, facts: Sequence[tuple[str, str]], go: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._look = look
        self._go = go
        self.heats: list[HeatGrid] = []
        self.whole = False
        self._report = report
        self._sections = iter(report.sections)
        self._column = Column(look, spacing=16)
        head = Card(look, hero=True, spacing=10)
        lines = QWidget()
        lines.setLayout(Flow(look, *(self._fact(name, value) for name, value in facts), spacing=28))
        head.body.add(Paragraph(look, report.title, role="display"), lines)
        self._column.add(head)
        self.setLayout(self._column)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._grow)
        self._timer.start(0)

    def _grow(self) -> None:
        section = next(self._sections, None)
        if section is not None:
            self._column.add(self._card(section))
            return
        self._timer.stop()
        look, report = self._look, self._report
        foot = Card(look, hero=True, spacing=8)
        foot.body.add(
            Paragraph(look, tr("How this was made"), role="title"),
            Paragraph(look, report.method, role="second"),
            Paragraph(look, report.made_from, role="second"),
        )
        self._column.add(foot)
        self.whole = True

    def _card(self, section: Section) -> Card:
        card = Card(self._look, hero=True, spacing=8)
        card.body.add(Paragraph(self._look, section.title, role="title"))
        for block in section.blocks:
            self._add(card, block)
        return card

    def _fact(self, name: str, value: str) -> QWidget:
        box = QWidget()
        text = Label(self._look, value, role="body", figures=True)
        box.setLayout(Column(self._look, Label(self._look, name, role="small"), text, spacing=2))
        return box

    def _add(self, card: Card, block: Block) -> None:
        look = self._look
        if isinstance(block, Text):
            card.body.add(Paragraph(look, block.text))
            return
        card.body.add(8, Label(look, block.title, role="section"))
        if isinstance(block, Table):
            card.body.add(TableGrid(look, block))
        elif isinstance(block, Heat):
            self._add_heat(card, block)
        elif isinstance(block, Intervals):
            card.body.add(IntervalPlot(look, block))
        elif isinstance(block, Distribution):
            card.body.add(DistributionPlot(look, block))
        elif isinstance(block, Drift):
            card.body.add(DriftPlot(look, block))
        if block.note:
            card.body.add(Paragraph(look, block.note, role="second"))

    def _add_heat(self, card: Card, block: Heat) -> None:
        """Below the map stand the tasks of the square that was chosen."""
        heat = HeatGrid(self._look, block)
        below, buttons, said = QWidget(), QWidget(), Paragraph(self._look, role="second")
        flow = Flow(self._look, spacing=6)
        buttons.setLayout(flow)
        below.setLayout(Column(self._look, said, buttons, spacing=6))
        below.hide()

        def show(name: str, tasks: list[str]) -> None:
            flow.clear()
            said.setText(trn("{name}: {n} task differs", "{name}: {n} tasks differ", len(tasks), name=name))
            for task in tasks[:MOST_TASKS]:
                button = Button(self._look, task)
                button.setAccessibleName(tr("Open task {task}", task=task))
                button.clicked.connect(lambda checked=False, task=task: self._go(task))
                flow.add(button)
            below.show()

        heat.asked.connect(show)
        self.heats.append(heat)
        card.body.add(heat, below)
