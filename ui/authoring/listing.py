"""All tasks that are being written or were sent, and what else was proposed to the lab."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.authoring.presenter import AuthoringPresenter
from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.layout import Column, Row
from ui.widgets.notice import EmptyState
from ui.widgets.rows import RowList
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Card
from ui.widgets.text import Label, Paragraph

MOST_ROWS = 8


class Listing(QWidget):
    def __init__(
        self, look: ThemeHolder, presenter: AuthoringPresenter, key_of: Callable[[str], str]
    ) -> None:
        super().__init__()
        self._look = look
        self._presenter = presenter
        self.new = Button(look, tr("New task"), kind="primary", icon="plus", key=key_of("new-draft"))
        self.new.clicked.connect(presenter.new)
        self.drafts = RowList(look, tr("Tasks that you write"))
        self.drafts.chosen.connect(self._open)
        self.proposals = RowList(look, tr("Proposed to the lab"))
        self.proposals.moved.connect(self._moved)
        self.withdraw = Button(look, tr("Take it back"), icon="undo-2")
        self.withdraw.clicked.connect(lambda: presenter.withdraw(self.proposals.currentIndex().row()))
        self._drafts_card = self._card(self.drafts)
        self._proposals_card = self._card(self.proposals)
        self._empty = EmptyState(
            look,
            tr(
                "A real case as a layman and as a professional would put it, its rubric and its ideal answer."
            ),
        )
        self._none = Paragraph(
            look,
            tr(
                "A criterion that you dispute, or would word otherwise, is proposed where you judge it, with {key}.",
                key=key_of("propose"),
            ),
            role="second",
        )
        self._lay_out()
        look.changed.connect(self._fit)

    def _card(self, rows: RowList) -> Card:
        card = Card(self._look, spacing=0)
        card.body.setContentsMargins(6, 6, 6, 6)
        card.body.add(rows)
        return card

    def _lay_out(self) -> None:
        look = self._look
        lead = Paragraph(
            look, tr("Written here, kept here; nothing leaves before you send it."), role="second"
        )
        head = Row(
            look, (Column(look, Label(look, tr("Authoring"), role="title"), lead, spacing=4), 1), spacing=16
        )
        head.put(self.new, Qt.AlignmentFlag.AlignVCenter)
        second = Row(look, Label(look, tr("Proposed to the lab"), role="section"), None, self.withdraw)
        inside = Column(look, spacing=0, margins=(40, 22, 40, 24))
        inside.add(
            head, 16, self._drafts_card, self._empty, 24, second, 8, self._proposals_card, self._none, None
        )
        page = QWidget()
        page.setLayout(inside)
        self.setLayout(Column(look, (ScrollArea(look, page, name=tr("Authoring")), 1), spacing=0))

    def show_now(self) -> None:
        presenter = self._presenter
        drafts, proposals = len(presenter.lists.drafts), len(presenter.lists.proposals)
        for rows, count, row in (
            (self.drafts, drafts, presenter.lists.draft_row),
            (self.proposals, proposals, presenter.lists.proposal_row),
        ):
            rows.set_source(count, row)
            if count and not rows.currentIndex().isValid():
                rows.set_current(0)
        self._drafts_card.setVisible(bool(drafts))
        self._empty.setVisible(not drafts)
        self._proposals_card.setVisible(bool(proposals))
        self._none.setVisible(not proposals)
        self.withdraw.setVisible(bool(proposals))
        self._moved()
        self._fit()

    def take_focus(self) -> None:
        wanted = self.drafts if self._presenter.lists.drafts else self.new
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, at: int) -> None:
        self._presenter.open(self._presenter.lists.drafts[at].id)

    def _moved(self) -> None:
        at, proposals = self.proposals.currentIndex().row(), self._presenter.lists.proposals
        ready = 0 <= at < len(proposals) and proposals[at].state == "ready"
        self.withdraw.set_blocked("" if ready else tr("It may have left this computer already."))

    def _fit(self) -> None:
        for rows in (self.drafts, self.proposals):
            count = min(max(rows.model().rowCount(), 1), MOST_ROWS)
            rows.setFixedHeight(count * rows.row_height() + self._look.px(4))
