"""One text to read: rendered, or raw as it was written, with the reading place kept between the two.

page = TextPage(look, supply); page.show_text(response.text, "en", name="Response A")
page.set_raw(True)
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from app.rendering import tree
from app.rendering.code import language_of
from ui.panels.attachments.folding import FoldingCode
from ui.panels.reading.answer_view import AnswerView
from ui.panels.reading.code_view import CodeView
from ui.panels.reading.marks import Mark
from ui.panels.reading.positions import Positions, Run, units
from ui.panels.reading.raw import cut_positions
from ui.panels.reading.supply import Supply
from ui.theme.apply import ThemeHolder

GROUND = "page"


class TextPage(QStackedWidget):
    """scrolled: the reading place changed. filled: all of the text is there. pressed(offset): a click on the text."""

    scrolled = Signal()
    filled = Signal()
    link_asked = Signal(str)
    pressed = Signal(int)
    entered = Signal()

    def __init__(self, look: ThemeHolder, supply: Supply, *, left: int = 40) -> None:
        super().__init__()
        self._look = look
        self._supply = supply
        self.text = ""
        self.language = ""
        self._name = ""
        self.raw = False
        self._layers: dict[str, tuple[Mark, ...]] = {}
        self.answer = AnswerView(look, supply, left=left, ground=GROUND)
        self.code = FoldingCode(look, supply)
        self.addWidget(self.answer)
        self.addWidget(self.code)
        self.answer.filled.connect(self.filled)
        self.code.filled.connect(self._code_filled)
        self.answer.link_asked.connect(self.link_asked)
        self.code.link_asked.connect(self.link_asked)
        for view in (self.answer, self.code):
            view.verticalScrollBar().valueChanged.connect(self.scrolled)
            view.pressed.connect(self.pressed)
            view.entered.connect(self.entered)
        supply.parsed.connect(self._parsed)

    @property
    def view(self) -> AnswerView | CodeView:
        """What is seen now."""
        return self.code if self.currentWidget() is self.code else self.answer

    @property
    def complete(self) -> bool:
        """Nothing is still to be built."""
        return self.view.complete

    @property
    def document(self) -> tree.Document | None:
        """The parsed text; None while it is on its way."""
        return self._supply.document(self.text)

    def show_text(self, text: str, language: str = "", *, name: str = "", by_itself: bool = True) -> None:
        """Show a text from its beginning; at once where the same one stands already.

        by_itself: see `AnswerView.show_parts`; with False `work` builds it.
        """
        self._name = name
        self._say_name()
        if text != self.text or language != self.language:
            for layer in self._layers:
                self.show_marks((), layer)
            self.text, self.language = text, language
            self._show(0, by_itself)
        elif by_itself and self.view is self.answer:
            self.answer.carry_on()

    def shows(self, text: str, language: str) -> bool:
        return (text, language) == (self.text, self.language)

    def set_raw(self, raw: bool) -> None:
        if raw != self.raw:
            place = self.view.place()
            self.raw = raw
            self._show(place)

    def show_marks(self, marks: Iterable[Mark], layer: str = "") -> None:
        """Highlights and differences, in the rendered and in the raw view. layer: whose marks; each keeps its own."""
        self._layers[layer] = tuple(marks)
        shown = tuple(mark for layer in self._layers.values() for mark in layer)
        self.answer.show_marks(shown)
        self.code.show_marks(shown)

    def work(self, seconds: float) -> bool:
        """Build for about so long; True when nothing is left to do."""
        return self.view.work(seconds)

    def fold(self) -> bool:
        """Fold or unfold the code: the block of the caret, or all of the outermost; False if it is not code."""
        if self.view is not self.code or not self.code.regions():
            return False
        if not (self.code.hasFocus() and self.code.toggle()):
            self.code.fold_all(not self.code.folded)
        return True

    def step_across(self, direction: int) -> bool:
        """Move the wide table in view; False if there is none."""
        return self.view is self.answer and self.answer.step_across(direction)

    def draw_ahead(self) -> None:
        """Draw what will be seen first, before it is."""
        if self.view is self.answer:
            self.answer.ahead.draw()
        else:
            self.grab()

    def _show(self, place: int, by_itself: bool = True) -> None:
        self.code.forget()
        parsed = self._supply.document(self.text)
        alone = _only_code(parsed)
        if self.raw or parsed is None:
            self.code.show_text(self.text, self.language)
        elif alone is not None:
            self.code.show_code(alone.text, language_of(alone.info), _code_positions(parsed.source, alone))
        else:
            self.answer.show_text(self.text, self.language, by_itself=by_itself)
        front = self.code if self.raw or parsed is None or alone is not None else self.answer
        self.setCurrentWidget(front)
        front.go_to(place)
        self._say_name()

    def _parsed(self, text: str) -> None:
        if text == self.text and not self.raw:
            self._show(self.view.place())

    def _code_filled(self) -> None:
        if self.view is self.code:
            self.filled.emit()

    def _say_name(self) -> None:
        self.answer.setAccessibleName(self._name)
        self.code.setAccessibleName(self._name)


def _only_code(document: tree.Document | None) -> tree.Code | None:
    """The code of a text that is nothing but one code block."""
    match document:
        case tree.Document(blocks=(tree.Code(as_written=False) as code,)):
            return code
    return None


def _code_positions(source: str, code: tree.Code) -> Positions:
    positions, at = Positions(source), 0
    for run in code.runs:
        length = units(run.text)
        wide = run.text if length != len(run.text) else ""
        positions.add(Run(at, length, run.start, run.end, run.exact, wide if run.exact else "", run.text))
        at += length
    return cut_positions(positions, code.text)
