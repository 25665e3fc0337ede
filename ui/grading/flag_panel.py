"""Flag, park or skip, with a reason: inline over the foot, digits choose."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from app.domain.review import FLAG_REASON, FlagKind, Review
from ui.i18n import mark, tr, tr_later
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button, IconButton, OptionButton
from ui.widgets.fields import TextField
from ui.widgets.flow import Flow
from ui.widgets.layout import Row
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

KINDS = (FlagKind.FLAGGED, FlagKind.PARKED, FlagKind.SKIPPED)
WORDS = {
    FlagKind.FLAGGED: mark("Flag"),
    FlagKind.PARKED: mark("Park"),
    FlagKind.SKIPPED: mark("Skip"),
}


class FlagPanel(Surface):
    """chosen(FlagKind | None, reason); None takes a flag away."""

    chosen = Signal(object, str)
    closed = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "tail", margins=(20, 12, 14, 14), spacing=8)
        self.setAccessibleName(tr("Flag, park or skip"))
        close = IconButton(look, "x", tr("Close"), key="Esc")
        close.clicked.connect(self.closed)
        hint = tr("Flag it for the lab, park it for later, or skip it. It stays in the list.")
        self.reason = TextField(look, tr("Reason"), placeholder=tr("Reason, if you like"))
        self.reason.returnPressed.connect(lambda: self.digit(1))
        self._buttons: list[OptionButton] = []
        options = Flow(look, spacing=6, equal=True)
        for i, kind in enumerate(KINDS, 1):
            button = OptionButton(look)
            button.set(tr_later(WORDS[kind]), key=str(i))
            button.clicked.connect(lambda _=False, i=i: self.digit(i))
            self._buttons.append(button)
            options.add(button)
        self._remove = Button(look, tr("Take it back"), kind="link")
        self._remove.clicked.connect(lambda: self.chosen.emit(None, ""))
        self.body.add(Row(look, Label(look, tr("Flag, park or skip"), role="section"), None, close))
        self.body.add(Paragraph(look, hint, role="small"), self.reason)
        self.body.addLayout(options)
        self.body.add(Row(look, self._remove, None))
        self.setVisible(False)

    def open_for(self, review: Review) -> None:
        for kind, button in zip(KINDS, self._buttons, strict=True):
            button.setChecked(review.flag is kind)
        self.reason.setText(review.text(FLAG_REASON))
        self._remove.setVisible(review.flag is not None)
        self.setVisible(True)
        self._buttons[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def digit(self, digit: int) -> None:
        if 1 <= digit <= len(KINDS):
            self.chosen.emit(KINDS[digit - 1], self.reason.text().strip())
