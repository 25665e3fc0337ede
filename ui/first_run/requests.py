"""Requests to join that wait for their lab's answer: which they are, opening an answer, giving one up."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.errors import AssayError
from app.services.join_requests import JoinRequest
from ui.i18n import full_moment, mark, tr, tr_later
from ui.problems import words_of
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.dialog import Dialog
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.notice import InlineError
from ui.widgets.text import Paragraph

ROLES = {"expert": mark("expert"), "lead": mark("lead"), "operator": mark("operator")}


class WaitingRequests(QWidget):
    """Nothing to be seen while none waits. given_up: id of a request, once that was confirmed."""

    answer_asked = Signal()
    given_up = Signal(str)

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__()
        self._look = look
        self.answer = Button(look, tr("Open the lab’s answer…"), icon="package")
        self.answer.clicked.connect(self.answer_asked)
        self.error = InlineError(look)
        self._rows = Column(look, spacing=4)
        self.give_up: list[Button] = []
        self.setLayout(
            Column(
                look, 4, Hairline(), 4,
                Paragraph(look, tr("A request to join waits for the lab’s answer."), role="second"),
                self._rows, self.error, Row(look, self.answer, None),
                spacing=12,
            )
        )  # fmt: skip

    def show_requests(self, requests: Sequence[JoinRequest]) -> None:
        """Once it has its place in a window."""
        self.error.say("")
        self._rows.clear()
        self.give_up = []
        for request in requests:
            button = Button(self._look, tr("Give up this request…"), kind="link")
            button.setAccessibleDescription(_about(request))
            button.clicked.connect(lambda _=False, one=request: self._ask(one))
            self.give_up.append(button)
            self._rows.add(Paragraph(self._look, _about(request), role="body"), Row(self._look, button, None))
        self.setVisible(bool(requests))

    def failed(self, error: AssayError) -> None:
        words = words_of(error)
        self.setVisible(True)
        self.error.say(words.message, words.hint)

    def _ask(self, request: JoinRequest) -> None:
        text = tr(
            "Its keys are deleted from this computer. If the lab has answered already, the answer cannot be opened "
            "any more, and you need a new invitation. Labs that you have joined are not touched."
        )
        dialog = Dialog(
            self._look, self.window(), tr("Give up the request to {lab}?", lab=_name(request)), text,
            verb=tr("Give it up"), danger=True, cancel=tr("Let it wait"),
        )  # fmt: skip
        dialog.accepted.connect(lambda: self.given_up.emit(request.id))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _name(request: JoinRequest) -> str:
    return request.name or tr("a lab that is not known any more")


def _about(request: JoinRequest) -> str:
    if request.expires is None:
        return tr("What was kept of this request is damaged.")
    return tr(
        "{lab}, as {role}. The invitation is valid until {moment}.",
        lab=_name(request),
        role=tr_later(ROLES.get(request.role, request.role)),
        moment=full_moment(request.expires),
    )
