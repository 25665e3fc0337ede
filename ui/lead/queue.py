"""The lead's queue as a list shows it: the numbers of its cases, read in pages; which one is chosen."""

from __future__ import annotations

from array import array

from app.services import leading
from app.services.leading import QueueRow
from ui.live import LiveSession

PAGE, PAGES = 100, 8


class Queue:
    """show: all, blind, open or decided. chosen: a case's number, which stays chosen where it moves to; 0: none."""

    def __init__(self, live: LiveSession) -> None:
        self._live = live
        self._numbers = array("q")
        self._pages: dict[int, list[QueueRow]] = {}
        self.show = "all"
        self.chosen = 0
        self.todo = 0

    def read(self) -> None:
        session = self._live.session
        self._pages.clear()
        self._numbers = leading.queue_numbers(session, self.show)
        counts = leading.queue_counts(session)
        self.todo = sum(n for state, n in counts.items() if state != "decided")

    def forget(self) -> None:
        self._numbers = array("q")
        self._pages.clear()

    def __len__(self) -> int:
        return len(self._numbers)

    def row(self, at: int) -> QueueRow:
        page = at // PAGE
        if page not in self._pages:
            while len(self._pages) >= PAGES:
                del self._pages[next(iter(self._pages))]
            numbers = self._numbers[page * PAGE : page * PAGE + PAGE]
            self._pages[page] = leading.queue_rows(self._live.session, numbers)
        return self._pages[page][at % PAGE]

    def number(self, at: int) -> int:
        """Of the case at a line; 0: there is none."""
        return self._numbers[at] if 0 <= at < len(self._numbers) else 0

    def place(self, number: int) -> int:
        """Where a case stands now; -1: it is not in the list."""
        try:
            return self._numbers.index(number)
        except ValueError:
            return -1
