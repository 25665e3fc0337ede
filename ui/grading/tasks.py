"""The tasks of one batch for the list: numbers for all of them, rows by pages, read when they are drawn."""

from __future__ import annotations

from array import array

from app.domain.ids import BatchId, TaskId
from app.services.session import Session
from app.services.values import TaskRow

PAGE = 64
PAGES = 40


class TaskPages:
    """Quick at 100,000 tasks: 8 bytes each, and the pages that were looked at."""

    def __init__(self, session: Session, batch: BatchId) -> None:
        self._lab = session.workspace.lab
        self.batch = batch
        self._numbers: array[int] = array("q")
        self._pages: dict[int, list[TaskRow]] = {}
        self.reload()

    def __len__(self) -> int:
        return len(self._numbers)

    def reload(self) -> None:
        """The lab's tables changed."""
        self._numbers = self._lab.numbers(self.batch)
        self._pages.clear()

    def forget(self, at: int) -> None:
        """The row at this place changed: it is read anew, the page is not."""
        rows = self._pages.get(at // PAGE)
        if rows is not None and at >= 0 and at % PAGE < len(rows):
            rows[at % PAGE] = self._lab.task_row(rows[at % PAGE].id)

    def put(self, at: int, row: TaskRow) -> None:
        """The row at this place is this one now, if it is still of the same task."""
        rows = self._pages.get(at // PAGE)
        if rows is not None and at >= 0 and at % PAGE < len(rows) and rows[at % PAGE].id == row.id:
            rows[at % PAGE] = row

    def forget_all(self) -> None:
        self._pages.clear()

    def row(self, at: int) -> TaskRow | None:
        page = at // PAGE
        rows = self._pages.get(page)
        if rows is None:
            while len(self._pages) >= PAGES:
                self._pages.pop(next(iter(self._pages)))
            rows = self._lab.rows(self._numbers[page * PAGE : (page + 1) * PAGE])
            self._pages[page] = rows
        return rows[at % PAGE] if at % PAGE < len(rows) else None

    def place_of(self, number: int) -> int:
        """The place of a task number, -1 if it is not there."""
        try:
            return self._numbers.index(number)
        except ValueError:
            return -1

    def task_at(self, at: int) -> TaskId | None:
        row = self.row(at) if 0 <= at < len(self) else None
        return row.id if row is not None else None
