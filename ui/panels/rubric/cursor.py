"""Where one is in a task, as plain values: the response shown, the control in focus, which groups are folded."""

from __future__ import annotations

from app.domain.controls import Control, control_at, controls, kept, next_open
from app.domain.ids import CriterionId, ResponseId
from app.domain.questions import IDEAL, Panel
from app.services.reviewing import OpenTask
from ui.panels.rubric.entries import Entry, Outline

Spot = tuple[ResponseId, CriterionId | None]
"""A response and, as it is kept (`app.domain.controls.kept`), the control in focus."""


class Cursor:
    """The place in one task. leaves: the criteria of its rubric; empty where the task asks for none.

    by_item: one criterion across the responses, then the next one.
    """

    def __init__(self, opened: OpenTask, outline: Outline, *, by_item: bool = False) -> None:
        self.outline = outline
        self.leaves: tuple[CriterionId, ...] = outline.leaves if opened.task.asks(Panel.RUBRIC) else ()
        self.response = opened.order[0]
        self.control: Control | None = None
        self.folded: frozenset[CriterionId] = frozenset()
        asked = opened.task.questions
        self._changes = asked.steps is not None or asked.ideal is not None
        self.controls: tuple[Control, ...] = ()
        self.walk(opened, by_item=by_item)

    def walk(self, opened: OpenTask, *, by_item: bool) -> None:
        """Put the controls in the order of by response or by criterion."""
        self.by_item = by_item
        self.controls = controls(opened.task, opened.review, opened.order, by_item=by_item)

    def follow(self, opened: OpenTask) -> None:
        """The review changed: some controls may be asked now, or no more."""
        if self._changes:
            self.walk(opened, by_item=self.by_item)

    @property
    def criterion(self) -> CriterionId | None:
        """The criterion in focus; None while another kind of control is."""
        control = self.control
        return CriterionId(control.item) if control is not None and control.panel is Panel.RUBRIC else None

    @property
    def spot(self) -> Spot:
        return self.response, kept(self.control) if self.control is not None else None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The lines of the list now."""
        return self.outline.shown(self.folded) if self.leaves or self.response == IDEAL else ()

    def start(self, opened: OpenTask, response: ResponseId | None, criterion: CriterionId | None) -> None:
        """Go to a place that was asked for, else to the first open control, else to the first one."""
        if response is not None and response in opened.order:
            self.response = response
        found = control_at(self.controls, response, criterion)
        if found is None and not opened.submitted:
            at = self._first_of(self.response)
            found = next_open(opened.task, opened.review, self.controls[at:] + self.controls[:at], None)
        if found is None and self.controls:
            found = self.controls[self._first_of(self.response)]
        if found is not None:
            self._focus(found)

    def _first_of(self, response: ResponseId) -> int:
        return next((i for i, c in enumerate(self.controls) if c.response == response), 0)

    def _focus(self, control: Control) -> None:
        self.control = control
        if control.response is not None:
            self.response = control.response

    def next_open(self, opened: OpenTask) -> Control | None:
        """The next unanswered control of any response, from here on and round."""
        return next_open(opened.task, opened.review, self.controls, self.control)

    def beside(self, step: int) -> Control | None:
        """The control `step` further; None at the end of all."""
        at = self.controls.index(self.control) if self.control in self.controls else -1
        to = max(at + step, 0)
        return self.controls[to] if to < len(self.controls) else None

    def at_response(self, response: ResponseId) -> Control | None:
        """The control to focus when another response is shown: the same one there, or one over all responses."""
        now = self.control
        if now is None or now.response is None:
            return now
        same = Control(now.panel, response, now.item)
        if same in self.controls:
            return same
        return next((c for c in self.controls if c.response == response), now)

    def find(self, response: ResponseId, criterion: CriterionId | None) -> Control | None:
        """The control of a spot."""
        return control_at(self.controls, response, criterion)

    def go(self, control: Control | None, response: ResponseId | None = None) -> bool:
        """True if that is another place. Unfolds what would hide the criterion."""
        before = (self.response, self.control)
        if response is not None:
            self.response = response
        if control is not None:
            self._focus(control)
        criterion = self.criterion
        if criterion is not None:
            self.folded -= frozenset(self.outline.groups_of(criterion))
        return before != (self.response, self.control)

    def toggle(self, group: CriterionId) -> None:
        """Fold or unfold; a fold over the focused criterion takes the focus to the first one in sight."""
        self.folded ^= frozenset((group,))
        if group in self.folded and self.criterion in self.outline.below.get(group, ()):
            sight = (c for c in self.leaves if not self.folded & set(self.outline.groups_of(c)))
            first = next(sight, None)
            self.control = Control(Panel.RUBRIC, self.response, first) if first is not None else None


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
