"""The conversation above the responses: one line with its beginning, unfolded to all turns.

Long turns are there at once as they were written, and laid out when they are parsed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame

from app.domain.task import Turn
from ui.i18n import mark, tr, tr_later, trn
from ui.panels.inline import inline
from ui.panels.reading.answer_view import BETWEEN, AnswerView
from ui.panels.reading.code_view import CodeView
from ui.panels.reading.formats import direction_of
from ui.panels.reading.supply import Supply
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button, IconButton
from ui.widgets.drawn import TextLine
from ui.widgets.layout import Column
from ui.widgets.surface import Surface
from ui.widgets.text import Label

ROLE_WORDS = {
    "system": mark("System instructions"),
    "developer": mark("Developer instructions"),
    "user": mark("User"),
    "assistant": mark("Assistant"),
    "tool": mark("Tool"),
}
_SET_UP = ("system", "developer")
_EXCERPT = 300
_FENCE = re.compile(r"^[ ]{0,3}(?:```+|~~~+)[^\n]*$", re.MULTILINE)
"""A line that begins or ends code: no words of the person."""


class PromptPanel(QFrame):
    """folded_changed(bool): the person or a key folded or unfolded it. filled: all of the text is there.

    view: what is seen of the turns, laid out or as written.
    """

    folded_changed = Signal(bool)
    link_asked = Signal(str)
    filled = Signal()

    def __init__(self, look: ThemeHolder, supply: Supply) -> None:
        super().__init__()
        self._look = look
        self._turns: tuple[Turn, ...] = ()
        self._language = ""
        self.folded = True
        self._with_set_up = self._low = False
        self._arrow = IconButton(look, "chevron-right", tr("Unfold the prompt"), key="V")
        self._arrow.clicked.connect(self.toggle)
        self._excerpt = TextLine(look, role="second", tone="t2", elide=True)
        self._count = TextLine(look, role="quiet", figures=True)
        self._line = _Line(look)
        self._line.pressed.connect(self.toggle)
        self._line.body.add(self._arrow, Label(look, tr("Prompt"), role="strong"), (self._excerpt, 1), 16)
        self._line.body.add(self._count)
        self._set_up = Button(look, "", kind="link", icon="chevron-right")
        self._set_up.clicked.connect(self._toggle_set_up)
        self._ahead: tuple[Sequence[Turn], str] | None = None  # turns that come next, and their excerpt
        self._supply = supply
        self.answer = AnswerView(look, supply, name=tr("Prompt"), top=6, bottom=14)
        self.answer.link_asked.connect(self.link_asked)
        self.answer.filled.connect(self._filled)
        self._written: CodeView | None = None  # made when it is first needed
        self.view: AnswerView | CodeView = self.answer
        supply.parsed.connect(self._parsed)
        self._unfolded = Surface(look, "bar", spacing=0)
        head = Surface(look, "page", across=True, margins=(36, 2, 24, 0))
        head.body.add(self._set_up, None)
        self._set_up_row = head
        self._unfolded.body.add(head, (self.answer, 1))
        self._unfolded.setVisible(False)
        self.setLayout(Column(look, self._line, self._unfolded, spacing=0))
        look.changed.connect(self._fit)

    def show_turns(self, turns: Sequence[Turn], language: str = "") -> None:
        self._turns, self._language = tuple(turns), language
        self._with_set_up = False
        ahead, self._ahead = self._ahead, None
        text = ahead[1] if ahead is not None and ahead[0] is turns else _excerpt_of(turns)
        self._excerpt.setText(text)
        way = direction_of(text)
        if way != self._excerpt.layoutDirection():
            self._excerpt.setLayoutDirection(way)
        self._count.setText(trn("{n} turn", "{n} turns", len(turns)))
        self._line.setAccessibleName(f"{tr('Prompt')}: {text}")
        if not self.folded:
            self.fill()

    def prepare(self, turns: Sequence[Turn]) -> None:
        """Draw the folded line of the turns that will be shown next."""
        text = _excerpt_of(turns)
        self._ahead = turns, text
        if direction_of(text) == self._excerpt.layoutDirection():
            self._excerpt.prepare(text, "page")

    def toggle(self) -> None:
        self.set_folded(not self.folded)

    def set_folded(self, folded: bool) -> None:
        if folded == self.folded:
            return
        self.folded = folded
        self._arrow.set_icon("chevron-right" if folded else "chevron-down")
        self._arrow.set_name(tr("Unfold the prompt") if folded else tr("Fold the prompt"))
        if not folded:
            self.fill()
        self._unfolded.setVisible(not folded)
        self.folded_changed.emit(folded)

    def set_low(self, low: bool) -> None:
        """Little height: no folded line; another button folds and unfolds."""
        self._low = low
        self._line.setVisible(not low)

    def read_on(self, direction: int) -> None:
        """Further in the turns; unfolds them first."""
        self.set_folded(False)
        self.view.page(direction)

    def _toggle_set_up(self) -> None:
        self._with_set_up = not self._with_set_up
        self.fill()

    def fill(self) -> None:
        """Have all turns in `view`, folded or not: find looks there too."""
        hidden = [turn for turn in self._turns if turn.role in _SET_UP]
        self._set_up_row.setVisible(bool(hidden) and len(hidden) < len(self._turns))
        if hidden:
            words = tr_later(ROLE_WORDS[hidden[0].role])
            self._set_up.set_words(words)
            self._set_up.set_icon("chevron-down" if self._with_set_up else "chevron-right")
        every = self._with_set_up or len(hidden) == len(self._turns)
        shown = [turn for turn in self._turns if every or turn.role not in _SET_UP]
        labelled = [(tr_later(ROLE_WORDS.get(turn.role, turn.role)), turn.text) for turn in shown]
        if len(labelled) == 1:
            labelled = [("", labelled[0][1])]
        self.answer.show_parts(labelled, self._language)
        self._show_written(BETWEEN.join(text for _, text in labelled) if self.answer.waiting else "")
        self._fit()

    def _show_written(self, text: str) -> None:
        """The turns as they were written, in place of what is not parsed yet; an empty text ends that."""
        if text and self._written is None:
            self._written = CodeView(self._look, self._supply, name=tr("Prompt"))
            self._written.filled.connect(self._filled)
            self._unfolded.body.add((self._written, 1))
        if self._written is not None:
            self._written.show_text(text, self._language)
            self._written.setVisible(bool(text))
            self.answer.setVisible(not text)
        self.view = self._written if text and self._written is not None else self.answer

    def _parsed(self) -> None:
        """The view for parsed text was told first: it waits no more if this was the last."""
        if self.view is not self.answer and not self.answer.waiting:
            place, focused = self.view.place(), self.view.hasFocus()
            self._show_written("")
            self.answer.go_to(place)
            if focused:
                self.answer.setFocus()
            self._filled()

    def _filled(self) -> None:
        self._fit()
        self.filled.emit()

    def _fit(self) -> None:
        """As high as its text, up to two fifths of the panel it stands in."""
        above = self.parentWidget()
        room = above.height() if above is not None else self._look.px(600)
        high = self.view.document().size().height()  # of a plain text in lines
        need = round(high * self.view.fontMetrics().lineSpacing() if self.view is self._written else high) + 2
        least = self._look.px(90)
        self.view.setFixedHeight(max(min(need, room * 2 // 5), min(least, need)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.folded:
            self._fit()


def _excerpt_of(turns: Sequence[Turn]) -> str:
    """The beginning of what was asked last, on one line."""
    spoken = [turn for turn in turns if turn.role not in _SET_UP] or list(turns)
    last = next((turn for turn in reversed(spoken) if turn.role == "user"), spoken[-1] if spoken else None)
    plain = " ".join(_FENCE.sub("", last.text[: _EXCERPT * 2]).split()) if last else ""
    return inline(plain)[0][:_EXCERPT]


class _Line(Surface):
    """The folded line; a click anywhere on it folds or unfolds."""

    pressed = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "bar", across=True, spacing=8, margins=(31, 0, 24, 0), height=44)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()
