"""What of the reading side is gone to by key: links, headings and code, the prompt, changes of code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.domain.order import letter
from app.rendering.patches import Patch, code_of, read_patch
from app.rendering.tree import Document
from ui.i18n import number, tr, trn
from ui.panels.reading.answer_view import AnswerView
from ui.panels.reading.changes_page import ChangesPage
from ui.panels.reading.code_view import CodeView
from ui.panels.reading.go_sheet import GoSheet
from ui.panels.reading.places import links_of, spots_of
from ui.theme.apply import ThemeHolder
from ui.widgets.notice import announce

if TYPE_CHECKING:
    from ui.panels.reading.reading_panel import ReadingPanel


class Going:
    """sheet: the list that is open now. changes: the page of changes, made when it is first wanted."""

    def __init__(self, look: ThemeHolder, reading: ReadingPanel) -> None:
        self._look = look
        self._reading = reading
        self.sheet = GoSheet(look, reading)
        self.changes = ChangesPage(look, reading.supply)
        self._wanted = False
        self._step = 0  # of `code_changes`
        reading.comparing.ready.connect(self._again)
        for view in (self.changes.old, self.changes.new, self.changes.whole):
            view.filled.connect(lambda: reading.search.again())

    def commands(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        reading = self._reading
        return (
            ("raw", reading.toggle_raw),
            ("side-by-side", reading.toggle_side_by_side),
            ("prompt", reading.toggle_prompt),
            ("guidelines", reading.toggle_guideline),
            ("find", reading.open_find),
            ("differences", reading.toggle_differences),
            ("together", reading.toggle_together),
            ("prompt-down", lambda: reading.prompt.read_on(1)),
            ("prompt-up", lambda: reading.prompt.read_on(-1)),
            ("table-right", lambda: self.across(1)),
            ("table-left", lambda: self.across(-1)),
            ("links", self.links),
            ("contents", self.contents),
            ("code-changes", self.code_changes),
            ("fold", self.fold),
        )

    @property
    def views(self) -> list[AnswerView | CodeView]:
        """What is read now: the page in front, or both sides of changes."""
        reading, changes = self._reading, self.changes
        if reading.front is not changes:
            return [reading.page.view]
        return [changes.whole] if changes.unified else [changes.old, changes.new]

    def links(self) -> None:
        """Every link of the prompt and of the response in front."""
        reading = self._reading
        turns = reading.opened.task.prompt if reading.opened is not None else ()
        texts = [turn.text for turn in turns] + [reading.page.text]
        documents = [d for d in map(reading.supply.document, texts) if d is not None]
        found = reading.page_links.rows(reading.page.text) if reading.response is not None else []
        found += links_of(documents)
        self.sheet.open_sheet(
            tr("Open a link"),
            [row for _, row in found],
            lambda at: reading.follow(found[at][0]),
            tr("There are no links in the prompt and this response."),
        )

    def contents(self) -> None:
        """What reads otherwise than it is, the headings and the code of the response in front."""
        page = self._reading.page
        document = page.document
        spots = self._reading.alarms.spots + (spots_of(document) if document is not None else [])
        self.sheet.open_sheet(
            tr("Go to a heading or a piece of code"),
            [spot.row for spot in spots],
            lambda at: page.view.go_to(spots[at].start),
            tr("This response has no headings and no code."),
        )

    def fold(self) -> None:
        if not self._reading.page.fold():
            self._reading.refused.emit(tr("There is nothing to fold here."))

    def across(self, direction: int) -> None:
        """Move the wide table or formula of the page in front, else of the prompt."""
        reading, prompt = self._reading, self._reading.prompt
        moved = (self.changes if reading.front is self.changes else reading.page).step_across(direction)
        if not moved and (prompt.folded or not prompt.answer.step_across(direction)):
            reading.refused.emit(tr("Nothing here is wider than the page."))

    # Changes of code

    def code_changes(self) -> None:
        """Of a patch, then between two responses: side by side, then as one list; then the responses again."""
        self._step = self._step + 1 if self._reading.front is self.changes else 0
        self._wanted = True
        self._again()

    def leave_changes(self) -> bool:
        """Back to the responses; False if they are in front already."""
        self._wanted = False
        return self._reading.show_instead(None)

    def _again(self) -> None:
        reading, opened = self._reading, self._reading.opened
        if not self._wanted or opened is None or reading.response is None:
            return
        front, several = reading.response, len(opened.order) > 1
        document = reading.supply.document(opened.task.response(front).text)
        if document is None:
            return
        own = _patch_of(document)
        at, unified = divmod(self._step, 2)
        if own is not None and at == 0:
            name = tr("Response {letter}", letter=letter(opened.order, front))
            self._show(tr("Patch of {name}", name=name), *own, unified=bool(unified))
        elif several and at == (own is not None):
            other = opened.order[0] if front != opened.order[0] else opened.order[1]
            one, two = sorted((front, other), key=opened.order.index)
            names = tuple(tr("Response {letter}", letter=letter(opened.order, r)) for r in (one, two))
            texts = [opened.task.response(r).text for r in (one, two)]
            found = reading.comparing.code(texts[0], texts[1], (names[0], names[1]))
            if found is not None:
                self._show(tr("From {a} to {b}", a=names[0], b=names[1]), *found, unified=bool(unified))
        elif self._step:
            self.leave_changes()
        else:
            self._wanted = False
            reading.refused.emit(tr("There is no patch, and no second response to compare the code with."))

    def _show(self, title: str, text: str, patch: Patch, *, unified: bool) -> None:
        self._wanted = False
        added, removed = sum(f.added for f in patch.files), sum(f.removed for f in patch.files)
        files = trn("{n} file", "{n} files", len(patch.files))
        head = f"{title} · {files} · +{number(added)} −{number(removed)}"
        self.changes.show_changes(head, text, patch, unified=unified)
        self._reading.show_instead(self.changes)
        self._reading.search.again()
        announce(self._reading, head)


def _patch_of(document: Document) -> tuple[str, Patch] | None:
    """The patch in an answer's code, else the one that the answer begins with."""
    for text in (code_of(document), document.source):
        patch = read_patch(text)
        if patch is not None:
            return text, patch
    return None
