"""The board: graders in columns, what differs in rows, what is agreed in one line, and the decision below."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.domain.places import is_whole
from app.errors import AssayError, InputError
from app.services.board import BoardRow
from ui.i18n import percent, tr, trn
from ui.jobs import Jobs
from ui.lead.forms import Form, GapForm, ReturnForm
from ui.lead.presenter import LeadPresenter
from ui.lead.rows import CELL, RowView, head_of, on_press
from ui.problems import words_of
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.chip import KeyHint
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.notice import InlineError, announce
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Surface
from ui.widgets.text import IconLabel, Label, Paragraph

if TYPE_CHECKING:
    from ui.lead.answering import AnswerForm
    from ui.panels.rubric.texts import Texts

LEFT, SIDE = 260, 28
"""The least width of the question's words, and the margin beside the lines, in px at 100 %."""


class BoardView(Surface):
    """Takes the focus itself while nothing is written: digits and letters rule the focused question."""

    def __init__(
        self, look: ThemeHolder, presenter: LeadPresenter, key: Callable[[str], str], jobs: Jobs
    ) -> None:
        super().__init__(look, "page", spacing=0)
        self._presenter = presenter
        self._jobs = jobs
        self._laid: Texts | None = None
        self._key = key
        self.form: Form | None = None
        self._shown: tuple[object, ...] = ()
        self.rows: list[RowView] = []
        self._focused: RowView | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title = Paragraph(look, role="title")
        self._about = Paragraph(look, role="second")
        self._lines = Column(look, spacing=0)
        lines = QWidget()
        lines.setLayout(self._lines)
        self._lines_widget = lines
        content = QWidget()
        content.setLayout(
            Column(look, self._title, self._about, 14, lines, None, spacing=4, margins=(SIDE, 20, SIDE, 24))
        )
        self.area = ScrollArea(look, content, name=tr("Board"))
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._foot_mark = IconLabel(look, "circle-check", "good", 16)
        self._foot = Paragraph(look, role="second")
        self._after = Label(look, role="strong", figures=True)
        self.error = InlineError(look)
        self.read = Button(look, tr("Read the task"), kind="quiet", icon="book-open", key=key("read-case"))
        self.return_ = Button(look, tr("Return to grader"), icon="undo-2", key=key("return-work"))
        self.accept = Button(look, tr("Accept as graded"), icon="check", key=key("accept-work"))
        self.close_ = Button(look, tr("Close this task"), kind="primary", key=key("close-case"))
        self.read.clicked.connect(presenter.read)
        self.return_.clicked.connect(self.give_back)
        self.accept.clicked.connect(lambda: presenter.accept(self._refused))
        self.close_.clicked.connect(self.decide)
        self._place = Column(look, spacing=0)
        words = Row(look, spacing=8)
        words.put(self._foot_mark, Qt.AlignmentFlag.AlignVCenter)
        words.add((self._foot, 1))
        acts, self._below = QWidget(), QWidget()
        acts.setLayout(Flow(look, self._after, self.read, self.return_, self.accept, self.close_, spacing=8))
        foot = Surface(look, "foot", spacing=8, margins=(28, 12, 28, 12))
        self._below.setLayout(Column(look, words, acts, spacing=8))
        foot.body.add(self._place, self.error, self._below)
        self.body.add((self.area, 1), foot)
        look.changed.connect(self._refit)

    # Showing

    def show_now(self) -> None:
        presenter = self._presenter
        board = presenter.board
        if board is None:
            return
        self._title.setText(presenter.heading())
        self._about.setText("\n".join(presenter.about()))
        self._foot.setText(presenter.footing())
        done = not board.undecided
        self._foot_mark.set_icon("circle-check" if done else "circle-dashed", "good" if done else "t3")
        verbs = {"accept": tr("Accept"), "fix": tr("Fix and accept"), "adjudicate": tr("Adjudicate")}
        self.close_.set_words(verbs[presenter.closing()])
        self.accept.setVisible(presenter.closing() != "accept")
        scores = [s for s in board.after.values() if s.value is not None]
        alone = len(board.task.responses) == 1 and scores
        self._after.setVisible(bool(alone))
        if alone:
            value = (scores[0].value or 0.0) / (scores[0].unit or 1.0)
            self._after.setText(tr("After deciding: {score}", score=percent(value)))
        self._draw()

    def _draw(self) -> None:
        presenter, look = self._presenter, self._look
        board = presenter.board
        assert board is not None
        least = look.px(LEFT + CELL * len(board.columns) + 20)
        stacked = least + look.px(2 * SIDE) > self.width()
        state = (board, presenter.place, presenter.is_folded, least, stacked)
        if state == self._shown:
            return
        self._shown = state
        self._lines.clear()
        self._lines_widget.setMinimumWidth(0 if stacked else least)
        if not stacked:
            self._lines.add(self._head())
        self._lines.add(Hairline())
        self.rows = []
        focused: RowView | None = None
        for row in presenter.rows():
            view = RowView(look, board, row, focused=row.place == presenter.place, stacked=stacked)
            on_press(view, partial(presenter.focus, row.place), presenter.adopt)
            if view.is_focused:
                view.body.add(self._hints())
                focused = view
                announce(self, view.accessibleName())
            self.rows.append(view)
            self._lines.add(view)
        agreed = presenter.agreed()
        if agreed:
            self._lines.add(self._fold(len(agreed), self._numbers(), stacked=stacked))
        self._focused = focused
        self._reveal()
        QTimer.singleShot(0, self, self._reveal)  # once more when the words know their width

    def _reveal(self) -> None:
        if self._focused is not None:
            self._lines.activate()
            self.area.show_part(self._focused)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refit()

    def _refit(self) -> None:
        if self._presenter.board is not None:
            self._draw()
            QTimer.singleShot(0, self, self._reveal)

    def _head(self) -> QWidget:
        look, board = self._look, self._presenter.board
        assert board is not None
        line = Row(look, spacing=0, margins=(14, 4, 0, 6))
        line.add((Label(look, tr("Question"), role="small"), 1), 12)
        for column in board.columns:
            line.add(head_of(look, board, column, role="strong"))
        head = QWidget()
        head.setLayout(line)
        return head

    def _numbers(self) -> str:
        """Of what is agreed; said of one response only, where a number means one question."""
        board = self._presenter.board
        if board is None or len(board.task.responses) != 1:
            return ""
        return ", ".join(str(row.number) for row in self._presenter.agreed())

    def _fold(self, count: int, numbers: str, *, stacked: bool) -> QWidget:
        folded = self._presenter.is_folded
        words = trn("{n} question where all agree", "{n} questions where all agree", count)
        button = Button(self._look, words, kind="quiet", icon="chevron-right" if folded else "chevron-down",
                        key=self._key("fold-agreed"))  # fmt: skip
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(self._presenter.toggle_agreed)
        holder = QWidget()
        which = Label(self._look, numbers, role="quiet", elide=True)
        line = Row(self._look, button, (which, 1), margins=(0, 6, 8, 6))
        if not stacked:
            line.add(Label(self._look, tr("adopted as they stand"), role="small"))
        holder.setLayout(line)
        return holder

    def _hints(self) -> QWidget:
        board = self._presenter.board
        assert board is not None
        look, key = self._look, self._key
        graders = sum(c.kind in ("own", "grader") for c in board.columns)
        place = self._presenter.place
        hints = (
            (f"1–{graders}" if graders > 1 else "1", tr("adopt that column")),
            ("" if place is not None and is_whole(place) else key("override"), tr("own answer")),
            (key("guideline-gap"), tr("guideline gap")),
            (key("return-work"), tr("return")),
            (key("next-row"), tr("next")),
        )
        holder = QWidget()
        holder.setLayout(Flow(look, *(KeyHint(look, cap, words) for cap, words in hints if cap), spacing=14))
        return holder

    # Doing

    def decide(self) -> None:
        """What is written goes first; else the task is closed as it stands."""
        if self.form is not None:
            self.form.done.emit()
        else:
            self._presenter.close_task(self._refused)

    def override(self) -> None:
        row = self._presenter.focused
        if row is None:
            return
        try:
            form = self._answer_form(row)
        except InputError as error:
            self._refused(error)
            return

        def send() -> None:
            reason = form.text.toPlainText().strip()
            self._presenter.override(form.value(), form.kind.value(), reason, self._refused, form.doubt())

        self._open(form, send)

    def _answer_form(self, row: BoardRow) -> AnswerForm:
        """With the card of Grading."""
        from ui.lead.answering import AnswerForm

        return AnswerForm(self._look, self._texts(), self._presenter.to_answer(), row.place, self._key)

    def _texts(self) -> Texts:
        """What lays out the words of the cards; made when first needed."""
        if self._laid is None:
            from ui.panels.reading.supply import Supply
            from ui.panels.rubric.texts import Texts

            supply = Supply(self._jobs)
            supply.setParent(self)
            self._laid = Texts(self._look, supply, self)
        return self._laid

    def give_back(self) -> None:
        board = self._presenter.board
        if board is not None:
            form = ReturnForm(self._look, board.comment)
            self._open(
                form, lambda: self._presenter.give_back(form.text.toPlainText().strip(), self._refused)
            )

    def gap(self) -> None:
        board = self._presenter.board
        if board is not None:
            form = GapForm(self._look, board.gap, here=self._presenter.on_criterion)
            self._open(
                form,
                lambda: self._presenter.flag_gap(form.text.toPlainText().strip(), here=form.here.isChecked()),
            )

    def _open(self, form: Form, send: Callable[[], None]) -> None:
        self.dismiss()
        self.form = form
        form.done.connect(send)
        form.left.connect(self.dismiss)
        self._place.add(form)
        self._below.setVisible(False)
        form.take_focus()
        QTimer.singleShot(0, self, self._reveal)  # what it is about stays in view above it

    def dismiss(self) -> None:
        """Close what was being written; the board has the keys again."""
        self.error.say("")
        if self.form is not None:
            self._place.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
            self.form = None
            self._below.setVisible(True)
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refused(self, error: AssayError) -> None:
        if self.form is not None:
            self.form.say(error)
            return
        words = words_of(error)
        self.error.say(words.message, words.hint)
