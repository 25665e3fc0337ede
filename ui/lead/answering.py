"""An answer of the lead's own to what is no criterion: the card of the panel that asks it, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.domain.controls import Control
from app.domain.ids import ResponseId
from app.domain.judgement import to_judgement
from app.domain.places import Answer, value_of
from app.domain.questions import Need, Questions
from app.domain.review import Scalar
from app.services.reviewing import OpenTask
from ui.i18n import tr
from ui.lead.forms import Form, error_field
from ui.panels.asking.card import AskingCard, KeyOf
from ui.panels.asking.ranking import RankingCard
from ui.panels.asking.zone import CARDS, kind_of
from ui.panels.rubric.texts import Texts
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
        self._opened = replace(opened, task=replace(opened.task, questions=_bare(opened.task.questions)))
        self._place = place
        self._keys = {key_of(name): name for name in COMMANDS if key_of(name)}
        self.card: AskingCard = CARDS[kind_of(place)](look, texts, key_of)
        if isinstance(self.card, RankingCard):
            self.card.shown = opened.order[0]
        self.card.set_low(True)
        self.setLayout(Column(look, self.card, spacing=0))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.card.asked.connect(self._asked)
        self.card.response_picked.connect(self._picked)
        self._bind()

    def value(self) -> Answer | None:
        return value_of(to_judgement(self._opened.review), self._place)

    def _bind(self) -> None:
        self.card.bind(self._opened, self._place, readonly=False)
        self.setAccessibleName(self.card.accessibleName())
        self.shown.emit()

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
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (
                self._command(event)
                or event.text() in STEPS
                or event.text().isdecimal()
                or event.key() in INNER
            )
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command, text = self._command(event), event.text()
        if command:
            self.card.command(command)
        elif text in STEPS:
            self.card.step(STEPS[text])
        elif text.isdecimal():
            self.card.digit(int(text))
        elif event.key() in INNER:
            self.card.inner(INNER[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.done.emit()
        else:
            super().keyPressEvent(event)

    def _command(self, event: QKeyEvent) -> str:
        pressed = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        return self._keys.get(pressed, "")


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

    def _reveal(self) -> None:
        part = self.answering.card.at_hand()
        if part is not None:
            self._room.show_part(part)

    def take_focus(self) -> None:
        self.answering.setFocus(Qt.FocusReason.OtherFocusReason)


def _bare(asked: Questions) -> Questions:
    """The answers alone: why stands in the reason of the decision."""
    none = Need.NONE
    return replace(
        asked,
        preference=asked.preference and replace(asked.preference, justification=none),
        ranking=asked.ranking and replace(asked.ranking, justification=none),
        ratings=asked.ratings
        and replace(
            asked.ratings, attributes=tuple(replace(a, comment=none) for a in asked.ratings.attributes)
        ),
        steps=asked.steps and replace(asked.steps, own=False),
    )
