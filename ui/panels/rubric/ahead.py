"""What showing a task needs, worked out before it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.ids import CriterionId, ResponseId
from app.services.reviewing import OpenTask
from ui.panels.rubric.cursor import Cursor, Outlines
from ui.panels.rubric.entries import Others, Rows
from ui.panels.rubric.sums import as_shown


@dataclass(slots=True)
class _Ready:
    """A task that is not shown yet: where its focus will be, and the states of its rows. at: None once taken."""

    opened: OpenTask
    at: Cursor | None
    rows: Rows
    hides_score: bool


class Ahead:
    """Cursors and rows of tasks: those of the next one are kept until it is shown.

    others: what others said of a task's criteria, as far as it is open to her.
    """

    def __init__(self) -> None:
        self.others: Callable[[OpenTask], Others] = lambda _: {}
        self._outlines = Outlines()
        self._ready: _Ready | None = None

    def work_out(self, opened: OpenTask, *, by_item: bool, hides_score: bool) -> tuple[Cursor, Rows]:
        """Score, rows and what is missing, before the task is shown: where one will be, and the rows there."""
        self._ready = None
        at = self.begin(opened, None, None, by_item=by_item)
        as_shown(opened)
        rows = self.rows(opened, at, hides_score=hides_score)
        self._ready = _Ready(opened, at, rows, hides_score)
        return at, rows

    def begin(
        self,
        opened: OpenTask,
        response: ResponseId | None,
        criterion: CriterionId | None,
        *,
        by_item: bool,
    ) -> Cursor:
        """The place to begin at; the one that was worked out, if no other is asked for.

        by_item: one criterion across the responses, then the next one.
        """
        ready = self._ready
        if ready is not None and ready.opened is opened and ready.at is not None:
            at, ready.at = ready.at, None
            if response is None and criterion is None and at.by_item is by_item:
                return at
        at = Cursor(opened, self._outlines.of(opened), by_item=by_item)
        at.start(opened, response, criterion)
        return at

    def rows(self, opened: OpenTask, at: Cursor, *, hides_score: bool) -> Rows:
        """The rows of a response; those that were worked out, if they are of this very review."""
        ready = self._ready if self._ready is not None and self._ready.opened is opened else None
        if ready is not None and ready.hides_score is hides_score and ready.rows.response == at.response:
            return ready.rows
        score = None if hides_score else opened.score(at.response)
        return Rows(at.outline, opened.review, at.response, score, self.others(opened))
