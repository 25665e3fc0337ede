"""What is still open, the Submit button, and the list of what is missing, each line a link to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.domain.checks import Lack, Missing
from app.domain.questions import Panel
from app.services.reviewing import OpenTask
from ui.i18n import tr, trn
from ui.panels.asking.lacks import lack_row
from ui.panels.rubric.entries import Outline
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button, IconButton
from ui.widgets.chip import KeyCap
from ui.widgets.layout import Column, Row
from ui.widgets.notice import announce
from ui.widgets.rows import RowData, RowList
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

MOST_ROWS, LOW_ROWS = 5, 2
REASONS = (Lack.NO_REASON, Lack.NO_JUSTIFICATION, Lack.TOO_SHORT)


@dataclass(frozen=True, slots=True)
class FootState:
    """What the foot says. lacks: everything to look at, in the order of the list."""

    lacks: tuple[Missing, ...]
    several: bool

    @property
    def unanswered(self) -> int:
        return sum(m.lack is Lack.UNANSWERED for m in self.lacks)

    @property
    def other(self) -> tuple[Missing, ...]:
        return tuple(m for m in self.lacks if m.lack is not Lack.UNANSWERED)


class BeforeSubmit(Surface):
    """Inline over the foot, never a dialog. picked(Missing) when a line is chosen."""

    picked = Signal(object)
    closed = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "tail", margins=(12, 10, 12, 8), spacing=4)
        self._title = Label(look, role="section")
        self._hint = Paragraph(look, role="small")
        close = IconButton(look, "x", tr("Close the list"), key="Esc")
        close.clicked.connect(self.closed)
        self._list = RowList(look, tr("Before you submit"))
        self._list.chosen.connect(self._pick)
        head = Row(look, (self._title, 1), close, margins=(8, 0, 0, 0))
        hint = Row(look, (self._hint, 1), margins=(8, 0, 8, 0))
        self.body.add(head, hint, self._list)
        self._opened: OpenTask | None = None
        self._outline: Outline | None = None
        self._lacks: tuple[Missing, ...] = ()
        self._most = MOST_ROWS
        self.setVisible(False)
        look.changed.connect(self._size_list)

    def show_lacks(
        self, opened: OpenTask, outline: Outline, lacks: Sequence[Missing], submit_key: str
    ) -> None:
        """Show or refresh the list; closes by itself when nothing is left."""
        self._opened, self._outline, self._lacks = opened, outline, tuple(lacks)
        blocking = sum(m.blocking for m in lacks)
        self._title.setText(tr("Before you submit"))
        self._hint.setText(
            trn("{n} point keeps this from being sent. Choose a line to go there.",
                "{n} points keep this from being sent. Choose a line to go there.", blocking)
            if blocking
            else tr("These contradict each other. Change them, or press {key} again.", key=submit_key)
        )  # fmt: skip
        self._list.set_source(len(self._lacks), self._row)
        self._list.refresh()
        self._size_list()
        was = self.isHidden()
        self.setVisible(bool(lacks))
        if was and lacks:
            announce(self, f"{self._title.text()}. {self._hint.text()}")

    def set_low(self, low: bool) -> None:
        """Little height: fewer lines at a time."""
        self._most = LOW_ROWS if low else MOST_ROWS
        self._size_list()

    def take_focus(self) -> None:
        self._list.setFocus()
        if self._lacks:
            self._list.set_current(0)

    def _row(self, at: int) -> RowData:
        if self._opened is None or self._outline is None or at >= len(self._lacks):
            return RowData("")
        return lack_row(self._opened, self._outline, self._lacks[at])

    def _pick(self, at: int) -> None:
        if at < len(self._lacks):
            self.picked.emit(self._lacks[at])

    def _size_list(self) -> None:
        rows = min(max(len(self._lacks), 1), self._most)
        self._list.setFixedHeight(self._list.row_height() * rows)


class Foot(Surface):
    """submit_asked · list_asked · why_asked, where the foot says the score."""

    why_asked = Signal()
    submit_asked = Signal()
    list_asked = Signal()

    def __init__(self, look: ThemeHolder, submit_key: str) -> None:
        super().__init__(look, "tail", across=True, margins=(20, 6, 14, 6), height=60)
        self._open = Button(look, "", kind="link")
        self._open.clicked.connect(self.list_asked)
        self._score = Button(look, "", kind="link")
        self._score.clicked.connect(self.why_asked)
        self._score.setVisible(False)
        self._done = Label(look, role="strong")
        self._more = Paragraph(look, role="quiet")
        self._submit = Button(look, tr("Submit"), kind="primary", key=submit_key, least=88)
        self._submit.clicked.connect(self.submit_asked)
        self._cap = KeyCap(look, submit_key)
        words = QWidget()
        self._line = Row(look, self._done, self._score, self._open, None, spacing=16)
        self._words = Column(look, None, self._line, self._more, None, spacing=1)
        words.setLayout(self._words)
        self.body.add((words, 1), self._cap, self._submit)

    def set_low(self, low: bool) -> None:
        """Little height: no air above and below, one line."""
        if low:
            self._line.insertWidget(3, self._more, 100, Qt.AlignmentFlag.AlignVCenter)
        else:
            self._words.insertWidget(2, self._more)
        self._least = (0, 45 if low else 60)
        self._fit()

    def say(self, state: FootState, *, readonly: str, score: str = "") -> None:
        """readonly: why nothing can be submitted now, or empty. score: in few words, where the head is folded."""
        self._score.set_words(score)
        self._score.setVisible(bool(score))
        n = state.unanswered
        self._done.setVisible(n == 0 or bool(readonly))
        self._open.setVisible(n > 0 and not readonly)
        self._done.setText(readonly or tr("All answered"))
        rubric = all(m.control.panel is Panel.RUBRIC for m in state.lacks)
        self._open.set_words(
            trn("{n} criterion open", "{n} criteria open", n)
            if rubric
            else trn("{n} answer open", "{n} answers open", n)
        )
        against = sum(m.lack is Lack.CONTRADICTORY for m in state.other)
        reasons = sum(m.lack in REASONS for m in state.other)
        lacking = len(state.other) - against - reasons
        more = [
            trn("{n} needs a reason", "{n} need a reason", reasons) if reasons else "",
            trn("{n} is not complete", "{n} are not complete", lacking) if lacking else "",
            trn("{n} contradicts another", "{n} contradict others", against) if against else "",
            tr("over all responses") if n and state.several and not state.other else "",
        ]
        text = "" if readonly else " · ".join(m for m in more if m)
        self._more.setText(text)
        self._more.setVisible(bool(text) and not score)
        self._submit.setVisible(not readonly)
        self._cap.setVisible(not readonly)
