"""Where the ideal answer is written: the text, how it will be read, what it changes of a response, and why.

editor = IdealEditor(look, supply); editor.bind(opened, readonly=False)
editor.wrote.connect(…)        # path, text: at most 500 ms after the last key, and at `flush`
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QStackedWidget

from app.domain.order import letter
from app.domain.questions import Need
from app.domain.review import IDEAL_BASE, IDEAL_REASON, IDEAL_TEXT
from app.rendering.worddiff import merged, words_changed
from app.services.reviewing import OpenTask
from app.services.spelling import Speller
from ui.i18n import number, tr, trn
from ui.panels.asking.note import Note
from ui.panels.ideal.changes_view import ChangesView
from ui.panels.ideal.field import RoomyWriting
from ui.panels.ideal.snippets_menu import SnippetNaming, SnippetsButton
from ui.panels.ideal.words import Words
from ui.panels.reading.answer_view import AnswerView
from ui.panels.reading.supply import Supply
from ui.panels.rubric.buffer import TextBuffer, once
from ui.theme.apply import ThemeHolder
from ui.widgets.button import IconButton
from ui.widgets.choice import SegmentedControl
from ui.widgets.drawn import TextLine
from ui.widgets.layout import Row, Still
from ui.widgets.surface import Surface
from ui.widgets.text import Label

WRITE, READ, CHANGES = "write", "read", "changes"
SPELL_MS = 120
"""Marks under words come after the text: nobody reads them first."""


class IdealEditor(Surface):
    """wrote({path: text}) · left(): the person is done here."""

    wrote = Signal(object)
    left = Signal()

    def __init__(self, look: ThemeHolder, supply: Supply, words: Words) -> None:
        super().__init__(look, "page", margins=(24, 8, 24, 10), spacing=8)
        self._words = words
        self._opened: OpenTask | None = None
        self._buffer = TextBuffer(self)
        self._buffer.ready.connect(self.wrote)
        self._title = Label(look, tr("Ideal answer"), role="section")
        self._about = TextLine(look, role="quiet", elide=True)
        self.views = SegmentedControl(
            look, tr("View"), [(WRITE, tr("Write")), (READ, tr("As read")), (CHANGES, tr("Changes"))]
        )
        self._pages = QStackedWidget()
        self.field, self._spare = self._new_field(), self._new_field()
        self._ahead: OpenTask | None = None  # whose text stands in the spare field
        self._said: tuple[OpenTask, str] | None = (
            None  # what is said of the text of the task that was prepared
        )
        self.snippets = SnippetsButton(look, words.snippets, lambda: self.field.textCursor().selectedText())
        self.naming = SnippetNaming(look)
        close = IconButton(look, "x", tr("Close"), key="Esc")
        self.read = AnswerView(look, supply, left=14)
        self.changes = ChangesView(look, tr("What the edit changes"))
        for page in (self.read, self.changes):
            self._pages.addWidget(page)
        self._count = TextLine(look, role="quiet", figures=True)
        self.reason = Note(look, tr("Why these changes?"), tr("What was wrong, and why this is better"))
        self.body.add(
            Row(look, self._title, (self._about, 1), self.snippets, self.views, close, spacing=10),
            self.naming,
            (Still(self._pages), 1),
            Row(look, self._count, None),
            self.reason,
        )
        self._spell_soon = once(self, SPELL_MS, self._spell)
        self.reason.wrote.connect(lambda text: self._buffer.put(IDEAL_REASON, text))
        self.reason.left.connect(self.left)
        self.views.chosen.connect(self.show_view)
        self.snippets.chosen.connect(self._insert)
        self.snippets.naming.connect(self.naming.ask)
        self.naming.kept.connect(words.keep_snippet)
        self.naming.left.connect(self.take_focus)
        self.snippets.removed.connect(words.remove_snippet)
        close.clicked.connect(self.left)

    def _new_field(self) -> RoomyWriting:
        made = RoomyWriting(
            self._look,
            tr("Ideal answer"),
            self._words,
            placeholder=tr("The answer that should have been given"),
        )
        made.wrote.connect(self._typed)
        made.left.connect(self.left)
        self._pages.addWidget(made)
        return made

    # Showing

    def prepare(self, opened: OpenTask) -> None:
        """Set and lay out the ideal answer of the next task in the field that is not on show."""
        text = opened.review.text(IDEAL_TEXT)
        self._ahead = opened
        self._spare.prepare(text, self.field.geometry())
        said = _said_of(opened, text)
        self._said = opened, said
        self._count.prepare(said, "page")

    def bind(self, opened: OpenTask, *, readonly: bool) -> None:
        """Show the ideal answer of a task as it stands; what is being typed is not disturbed."""
        moved = self._opened is None or opened.task is not self._opened.task
        self._opened = opened
        text = opened.review.text(IDEAL_TEXT)
        if moved:
            self.naming.setVisible(False)
            self._turn_to(opened)
            self.field.begin(text)
        elif IDEAL_TEXT not in self._buffer:
            self.field.change(text)
        self.field.setReadOnly(readonly)
        self.snippets.setEnabled(not readonly)
        asked = opened.task.questions.ideal
        base = opened.review.text(IDEAL_BASE)
        needed = bool(base) and asked is not None and asked.reason is Need.REQUIRED
        if moved or IDEAL_REASON not in self._buffer:
            self.reason.put(opened.review.text(IDEAL_REASON), readonly=readonly, needed=needed)
        self.reason.setVisible(bool(base) and asked is not None and asked.reason is not Need.NONE)
        if moved:
            self._spell_soon.start()
            self.views.choose(WRITE)
            self._pages.setCurrentWidget(self.field)
        self._refresh_view()

    def _turn_to(self, opened: OpenTask) -> None:
        """The field with the text that was prepared comes to the front."""
        if self._ahead is not None and self._ahead.task is opened.task:
            self.field, self._spare = self._spare, self.field
        self._ahead = None

    def _spell(self) -> None:
        opened, field = self._opened, self.field
        if opened is None:
            return

        def found(speller: Speller) -> None:
            if self.field is field and self._opened is not None and self._opened.task is opened.task:
                field.use(speller)

        self._words.speller_for(opened, found)

    def show_view(self, view: str) -> None:
        self.views.choose(view)
        self._pages.setCurrentWidget({WRITE: self.field, READ: self.read, CHANGES: self.changes}[view])
        self._refresh_view()
        self.take_focus()

    def show_read(self) -> None:
        """As it is read, while it is graded; the keyboard stays where it is."""
        self.views.choose(READ)
        self._pages.setCurrentWidget(self.read)
        self._refresh_view()

    def leave_read(self) -> None:
        """Back to writing, if it is shown as it is read."""
        if self.views.value() == READ:
            self.show_view(WRITE)

    def next_view(self) -> None:
        order = (WRITE, READ, CHANGES)
        self.show_view(order[(order.index(self.views.value()) + 1) % len(order)])

    def take_focus(self) -> None:
        page = self._pages.currentWidget()
        if page is not None:
            page.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def take_up(self) -> None:
        """Go on writing: behind one's own words; what was begun from a response is read from its first."""
        opened, cursor = self._opened, self.field.textCursor()
        if opened is not None and not opened.review.text(IDEAL_BASE) and cursor.atStart():
            self.field.moveCursor(QTextCursor.MoveOperation.End)
        self.take_focus()

    def flush(self) -> None:
        """Hand out what was typed."""
        self._buffer.flush()

    # Words

    def _typed(self, text: str) -> None:
        self._buffer.put(IDEAL_TEXT, text)
        self._say()

    def _base_text(self) -> str:
        opened = self._opened
        base = opened.review.text(IDEAL_BASE) if opened is not None else ""
        found = [r.text for r in opened.task.responses if r.id == base] if opened is not None else []
        return found[0] if found else ""

    def _say(self) -> None:
        opened = self._opened
        if opened is None:
            return
        text, base = self.field.text, opened.review.text(IDEAL_BASE)
        known = self._said
        as_kept = known is not None and known[0] is opened and text == opened.review.text(IDEAL_TEXT)
        self._count.setText(known[1] if known is not None and as_kept else _said_of(opened, text))
        begun = [r for r in opened.order if r == base]
        about = tr("begun from response {letter}", letter=letter(opened.order, begun[0])) if begun else ""
        self._about.setText(about)

    def _refresh_view(self) -> None:
        view = self.views.value()
        if view == READ:
            self.read.show_text(self.field.text, "")
        elif view == CHANGES:
            pieces = merged(self._base_text(), self.field.text)
            self.changes.show_pieces(pieces)
            n = words_changed(pieces)
            self._count.setText(trn("{n} word changed", "{n} words changed", n, n=number(n)))
        if view == WRITE:
            self._say()

    def _insert(self, text: str) -> None:
        if not self.field.isReadOnly():
            self.field.insertPlainText(text)
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)


def _said_of(opened: OpenTask, text: str) -> str:
    """How long an ideal answer is, and how long it has to be."""
    words = len(text.split())
    said = [trn("{n} word", "{n} words", words, n=number(words))]
    asked = opened.task.questions.ideal
    have = len(text.strip())
    if asked is not None and have < asked.min_characters:
        said.append(tr("{n} of {least} characters", n=number(have), least=number(asked.min_characters)))
    return " · ".join(said)
