"""The page for when no lab can be opened: what happened, what is safe, what to do; never a traceback."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent

from app.errors import AssayError
from ui.i18n import tr
from ui.problems import words_of
from ui.theme.apply import ThemeHolder
from ui.widgets.bars import Mark
from ui.widgets.button import Button
from ui.widgets.flow import Flow
from ui.widgets.layout import Row
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

WIDTH = 480
KEYS = ("keyring.", "key.", "vault.", "storage.wrong_key")
"""Errors that the printed recovery code answers: the key is not to be had."""


class TroublePage(Surface):
    """Covers the whole window."""

    again_asked = Signal()
    other_asked = Signal()
    recover_asked = Signal()
    quit_asked = Signal()

    def __init__(self, look: ThemeHolder, error: AssayError, *, has_others: bool = False) -> None:
        super().__init__(look, "desk", spacing=0)
        is_second = error.code == "storage.in_use"
        words = words_of(error)
        title = tr("Assay is open already") if is_second else words.message
        text = (
            tr(
                "Another window or command of Assay is using this lab. Go on there, or close it and try again here."
            )
            if is_second
            else words.hint
        )
        self._box = box = Surface(look, "hero", spacing=12, margins=(32, 28, 32, 28))
        heading = Paragraph(look, title, role="title")
        box.body.add(Row(look, Mark(look, 28), (heading, 1), spacing=12), Paragraph(look, text, role="lead"))
        technical = Label(look, words.technical, role="code-small", tone="t3", wrap=True)
        technical.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        technical.setAccessibleName(tr("Technical details"))
        box.body.add(technical)
        self.again = Button(look, tr("Try again"), icon="rotate-ccw")
        self.other = Button(look, tr("Open another lab"))
        if not has_others:
            self.other.hide()
        self.recover = Button(look, tr("Use the recovery code"), icon="key-round")
        self.recover.clicked.connect(self.recover_asked)
        if not error.code.startswith(KEYS):
            self.recover.hide()
        self.quit = Button(look, tr("Quit"), kind="primary")
        self.again.clicked.connect(self.again_asked)
        self.other.clicked.connect(self.other_asked)
        self.quit.clicked.connect(self.quit_asked)
        box.body.add(4, Flow(look, self.quit, self.again, self.recover, self.other, spacing=10))
        self.body.add(None, Row(look, None, box, None), None)
        self.setAccessibleName(f"{title} {text}")
        look.changed.connect(self._fit_box)
        self._fit_box()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.quit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit_box(self) -> None:
        self._box.setFixedWidth(self._look.px(WIDTH + 64))
