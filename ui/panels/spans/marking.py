"""Highlights of the task in front: made from selections, labelled, bound, commented, listed, taken away.

    marking = Marking(look, reading, panel, new_id); marking.follow(presenter)      # one change is one step of undo
    binder.bind(command, marking.first(command, call))      # what is worked on here takes the key first
    marking.cite("label.pdf", 3, "not with nitrates")       # from a viewer of attachments

What is marked is read from the text by its offsets (`app.domain.spans.anchored`); the quote is never typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from app.domain.ids import CriterionId
from app.domain.questions import Panel
from app.domain.spans import Citation, Span
from app.services.reviewing import OpenTask
from ui.commands import CommandBinder
from ui.i18n import tr
from ui.panels.reading.marks import Mark
from ui.panels.reading.reading_panel import ReadingPanel
from ui.panels.rubric.panel import RubricPanel
from ui.panels.spans.choosing import Choosing
from ui.panels.spans.comments import Comments
from ui.panels.spans.kept import LAYER, Kept
from ui.panels.spans.panel import SpanPanel
from ui.panels.spans.selecting import Selecting
from ui.panels.spans.work import Work
from ui.theme.apply import ThemeHolder
from ui.widgets.notice import announce


class Marking(QObject):
    """changed({path: value}) · cited(attachment, page): a citation of the list was chosen."""

    changed = Signal(object)
    cited = Signal(str, int)

    def __init__(
        self, look: ThemeHolder, reading: ReadingPanel, rubric: RubricPanel, new_id: Callable[[], str]
    ) -> None:
        super().__init__(reading)
        self._reading = reading
        self._supply = reading.supply
        self._rubric = rubric
        self._new_id = new_id
        self._kept: Kept | None = None
        self._ahead: Kept | None = None  # of the next task
        self._readonly = ""
        self._front = ""  # the id of the span or citation that is worked on
        self._choosing: tuple[Choosing, Span] | None = None
        self._selecting = Selecting(reading)
        self.panel = SpanPanel(look)
        self._comments = Comments(self.panel)
        self._comments.ready.connect(self.changed)
        reading.put_over_files(self.panel)
        reading.pages_changed.connect(self._show_marks)
        reading.pressed.connect(self._pressed)
        reading.entered.connect(self.highlight)
        self.panel.toggled.connect(self.toggle_list)
        self.panel.picked.connect(self.digit)
        self.panel.went.connect(self._went)
        self.panel.moved.connect(self._look_at)
        self.panel.asked.connect(self._do)
        self.panel.written.connect(self._written)
        self.panel.setVisible(False)
        rubric.card.evidence_asked.connect(self.go_to_evidence)

    def follow(self, work: Work) -> None:
        """Hand what changes to the one who keeps it, and show what is shown and changed there."""
        self.changed.connect(work.edit)
        work.leaving.connect(self.flush)
        work.shown.connect(lambda now: self.show_task(now.opened, now.notice.short if now.notice else ""))
        work.reviewed.connect(self.refresh)

    def bind(self, binder: CommandBinder) -> None:
        """The commands that are all about highlights."""
        self.panel.set_keys(binder.key)
        for command, call in (
            ("highlight", self.highlight), ("bind", self.bind_evidence), ("mark-text", self.toggle_caret),
            ("spans", self.toggle_list), ("evidence", self.go_to_evidence),
        ):  # fmt: skip
            binder.bind(command, call)

    def first(self, command: str, call: Callable[[], object]) -> Callable[[], None]:
        """`call`, unless what is worked on here takes the command; what was typed here is handed over before."""
        own = {"leave": self.leave, "comment": self.comment, "clear-answer": self.remove}

        def run() -> None:
            self._comments.flush()
            if command not in own or not own[command]():
                call()

        return run

    # Showing

    def prepare(self, opened: OpenTask) -> dict[str, list[Mark]]:
        """What will be drawn on the first response of a task that is not shown yet, by layer."""
        self._ahead = Kept(opened, self._supply)
        return {LAYER: self._ahead.marks(opened.order[0], "", None)}

    def show_task(self, opened: OpenTask, readonly: str = "") -> None:
        """Another task, or the same one anew. readonly: why nothing can be marked, or empty."""
        self._comments.close()
        same = self._kept is not None and self._kept.opened.task.id == opened.task.id
        self._readonly = readonly
        self._choosing = None
        if not same:
            self._front = ""
            self._selecting.leave_caret()
            self.panel.open_list(False)
        self.panel.say("")
        self.panel.show_choice(None)
        self.refresh(opened)

    def refresh(self, opened: OpenTask) -> None:
        """The review changed."""
        kept = self._kept
        if kept is not None and kept.opened.review is opened.review and kept.opened.task is opened.task:
            return
        ahead, self._ahead = self._ahead, None
        self._kept = kept = ahead if ahead and ahead.opened is opened else Kept(opened, self._supply)
        here = opened.task.asks(Panel.SPANS) or kept.any
        self.panel.show_count(len(kept.ids), here=here, criteria=bool(opened.task.rubric.leaves))
        if self._front not in kept.ids:
            self._front = ""
        self._show_marks()
        self._show_rows()

    def _show_marks(self) -> None:
        if self._kept is not None and self._reading.shows(self._kept.opened.task):
            pending = self._choosing[1] if self._choosing else None
            for response, page in self._reading.shown:
                page.show_marks(self._kept.marks(response, self._front, pending), LAYER)

    def _show_rows(self) -> None:
        if self._kept is not None and self.panel.open_now:
            ids = self._kept.ids
            at = ids.index(self._front) if self._front in ids else -1
            self.panel.show_rows(self._kept.rows(), at)

    def _to_front(self, which: str) -> None:
        self._front = which
        self._show_marks()

    # Making

    def _may(self) -> bool:
        if self._readonly:
            self.panel.say(self._readonly)
        return not self._readonly

    def _anchored(self, **more: str) -> Span | None:
        """A new span over what is selected; says why when there is none."""
        if self._kept is None or not self._may():
            return None
        made = self._selecting.anchored(self._kept.opened.task, self._new_id(), **more)
        self.panel.say(made if isinstance(made, str) else "")
        return made if isinstance(made, Span) else None

    def highlight(self) -> None:
        """H: mark what is selected, and ask for its label if the task has labels; else label the one in front."""
        if self._kept is None:
            return
        asked = self._kept.opened.task.questions.spans
        if not self._selecting.has and self._front_span is not None:
            self._do("label")
            return
        made = self._anchored()
        if made is None:
            return
        if asked is None or not asked.labels:
            self._keep(made)
        elif not asked.overlap and self._kept.labelled_over(made):
            self.panel.say(tr("Highlights of this task may not overlap, and another stands here."))
        else:
            self._choose(made)

    def _keep(self, made: Span | Citation) -> None:
        self._front = made.id
        self.changed.emit(made.leaves())
        announce(self.panel, self._kept.said(made) if self._kept is not None else "")

    def _choose(self, span: Span) -> None:
        kept = self._kept
        if kept is not None and (asked := kept.opened.task.questions.spans) is not None and asked.labels:
            self._choosing = (Choosing(asked, kept.quote(span)), span)
            self.panel.show_choice(self._choosing[0])
            self._show_marks()

    def digit(self, digit: int) -> bool:
        """A digit for the label or the severity; False if neither is asked for."""
        if self._choosing is None:
            return False
        choosing, span = self._choosing
        if choosing.pick(digit) and choosing.done:
            self._choosing = None
            self.panel.show_choice(None)
            self._keep(replace(span, label=choosing.label, severity=choosing.severity))
        else:
            self.panel.show_choice(choosing)
        return True

    def bind_evidence(self) -> None:
        """Shift+H: what is selected, or the highlight in front, is evidence for the criterion in focus."""
        kept, criterion = self._kept, self._criterion
        if kept is None or not self._may():
            return
        if criterion is None:
            self.panel.say(tr("No criterion is in focus to bind it to."))
        elif self._selecting.has:
            made = self._anchored(criterion=criterion)
            if made is not None:
                same = kept.free_at(made)
                self._keep(replace(same, criterion=criterion) if same is not None else made)
        elif (span := self._front_span) is not None:
            self._keep(replace(span, criterion="" if span.criterion == criterion else criterion))
        elif (citation := self._front_citation) is not None:
            free = citation.criterion == criterion
            self.changed.emit(replace(citation, criterion="" if free else criterion).leaves())
        else:
            self._anchored()

    def cite(self, attachment: str, page: int = 0, quote: str = "") -> None:
        """A place of an attachment is evidence for the criterion in focus, of the response in front."""
        if self._kept is None or not self._may():
            return
        citation = Citation(
            self._new_id(), attachment, page, quote[:20_000], "", self._rubric.place[0], self._criterion or ""
        )
        self._keep(citation)

    @property
    def _criterion(self) -> CriterionId | None:
        found = self._rubric.place[1]
        task = self._kept.opened.task if self._kept is not None else None
        return found if task is not None and found in {c.id for c in task.rubric.leaves} else None

    @property
    def _front_span(self) -> Span | None:
        return self._kept.span(self._front) if self._kept is not None else None

    @property
    def _front_citation(self) -> Citation | None:
        return self._kept.citation(self._front) if self._kept is not None else None

    # The list and the one in front

    def toggle_list(self) -> None:
        """L: the list with the keyboard on it, and back."""
        if self.panel.open_now:
            self.panel.open_list(False)
            self._rubric.take_focus()
        elif self._kept is not None and self._kept.any:
            self.panel.open_list(True)
            at = self.panel.list.currentIndex().row()
            self._look_at(at if 0 <= at < len(self._kept.ids) else 0)
            self._show_rows()
        else:
            self.panel.say(tr("Nothing is highlighted yet."))

    def _look_at(self, row: int) -> None:
        """The row in the list is in front: its text comes into view."""
        if self._kept is None or row >= len(self._kept.ids):
            return
        self._to_front(self._kept.ids[row])
        span = self._front_span
        if span is not None:
            self._show(span)

    def _went(self, row: int) -> None:
        """Enter on a row: its text, and the criterion that it is evidence for."""
        self._look_at(row)
        span, citation = self._front_span, self._front_citation
        if span is not None and span.criterion:
            self._rubric.go_to(span.response, CriterionId(span.criterion))
        elif citation is not None:
            self.cited.emit(citation.attachment, citation.page)

    def _show(self, span: Span) -> None:
        if self._rubric.place[0] != span.response:
            self._rubric.show_response(span.response)
        self._reading.show_response(span.response)
        self._show_marks()
        view = self._reading.page.view
        found = view.positions.to_document(span.start, span.end)
        if found is not None:
            view.show_position(found[0])

    def go_to_evidence(self) -> None:
        """Q: the highlights of the criterion in focus, one after the other."""
        criterion = self._criterion
        if self._kept is None or criterion is None:
            return
        found = self._kept.evidence(self._rubric.place[0], criterion)
        if not found:
            self.panel.say(tr("No highlight is evidence for this criterion yet."))
            return
        ids = [s.id for s in found]
        at = (ids.index(self._front) + 1) % len(ids) if self._front in ids else 0
        self._to_front(ids[at])
        self._show(found[at])
        self._show_rows()
        announce(self.panel, self._kept.quote(found[at]))

    def _pressed(self, offset: int) -> None:
        """A click on a highlight brings it to the front."""
        response = self._reading.response
        if self._kept is not None and response is not None:
            found = self._kept.at(response, offset)
            self._to_front(found.id if found is not None else "")
            self._show_rows()

    def _do(self, deed: str) -> None:
        """label, comment, bind or remove the one in front."""
        if not self._may():
            return
        if deed == "label" and (span := self._front_span) is not None:
            self._choose(span)
        elif deed == "comment" and (span := self._front_span) is not None:
            self._comments.open(span)
        elif deed == "bind":
            self.bind_evidence()
        elif deed == "remove":
            self._remove()

    def _remove(self) -> None:
        found = self._front_span or self._front_citation
        if found is not None:
            self.changed.emit(found.gone())
            announce(self.panel, tr("Removed. Undo brings it back."))

    def remove(self) -> bool:
        """Clear, while the list has the keyboard."""
        if not self.panel.list.hasFocus():
            return False
        self._do("remove")
        if self._kept is not None and self._kept.any:
            self._look_at(max(0, self.panel.list.currentIndex().row()))
        else:
            self.panel.open_list(False)
            self._rubric.take_focus()
        return True

    # Comments

    def comment(self) -> bool:
        """C, on a highlight of the list, or on what is selected; in code also on the line of the caret."""
        if self.panel.list.hasFocus():
            self._do("comment")
            return True
        if not self._selecting.with_keyboard():
            return False
        made = self._anchored()
        if made is not None:
            self._keep(made)
            self._comments.open(made)
        return True

    def _written(self) -> None:
        """The comment is written: the keyboard goes back to the list, or to the criteria."""
        self._comments.close()
        if self.panel.open_now:
            self.panel.list.setFocus()
        else:
            self._rubric.take_focus()

    def flush(self) -> None:
        """Hand out what was typed."""
        self._comments.flush()

    def toggle_caret(self) -> None:
        """M: select by keyboard in the response in front, and back."""
        if self._selecting.toggle_caret():
            self.panel.say("")
        else:
            self._rubric.take_focus()

    def leave(self) -> bool:
        """Esc: the question, the comment, the list, the caret; False if nothing of it was open."""
        self.panel.say("")
        focus = QApplication.focusWidget()
        if self._choosing is not None:
            self._choosing = None
            self.panel.show_choice(None)
            self._show_marks()
        elif focus is self.panel.comment:
            self._written()
        elif self.panel.open_now:
            self.toggle_list()
        elif self._selecting.with_caret:
            self.toggle_caret()
        else:
            return False
        return True
