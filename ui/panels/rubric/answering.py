"""From keys and typing to answers: the breath after an answer, text that is still being typed, what is read only.

answering.press(Mark.MET); answering.digit(3); answering.step(+1); answering.open_comment()
answering.changed.connect(…)      # {path: value}

Text is buffered while it is typed and goes out at most 500 ms after the last key, or with `flush()`.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.domain.review import COMMENT, Scalar
from app.domain.verdict import Mark
from ui.panels.rubric.answers import Answers
from ui.panels.rubric.buffer import TextBuffer, once
from ui.panels.rubric.cursor import Spot
from ui.theme.apply import ThemeHolder

TEN_MS = 700
"""After a 1 on a scale that reaches ten: so long a 0 may follow."""


class Walk(Protocol):
    """Where one is, and where an answer leads."""

    @property
    def now(self) -> Answers:
        """Whom keys belong to."""

    @property
    def place(self) -> Spot: ...

    def next_open(self) -> bool: ...

    def beside(self, step: int) -> None: ...

    def reveal(self) -> None: ...

    def say(self, words: str) -> None:
        """To screen readers."""


class Answering(QObject):
    """changed({path: value})."""

    changed = Signal(object)

    def __init__(self, walk: Walk, look: ThemeHolder, parent: QObject) -> None:
        super().__init__(parent)
        self._walk = walk
        self._look = look
        self.readonly = ""
        self._buffer = TextBuffer(self)
        self._buffer.ready.connect(self.changed)
        self._breath = once(self, 0, self._breathe)

    def begin(self, readonly: str) -> None:
        """Another task. readonly: why nothing can be answered, or empty."""
        self._buffer.drop()
        self.pause()
        self.readonly = readonly

    # Keys

    def press(self, mark: Mark) -> None:
        """A verdict key on the focused control."""
        if self._may_answer():
            self._walk.now.press(mark)

    def command(self, name: str) -> None:
        """A key that some kinds of control know (see `Answers.command`)."""
        if self._may_answer():
            self._walk.now.command(name)

    def clear(self) -> None:
        """Make the focused control unanswered again."""
        if self._may_answer():
            self._walk.now.clear()

    def digit(self, digit: int) -> None:
        """A digit belongs to the focused control."""
        if digit == 0 and self._breath.isActive() and self._walk.now.ten_follows():
            self._breath.stop()
        if self._may_answer():
            self._walk.now.digit(digit)

    def step(self, direction: int) -> None:
        """+ and − on counts, scales and steps."""
        if self._may_answer():
            self._walk.now.step(direction)

    def stands(self) -> None:
        """Enter: the answer stands, next."""
        if self._breath.isActive():
            self._breathe()
        else:
            self._walk.beside(1)

    def open_comment(self) -> None:
        """On the control that is seen: while an answer breathes, the one that was just answered."""
        self._breath.stop()
        if self._may_answer():
            self._walk.now.open_comment()
            self._walk.reveal()

    def open_confidence(self) -> None:
        self._breath.stop()
        if self._may_answer():
            self._walk.now.open_confidence()

    def _may_answer(self) -> bool:
        """Whether the focused control takes an answer now; an answer while one breathes means the next one."""
        if self._walk.place[1] is None or self._said_readonly():
            return False
        if self._breath.isActive():
            self._breathe()
        self.flush()
        return True

    def _said_readonly(self) -> bool:
        if self.readonly:
            self._walk.say(self.readonly)
        return bool(self.readonly)

    # Answers

    def ask(self, values: dict[str, Scalar | None], moves: bool) -> None:
        """By a key or a click. A second click while the first answer breathes corrects it."""
        if self._said_readonly():
            return
        self._breath.stop()
        self.flush()
        self.changed.emit(values)
        self._walk.say(self._walk.now.words())
        if moves:
            breath = self._look.theme.motion.breath
            self._breath.start(max(breath, TEN_MS) if self._walk.now.ten_follows() else breath)

    def pause(self) -> None:
        """Nobody moves on by itself; half-typed numbers are dropped."""
        self._breath.stop()
        self._walk.now.forget()

    def _breathe(self) -> None:
        """After an answer: on to what is still open."""
        self.pause()
        self._walk.next_open()

    # Text

    def write(self, path: str, text: str) -> None:
        """A text as it is typed now."""
        if not self.readonly:
            self.pause()
            self._buffer.put(path, text)

    def write_task(self, text: str) -> None:
        """The comment on the task as it is typed now."""
        if not self.readonly:
            self._buffer.put(COMMENT, text)

    def writes(self, path: str) -> bool:
        """Whether a text is typed that did not go out yet."""
        return path in self._buffer

    def flush(self) -> None:
        """Hand out what was typed."""
        self._buffer.flush()
