"""One question on the board: its words, a cell for each grader, and under the focused one what they said."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from app.domain.places import is_whole
from app.services.board import Board, BoardRow
from app.services.board import Column as BoardColumn
from app.services.cells import Cell
from ui.i18n import points, tr, tr_later
from ui.lead.words import column_name, name_of, score_words
from ui.panels.decisions import ERRORS
from ui.panels.judged import criterion_of, look_of, numbered_words, question_of, where_of, whole_words
from ui.panels.rubric.words import CONFIDENCE_WORD, DOUBT_WORD
from ui.theme.apply import ThemeHolder
from ui.theme.tokens import RADIUS
from ui.widgets.chip import KeyCap
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Row
from ui.widgets.text import IconLabel, Label, Paragraph

CELL = 154
"""Width of a grader's column, in px at 100 %."""


class CellView(QFrame):
    """One answer. pressed: the mouse adopts it. head: the column's name and key, where it has no line of its own.

    seen: (icon, tone, words) of it.
    """

    pressed = Signal()

    def __init__(
        self,
        look: ThemeHolder,
        name: str,
        seen: tuple[str, str, str],
        cell: Cell,
        *,
        adopted: bool,
        head: QWidget | None = None,
    ) -> None:
        super().__init__()
        self._look = look
        self.adopted = adopted
        icon, tone, said = seen
        spoken = tr("{who}: {verdict}, adopted", who=name, verdict=said) if adopted else ""
        self.setAccessibleName(spoken or tr("{who}: {verdict}", who=name, verdict=said))
        self.setFixedWidth(look.px(CELL))
        inside = Row(look, spacing=6, margins=(10, 8, 8, 8))
        inside.put(IconLabel(look, icon, tone, 16), Qt.AlignmentFlag.AlignVCenter)
        inside.add((Label(look, said, tone=tone, wrap=True), 1))
        if cell.comment or cell.confidence or cell.reason:
            inside.put(IconLabel(look, "message-square", "t3", 14), Qt.AlignmentFlag.AlignVCenter)
        if adopted:
            inside.put(IconLabel(look, "check", "accent", 14), Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(inside if head is None else Column(look, head, inside, spacing=0))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """As high as its words need in a column's width."""
        hint = super().sizeHint()
        return QSize(hint.width(), max(hint.height(), self.heightForWidth(self._look.px(CELL))))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.adopted:
            return
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("accent"), 1))
        painter.setBrush(look.colour("accent_soft"))
        radius = look.px(RADIUS.button)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


