"""What stands behind the criteria: everything else that a task asks, then the comment on the task."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.domain.controls import Control
from app.domain.ids import ResponseId
from app.domain.questions import Panel
from app.services.reviewing import OpenTask
from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.layout import Column, stops
from ui.widgets.text import Label, Paragraph

if TYPE_CHECKING:
    from ui.panels.asking.zone import AskingZone
    from ui.panels.rubric.texts import Texts


class Tail(QWidget):
    """asked({path: value}, moves on) · wrote(path, text) · left() · picked(Control) · response_picked(id) ·
    resized() · write_asked()

    Nothing of the zone is made before a task asks for it: a rubric alone costs what it did.
    """

    asked = Signal(object, bool)
    wrote = Signal(str, str)
    left = Signal()
    picked = Signal(object)
    response_picked = Signal(str)
    resized = Signal()
    write_asked = Signal()

    def __init__(
        self, look: ThemeHolder, texts: Texts, key_of: Callable[[str], str], comment: QWidget
    ) -> None:
        super().__init__()
        self._look = look
        self._texts = texts
        self._key_of = key_of
        self._comment = comment
        self.zone: AskingZone | None = None
        self._begin: QWidget | None = None
        self._low = False
        self._column = Column(look, comment, None, spacing=0)  # spare room stands under everything
        self.setLayout(self._column)

    def show_controls(
        self,
        opened: OpenTask,
        response: ResponseId,
        controls: tuple[Control, ...],
        now: Control | None,
        why: str,
    ) -> None:
        """The controls of this response and of the whole task. why: nothing can be answered, or empty."""
        others = tuple(c for c in controls if c.panel is not Panel.RUBRIC)
        if self.zone is None and others:
            self._make()
        if self.zone is not None:
            self.zone.show_controls(opened, response, others, now, readonly=bool(why))
        self._say_where_to_begin(not controls and opened.task.asks(Panel.SPANS) and not why)

    def prepare(self, opened: OpenTask, controls: tuple[Control, ...]) -> None:
        """Work out what is asked behind the criteria of a task before it is shown."""
        if self.zone is not None:
            self.zone.prepare(opened, controls)

    def _say_where_to_begin(self, marking: bool) -> None:
        """A task that asks for highlights alone has nothing to answer here: the work is in the text."""
        if self._begin is None and marking:
            key = self._key_of
            words = tr(
                "Mark in the response what you find: select the words with the mouse and press {highlight}. "
                "By keyboard, {caret} puts a caret into the text. {list} lists what you have marked.",
                highlight=key("highlight"), caret=key("mark-text"), list=key("spans"),
            )  # fmt: skip
            column = Column(
                self._look,
                Label(self._look, tr("Highlights"), role="section"),
                Paragraph(self._look, words, role="second", tone="t2"),
                spacing=6,
                margins=(12, 18, 12, 12),
            )
            self._begin = QWidget()
            self._begin.setLayout(column)
            self._column.insertWidget(0, self._begin)
        if self._begin is not None and self._begin.isHidden() is marking:
            self._begin.setVisible(marking)
            self.resized.emit()

    def _make(self) -> None:
        from ui.panels.asking.zone import AskingZone

        zone = self.zone = AskingZone(self._look, self._texts, self._key_of)
        zone.set_low(self._low)
        self._column.insertWidget(0, zone)
        zone.asked.connect(self.asked)
        zone.wrote.connect(self.wrote)
        zone.left.connect(self.left)
        zone.picked.connect(self.picked)
        zone.response_picked.connect(self.response_picked)
        zone.resized.connect(self.resized)
        zone.write_asked.connect(self.write_asked)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Down the card as it reads, then on to the comment. Left alone, what is made late comes last of all."""
        zone, layout = self.zone, self.zone.layout() if self.zone is not None else None
        if zone is None or layout is None:
            return super().focusNextPrevChild(forward)
        before = self._comment.previousInFocusChain()
        while before is not None and (
            zone.isAncestorOf(before) or not before.focusPolicy() & Qt.FocusPolicy.TabFocus
        ):
            before = before.previousInFocusChain()
        order = [] if before is None else [before]
        for one, other in pairwise((*order, *stops(layout))):
            QWidget.setTabOrder(one, other)
        first = zone.card.tab_to() if forward and zone.card is not None and zone.card.hasFocus() else None
        if first is None:
            return super().focusNextPrevChild(forward)
        first.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def set_low(self, low: bool) -> None:
        """Little height: no lines of keys."""
        self._low = low
        if self.zone is not None:
            self.zone.set_low(low)

    def at_hand(self) -> QWidget | None:
        """What is worked on in the card in focus, when it is a part of it."""
        return self.zone.card.at_hand() if self.zone is not None and self.zone.card is not None else None

    def settle(self) -> None:
        """Everything in its place at once; what keeps its size is not told by an event."""
        self._column.activate()
        if self.zone is not None:
            self.zone.settle()

    def fresh(self, width: int) -> None:
        """Sizes as what was just bound needs them at this width, before any event is handled."""
        if self.zone is not None:
            self.zone.fresh(width)
