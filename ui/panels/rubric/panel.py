"""The judging panel of a task: score, criteria, all else that is asked, foot. It holds where one is.

panel = RubricPanel(look, binder.key, supply)
panel.changed.connect(lambda values: panel.refresh(live.change(opened, values)))   # {path: value}
panel.place_moved.connect(remember)             # (response, control as it is kept)
panel.show_task(opened, response, criterion, hide_score=False)
panel.answering.press(Mark.MET); panel.next()
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication

from app.domain.checks import Missing
from app.domain.controls import Control
from app.domain.ids import CriterionId, ResponseId
from app.domain.questions import Panel
from app.domain.review import COMMENT
from app.services.reviewing import OpenTask
from ui.i18n import tr
from ui.panels.asking.tail import Tail
from ui.panels.reading.supply import Supply
from ui.panels.rubric.ahead import Ahead
from ui.panels.rubric.answering import Answering
from ui.panels.rubric.answers import Answers, RubricAnswers, take
from ui.panels.rubric.buffer import once
from ui.panels.rubric.card import CriterionCard
from ui.panels.rubric.cursor import Cursor, Spot
from ui.panels.rubric.foot import BeforeSubmit, Foot
from ui.panels.rubric.heights import FEW
from ui.panels.rubric.listing import CriteriaList
from ui.panels.rubric.score_head import ScoreHead
from ui.panels.rubric.sums import Sums
from ui.panels.rubric.task_comment import TaskComment
from ui.panels.rubric.texts import Texts
from ui.theme.apply import ThemeHolder
from ui.widgets.notice import announce
from ui.widgets.surface import Surface

LATER_MS = 40


class RubricPanel(Surface):
    """changed({path: value}) · place_moved(response, criterion) · submit_asked() · lack_picked(Missing)."""

    changed = Signal(object)
    place_moved = Signal(str, object)
    submit_asked = Signal()
    lack_picked = Signal(object)

    def __init__(self, look: ThemeHolder, key_of: Callable[[str], str], supply: Supply) -> None:
        super().__init__(look, "panel", spacing=0)
        self.by_item = False
        self._opened: OpenTask | None = None
        self._at: Cursor | None = None
        self.ahead = Ahead()
        self._hide_score = self._low = False
        self.texts = Texts(look, supply, self)
        self._build(look, key_of)
        self.answering.changed.connect(self.changed)
        self._later = once(self, LATER_MS, self._show_sums)

    def _build(self, look: ThemeHolder, key_of: Callable[[str], str]) -> None:
        self.head = ScoreHead(look, key_of("why"))
        self.card = CriterionCard(look, self.texts, key_of)
        self.comment = TaskComment(look)
        self.tail = Tail(look, self.texts, key_of, self.comment)
        self.list = CriteriaList(look, self.texts, self.card, self.tail, tr("Criteria"))
        self.before = BeforeSubmit(look)
        self.foot = Foot(look, key_of("submit"))
        self._sums = Sums(self.head, self.before, self.foot, key_of("submit"))
        self.body.add(self.head, (self.list, 1), self.before, self.foot)
        self._answers = RubricAnswers(self.card, self)
        self.answering = Answering(self, look, self)
        for answers in (self._answers, self.tail):
            answers.asked.connect(self.answering.ask)
            answers.wrote.connect(self.answering.write)
        for part in (self.card, self.comment, self.tail):
            part.left.connect(self.leave)
        self.tail.picked.connect(self._picked)
        self.tail.response_picked.connect(self.show_response)
        self.tail.resized.connect(self.list.grew)
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

    @property
    def controls(self) -> tuple[Control, ...]:
        """Everything that is asked now, in the order it is walked."""
        return self._at.controls if self._at is not None else ()

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
        self.answering.begin(readonly)
        self._opened = opened
        self._at = at = self.ahead.begin(opened, response, criterion, by_item=self.by_item)
        self._hide_score = hide_score or opened.batch.hide_score
        self.before.setVisible(False)
        self.comment.put(opened.review.comment, readonly=bool(readonly))
        self._show_rows()
        self._show_sums()
        self.place_moved.emit(*at.spot)

    def refresh(self, opened: OpenTask) -> None:
        """The review changed; where one is did not."""
        if self._at is None:
            return
        self._opened = opened
        self._at.follow(opened)
        if not self.answering.writes(COMMENT):
            self.comment.put(opened.review.comment, readonly=bool(self.answering.readonly))
        self._show_entries(opened, self._at)
        self.list.refresh()
        if len(self._at.leaves) * len(opened.order) > 2 * FEW:
            self._later.start()
        else:
            self._show_sums()

    def prepare(self, opened: OpenTask) -> None:
        """Do ahead of time what showing this task will need."""
        at, rows = self.ahead.work_out(opened, by_item=self.by_item, hides_score=self._hide_score)
        first = next((e for e in at.entries if e.criterion.id == at.criterion), None)
        if first is not None:
            self.card.prepare(rows.row(first))
        self.list.prepare(at.entries, rows)
        self.tail.prepare(opened, at.controls)
        self._sums.prepare(opened, at, hidden=self._hide_score)

    def _show_entries(self, opened: OpenTask, at: Cursor) -> None:
        rows = self.ahead.rows(opened, at, hides_score=self._hide_score)
        self.list.show_entries(at.entries, rows, at.folded, readonly=bool(self.answering.readonly))
        self._answers.put(opened, at.response, at.control if at.criterion is not None else None)
        self.tail.show_controls(opened, at.response, at.controls, at.control, self.answering.readonly)

    def _show_rows(self) -> None:
        if self._opened is not None and self._at is not None:
            self._show_entries(self._opened, self._at)
            other = self.now.focused() if self._at.criterion is None else None
            self.list.focus_on(self._at.criterion, other)

    def _show_sums(self) -> None:
        """Score and foot."""
        self._later.stop()
        if self._opened is not None and self._at is not None:
            self._sums.show(
                self._opened,
                self._at,
                hidden=self._hide_score,
                readonly=self.answering.readonly,
                low=self._low,
            )

    # Where one is

    def show_response(self, response: ResponseId) -> None:
        """Another response of the task; the control stays the same where it is asked of both."""
        opened, at = self._opened, self._at
        if opened is not None and at is not None and response != at.response and response in opened.order:
            self.go(at.at_response(response), response)

    def go_to(self, response: ResponseId, criterion: CriterionId | None) -> None:
        """Focus the control of a spot (a criterion, or the path of another answer)."""
        if self._at is not None:
            self.go(self._at.find(response, criterion), response)

    def go(self, control: Control | None, response: ResponseId | None = None) -> None:
        """Focus a control; unfolds what hides it."""
        if self._at is None:
            return
        self.flush()
        self.answering.pause()
        before, held = self._at.response, self.now.focused()
        here = held is not None and (held.hasFocus() or held.isAncestorOf(QApplication.focusWidget() or self))
        moved = self._at.go(control, response)
        self._show_rows()
        if before != self._at.response:
            self._show_sums()
        if moved:
            if here:
                self.take_focus()
            self.place_moved.emit(*self._at.spot)
            self.say(self.now.words())

    def set_order(self, *, by_item: bool) -> None:
        """By response, or by criterion across the responses; the control in focus stays."""
        self.by_item = by_item
        if self._opened is not None and self._at is not None:
            self._at.walk(self._opened, by_item=by_item)

    def next(self, step: int = 1) -> None:
        """The arrow keys: inside the control, then to the one beside it."""
        if not self.now.inner(step):
            self.beside(step)

    def previous(self) -> None:
        self.next(-1)

    def next_open(self) -> bool:
        """On to the next unanswered control, of any response; False if there is none."""
        found = self._at.next_open(self._opened) if self._at and self._opened else None
        if found is not None:
            self.go(found)
        return found is not None

    def beside(self, step: int) -> None:
        """To the control beside this one."""
        if self._at is None or not self._at.controls:
            return
        beside = self._at.beside(step)
        if beside is None:
            self.flush()
            self.list.reveal_tail()
        else:
            self.go(beside)

    def _picked(self, control: Control) -> None:
        self.go(control)
        self.take_focus()

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

    @property
    def now(self) -> Answers:
        """Whom keys belong to: the focused criterion, or the control of another kind."""
        control = self._at.control if self._at is not None else None
        other = control is not None and control.panel is not Panel.RUBRIC
        return self.tail.zone if other and self.tail.zone is not None else self._answers

    def say(self, words: str) -> None:
        """To screen readers."""
        announce(self, words)

    def reveal(self) -> None:
        self.list.reveal()

    def flush(self) -> None:
        """Hand out what was typed."""
        self.answering.flush()

    def _wrote_task(self, text: str) -> None:
        self.list.refresh()
        self.answering.write_task(text)

    def take_focus(self) -> None:
        """The keyboard is on the criterion, which screen readers say."""
        take(self.now.focused() or self)

    def set_low(self, low: bool) -> None:
        """Little height: the foot says the score, the card has no hints."""
        if low != self._low:
            self._low = low
            for part in (self.head, self.card, self.tail, self.before, self.foot):
                part.set_low(low)
            self._show_sums()
            self.list.refresh()

    def leave(self) -> None:
        """Esc: out of a field, a chooser or the list; back to the criterion."""
        self.flush()
        if not self.before.isHidden() and not self.now.writing():
            self.close_list()
        self.now.leave()
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
        self.go(lack.control)
        self.take_focus()
        self.lack_picked.emit(lack)