class RowView(QFrame):
    """pressed: a click focuses it; adopt_asked: a click on the cell of this column."""

    pressed = Signal()
    adopt_asked = Signal(int)

    def __init__(
        self, look: ThemeHolder, board: Board, row: BoardRow, *, focused: bool, stacked: bool
    ) -> None:
        """stacked: the cells under the words, each with its grader's name, where there is no room for columns.

        What is adopted whole stands in full under the focused row, side by side where there is room.
        """
        super().__init__()
        self._look = look
        self.row = row
        self.is_focused = focused
        self._board = board
        self.body = Column(look, spacing=8, margins=(14, 10, 0, 10))
        cells: list[CellView] = []
        for column, cell in zip(board.columns, row.cells, strict=True):
            adopted = row.ruling is not None and row.ruling.adopted == column.key
            head = head_of(look, board, column, role="small") if stacked else None
            seen = look_of(board.task, board.order, row.place, cell.value)
            view = CellView(look, column_name(board, column), seen, cell, adopted=adopted, head=head)
            view.pressed.connect(lambda n=column.number: self.adopt_asked.emit(n))
            cells.append(view)
        if stacked:
            below = QWidget()
            below.setLayout(Flow(look, *cells, spacing=4))
            self.body.add(self._words(), Row(look, (below, 1), margins=(16, 0, 0, 0)))
        else:
            line = Row(look, spacing=0)
            line.add((self._words(), 1), 12)
            for view in cells:
                line.put(view, Qt.AlignmentFlag.AlignVCenter)
            self.body.add(line)
        if focused:
            said = [self._said(name, words) for name, words in said_by(board, row)]
            if is_whole(row.place) and not stacked and said:
                beside = QWidget()
                beside.setLayout(Row(look, *((one, 1) for one in said), spacing=0))
                said = [beside]
            self.body.add(*said)
        self.setLayout(self.body)
        self.setAccessibleName(self._spoken())

    def _words(self) -> QWidget:
        look, row, board = self._look, self.row, self._board
        criterion, holder = criterion_of(board.task, row.place), QWidget()
        text = Column(look, spacing=2)
        if criterion is not None and criterion.negative:
            text.add(
                Row(look, IconLabel(look, "octagon-alert", "bad", 14),
                    Label(look, tr("Bad if this is met"), role="small", tone="bad"), None, spacing=5)
            )  # fmt: skip
        asked = question_of(board.task, board.order, row.place)
        text.add(Paragraph(look, asked, weight=500 if self.is_focused else None))
        facts = where_of(board.task, board.order, row.place)
        if criterion is not None:
            facts.insert(0, tr("{points} points", points=points(criterion.points)))
        if facts:
            text.add(Label(look, ", ".join(facts), role="small", wrap=True))
        ruling = row.ruling
        if ruling is not None and ruling.adopted is None:
            _, _, said = look_of(board.task, board.order, row.place, ruling.value)
            own = Row(look, spacing=5)
            own.put(IconLabel(look, "pencil", "accent", 14), Qt.AlignmentFlag.AlignTop)
            kind = tr_later(ERRORS[ruling.error_class]) if ruling.error_class else ""
            words = tr(
                "You decided: {verdict}. {kind}. {reason}", verdict=said, kind=kind, reason=ruling.reason
            )
            own.add((Paragraph(look, words, role="second", tone="accent"), 1))
            text.add(own)
        text.add(None)
        number = Label(look, str(row.number), role="small", figures=True)
        number.setMinimumWidth(look.px(18))
        box = Row(look, spacing=8)
        box.put(number, Qt.AlignmentFlag.AlignTop)
        box.add((text, 1))
        holder.setLayout(box)
        return holder

    def _said(self, name: str, words: str) -> QWidget:
        holder = QWidget()
        holder.setLayout(
            Column(
                self._look, Label(self._look, name, role="strong"),
                Paragraph(self._look, words, role="second"), None, spacing=1, margins=(26, 0, 14, 0),
            )
        )  # fmt: skip
        return holder

    def _spoken(self) -> str:
        row, board = self.row, self._board
        state = tr("undecided") if row.final is None else tr("decided")
        asked = question_of(board.task, board.order, row.place)
        return tr(
            "{what}: {text}, {state}", what=numbered_words(row.place, row.number), text=asked, state=state
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        if self.is_focused:
            edge = look.theme.focus_width
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.colour("accent"), edge))
            painter.setBrush(look.colour("raised"))
            inset, radius = edge / 2, look.px(RADIUS.card) - edge / 2
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius
            )
        else:
            painter.fillRect(0, self.height() - 1, self.width(), 1, look.colour("line"))
        criterion = criterion_of(self._board.task, self.row.place)
        if criterion is not None and criterion.negative:
            painter.fillRect(
                look.px(5), look.px(12), look.px(3), self.height() - look.px(24), look.colour("bad")
            )


def head_of(look: ThemeHolder, board: Board, column: BoardColumn, *, role: str) -> QWidget:
    """A column's name, the key that adopts it and its score, as wide as the column."""
    cell, inside = QWidget(), Row(look, spacing=6, margins=(10, 0, 8, 0))
    inside.add((Label(look, column_name(board, column), role=role, elide=True), 1))
    if column.kind in ("own", "grader"):
        inside.add(KeyCap(look, str(column.number)))
    score = score_words(board, column)
    if score:
        inside.add(Label(look, score, role="small", figures=True))
    cell.setLayout(inside)
    cell.setFixedWidth(look.px(CELL))
    if column.outdated:
        cell.setToolTip(tr("Made under an older rubric; it is not counted."))
    return cell


def said_by(board: Board, row: BoardRow) -> list[tuple[str, str]]:
    """Who gave a reason, a doubt or a confidence, or disputed a decision over it; who marked or wrote what."""
    found: list[tuple[str, str]] = []
    for column, cell in zip(board.columns, row.cells, strict=True):
        parts = [cell.comment, whole_words(board.task, row.place, cell.value)]
        if cell.reason in tuple(DOUBT_WORD):
            parts.append(tr_later(DOUBT_WORD[cell.reason]))  # type: ignore[index]
        if cell.confidence in tuple(CONFIDENCE_WORD):
            parts.append(tr_later(CONFIDENCE_WORD[cell.confidence]))  # type: ignore[index]
        words = "\n".join(part for part in parts if part)
        if words:
            found.append((column_name(board, column), words))
    for past in board.past:
        for place, text in past.reasons:
            if place == row.place:
                found.append((tr("{who}, against the decision", who=name_of(board, past.who)), text))
    return found


def on_press(view: RowView, focus: Callable[[], None], adopt: Callable[[int], None]) -> None:
    """What the mouse does on a row."""
    view.pressed.connect(focus)

    def take(number: int) -> None:
        focus()
        adopt(number)

    view.adopt_asked.connect(take)
