"""The open attachment: its name, the way to the others, its viewer, or why it cannot be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from app.decoding.values import Kind, Look
from app.domain.task import Attachment
from app.errors import AssayError
from ui.i18n import number, size_of, tr
from ui.panels.attachments.files import Files
from ui.panels.attachments.icons import icon_of
from ui.panels.attachments.pdf_viewer import PdfViewer
from ui.panels.attachments.picture_viewer import PictureViewer
from ui.panels.attachments.table_viewer import TableViewer
from ui.panels.attachments.text_viewer import TextViewer
from ui.panels.attachments.viewer import Viewer
from ui.panels.reading.supply import Supply
from ui.problems import words_of
from ui.theme.apply import ThemeHolder
from ui.widgets.button import IconButton
from ui.widgets.layout import Column
from ui.widgets.notice import Banner
from ui.widgets.surface import Surface
from ui.widgets.text import IconLabel, Label


class AttachmentPanel(Surface):
    """cited(attachment name, page from 1 or 0, quote). closed(): the person closes it. changed(int): another
    file is in front. spread(): it shall take all the room, or give it back.
    """

    cited = Signal(str, int, str)
    closed = Signal()
    changed = Signal(int)
    spread = Signal()

    def __init__(
        self, look: ThemeHolder, files: Files, supply: Supply, keys: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(look, "page", spacing=0)
        self._files = files
        self._supply = supply
        self._keys = dict(keys or {})
        self._attachments: Sequence[Attachment] = ()
        self.at = -1
        self.viewer: Viewer | None = None
        self.cites = True
        """Whether what is read here can be evidence for something."""
        self._ask_for = 0
        self._to_page = 0
        self._icon = IconLabel(look, "file", "t2", 16)
        self._name = Label(look, role="strong", elide=True)
        self._facts = Label(look, role="quiet", figures=True)
        self._before = IconButton(look, "chevron-left", tr("Previous attachment"))
        self._after = IconButton(
            look, "chevron-right", tr("Next attachment"), key=self._key("next-attachment")
        )
        self._spread = IconButton(look, "columns-2", tr("All the room, or beside the answer"))
        close = IconButton(look, "x", tr("Close the attachment"), key="Esc")
        head = Surface(look, "head", across=True, spacing=8, margins=(16, 4, 10, 4), height=44)
        head.body.add(
            self._icon, (self._name, 1), self._facts, 4, self._before, self._after, self._spread, close
        )
        self._error = Banner(look, "warn", "triangle-alert", "")
        self._said = QWidget()
        self._said.setLayout(Column(look, self._error, None, margins=(24, 16, 24, 16)))
        self._waiting = Label(look, tr("Opening…"), role="lead")
        waiting = QWidget()
        waiting.setLayout(Column(look, self._waiting, None, margins=(24, 20, 24, 16)))
        self._stack = QStackedWidget()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # while there is no viewer to take the keyboard
        self._stack.addWidget(waiting)
        self._stack.addWidget(self._said)
        self.body.add(head, (self._stack, 1))
        self._before.clicked.connect(lambda: self.step(-1))
        self._after.clicked.connect(lambda: self.step(1))
        self._spread.clicked.connect(self.spread)
        close.clicked.connect(self.closed)

    def _key(self, command: str) -> str:
        return self._keys.get(command, "")

    def show_files(self, attachments: Sequence[Attachment]) -> None:
        """The files of a task; what was open goes."""
        self._attachments = tuple(attachments)
        self._drop()
        self.at = -1
        for button in (self._before, self._after):
            button.setVisible(len(attachments) > 1)

    def open(self, at: int, page: int = 0) -> None:
        """Show a file, at a page from 1; the one in front only turns to it."""
        if not 0 <= at < len(self._attachments):
            return
        if at == self.at and self.viewer is not None:
            if page:
                self.viewer.go_to_page(page)
            return
        self._drop()
        self.at, self._to_page = at, page
        attachment = self._attachments[at]
        self._icon.set_icon(icon_of(attachment.media_type), "t2")
        self._name.setText(attachment.name)
        self._tell("")
        self._stack.setCurrentIndex(0)
        self._ask_for += 1
        asked = self._ask_for
        file = self._files.of(attachment)

        def done(look: Look) -> None:
            if asked == self._ask_for:
                self._show(look)

        def failed(error: AssayError) -> None:
            if asked == self._ask_for:
                self.say(error)

        file.ask(lambda decoder, source: decoder.look(source), done=done, failed=failed, owner=self)
        self.changed.emit(at)

    def step(self, step: int) -> None:
        """To the next or previous file, round the end."""
        if self._attachments:
            self.open((self.at + step) % len(self._attachments))

    def say(self, error: AssayError) -> None:
        """Why the file, or a part of it, cannot be shown."""
        words = words_of(error)
        self._error.set("warn", "triangle-alert", words.message, hint=words.hint)
        self._error.setToolTip(words.technical)
        self._stack.setCurrentWidget(self._said)

    def take_focus(self) -> None:
        if self.viewer is not None:
            self.viewer.take_focus()
        else:
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show(self, facts: Look) -> None:
        viewer = self._viewer(facts)
        self.viewer = viewer
        viewer.failed.connect(self.say)
        viewer.cited.connect(self._cite)
        if not self.cites:
            viewer.cite_no_more()
        self._stack.addWidget(viewer)
        self._stack.setCurrentWidget(viewer)
        self._tell(facts.format)
        viewer.take_focus()
        if self._to_page:
            viewer.go_to_page(self._to_page)

    def _viewer(self, facts: Look) -> Viewer:
        file = self._files.of(self._attachments[self.at])
        if facts.kind is Kind.PDF:
            return PdfViewer(self._look, file, facts, self._keys)
        if facts.kind in (Kind.PICTURE, Kind.DICOM):
            return PictureViewer(self._look, file, facts)
        if facts.kind is Kind.TABLE:
            return TableViewer(self._look, file, facts)
        return TextViewer(self._look, file, facts, self._supply)

    def _tell(self, form: str) -> None:
        attachment = self._attachments[self.at]
        many = len(self._attachments) > 1
        place = (
            tr("file {at} of {n}", at=number(self.at + 1), n=number(len(self._attachments))) if many else ""
        )
        self._facts.setText(" · ".join(w for w in (form, size_of(attachment.size), place) if w))

    def _cite(self, page: int, words: str) -> None:
        self.cited.emit(self._attachments[self.at].name, page, words)

    def _drop(self) -> None:
        viewer, self.viewer = self.viewer, None
        self._ask_for += 1
        self.at = -1
        if viewer is not None:
            focus = QApplication.focusWidget()
            if focus is not None and viewer.isAncestorOf(focus):
                self.setFocus(Qt.FocusReason.OtherFocusReason)  # else Qt takes the keyboard anywhere
            self._stack.removeWidget(viewer)
            viewer.hide()
            viewer.deleteLater()

    def close_file(self) -> None:
        """Nothing is open any more; what the viewer held is given back."""
        self._drop()
