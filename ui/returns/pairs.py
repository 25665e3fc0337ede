"""One question: my answer beside theirs, and why."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.i18n import number, tr
from ui.returns.details import Pair, Side
from ui.theme.apply import ThemeHolder
from ui.widgets.chip import Chip
from ui.widgets.fields import TextField
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.text import IconLabel, Label, Paragraph

SIDE = 26
"""Where the words stand beside the number, in px at 100 %."""


class PairView(QWidget):
    def __init__(self, look: ThemeHolder, pair: Pair) -> None:
        super().__init__()
        self._look = look
        self.pair = pair
        said = "; ".join(f"{side.who}: {side.said}" for side in pair.sides)
        spoken = (f"{number(pair.number)}. {pair.text}", pair.where, said, pair.why)
        self.setAccessibleName(". ".join(part for part in spoken if part))
        self.reason = TextField(look, tr("Why mine stands, question {n}", n=pair.number),
                                placeholder=tr("Why mine stands"))  # fmt: skip
        self.reason.hide()
        head = Row(look, spacing=8)
        figure = Label(look, number(pair.number), role="small", figures=True)
        figure.setFixedWidth(look.px(SIDE - 8))
        head.put(figure, Qt.AlignmentFlag.AlignTop)
        head.add((Paragraph(look, pair.text, weight=500 if pair.differs else None), 1))
        if pair.where:
            head.put(Label(look, pair.where, role="small"), Qt.AlignmentFlag.AlignTop)
        if pair.differs:
            head.put(Chip(look, tr("differs"), tone="warn"), Qt.AlignmentFlag.AlignTop)
        body = Column(look, head, spacing=6, margins=(0, 12, 0, 12))
        below = (SIDE, 0, 0, 0)
        body.add(Row(look, *((self._side(side), 1) for side in pair.sides), spacing=16, margins=below))
        if pair.why:
            body.add(Row(look, (Paragraph(look, pair.why, role="second"), 1), margins=below))
        body.add(Row(look, (self.reason, 1), margins=below))
        self.setLayout(Column(look, Hairline(), body, spacing=0))

    def ask(self, on: bool) -> None:
        """Show the field for a reason."""
        self.reason.setVisible(on)
        if not on:
            self.reason.clear()

    def _side(self, side: Side) -> QWidget:
        look, holder = self._look, QWidget()
        verdict = Row(
            look,
            IconLabel(look, side.icon, side.tone, 16),
            (Label(look, side.said, tone=side.tone, wrap=True), 1),
            spacing=6,
        )
        column = Column(look, Label(look, side.who, role="small"), verdict, spacing=2)
        if side.comment:
            column.add(Paragraph(look, side.comment, role="second"))
        column.add(None)
        holder.setLayout(column)
        return holder
