"""The focused control of a kind: what it asks, its answer, what stands beside it. Each kind fills in its middle.

There is one card a kind, made when first needed and bound anew when the focus moves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.domain.controls import Control
from app.domain.review import Scalar
from app.domain.verdict import Mark
from app.services.reviewing import OpenTask
from ui.i18n import tr
from ui.panels.asking.note import Note
from ui.panels.asking.words import RestState, note_path, state_of
from ui.panels.rubric.texts import Statement, Texts
from ui.theme.apply import ThemeHolder
from ui.widgets.chip import KeyHint
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Row, stops
from ui.widgets.notice import InlineError
from ui.widgets.surface import FocusedCard
from ui.widgets.text import IconLabel, Label

KeyOf = Callable[[str], str]


class AskingCard(FocusedCard):
    """asked({path: value}, moves on) · wrote(path, text) · left() · response_picked(id) · resized() · write_asked().

    It answers the keys of `ui.panels.rubric.answers.Answers`; what a kind does not know does nothing.
    """

    asked = Signal(object, bool)
    wrote = Signal(str, str)
    left = Signal()
    response_picked = Signal(str)
    resized = Signal()
    write_asked = Signal()

    def __init__(self, look: ThemeHolder, texts: Texts, key_of: KeyOf) -> None:
        super().__init__(look)
        self.opened: OpenTask | None = None
        self.control: Control | None = None
        self.readonly = False
        self.state: RestState | None = None
        self._asked_note = self._low = False
        self._number = Label(look, role="quiet", figures=True)
        self._number.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self._text = Statement(look, texts, weight=500)
        self._help = Statement(look, texts, role="second")
        self._icon = IconLabel(look, "circle-dashed", "t3", 18)
        self.note = Note(look, self.note_name(), tr("Why? What should the lab know?"))
        self.error = InlineError(look)
        head = Row(look, spacing=8)
        head.put(self._number, Qt.AlignmentFlag.AlignTop)
        head.add((Column(look, self._text, self._help, spacing=2), 1))
        head.put(self._icon, Qt.AlignmentFlag.AlignTop)
        self.middle = Column(look, spacing=8)
        self._hints = QWidget()
        self._key_hints: dict[str, KeyHint] = {}
        flow = Flow(look, spacing=12)
        for key, words in self.hints(key_of):
            if key:
                self._key_hints[key] = KeyHint(look, key, words)
                flow.add(self._key_hints[key])
        self._hints.setLayout(flow)
        self.body.add(head, self.middle, self.error, self.note, self._hints)
        self.note.wrote.connect(self._note_typed)
        self.note.left.connect(self.left)
        self.note.resized.connect(self.resized)

    # What a kind says of itself

    def note_name(self) -> str:
        return tr("Comment")

    def at_hand(self) -> QWidget | None:
        """The part that is worked on, where the card has parts; it stays in view when the card has no room."""
        return None

    def tab_to(self) -> QWidget | None:
        """Where Tab leads from the card: to its first control, of several to choose from to the chosen one."""
        layout = self.layout()
        within = stops(layout) if layout is not None else ()
        first = next((w for w in within if w.isVisibleTo(self) and w.isEnabled()), None)
        group = first.group() if isinstance(first, QAbstractButton) else None
        return (group.checkedButton() or first) if group is not None else first

    def hints(self, key_of: KeyOf) -> list[tuple[str, str]]:
        """Keys and what they do."""
        return [(key_of("comment"), tr("comment")), (key_of("next-control"), tr("next"))]

    def help_text(self) -> str:
        return ""

    def note_need(self) -> tuple[bool, int]:
        """Whether the text beside the answer is needed now, and how many characters of it."""
        return False, 0

    def note_offered(self) -> bool:
        """Whether the field stands there without being asked for."""
        return False

    def show_answer(self) -> None:
        """The middle: its answer as it is now."""

    # Showing

    def bind(self, opened: OpenTask, control: Control, *, readonly: bool) -> None:
        """Show a control, or its new state."""
        moved = control != self.control or self.opened is None or opened.task is not self.opened.task
        before = self.state
        self.opened, self.control, self.readonly = opened, control, readonly
        self.state = state = state_of(opened, control)
        if moved:
            self._asked_note = False
            self.begun()
        if moved or state != before:
            self.error.say("")
        self.setAccessibleName(state.spoken)
        self._number.setText(state.number)
        self._number.setVisible(bool(state.number))
        self._number.setFixedWidth(self._look.px(22))
        self._number.setContentsMargins(0, self._look.px(3), 0, 0)
        self._text.say(self.full_text())
        help_text = self.help_text()
        self._help.say(help_text)
        self._help.setVisible(bool(help_text))
        self._icon.set_icon(state.icon, state.tone)
        self.show_answer()
        self._show_note()
        self._hints.setVisible(not readonly and not self._low)

    def set_low(self, low: bool) -> None:
        """Little height: no line of keys."""
        self._low = low
        self._hints.setVisible(not low and not self.readonly)

    def offer_key(self, key: str, on: bool) -> None:
        """Whether a key of the line of keys means something here."""
        if key in self._key_hints:
            self._key_hints[key].setVisible(on)

    def begun(self) -> None:
        """Another control is in focus than before."""

    def full_text(self) -> str:
        return self.state.text if self.state is not None else ""

    def _show_note(self) -> None:
        if self.control is None or self.opened is None:
            return
        path = note_path(self.control)
        text = self.opened.review.text(path) if path else ""
        needed, least = self.note_need()
        self.note.put(text, readonly=self.readonly, needed=needed, least=least)
        self.note.setVisible(bool(path) and (bool(text) or needed or self._asked_note or self.note_offered()))

    def value(self) -> Scalar | None:
        """The answer as it is kept."""
        if self.opened is None or self.control is None:
            return None
        return self.opened.review.values.get(self.control.path)

    def lacks_note(self) -> bool:
        """Whether the answer stands but its text does not yet."""
        needed, least = self.note_need()
        return needed and len(self.note.field.toPlainText().strip()) < max(least, 1)

    def refuse(self, words: str) -> None:
        """Say at the field why nothing was changed."""
        self.error.say(words, tr("Nothing was changed."))
        self.resized.emit()

    def ask(
        self, value: Scalar | None, *, moves: bool = True, more: Mapping[str, Scalar | None] | None = None
    ) -> None:
        self.error.say("")
        if self.control is not None:
            self.asked.emit({self.control.path: value, **(more or {})}, moves)

    # Answers

    def press(self, mark: Mark) -> None:
        """No verdict here."""

    def digit(self, digit: int) -> None:
        """No digits here."""

    def step(self, direction: int) -> None:
        """No steps here."""

    def command(self, name: str) -> None:
        """No key of its own."""

    def clear(self) -> None:
        self.ask(None, moves=False)

    def open_comment(self) -> None:
        if self.control is None or not note_path(self.control):
            return
        self._asked_note = True
        self.note.setVisible(True)
        self.note.write()
        self.resized.emit()

    def open_confidence(self) -> None:
        """Confidence is asked of criteria only."""

    def inner(self, direction: int) -> bool:
        return False

    def leave(self) -> None:
        """Nothing is open over it."""

    def writing(self) -> bool:
        return self.note.field.hasFocus()

    def words(self) -> str:
        return self.state.spoken if self.state is not None else ""

    def focused(self) -> QWidget | None:
        return self

    def ten_follows(self) -> bool:
        return False

    def forget(self) -> None:
        """No number is half typed."""

    def _note_typed(self, text: str) -> None:
        if self.control is not None:
            self.wrote.emit(note_path(self.control), text)
