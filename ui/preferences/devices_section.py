"""The view of one's own devices at the lab."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.times import from_text
from app.services.devices import Device
from ui.i18n import full_moment, tr
from ui.preferences.presenter import PreferencesPresenter
from ui.problems import Words
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.facts import Fact, FactList
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.notice import InlineError
from ui.widgets.surface import Well
from ui.widgets.text import IconLabel, Label, Paragraph


class DevicesSection(QWidget):
    def __init__(self, look: ThemeHolder, presenter: PreferencesPresenter) -> None:
        super().__init__()
        assert presenter.devices is not None
        self._look = look
        self._presenter = presenter.devices
        self._lines = Column(look, spacing=8)
        self.lost: dict[str, Button] = {}
        self.error = InlineError(look)
        self.add = Button(look, tr("Add a device"), icon="plus")
        self.add.clicked.connect(self._presenter.add)
        self.link = FactList(look)
        self.link.copied.connect(lambda _: self._presenter.copied())
        self._how = Well(look, spacing=8)
        self._how.body.add(
            Paragraph(look, tr("On the other computer: start Assay, choose “Add a lab”, paste this link. It works once, within two days. Show it to nobody else: whoever uses it works in your name."), role="second"),  # noqa: E501
            self.link,
        )  # fmt: skip
        self._how.hide()
        self.invitation = ""
        self._chosen: Device | None = None
        self._sure = Well(look, spacing=8)
        self._sure_words = Paragraph(look, role="second")
        self.revoke = Button(look, tr("It is lost"), kind="danger")
        self.leave = Button(look, tr("Leave it"))
        self.revoke.clicked.connect(self._revoke)
        self.leave.clicked.connect(self._sure.hide)
        self._sure.body.add(self._sure_words, Row(look, self.revoke, self.leave, None))
        self._sure.hide()
        lead = tr("Your work and your drafts travel between them, encrypted to your devices alone.")
        self.setLayout(
            Column(
                look, Paragraph(look, lead, role="second"), self._lines, self._sure, self.error, Hairline(),
                Row(look, self.add, None), self._how, None, spacing=12,
            )
        )  # fmt: skip
        self._presenter.changed.connect(self.show_now)
        self._presenter.invited.connect(self._invited)
        self._presenter.refused.connect(self._refused)
        self._presenter.busy.connect(self._busy)
        self.show_now()

    def show_now(self) -> None:
        self._lines.clear()
        self.lost.clear()
        self._sure.hide()
        for one in self._presenter.all():
            self._lines.add(self._line(one))

    def _line(self, one: Device) -> Row:
        look = self._look
        icon, tone = ("circle-slash", "bad") if one.revoked else ("circle-check", "good")
        if one.revoked:
            words = tr("Revoked {when}", when=full_moment(from_text(one.revoked)))
        else:
            words = tr("Since {when}", when=full_moment(from_text(one.registered)))
        title = tr("This computer") if one.this else tr("Another device")
        text = Column(
            look, Label(look, title, role="strong"), Label(look, one.id[:16], role="code-small", tone="t3"),
            Paragraph(look, words, role="quiet"), spacing=1,
        )  # fmt: skip
        row = Row(look, spacing=10)
        row.put(IconLabel(look, icon, tone, 16), Qt.AlignmentFlag.AlignTop)
        row.add((text, 1))
        if not one.this and not one.revoked:
            button = Button(look, tr("It is lost…"))
            button.setAccessibleName(tr("Device {id} is lost…", id=one.id[:16]))
            button.clicked.connect(lambda: self._ask(one))
            self.lost[one.id] = button
            row.put(button, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _ask(self, one: Device) -> None:
        self._chosen = one
        self._sure_words.setText(
            tr("From now on the lab takes nothing of device {id}. What it sent before counts. What is on its disk stays there, encrypted: opened only by its PIN, passphrase or account.", id=one.id[:16])  # noqa: E501
        )  # fmt: skip
        self._sure.show()
        self.leave.setFocus(Qt.FocusReason.OtherFocusReason)

    def _revoke(self) -> None:
        if self._chosen is not None:
            self._presenter.revoke(self._chosen.id)

    def _invited(self, link: str) -> None:
        self.invitation = link
        self.link.set([Fact(tr("Link"), link, mono=True, copy=True)])
        self._how.show()

    def _refused(self, words: Words) -> None:
        self.error.say(words.message, words.hint)

    def _busy(self, on: bool) -> None:
        if on:
            self.error.say("")
        for button in (self.add, self.revoke, *self.lost.values()):
            button.set_blocked(tr("One moment, please.") if on else "")
