"""Find in task: over the prompt and what is in front, in reading order."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from ui.panels.reading.answer_view import AnswerView
from ui.panels.reading.code_view import CodeView
from ui.panels.reading.find_bar import FindBar
from ui.panels.reading.prompt_panel import PromptPanel
from ui.panels.reading.text_page import TextPage
from ui.theme.apply import ThemeHolder


class PanelSearch(QObject):
    """Steps through the prompt's places first, then the page's, and round again."""

    def __init__(
        self, look: ThemeHolder, bar: FindBar, prompt: PromptPanel, page: Callable[[], TextPage]
    ) -> None:
        super().__init__(bar)
        self._look = look
        self._bar = bar
        self._prompt = prompt
        self._page = page
        self._marked: list[AnswerView | CodeView] = []
        self._at = -1
        bar.asked.connect(self._find)
        bar.stepped.connect(self._step)
        prompt.filled.connect(self.again)
        look.changed.connect(self.again)

    @property
    def open_now(self) -> bool:
        return not self._bar.isHidden()

    def open(self) -> None:
        self._bar.open()
        self.again()

    def close(self) -> bool:
        """Take all marks away; False if nothing was open."""
        if not self.open_now:
            return False
        self._bar.setVisible(False)
        self._clear()
        return True

    def again(self) -> None:
        """Search again: another text is in front, or more of it is there."""
        if self.open_now:
            self._prompt.fill()
            self._find(self._bar.field.text())

    def _views(self) -> list[AnswerView | CodeView]:
        return [self._prompt.view, self._page().view]

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
        self._bar.tell(-1, self._count())

    def _count(self) -> int:
        return sum(len(view.finder.places) for view in self._marked)

    def _step(self, direction: int) -> None:
        total = self._count()
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
        self._bar.tell(self._at, total)

    def _first(self) -> int:
        """The first place that is in the page, at or after what is in view; else the first of all."""
        prompt, page = self._marked[0].finder, self._marked[1].finder
        found = page.step(1)
        return len(prompt.places) + found if found >= 0 else 0
