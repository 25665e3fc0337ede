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
        scored = _is_scored(opened, at, hidden=hidden)
        self._head.set_wanted(scored)
        if scored:
            score = opened.score(at.response)
            self._head.show_score(opened, at.response, at.outline, score, _letter(opened, at))
        lacks = () if readonly else as_shown(opened)
        words = self._head.words if low else ""
        self._foot.say(FootState(lacks, len(opened.order) > 1), readonly=readonly, score=words)
        if not self._before.isHidden():
            self._before.show_lacks(opened, at.outline, lacks, self._submit_key)

    def prepare(self, opened: OpenTask, at: Cursor, *, hidden: bool) -> None:
        """Work out the words about a task that will be shown next."""
        if _is_scored(opened, at, hidden=hidden):
            self._head.prepare(opened, at.response, opened.score(at.response), _letter(opened, at))

    def list_lacks(self, opened: OpenTask, at: Cursor) -> None:
        """Show what is missing, in place of why the score is so: there is room for one of them."""
        if self._head.unfolded:
            self._head.toggle_why()
        self._before.show_lacks(opened, at.outline, as_shown(opened), self._submit_key)


def _is_scored(opened: OpenTask, at: Cursor, *, hidden: bool) -> bool:
    counted = opened.batch.policy.name != UNSCORED.name
    return not hidden and counted and (bool(at.leaves) or at.response == IDEAL)


def _letter(opened: OpenTask, at: Cursor) -> str:
    """Of the response in front, where there are several."""
    several = len(opened.order) > 1 and at.response in opened.order
    return letter(opened.order, at.response) if several else ""


def as_shown(opened: OpenTask) -> tuple[Missing, ...]:
    """Everything that is missing, in the order of the responses on the screen; what is about all of them is last."""
    order = {response: at for at, response in enumerate(opened.order)}
    last = len(order)
    return tuple(sorted(opened.missing, key=lambda m: order.get(m.control.response or IDEAL, last)))
