"""The view of what can be put back, and of what can be destroyed for good."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.i18n import tr, trn
from ui.preferences.presenter import PreferencesPresenter
from ui.problems import Words
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.fields import Check, FormRow, Select, TextField
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.surface import Well
from ui.widgets.text import Label, Paragraph


class SafeSection(QWidget):
    """What destroys asks for a name to be typed; what was typed is forgotten when the section is shown again."""

    def __init__(self, look: ThemeHolder, presenter: PreferencesPresenter) -> None:
        super().__init__()
        assert presenter.safe is not None
        self._look = look
        self._presenter = presenter.safe
        self._chosen: Path | None = None
        self.restores: list[Button] = []
        self._copies = Column(look, spacing=6)
        self._none = Paragraph(
            look, tr("There is no copy yet. One is made by itself once a day."), role="second"
        )
        self._make_restore(look)
        self._make_wipes(look)
        limits = Well(look)
        limits.body.add(
            Label(look, tr("What wiping does, and what it does not"), role="strong", wrap=True),
            Paragraph(look, tr("Freed pages are overwritten and the copies are made anew. A disk or a backup may keep older encrypted bytes of a batch; only wiping the lab, which destroys its key, makes those unreadable, but for whoever holds a recovery code or the passphrase. What the lab has of you stays with the lab."), role="second"),  # noqa: E501
        )  # fmt: skip
        self.setLayout(
            Column(
                look, Label(look, tr("Put a copy back"), role="section"), self._none, self._copies, self._sure,
                Hairline(), 4,
                Label(look, tr("Wipe a batch"), role="section"), self.batch, self.begun, self.batch_row,
                Row(look, self.wipe_batch, None), Hairline(), 4,
                Label(look, tr("Wipe this lab"), role="section"), self.unsent, self.lab_row,
                Row(look, self.wipe_lab, None), limits, None, spacing=10,
            )
        )  # fmt: skip
        self._presenter.refused.connect(self._refused)
        self._presenter.busy.connect(self._busy)
        self.show_now()

    def _make_restore(self, look: ThemeHolder) -> None:
        self._sure = Well(look, spacing=8)
        self._sure_words = Paragraph(look, role="second")
        self.secret = TextField(look, tr("PIN or passphrase now"), secret=True)
        self.secret_row = FormRow(look, tr("PIN or passphrase now"), self.secret)
        self.restore = Button(look, tr("Put it back"), kind="primary")
        self.leave = Button(look, tr("Leave it"))
        self.restore.clicked.connect(self._restore)
        self.leave.clicked.connect(self._sure.hide)
        self._sure.body.add(self._sure_words, self.secret_row, Row(look, self.restore, self.leave, None))

    def _make_wipes(self, look: ThemeHolder) -> None:
        self.batch = Select(look, tr("Batch to wipe"), [])
        self.batch.picked.connect(lambda _: self._judge())
        self.begun = Check(look, tr("Begun reviews go too"))
        self.batch_name = TextField(look, tr("Type the batch’s title to confirm"))
        self.batch_row = FormRow(look, tr("Type the batch’s title to confirm"), self.batch_name)
        self.wipe_batch = Button(look, tr("Wipe the batch"), kind="danger", icon="trash-2")
        self.unsent = Check(look, "")
        self.lab_name = TextField(look, tr("Type the lab’s name to confirm"))
        self.lab_row = FormRow(look, tr("Type the lab’s name to confirm"), self.lab_name)
        self.wipe_lab = Button(look, tr("Wipe the lab and its key"), kind="danger", icon="trash-2")
        self.batch_name.textChanged.connect(lambda _: self._judge())
        self.lab_name.textChanged.connect(lambda _: self._judge())
        self.unsent.clicked.connect(lambda _: self._judge())
        self.wipe_batch.clicked.connect(
            lambda: self._presenter.wipe_batch(self.batch.value(), begun=self.begun.isChecked())
        )
        self.wipe_lab.clicked.connect(lambda: self._presenter.wipe_lab(even_unsent=self.unsent.isChecked()))

    def show_now(self) -> None:
        self._sure.hide()
        self._copies.clear()
        self.restores.clear()
        copies = self._presenter.copies()
        self._none.setVisible(not copies)
        for path, when in copies:
            button = Button(self._look, tr("Restore…"), icon="rotate-ccw")
            button.setAccessibleName(tr("Restore the copy of {when}…", when=when))
            button.clicked.connect(lambda _=False, path=path, when=when: self._ask(path, when))
            self.restores.append(button)
            self._copies.add(Row(self._look, (Label(self._look, when), 1), button))
        self.batch.clear()
        for batch, title in self._presenter.batches():
            self.batch.addItem(title, batch)
        unsent = self._presenter.unsent()
        self.unsent.setVisible(bool(unsent))
        self.unsent.setChecked(False)
        words = trn(
            "{n} result without a receipt too",
            "{n} results without a receipt too",
            unsent,
        )
        self.unsent.setText(words)
        self.unsent.setAccessibleName(words)
        for field in (self.batch_name, self.lab_name, self.secret):
            field.clear()
        self._judge()

    def _ask(self, path: Path, when: str) -> None:
        self._chosen = path
        self._sure_words.setText(
            tr("The lab is closed, the copy of {when} takes the place of its file, and the lab opens again. The file of now is set aside, not removed. Results that were sent come back with the next sync; drafts written since then do not.", when=when)  # noqa: E501
        )  # fmt: skip
        needs = self._presenter.needs_secret
        self.secret_row.setVisible(needs)
        self._sure.show()
        (self.secret if needs else self.restore).setFocus(Qt.FocusReason.OtherFocusReason)

    def _restore(self) -> None:
        self.secret_row.set_error("")
        if self._chosen is not None:
            self._presenter.restore(self._chosen, self.secret.text())

    def _judge(self) -> None:
        """A button that destroys can be pressed only after the name was typed."""
        typed = tr("Type the name first.")
        title = self.batch.currentText()
        same = bool(title) and self.batch_name.text().strip() == title.strip()
        self.wipe_batch.set_blocked("" if same else typed)
        lab = self.lab_name.text().strip() == self._presenter.lab_name.strip()
        agreed = self.unsent.isHidden() or self.unsent.isChecked()
        self.wipe_lab.set_blocked("" if lab and agreed else typed)

    def _refused(self, what: str, words: Words) -> None:
        row = self.batch_row if what == "batch" else self.secret_row
        row.show()
        row.set_error(words.message, words.hint)

    def _busy(self, on: bool) -> None:
        self._judge()
        for button in (self.restore, *((self.wipe_batch, self.wipe_lab) if on else ())):
            button.set_blocked(tr("One moment, please.") if on else "")
