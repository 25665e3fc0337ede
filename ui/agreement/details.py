"""What stands behind one square: the counts in words, what a low figure may mean, and the tasks that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.agreement.presenter import Details
from ui.i18n import number, tr, trn
from ui.theme.apply import ThemeHolder
from ui.widgets.chip import Chip
from ui.widgets.layout import Column, Row
from ui.widgets.notice import Banner
from ui.widgets.rows import RowData, RowList
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

if TYPE_CHECKING:
    from app.agreement.squares import Miss


class DetailsPanel(Surface):
    """opened: a task of the list was chosen (`Miss`)."""

    opened = Signal(object)

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "panel", spacing=10, margins=(20, 24, 20, 20))
        self._details: Details | None = None
        self._grader = Label(look, role="small", elide=True)
        self._label = Paragraph(look, role="criterion", weight=600)
        self._chip = Chip(look, tr("Bad if this is met"), icon="circle-alert", tone="bad")
        self._facts = Column(look, spacing=6)
        facts = QWidget()
        facts.setLayout(self._facts)
        self._hint = Banner(look, "warn", "triangle-alert", "")
        self._head = Label(look, tr("Tasks that differ"), role="section")
        self._count = Label(look, role="small", figures=True)
        self.rows = RowList(look, tr("Tasks that differ"))
        self.rows.chosen.connect(self._open)
        head, rest = QWidget(), QWidget()
        head.setLayout(Row(look, self._head, None, self._count))
        self._differ = (head, self.rows)
        rest.setLayout(Column(look, head, (self.rows, 1)))  # keeps its room where nothing differs
        self.body.add(self._grader, self._label, Row(look, self._chip, None), facts, self._hint, 4, (rest, 1))
        look.changed.connect(self._fit_rows)
        self._fit_rows()

    def show_details(self, found: Details | None) -> None:
        self._details = found
        self.setVisible(found is not None)
        if found is None:
            self.rows.set_source(0, lambda _: RowData(""))
            return
        self._grader.setText(found.grader)
        self._label.setText(found.label)
        self._chip.setVisible(found.is_negative)
        self._facts.clear()
        for name, value in found.facts:
            self._facts.add(self._fact(name, value))
        self._hint.set("warn", "triangle-alert", found.hint)
        self._hint.setVisible(bool(found.hint))
        for part in self._differ:
            part.setVisible(bool(found.misses))
        self._count.setText(trn("{n} verdict", "{n} verdicts", len(found.misses)))
        self.rows.set_source(len(found.misses), self._row)
        if found.misses:
            self.rows.set_current(0)

    def enter(self) -> bool:
        """The focus goes to the list; False if there is none."""
        if self._details is None or not self._details.misses:
            return False
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _row(self, at: int) -> RowData:
        if self._details is None:
            return RowData("")
        miss, words = self._details.misses[at]
        return RowData(miss.title or miss.task, words, icon="chevron-right", number=number(at + 1))

    def _fact(self, name: str, value: str) -> QWidget:
        box = QWidget()
        box.setAccessibleName(f"{name}: {value}")
        caption = Label(self._look, name, role="second", wrap=True)
        row = Row(self._look, (caption, 1), spacing=8)
        row.put(
            Label(self._look, value, role="strong", figures=True, wrap=len(value) > 24),
            Qt.AlignmentFlag.AlignTop,
        )
        box.setLayout(row)
        return box

    def _open(self, at: int) -> None:
        if self._details is not None:
            miss: Miss = self._details.misses[at][0]
            self.opened.emit(miss)

    def _fit_rows(self) -> None:
        self.rows.setMinimumHeight(3 * self.rows.row_height() + self._look.px(4))
