"""Everything that a task asks beyond its rubric, below one another: a row a control, a card for the one in focus.

zone = AskingZone(look, texts, binder.key)
zone.show_controls(opened, response, controls, now, readonly=False)
A further kind of control is one card in `CARDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLayout, QWidget

from app.domain.controls import Control
from app.domain.ids import ResponseId
from app.domain.questions import Panel
from app.domain.verdict import Mark
from app.services.reviewing import OpenTask
from ui.i18n import tr_later, trn
from ui.panels.asking.card import AskingCard, KeyOf
from ui.panels.asking.preference import PreferenceCard
from ui.panels.asking.ranking import RankingCard
from ui.panels.asking.ratings import RatingCard
from ui.panels.asking.rest import RestRow
from ui.panels.asking.safety import SafetyCard
from ui.panels.asking.steps import FinishCard, StepCard
from ui.panels.asking.words import PANEL_WORD, RestState, name_of, state_of
from ui.panels.ideal.card import IdealCard
from ui.panels.rubric.answers import put_away
from ui.panels.rubric.texts import Texts
from ui.theme.apply import ThemeHolder
from ui.theme.tokens import TYPE
from ui.widgets.drawn import MIDDLE, Drawn
from ui.widgets.kept import KeptPictures
from ui.widgets.layout import Column, Row
from ui.widgets.text import Paragraph

LEFT, ABOVE, UNDER = 14, 18, 6
MOST_DRAWN = 12
"""Rows that are drawn ahead; those after them are out of view."""
"""Round a heading, px at 100 %."""
Kind = tuple[Panel, bool]
"""A panel, and whether the control has an item (a step has, the finish of steps has none)."""
CARDS: Mapping[Kind, Callable[[ThemeHolder, Texts, KeyOf], AskingCard]] = {
    (Panel.RATINGS, True): RatingCard,
    (Panel.STEPS, True): StepCard,
    (Panel.STEPS, False): FinishCard,
    (Panel.SAFETY, False): SafetyCard,
    (Panel.PREFERENCE, True): PreferenceCard,
    (Panel.RANKING, False): RankingCard,
    (Panel.IDEAL, False): IdealCard,
}


def kind_of(control: Control) -> Kind:
    return control.panel, bool(control.item)


def _shape(shown: tuple[Control, ...]) -> tuple[Panel, ...]:
    """What the rows and headings of some controls are laid out by."""
    return tuple(control.panel for control in shown)


class _Heading(Drawn):
    """The name of a panel, and of the response it is about."""

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look)
        self._name = self._whose = ""
        self._pictures = KeptPictures(look, self)

    def say(self, name: str, whose: str) -> None:
        if (name, whose) != (self._name, self._whose):
            self._name, self._whose = name, whose
            self._words = ", ".join(w for w in (name, whose) if w)
            self.setAccessibleName(self._words)
            self.update()

    def sizeHint(self) -> QSize:
        px = self._look.px
        return QSize(px(120), px(ABOVE) + self._look.metrics("section").height() + px(UNDER))

    def paintEvent(self, event: QPaintEvent) -> None:
        self._pictures.paint((self._name, self._whose), self._draw)

    def _draw(self, painter: QPainter) -> None:
        look, px = self._look, self._look.px
        high = look.metrics("section").height()
        x = px(LEFT)
        for role, words in (("section", self._name), ("quiet", self._whose)):
            painter.setFont(look.font(role))
            painter.setPen(look.colour(TYPE[role].tone))
            painter.drawText(QRect(x, px(ABOVE), self.width() - x, high), MIDDLE, words)
            x += look.metrics(role).horizontalAdvance(words) + px(10)


class AskingZone(QWidget):
    """It answers the keys of `ui.panels.rubric.answers.Answers` through the card in focus."""

    asked = Signal(object, bool)
    wrote = Signal(str, str)
    left = Signal()
    picked = Signal(object)
    response_picked = Signal(str)
    resized = Signal()
    write_asked = Signal()

    def __init__(self, look: ThemeHolder, texts: Texts, key_of: KeyOf) -> None:
        super().__init__()
        self._look = look
        self._key_of = key_of
        self._texts = texts
        self._column = Column(look, spacing=0)
        self.setLayout(self._column)
        self._cards: dict[Kind, AskingCard] = {}
        self._rows: list[RestRow] = []
        self._headings: list[_Heading] = []
        self._stop = Paragraph(look, role="quiet")
        self._stop_row = QWidget(self)
        self._stop_row.setLayout(Row(look, (self._stop, 1), margins=(42, 8, 12, 8)))
        self._stop_row.setVisible(False)
        self._shown: tuple[Control, ...] = ()
        self._low = False
        self._fresh_at = 0
        self._row_of: dict[Control, RestRow] = {}
        self._sketch = RestRow(look, texts)  # draws what other rows will show
        self._sketch.setParent(self)
        self._sketch.setVisible(False)
        self._ahead: tuple[OpenTask, dict[Control, RestState]] | None = None
        self.card: AskingCard | None = None

    # Showing

    def show_controls(
        self,
        opened: OpenTask,
        response: ResponseId,
        controls: tuple[Control, ...],
        now: Control | None,
        *,
        readonly: bool,
    ) -> None:
        """The controls of one response, then those of the whole task; `now` is in focus."""
        shown = tuple(c for c in controls if kind_of(c) in CARDS and c.response in (None, response))
        shown = tuple(sorted(shown, key=lambda c: tuple(Panel).index(c.panel)))
        self.setVisible(bool(shown))
        if shown != self._shown:
            if _shape(shown) != _shape(self._shown):
                self._lay_out(shown)
            self._shown = shown
            self._row_of = dict(zip(shown, self._rows, strict=False))
        self._say_headings(opened)
        known: Mapping[Control, RestState] = {}
        if self._ahead is not None and self._ahead[0] is opened:
            known, self._ahead = self._ahead[1], None
        for control in shown:
            self._row_of[control].bind(known.get(control) or state_of(opened, control))
        self._say_where_steps_end(opened, response)
        self._focus(opened, response, now if now in shown else None, readonly=readonly)

    def prepare(self, opened: OpenTask, controls: tuple[Control, ...]) -> None:
        """Work out how controls of a task that is not shown yet will stand there."""
        self._ahead = opened, {c: state_of(opened, c) for c in controls if kind_of(c) in CARDS}
        for state in islice(self._ahead[1].values(), MOST_DRAWN):
            self._sketch.draw_ahead(state, self.width())

    def _lay_out(self, shown: tuple[Control, ...]) -> None:
        """Rows and headings in their places; they are kept and used again."""
        for widget in (*self._headings, *self._rows, self._stop_row, *self._cards.values()):
            self._column.removeWidget(widget)  # never takeAt: the old item would keep its size in the new one
            if widget is not self.card:  # it may have the keyboard
                widget.setVisible(False)
        headings = 0
        panel: Panel | None = None
        for at, control in enumerate(shown):
            if control.panel is not panel:
                panel = control.panel
                heading = self._heading(headings)
                headings += 1
                self._column.addWidget(heading)
                heading.setVisible(True)
            row = self._row(at)
            self._column.addWidget(row)
            row.setVisible(True)

    def _say_headings(self, opened: OpenTask) -> None:
        first = {control.panel: control for control in reversed(self._shown)}
        panels = dict.fromkeys(control.panel for control in self._shown)
        for heading, panel in zip(self._headings, panels, strict=False):
            heading.say(tr_later(PANEL_WORD[panel]), name_of(opened, first[panel].response))

    def _heading(self, at: int) -> _Heading:
        if at == len(self._headings):
            self._headings.append(_Heading(self._look))
        return self._headings[at]

    def _row(self, at: int) -> RestRow:
        if at == len(self._rows):
            row = RestRow(self._look, self._texts)
            row.clicked.connect(lambda: self._clicked(row))
            self._rows.append(row)
        return self._rows[at]

    def _clicked(self, row: RestRow) -> None:
        if row.state is not None:
            self.picked.emit(row.state.control)

    def _say_where_steps_end(self, opened: OpenTask, response: ResponseId) -> None:
        """After a first error nothing more is asked: said where the steps end."""
        asked = opened.task.questions.steps
        steps = [c for c in self._shown if c.panel is Panel.STEPS and c.item]
        total = len(asked.steps.get(response, ())) if asked is not None else 0
        stops = bool(steps) and len(steps) < total
        self._column.removeWidget(self._stop_row)
        self._stop_row.setVisible(stops)
        if stops:
            left = total - len(steps)
            self._stop.setText(
                trn(
                    "{n} more step is not asked after an error.",
                    "{n} more steps are not asked after an error.",
                    left,
                )
            )
            self._column.insertWidget(self._column.indexOf(self._row_of[steps[-1]]) + 1, self._stop_row)

    def _focus(self, opened: OpenTask, response: ResponseId, now: Control | None, *, readonly: bool) -> None:
        card = self._card(kind_of(now)) if now is not None else None
        if self.card is not None and self.card is not card:
            self._column.removeWidget(self.card)
            put_away(self.card, self)
        self.card = card
        for control, row in self._row_of.items():
            row.setVisible(control != now)
        if card is None or now is None:
            return
        if isinstance(card, RankingCard):
            card.shown = response
        card.bind(opened, now, readonly=readonly)
        at = self._column.indexOf(self._row_of[now])
        if self._column.indexOf(card) != at + 1:
            self._column.removeWidget(card)
            self._column.insertWidget(self._column.indexOf(self._row_of[now]) + 1, card)
        card.setVisible(True)

    def _card(self, kind: Kind) -> AskingCard:
        card = self._cards.get(kind)
        if card is None:
            card = self._cards[kind] = CARDS[kind](self._look, self._texts, self._key_of)
            card.setParent(self)
            card.set_low(self._low)
            card.asked.connect(self.asked)
            card.wrote.connect(self.wrote)
            card.left.connect(self.left)
            card.response_picked.connect(self.response_picked)
            card.resized.connect(self.resized)
            card.write_asked.connect(self.write_asked)
        return card

    def set_low(self, low: bool) -> None:
        """Little height: no lines of keys."""
        self._low = low
        for card in self._cards.values():
            card.set_low(low)

    def settle(self) -> None:
        """Rows and card in their places at once."""
        self._column.activate()

    def fresh(self, width: int) -> None:
        """Every size as what was just bound needs it, before any event is handled: the innermost first."""
        if self.card is not None:
            _fresh(self.card)
        if width != self._fresh_at:  # at the same width a row tells itself that it needs other room
            self._fresh_at = width
            for row in self._rows:
                row.updateGeometry()
        self._column.invalidate()
        self.updateGeometry()

    # Answers

    def press(self, mark: Mark) -> None:
        if self.card is not None:
            self.card.press(mark)

    def digit(self, digit: int) -> None:
        if self.card is not None:
            self.card.digit(digit)

    def step(self, direction: int) -> None:
        if self.card is not None:
            self.card.step(direction)

    def command(self, name: str) -> None:
        if self.card is not None:
            self.card.command(name)

    def clear(self) -> None:
        if self.card is not None:
            self.card.clear()

    def open_comment(self) -> None:
        if self.card is not None:
            self.card.open_comment()

    def open_confidence(self) -> None:
        if self.card is not None:
            self.card.open_confidence()

    def inner(self, direction: int) -> bool:
        return self.card is not None and self.card.inner(direction)

    def leave(self) -> None:
        if self.card is not None:
            self.card.leave()

    def writing(self) -> bool:
        return self.card is not None and self.card.writing()

    def words(self) -> str:
        return self.card.words() if self.card is not None else ""

    def focused(self) -> QWidget | None:
        return self.card

    def ten_follows(self) -> bool:
        return self.card is not None and self.card.ten_follows()

    def forget(self) -> None:
        if self.card is not None:
            self.card.forget()


def _fresh(widget: QWidget) -> None:
    for child in widget.children():
        if isinstance(child, QWidget) and not child.isHidden():
            _fresh(child)
    layout = widget.layout()
    if isinstance(layout, QLayout):
        layout.invalidate()
    widget.updateGeometry()
