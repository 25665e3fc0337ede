"""One Likert scale: its values as buttons with what they mean, or a number where they are too many."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QWidget

from app.domain.ids import CriterionId
from app.domain.questions import Attribute, Need
from app.domain.rubric import Criterion, Kind
from app.domain.verdict import Verdict
from ui.i18n import number
from ui.panels.asking.card import AskingCard, KeyOf
from ui.panels.asking.words import attribute_of
from ui.panels.rubric.buffer import Digits
from ui.panels.rubric.controls import Options, Stepper, uncheck
from ui.panels.rubric.texts import Texts
from ui.panels.rubric.words import MOST_BUTTONS, anchor_of, off_keys, reaches_ten, scale_keys, scale_values
from ui.theme.apply import ThemeHolder
from ui.widgets.layout import Column, Row
from ui.widgets.text import Label, Paragraph


class _Anchor(QWidget):
    """What one value means."""

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__()
        self._value = Label(look, role="strong", figures=True)
        self._words = Paragraph(look, role="second")
        row = Row(look, spacing=8)
        row.put(self._value, Qt.AlignmentFlag.AlignTop)
        row.add((self._words, 1))
        self.setLayout(row)
        self._look = look

    def say(self, value: str, words: str, *, chosen: bool) -> None:
        self._value.setText(value)
        self._value.setMinimumWidth(self._look.px(22))
        self._words.setText(words)
        self._words.set_tone("t1" if chosen else "t2")
        self._words.set_weight(600 if chosen else None)


class RatingCard(AskingCard):
    def __init__(self, look: ThemeHolder, texts: Texts, key_of: KeyOf) -> None:
        super().__init__(look, texts, key_of)
        self._group = QButtonGroup(self)
        self._scale = Options(look, MOST_BUTTONS, self._group)
        self._scale.picked.connect(lambda at: self.choose(self._values[at]))
        self._stepper = Stepper(look)
        self._stepper.asked.connect(self.choose)
        self._stepper.refused.connect(self.refuse)
        self._digits = Digits(self)
        self._values: tuple[float, ...] = ()
        self._keys: tuple[str, ...] = ()
        self._anchors: list[_Anchor] = []
        self._anchor_column = Column(look, spacing=6)
        self.middle.add(self._scale, self._stepper, self._anchor_column)

    @property
    def attribute(self) -> Attribute | None:
        if self.opened is None or self.control is None:
            return None
        return attribute_of(self.opened, self.control.item)

    def help_text(self) -> str:
        return self.attribute.help if self.attribute is not None else ""

    def note_need(self) -> tuple[bool, int]:
        return self.attribute is not None and self.attribute.comment is Need.REQUIRED, 0

    def show_answer(self) -> None:
        asked = self.attribute
        if asked is None:
            return
        as_scale = _scale_of(asked)
        self._values = scale_values(as_scale)
        self._keys = scale_keys(self._values)
        value = self.value()
        chosen = float(value) if isinstance(value, int | float) else None
        self._scale.setVisible(bool(self._values))
        self._stepper.setVisible(not self._values)
        uncheck(self._group)
        if self._values:
            self._scale.offer("", [number(v) for v in self._values], self._keys)
            self._scale.setAccessibleName(asked.text)
            if chosen in self._values:
                self._scale.check(self._values.index(chosen))
            self._scale.setEnabled(not self.readonly)
        else:
            self._stepper.bind(as_scale, Verdict(chosen))
            self._stepper.setEnabled(not self.readonly)
        self._show_anchors(asked, chosen)

    def _show_anchors(self, asked: Attribute, chosen: float | None) -> None:
        while len(self._anchors) < len(asked.anchors):
            self._anchors.append(_Anchor(self._look))
            self._anchor_column.add(self._anchors[-1])
        for at, line in enumerate(self._anchors):
            line.setVisible(at < len(asked.anchors))
            if at < len(asked.anchors):
                anchor = asked.anchors[at]
                line.say(number(anchor.value), anchor.label, chosen=anchor.value == chosen)

    def choose(self, value: float) -> None:
        """A value of the scale."""
        kept = int(value) if float(value).is_integer() else value
        typing = not self._values
        self.ask(kept, moves=not typing and not self.lacks_note())

    def digit(self, digit: int) -> None:
        if not self._values:
            self._stepper.typed(self._digits.add(digit))
        elif reaches_ten(self._values) and self._digits.add(digit) == "10":
            self._digits.forget()
            self.choose(10.0)
        elif str(digit) in self._keys:
            if digit != 1:
                self._digits.forget()
            self.choose(self._values[self._keys.index(str(digit))])
        else:
            self.refuse(off_keys(digit, self._values))

    def step(self, direction: int) -> None:
        self._digits.forget()
        if not self._values:
            self._stepper.step(direction)
            return
        now = self.value()
        if isinstance(now, int | float) and float(now) in self._values:
            at = self._values.index(float(now)) + direction
        else:
            at = 0 if direction > 0 else len(self._values) - 1
        if 0 <= at < len(self._values):
            value = self._values[at]
            self.ask(int(value) if value.is_integer() else value, moves=False)

    def ten_follows(self) -> bool:
        return reaches_ten(self._values) and self._digits.typed == "1"

    def forget(self) -> None:
        self._digits.forget()


def rating_words(asked: Attribute, value: float) -> str:
    """A value with what it means: `3 · mostly right`."""
    return " · ".join(w for w in (number(value), anchor_of(_scale_of(asked), value)) if w)


def _scale_of(asked: Attribute) -> Criterion:
    """The scale as the rubric's own controls know it."""
    return Criterion(
        CriterionId(asked.id), asked.text, Kind.SCALE,
        low=asked.low, high=asked.high, step=asked.step, anchors=asked.anchors,
    )  # fmt: skip
