"""What lies over a task whose batch has disturbing content, until the person wants to see it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal

from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.fields import FormRow, TextField
from ui.widgets.layout import Row
from ui.widgets.surface import Card, Surface
from ui.widgets.text import IconLabel, Label, Paragraph

WIDTH = 560


class Cover(Surface):
    """shown_asked(): show it. declined(reason)."""

    shown_asked = Signal()
    declined = Signal(str)

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "desk", margins=(40, 40, 40, 40))
        self._title = Label(look, role="title", wrap=True)
        self._list = Paragraph(look, role="lead")
        words = tr(
            "Nothing of it is on the screen yet. You may decline without giving a reason, and without penalty."
        )
        self.show_it = Button(look, tr("Show the tasks"), kind="primary")
        self.show_it.clicked.connect(self.shown_asked)
        self.reason = TextField(look, tr("Reason"), placeholder=tr("Reason, if you like"))
        self.decline = Button(look, tr("Decline"))
        self.decline.clicked.connect(lambda: self.declined.emit(self.reason.text().strip()))
        self.reason.returnPressed.connect(self.decline.click)
        card = Card(look, hero=True, spacing=14)
        card.body.add(
            Row(look, IconLabel(look, "triangle-alert", "warn", 18), (self._title, 1), spacing=10),
            self._list,
            Paragraph(look, words, role="second"),
            4,
            Row(look, self.show_it, None),
            4,
            FormRow(look, tr("Reason"), self.reason),
            Row(look, self.decline, None),
        )
        self._card = card
        self.body.add(None, Row(look, None, card, None), None)
        look.changed.connect(self._size)
        self._size()
        self.setVisible(False)

    def _size(self) -> None:
        self._card.setFixedWidth(self._look.px(WIDTH))

    def say(self, batch: str, warnings: Sequence[str]) -> None:
        """warnings: as the lab wrote them."""
        self._title.setText(tr("Before you read “{batch}”", batch=batch))
        self._list.setText("\n".join(f"• {warning}" for warning in warnings))
        self.reason.clear()
        self.setAccessibleName(f"{self._title.text()}. {'. '.join(warnings)}")

    def take_focus(self) -> None:
        self.show_it.setFocus(Qt.FocusReason.OtherFocusReason)
