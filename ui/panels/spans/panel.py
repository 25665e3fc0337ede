"""The strip of highlights under the reading page: what keys do, the question of the label, the list, a comment.

Folded it is one line. It holds no rule: what it shows comes in as values, what is wanted goes out as signals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.i18n import tr, trn
from ui.panels.rubric.controls import Options
from ui.panels.spans.choosing import Choosing
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.chip import KeyHint
from ui.widgets.fields import TextArea
from ui.widgets.flow import Flow
from ui.widgets.layout import Row
from ui.widgets.notice import announce
from ui.widgets.rows import RowData, RowList
from ui.widgets.surface import Surface
from ui.widgets.text import IconLabel, Label, Paragraph

MOST_ROWS = 4
_OPTIONS = 10


class SpanPanel(Surface):
    """toggled(): the list is wanted or not. picked(digit) of the label. went(row), moved(row) in the list.

    asked(what): label, comment, bind or remove, of the row in front. wrote(text), left() of the comment;
    written(): with Esc. unfolded(bool): it needs more height than its line, or no more.
    """

    toggled = Signal()
    picked = Signal(int)
    went = Signal(int)
    moved = Signal(int)
    asked = Signal(str)
    wrote = Signal(str)
    left = Signal()
    written = Signal()
    unfolded = Signal(bool)

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "foot", margins=(40, 6, 24, 6), spacing=6)
        self.setAccessibleName(tr("Highlights"))
        self._title = Button(look, "", kind="link")
        self._title.clicked.connect(self.toggled)
        self._hints = QWidget()
        self._hint_row = Flow(look, spacing=12)
        self._hints.setLayout(self._hint_row)
        self._head = QWidget()
        mark = IconLabel(look, "highlighter", "t3", 16)
        row = Row(look, mark, self._title, 8, spacing=6)
        row.put(self._hints, Qt.AlignmentFlag.AlignVCenter, 1)
        self._head.setLayout(row)
        self._said = Paragraph(look, role="small", tone="warn")
        self._said.setVisible(False)
        self._quote = Label(look, role="small", tone="t2", elide=True)
        self.choice = Options(look, _OPTIONS)
        self.choice.picked.connect(self._pick)
        self._keys: tuple[str, ...] = ()
        self.list = RowList(look, tr("Highlights"))
        self.list.chosen.connect(self.went)
        self.list.moved.connect(self._list_moved)
        self._putting = False
        self._deeds = QWidget()
        self._deed_row = Flow(look, spacing=6)
        self._deeds.setLayout(self._deed_row)
        self.comment = TextArea(look, tr("Comment on the highlight"), placeholder=tr("What about it?"))
        self.comment.textChanged.connect(self._typed)
        self.comment.left.connect(self.written)
        self.comment.installEventFilter(self)
        self._last = ""
        self._of_evidence: list[QWidget] = []
        self._here = self._low = False
        self._count = 0
        self.body.add(self._head, self._said, self._quote, self.choice, self.list, self._deeds, self.comment)
        for part in (self._quote, self.choice, self.list, self._deeds, self.comment):
            part.setVisible(False)
        look.changed.connect(self._size_list)

    def set_keys(self, key_of: Callable[[str], str]) -> None:
        """The keys in force, as they are shown."""
        self._title.setToolTip(tr("List of highlights ({key})", key=key_of("spans")))
        self._hint_row.clear()
        for command, words in (
            ("highlight", tr("highlight")),
            ("bind", tr("as evidence")),
            ("mark-text", tr("select by keyboard")),
        ):
            hint = KeyHint(self._look, key_of(command), words)
            self._hint_row.add(hint)
            if command == "bind":
                self._of_evidence = [hint]
        self._deed_row.clear()
        deeds = (
            ("label", "pencil", tr("Label"), "highlight"),
            ("comment", "message-square", tr("Comment"), "comment"),
            ("bind", "link", tr("Bind or release"), "bind"),
            ("remove", "trash-2", tr("Remove"), "clear-answer"),
        )
        for deed, icon, words, command in deeds:
            button = Button(self._look, words, kind="quiet", icon=icon, key=key_of(command))
            button.clicked.connect(lambda _=False, deed=deed: self.asked.emit(deed))
            self._deed_row.add(button)
            if deed == "bind":
                self._of_evidence.append(button)

    # What is shown

    def show_count(self, count: int, *, here: bool, criteria: bool) -> None:
        """here: something stands in this task, or is asked for; else the strip is not there at all.

        criteria: the task has some that a highlight can be evidence for.
        """
        self._here, self._count = here, count
        for part in self._of_evidence:
            part.setVisible(criteria)
        words = trn("{n} highlight", "{n} highlights", count) if count else tr("Highlights")
        self._title.set_words(words)
        self._fold()

    def set_low(self, low: bool) -> None:
        """Little height: it is there only while it has something to say."""
        self._low = low
        self._fold()

    def _fold(self) -> None:
        asks = bool(self._last) or not self.choice.isHidden()
        self.setVisible(asks or (self._here and (self._count > 0 or self.open_now or not self._low)))

    def say(self, words: str) -> None:
        """Why something was not done; empty takes it away."""
        if words != self._last or bool(words) is self._said.isHidden():
            self._last = words
            self._said.setText(words)
            self._said.setVisible(bool(words))
        self._fold()
        if words:
            announce(self, words)

    @property
    def said(self) -> str:
        return self._last

    def show_rows(self, rows: Sequence[RowData], front: int) -> None:
        """The list; front: the row that is worked on, -1 for none."""
        shown = tuple(rows)
        self._putting = True
        self.list.set_source(len(shown), lambda at: shown[at] if at < len(shown) else RowData(""))
        if 0 <= front < len(shown):
            self.list.set_current(front)
        self._putting = False
        self._size_list()

    def open_list(self, on: bool) -> None:
        """Unfold the list, with the keyboard on it."""
        self.list.setVisible(on)
        self._deeds.setVisible(on)
        self.unfolded.emit(on or not self.choice.isHidden())
        if on:
            self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.close_comment()

    @property
    def open_now(self) -> bool:
        return not self.list.isHidden()

    def show_choice(self, choosing: Choosing | None) -> None:
        """The question of the label, or none."""
        for part in (self.choice, self._quote):
            part.setVisible(choosing is not None)
        self._fold()
        self.unfolded.emit(choosing is not None or self.open_now)
        if choosing is None:
            return
        options = choosing.options
        self._keys = tuple(o.key for o in options)
        self.choice.offer(choosing.caption, [o.words for o in options], self._keys)
        self.choice.check(None)
        self._quote.setText(tr("“{text}”", text=choosing.quote))
        announce(self.choice, f"{choosing.caption} " + ", ".join(f"{o.key} {o.words}" for o in options))

    def _pick(self, at: int) -> None:
        if at < len(self._keys):
            self.picked.emit(int(self._keys[at]))

    # The comment

    def write(self, text: str) -> None:
        """The field, with what stands there already, and the keyboard on it."""
        self.put_comment(text)
        self.comment.setVisible(True)
        self.comment.go_on()

    def put_comment(self, text: str) -> None:
        if self.comment.toPlainText() != text:
            self._putting = True
            self.comment.setPlainText(text)
            self._putting = False

    def close_comment(self) -> None:
        self.comment.setVisible(False)

    def _typed(self) -> None:
        if not self._putting:
            self.wrote.emit(self.comment.toPlainText())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.comment and event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return False

    def _list_moved(self, row: int) -> None:
        if not self._putting:
            self.moved.emit(row)

    def _size_list(self) -> None:
        model = self.list.model()
        rows = min(max(model.rowCount() if model is not None else 0, 1), MOST_ROWS)
        self.list.setMinimumHeight(self.list.row_height())  # in little height it scrolls
        self.list.setMaximumHeight(self.list.row_height() * rows)
