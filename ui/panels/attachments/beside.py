"""Reading with an attachment open: beside the answer where both have room, else under it, or in all the room.

beside = FilesBeside(look, reading, files, keys={"cite": "Ctrl+Shift+C"})      # cites=False where nothing is judged
beside.show_task(opened.task); beside.bind(binder); beside.leave()
beside.cited.connect(…)        # attachment name, page from 1 (0: none), quote
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.domain.task import Task
from app.rendering.mentions import page_mentions
from ui.commands import CommandBinder
from ui.i18n import tr
from ui.panels.attachments.mentioned import pdfs_of
from ui.panels.reading.reading_panel import ReadingPanel
from ui.theme.apply import ThemeHolder
from ui.widgets.layout import Column
from ui.widgets.scroll import Splitter

if TYPE_CHECKING:
    from app.decoding.values import Look
    from ui.panels.attachments.files import Files
    from ui.panels.attachments.panel import AttachmentPanel

BESIDE_FROM = 1080
"""px at 100 %: from this width on the answer and the file stand side by side."""
LEAST = 188
LINES = 4
"""Lines of the response that stay in view over a file or the editor of the ideal answer, where there is room."""
ROOMY = 480
"""px at 100 %: in less height than this a file under the answer would leave room for neither."""
COMMANDS = ("attachments", "next-attachment", "go-to-page", "cite")


class FilesBeside(QWidget):
    """left(): the file was closed; the focus belongs to the criteria again."""

    cited = Signal(str, int, str)
    left = Signal()

    def __init__(
        self,
        look: ThemeHolder,
        reading: ReadingPanel,
        files: Files,
        keys: Mapping[str, str] | None = None,
        *,
        cites: bool = True,
    ) -> None:
        super().__init__()
        self._cites = cites
        self._look = look
        self._reading = reading
        self._files = files
        self._keys = {command: (keys or {}).get(command, "") for command in COMMANDS}
        self._panel: AttachmentPanel | None = None
        self._spread = False
        self._task: Task | None = None
        self._split = Splitter(look, tr("Answer and attachment"), upright=True)
        self._split.add(reading, least=0, start=400, grows=True)
        self.setLayout(Column(look, (self._split, 1), spacing=0))
        reading.attachments.opened.connect(self.open)

    @property
    def panel(self) -> AttachmentPanel:
        """Made when the first file is opened: most tasks have none."""
        if self._panel is None:
            from ui.panels.attachments.panel import AttachmentPanel

            made = self._panel = AttachmentPanel(self._look, self._files, self._reading.supply, self._keys)
            made.setVisible(False)
            made.closed.connect(self.leave)
            made.changed.connect(self._reading.attachments.mark)
            made.spread.connect(self.toggle_spread)
            made.cited.connect(self.cited)
            made.cites = self._cites
            self._split.add(made, least=LEAST, start=420, grows=True)
            if self._task is not None:
                made.show_files(self._task.attachments)
        return self._panel

    @property
    def is_open(self) -> bool:
        return self._panel is not None and not self._panel.isHidden()

    def bind(self, binder: CommandBinder) -> None:
        """The commands of attachments."""
        binder.bind("attachments", self.toggle, enabled=self._has_files)
        binder.bind("next-attachment", lambda: self.panel.step(1), enabled=lambda: self.is_open)
        binder.bind("go-to-page", self.ask_page, enabled=self._has_files)
        binder.bind("cite", self.cite, enabled=lambda: self.is_open)

    def show_task(self, task: Task) -> None:
        """Another task: its files, and the pages that its texts speak of; what was open closes."""
        if task is self._task:
            return
        same = self._task is not None and task.attachments == self._task.attachments
        self._task = task
        if task.attachments:
            if not same:
                self._files.warm(task.attachments[0])
            self._count_pages(task)
        if self._panel is not None and not same:
            self._panel.show_files(task.attachments)
            self._panel.setVisible(False)
            self._give_back()

    def _count_pages(self, task: Task) -> None:
        """Links to pages come when it is known how many pages the files have."""
        pdfs = pdfs_of(task.attachments)
        if not pdfs:
            return
        text = "\n".join(_texts(task))
        counts: dict[int, int] = {}

        def counted(at: int, facts: Look) -> None:
            counts[at] = len(facts.pages)
            if task is self._task:
                self._reading.page_links.show_counts(counts)
                self._reading.attachments.show_mentions(text, counts)

        for at in pdfs if page_mentions(text) else ():
            self._files.of(task.attachments[at]).ask(
                lambda decoder, source: decoder.look(source),
                done=partial(counted, at),
                failed=lambda _: None,  # said when the file is opened and it fails again
                owner=self,
            )

    def least_height(self) -> int:
        """px for `LINES` of the response, and for a file that is open under it."""
        under = self.is_open and self._split.orientation() == Qt.Orientation.Vertical
        return self._reading.least_height(LINES) + (self._look.px(LEAST) if under else 0)

    def open(self, at: int, page: int = 0) -> None:
        """Show a file; page from 1, 0 for where it stands."""
        panel = self.panel
        if panel.isHidden():
            panel.setVisible(True)
            self._arrange()
            if self._split.orientation() == Qt.Orientation.Vertical and self.height() < self._look.px(ROOMY):
                self._spread = True
                self._reading.setVisible(False)
        panel.open(at, page)
        panel.take_focus()

    def open_named(self, name: str, page: int = 0) -> None:
        """Show the file of a citation at its page; nothing when the task has no such file (any more)."""
        names = [a.name for a in self._task.attachments] if self._task is not None else []
        if name in names:
            self.open(names.index(name), page)

    def toggle(self) -> None:
        """Open the first file, or close the one that is open."""
        if self.is_open:
            self.leave()
        else:
            self.open(max(0, self._panel.at if self._panel is not None else 0))

    def toggle_spread(self) -> None:
        """All the room for the file, and back."""
        self._spread = not self._spread
        self._reading.setVisible(not self._spread)
        self.panel.take_focus()

    def ask_page(self) -> None:
        """To where a page number is typed, in the file that is open or the first one."""
        if not self.is_open:
            self.open(0)
        viewer = self.panel.viewer
        if viewer is not None:
            viewer.ask_page()

    def cite(self) -> None:
        viewer = self.panel.viewer
        if viewer is not None:
            viewer.cite()

    def leave(self) -> bool:
        """Esc: the find bar of the file, then the file. False when none is open."""
        if self._panel is None or self._panel.isHidden():
            return False
        if self._panel.viewer is not None and self._panel.viewer.leave_find():
            return True
        self._panel.setVisible(False)
        self._panel.close_file()
        self._reading.attachments.mark(-1)
        self._give_back()
        self.left.emit()
        return True

    def closed(self) -> None:
        """The lab is closed: the decoder ends."""
        if self._panel is not None:
            self._panel.close_file()
        self._files.close()

    def _has_files(self) -> bool:
        return self._task is not None and bool(self._task.attachments)

    def _give_back(self) -> None:
        self._spread = False
        self._reading.setVisible(True)

    def _arrange(self) -> None:
        across = self.width() >= self._look.px(BESIDE_FROM)
        wanted = Qt.Orientation.Horizontal if across else Qt.Orientation.Vertical
        if self._split.orientation() != wanted or 0 in self._split.sizes():
            self._split.setOrientation(wanted)
            room = self.width() if across else self.height()
            over = max(room * 2 // 5, min(self._reading.least_height(LINES), room - self._look.px(LEAST)))
            self._split.setSizes([room // 2, room - room // 2] if across else [over, room - over])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.is_open:
            self._arrange()


def _texts(task: Task) -> list[str]:
    return [
        *(response.text for response in task.responses),
        *(criterion.text for criterion in task.rubric.criteria),
        *(turn.text for turn in task.prompt),
    ]
