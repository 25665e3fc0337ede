"""The focused criterion: its text, its verdict buttons, its number or scale, its comment.

There is one card; it is re-bound when the focus moves. What it says goes to the panel as signals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from app.domain.rubric import Kind
from app.domain.verdict import Confidence, Doubt, Mark, marks
from ui.i18n import tr, tr_later
from ui.panels.rubric.card_head import CardHead
from ui.panels.rubric.controls import Options, Scale, Stepper, uncheck
from ui.panels.rubric.entries import RowState
from ui.panels.rubric.row import EVIDENCE_ICON, notes_of, spoken
from ui.panels.rubric.texts import Texts
from ui.panels.rubric.words import (
    BUTTON_ICON,
    CONFIDENCE_WORD,
    DOUBT_WORD,
    MARK_COMMAND,
    MARK_WORD,
    button_tone,
    mark_of,
    scale_values,
)
from ui.theme.apply import ThemeHolder
from ui.widgets.button import VerdictButton
from ui.widgets.chip import Chip, KeyHint
from ui.widgets.fields import TextArea
from ui.widgets.flow import Flow
from ui.widgets.layout import Column
from ui.widgets.notice import InlineError
from ui.widgets.surface import FocusedCard
from ui.widgets.text import Paragraph

NOTES = 8
DOUBTS: Sequence[Doubt] = tuple(Doubt)
CONFIDENCES: Sequence[Confidence] = tuple(Confidence)


class CriterionCard(FocusedCard):
    """marked(Mark) · valued(float) · wrote(leaf, text) while typing · left() a field · doubted · sure."""

    marked = Signal(object)
    valued = Signal(float)
    wrote = Signal(str, str)
    left = Signal()
    doubted = Signal(object)
    sure = Signal(object)
    resized = Signal()
    evidence_asked = Signal()

    def __init__(self, look: ThemeHolder, texts: Texts, key_of: Callable[[str], str]) -> None:
        super().__init__(look)
        self.state: RowState | None = None
        self.error: InlineError | None = None
        self.choosing_confidence = False
        self._asked_comment = self._putting = self._low = False
        self._group = QButtonGroup(self)
        self._head = CardHead(look, texts)
        self._chips = [Chip(look, "", icon="info") for _ in range(NOTES)]
        for chip in self._chips:
            chip.installEventFilter(self)
        self._chip_row = QWidget()
        self._chip_row.setLayout(Flow(look, *self._chips, spacing=6))
        self._others, self._said = Paragraph(look, role="second"), QWidget()
        self._said.setLayout(Column(look, self._others))
        self._stepper = Stepper(look)
        self._stepper.asked.connect(self._valued)
        self._stepper.refused.connect(self.refuse)
        self._scale = Scale(look, self._group)
        self._scale.asked.connect(self._valued)
        self._scale.refused.connect(self.refuse)
        self.answer = TextArea(look, tr("Answer"), placeholder=tr("Write the answer"), lines=3)
        self.comment = TextArea(look, tr("Comment"), placeholder=tr("Why? What should the lab know?"))
        for leaf, field in (("value", self.answer), ("comment", self.comment)):
            field.textChanged.connect(lambda leaf=leaf, field=field: self._typed(leaf, field))
            field.left.connect(self.left)
        self._buttons: dict[Mark, VerdictButton] = {}
        verdicts = Flow(look, spacing=6, equal=True)
        for mark, word in MARK_WORD.items():
            key = key_of(MARK_COMMAND[mark])
            button = VerdictButton(look, tr_later(word), BUTTON_ICON[mark], key=key)
            button.clicked.connect(lambda _=False, mark=mark: self.marked.emit(mark))
            self._group.addButton(button)
            self._buttons[mark] = button
            verdicts.add(button)
        self.verdicts = QWidget()
        self.verdicts.setLayout(verdicts)
        self.verdicts.setAccessibleName(tr("Verdict"))
        self._doubts = Options(look, len(DOUBTS))
        self._doubts.offer(tr("Why can it not be judged?"), [tr_later(DOUBT_WORD[d]) for d in DOUBTS], "1234")
        self._doubts.picked.connect(lambda at: self.doubted.emit(DOUBTS[at]))
        self._confidence = Options(look, len(CONFIDENCES))
        self._confidence.offer(
            tr("How sure are you?"), [tr_later(CONFIDENCE_WORD[c]) for c in CONFIDENCES], "123"
        )
        self._confidence.picked.connect(lambda at: self.sure.emit(CONFIDENCES[at]))
        self._hints = QWidget()
        self._write = KeyHint(look, "Tab", tr("write"))
        self._hints.setLayout(
            Flow(
                look,
                self._write,
                KeyHint(look, key_of("comment"), tr("comment")),
                KeyHint(look, key_of("confidence"), tr("confidence")),
                KeyHint(look, key_of("next-control"), tr("next")),
                spacing=12,
            )
        )
        self.body.add(self._head, self._said, self._scale, self._stepper, self.answer, self.verdicts)
        self.body.add(self._doubts, self._confidence, self.comment, self._hints)
        look.changed.connect(self._fit_edge)
        self._fit_edge()

    def _fit_edge(self) -> None:
        edge = self._look.theme.focus_width
        self.setContentsMargins(edge, edge, edge, edge)

    # Showing

    def bind(self, state: RowState, *, readonly: bool) -> None:
        """Show a criterion, or its new state."""
        before = self.state
        moved = before is None or before.entry.criterion is not state.entry.criterion
        if self.error is not None and (moved or before is None or state.verdict != before.verdict):
            self.error.say("")
        if moved:
            self.choosing_confidence = self._asked_comment = False
        self.state = state
        criterion, verdict = state.entry.criterion, state.verdict
        self.setAccessibleName(spoken(state))
        self._head.bind(state)
        self._bind_chips(state)
        allowed = marks(criterion.kind)
        for mark, button in self._buttons.items():
            button.setVisible(mark in allowed)
            button.setEnabled(not readonly)
            if mark in allowed and moved:
                button.set_tone(button_tone(criterion, mark))
        as_buttons = bool(scale_values(criterion))
        self._scale.setVisible(as_buttons)
        stepped = criterion.kind is Kind.COUNT or (criterion.kind is Kind.SCALE and not as_buttons)
        self._stepper.setVisible(stepped)
        self.answer.setVisible(criterion.kind is Kind.FREE)
        uncheck(self._group)
        chosen = mark_of(criterion, verdict)
        if chosen is not None:
            self._buttons[chosen].setChecked(True)
        if as_buttons:
            self._scale.bind(criterion, verdict)
            self._scale.setEnabled(not readonly)
        if stepped:
            self._stepper.bind(criterion, verdict)
            self._stepper.setEnabled(not readonly)
        if criterion.kind is Kind.FREE:
            self._put(self.answer, "" if chosen is not None else str(verdict.value or ""), readonly)
        self._show_asides(state, readonly)

    def _bind_chips(self, state: RowState) -> None:
        notes = notes_of(state)
        for chip, note in zip(self._chips, notes, strict=False):
            chip.set(note[2], icon=note[0], tone=note[1])
            evidence = note[0] == EVIDENCE_ICON
            chip.setToolTip("\n\n".join(state.evidence) if evidence else "")
            chip.setCursor(Qt.CursorShape.PointingHandCursor if evidence else Qt.CursorShape.ArrowCursor)
        for i, chip in enumerate(self._chips):
            chip.setVisible(i < len(notes))
        said = [tr("{who}: {text}", who=one.who, text=one.comment) for one in state.others if one.comment]
        self._others.setText("\n".join(said))
        self._said.setVisible(bool(said))
        self._said.setContentsMargins(self._head.left(state), 0, 0, 0)
        if notes:
            if self._chip_row.parent() is None:
                self.body.insertWidget(1, self._chip_row)
            self._chip_row.setContentsMargins(self._head.left(state), 0, 0, 0)
        self._chip_row.setVisible(bool(notes))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click on the quote goes to it."""
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(watched, Chip) and watched.toolTip():
            self.evidence_asked.emit()
        return False

    def _show_asides(self, state: RowState, readonly: bool) -> None:
        verdict = state.verdict
        doubting = verdict.value == Mark.CANNOT_JUDGE
        self._doubts.setVisible(doubting and not readonly)
        if doubting:
            self._doubts.check(DOUBTS.index(verdict.reason) if verdict.reason is not None else None)
        self._confidence.setVisible(self.choosing_confidence and not readonly)
        if self.choosing_confidence:
            at = CONFIDENCES.index(verdict.confidence) if verdict.confidence is not None else None
            self._confidence.check(at)
        self._put(self.comment, verdict.comment, readonly)
        self.comment.setVisible(bool(verdict.comment) or self._asked_comment)
        self._hints.setVisible(not readonly and not self._low)
        self._write.setVisible(state.entry.criterion.kind is Kind.FREE)

    def prepare(self, state: RowState) -> None:
        """Work out what takes time for a criterion that will have the focus."""
        self._head.prepare(state, "raised")

    def height_at(self, width: int) -> int:
        """The height this width needs now: what was just bound counts, before any event is handled."""
        error = (self.error,) if self.error is not None else ()
        for part in (self._chip_row, self._scale, self._stepper, *error, self._doubts, self._confidence):
            inner = part.layout()
            if inner is not None and not part.isHidden():
                inner.invalidate()
                part.updateGeometry()
        layout = self.layout()
        return layout.totalHeightForWidth(width) if layout is not None else 0

    def set_low(self, low: bool) -> None:
        """Little height: no line of keys."""
        self._low = low
        self._hints.setVisible(not low)

    def refuse(self, words: str) -> None:
        """Say at the field why nothing was changed; the place for it is made when it is first needed."""
        if self.error is None:
            self.error = InlineError(self._look)
            self.body.insertWidget(self.body.indexOf(self.answer), self.error)
        self.error.say(words, tr("Nothing was changed."))
        self.resized.emit()

    def _valued(self, value: float) -> None:
        if self.error is not None:
            self.error.say("")
        self.valued.emit(value)

    # Keys, from the panel

    def open_comment(self) -> None:
        self._asked_comment = True
        self.comment.setVisible(True)
        self.resized.emit()
        self.comment.go_on()

    def open_confidence(self, on: bool = True) -> None:
        self.choosing_confidence = on
        if self.state is not None:
            self._show_asides(self.state, readonly=False)
            self.resized.emit()

    def digit(self, digit: int) -> bool:
        """True if the digit meant something here. Counts are typed by the panel, which joins digits."""
        if self.choosing_confidence:
            at = self._confidence.at_key(digit)
            if at is not None:
                self.sure.emit(CONFIDENCES[at])
            return True
        if not self._doubts.isHidden():
            at = self._doubts.at_key(digit)
            if at is not None:
                self.doubted.emit(DOUBTS[at])
            return True
        if not self._scale.isHidden():
            self._scale.digit(digit)
            return True
        return False

    @property
    def doubting(self) -> bool:
        """True while digits are reasons."""
        return not self._doubts.isHidden()

    @property
    def has_ten(self) -> bool:
        """True while digits are values of a scale that reaches ten, for which there is no key."""
        return (
            not (self._scale.isHidden() or self.choosing_confidence or self.doubting) and self._scale.has_ten
        )

    @property
    def counts(self) -> bool:
        return not self._stepper.isHidden()

    def type_number(self, digits: str) -> None:
        self._stepper.typed(digits)

    def step(self, direction: int) -> None:
        if self.counts:
            self._stepper.step(direction)
        elif not self._scale.isHidden() and self.state is not None:
            self._scale.step(direction, self.state.verdict)

    def allows(self, mark: Mark) -> bool:
        return self.state is not None and mark in marks(self.state.entry.criterion.kind)

    def writing(self) -> bool:
        return self.answer.hasFocus() or self.comment.hasFocus()

    def _typed(self, leaf: str, field: TextArea) -> None:
        if not self._putting:
            self.wrote.emit(leaf, field.toPlainText())
            self.resized.emit()

    def _put(self, field: TextArea, text: str, readonly: bool) -> None:
        """Show a text without moving the cursor of who types it."""
        field.setReadOnly(readonly)
        if field.toPlainText() != text:
            self._putting = True
            field.setPlainText(text)
            self._putting = False
