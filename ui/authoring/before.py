"""Before a task leaves: what is missing, what may name a person, and advice on the rubric. Each line leads there."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.services.authoring import LACKS, Standing, Suspect
from ui.authoring.words import doubt_words, passed_words, place_words, suspect_words
from ui.i18n import sentences, tr, tr_later, trn
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.notice import announce
from ui.widgets.surface import Card
from ui.widgets.text import IconLabel, Label, Paragraph


class BeforeLeaving(Card):
    """lack_picked(field) · suspect_picked(Suspect) · names_nobody(Suspect)."""

    lack_picked = Signal(str)
    suspect_picked = Signal(object)
    names_nobody = Signal(object)

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, spacing=8)
        self.setAccessibleName(tr("Before it leaves"))
        self._standing: Standing | None = None
        self._numbers: dict[str, int] = {}
        self._at = -1
        self._is_there = False
        self.links: list[Button] = []
        self.clears: list[Button] = []
        self._state = Paragraph(look, role="second")
        self._mark = IconLabel(look, "clock", "t2", 18)
        head = Row(look, spacing=8)
        head.put(self._mark, Qt.AlignmentFlag.AlignTop)
        head.add((self._state, 1))
        self._list = Column(look, spacing=8)
        lines = QWidget()
        lines.setLayout(self._list)
        self.body.add(Label(look, tr("Before it leaves"), role="section"), head, lines, None)

    def show_standing(self, standing: Standing | None, numbers: dict[str, int]) -> None:
        """numbers: criteria by id, as they are numbered. None: it is being looked through."""
        if standing is None or (standing, numbers) == (self._standing, self._numbers):
            return
        held = self._held()
        self._follow(standing)
        self._standing, self._numbers = standing, dict(numbers)
        self._list.clear()
        self.links, self.clears = [], []
        for lack in standing.lacks:
            self._add_lack(lack)
        if standing.suspects:
            self._list.add(Hairline(), Label(self._look, tr("May name a person"), role="strong"))
        for suspect in standing.suspects:
            self._add_suspect(suspect)
        self._add_advice(standing)
        self._say(standing)
        if held:
            self._take_again()

    def begin(self) -> None:
        """Another task: nothing is known of it yet."""
        self._standing, self._numbers, self._at, self._is_there = None, {}, -1, False
        self._list.clear()
        self.links, self.clears = [], []
        self._mark.set_icon("clock", "t2")
        self._state.setText(tr("It is being looked through."))

    def next_point(self) -> bool:
        """Go to what is open, one after the other; False when nothing is."""
        if not self.links:
            return False
        self._at = (self._at + 1) % len(self.links)
        self.links[self._at].click()
        return True

    def now(self) -> Suspect | None:
        """The suspect that was gone to last, while it is still one; one that was not looked at is never given."""
        standing = self._standing
        at = self._at - len(standing.lacks) if standing is not None else -1
        return standing.suspects[at] if standing is not None and self._is_there and at >= 0 else None

    # Inside

    def _follow(self, standing: Standing) -> None:
        """Where one was, among what is open now; gone: the one that took its place is the next."""
        points = _points(self._standing) if self._standing is not None else []
        if not 0 <= self._at < len(points):
            return
        now = _points(standing)
        last = points[self._at]
        self._is_there = self._is_there and last in now
        self._at = now.index(last) if last in now else self._at - 1

    def _say(self, standing: Standing) -> None:
        lacks, suspects = len(standing.lacks), len(standing.suspects)
        if standing.ready:
            words = passed_words(standing.cleared)
            self._mark.set_icon("shield-check", "good")
        else:
            said = [trn("{n} thing is missing.", "{n} things are missing.", lacks)] if lacks else []
            if suspects:
                said.append(trn("{n} place may name a person.", "{n} places may name a person.", suspects))
            words = sentences(*said)
            self._mark.set_icon("triangle-alert", "warn")
        self._state.setText(words)
        announce(self, words)

    def _add_lack(self, lack: str) -> None:
        link = Button(self._look, tr_later(LACKS[lack]), kind="link")
        link.clicked.connect(partial(self._go_to_lack, lack))
        self.links.append(link)
        self._list.add(Row(self._look, link, None))

    def _add_suspect(self, suspect: Suspect) -> None:
        look, words = self._look, suspect_words(suspect)
        link = Button(look, place_words(suspect.where, self._numbers), kind="link")
        link.setAccessibleName(f"{words}, {place_words(suspect.where, self._numbers)}")
        clear = Button(look, tr("It names nobody"))
        clear.setAccessibleDescription(words)
        link.clicked.connect(partial(self._go, suspect))
        clear.clicked.connect(partial(self.names_nobody.emit, suspect))
        self.links.append(link)
        self.clears.append(clear)
        acts = QWidget()
        acts.setLayout(Flow(look, link, clear, spacing=8))
        self._list.add(Column(look, Paragraph(look, words, role="body"), acts, spacing=2))

    def _go_to_lack(self, lack: str) -> None:
        if self._standing is not None:
            self._at, self._is_there = self._standing.lacks.index(lack), True
        self.lack_picked.emit(lack)

    def _go(self, suspect: Suspect) -> None:
        standing = self._standing
        if standing is not None and suspect in standing.suspects:
            self._at, self._is_there = len(standing.lacks) + standing.suspects.index(suspect), True
        self.suspect_picked.emit(suspect)

    def _add_advice(self, standing: Standing) -> None:
        """Of the rubric as a whole; a criterion's own stands beside it."""
        whole = [doubt for doubt in standing.doubts if doubt.criterion is None]
        if whole:
            self._list.add(Hairline(), Label(self._look, tr("Advice on the rubric"), role="strong"))
        for doubt in whole:
            row = Row(self._look, spacing=6)
            row.put(IconLabel(self._look, "info", "unsure", 16), Qt.AlignmentFlag.AlignTop)
            row.add((Paragraph(self._look, doubt_words(doubt, self._numbers), role="second"), 1))
            self._list.add(row)

    def _held(self) -> bool:
        now = QApplication.focusWidget()
        return now is not None and self.isAncestorOf(now)

    def _take_again(self) -> None:
        """The focus stays here, on what is to be looked at next."""
        for button in (*self.clears, *self.links):
            button.setFocus(Qt.FocusReason.OtherFocusReason)
            return


def _points(standing: Standing) -> list[tuple[str, str]]:
    """What is open, in the order of the list; places may move while one writes, words and field do not."""
    return [(lack, "") for lack in standing.lacks] + [(s.where, s.found.text) for s in standing.suspects]
