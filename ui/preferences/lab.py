"""The open lab: who one is there, its copies, and whether its file is whole."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.services.care import Snapshot
from ui.i18n import full_moment, size_of, tr
from ui.preferences.presenter import PreferencesPresenter
from ui.problems import Words
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.facts import Fact, FactList
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.text import IconLabel, Label, Paragraph


class LabSection(QWidget):
    def __init__(self, look: ThemeHolder, presenter: PreferencesPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._facts = FactList(look)
        self._facts.copied.connect(lambda _: presenter.copied())
        self.copies = FactList(look)
        self.snapshot = Button(look, tr("Make a copy now"), icon="hard-drive")
        self.check = Button(look, tr("Check the file now"), icon="list-checks")
        self.snapshot.clicked.connect(presenter.make_snapshot)
        self.check.clicked.connect(self._check)
        self._mark = IconLabel(look, "circle-check", "good", 16)
        self.found = Paragraph(look, role="second")
        self._mark.hide()
        self.found.hide()
        acts = QWidget()
        acts.setLayout(Flow(look, self.snapshot, self.check, spacing=8))
        self.setLayout(
            Column(
                look, self._facts, Hairline(), 4, Label(look, tr("Copies of its file"), role="section"),
                Paragraph(
                    look, tr("Encrypted like the file itself and checked when they are made. The last three are kept, on this computer."),  # noqa: E501
                    role="second",
                ),
                self.copies, acts, Row(look, self._mark, (self.found, 1)), None, spacing=10,
            )
        )  # fmt: skip
        presenter.snapshots.connect(self._show_copies)
        presenter.checked.connect(self._checked)
        presenter.refused.connect(self._refused)
        presenter.busy.connect(self._busy)
        self.show_now()

    def show_now(self) -> None:
        facts = self._presenter.facts()
        if facts is None:
            return
        found = (
            Fact(tr("Lab"), facts.name),
            Fact(tr("Address"), facts.url),
            Fact(tr("Restored"), tr("This file came back from a copy.") if facts.restored else ""),
            Fact(tr("You there"), facts.expert, mono=True, copy=True),
            Fact(tr("This computer there"), facts.device, mono=True, copy=True),
            Fact(tr("Key that signs your results"), facts.kid, mono=True, copy=True),
        )
        self._facts.set([fact for fact in found if fact.value])

    def _show_copies(self, copies: tuple[Snapshot, ...]) -> None:
        none = (Fact(tr("None yet"), tr("Make the first one below.")),)
        self.copies.set([Fact(full_moment(c.at), size_of(c.size)) for c in copies] or none)

    def _check(self) -> None:
        self._say(tr("Reading every page …"), "clock", "t2")
        self._presenter.check_file()

    def _checked(self, words: str, good: bool) -> None:
        self._say(words, "circle-check" if good else "octagon-alert", "good" if good else "bad")

    def _refused(self, what: str, words: Words) -> None:
        if what in ("snapshots", "check"):
            self._say(words.both, "octagon-alert", "bad")

    def _say(self, words: str, icon: str, tone: str) -> None:
        self._mark.set_icon(icon, tone)
        self.found.setText(words)
        self._mark.show()
        self.found.show()

    def _busy(self, on: bool) -> None:
        for button in (self.snapshot, self.check):
            button.set_blocked(tr("One moment, please.") if on else "")
