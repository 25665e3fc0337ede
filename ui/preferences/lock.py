"""The lock: when it comes, what opens it, and what it does not protect against."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.services.care import Opening
from ui.i18n import tr, trn
from ui.preferences.presenter import PreferencesPresenter
from ui.problems import Words
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.facts import Fact, FactList
from ui.widgets.fields import FormRow, Select, TextField
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.surface import Well
from ui.widgets.text import Label, Paragraph

MINUTES = (1, 2, 5, 10, 15, 30, 60)


class LockSection(QWidget):
    """What is typed here is forgotten as soon as it was used or the section is left."""

    def __init__(self, look: ThemeHolder, presenter: PreferencesPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._opening: Opening | None = None
        never = ("0", tr("Never"))
        choices = [(str(m * 60), trn("After {n} minute", "After {n} minutes", m)) for m in MINUTES]
        self.idle = Select(look, tr("Lock by itself"), [*choices, never])
        self.idle.picked.connect(lambda value: presenter.change(idle_lock_s=int(value)))
        self._state = Paragraph(look, role="lead")
        self.current = TextField(look, tr("PIN or passphrase now"), secret=True)
        self.current_row = FormRow(
            look, tr("PIN or passphrase now"), self.current, help=tr("For any change below.")
        )
        self.pin = TextField(look, tr("New PIN"), secret=True)
        self.pin_row = FormRow(
            look,
            tr("New PIN"),
            self.pin,
            help=tr("Four characters at least; six digits or a sentence are better."),
        )
        self.set_pin = Button(look, tr("Set the PIN"))
        self.clear_pin = Button(look, tr("Remove the PIN"))
        self.new = TextField(look, tr("New passphrase"), secret=True)
        self.again = TextField(look, tr("New passphrase again"), secret=True)
        self.new_row = FormRow(look, tr("New passphrase"), self.new)
        self.again_row = FormRow(look, tr("New passphrase again"), self.again)
        self.set_passphrase = Button(look, tr("Use this passphrase"))
        self.make_code = Button(look, tr("Make a new recovery code"))
        self._code_state = Paragraph(look, role="second")
        self.code = FactList(look)
        self.code.copied.connect(lambda _: presenter.copied())
        self._lay_out(look)
        self.set_pin.clicked.connect(lambda: presenter.set_pin(self.pin.text(), self.current.text()))
        self.clear_pin.clicked.connect(lambda: presenter.clear_pin(self.current.text()))
        self.set_passphrase.clicked.connect(self._change_passphrase)
        self.make_code.clicked.connect(lambda: presenter.make_code(self.current.text()))
        presenter.opening.connect(self._opened)
        presenter.refused.connect(self._refused)
        presenter.code.connect(self._show_code)
        presenter.busy.connect(self._busy)
        presenter.applied.connect(self.show_now)
        self.show_now()

    def _lay_out(self, look: ThemeHolder) -> None:
        self._pin_part, self._lab_part = QWidget(), QWidget()
        self._pin_part.setLayout(
            Column(
                look, Hairline(), 4, Label(look, tr("PIN"), role="section"), self.pin_row,
                Row(look, self.set_pin, self.clear_pin, None), spacing=10,
            )
        )  # fmt: skip
        limits = Well(look)
        limits.body.add(
            Label(look, tr("What the lock does, and what it does not"), role="strong", wrap=True),
            Paragraph(
                look,
                tr("It closes the file and drops its key at once. With a PIN or a passphrase the key cannot be had again without it. Without one, whoever uses your account on this computer can unlock. Nothing here stands against a program that runs as you while the lab is open; and who copies the files can try short PINs quickly."),  # noqa: E501
                role="second",
            ),
        )  # fmt: skip
        self._lab_part.setLayout(
            Column(
                look, Label(look, tr("What opens this lab"), role="section"), self._state, self.current_row,
                self._pin_part, Hairline(), 4,
                Label(look, tr("Passphrase"), role="section"), self.new_row, self.again_row,
                Row(look, self.set_passphrase, None), Hairline(), 4,
                Label(look, tr("Recovery code"), role="section"), self._code_state, self.code,
                Row(look, self.make_code, None), spacing=10,
            )
        )  # fmt: skip
        self.setLayout(
            Column(
                look, Row(look, FormRow(look, tr("Lock by itself"), self.idle), None), self._lab_part, limits,
                None, spacing=20,
            )
        )  # fmt: skip

    def show_now(self) -> None:
        seconds = str(self._presenter.settings.idle_lock_s)
        if self.idle.findData(seconds) < 0:
            self.idle.addItem(tr("After {n} s", n=seconds), seconds)
        self.idle.choose(seconds)
        self._lab_part.setVisible(self._presenter.has_lab and self._opening is not None)

    def forget(self) -> None:
        for field in (self.current, self.pin, self.new, self.again):
            field.clear()
        self.code.set(())
        for row in self._rows().values():
            row.set_error("")

    def _rows(self) -> dict[str, FormRow]:
        return {
            "current": self.current_row if not self.current_row.isHidden() else self.new_row,
            "pin": self.pin_row,
            "passphrase": self.new_row,
            "repeat": self.again_row,
        }

    def _opened(self, found: Opening) -> None:
        self._opening = found
        self.forget()
        self._state.setText(
            {
                "nothing": tr(
                    "Nothing is asked: the key is in this computer's key store, which your account opens."
                ),
                "pin": tr("A PIN. The key is in this computer's key store, sealed under it."),
                "passphrase": tr("A passphrase. The key is in a file under it, not in the key store."),
            }[found.asks]
        )
        self.current_row.setVisible(found.asks != "nothing")
        self._pin_part.setVisible(found.in_key_store)
        self.set_pin.set_words(tr("Change the PIN") if found.asks == "pin" else tr("Set the PIN"))
        self.clear_pin.setVisible(found.asks == "pin")
        self._code_state.setText(
            tr("There is a code on paper. A new one takes its place; the old paper stops working.")
            if found.has_recovery
            else tr(
                "Without a code on paper, a forgotten PIN, passphrase or a lost key store cannot be mended."
            )
        )
        self.show_now()

    def _change_passphrase(self) -> None:
        self.again_row.set_error("")
        self._presenter.set_passphrase(self.new.text(), self.again.text(), self.current.text())

    def _refused(self, what: str, words: Words) -> None:
        rows = self._rows()
        for row in rows.values():
            row.set_error("")
        if what in rows:
            rows[what].set_error(words.message, words.hint)
        elif what in ("code", ""):
            self._code_state.setText(words.both)

    def _show_code(self, code: str) -> None:
        self.current.clear()
        self.current_row.set_error("")
        self._code_state.setText(
            tr(
                "Write it down or print it now: it is shown once and kept nowhere. Older codes no longer work."
            )
        )
        self.code.set((Fact(tr("Recovery code"), code, mono=True, copy=True),))

    def _busy(self, on: bool) -> None:
        reason = tr("One moment, please.") if on else ""
        for button in (self.set_pin, self.clear_pin, self.set_passphrase, self.make_code):
            button.set_blocked(reason)
