"""Authoring's view: the list, or the one task that is being written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from app.commands import Scope
from ui.authoring.listing import Listing
from ui.authoring.page import DraftPage
from ui.authoring.presenter import AuthoringPresenter
from ui.commands import CommandBinder
from ui.i18n import tr
from ui.page import Page
from ui.panels.ideal.words import Words
from ui.panels.reading.supply import Supply
from ui.theme.apply import ThemeHolder
from ui.widgets.bars import Crumb
from ui.widgets.layout import Column, Row
from ui.widgets.surface import Surface


class AuthoringScreen(Page):
    """A `ui.navigator.Screen`."""

    def __init__(
        self,
        look: ThemeHolder,
        presenter: AuthoringPresenter,
        supply: Supply,
        words: Words,
        binder: CommandBinder,
    ) -> None:
        super().__init__(tr("Authoring"))
        self._presenter = presenter
        self.listing = Listing(look, presenter, binder.key)
        self.page = DraftPage(look, presenter, supply, words, binder.key)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.listing)
        self._pages.addWidget(self.page)
        ground = Surface(look, "desk", spacing=0)
        ground.body.add(Column(look, (self._pages, 1), spacing=0))
        self.setLayout(Row(look, (ground, 1)))
        self.wire(
            (presenter.listed, self.listing.show_now),
            (presenter.opened, self._show),
            (presenter.rubric_changed, self.page.show_rubric),
            (presenter.checked, self.page.show_checks),
            (presenter.stated, self.page.show_state),
            (presenter.stale, self._read_again),
        )
        self._bind(binder)

    def _bind(self, binder: CommandBinder) -> None:
        page, presenter = self.page, self._presenter
        binder.bind("new-draft", presenter.new)
        for command, call in (
            ("add-criterion", page.add), ("criterion-up", lambda: page.step(-1)),
            ("criterion-down", lambda: page.step(1)), ("remove-criterion", page.remove),
            ("preview-ideal", page.toggle_view), ("next-check", self._next_point),
            ("names-nobody", self._names_nobody), ("send-draft", self._send),
        ):  # fmt: skip
            binder.bind(command, call, enabled=self._is_writing)

    # ui.navigator.Screen

    @property
    def scopes(self) -> frozenset[Scope]:
        return frozenset({Scope.AUTHORING})

    def crumbs(self) -> Sequence[Crumb]:
        if self._presenter.draft is None:
            return super().crumbs()
        return (Crumb(tr("Authoring"), self._presenter.leave), Crumb(self._presenter.title))

    def entered(self) -> None:
        self._presenter.refresh()
        if self._presenter.draft is None:
            self.listing.take_focus()
        else:
            self.page.title.setFocus(Qt.FocusReason.OtherFocusReason)

    def flush(self) -> None:
        """What was typed goes to the file's queue."""
        self._presenter.flush()

    def closed(self) -> None:
        self._presenter.flush()
        super().closed()
        self._presenter.closed()
        self.listing.drafts.set_source(0, self._presenter.lists.draft_row)
        self.listing.proposals.set_source(0, self._presenter.lists.proposal_row)

    def open_draft(self, wanted: str) -> None:
        """Bring a draft to the front."""
        self._presenter.open(wanted)

    # Inside

    def _show(self) -> None:
        """The open draft, or the list."""
        if self._presenter.draft is None:
            self._presenter.refresh()
            self._pages.setCurrentWidget(self.listing)
            self.listing.take_focus()
        else:
            self._pages.setCurrentWidget(self.page)
            self.page.show_draft()

    def _read_again(self) -> None:
        if self.isVisible():
            self._presenter.refresh()

    def _is_writing(self) -> bool:
        draft = self._presenter.draft
        return draft is not None and not draft.sent

    def _next_point(self) -> None:
        """With what was typed a moment ago looked through as well."""
        self._presenter.flush()
        self.page.before.next_point()

    def _names_nobody(self) -> None:
        """Of the place that was gone to; without one the next is gone to, since nothing is cleared unseen."""
        suspect = self.page.before.now()
        if suspect is None:
            self.page.before.next_point()
        else:
            self._presenter.names_nobody(suspect)

    def _send(self) -> None:
        self._presenter.send()
