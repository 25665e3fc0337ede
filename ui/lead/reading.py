"""A task of others as its lead reads it: the conversation, the responses and the files, nothing to answer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent

from app.domain.ids import ResponseId
from app.services.reviewing import OpenTask
from ui.i18n import tr
from ui.jobs import Jobs
from ui.panels.attachments.beside import FilesBeside
from ui.panels.attachments.files import Files
from ui.panels.reading.reading_panel import ReadingPanel
from ui.panels.reading.supply import Supply
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.layout import Row
from ui.widgets.surface import Surface

TURN = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
LOW, LINES = 460, 5
"""In less height than this, in px at 100 %, so many lines of the answer stay in view; the prompt folds away."""


class ReadingPage(Surface):
    """left(): back to the board. Space scrolls, the arrows go from response to response; files have Grading's keys.

    files: makes what opens them. key: of a command, in portable text.
    """

    left = Signal()

    def __init__(
        self, look: ThemeHolder, jobs: Jobs, files: Callable[[QObject], Files], key: Callable[[str], str]
    ) -> None:
        super().__init__(look, "page", spacing=0)
        self.setAccessibleName(tr("The task"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        supply = Supply(jobs)
        self.panel = ReadingPanel(look, jobs, supply)
        # Gone with the lab: it remembers what answers say.
        supply.setParent(self.panel)
        self.back = Button(look, tr("Back to the board"), icon="arrow-left", key="Esc")
        self.back.clicked.connect(self.left)
        keys = {command: key(command) for command in ("attachments", "next-attachment", "go-to-page")}
        self.files = FilesBeside(look, self.panel, files(self.panel), keys, cites=False)
        self.files.left.connect(lambda: self.setFocus(Qt.FocusReason.OtherFocusReason))
        self._acts = {
            keys["attachments"]: self.files.toggle,
            keys["next-attachment"]: lambda: self.files.panel.step(1),
            keys["go-to-page"]: self.files.ask_page,
        }
        self.body.add(Row(look, self.back, None, margins=(28, 12, 28, 4)), (self.files, 1))

    def show_task(self, opened: OpenTask, response: ResponseId | None) -> None:
        self.panel.show_task(opened, response)
        self.files.show_task(opened.task)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def closed(self) -> None:
        self.files.closed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panel.set_low(LINES if self.height() < self._look.px(LOW) else 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        pressed = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        opened = self.panel.opened
        if pressed in self._acts and opened is not None and opened.task.attachments:
            self._acts[pressed]()
        elif key == Qt.Key.Key_Escape:
            if not self.files.leave():
                self.left.emit()
        elif key == Qt.Key.Key_Space:
            self.panel.scroll_page(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif key in TURN:
            self._turn(TURN[key])
        else:
            super().keyPressEvent(event)

    def _turn(self, step: int) -> None:
        opened, response = self.panel.opened, self.panel.response
        if opened is None or response is None:
            return
        at = opened.order.index(response) + step
        if 0 <= at < len(opened.order):
            self.panel.show_response(opened.order[at])
