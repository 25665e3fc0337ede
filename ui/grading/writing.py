"""Reading with the ideal answer's editor under it: the response stays in sight while one writes.

writing = Writing(look, files, panel, supply, words)      # in the place of `files`
writing.follow(presenter); writing.bind(binder); writing.leave()
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.checks import Lack, Missing
from app.domain.questions import Panel
from app.domain.review import Scalar
from app.services.reviewing import OpenTask
from ui.commands import CommandBinder
from ui.i18n import tr
from ui.panels.ideal.words import Words
from ui.panels.reading.supply import Supply
from ui.panels.spans.work import Work
from ui.theme.apply import ThemeHolder
from ui.widgets.layout import Column
from ui.widgets.scroll import Splitter

if TYPE_CHECKING:
    from ui.panels.attachments.beside import FilesBeside
    from ui.panels.ideal.editor import IdealEditor

LEAST = 180


class Writing(QWidget):
    """left(): the focus belongs to judging again. busy(bool): the keyboard is in the editor, or no more."""

    left = Signal()
    busy = Signal(bool)

    def __init__(self, look: ThemeHolder, reading: FilesBeside, supply: Supply, words: Words) -> None:
        super().__init__()
        self._look = look
        self._reading = reading
        self._supply = supply
        self._words = words
        self._opened: OpenTask | None = None
        self._readonly = False
        self._editor: IdealEditor | None = None
        self._work: Work | None = None
        self._busy = False
        self._by_itself = False  # opened for its criteria, not by the person
        self._split = Splitter(look, tr("Reading and writing"), upright=True)
        self._split.setOrientation(Qt.Orientation.Vertical)
        self._split.add(reading, least=0, start=400, grows=True)
        self.setLayout(Column(look, (self._split, 1), spacing=0))

    @property
    def editor(self) -> IdealEditor:
        """Made when it is first asked for: most batches ask for no ideal answer."""
        if self._editor is None:
            from ui.panels.ideal.editor import IdealEditor

            made = self._editor = IdealEditor(self._look, self._supply, self._words)
            made.setVisible(False)
            made.left.connect(self.leave)
            made.wrote.connect(self._wrote)
            self._split.add(made, least=LEAST, start=320, grows=True)
            application = QApplication.instance()
            assert isinstance(application, QApplication)
            application.focusChanged.connect(self._focus_moved)
        return self._editor

    @property
    def is_open(self) -> bool:
        return self._editor is not None and not self._editor.isHidden()

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Another window in front, or none, is no end of writing."""
        if now is None or self._editor is None or now.window() is not self.window():
            return
        busy = self._editor.isAncestorOf(now)
        if busy != self._busy:
            self._busy = busy
            self.busy.emit(busy)

    def least_height(self) -> int:
        """px that the editor needs under the reading; 0 while it is closed."""
        if self._editor is None or self._editor.isHidden():
            return 0
        least = max(self._editor.minimumHeight(), self._editor.minimumSizeHint().height())
        return least + self._split.handleWidth()

    def follow(self, work: Work) -> None:
        self._work = work
        work.shown.connect(lambda now: self._show(now.opened, readonly=now.notice is not None))
        work.reviewed.connect(self._refresh)
        work.leaving.connect(self.flush)

    def bind(self, binder: CommandBinder) -> None:
        binder.bind("write-ideal", self.toggle, enabled=self._asked)
        binder.bind("next-view", lambda: self.editor.next_view(), enabled=lambda: self.is_open)

    def open(self) -> None:
        if self._opened is None or not self._asked():
            return
        self._by_itself = False
        editor = self._unfold(self._opened)
        editor.leave_read()
        editor.take_up()

    def go_to_lack(self, lack: Missing) -> None:
        """What is missing may have its field in the editor, not in the card."""
        if lack.control.panel is Panel.IDEAL and lack.lack is Lack.NO_JUSTIFICATION:
            self.open()
            self.editor.reason.write()

    def _unfold(self, opened: OpenTask) -> IdealEditor:
        editor = self.editor
        if editor.isHidden():
            editor.setVisible(True)
            room = self.height()
            over = max(room * 2 // 5, min(self._reading.least_height(), room - self._look.px(LEAST)))
            self._split.setSizes([over, room - over])
        editor.bind(opened, readonly=self._readonly)
        return editor

    def show_graded(self, graded: bool) -> None:
        """The ideal answer as it is read, while its criteria are in focus; away again after them."""
        room = self.height() >= self._look.px(2 * LEAST)
        if graded and room and not self.is_open and self._opened is not None and self._asked():
            self._by_itself = True
            self._unfold(self._opened).show_read()
        elif not graded and self._by_itself and self._editor is not None:
            self._by_itself = False
            self._editor.setVisible(False)

    def toggle(self) -> None:
        if self.is_open and self.editor.field.hasFocus():
            self.leave()
        else:
            self.open()

    def leave(self) -> bool:
        """Esc: what was typed is kept, the editor closes. False when it is not open."""
        if not self.is_open:
            return False
        self._by_itself = False
        self.editor.flush()
        self.editor.setVisible(False)
        self.left.emit()
        return True

    def flush(self) -> None:
        if self._editor is not None:
            self._editor.flush()

    def _asked(self) -> bool:
        return self._opened is not None and self._opened.task.asks(Panel.IDEAL)

    def prepare(self, opened: OpenTask) -> None:
        """The text of the next task, while its editor is open."""
        if self._editor is not None and self.is_open and opened.task.asks(Panel.IDEAL):
            self._editor.prepare(opened)

    def _show(self, opened: OpenTask, *, readonly: bool) -> None:
        self._opened, self._readonly = opened, readonly
        if self._editor is None:
            return
        if not self._asked():
            self._editor.setVisible(False)
        elif self.is_open:
            self._editor.bind(opened, readonly=readonly)

    def _refresh(self, opened: OpenTask) -> None:
        self._opened = opened
        if self.is_open:
            self.editor.bind(opened, readonly=self._readonly)

    def _wrote(self, values: dict[str, Scalar | None]) -> None:
        if self._work is not None:
            self._work.edit(values)
