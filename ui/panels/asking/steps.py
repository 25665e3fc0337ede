"""A step of a chain of reasoning: wrong, neither, right; and why the chain ends."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QWidget

from app.domain.controls import after_error
from app.domain.questions import IDEAL, STEP_VALUES, Finish
from app.domain.review import step_path
from ui.i18n import tr, tr_later
from ui.panels.asking.card import AskingCard, KeyOf
from ui.panels.asking.note import Note
from ui.panels.asking.words import FINISH_WORD, STEP_LOOK, STEP_WORD, step_text
from ui.panels.rubric.controls import Options, uncheck
from ui.panels.rubric.texts import Texts
from ui.theme.apply import ThemeHolder
from ui.widgets.button import VerdictButton
from ui.widgets.flow import Flow

ICONS = {-1: "x", 0: "circle-minus", 1: "check"}
KEYS = {-1: "-", 0: "0", 1: "+"}
FINISHES = tuple(FINISH_WORD)


class StepCard(AskingCard):
    """− wrong, 0 neither, + (or 1) right."""

    def __init__(self, look: ThemeHolder, texts: Texts, key_of: KeyOf) -> None:
        super().__init__(look, texts, key_of)
        self._group = QButtonGroup(self)
        self._buttons: dict[int, VerdictButton] = {}
        flow = Flow(look, spacing=6, equal=True)
        for value in STEP_VALUES:
            tone = STEP_LOOK[value][1]
            button = VerdictButton(
                look, tr_later(STEP_WORD[value]), ICONS[value], key=KEYS[value],
                tone=tone if tone in ("good", "bad") else "",
            )  # fmt: skip
            button.clicked.connect(lambda _=False, value=value: self.choose(value))
            self._group.addButton(button)
            self._buttons[value] = button
            flow.add(button)
        holder = QWidget()
        holder.setLayout(flow)
        holder.setAccessibleName(tr("Step"))
        self.own = Note(look, tr("How should this step read?"), tr("Write the step as it should be"))
        self.own.wrote.connect(self._own_typed)
        self.own.left.connect(self.left)
        self.own.resized.connect(self.resized)
        self.middle.add(holder, self.own)

    def hints(self, key_of: KeyOf) -> list[tuple[str, str]]:
        return [("Tab", tr("write")), *super().hints(key_of)]

    def tab_to(self) -> QWidget | None:
        """A step that is wrong may be written as it should be."""
        return super().tab_to() if self.own.isHidden() or self.readonly else self.own.field

    def full_text(self) -> str:
        if self.opened is None or self.control is None:
            return ""
        return step_text(self.opened, self.control)

    def show_answer(self) -> None:
        uncheck(self._group)
        value = self.value()
        if isinstance(value, int):
            self._buttons[value].setChecked(True)
        for button in self._buttons.values():
            button.setEnabled(not self.readonly)
        asked = self.opened.task.questions.steps if self.opened is not None else None
        text = self.opened.review.text(self._own_path()) if self.opened is not None else ""
        self.own.put(text, readonly=self.readonly)
        offered = value == -1 and not self.readonly
        self.own.setVisible(asked is not None and asked.own and (offered or bool(text)))
        self.offer_key("Tab", not self.own.isHidden())

    def _own_path(self) -> str:
        if self.control is None:
            return ""
        return step_path(self.control.response or IDEAL, int(self.control.item), "own")

    def _own_typed(self, text: str) -> None:
        self.wrote.emit(self._own_path(), text)

    def writing(self) -> bool:
        return super().writing() or self.own.field.hasFocus()

    def choose(self, value: int) -> None:
        """After a first error nothing more is asked: what was said of later steps goes, and undo brings it back."""
        opened, control = self.opened, self.control
        asked = opened.task.questions.steps if opened is not None else None
        if opened is None or control is None or asked is None:
            return
        self.ask(value, more=after_error(asked, opened.review, control.path, value))

    def digit(self, digit: int) -> None:
        if digit in STEP_VALUES:
            self.choose(digit)
        else:
            self.refuse(tr("A step is −1, 0 or +1."))

    def step(self, direction: int) -> None:
        self.choose(direction)


class FinishCard(AskingCard):
    """Why the chain ends where it does."""

    def __init__(self, look: ThemeHolder, texts: Texts, key_of: KeyOf) -> None:
        super().__init__(look, texts, key_of)
        self._options = Options(look, len(FINISHES))
        words = [tr_later(FINISH_WORD[f]) for f in FINISHES]
        self._options.offer("", words, [str(i) for i in range(1, len(FINISHES) + 1)])
        self._options.setAccessibleName(tr("Why does it end here?"))
        self._options.picked.connect(lambda at: self.choose(FINISHES[at]))
        self.middle.add(self._options)

    def hints(self, key_of: KeyOf) -> list[tuple[str, str]]:
        return [(key_of("next-control"), tr("next"))]

    def show_answer(self) -> None:
        value = self.value()
        self._options.check(FINISHES.index(Finish(str(value))) if value is not None else None)
        self._options.setEnabled(not self.readonly)

    def choose(self, finish: Finish) -> None:
        self.ask(str(finish))

    def digit(self, digit: int) -> None:
        at = self._options.at_key(digit)
        if at is not None:
            self.choose(FINISHES[at])
        else:
            self.refuse(tr("Choose with 1 to {n}.", n=len(FINISHES)))
