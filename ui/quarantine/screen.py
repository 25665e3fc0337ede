"""Quarantine's view."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from ui.i18n import tr
from ui.page import ListPage
from ui.quarantine.presenter import QuarantinePresenter
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.facts import FactList
from ui.widgets.layout import Hairline, Row
from ui.widgets.rows import RowList
from ui.widgets.surface import Card
from ui.widgets.text import Label, Paragraph


class QuarantineScreen(ListPage):
    """A `ui.navigator.Screen`."""

    def __init__(self, look: ThemeHolder, presenter: QuarantinePresenter) -> None:
        rows = RowList(look, tr("What was refused"))
        super().__init__(look, tr("Quarantine"), rows, presenter.row, presenter.choose)
        self._presenter = presenter
        self._reason = Paragraph(look, role="section")
        self._next = Paragraph(look, role="lead")
        self.save = Button(look, tr("Save to a file…"), icon="download")
        self.save.clicked.connect(self._save)
        self.facts = FactList(look)
        self.facts.copied.connect(lambda _: presenter.copied())
        card = Card(look, hero=True, spacing=10)
        card.body.add(self._reason, self._next, Row(look, self.save, None), Hairline(), self.facts, None)
        self._empty.set(tr("Nothing was refused. What cannot be trusted is kept here, unused."))
        said = tr("What came from outside and could not be trusted. None of it was used.")
        head = Label(look, tr("Quarantine"), role="title")
        self.lay_out(head, 4, Paragraph(look, said, role="second"), detail=card)
        self.wire((presenter.changed, self._show_now))

    # ui.navigator.Screen

    def entered(self) -> None:
        self._presenter.refresh()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def closed(self) -> None:
        super().closed()
        self._presenter.closed()

    # Inside

    def _show_now(self) -> None:
        presenter = self._presenter
        self.show_rows(presenter.count, presenter.at)
        self._reason.setText(presenter.reason)
        self._next.setText(presenter.next_step())
        self.facts.set(presenter.facts())

    def _save(self) -> None:
        chosen = QFileDialog.getSaveFileName(self, tr("Save to a file"), self._presenter.file_name())[0]
        self._presenter.save(chosen)
