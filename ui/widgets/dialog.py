"""The few questions that need a dialog: wiping, revoking, leaving a lab, the passphrase.

ask = Dialog(look, window, "Leave Harbor Medical?", "Everything of this lab is wiped from this computer.",
             verb="Leave and wipe", danger=True)
ask.accepted.connect(presenter.leave); ask.open()
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.layout import Column, Row
from ui.widgets.text import Label, Paragraph


class Dialog(QDialog):
    """480 px wide; the verb is on the button; Cancel has the focus first unless `first` is given.

    details: a technical part, shown with a button and selectable. cancel="" leaves only the verb.
    """

    def __init__(
        self,
        look: ThemeHolder,
        parent: QWidget | None,
        title: str,
        text: str,
        *,
        verb: str,
        danger: bool = False,
        content: QWidget | None = None,
        first: QWidget | None = None,
        details: str = "",
        cancel: str | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setModal(True)
        self.verb = Button(look, verb, kind="danger" if danger else "primary", least=88)
        self.cancel = Button(look, tr("Cancel") if cancel is None else cancel, least=88)
        if cancel == "":
            self.cancel.hide()
        self.verb.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)
        body = Column(look, spacing=0, margins=(24, 22, 24, 20))
        body.add(Label(look, title, role="title", wrap=True), 8, Paragraph(look, text, role="lead"))
        if content is not None:
            body.add(16, content)
        if details:
            body.add(8, self._more(details))
        body.add(20, Row(look, None, self.cancel, self.verb, spacing=10))
        self.setLayout(body)
        self._first = first or (self.verb if cancel == "" else self.cancel)
        look.changed.connect(self._fit)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._first.setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    def _fit(self) -> None:
        self.setFixedWidth(self._look.px(480))

    def _more(self, details: str) -> QWidget:
        box = QWidget()
        text = Label(self._look, details, role="code-small", tone="t2", wrap=True)
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        text.setAccessibleName(tr("Technical details"))
        text.setVisible(False)
        show = Button(self._look, tr("Technical details"), kind="link", icon="chevron-down", trailing=True)

        def toggle() -> None:
            text.setVisible(text.isHidden())
            show.set_icon("chevron-down" if text.isHidden() else "chevron-up")
            self.adjustSize()

        show.clicked.connect(toggle)
        box.setLayout(Column(self._look, Row(self._look, show, None), text, spacing=4))
        return box
