"""The tasks of the batch: icon, number, title, state in words; icons alone in a narrow window."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal

from app.services.desk import Card
from ui.grading.tasks import TaskPages
from ui.grading.words import row_data
from ui.i18n import day, duration, number, sentences, tr, trn
from ui.theme.apply import ThemeHolder
from ui.widgets.layout import Row
from ui.widgets.rows import RowData, RowList
from ui.widgets.surface import Surface, Well
from ui.widgets.text import IconLabel, Label, Paragraph

WIDE, NARROW = 180, 56


class TaskPanel(Surface):
    """picked(int): the place of the task that was chosen."""

    picked = Signal(int)

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "panel", margins=(10, 14, 10, 12), spacing=2)
        self._title = Label(look, tr("Tasks"), role="section")
        self._count = Label(look, role="quiet", figures=True)
        self.list = RowList(look, tr("Tasks"))
        self.list.chosen.connect(self.picked)
        self._well = Well(look)
        self._ready_icon = IconLabel(look, "circle-check", "good", 15)
        self._ready = Paragraph(look, role="strong")
        self._left = Paragraph(look, role="small")
        head = Row(look, spacing=6)
        head.add(self._ready_icon, (self._ready, 1))
        self._well.body.add(head, self._left)
        self._well.setVisible(False)
        self._counted = False
        self.body.add(
            Row(look, self._title, None, self._count, margins=(8, 0, 8, 0)), 8, (self.list, 1), 8, self._well
        )
        self._tasks: TaskPages | None = None
        self._compact = False

    @property
    def counted(self) -> str:
        """Tasks done, in words; empty until they are counted."""
        return self._count.text()

    @property
    def left(self) -> str:
        return self._left.text()

    def show_tasks(self, tasks: TaskPages) -> None:
        """Another batch: nothing of the one before stands there until it is counted."""
        if self._tasks is None or tasks.batch != self._tasks.batch:
            self._counted = False
            self._count.setText("")
            self._left.setText("")
            self._well.setVisible(False)
        self._tasks = tasks
        self.list.set_source(len(tasks), self._row)

    def show_card(self, card: Card, now: datetime) -> None:
        """How much is left at the expert's own pace; a count of another batch came too late."""
        if self._tasks is None or card.batch.id != self._tasks.batch:
            return
        self._counted = True
        self._count.setText(tr("{done} of {total}", done=number(card.done), total=number(card.tasks)))
        icon = ("circle-check", "good") if card.offline_ready else ("download", "t2")
        self._ready_icon.set_icon(*icon)
        self._ready.setText(
            tr("Ready for offline") if card.offline_ready else tr("Not all files are here yet")
        )
        left = card.tasks - card.done
        words = [
            trn("{n} task left, about {time} at your pace.", "{n} tasks left, about {time} at your pace.", left,
                time=duration(card.left_ms / 1000))
            if left
            else tr("Every task is done."),
            tr("Due {day}.", day=day(card.batch.due_at, now)) if card.batch.due_at is not None else "",
        ]  # fmt: skip
        self._left.setText(sentences(*words))
        self._well.setVisible(not self._compact)

    def set_current(self, place: int) -> None:
        if place >= 0:
            self.list.set_current(place)

    def prepare(self, place: int) -> None:
        """Draw the row that comes to the front next."""
        self.list.prepare(place, "panel")

    def refresh(self, place: int) -> None:
        """-1: all rows."""
        self.list.refresh(place if place >= 0 else None)

    def set_compact(self, compact: bool) -> None:
        self._compact = compact
        self.list.set_compact(compact)
        self._title.setVisible(not compact)
        self._count.setVisible(not compact)
        self._well.setVisible(self._counted and not compact)

    def _row(self, at: int) -> RowData:
        row = self._tasks.row(at) if self._tasks is not None else None
        return row_data(row, at + 1) if row is not None else RowData("…")
