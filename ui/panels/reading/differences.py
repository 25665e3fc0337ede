"""What differs between the responses in view, marked word by word; a line over them says what the marks mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.ids import ResponseId
from app.domain.order import letter
from app.rendering.worddiff import Ranges
from app.services.reviewing import OpenTask
from ui.i18n import tr, trn
from ui.panels.reading.comparing import LONGEST, Comparing
from ui.panels.reading.marks import ADDED, REMOVED, Mark
from ui.theme.apply import ThemeHolder
from ui.widgets.notice import announce
from ui.widgets.surface import Surface
from ui.widgets.text import IconLabel, Label

if TYPE_CHECKING:
    from ui.panels.reading.reading_panel import ReadingPanel

LAYER = "differences"


class Differences(Surface):
    """Off until `toggle`; follows whatever responses are shown.

    In tabs the response in front is compared with the first one (the first with the second), side by side every
    column with the leftmost. What only the later one says is underlined, what only the earlier one says struck.
    """

    def __init__(self, look: ThemeHolder, comparing: Comparing, reading: ReadingPanel) -> None:
        super().__init__(look, "bar", across=True, margins=(40, 4, 24, 4), spacing=8)
        self._comparing = comparing
        self._reading = reading
        self.on = False
        self._words = Label(look, role="small", tone="t2", elide=True)
        self.body.add(IconLabel(look, "git-compare", "t3", 14), (self._words, 1))
        self.setVisible(False)
        comparing.ready.connect(self.again)
        reading.pages_changed.connect(self.again)

    def toggle(self, opened: OpenTask | None) -> None:
        """Mark what differs, or take the marks away."""
        if opened is None or (not self.on and len(opened.order) < 2):
            self._reading.refused.emit(tr("There is only one response."))
            return
        self.on = not self.on
        if not self.on:
            announce(self, tr("Differences are not marked any more."))
        self.again()

    @property
    def words(self) -> str:
        """What the line says."""
        return self._words.text()

    def say(self, words: str) -> None:
        """One line for the person."""
        self._words.setText(words)
        self.setVisible(True)

    def again(self) -> None:
        """Mark what is shown now."""
        opened = self._reading.opened
        if not self.on or opened is None or len(opened.order) < 2:
            self.setVisible(False)
            for _, page in self._reading.shown:
                page.show_marks((), LAYER)
            return
        shown = [(r, p) for r in opened.order for s, p in self._reading.shown if s == r]
        self.setVisible(bool(shown))
        if not shown:
            return
        front = self._reading.response or shown[0][0]
        if len(shown) > 1:
            base = shown[0][0]
            other = front if front != base else shown[1][0]
        else:
            base = opened.order[0] if front != opened.order[0] else opened.order[1]
            other = base
        for response, page in shown:
            against = other if response == base else base
            page.show_marks(self._marks(opened, response, against), LAYER)
        self._tell(opened, base, front if front != base else other)

    def _found(self, opened: OpenTask, a: ResponseId, b: ResponseId) -> tuple[Ranges, Ranges] | None:
        """Of the earlier and the later of two responses."""
        return self._comparing.differences(opened.task.response(a).text, opened.task.response(b).text)

    def _marks(self, opened: OpenTask, response: ResponseId, against: ResponseId) -> list[Mark]:
        earlier = opened.order.index(response) < opened.order.index(against)
        pair = (response, against) if earlier else (against, response)
        found = self._found(opened, *pair)
        if found is None:
            return []
        ranges, style = (found[0], REMOVED) if earlier else (found[1], ADDED)
        return [Mark(start, end, style) for start, end in ranges]

    def _tell(self, opened: OpenTask, one: ResponseId, other: ResponseId) -> None:
        earlier, later = sorted((one, other), key=opened.order.index)
        found = self._found(opened, earlier, later)
        if found is None:
            self.say(tr("Comparing…"))
            return
        texts = opened.task.response(earlier).text, opened.task.response(later).text
        if sum(map(len, texts)) > LONGEST:
            self.say(tr("These responses are too long to be compared."))
            return
        count = max(len(found[0]), len(found[1]))
        names = {"a": letter(opened.order, earlier), "b": letter(opened.order, later)}
        places = trn("{n} place differs", "{n} places differ", count) if count else tr("They say the same.")
        legend = tr("struck through: only in {a}; underlined: only in {b}", **names)
        words = f"{places} · {legend}" if count else places
        if self._words.text() != words:
            announce(self, words)
        self.say(words)
