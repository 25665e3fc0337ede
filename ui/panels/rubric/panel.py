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

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.domain.checks import Missing, next_unanswered
from app.domain.ids import CriterionId, ResponseId
from app.domain.order import letter
from app.domain.review import COMMENT, Scalar, verdict_path
from app.domain.rubric import Kind
from app.domain.verdict import Confidence, Doubt, Mark
from app.services.reviewing import OpenTask
from ui.i18n import tr
from ui.panels.rubric.card import CriterionCard
from ui.panels.rubric.entries import Outline, Rows
from ui.panels.rubric.foot import BeforeSubmit, Foot, FootState
from ui.panels.rubric.listing import FEW, CriteriaList
from ui.panels.rubric.row import spoken
from ui.panels.rubric.score_head import ScoreHead
from ui.panels.rubric.texts import Texts
from ui.theme.apply import ThemeHolder
from ui.widgets.fields import FormRow, TextArea
from ui.widgets.layout import Column
from ui.widgets.notice import announce
from ui.widgets.surface import Surface

BUFFER_MS = 500
DIGITS_MS = 1000
LATER_MS = 40


class RubricPanel(Surface):
    """changed({path: value}) · place_moved(response, criterion) · submit_asked()."""

    changed = Signal(object)
    place_moved = Signal(str, object)
    submit_asked = Signal()

    def __init__(self, look: ThemeHolder, key_of: Callable[[str], str]) -> None:
        super().__init__(look, "panel", spacing=0)
        self._key_of = key_of
        self._opened: OpenTask | None = None
        self._outline: Outline | None = None
        self._outlines: dict[int, tuple[object, Outline]] = {}
        self._response = ResponseId("")
        self._criterion: CriterionId | None = None
        self._folded: frozenset[CriterionId] = frozenset()
        self._hide_score = self._low = False
        self._readonly = ""
        self._typed: dict[str, str] = {}
        self._digits = ""
        self._build(look, key_of)
        self._buffer = self._timer(BUFFER_MS, self.flush)
        self._breath = self._timer(0, self._breathe)
        self._digit_gap = self._timer(DIGITS_MS, self._forget_digits)
        self._later = self._timer(LATER_MS, self._show_sums)

    def _build(self, look: ThemeHolder, key_of: Callable[[str], str]) -> None:
        self.texts = Texts(look, self)
        self.head = ScoreHead(look, key_of("why"))
        self.card = CriterionCard(look, self.texts, key_of)
        self.task_comment = TextArea(
            look, tr("Comment on the task"), placeholder=tr("Anything about the task as a whole")
        )
        tail = QWidget()
        row = FormRow(look, tr("Comment on the task"), self.task_comment)
        tail.setLayout(Column(look, row, margins=(12, 16, 12, 8)))
        self.list = CriteriaList(look, self.texts, self.card, tail, tr("Criteria"))
        self.before = BeforeSubmit(look)
        self.foot = Foot(look, key_of("submit"))
        self.body.add(self.head, (self.list, 1), self.before, self.foot)
        self.card.marked.connect(self._clicked)
        self.card.valued.connect(self._value)
        self.card.wrote.connect(self._wrote)
        self.card.left.connect(self.leave)
        self.card.doubted.connect(self._doubt)
        self.card.sure.connect(self._sure)
        self.task_comment.left.connect(self.leave)
        self.task_comment.textChanged.connect(self._wrote_task)
        self.list.picked.connect(lambda c: self.go_to(self._response, CriterionId(c)))
        self.list.toggled.connect(lambda c: self.toggle_group(CriterionId(c)))
        self.head.picked.connect(lambda c: self.go_to(self._response, CriterionId(c)))
        self.before.picked.connect(self._go_to_lack)
        self.before.closed.connect(self.close_list)
        self.foot.list_asked.connect(self.show_list)
        self.foot.why_asked.connect(self.head.toggle_why)
        self.foot.submit_asked.connect(self.submit_asked)

    def _timer(self, ms: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(ms)
        timer.timeout.connect(call)
        return timer

    # Showing

    @property
    def place(self) -> tuple[ResponseId, CriterionId | None]:
        return self._response, self._criterion

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
        self._drop_pending()
        self._opened = opened
        self._outline = self._outline_of(opened)
        self._folded = frozenset()
        self._hide_score = hide_score or opened.batch.hide_score
        self._readonly = readonly
        self.before.setVisible(False)
        self._response, self._criterion = self._start(opened, response, criterion)
        self.task_comment.setReadOnly(bool(readonly))
        self._put_task_comment(opened.review.comment)
        self._show_rows(self._criterion)
        self._show_sums()
        self.place_moved.emit(self._response, self._criterion)

    def refresh(self, opened: OpenTask) -> None:
        """The review changed; where one is did not."""
        self._opened = opened
        if self._outline is None:
            return
        self.list.show_entries(
            self._entries(), self._rows(), self._folded, readonly=bool(self._readonly)
        )
        self.list.refresh()
        if len(self._outline.leaves) * len(opened.order) > FEW * 2:
            self._later.start()
        else:
            self._show_sums()

    def prepare(self, opened: OpenTask) -> None:
        """Do ahead of time what showing this task will need."""
        outline = self._outline_of(opened)
        rows = Rows(outline, opened.review, opened.order[0], opened.score(opened.order[0]))
        self.list.prepare(outline.entries, rows)

    def _outline_of(self, opened: OpenTask) -> Outline:
        rubric = opened.task.rubric
        found = self._outlines.get(id(rubric))
        if found is None or found[0] is not rubric:
            while len(self._outlines) >= 4:
                self._outlines.pop(next(iter(self._outlines)))
            found = self._outlines[id(rubric)] = (rubric, Outline(rubric))
        return found[1]

    def _start(
        self, opened: OpenTask, response: ResponseId | None, criterion: CriterionId | None
    ) -> tuple[ResponseId, CriterionId | None]:
        leaves = self._leaves
        if response is not None and response in opened.order:
            if criterion in leaves or not leaves:
                return response, criterion
        else:
            response = opened.order[0]
        if not leaves:
            return response, None
        found = None if opened.submitted else next_unanswered(
            opened.task, opened.review, opened.order, response, None
        )  # fmt: skip
        return found or (response, leaves[0])

    @property
    def _leaves(self) -> tuple[CriterionId, ...]:
        wanted = self._opened is not None and "rubric" in self._opened.task.panels
        return self._outline.leaves if self._outline is not None and wanted else ()

    def _entries(self):  # type: ignore[no-untyped-def]
        if self._outline is None or not self._leaves:
            return ()
        return self._outline.shown(self._folded)

    def _rows(self) -> Rows:
        assert self._opened is not None and self._outline is not None
        score = self._opened.score(self._response) if not self._hide_score else None
        return Rows(self._outline, self._opened.review, self._response, score)

    def _show_rows(self, criterion: CriterionId | None) -> None:
        self.list.show_entries(self._entries(), self._rows(), self._folded, readonly=bool(self._readonly))
        self.list.focus_on(criterion)

    def _show_sums(self) -> None:
        """Score and foot."""
        opened, outline = self._opened, self._outline
        if opened is None or outline is None:
            return
        self._later.stop()
        self.head.set_wanted(not self._hide_score and bool(self._leaves))
        if not self._hide_score and self._leaves:
            name = letter(opened.order, self._response) if len(opened.order) > 1 else ""
            self.head.show_score(opened, self._response, outline, opened.score(self._response), name)
        lacks = () if self._readonly else self._in_order(opened.missing)
        self.foot.say(FootState(lacks, len(opened.order) > 1), readonly=self._readonly, score=self.head.words if self._low else "")
        if not self.before.isHidden():
            self.before.show_lacks(opened, outline, lacks, self._key_of("submit"))

    def _in_order(self, lacks: tuple[Missing, ...]) -> tuple[Missing, ...]:
        """As the responses are shown, A first."""
        order = self._opened.order if self._opened is not None else ()
        return tuple(sorted(lacks, key=lambda m: order.index(m.response)))

    # Where one is

    def show_response(self, response: ResponseId) -> None:
        """Another response of the task; the criterion stays the same."""
        if self._opened is not None and response != self._response and response in self._opened.order:
            self.go_to(response, self._criterion)

    def go_to(self, response: ResponseId, criterion: CriterionId | None, *, field: str = "") -> None:
        """Focus a criterion of a response; unfolds what hides it. field: `comment` opens it."""
        if self._opened is None or self._outline is None:
            return
        self.flush()
        self._stop_breath()
        moved = (response, criterion) != (self._response, self._criterion)
        other = response != self._response
        self._response, self._criterion = response, criterion
        if criterion is not None:
            self._folded -= frozenset(self._outline.groups_of(criterion))
        self._show_rows(criterion)
        if other:
            self._show_sums()
        if moved:
            self.place_moved.emit(response, criterion)
            if self.card.state is not None:
                announce(self.card, spoken(self.card.state))
        if field == "comment":
            self.open_comment()

    def next(self) -> None:
        self._move(1)

    def previous(self) -> None:
        self._move(-1)

    def next_open(self) -> bool:
        """On to the next unanswered criterion, of any response; False if there is none."""
        if self._opened is None or not self._leaves:
            return False
        found = next_unanswered(
            self._opened.task, self._opened.review, self._opened.order, self._response, self._criterion
        )
        if found is not None:
            self.go_to(*found)
        return found is not None

    def _move(self, step: int) -> None:
        leaves = self._leaves
        if not leaves:
            return
        at = leaves.index(self._criterion) if self._criterion in leaves else -1
        to = min(max(at + step, 0), len(leaves) - 1)
        if to == at and step > 0:
            self.flush()
            self.list.reveal_tail()
        else:
            self.go_to(self._response, leaves[to])

    def toggle_group(self, group: CriterionId) -> None:
        """Fold or unfold; a fold that would hide the focused criterion moves the focus before it."""
        if self._outline is None:
            return
        self._folded ^= frozenset((group,))
        hidden = self._outline.below.get(group, ())
        if group in self._folded and self._criterion in hidden:
            rest = [c for c in self._leaves if not set(self._outline.groups_of(c)) & self._folded]
            self._criterion = rest[0] if rest else None
            self.place_moved.emit(self._response, self._criterion)
        self._show_rows(self._criterion)

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
            self._digits = (self._digits + str(digit))[-4:]
            self._digit_gap.start()
            self.card.type_number(self._digits)
        else:
            self.card.digit(digit)

    def step(self, direction: int) -> None:
        """+ and − on counts and scales."""
        if self._may_answer():
            self.card.step(direction)

    def stands(self) -> None:
        """Enter: the answer stands, next."""
        if self._breath.isActive():
            self._breathe()
        else:
            self._move(1)

    def open_comment(self) -> None:
        if self._may_answer():
            self.card.open_comment()
            self.list.reveal()

    def open_confidence(self) -> None:
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
        if self._criterion is None or self._opened is None:
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
        assert self._criterion is not None
        return verdict_path(self._response, self._criterion, leaf)

    def _has(self, leaf: str) -> bool:
        return self._opened is not None and self._path(leaf) in self._opened.review.values

    def _set(self, values: dict[str, Scalar | None], *, moves: bool) -> None:
        if not moves:
            self._stop_breath()
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
        self._forget_digits()

    def _forget_digits(self) -> None:
        self._digits = ""
        self._digit_gap.stop()

    # Text

    def _wrote(self, leaf: str, text: str) -> None:
        if self._criterion is not None and not self._readonly:
            self._stop_breath()
            self._typed[self._path(leaf)] = text
            self._buffer.start()

    def _wrote_task(self) -> None:
        if self._opened is not None and not self._readonly:
            text = self.task_comment.toPlainText()
            self.list.refresh()
            if text != self._opened.review.comment or COMMENT in self._typed:
                self._typed[COMMENT] = text
                self._buffer.start()

    def flush(self) -> None:
        """Hand out what was typed."""
        self._buffer.stop()
        if self._typed:
            values: dict[str, Scalar | None] = dict(self._typed)
            self._typed.clear()
            self.changed.emit(values)

    @property
    def typing(self) -> bool:
        """True while text waits to be handed out."""
        return bool(self._typed)

    def _drop_pending(self) -> None:
        self._buffer.stop()
        self._typed.clear()
        self._stop_breath()
        self._later.stop()

    def _put_task_comment(self, text: str) -> None:
        if self.task_comment.toPlainText() != text:
            self.task_comment.setPlainText(text)

    def take_focus(self) -> None:
        """The keyboard is on the criterion, which screen readers say."""
        (self.card if self._criterion is not None else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def set_low(self, low: bool) -> None:
        """Little height: the foot says the score, the card has no hints."""
        if low != self._low:
            self._low = low
            self.head.set_low(low)
            self.card.set_low(low)
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
        opened, outline = self._opened, self._outline
        if opened is not None and outline is not None:
            self.flush()
            lacks = self._in_order(self._opened.missing) if self._opened is not None else ()
            self.before.show_lacks(self._opened or opened, outline, lacks, self._key_of("submit"))
            self.list.reveal()

    def list_open(self) -> bool:
        return not self.before.isHidden()

    def close_list(self) -> None:
        self.before.setVisible(False)

    def _go_to_lack(self, lack: Missing) -> None:
        self.go_to(lack.response, lack.criterion)
        self.take_focus()
