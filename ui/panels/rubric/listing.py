"""The list of criteria: drawn rows, one card for the focused one, a tail; only what is in view has widgets."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from app.domain.ids import CriterionId
from ui.panels.asking.tail import Tail
from ui.panels.rubric.answers import put_away
from ui.panels.rubric.card import CriterionCard
from ui.panels.rubric.entries import Entry, Rows
from ui.panels.rubric.heights import FEW, Heights
from ui.panels.rubric.row import CriterionRow, GroupRow
from ui.panels.rubric.texts import Texts
from ui.theme.apply import ThemeHolder
from ui.widgets.scroll import ScrollArea

EDGE = 6
BAR = 10


class CriteriaList(ScrollArea):
    """picked: a criterion was clicked; toggled: a group's heading was."""

    picked = Signal(str)
    toggled = Signal(str)

    def __init__(self, look: ThemeHolder, texts: Texts, card: CriterionCard, tail: Tail, name: str) -> None:
        self._inside = QWidget()
        super().__init__(look, self._inside, name=name)
        self.setWidgetResizable(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._texts = texts
        self._card = card
        self._tail = tail
        self._entries: tuple[Entry, ...] = ()
        self._place_of: dict[CriterionId, int] = {}
        self._rows: Rows | None = None
        self._folded: frozenset[CriterionId] = frozenset()
        self._focused = -1
        self._other: QWidget | None = None
        self._readonly = False
        self._high = Heights(look, texts)
        self._heights: list[int] = []
        self._tops: list[int] = [0]
        self._used: dict[int, CriterionRow | GroupRow] = {}
        self._spare_rows: list[CriterionRow] = []
        self._spare_groups: list[GroupRow] = []
        self._placing = False
        card.setParent(self._inside)
        tail.setParent(self._inside)
        card.resized.connect(self.grew)
        self.verticalScrollBar().valueChanged.connect(self._place)
        look.changed.connect(self._forget)
        texts.redrawn.connect(self._reflow)  # the card has heard it before

    # What is shown

    def show_entries(
        self, entries: tuple[Entry, ...], rows: Rows, folded: frozenset[CriterionId], *, readonly: bool
    ) -> None:
        """Show a rubric (or a response of it); the focus is set apart, by `focus_on`."""
        self._rows, self._folded, self._readonly = rows, folded, readonly
        if entries is not self._entries:
            self._entries = entries
            self._place_of = {e.criterion.id: i for i, e in enumerate(entries)}
            self._focused = -1
            self._release_all()
            ahead = self._heights_ahead()
            if ahead is not None:
                self._heights = ahead
            elif len(entries) <= FEW:
                self._heights = [0] * len(entries)
            else:
                self._heights = [self._high.guessed(e, self._width()) for e in entries]

    def focus_on(self, criterion: CriterionId | None, other: QWidget | None = None) -> None:
        """Put the card on a criterion and bring it into view; None: no card. other: of the tail, in its place."""
        self._other = other
        self._focused = self._place_of.get(criterion, -1) if criterion is not None else -1
        if self._focused >= 0:
            self._card.setVisible(True)
        else:
            put_away(self._card, self)
        self.refresh()
        self.reveal()

    def refresh(self) -> None:
        """The states changed; the entries did not."""
        if self._focused >= 0 and self._rows is not None:
            self._card.bind(self._rows.row(self._entries[self._focused]), readonly=self._readonly)
        few = len(self._entries) <= FEW
        if few:
            self._heights = self._heights_ahead() or self._measured()
            if self._focused >= 0:
                self._heights[self._focused] = self._measure(self._focused)
        self._put(measure=not few)

    def _measured(self) -> list[int]:
        return [0 if i == self._focused else self._measure(i) for i in range(len(self._entries))]

    def reveal(self) -> None:
        """Scroll as little as needed so that the card is whole in view."""
        at, other = self._focused, self._other
        if at < 0 and other is None:
            self.verticalScrollBar().setValue(0)
            return
        bar, px = self.verticalScrollBar(), self._look.px
        for _ in range(3):
            room = self.viewport().height()
            top, height = self._span()
            before = bar.value()
            air = max(px(4), min(px(24), (room - height) // 2))
            if top - air < before or height + 2 * air > room:
                bar.setValue(max(0, top - air))
            elif top + height + air > before + room:
                bar.setValue(top + height + air - room)
            if bar.value() == before:
                break
        self._reveal_part()

    @property
    def height_in_focus(self) -> int:
        """px of the criterion, or other control, in focus."""
        return self._span()[1]

    def _span(self, at: int = -1) -> tuple[int, int]:
        """(top, height) inside of a line, without one of what is in focus."""
        at = at if at >= 0 else self._focused
        if at >= 0:
            return self._tops[at], self._heights[at]
        if self._other is None:
            return 0, 0
        return self._other.mapTo(self._inside, QPoint(0, 0)).y(), self._other.height()

    def _reveal_part(self) -> None:
        """Of a card that is taller than the view: the field that is written in, else what is worked on."""
        held = QApplication.focusWidget()
        writes = isinstance(held, QPlainTextEdit | QLineEdit) and self._inside.isAncestorOf(held)
        part = held if writes else self._tail.at_hand()
        if part is None or part.isHidden() or not self._inside.isAncestorOf(part):
            return
        bar, air, room = self.verticalScrollBar(), self._look.px(8), self.viewport().height()
        top = part.mapTo(self._inside, QPoint(0, 0)).y()
        if top + part.height() + air > bar.value() + room:
            bar.setValue(top + part.height() + air - room)
        if top - air < bar.value():
            bar.setValue(max(0, top - air))

    def reveal_tail(self) -> None:
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def prepare(self, entries: tuple[Entry, ...], rows: Rows) -> None:
        """Lay out the first texts of a rubric ahead of time, at the width in force."""
        self._draw_ahead(entries, rows, self._high.work_out(entries, rows, self._width()))

    def _draw_ahead(self, entries: tuple[Entry, ...], rows: Rows, heights: list[int]) -> None:
        """The rows that are seen first; the first of all gets the card."""
        self._texts.drop_drawn()
        top, room = heights[0] if heights else 0, self.viewport().height()
        for entry, height in zip(entries[1:], heights[1:], strict=True):
            if top > room:
                break
            top += height
            if not entry.is_group:
                if not self._spare_rows:
                    self._spare_rows.append(self._new_row())
                self._spare_rows[-1].draw_ahead(rows.row(entry), QSize(self._width(), height))

    def _heights_ahead(self) -> list[int] | None:
        """The heights that were measured ahead, if they are of what is shown now."""
        if self._folded:
            return None
        return self._high.worked_out(self._entries, self._rows, self._width())

    # Geometry

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._guess()
        self._place()
        self.reveal()

    def _width(self) -> int:
        """The width of a row: the same with and without a scroll bar."""
        return max(self.width() - self._look.px(2 * EDGE) - BAR, 120)

    def _forget(self) -> None:
        """Other fonts, other heights."""
        self._high.ahead = None
        self._again(whole_tree=True)

    def _reflow(self) -> None:
        """Formulas got their pictures."""
        self._again(whole_tree=False)

    def _again(self, *, whole_tree: bool) -> None:
        """Everything is measured again, and what is read stays where it is seen."""
        bar, room = self.verticalScrollBar(), self.viewport().height()
        top, height = self._span()
        whole = bar.value() <= top and top + height <= bar.value() + room
        seen = bar.value() < top + height and top < bar.value() + room
        held = -1 if seen else next(iter(self._in_view()), -1)
        before = self._span(held)[0] - bar.value()
        ahead, self._high.ahead = self._high.ahead, None
        if whole_tree or len(self._entries) <= FEW:
            self._guess()
        self._place()
        bar.setValue(self._span(held)[0] - before)
        if whole:
            self.reveal()
        for widget in self._used.values():
            widget.update()
        if ahead is not None and ahead.rows is not self._rows:
            self.prepare(ahead.entries, ahead.rows)

    def _guess(self) -> None:
        if len(self._entries) <= FEW and self._rows is not None:
            self._heights = [self._measure(i) for i in range(len(self._entries))]
        else:
            self._heights = [self._high.guessed(entry, self._width()) for entry in self._entries]

    def _measure(self, at: int) -> int:
        entry, rows = self._entries[at], self._rows
        if rows is None:
            return self._high.guessed(entry, self._width())
        if at == self._focused:
            return self._card.height_at(self._width())
        return self._high.at_rest(entry, rows, self._width(), folded=entry.criterion.id in self._folded)

    def _sum_up(self) -> None:
        self._tops = list(accumulate(self._heights, initial=self._look.px(4)))

    def grew(self) -> None:
        """A field opened or its text grew a line: what is below moves at once, and the card stays in view."""
        self._place()
        self.reveal()

    def _in_view(self) -> range:
        top = self.verticalScrollBar().value()
        first = max(0, bisect_right(self._tops, top) - 1)
        last = bisect_right(self._tops, top + self.viewport().height())
        return range(first, min(last, len(self._entries)))

    def _place(self) -> None:
        self._put(measure=True)

    def _put(self, *, measure: bool) -> None:
        """Give widgets to what is in view, and their places to all of them."""
        if self._placing or self._rows is None:
            return
        self._placing = True
        self._sum_up()
        seen = range(0)
        for _ in range(4):
            seen = self._in_view()
            if not measure:
                break
            found = {i: self._measure(i) for i in (*seen, *([self._focused] if self._focused >= 0 else []))}
            if all(self._heights[i] == height for i, height in found.items()):
                break
            for i, height in found.items():
                self._heights[i] = height
            self._sum_up()
        self._place_tail()
        self._assign(seen)
        self._placing = False

    def _place_tail(self) -> None:
        px, width = self._look.px, self._width()
        layout = self._tail.layout()
        self._tail.fresh(width)
        height = layout.totalHeightForWidth(width) if layout is not None else 0
        height = max(height, self._tail.minimumSizeHint().height())
        self._inside.resize(width + px(2 * EDGE), self._tops[-1] + height + px(8))
        self._tail.setGeometry(px(EDGE), self._tops[-1], width, height)
        self._tail.settle()

    def _assign(self, seen: range) -> None:
        for i in [i for i in self._used if i not in seen or i == self._focused]:
            self._release(i)
        left, width = self._look.px(EDGE), self._width()
        for i in seen:
            rect = QRect(left, self._tops[i], width, self._heights[i])
            if i == self._focused:
                continue
            entry = self._entries[i]
            widget = self._used.get(i) or self._take(i, entry)
            self._bind(widget, entry)
            if widget.geometry() != rect:
                widget.setGeometry(rect)
            if widget.isHidden():
                widget.show()
        for spare in (*self._spare_rows, *self._spare_groups):
            if not spare.isHidden():
                spare.hide()
        if self._focused >= 0:
            at = self._focused
            self._card.setGeometry(left, self._tops[at], width, self._heights[at])
            self._card.raise_()

    def _bind(self, widget: CriterionRow | GroupRow, entry: Entry) -> None:
        if self._rows is None:
            return
        if isinstance(widget, GroupRow):
            widget.bind(self._rows.group(entry, folded=entry.criterion.id in self._folded))
        else:
            widget.bind(self._rows.row(entry))

    def _take(self, at: int, entry: Entry) -> CriterionRow | GroupRow:
        widget: CriterionRow | GroupRow
        if entry.is_group:
            widget = self._spare_groups.pop() if self._spare_groups else self._new_group()
        else:
            widget = self._spare_rows.pop() if self._spare_rows else self._new_row()
        self._used[at] = widget
        return widget

    def _new_row(self) -> CriterionRow:
        row = CriterionRow(self._look, self._texts)
        row.setParent(self._inside)
        row.clicked.connect(lambda: self._clicked(row))
        return row

    def _new_group(self) -> GroupRow:
        row = GroupRow(self._look, self._texts)
        row.setParent(self._inside)
        row.clicked.connect(lambda: self._clicked(row))
        return row

    def _clicked(self, row: CriterionRow | GroupRow) -> None:
        if row.state is not None:
            (self.toggled if isinstance(row, GroupRow) else self.picked).emit(row.state.entry.criterion.id)

    def _release(self, at: int) -> None:
        widget = self._used.pop(at)
        if isinstance(widget, GroupRow):
            self._spare_groups.append(widget)
        else:
            self._spare_rows.append(widget)

    def _release_all(self) -> None:
        for at in list(self._used):
            self._release(at)
