"""Word, Markdown, plain text and code: shown by the same views as answers, code with blocks that fold."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from app.decoding.values import Kind, Look, Text
from ui.i18n import sentences, tr, trn
from ui.panels.attachments.files import File
from ui.panels.attachments.folding import FoldingCode
from ui.panels.attachments.viewer import Viewer
from ui.panels.reading.answer_view import AnswerView
from ui.panels.reading.code_view import CodeView
from ui.panels.reading.find_bar import FindBar
from ui.panels.reading.raw import raw_positions
from ui.panels.reading.supply import Supply
from ui.panels.reading.text_page import TextPage
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.fields import Select
from ui.widgets.notice import Banner
from ui.widgets.surface import Surface
from ui.widgets.text import Label

ENCODINGS = ("UTF-8", "UTF-16", "Big5", "GB 18030", "Shift JIS", "Windows-1252")
MARKDOWN = ("md", "markdown")
LANGUAGES = {
    "py": "python", "js": "javascript", "ts": "typescript", "tsx": "tsx", "java": "java", "c": "c", "h": "c",
    "cpp": "c++", "hpp": "c++", "cc": "c++", "cs": "csharp", "go": "go", "rs": "rust", "rb": "ruby",
    "php": "php", "swift": "swift", "kt": "kotlin", "scala": "scala", "sh": "bash", "sql": "sql", "r": "r",
    "html": "html", "htm": "html", "css": "css", "xml": "xml", "svg": "xml", "json": "json", "yaml": "yaml",
    "yml": "yaml", "toml": "toml", "ini": "ini", "tex": "tex", "patch": "diff", "diff": "diff", "lua": "lua",
    "pl": "perl", "m": "matlab", "vb": "vb.net", "ps1": "powershell", "dockerfile": "docker", "tf": "terraform",
}  # fmt: skip


class TextViewer(Viewer):
    def __init__(self, look: ThemeHolder, file: File, facts: Look, supply: Supply) -> None:
        super().__init__(look, file, facts)
        name = file.attachment.name
        extension = name.rpartition(".")[2].lower()
        self.words = facts.kind is Kind.WORDS or extension in MARKDOWN
        self._language = LANGUAGES.get(extension, "")
        self.page = TextPage(look, supply)
        self.page.show_text("", name=name)
        self.code = FoldingCode(look, supply, name=name)
        self.find_bar = FindBar(look, name=tr("Find in this file"), placeholder=tr("Find in this file"))
        self.find_bar.setVisible(False)
        self.encoding = Select(look, tr("Encoding"), [(e, e) for e in ENCODINGS])
        self._fold = Button(look, tr("Fold all"), kind="quiet", icon="chevron-right", key="Ctrl+Shift+[")
        self._folded_all = False
        self._said = Label(look, role="small", figures=True)
        self._note = Banner(look, "warn", "triangle-alert", "")
        self._note.setVisible(False)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.page)
        self._stack.addWidget(self.code)
        bar = Surface(look, "bar", across=True, spacing=8, margins=(12, 5, 12, 5), height=44)
        bar.body.add(self._said, None, self._fold, self.encoding)
        self._fold.setVisible(not self.words)
        self.encoding.setVisible(facts.kind is Kind.TEXT)
        holder = Surface(look, "page", margins=(12, 8, 12, 0))
        holder.body.add(self._note)
        holder.setVisible(False)
        self._holder = holder
        self.body.add(bar, self.find_bar, holder, (self._stack, 1))
        self._fold.clicked.connect(self.fold_all)
        self.encoding.picked.connect(self._ask)
        self.find_bar.asked.connect(self._find)
        for part in (self.page, self.code):
            part.filled.connect(self._find_again)
        self.find_bar.stepped.connect(self._step)
        self.find_bar.closed.connect(self.leave_find)
        for view in (self.code, self.page.answer, self.page.code):
            view.installEventFilter(self)
        self._ask("")

    def _ask(self, encoding: str) -> None:
        self.file.ask(lambda d, s: d.text(s, encoding), done=self._show, failed=self.fail, owner=self)

    def _show(self, text: Text) -> None:
        if text.encoding in ENCODINGS:
            self.encoding.choose(text.encoding)
        if self.words:
            self.page.show_text(text.text, name=self.file.attachment.name)
            self._stack.setCurrentWidget(self.page)
        else:
            self.code.forget()
            shown = text.text.replace("\r\n", "\n").replace("\r", "\n")
            self.code.show_code(shown, self._language, raw_positions(shown))
            self._stack.setCurrentWidget(self.code)
        self._tell(text)

    def _tell(self, text: Text) -> None:
        count = text.text.count("\n") + (not text.text.endswith("\n"))
        self._said.setText("" if self.words else trn("{n} line", "{n} lines", count))
        notes = []
        if self.facts.note == "svg":
            notes.append(tr("Pictures of this kind (SVG) can hold programs, so their source is shown."))
        if self.facts.kind is Kind.WORDS:
            self._said.setText(tr("Words and tables of the file; its pictures and its layout are not shown."))
        elif text.encoding != "UTF-8":
            notes.append(
                tr("Read as {encoding}. If letters look wrong, choose another.", encoding=text.encoding)
            )
        if text.cut:
            notes.append(tr("The file goes on: this is its beginning."))
        self._note.set("warn", "triangle-alert", sentences(*notes))
        self._note.setVisible(bool(notes))
        self._holder.setVisible(bool(notes))

    # Viewer

    def take_focus(self) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def fold_all(self) -> None:
        """Fold all blocks, or unfold them."""
        self._folded_all = not self._folded_all
        self.code.fold_all(self._folded_all)
        self._fold.set_words(tr("Unfold all") if self._folded_all else tr("Fold all"))
        self._fold.set_icon("chevron-down" if self._folded_all else "chevron-right")

    def open_find(self) -> bool:
        self.find_bar.open()
        return True

    def leave_find(self) -> bool:
        if self.find_bar.isHidden():
            return False
        self.find_bar.setVisible(False)
        self._find("")
        self.take_focus()
        return True

    @property
    def view(self) -> AnswerView | CodeView:
        """What is read."""
        return self.page.view if self.words else self.code

    def _find(self, words: str) -> None:
        view = self.view
        view.finder.find(words)
        view.finder.mark(self._look.theme)
        self.find_bar.tell(view.finder.at, len(view.finder.places))

    def _find_again(self) -> None:
        if not self.find_bar.isHidden():
            self._find(self.find_bar.field.text())

    def _step(self, step: int) -> None:
        view = self.view
        at = view.finder.step(step)
        if at >= 0:
            view.show_position(view.finder.places[at][0])
        view.finder.mark(self._look.theme)
        self.find_bar.tell(view.finder.at, len(view.finder.places))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+F finds here, and Ctrl+Shift+[ folds, while the text has the focus."""
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if event.type() in kinds and isinstance(event, QKeyEvent):
            act = self._key(event)
            if act is not None:
                if event.type() == QEvent.Type.KeyPress:
                    act()
                event.accept()
                return True
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> Callable[[], object] | None:
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        if event.modifiers() == control and event.key() == Qt.Key.Key_F:
            return self.open_find
        if self.words or not event.modifiers() & control:
            return None
        if event.key() in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BraceLeft):
            return self.fold_all if event.modifiers() & shift else self.code.toggle
        return None
