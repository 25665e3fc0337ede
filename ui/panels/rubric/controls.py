"""The controls of one criterion besides its verdict buttons: a number, a scale, and a few to choose from."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from app.domain.rubric import Criterion, Kind
from app.domain.verdict import MAX_COUNT, Verdict, on_scale
from ui.i18n import number, points, tr
from ui.panels.rubric.buffer import DIGITS_MS, once
from ui.panels.rubric.words import (
    MOST_BUTTONS,
    anchor_of,
    off_keys,
    off_scale,
    reaches_ten,
    scale_keys,
    scale_values,
)
from ui.theme.apply import ThemeHolder
from ui.widgets.button import IconButton, OptionButton
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Row
from ui.widgets.text import Label, Paragraph


class Stepper(QWidget):
    """A number with − and +; digits type it. asked: the number that is wanted now. refused: why it cannot be."""

    asked = Signal(float)
    refused = Signal(str)

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__()
        self._low, self._high, self._step = 0.0, float(MAX_COUNT), 1.0
        self._value: float | None = None
        self._whole = True
        self._begun = 0.0
        self._late = once(self, DIGITS_MS, self._give_up)
        self.less = IconButton(look, "minus", tr("One less"), key="-")
        self.more = IconButton(look, "plus", tr("One more"), key="+")
        self._shown = Label(look, role="title", figures=True)
        self._shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note = Label(look, role="quiet", figures=True, wrap=True)
        for button in (self.less, self.more):
            button.setProperty("kind", "plain")
        self.less.clicked.connect(lambda: self.step(-1))
        self.more.clicked.connect(lambda: self.step(1))
        self._look = look
        self.setLayout(Row(look, self.less, self._shown, self.more, 4, (self._note, 1), spacing=8))
        look.changed.connect(self._fit)
        self._fit()

    def bind(self, criterion: Criterion, verdict: Verdict) -> None:
        count = criterion.kind is Kind.COUNT
        self._low = 0.0 if count else criterion.low
        self._high = float(MAX_COUNT) if count or criterion.high is None else criterion.high
        self._step = 1.0 if count else criterion.step
        self._whole = count
        value = verdict.value
        self._late.stop()
        self._value = None if isinstance(value, str) or value is None else float(value)
        self._show()
        self._shown.setAccessibleName(tr("Not answered") if self._value is None else number(self._value))
        self._note.setText(self._words(criterion))

    def _show(self) -> None:
        self._shown.setText("–" if self._value is None else number(self._value))

    def _words(self, criterion: Criterion) -> str:
        if criterion.kind is not Kind.COUNT:
            ends = {"low": number(self._low), "high": number(self._high)}
            if self._step in (0, 1):
                return tr("{low} to {high}", **ends)
            return tr("{low} to {high} in steps of {step}", **ends, step=number(self._step))
        each = tr("{points} each", points=points(criterion.points))
        if criterion.high is None or criterion.negative:
            return each
        return tr("{each}, at most {n} count", each=each, n=number(criterion.high))

    def step(self, direction: int) -> None:
        """One more or one less; the first + of a count is one, the first − none."""
        step = self._step or 1.0
        if self._value is None:
            nothing_yet = self._low if self._whole or direction < 0 else self._low - step
            self._ask(nothing_yet + max(direction, 0) * step)
        elif self._value == (self._low if direction < 0 else self._high):
            self.refused.emit(self._off(self._value + direction * step))
        else:
            self._ask(self._value + direction * step)

    def _ask(self, value: float) -> None:
        """Ask for a value inside the bounds."""
        self.asked.emit(round(min(max(value, self._low), self._high), 9))

    def typed(self, digits: str) -> None:
        """Digits typed one after another: 1, then 12. What is no answer is refused, never brought to the next one."""
        value = float(int(digits))
        self._late.stop()
        if on_scale(value, self._low, self._high, self._step):
            self.asked.emit(value)
        elif self._begins(value):
            self._begun = value
            self._shown.setText(f"{number(value)} …")
            self._late.start()
        else:
            self._show()
            self.refused.emit(self._off(value))

    def _begins(self, value: float) -> bool:
        """Whether more figures make it a number that there is: 8 on the way to 85."""
        step, least, most = self._step or 1.0, value * 10, value * 10 + 9
        while 0 < least <= self._high:
            first = self._low + max(math.ceil((least - self._low) / step), 0) * step
            if first <= min(most, self._high):
                return True
            least, most = least * 10, most * 10 + 9
        return False

    def _give_up(self) -> None:
        """Nothing more was typed."""
        self._show()
        self.refused.emit(self._off(self._begun))

    def _off(self, value: float) -> str:
        if self._whole:
            low, high = number(self._low), number(self._high)
            return tr(
                "{value} is no count: one goes from {low} to {high}.", value=number(value), low=low, high=high
            )
        return off_scale(value, self._low, self._high, self._step)

    def _fit(self) -> None:
        self._shown.setMinimumWidth(self._look.px(48))


class Options(QWidget):
    """A caption and a few buttons with keys, in the exclusive group of their card. picked: place from 0."""

    picked = Signal(int)

    def __init__(self, look: ThemeHolder, most: int, group: QButtonGroup | None = None) -> None:
        super().__init__()
        self._own = group is None
        self._group = group or QButtonGroup(self)
        self._caption = Label(look, role="small")
        self._flow = Flow(look, spacing=6, equal=True)
        self._buttons: list[OptionButton] = []
        self._keys: tuple[str, ...] = ()
        for i in range(most):
            button = OptionButton(look)
            button.clicked.connect(lambda _=False, at=i: self.picked.emit(at))
            self._group.addButton(button)
            self._buttons.append(button)
            self._flow.add(button)
        self.setLayout(Column(look, self._caption, self._flow, spacing=6))

    def offer(self, caption: str, words: Sequence[str], keys: Sequence[str]) -> None:
        self._keys = tuple(keys)
        self._caption.setText(caption)
        self._caption.setVisible(bool(caption))
        self.setAccessibleName(caption)
        for i, button in enumerate(self._buttons):
            button.setVisible(i < len(words))
            if i < len(words):
                button.set(words[i], key=keys[i])
        self._flow.invalidate()

    def check(self, at: int | None) -> None:
        """Show one as chosen, or none, without a signal."""
        if at is not None:
            self._buttons[at].setChecked(True)
        elif self._own:
            uncheck(self._group)

    def at_key(self, digit: int) -> int | None:
        """The place of the button with this digit beside it."""
        return self._keys.index(str(digit)) if str(digit) in self._keys else None


class Scale(Options):
    """The values of a scale as buttons, each with its key and what it means. asked: the value. refused: why none."""

    asked = Signal(float)
    refused = Signal(str)

    def __init__(self, look: ThemeHolder, group: QButtonGroup) -> None:
        super().__init__(look, MOST_BUTTONS, group)
        self._values: tuple[float, ...] = ()
        self.picked.connect(lambda at: self.asked.emit(self._values[at]))
        self._anchors = Paragraph(look, role="quiet")
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self._anchors)

    def bind(self, criterion: Criterion, verdict: Verdict) -> None:
        self._values = scale_values(criterion)
        self.offer("", [number(v) for v in self._values], scale_keys(self._values))
        said = [f"{number(v)} {anchor}" for v in self._values if (anchor := anchor_of(criterion, v))]
        self._anchors.setText(" · ".join(said))
        self._anchors.setVisible(bool(said))
        value = verdict.value
        if not isinstance(value, str) and value is not None and float(value) in self._values:
            self.check(self._values.index(float(value)))

    @property
    def has_ten(self) -> bool:
        return reaches_ten(self._values)

    def digit(self, digit: int) -> None:
        """A digit, or ten typed as two."""
        at = self._values.index(10.0) if digit == 10 else self.at_key(digit)
        if at is not None:
            self.asked.emit(self._values[at])
        else:
            self.refused.emit(off_keys(digit, self._values))

    def step(self, direction: int, verdict: Verdict) -> None:
        value = verdict.value
        if isinstance(value, str) or value is None:
            at = 0 if direction > 0 else len(self._values) - 1
        else:
            at = min(max(self._values.index(float(value)) + direction, 0), len(self._values) - 1)
        self.asked.emit(self._values[at])


def uncheck(group: QButtonGroup) -> None:
    """No button of an exclusive group chosen."""
    checked = group.checkedButton()
    if checked is not None:
        group.setExclusive(False)
        checked.setChecked(False)
        group.setExclusive(True)
