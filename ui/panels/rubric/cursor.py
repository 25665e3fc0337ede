"""Where one is in a rubric, as plain values: response, criterion, which groups are folded."""

from __future__ import annotations

from app.domain.controls import Control, next_open
from app.domain.ids import CriterionId, ResponseId
from app.domain.questions import Panel
from app.services.reviewing import OpenTask
from ui.panels.rubric.entries import Entry, Outline

Spot = tuple[ResponseId, CriterionId | None]


class Cursor:
    """The place in one task; `leaves` is empty where the batch asks for no rubric."""

    def __init__(self, opened: OpenTask, outline: Outline) -> None:
        self.outline = outline
        self.leaves: tuple[CriterionId, ...] = outline.leaves if "rubric" in opened.task.panels else ()
        self.response = opened.order[0]
        self.criterion: CriterionId | None = None
        self.folded: frozenset[CriterionId] = frozenset()

    @property
    def spot(self) -> Spot:
        return self.response, self.criterion

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The lines of the list now."""
        return self.outline.shown(self.folded) if self.leaves else ()

    def start(self, opened: OpenTask, response: ResponseId | None, criterion: CriterionId | None) -> None:
        """Go to a place that was asked for, else to the first open criterion, else to the first one."""
        if response in opened.order and response is not None:
            self.response = response
            if criterion in self.leaves:
                self.criterion = criterion
                return
        found = None if opened.submitted else self.next_open(opened)
        if found is not None:
            self.response, self.criterion = found
        else:
            self.criterion = self.leaves[0] if self.leaves else None

    def next_open(self, opened: OpenTask) -> Spot | None:
        """The next unanswered criterion of any response, from here on and round."""
        if not self.leaves:
            return None
        at = opened.order.index(self.response)
        places = tuple(
            Control(Panel.RUBRIC, response, criterion)
            for response in opened.order[at:] + opened.order[:at]
            for criterion in self.leaves
        )
        here = Control(Panel.RUBRIC, self.response, self.criterion) if self.criterion else None
        found = next_open(opened.task, opened.review, places, here)
        return (found.response or self.response, CriterionId(found.item)) if found else None

    def beside(self, step: int) -> CriterionId | None:
        """The criterion `step` further; None at the end of the list."""
        at = self.leaves.index(self.criterion) if self.criterion in self.leaves else -1
        to = max(at + step, 0)
        return self.leaves[to] if to < len(self.leaves) else None

    def go(self, response: ResponseId, criterion: CriterionId | None) -> bool:
        """True if that is another place. Unfolds what would hide the criterion."""
        moved = (response, criterion) != self.spot
        self.response, self.criterion = response, criterion
        if criterion is not None:
            self.folded -= frozenset(self.outline.groups_of(criterion))
        return moved

    def toggle(self, group: CriterionId) -> None:
        """Fold or unfold; a fold over the focused criterion takes the focus to the first one in sight."""
        self.folded ^= frozenset((group,))
        if group in self.folded and self.criterion in self.outline.below.get(group, ()):
            sight = (c for c in self.leaves if not self.folded & set(self.outline.groups_of(c)))
            self.criterion = next(sight, None)


class Outlines:
    """The outlines of the last rubrics, so that going back and preparing cost nothing twice."""

    def __init__(self) -> None:
        self._kept: dict[int, Outline] = {}

    def of(self, opened: OpenTask) -> Outline:
        rubric = opened.task.rubric
        found = self._kept.get(id(rubric))
        if found is None or found.rubric is not rubric:
            while len(self._kept) >= 4:
                self._kept.pop(next(iter(self._kept)))
            found = self._kept[id(rubric)] = Outline(rubric)
        return found
