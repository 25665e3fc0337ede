"""A task of others as its lead reads it: the conversation and the responses, nothing to answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from app.domain.ids import ResponseId
from app.services.reviewing import OpenTask
from ui.i18n import tr
from ui.jobs import Jobs
from ui.panels.reading.reading_panel import ReadingPanel
from ui.panels.reading.supply import Supply
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.layout import Row
from ui.widgets.surface import Surface

TURN = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class ReadingPage(Surface):
    """left(): back to the board. Space scrolls, the arrows go from response to response."""

    left = Signal()

    def __init__(self, look: ThemeHolder, jobs: Jobs) -> None:
        super().__init__(look, "page", spacing=0)
        self.setAccessibleName(tr("The task"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        supply = Supply(jobs)
        self.panel = ReadingPanel(look, jobs, supply)
        # Gone with the lab: it remembers what answers say.
        supply.setParent(self.panel)
        self.back = Button(look, tr("Back to the board"), icon="arrow-left", key="Esc")
        self.back.clicked.connect(self.left)
        self.body.add(Row(look, self.back, None, margins=(28, 12, 28, 4)), (self.panel, 1))

    def show_task(self, opened: OpenTask, response: ResponseId | None) -> None:
        self.panel.show_task(opened, response)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
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
