"""Where else in a task some words stand: in responses that are not in front, and in criteria."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.ids import CriterionId, ResponseId
from app.domain.order import letter
from app.services.reviewing import OpenTask
from ui.i18n import tr, trn


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """responses: in the order they stand on the screen. criteria: in the order of the rubric."""

    opened: OpenTask
    responses: tuple[ResponseId, ...]
    criteria: tuple[CriterionId, ...]

    def words(self, front: ResponseId | None) -> str:
        """For the line of the search: "also in B · 2 criteria"; empty where it is nowhere else."""
        letters = ", ".join(letter(self.opened.order, r) for r in self.responses if r != front)
        n = len(self.criteria)
        criteria = trn("{n} criterion", "{n} criteria", n, n=n) if n else ""
        places = " · ".join(place for place in (letters, criteria) if place)
        return tr("also in {places}", places=places) if places else ""

    def after(self, front: ResponseId | None) -> ResponseId | None:
        """The next response after the one in front."""
        order = self.opened.order
        at = order.index(front) if front is not None and front in order else -1
        return next((r for r in self.responses if order.index(r) > at), None)


def find_elsewhere(opened: OpenTask, words: str, *, criteria: bool) -> Elsewhere:
    """Case ignored, as on the page. criteria: they can be gone to."""
    wanted = words.casefold()
    responses = [r for r in opened.order if wanted in opened.task.response(r).text.casefold()]
    asked = opened.task.rubric.leaves if criteria else ()
    return Elsewhere(opened, tuple(responses), tuple(c.id for c in asked if wanted in c.text.casefold()))
