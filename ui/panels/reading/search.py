"""Find in task: over the prompt and what is in front, in reading order; then the other responses, then criteria."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.domain.ids import CriterionId, ResponseId
from app.services.reviewing import OpenTask
from ui.panels.reading.answer_view import AnswerView
from ui.panels.reading.code_view import CodeView
from ui.panels.reading.elsewhere import Elsewhere, find_elsewhere
from ui.panels.reading.find_bar import FindBar
from ui.panels.reading.prompt_panel import PromptPanel
from ui.theme.apply import ThemeHolder

View = AnswerView | CodeView


class Reading(Protocol):
    """What is searched, as far as the search has to know it."""

    @property
    def prompt(self) -> PromptPanel: ...
    @property
    def opened(self) -> OpenTask | None: ...
    @property
    def response(self) -> ResponseId | None: ...

    def choose(self, response: ResponseId) -> None: ...


class PanelSearch(QObject):
    """Steps through the prompt's places first, then the page's, then on to other responses and criteria.

    sought(criterion): the words stand in its text; only while `criteria_too`. closed(): the keyboard is free.
    """

    sought = Signal(str)
    closed = Signal()

    def __init__(
        self, look: ThemeHolder, bar: FindBar, reading: Reading, in_front: Callable[[], list[View]]
    ) -> None:
        """in_front: what is read besides the prompt."""
        super().__init__(bar)
        self._look = look
        self._bar = bar
        self._reading = reading
        self._in_front = in_front
        self._prompt = prompt = reading.prompt
        self.criteria_too = False
        self._elsewhere: Elsewhere | None = None
        self._criterion: CriterionId | None = None  # in which the place in front is
        self._marked: list[View] = []
        self._at = -1
        self._sought = ""  # words that somebody came for, until she types or steps on herself
        bar.asked.connect(self._find)
        bar.stepped.connect(self._step_on)
        prompt.filled.connect(self.again)
        look.changed.connect(self.again)

    @property
    def open_now(self) -> bool:
        return not self._bar.isHidden()

    def open(self) -> None:
        self._bar.open()
        self.again()

    def seek(self, words: str) -> None:
        """Open for these words, at their first place, however late and in how many pieces its text is drawn."""
        self._sought = words
        self._bar.field.setText(words)
        self.open()
        if not self._count():
            self._onward()

    def close(self) -> bool:
        """Take all marks away; False if nothing was open."""
        if not self.open_now:
            return False
        self._bar.setVisible(False)
        self._sought = ""
        self._clear()
        self.closed.emit()
        return True

    def again(self) -> None:
        """Search again: another text is in front, or more of it is there."""
        if self.open_now:
            self._prompt.fill()
            self._find(self._bar.field.text())

    def _views(self) -> list[View]:
        return [self._prompt.view, *self._in_front()]

    def _clear(self) -> None:
        for view in self._marked:
            view.finder.find("")
            view.setExtraSelections([])
        self._marked = []
        self._at = -1

    def _find(self, words: str) -> None:
        self._clear()
        self._marked = self._views()
        for view in self._marked:
            view.finder.find(words)
            view.finder.mark(self._look.theme)
        self._criterion = self._elsewhere = None
        opened = self._reading.opened
        if opened is not None and words:
            self._elsewhere = find_elsewhere(opened, words, criteria=self.criteria_too)
        if words != self._sought:
            self._sought = ""
        elif words and self._count():
            self._step(1)
        self._tell()

    def _tell(self) -> None:
        found = self._elsewhere
        self._bar.tell(self._at, self._count(), found.words(self._reading.response) if found else "")

    def _count(self) -> int:
        return sum(len(view.finder.places) for view in self._marked)

    def _step_on(self, direction: int) -> None:
        self._sought = ""
        self._step(direction)

    def _step(self, direction: int) -> None:
        total = self._count()
        if direction > 0 and (self._criterion is not None or self._at == total - 1) and self._onward():
            return
        self._criterion = None
        if not total:
            return
        if self._at < 0:
            self._at = self._first() if direction > 0 else total - 1
        else:
            self._at = (self._at + direction) % total
        left = self._at
        for view in self._marked:
            here = 0 <= left < len(view.finder.places)
            view.finder.at = left if here else -1
            view.finder.mark(self._look.theme)
            if here:
                if view is self._prompt.view:
                    self._prompt.set_folded(False)
                view.show_position(view.finder.places[left][0])
            left -= len(view.finder.places)
            if left < 0:
                left = -(10**9)
        self._tell()

    def _onward(self) -> bool:
        """Past the last place here: to the next response, then through the criteria, then to the first response."""
        found, front = self._elsewhere, self._reading.response
        if found is None:
            return False
        following = found.after(front) if self._criterion is None else None
        if following is None:
            done = found.criteria.index(self._criterion) + 1 if self._criterion is not None else 0
            left = found.criteria[done:]
            if left:
                self._criterion = left[0]
                self.sought.emit(left[0])
                return True
            self._criterion = None
            following = next(iter(found.responses), None)
        if following is None or following == front:
            return False
        self._sought = self._bar.field.text()  # it may be drawn late, or in pieces
        self._reading.choose(following)
        return True

    def _first(self) -> int:
        """The first place in front, at or after what is in view; else the first of all."""
        before = len(self._marked[0].finder.places)
        for view in self._marked[1:]:
            found = view.finder.step(1)
            if found >= 0:
                return before + found
        return 0
