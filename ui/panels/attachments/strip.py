"""The strip under a response: the task's files, each with the pages of it that the task's texts speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.domain.task import Attachment
from ui.i18n import number, size_of, tr
from ui.panels.attachments.icons import icon_of
from ui.panels.attachments.mentioned import pages_named
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.flow import Flow
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Surface
from ui.widgets.text import IconLabel, Label

MOST_PAGES = 8
"""Pages that are offered; a text that names more is read, not clicked through."""
MOST_HEIGHT = 108
"""px at 100 %, three lines of files; more are scrolled to."""


class _Files(ScrollArea):
    """As high as its lines, up to `MOST_HEIGHT`: many files leave the text its room."""

    def __init__(self, look: ThemeHolder, lines: Flow) -> None:
        content = QWidget()
        content.setLayout(lines)
        super().__init__(look, content, name=tr("Attachments"))
        self._lines = lines

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(self._lines.heightForWidth(width), self._look.px(MOST_HEIGHT))

    def sizeHint(self) -> QSize:
        return self._lines.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._lines.minimumSize() + QSize(self.verticalScrollBar().sizeHint().width(), 0)


class AttachmentStrip(Surface):
    """opened(file, page): a file was chosen; page from 1, 0 for none. Hidden when there are no files."""

    opened = Signal(int, int)

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "foot", across=True, spacing=8, margins=(40, 8, 24, 8), height=52)
        self._files: tuple[Attachment, ...] = ()
        self._text = ""
        self._counts: Mapping[int, int] = {}
        self._room = True
        self._chips = Flow(look, spacing=6)
        self._buttons: list[Button] = []
        self._where = Label(look, tr("All on this laptop"), role="quiet")
        self.body.add(IconLabel(look, "paperclip", "t3", 16), Label(look, tr("Attachments"), role="small"), 4)
        self._area = _Files(look, self._chips)
        self.body.put(self._area, Qt.AlignmentFlag.AlignVCenter, 1)
        self.body.add(self._where)
        self.setVisible(False)

    def show_files(self, files: Sequence[Attachment]) -> None:
        same = tuple(files) == self._files and not self._text
        self._files = tuple(files)
        self._text, self._counts = "", {}
        if not same:
            self._fill()
        self.setVisible(bool(files) and self._room)

    def set_room(self, room: bool) -> None:
        """Without room for text beside it the strip goes; its files open by key all the same."""
        if room != self._room:
            self._room = room
            self.setVisible(bool(self._files) and room)

    def show_mentions(self, text: str, counts: Mapping[int, int]) -> None:
        """Offer the pages that a text speaks of, where it is clear of which file. counts: the pages of each."""
        if (text, counts) != (self._text, self._counts) and self._files:
            self._text, self._counts = text, dict(counts)
            self._fill()

    def mark(self, at: int) -> None:
        """Which file is open, −1 for none."""
        for n, button in enumerate(self._buttons):
            button.setChecked(n == at)
            if n == at:
                self._area.show_part(button, 0)

    def _fill(self) -> None:
        open_ = next((n for n, b in enumerate(self._buttons) if b.isChecked()), -1)
        self._chips.clear()
        self._buttons = []
        named = pages_named(self._text, self._files, self._counts)
        pages = list(dict.fromkeys((file, mention.page) for mention, file in named))[:MOST_PAGES]
        for n, file in enumerate(self._files):
            words = f"{file.name} · {size_of(file.size)}"
            button = Button(self._look, words, kind="quiet", icon=icon_of(file.media_type))
            button.setCheckable(True)
            button.setAccessibleName(tr("Open {name}, {size}", name=file.name, size=size_of(file.size)))
            button.clicked.connect(lambda _=False, n=n: self.opened.emit(n, 0))
            self._buttons.append(button)
            self._chips.add(button)
            for page in [page for of, page in pages if of == n]:
                link = Button(self._look, tr("p. {n}", n=number(page)), kind="link")
                link.setAccessibleName(tr("Page {n} of {name}", n=number(page), name=file.name))
                link.setToolTip(link.accessibleName())
                link.clicked.connect(lambda _=False, n=n, page=page: self.opened.emit(n, page))
                self._chips.add(link)
        self.mark(open_)
