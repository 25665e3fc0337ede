"""What is selected in the responses in view, by mouse or with a caret, as a span."""

from __future__ import annotations

from app.domain.ids import ResponseId
from app.domain.spans import Span, anchored
from app.domain.task import Task
from app.errors import InputError
from ui.i18n import sentences, tr
from ui.panels.reading import caret
from ui.panels.reading.code_view import CodeView
from ui.panels.reading.reading_panel import ReadingPanel
from ui.panels.reading.selection import Refusal, selection_in
from ui.panels.reading.text_page import TextPage
from ui.problems import words_of
from ui.widgets.notice import announce


class Selecting:
    def __init__(self, reading: ReadingPanel) -> None:
        self._reading = reading
        self._page: TextPage | None = None  # read with a caret

    @property
    def has(self) -> bool:
        return self._chosen() is not None

    def _chosen(self) -> tuple[ResponseId, TextPage] | None:
        return next(((r, p) for r, p in self._reading.shown if p.view.textCursor().hasSelection()), None)

    def anchored(self, task: Task, id: str, **more: str) -> Span | str:
        """A span over what is selected, which is then selected no more; or why there is none."""
        chosen = self._chosen()
        if chosen is None:
            if self._reading.shown:
                return tr("Select text in a response first, with the mouse or by keyboard.")
            return tr("Only responses can be highlighted.")
        response, page = chosen
        found = selection_in(page.view)
        if isinstance(found, Refusal):
            return sentences(found.words, tr("Nothing was marked."))
        try:
            made = anchored(task, response, found.start, found.end, id=id, **more)
        except InputError as error:
            return words_of(error).both
        cursor = page.view.textCursor()
        cursor.clearSelection()
        page.view.setTextCursor(cursor)
        return made

    def with_keyboard(self) -> bool:
        """Whether a response has the keyboard and a selection; in code the line of the caret becomes one."""
        page = next((p for _, p in self._reading.shown if p.view.hasFocus()), None)
        if page is None:
            return False
        if not page.view.textCursor().hasSelection() and isinstance(page.view, CodeView):
            page.view.select_line(page.view.cursorRect().center().y())
        return page.view.textCursor().hasSelection()

    # The caret

    @property
    def with_caret(self) -> bool:
        return self._page is not None

    def toggle_caret(self) -> bool:
        """Read the response in front with a caret, or no longer; True while there is one."""
        shown = self._reading.shown
        if self._page is not None:
            self.leave_caret()
        elif shown:
            self._page = shown[0][1]
            caret.enter(self._page.view)
            announce(
                self._reading, tr("Arrows move, with Ctrl by word and sentence, Shift selects, Esc leaves.")
            )
        return self._page is not None

    def leave_caret(self) -> None:
        page, self._page = self._page, None
        if page is not None:
            for view in (page.answer, page.code):
                caret.leave(view)
