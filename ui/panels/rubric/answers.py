"""What keys and clicks mean on the focused criterion: its answers as leaves of the review."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.controls import Control
from app.domain.ids import CriterionId, ResponseId
from app.domain.review import Scalar, verdict_path
from app.domain.rubric import Kind
from app.domain.verdict import Confidence, Doubt, Mark
from app.services.reviewing import OpenTask
from ui.panels.rubric.buffer import Digits
from ui.panels.rubric.card import CriterionCard
from ui.panels.rubric.row import spoken


class Answers(Protocol):
    """Keys on the focused control. All return at once; what is decided goes out by signals of the whole."""

    def press(self, mark: Mark) -> None: ...

    def digit(self, digit: int) -> None: ...

    def step(self, direction: int) -> None: ...

    def command(self, name: str) -> None:
        """A key that only some kinds know: `first-better`, `second-better`, `tie`, `both-bad`, `rank-up`, …"""

    def clear(self) -> None: ...

    def open_comment(self) -> None: ...

    def open_confidence(self) -> None: ...

    def inner(self, direction: int) -> bool:
        """Whether the arrow key moved inside the control."""

    def leave(self) -> None:
        """Esc: choosers inside the control close."""

    def writing(self) -> bool: ...

    def words(self) -> str:
        """The control and its answer, as a screen reader says it."""

    def focused(self) -> QWidget | None:
        """What takes the keyboard."""

    def ten_follows(self) -> bool:
        """A 0 now makes ten of the 1 that was just typed."""

    def forget(self) -> None:
        """Half-typed numbers are dropped."""


class RubricAnswers(QObject):
    """asked({path: value}, moves on) · wrote(path, text) while it is typed."""

    asked = Signal(object, bool)
    wrote = Signal(str, str)

    def __init__(self, card: CriterionCard, parent: QObject) -> None:
        super().__init__(parent)
        self._card = card
        self._digits = Digits(self)
        self._opened: OpenTask | None = None
        self._response = ResponseId("")
        self._criterion: CriterionId | None = None
        card.valued.connect(self._value)
        card.wrote.connect(self._wrote)
        card.doubted.connect(self._doubt)
        card.sure.connect(self._sure)
        card.marked.connect(self.press)

    def put(self, opened: OpenTask, response: ResponseId, control: Control | None) -> None:
        """The criterion that keys belong to now; the card shows it."""
        self._opened, self._response = opened, response
        self._criterion = CriterionId(control.item) if control is not None else None

    def press(self, mark: Mark) -> None:
        if self._criterion is None or not self._card.allows(mark):
            return
        doubt = mark is Mark.CANNOT_JUDGE
        values: dict[str, Scalar | None] = {self._path("value"): str(mark)}
        if not doubt and self._has("reason"):
            values[self._path("reason")] = None
        self.asked.emit(values, not doubt)

    def digit(self, digit: int) -> None:
        card = self._card
        if card.counts and not card.choosing_confidence and not card.doubting:
            card.type_number(self._digits.add(digit))
        elif card.has_ten:
            card.digit(10 if self._digits.add(digit) == "10" else digit)
            if digit != 1:
                self._digits.forget()
        else:
            card.digit(digit)

    def step(self, direction: int) -> None:
        self._digits.forget()
        self._card.step(direction)

    def command(self, name: str) -> None:
        """A criterion knows none of them."""

    def clear(self) -> None:
        self.asked.emit({self._path("value"): None, self._path("reason"): None}, False)

    def open_comment(self) -> None:
        self._card.open_comment()

    def open_confidence(self) -> None:
        self._card.open_confidence(not self._card.choosing_confidence)

    def inner(self, direction: int) -> bool:
        return False

    def leave(self) -> None:
        if self._card.choosing_confidence:
            self._card.open_confidence(False)

    def writing(self) -> bool:
        return self._card.writing()

    def words(self) -> str:
        return spoken(self._card.state) if self._card.state is not None else ""

    def focused(self) -> QWidget | None:
        return self._card if self._criterion is not None else None

    def ten_follows(self) -> bool:
        return self._card.has_ten and self._digits.typed == "1"

    def forget(self) -> None:
        self._digits.forget()

    def _value(self, value: float) -> None:
        state = self._card.state
        if state is None:
            return
        count = state.entry.criterion.kind is Kind.COUNT
        values: dict[str, Scalar | None] = {self._path("value"): int(value) if count else value}
        if self._has("reason"):
            values[self._path("reason")] = None
        self.asked.emit(values, not self._card.counts)

    def _doubt(self, doubt: Doubt) -> None:
        self.asked.emit({self._path("reason"): str(doubt)}, True)

    def _sure(self, confidence: Confidence) -> None:
        self._card.open_confidence(False)
        self.asked.emit({self._path("confidence"): str(confidence)}, False)

    def _wrote(self, leaf: str, text: str) -> None:
        if self._criterion is not None:
            self.wrote.emit(self._path(leaf), text)

    def _path(self, leaf: str) -> str:
        return verdict_path(self._response, self._criterion or CriterionId(""), leaf)

    def _has(self, leaf: str) -> bool:
        return self._opened is not None and self._path(leaf) in self._opened.review.values


def take(widget: QWidget) -> None:
    """Give a control the keyboard."""
    widget.setFocus(Qt.FocusReason.OtherFocusReason)


def put_away(widget: QWidget, keeper: QWidget) -> None:
    """Hide a control. Its keyboard waits at `keeper`: Qt would give it to whatever comes next, a field perhaps."""
    held = QApplication.focusWidget()
    if held is not None and (held is widget or widget.isAncestorOf(held)):
        take(keeper)
    widget.setVisible(False)
