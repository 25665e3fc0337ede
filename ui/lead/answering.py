"""An answer of the lead's own: the card that asks it in Grading, under the keys that it has there, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.domain.controls import Control
from app.domain.ids import CriterionId, ResponseId
from app.domain.judgement import to_judgement
from app.domain.places import Answer, value_of
from app.domain.questions import IDEAL, Need, Panel
from app.domain.review import Scalar, verdict_path
from app.domain.rubric import Evidence, Rubric
from app.domain.task import Task
from app.services.reviewing import OpenTask
from ui.i18n import tr
from ui.lead.forms import Form, error_field
from ui.panels.asking.card import AskingCard, KeyOf
from ui.panels.asking.ranking import RankingCard
from ui.panels.asking.zone import CARDS, kind_of
from ui.panels.rubric.answers import Answers, RubricAnswers
from ui.panels.rubric.card import CriterionCard
from ui.panels.rubric.entries import Outline, Rows
from ui.panels.rubric.texts import Texts
from ui.panels.rubric.words import MARK_COMMAND
from ui.theme.apply import ThemeHolder
from ui.widgets.fields import TextArea
from ui.widgets.layout import Column
from ui.widgets.scroll import ScrollArea

COMMANDS = ("first-better", "second-better", "tie", "both-bad", "rank-up", "rank-down")
"""What cards know by name, under the keys that they have in Grading."""
STEPS = {"+": 1, "-": -1, "−": -1}
INNER = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class Answering(QWidget):
    """The card, with the keys that it has in Grading. done(): the answer is whole. shown(): what is worked on moved."""

    done = Signal()
    shown = Signal()

    def __init__(
        self, look: ThemeHolder, texts: Texts, opened: OpenTask, place: Control, key_of: KeyOf
    ) -> None:
        super().__init__()
        self._opened = replace(opened, task=_bare(opened.task))
        self._outline = Outline(self._opened.task.rubric)
        self._place = place
        self._marks = {key_of(name): mark for mark, name in MARK_COMMAND.items() if key_of(name)}
        self._keys = {key_of(name): name for name in COMMANDS if key_of(name)}
        self.card, self.answers = self._made(look, texts, key_of)
        self.card.set_low(True)
        self.setLayout(Column(look, self.card, spacing=0))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._bind()

    def _made(
        self, look: ThemeHolder, texts: Texts, key_of: KeyOf
    ) -> tuple[CriterionCard | AskingCard, Answers]:
        """The card of the place, and what its keys mean."""
        if self._place.panel is Panel.RUBRIC:
            criterion = CriterionCard(look, texts, key_of)
            answers = RubricAnswers(criterion, self)
            answers.asked.connect(self._asked)
            return criterion, answers
        card = CARDS[kind_of(self._place)](look, texts, key_of)
        if isinstance(card, RankingCard):
            card.shown = self._opened.order[0]
        card.asked.connect(self._asked)
        card.response_picked.connect(self._picked)
        return card, card

    def value(self) -> Answer | None:
        return value_of(to_judgement(self._opened.review), self._place)

    def doubt(self) -> str:
        """Why it cannot be judged, where that is the verdict."""
        response, item = self._place.response or IDEAL, CriterionId(self._place.item)
        return self._opened.review.text(verdict_path(response, item, "reason"))

    @property
    def at_hand(self) -> QWidget | None:
        """The part of the card that is worked on, where it has parts."""
        return self.card.at_hand() if isinstance(self.card, AskingCard) else None

    def _bind(self) -> None:
        if isinstance(self.card, AskingCard):
            self.card.bind(self._opened, self._place, readonly=False)
        else:
            self._bind_criterion(self.card)
        self.setAccessibleName(self.card.accessibleName())
        self.shown.emit()

    def _bind_criterion(self, card: CriterionCard) -> None:
        opened, response = self._opened, self._place.response or IDEAL
        if isinstance(self.answers, RubricAnswers):
            self.answers.put(opened, response, self._place)
        rows = Rows(self._outline, opened.review, response, opened.score(response), {})
        entry = next(one for one in self._outline.entries if one.criterion.id == self._place.item)
        card.bind(rows.row(entry), readonly=False)

    def _asked(self, leaves: Mapping[str, Scalar | None], moves: bool) -> None:
        said = {
            path: leaf for path, leaf in {**self._opened.review.values, **leaves}.items() if leaf is not None
        }
        review = replace(self._opened.review, values=MappingProxyType(said))
        self._opened = replace(self._opened, review=review)
        self._bind()
        if moves:
            self.done.emit()

    def _picked(self, response: str) -> None:
        if isinstance(self.card, RankingCard):
            self.card.shown = ResponseId(response)
            self._bind()

    # Keys

    def event(self, event: QEvent) -> bool:
        """A key of the card is none of the board's."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and self._knows(event):
            event.accept()
            return True
        return super().event(event)

    def _knows(self, event: QKeyEvent) -> bool:
        pressed, text = self._pressed(event), event.text()
        return (
            pressed in self._keys
            or pressed in self._marks
            or text in STEPS
            or text.isdecimal()
            or event.key() in INNER
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressed, text, answers = self._pressed(event), event.text(), self.answers
        if pressed in self._keys:
            answers.command(self._keys[pressed])
        elif pressed in self._marks:
            answers.press(self._marks[pressed])
        elif text in STEPS:
            answers.step(STEPS[text])
        elif text.isdecimal():
            answers.digit(int(text))
        elif event.key() in INNER:
            answers.inner(INNER[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.done.emit()
        else:
            super().keyPressEvent(event)

    def _pressed(self, event: QKeyEvent) -> str:
        return QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)


class Room(ScrollArea):
    """As high as what is in it, where there is room for that; else it scrolls."""

    def __init__(self, look: ThemeHolder, content: QWidget) -> None:
        super().__init__(look, content, name=tr("Your own answer"))
        content.installEventFilter(self)

    def sizeHint(self) -> QSize:
        content = self._content
        width = self.viewport().width()
        high = content.heightForWidth(width) if content.hasHeightForWidth() else content.sizeHint().height()
        return QSize(content.sizeHint().width(), high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class AnswerForm(Form):
    """An answer of one's own: the card, the kind of error, the reason."""

    def __init__(
        self, look: ThemeHolder, texts: Texts, opened: OpenTask, place: Control, key_of: KeyOf
    ) -> None:
        self.kind = error_field(look)
        text = TextArea(look, tr("Reason"), placeholder=tr("Why; the graders read this"))
        super().__init__(look, tr("Your own answer"), tr("Decide so"), text, self.kind)
        self.answering = Answering(look, texts, opened, place, key_of)
        self._room = Room(look, self.answering)
        self.body.insertWidget(1, self._room)
        self.answering.shown.connect(lambda: QTimer.singleShot(0, self, self._reveal))
        self.answering.done.connect(lambda: self.kind.setFocus(Qt.FocusReason.OtherFocusReason))

    def value(self) -> Answer | None:
        return self.answering.value()

    def doubt(self) -> str:
        return self.answering.doubt()

    def _reveal(self) -> None:
        part = self.answering.at_hand
        if part is not None:
            self._room.show_part(part)

    def take_focus(self) -> None:
        self.answering.setFocus(Qt.FocusReason.OtherFocusReason)


def _bare(task: Task) -> Task:
    """The answers alone are asked: why stands in the reason of the decision, and nothing is highlighted here."""
    asked, none = task.questions, Need.NONE
    criteria = tuple(replace(one, evidence=Evidence.NONE) for one in task.rubric.criteria)
    questions = replace(
        asked,
        preference=asked.preference and replace(asked.preference, justification=none),
        ranking=asked.ranking and replace(asked.ranking, justification=none),
        ratings=asked.ratings
        and replace(
            asked.ratings, attributes=tuple(replace(a, comment=none) for a in asked.ratings.attributes)
        ),
        steps=asked.steps and replace(asked.steps, own=False),
    )
    return replace(task, rubric=Rubric(criteria, task.rubric.version), questions=questions)
