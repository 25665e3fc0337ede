"""Quarantine's view."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from app.commands import Scope
from ui.i18n import tr
from ui.quarantine.presenter import QuarantinePresenter
from ui.theme.apply import ThemeHolder
from ui.widgets.bars import Crumb
from ui.widgets.button import Button
from ui.widgets.facts import FactList
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.notice import EmptyState
from ui.widgets.panes import ListAndDetail
from ui.widgets.rows import RowList
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Card, Surface
from ui.widgets.text import Label, Paragraph


class QuarantineScreen(QWidget):
    """A `ui.navigator.Screen`."""

    def __init__(self, look: ThemeHolder, presenter: QuarantinePresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self.rows = RowList(look, tr("What was refused"))
        self.rows.moved.connect(self._moved)
        self._reason = Paragraph(look, role="section")
        self._next = Paragraph(look, role="lead")
        self.save = Button(look, tr("Save to a file…"), icon="download")
        self.save.clicked.connect(self._save)
        self.facts = FactList(look)
        self.facts.copied.connect(lambda _: presenter.copied())
        card = Card(look, hero=True, spacing=10)
        card.body.add(self._reason, self._next, Row(look, self.save, None), Hairline(), self.facts, None)
        self._panes = ListAndDetail(look, self.rows, card)
        self._empty = EmptyState(
            look, tr("Nothing was refused. What cannot be trusted is kept here, unused.")
        )
        self._settling = False
        inside = Column(look, spacing=0, margins=(40, 22, 40, 24))
        inside.add(
            Label(look, tr("Quarantine"), role="title"), 4,
            Paragraph(look, tr("What came from outside and could not be trusted. None of it was used."), role="second"),
            16, (self._panes, 1), self._empty,
        )  # fmt: skip
        page, ground = QWidget(), Surface(look, "desk", spacing=0)
        page.setLayout(inside)
        ground.body.add((ScrollArea(look, page, name=tr("Quarantine")), 1))
        self.setLayout(Row(look, (ground, 1)))
        presenter.changed.connect(self._show_now)

    # ui.navigator.Screen

    @property
    def widget(self) -> QWidget:
        return self

    @property
    def scopes(self) -> frozenset[Scope]:
        return frozenset()

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(tr("Quarantine")),)

    def extras(self) -> Sequence[QWidget]:
        return ()

    def entered(self) -> None:
        self._presenter.refresh()
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def flush(self) -> None:
        """Nothing is typed here."""

    def closed(self) -> None:
        self._presenter.changed.disconnect(self._show_now)
        self.rows.set_source(0, self._presenter.row)
        self._presenter.closed()

    # Inside

    def _show_now(self) -> None:
        presenter = self._presenter
        self._settling = True
        self.rows.set_source(presenter.count, presenter.row)
        if presenter.count:
            self.rows.set_current(presenter.at)
        self._settling = False
        self._panes.setVisible(bool(presenter.count))
        self._empty.setVisible(not presenter.count)
        self._reason.setText(presenter.reason)
        self._next.setText(presenter.next_step())
        self.facts.set(presenter.facts())

    def _moved(self, at: int) -> None:
        if not self._settling and at != self._presenter.at:
            self._presenter.choose(at)

    def _save(self) -> None:
        chosen = QFileDialog.getSaveFileName(self, tr("Save to a file"), self._presenter.file_name())[0]
        self._presenter.save(chosen)
