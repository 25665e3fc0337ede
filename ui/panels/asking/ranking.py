"""Responses in places, the best first: by digits, by Alt+↑↓, or by dragging. There is no way to leave a hole.

The response in focus is the one that is shown; ↑ and ↓ walk through the list before they leave it.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from app.domain.ids import ResponseId, TaskId
from app.domain.order import letter
from app.domain.questions import Need, Ranking
from app.domain.ranking import closed_up, placed, places_of, typed
from app.domain.review import RANKING_WHY, place_path
from ui.i18n import number, tr
from ui.panels.asking.card import AskingCard, KeyOf
from ui.panels.rubric.texts import Texts
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Filled, IconButton
from ui.widgets.layout import Column, Row
from ui.widgets.text import Label

SNIPPET = 120
MOST = 9
TIE_SHARE = 0.3
"""Of a row's height at its middle: dropped there, two responses share the place (where ties are allowed)."""


class RankRow(Filled):
    """A response and its place. Checked: it has the focus. dragged(y), dropped(y): in the parent's coordinates."""

    dragged = Signal(int)
    dropped = Signal(int)

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__()
        self._look = look
        self.response = ResponseId("")
        self._pressed: QPoint | None = None
        self._dragging = False
        self.setProperty("kind", "nav")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._place = Label(look, role="strong", figures=True)
        self._place.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name = Label(look, role="strong")
        self._text = Label(look, role="quiet", elide=True)
        self.up = IconButton(look, "arrow-up", tr("One place up"), key="Alt+Up")
        self.down = IconButton(look, "arrow-down", tr("One place down"), key="Alt+Down")
        for part in (self._place, self._name, self._text):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words = Column(look, None, self._name, self._text, None, spacing=1)
        self.setLayout(
            Row(look, self._place, (words, 1), self.up, self.down, spacing=6, margins=(6, 5, 4, 5))
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(
        self, response: ResponseId, name: str, place: int | None, text: str, *, here: bool, readonly: bool
    ) -> None:
        self.response = response
        self._place.setText(number(place) if place is not None else "–")
        self._place.setMinimumWidth(self._look.px(24))
        self._place.set_tone("t1" if place is not None else "t3")
        self._name.setText(name)
        self._text.setText(text)
        self.setChecked(here)
        self.up.setVisible(here and not readonly)
        self.down.setVisible(here and not readonly)
        said = tr("place {n}", n=place) if place is not None else tr("not placed")
        self.setAccessibleName(f"{name}, {said}")
        self.setCursor(Qt.CursorShape.ArrowCursor if readonly else Qt.CursorShape.OpenHandCursor)
        self.setEnabled(True)

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().expandedTo(QSize(0, self._look.px(48)))

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(0, self._look.px(48)))

    def nextCheckState(self) -> None:
        """A click moves the focus; the card says where it is."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._pressed, self._dragging = event.position().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        at = event.position().toPoint()
        if self._pressed is None:
            return
        if (at - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._dragging = True
        if self._dragging:
            self.dragged.emit(self.mapToParent(at).y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragging, self._dragging, self._pressed = self._dragging, False, None
        if dragging:
            self.setDown(False)
            self.dropped.emit(self.mapToParent(event.position().toPoint()).y())
        else:
            super().mouseReleaseEvent(event)


class DropMark(QWidget):
    """Where a dragged response would come to stand."""

    def __init__(self, look: ThemeHolder, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.setVisible(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._look.colour("accent"))


class RankingCard(AskingCard):
    """shown: the response that is read now, which the zone sets before each bind."""

    def __init__(self, look: ThemeHolder, texts: Texts, key_of: KeyOf) -> None:
        super().__init__(look, texts, key_of)
        self.shown = ResponseId("")
        self._typed: tuple[TaskId, dict[ResponseId, int]] = (TaskId(""), {})
        self._rows: list[RankRow] = []
        self._list = QWidget()
        self._list.setAccessibleName(tr("Ranking"))
        column = Column(look, spacing=2)
        for _ in range(MOST):
            column.add(self._new_row())
        self._list.setLayout(column)
        self._mark = DropMark(look, self._list)
        self.middle.add(self._list)

    def _new_row(self) -> RankRow:
        row = RankRow(self._look)
        row.clicked.connect(lambda: self.response_picked.emit(row.response))
        row.up.clicked.connect(lambda: self.shift(-1))
        row.down.clicked.connect(lambda: self.shift(1))
        row.dragged.connect(lambda y: self._show_mark(y))
        row.dropped.connect(lambda y: self._dropped(row.response, y))
        self._rows.append(row)
        return row

    def at_hand(self) -> QWidget | None:
        return next((row for row in self._rows if row.isChecked() and not row.isHidden()), None)

    def note_name(self) -> str:
        return tr("Why this order?")

    def hints(self, key_of: KeyOf) -> list[tuple[str, str]]:
        return [
            ("1", tr("its place")),
            (key_of("rank-up"), tr("up")),
            (key_of("rank-down"), tr("down")),
            *super().hints(key_of),
        ]

    @property
    def question(self) -> Ranking | None:
        return self.opened.task.questions.ranking if self.opened is not None else None

    def note_offered(self) -> bool:
        return self.question is not None and self.question.justification is not Need.NONE

    def note_need(self) -> tuple[bool, int]:
        return self.question is not None and self.question.justification is Need.REQUIRED, 0

    def help_text(self) -> str:
        ties = self.question is not None and self.question.ties
        return tr("Two may share a place.") if ties else tr("Every place is given once.")

    # Showing

    def in_order(self) -> list[ResponseId]:
        """As the list shows them: by place, then those without one."""
        if self.opened is None:
            return []
        places = self.places()
        order = self.opened.order
        return sorted(order, key=lambda r: (places.get(r, len(order) + 1), order.index(r)))

    def places(self) -> dict[ResponseId, int]:
        return places_of(self.opened.task, self.opened.review) if self.opened is not None else {}

    def show_answer(self) -> None:
        opened = self.opened
        if opened is None:
            return
        places, listed = self.places(), self.in_order()
        for at, row in enumerate(self._rows):
            row.setVisible(at < len(listed))
            if at < len(listed):
                response = listed[at]
                row.say(
                    response,
                    tr("Response {letter}", letter=letter(opened.order, response)),
                    places.get(response),
                    _snippet(opened.task.response(response).text),
                    here=response == self.shown,
                    readonly=self.readonly,
                )

    # Keys

    def digit(self, digit: int) -> None:
        opened = self.opened
        if opened is None:
            return
        if digit > len(opened.order):
            self.refuse(tr("There are places 1 to {n}.", n=len(opened.order)))
            return
        if not digit:
            if self.shown in self.places():  # else nothing changes, what was typed for the others neither
                self._place(self.shown, None)
            return
        numbers = typed(opened.task, self._numbers(), self.shown, digit)
        self._typed = opened.task.id, numbers
        places = closed_up(numbers)
        rest = [r for r in opened.order if r not in places]
        done = not rest and not self.lacks_note()
        self.asked.emit({place_path(r): places.get(r) for r in opened.order}, done)
        if rest:
            self.response_picked.emit(rest[0])

    def _numbers(self) -> dict[ResponseId, int]:
        """What was typed, as long as the places are what came of it and some are still to come; else the places."""
        places = self.places()
        task, numbers = self._typed
        kept = {r: n for r, n in numbers.items() if r in places}
        open_ = (
            self.opened is not None and task == self.opened.task.id and len(places) < len(self.opened.order)
        )
        return kept if open_ and closed_up(kept) == places else places

    def command(self, name: str) -> None:
        if name in ("rank-up", "rank-down"):
            self.shift(-1 if name == "rank-up" else 1)

    def shift(self, direction: int) -> None:
        """One place up (−1) or down (1); what has no place yet comes in at the end."""
        places = self.places()
        now = places.get(self.shown)
        if now is None:
            self._place(self.shown, len(set(places.values())) + 1)
            return
        tied = sum(place == now for place in places.values()) > 1
        wanted = now + direction
        if tied:
            wanted = now if direction < 0 else now + 1
        last = len(set(places.values())) + (1 if tied else 0)
        if 1 <= wanted <= last:
            self._place(self.shown, wanted)

    def _place(self, response: ResponseId, place: int | None, *, beside: bool = False) -> None:
        opened = self.opened
        if opened is None:
            return
        self._typed = opened.task.id, {}
        self.asked.emit(placed(opened.task, opened.review, response, place, beside=beside), False)

    def inner(self, direction: int) -> bool:
        listed = self.in_order()
        at = listed.index(self.shown) + direction if self.shown in listed else -1
        if not 0 <= at < len(listed):
            return False
        self.response_picked.emit(listed[at])
        return True

    def clear(self) -> None:
        if self.opened is not None:
            self.asked.emit({place_path(r): None for r in self.opened.order}, False)

    def _note_typed(self, text: str) -> None:
        self.wrote.emit(RANKING_WHY, text)

    # Dragging

    def _target(self, y: int) -> tuple[int, bool]:
        """(the index to stand at, whether beside the row there) for a height in the list."""
        shown = [row for row in self._rows if not row.isHidden()]
        ties = self.question is not None and self.question.ties
        for at, row in enumerate(shown):
            rect = row.geometry()
            if y < rect.bottom():
                share = (y - rect.top()) / max(rect.height(), 1)
                if ties and abs(share - 0.5) <= TIE_SHARE / 2:
                    return at, True
                return (at if share < 0.5 else at + 1), False
        return len(shown), False

    def _show_mark(self, y: int) -> None:
        if self.readonly:
            return
        at, beside = self._target(y)
        shown = [row for row in self._rows if not row.isHidden()]
        rect = shown[min(at, len(shown) - 1)].geometry()
        top = rect.top() if at < len(shown) else rect.bottom()
        thick = self._look.px(2)
        self._mark.setGeometry(
            rect.left(), rect.center().y() if beside else top - thick // 2, rect.width(), thick
        )
        self._mark.setVisible(True)
        self._mark.raise_()

    def _dropped(self, response: ResponseId, y: int) -> None:
        self._mark.setVisible(False)
        if self.readonly:
            return
        at, beside = self._target(y)
        listed, places = self.in_order(), self.places()
        if beside and at < len(listed) and listed[at] != response and listed[at] in places:
            self._place(response, _without(places, response, listed[at]), beside=True)
            return
        before = [r for r in listed[:at] if r != response and r in places]
        distinct = len({places[r] for r in before})
        self._place(response, distinct + 1)
        self.response_picked.emit(response)


def _without(places: dict[ResponseId, int], moved: ResponseId, other: ResponseId) -> int:
    """The place of `other` once `moved` is taken out."""
    left = sorted({place for r, place in places.items() if r != moved})
    return left.index(places[other]) + 1


def _snippet(text: str) -> str:
    """The first words of a response, without its Markdown."""
    line = next((line for line in text.splitlines() if line.strip(" #*-_>|`=")), "")
    return line.strip(" #*-_>|`=").replace("**", "")[:SNIPPET]
