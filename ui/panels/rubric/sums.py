"""What is said about all criteria together: score, open points, what is missing."""

from __future__ import annotations

from app.domain.checks import Missing
from app.domain.order import letter
from app.domain.questions import IDEAL
from app.domain.scoring.unscored import UNSCORED
from app.services.reviewing import OpenTask
from ui.panels.rubric.cursor import Cursor
from ui.panels.rubric.foot import BeforeSubmit, Foot, FootState
from ui.panels.rubric.score_head import ScoreHead


class Sums:
    """Keeps the head, the list of what is missing and the foot in step with one review."""

    def __init__(self, head: ScoreHead, before: BeforeSubmit, foot: Foot, submit_key: str) -> None:
        self._head = head
        self._before = before
        self._foot = foot
        self._submit_key = submit_key

    def show(self, opened: OpenTask, at: Cursor, *, hidden: bool, readonly: str, low: bool) -> None:
        """hidden: the batch or the person wants no score. low: there is no room for the head."""
        several = len(opened.order) > 1
        counted = opened.batch.policy.name != UNSCORED.name
        scored = not hidden and counted and (bool(at.leaves) or at.response == IDEAL)
        self._head.set_wanted(scored)
        if scored:
            name = letter(opened.order, at.response) if several and at.response in opened.order else ""
            score = opened.score(at.response)
            self._head.show_score(opened, at.response, at.outline, score, name)
        lacks = () if readonly else as_shown(opened)
        words = self._head.words if low else ""
        self._foot.say(FootState(lacks, several), readonly=readonly, score=words)
        if not self._before.isHidden():
            self._before.show_lacks(opened, at.outline, lacks, self._submit_key)

    def list_lacks(self, opened: OpenTask, at: Cursor) -> None:
        """Show what is missing, in place of why the score is so: there is room for one of them."""
        if self._head.unfolded:
            self._head.toggle_why()
        self._before.show_lacks(opened, at.outline, as_shown(opened), self._submit_key)


def as_shown(opened: OpenTask) -> tuple[Missing, ...]:
    """Everything that is missing, in the order of the responses on the screen; what is about all of them is last."""
    order = {response: at for at, response in enumerate(opened.order)}
    last = len(order)
    return tuple(sorted(opened.missing, key=lambda m: order.get(m.control.response or IDEAL, last)))
