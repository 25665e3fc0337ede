"""Second opinions that were opened, beside one's own verdicts, and the way to change one's mind, with its reason.

    second = SecondView(look, panel)
    second.follow(presenter.second, presenter)        # before the screen shows the task itself
    second.bind(binder)

Before the lab holds one's own result there is nothing to show: what is sealed is not readable here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.ids import CriterionId
from app.domain.judgement import to_judgement
from app.domain.places import alike, value_of
from app.domain.questions import IDEAL, Panel
from app.domain.review import CHANGE_REASON
from app.errors import AssayError, InputError
from app.services.reviewing import OpenTask
from app.services.submitting import Undone
from ui.commands import CommandBinder
from ui.i18n import tr, trn
from ui.live import LiveSession
from ui.navigator import Navigator
from ui.panels.asking.words import name_of
from ui.panels.decisions import source_name
from ui.panels.judged import look_of, question_of
from ui.panels.rubric.entries import Others, Said
from ui.panels.rubric.panel import RubricPanel
from ui.panels.spans.work import Work
from ui.problems import words_of
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.fields import TextArea
from ui.widgets.layout import Column, Row
from ui.widgets.notice import InlineError
from ui.widgets.surface import Surface
from ui.widgets.text import IconLabel, Paragraph

if TYPE_CHECKING:
    from app.services.opinions import OpinionRow, OpinionView

MOST_TOLD, MOST_ASKED = 4, 80
"""Questions told in the line, and characters of each."""


class Second:
    """What the view needs of the session."""

    def __init__(self, live: LiveSession, navigator: Navigator) -> None:
        self._live = live
        self._navigator = navigator

    def of(self, opened: OpenTask) -> OpinionView | None:
        """What was opened on a task; asked of those that were submitted once, which alone can have something."""
        if not opened.submitted and opened.review.revision < 2:
            return None
        from app.services import opinions

        return opinions.opinion(self._live.session, opened.task.id)

    def open_again(self, opened: OpenTask) -> None:
        """Where nobody's opinion was opened, no reason is needed."""
        session, task = self._live.session, opened.task.id

        def done(found: Undone) -> None:
            self._navigator.go_task(task)
            if found.what == "withdrawn":
                words = tr("Taken back before it was sent: {title}", title=opened.task.title)
            else:
                n = opened.review.revision + 1
                words = tr("Opened again as revision {n}. What was sent stays as it is.", n=n)
            self._navigator.toast(words)

        self._live.perform(lambda _: session.reopen_now(task), done, self._navigator.problem, what="undo")

    def reopen(self, opened: OpenTask, reason: str, failed: Callable[[AssayError], None]) -> None:
        """As the next revision, with the reason."""
        from app.services import opinions

        session, task = self._live.session, opened.task.id

        def done(_: object) -> None:
            self._navigator.go_task(task)

        self._live.perform(
            lambda _: opinions.change_mind_now(session, task, reason), done, failed, what="undo"
        )


