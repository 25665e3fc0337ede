"""The view of Preferences: sections on the left, one of them on the page."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QStackedWidget, QWidget

from ui.i18n import mark, tr, tr_later
from ui.page import Page
from ui.preferences.devices_section import DevicesSection
from ui.preferences.general import AppearanceSection, LanguageSection
from ui.preferences.keys import KeysSection
from ui.preferences.lab import LabSection
from ui.preferences.lock import LockSection
from ui.preferences.presenter import PreferencesPresenter
from ui.preferences.safe_section import SafeSection
from ui.theme.apply import ThemeHolder
from ui.widgets.button import NavItem
from ui.widgets.layout import Column, Hairline, Row, stops
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Surface
from ui.widgets.text import Label

SECTIONS = {
    "appearance": (mark("Appearance"), "eye"),
    "language": (mark("Language"), "book-open"),
    "keys": (mark("Keys"), "keyboard"),
    "lock": (mark("Lock"), "lock"),
    "lab": (mark("This lab"), "inbox"),
    "safe": (mark("Restore and wipe"), "hard-drive"),
    "devices": (mark("My devices"), "key-round"),
}
PANEL, MEASURE = 200, 640

Section = (
    AppearanceSection
    | LanguageSection
    | KeysSection
    | LockSection
    | LabSection
    | SafeSection
    | DevicesSection
)


class PreferencesScreen(Page):
    """A `ui.navigator.Screen`. Sections are made when they are first shown. section: which one is shown."""

    def __init__(
        self, look: ThemeHolder, presenter: PreferencesPresenter, section: str = "appearance"
    ) -> None:
        super().__init__(tr("Preferences"))
        self._look = look
        self._presenter = presenter
        self.section = ""
        self.sections: dict[str, Section] = {}
        self._pages: dict[str, ScrollArea] = {}
        self._columns: list[QWidget] = []
        self._stack = QStackedWidget()
        self.panel = Surface(look, "panel", spacing=2, margins=(10, 16, 10, 12))
        self.panel.body.add(Label(look, tr("Preferences"), role="section"), 6)
        self.items: dict[str, NavItem] = {}
        group = QButtonGroup(self)
        for name, (title, icon) in SECTIONS.items():
            there = {"lab": presenter.has_lab, "safe": presenter.safe, "devices": presenter.devices}
            if not there.get(name, True):
                continue
            item = NavItem(look, tr_later(title), icon=icon)
            item.clicked.connect(lambda _=False, name=name: self.show_section(name))
            group.addButton(item)
            self.items[name] = item
            self.panel.body.add(item)
        self.panel.body.add(None)
        ground = Surface(look, "desk", spacing=0)
        ground.body.add((self._stack, 1))
        self.setLayout(Row(look, self.panel, Hairline(upright=True), (ground, 1), spacing=0))
        self.show_section(section if section in self.items else "appearance")

    # ui.navigator.Screen

    def entered(self) -> None:
        self._presenter.refresh()
        for section in self.sections.values():
            section.show_now()
        self._presenter.look_at_lab()
        self.items[self.section].setFocus(Qt.FocusReason.OtherFocusReason)

    def flush(self) -> None:
        """Every choice is kept when it is made; what was typed as a secret is forgotten."""
        lock = self.sections.get("lock")
        if isinstance(lock, LockSection):
            lock.forget()

    def closed(self) -> None:
        self.flush()
        super().closed()
        self._presenter.closed()

    def show_section(self, name: str) -> None:
        if self.section == "lock" and name != "lock":
            self.flush()
        made: dict[str, Callable[[ThemeHolder, PreferencesPresenter], Section]] = {
            "appearance": AppearanceSection,
            "language": LanguageSection,
            "keys": KeysSection,
            "lock": LockSection,
            "lab": LabSection,
            "safe": SafeSection,
            "devices": DevicesSection,
        }
        self.section = name
        self.items[name].setChecked(True)
        if name not in self.sections:
            self.sections[name] = made[name](self._look, self._presenter)
            self._pages[name] = self._page(tr_later(SECTIONS[name][0]), self.sections[name])
            self._stack.addWidget(self._pages[name])
            if name in ("lock", "lab") and self.isVisible():
                self._presenter.look_at_lab()
        self._stack.setCurrentWidget(self._pages[name])

    def focusNextPrevChild(self, forward: bool) -> bool:
        """From the list to its page, down the page as it reads. Left alone, what is made late comes last of all."""
        layout = self.sections[self.section].layout()
        order = [self.items[self.section], *(stops(layout) if layout is not None else ())]
        for one, other in pairwise(order):
            QWidget.setTabOrder(one, other)
        return super().focusNextPrevChild(forward)

    def _page(self, title: str, section: QWidget) -> ScrollArea:
        inside, within = QWidget(), QWidget()
        within.setLayout(
            Column(self._look, Label(self._look, title, role="title"), 14, section, None, spacing=0)
        )
        self._columns.append(within)
        inside.setLayout(Row(self._look, (within, 1000), None, margins=(24, 22, 24, 24)))
        self._fit()
        return ScrollArea(self._look, inside, name=title)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        px = self._look.px
        panel = min(px(PANEL), max(180, self.width() * 36 // 100))
        self.panel.setFixedWidth(panel)
        for column in self._columns:
            column.setMaximumWidth(px(MEASURE))
