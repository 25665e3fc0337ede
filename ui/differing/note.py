"""Says that laptops differ: a line on the Desk while they do, a word wherever one is when it begins."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ui.differing.presenter import DifferingPresenter
from ui.i18n import number, tr, trn
from ui.live import LiveSession
from ui.navigator import Navigator
from ui.theme.apply import ThemeHolder
from ui.widgets.button import NavItem


class DifferencesNote(QObject):
    """A child of the screen, gone with it. known: how many differences were counted last."""

    item: NavItem | None = None

    def __init__(self, look: ThemeHolder, screen: QWidget, live: LiveSession, navigator: Navigator) -> None:
        super().__init__(screen)
        self._look = look
        self._screen = screen
        self._navigator = navigator
        self._presenter = DifferingPresenter(live, navigator, self)
        self.known = 0

    def count(self, what: str) -> None:
        """After a sync or a choice."""
        if what != "lab" or self.item is None:
            return
        found = self._presenter.count()
        self.item.setVisible(bool(found))
        self.item.set(tr("Your laptops differ"), count=number(found) if found else "")
        if found > self.known:
            words = trn(
                "{n} answer differs between your laptops.", "{n} answers differ between your laptops.", found
            )
            self._navigator.toast(words, (tr("Choose"), self.look_at_them))
        self.known = found

    def look_at_them(self) -> None:
        from ui.differing.dialog import DifferencesDialog

        if self._presenter.count():
            DifferencesDialog(self._look, self._screen.window(), self._presenter).begin()