class SecondView(Surface):
    """A line over the foot of the judging panel; the reason is written in it."""

    def __init__(self, look: ThemeHolder, panel: RubricPanel) -> None:
        super().__init__(look, "tail", margins=(20, 8, 14, 8), spacing=6)
        self.setAccessibleName(tr("Second opinion"))
        self._panel = panel
        self._second: Second | None = None
        self._work: Work | None = None
        self._opened: OpenTask | None = None
        self._view: OpinionView | None = None
        self._known: dict[str, OpinionView | None] = {}
        self._low = False
        self._mark = IconLabel(look, "lock-open", "accent", 16)
        self._words = Paragraph(look, role="second")
        self.change = Button(look, "", icon="pencil")
        self.change.clicked.connect(self.ask)
        self.text = TextArea(look, tr("Reason"), lines=2)
        self.text.setPlaceholderText(tr("Why you change your mind; it is kept with the new revision"))
        self.text.left.connect(self.leave)
        self.error = InlineError(look)
        self.go, cancel = Button(look, "", kind="primary"), Button(look, tr("Cancel"), kind="quiet")
        self.go.clicked.connect(self.send)
        cancel.clicked.connect(self.leave)
        line = Row(look, spacing=8)
        line.put(self._mark, Qt.AlignmentFlag.AlignTop)
        line.add((self._words, 1))
        line.put(self.change, Qt.AlignmentFlag.AlignVCenter)
        self._form = QWidget()
        self._form.setLayout(Column(look, self.text, self.error, Row(look, None, cancel, self.go), spacing=6))
        self.body.add(line, self._form)
        panel.body.insertWidget(panel.body.count() - 1, self)
        panel.ahead.others = self._others
        self._write(False)
        self.setVisible(False)

    def follow(self, second: Second, work: Work) -> None:
        self._second, self._work = second, work
        work.shown.connect(lambda now: self._show(now.opened))
        work.reviewed.connect(self._refresh)

    def bind(self, binder: CommandBinder) -> None:
        self.change.set_key(binder.key("change-mind"))
        binder.bind("change-mind", self.ask, enabled=self._may)

    def _may(self) -> bool:
        return self._view is not None or (self._opened is not None and self._opened.submitted)

    # Showing

    def _others(self, opened: OpenTask) -> Others:
        """What stands beside the verdicts; read once a task, again when it is shown again."""
        task = opened.task.id
        if task not in self._known:
            self._known = {task: self._second.of(opened) if self._second is not None else None}
        view = self._known[task]
        if view is None:
            return {}
        names = [source_name(one) for one in view.sources]
        return {
            (row.place.response or IDEAL, CriterionId(row.place.item)): tuple(
                Said(name, cell.value, cell.comment)
                for name, cell in zip(names, row.theirs, strict=True)
                if isinstance(cell.value, str | int | float)
            )
            for row in view.rows
            if row.place.panel is Panel.RUBRIC
        }

    def _show(self, opened: OpenTask) -> None:
        self._known.clear()
        self._others(opened)
        self._view = self._known[opened.task.id]
        self._write(False)
        self._refresh(opened)

    def _refresh(self, opened: OpenTask) -> None:
        self._opened = opened
        if self._view is None:
            self.setVisible(False)
            return
        names = ", ".join(source_name(one) for one in self._view.sources)
        reason, again = opened.review.text(CHANGE_REASON), not opened.submitted
        lacks = again and not reason
        self.setVisible(not self._low or lacks or not self._form.isHidden())
        self._mark.set_icon("triangle-alert" if lacks else "lock-open", "warn" if lacks else "accent")
        if lacks:
            words = tr("A change after {who} was opened needs a reason.", who=names)
        elif again:
            words = tr("Changed after {who} was opened: “{reason}”", who=names, reason=reason)
        else:
            words = self._differing(opened, names)
        self._words.setText(words)
        self.change.set_words(
            tr("Change my mind…") if not again else tr("Change the reason…") if reason else tr("Say why…")
        )
        self.go.set_words(tr("Keep the reason") if again else tr("Open it for a change"))

    def _differing(self, opened: OpenTask, names: str) -> str:
        """Against what stands in the review now."""
        from app.services.cells import Cell

        assert self._view is not None
        now = to_judgement(opened.review)
        rows = [replace(row, mine=Cell(value_of(now, row.place))) for row in self._view.rows]
        n = sum(row.differs for row in rows)
        if not n:
            return tr("Opened after your result was at the lab: {who}, who agrees with you.", who=names)
        found = trn(
            "Opened after your result was at the lab: {who}. {n} question differs.",
            "Opened after your result was at the lab: {who}. {n} questions differ.",
            n, who=names,
        )  # fmt: skip
        beside = [row for row in rows if row.differs and row.place.panel is not Panel.RUBRIC]
        return "\n".join((found, *(self._told(opened, row) for row in beside[:MOST_TOLD])))

    def _told(self, opened: OpenTask, row: OpinionRow) -> str:
        """What others say to what is no criterion: nothing stands beside its card."""
        assert self._view is not None
        task, order, place = opened.task, opened.order, row.place
        sources = zip(self._view.sources, row.theirs, strict=True)
        said = [
            tr("{who}: {text}", who=source_name(source), text=look_of(task, order, place, cell.value)[2])
            for source, cell in sources
            if cell.value is not None and not alike(place, cell.value, row.mine.value)
        ]
        asked, response = question_of(task, order, place)[:MOST_ASKED], name_of(opened, place.response)
        where = f" ({response})" if response else ""
        return f"{tr('“{text}”', text=asked)}{where} {'; '.join(said)}"

    def set_low(self, low: bool) -> None:
        """Little height: the chips of the criteria say it; the line is there while a reason is written or needed."""
        self._low = low
        if self._opened is not None:
            self._refresh(self._opened)

    # The reason

    def ask(self) -> None:
        """Write why; with the reason the task is open for a change. Without an opinion it is open at once."""
        if self._view is None and self._opened is not None and self._second is not None:
            self._second.open_again(self._opened)
        elif self._view is not None and self._opened is not None:
            self.text.setPlainText(
                self._opened.review.text(CHANGE_REASON) if not self._opened.submitted else ""
            )
            self._write(True)
            self.setVisible(True)
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        self._write(False)
        if self._opened is not None:
            self._refresh(self._opened)
        self._panel.take_focus()

    def _write(self, on: bool) -> None:
        self.error.say("")
        self._form.setVisible(on)
        self.change.setVisible(not on)

    def send(self) -> bool:
        """What is written; False if nothing is being written here."""
        opened, reason = self._opened, self.text.toPlainText().strip()
        if self._form.isHidden() or opened is None or self._second is None or self._work is None:
            return False
        if not reason:
            self._refused(InputError("review.reason", "A change of mind needs a reason."))
        elif opened.submitted:
            self._second.reopen(opened, reason, self._refused)
        else:
            self._work.edit({CHANGE_REASON: reason})
            self.leave()
        return True

    def _refused(self, error: AssayError) -> None:
        words = words_of(error)
        self.error.say(words.message, words.hint)
