"""The judging panel of a task: score, criteria, foot. It holds where one is; what is decided goes out as values.

    panel = RubricPanel(look, binder.key)
    panel.changed.connect(lambda values: panel.refresh(live.change(opened, values)))   # {path: value}
    panel.place_moved.connect(remember)             # (response, criterion)
    panel.show_task(opened, response, criterion, hide_score=False)
    panel.press(Mark.MET); panel.digit(3); panel.step(+1); panel.next(); panel.open_comment()

Text is buffered while it is typed and goes out at most 500 ms after the last key, or with `flush()`.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal

from app.domain.checks import Missing
from app.domain.ids import CriterionId, ResponseId
from app.domain.review import COMMENT, Scalar, verdict_path
from app.domain.rubric import Kind
from app.domain.verdict import Confidence, Doubt, Mark
from app.services.reviewing import OpenTask
from ui.i18n import tr
from ui.panels.rubric.buffer import Digits, TextBuffer, once
from ui.panels.rubric.card import CriterionCard
from ui.panels.rubric.cursor import Cursor, Outlines, Spot
from ui.panels.rubric.entries import Rows
from ui.panels.rubric.foot import BeforeSubmit, Foot
from ui.panels.rubric.listing import FEW, CriteriaList
from ui.panels.rubric.row import spoken
from ui.panels.rubric.score_head import ScoreHead
from ui.panels.rubric.sums import Sums
from ui.panels.rubric.task_comment import TaskComment
from ui.panels.rubric.texts import Texts
from ui.theme.apply import ThemeHolder
from ui.widgets.notice import announce
from ui.widgets.surface import Surface

LATER_MS = 40


class RubricPanel(Surface):
    """changed({path: value}) · place_moved(response, criterion) · submit_asked()."""

    changed = Signal(object)
    place_moved = Signal(str, object)
    submit_asked = Signal()

    def __init__(self, look: ThemeHolder, key_of: Callable[[str], str]) -> None:
        super().__init__(look, "panel", spacing=0)
        self._opened: OpenTask | None = None
        self._at: Cursor | None = None
        self._outlines = Outlines()
        self._hide_score = self._low = False
        self._readonly = ""
        self._digits = Digits(self)
        self._build(look, key_of)
        self._buffer = TextBuffer(self)
        self._buffer.ready.connect(self.changed)
        self._breath = once(self, 0, self._breathe)
        self._later = once(self, LATER_MS, self._show_sums)

    def _build(self, look: ThemeHolder, key_of: Callable[[str], str]) -> None:
        self.texts = Texts(look, self)
        self.head = ScoreHead(look, key_of("why"))
        self.card = CriterionCard(look, self.texts, key_of)
        self.comment = TaskComment(look)
        self.list = CriteriaList(look, self.texts, self.card, self.comment, tr("Criteria"))
        self.before = BeforeSubmit(look)
        self.foot = Foot(look, key_of("submit"))
        self._sums = Sums(self.head, self.before, self.foot, key_of("submit"))
        self.body.add(self.head, (self.list, 1), self.before, self.foot)
        self.card.marked.connect(self._clicked)
        self.card.valued.connect(self._value)
        self.card.wrote.connect(self._wrote)
        self.card.left.connect(self.leave)
        self.card.doubted.connect(self._doubt)
        self.card.sure.connect(self._sure)
        self.comment.left.connect(self.leave)
        self.comment.wrote.connect(self._wrote_task)
        self.list.picked.connect(self._go_here)
        self.list.toggled.connect(self.toggle_group)
        self.head.picked.connect(self._go_here)
        self.head.why_toggled.connect(self._why_toggled)
        self.before.picked.connect(self._go_to_lack)
        self.before.closed.connect(self.close_list)
        self.foot.list_asked.connect(self.show_list)
        self.foot.why_asked.connect(self.head.toggle_why)
        self.foot.submit_asked.connect(self.submit_asked)

    # Showing

    @property
    def place(self) -> Spot:
        return self._at.spot if self._at is not None else (ResponseId(""), None)

    @property
    def opened(self) -> OpenTask | None:
        return self._opened

    def show_task(
        self,
        opened: OpenTask,
        response: ResponseId | None = None,
        criterion: CriterionId | None = None,
        *,
        hide_score: bool = False,
        readonly: str = "",
    ) -> None:
        """Show a task at a place; without one, at its first open criterion. readonly: why, or empty."""
        self._buffer.drop()
        self._stop_breath()
        self._opened = opened
        self._at = at = Cursor(opened, self._outlines.of(opened))
        at.start(opened, response, criterion)
        self._hide_score = hide_score or opened.batch.hide_score
        self._readonly = readonly
        self.before.setVisible(False)
        self.comment.put(opened.review.comment, readonly=bool(readonly))
        self._show_rows()
        self._show_sums()
        self.place_moved.emit(at.response, at.criterion)

    def refresh(self, opened: OpenTask) -> None:
        """The review changed; where one is did not."""
        if self._at is None:
            return
        self._opened = opened
        if COMMENT not in self._buffer:
            self.comment.put(opened.review.comment, readonly=bool(self._readonly))
        self._show_entries(opened, self._at)
        self.list.refresh()
        if len(self._at.leaves) * len(opened.order) > 2 * FEW:
            self._later.start()
        else:
            self._show_sums()

    def prepare(self, opened: OpenTask) -> None:
        """Do ahead of time what showing this task will need."""
        outline, first = self._outlines.of(opened), opened.order[0]
        self.list.prepare(outline.entries, Rows(outline, opened.review, first, opened.score(first)))

    def _show_entries(self, opened: OpenTask, at: Cursor) -> None:
        score = None if self._hide_score else self._sums.score(opened, at.response)
        rows = Rows(at.outline, opened.review, at.response, score)
        self.list.show_entries(at.entries, rows, at.folded, readonly=bool(self._readonly))

    def _show_rows(self) -> None:
        if self._opened is not None and self._at is not None:
            self._show_entries(self._opened, self._at)
            self.list.focus_on(self._at.criterion)

    def _show_sums(self) -> None:
        """Score and foot."""
        self._later.stop()
        if self._opened is not None and self._at is not None:
            self._sums.show(
                self._opened, self._at, hidden=self._hide_score, readonly=self._readonly, low=self._low
            )

    # Where one is

    def show_response(self, response: ResponseId) -> None:
        """Another response of the task; the criterion stays the same."""
        opened, at = self._opened, self._at
        if opened is not None and at is not None and response != at.response and response in opened.order:
            self.go_to(response, at.criterion)

    def go_to(self, response: ResponseId, criterion: CriterionId | None) -> None:
        """Focus a criterion of a response; unfolds what hides it."""
        if self._at is None:
            return
        self.flush()
        self._stop_breath()
        other = response != self._at.response
        moved = self._at.go(response, criterion)
        self._show_rows()
        if other:
            self._show_sums()
        if moved:
            self.place_moved.emit(response, criterion)
            if self.card.state is not None:
                announce(self.card, spoken(self.card.state))

    def next(self) -> None:
        self._move(1)

    def previous(self) -> None:
        self._move(-1)

    def next_open(self) -> bool:
        """On to the next unanswered criterion, of any response; False if there is none."""
        found = (
            self._at.next_open(self._opened) if self._at is not None and self._opened is not None else None
        )
        if found is not None:
            self.go_to(*found)
        return found is not None

    def _move(self, step: int) -> None:
        if self._at is None or not self._at.leaves:
            return
        beside = self._at.beside(step)
        if beside is None:
            self.flush()
            self.list.reveal_tail()
        else:
            self.go_to(self._at.response, beside)

    def _go_here(self, criterion: str) -> None:
        if self._at is not None:
            self.go_to(self._at.response, CriterionId(criterion))

    def toggle_group(self, group: str) -> None:
        """Fold or unfold a group."""
        if self._at is not None:
            self.flush()
            before = self._at.criterion
            self._at.toggle(CriterionId(group))
            self._show_rows()
            if self._at.criterion != before:
                self.place_moved.emit(*self._at.spot)

    # Answering

    def press(self, mark: Mark) -> None:
        """A verdict key or button on the focused criterion."""
        if not self._may_answer() or not self.card.allows(mark):
            return
        doubt = mark is Mark.CANNOT_JUDGE
        values: dict[str, Scalar | None] = {self._path("value"): str(mark)}
        if not doubt and self._has("reason"):
            values[self._path("reason")] = None
        self._set(values, moves=not doubt)

    def _clicked(self, mark: Mark) -> None:
        """A second click while the first answer breathes corrects it."""
        self._breath.stop()
        self.press(mark)

    def clear(self) -> None:
        """Make the focused criterion unanswered again."""
        if self._may_answer():
            self._set({self._path("value"): None, self._path("reason"): None}, moves=False)

    def digit(self, digit: int) -> None:
        """A digit belongs to the focused control."""
        if not self._may_answer():
            return
        if self.card.counts and not self.card.choosing_confidence and not self.card.doubting:
            self.card.type_number(self._digits.add(digit))
        else:
            self.card.digit(digit)

    def step(self, direction: int) -> None:
        """+ and − on counts and scales."""
        if self._may_answer():
            self._digits.forget()
            self.card.step(direction)

    def stands(self) -> None:
        """Enter: the answer stands, next."""
        if self._breath.isActive():
            self._breathe()
        else:
            self._move(1)

    def open_comment(self) -> None:
        """On the criterion that is seen: while an answer breathes, the one that was just answered."""
        self._breath.stop()
        if self._may_answer():
            self.card.open_comment()
            self.list.reveal()

    def open_confidence(self) -> None:
        self._breath.stop()
        if self._may_answer():
            self.card.open_confidence(not self.card.choosing_confidence)

    def _value(self, value: float) -> None:
        state = self.card.state
        if state is None or not self._may_answer(flush=False):
            return
        count = state.entry.criterion.kind is Kind.COUNT
        values: dict[str, Scalar | None] = {self._path("value"): int(value) if count else value}
        if self._has("reason"):
            values[self._path("reason")] = None
        self._set(values, moves=not self.card.counts)

    def _doubt(self, doubt: Doubt) -> None:
        if self._may_answer():
            self._set({self._path("reason"): str(doubt)}, moves=True)

    def _sure(self, confidence: Confidence) -> None:
        if self._may_answer():
            self.card.open_confidence(False)
            self._set({self._path("confidence"): str(confidence)}, moves=False)

    def _may_answer(self, *, flush: bool = True) -> bool:
        """Whether the focused criterion takes an answer now; an answer while one breathes means the next one."""
        if self._opened is None or self.place[1] is None:
            return False
        if self._readonly:
            announce(self, self._readonly)
            return False
        if self._breath.isActive():
            self._breathe()
        if flush:
            self.flush()
        return True

    def _path(self, leaf: str) -> str:
        response, criterion = self.place
        return verdict_path(response, criterion or CriterionId(""), leaf)

    def _has(self, leaf: str) -> bool:
        return self._opened is not None and self._path(leaf) in self._opened.review.values

    def _set(self, values: dict[str, Scalar | None], *, moves: bool) -> None:
        if not moves:
            self._breath.stop()
        self.changed.emit(values)
        if self.card.state is not None:
            announce(self.card, spoken(self.card.state))
        if moves:
            self._breath.start(self._look.theme.motion.breath)

    def _breathe(self) -> None:
        """After an answer: on to what is still open."""
        self._breath.stop()
        self.next_open()

    def _stop_breath(self) -> None:
        self._breath.stop()
        self._digits.forget()

    # Text

    def _wrote(self, leaf: str, text: str) -> None:
        if self.place[1] is not None and not self._readonly:
            self._stop_breath()
            self._buffer.put(self._path(leaf), text)

    def _wrote_task(self, text: str) -> None:
        self.list.refresh()
        if not self._readonly:
            self._buffer.put(COMMENT, text)

    def flush(self) -> None:
        """Hand out what was typed."""
        self._buffer.flush()

    def take_focus(self) -> None:
        """The keyboard is on the criterion, which screen readers say."""
        (self.card if self.place[1] is not None else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def set_low(self, low: bool) -> None:
        """Little height: the foot says the score, the card has no hints."""
        if low != self._low:
            self._low = low
            self.head.set_low(low)
            self.card.set_low(low)
            self.foot.set_low(low)
            self._show_sums()
            self.list.refresh()

    def leave(self) -> None:
        """Esc: out of a field, a chooser or the list; back to the criterion."""
        self.flush()
        if self.card.choosing_confidence:
            self.card.open_confidence(False)
        elif not self.before.isHidden() and not self.card.writing():
            self.close_list()
        self.take_focus()

    # Before submitting

    def show_list(self) -> None:
        """What is missing, each line a link."""
        self.flush()
        if self._opened is not None and self._at is not None:
            self._sums.list_lacks(self._opened, self._at)
            self.list.reveal()

    def _why_toggled(self, on: bool) -> None:
        """There is room for one of them beside the criterion."""
        if on:
            self.close_list()
        self.list.reveal()

    def close_list(self) -> None:
        self.before.setVisible(False)

    def _go_to_lack(self, lack: Missing) -> None:
        if lack.response is not None:
            self.go_to(lack.response, lack.criterion)
        self.take_focus()
