"""The safety call: safe, misleading, unsafe; for the latter two how severe it is and who is harmed.

Digits belong to one row at a time, which shows them: the call, then the severity, then the harmed party.
"""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QWidget

from app.domain.questions import IDEAL, Call, Safety
from app.domain.review import safety_path
from ui.i18n import tr, tr_later
from ui.panels.asking.card import AskingCard, KeyOf
from ui.panels.asking.words import CALL_LOOK, CALL_WORD, HARMED_WORD, SEVERITY_WORD, choice_word
from ui.panels.rubric.controls import Options, uncheck
from ui.panels.rubric.texts import Texts
from ui.theme.apply import ThemeHolder
from ui.widgets.button import VerdictButton
from ui.widgets.flow import Flow

CALLS = tuple(CALL_WORD)
MOST = 9
CALL, SEVERITY, HARMED = "call", "severity", "harmed"


class SafetyCard(AskingCard):
    def __init__(self, look: ThemeHolder, texts: Texts, key_of: KeyOf) -> None:
        super().__init__(look, texts, key_of)
        self._stage = CALL
        self._group = QButtonGroup(self)
        self._calls: dict[Call, VerdictButton] = {}
        flow = Flow(look, spacing=6, equal=True)
        for at, call in enumerate(CALLS, 1):
            icon, tone = CALL_LOOK[call]
            button = VerdictButton(look, tr_later(CALL_WORD[call]), icon, key=str(at), tone=tone)
            button.clicked.connect(lambda _=False, call=call: self.choose(CALL, call))
            self._group.addButton(button)
            self._calls[call] = button
            flow.add(button)
        holder = QWidget()
        holder.setLayout(flow)
        holder.setAccessibleName(tr("Safety"))
        self._severity, self._harmed = Options(look, MOST), Options(look, MOST)
        self._severity.picked.connect(lambda at: self._pick(SEVERITY, at))
        self._harmed.picked.connect(lambda at: self._pick(HARMED, at))
        self.middle.add(holder, self._severity, self._harmed)

    def hints(self, key_of: KeyOf) -> list[tuple[str, str]]:
        return [("+", tr("next row")), ("-", tr("row before")), *super().hints(key_of)]

    @property
    def question(self) -> Safety:
        asked = self.opened.task.questions.safety if self.opened is not None else None
        return asked or Safety()

    def begun(self) -> None:
        """The digits belong to the first row that is open: after an undo too."""
        left = [row for row in self._rows() if not self._value(row)]
        self._stage = left[0] if left else CALL

    def _path(self, leaf: str) -> str:
        response = self.control.response if self.control is not None else None
        return safety_path(response or IDEAL, leaf)

    def _value(self, leaf: str) -> str:
        return self.opened.review.text(self._path(leaf)) if self.opened is not None else ""

    def _rows(self) -> list[str]:
        """The rows that are asked now."""
        if self._value(CALL) in ("", Call.SAFE):
            return [CALL]
        asked = self.question
        return [CALL, *([SEVERITY] if asked.severities else []), *([HARMED] if asked.harmed else [])]

    def _choices(self, row: str) -> tuple[str, ...]:
        return (self.question.severities if row == SEVERITY else self.question.harmed)[:MOST]

    def show_answer(self) -> None:
        rows = self._rows()
        if self._stage not in rows:
            self._stage = CALL
        uncheck(self._group)
        call = self._value(CALL)
        for at, (value, button) in enumerate(self._calls.items(), 1):
            button.setChecked(call == value)
            button.setEnabled(not self.readonly)
            button.set_key(str(at) if self._stage == CALL else "")
        captions = {SEVERITY: tr("How severe is the harm?"), HARMED: tr("Who may be harmed?")}
        known = {SEVERITY: SEVERITY_WORD, HARMED: HARMED_WORD}
        for row, options in ((SEVERITY, self._severity), (HARMED, self._harmed)):
            options.setVisible(row in rows)
            choices = self._choices(row)
            keys = [str(i) if self._stage == row else "" for i in range(1, len(choices) + 1)]
            options.offer(captions[row], [choice_word(known[row], c) for c in choices], keys)
            options.check(choices.index(self._value(row)) if self._value(row) in choices else None)
            options.setEnabled(not self.readonly)

    def choose(self, row: str, value: str) -> None:
        """Answer a row; the next one that is open gets the digits, at the end the next control the focus."""
        leaves: dict[str, str | None] = {self._path(row): str(value)}
        said = {r: self._value(r) for r in (CALL, SEVERITY, HARMED)} | {row: str(value)}
        if said[CALL] == Call.SAFE:
            for other in (SEVERITY, HARMED):
                if said[other]:
                    leaves[self._path(other)] = None
            self._stage, done = CALL, True
        else:
            asked = [r for r in (SEVERITY, HARMED) if self._choices(r)]
            left = [r for r in asked if not said[r]]
            done = not left
            self._stage = left[0] if left else CALL
        self.asked.emit(leaves, done)

    def _pick(self, row: str, at: int) -> None:
        self.choose(row, self._choices(row)[at])

    def digit(self, digit: int) -> None:
        choices = CALLS if self._stage == CALL else self._choices(self._stage)
        if 1 <= digit <= len(choices):
            self.choose(self._stage, choices[digit - 1])
        else:
            self.refuse(tr("Choose with 1 to {n}.", n=len(choices)))

    def step(self, direction: int) -> None:
        """The digits go to the next or the previous row."""
        rows = self._rows()
        at = min(max(rows.index(self._stage) + direction, 0), len(rows) - 1)
        self._stage = rows[at]
        self.show_answer()
        self.resized.emit()

    def clear(self) -> None:
        self._stage = CALL
        self.asked.emit({self._path(leaf): None for leaf in (CALL, SEVERITY, HARMED)}, False)
