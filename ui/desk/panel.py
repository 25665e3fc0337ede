"""The left panel: labs, and the ways to the other screens."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.desk.presenter import DeskPresenter, LabLine
from ui.i18n import number, tr
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button, NavItem
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Surface
from ui.widgets.text import Label


class LabsPanel(Surface):
    quarantine_asked = Signal()
    authoring_asked = Signal()

    def __init__(self, look: ThemeHolder, presenter: DeskPresenter) -> None:
        super().__init__(look, "panel", spacing=2, margins=(10, 16, 10, 12))
        self._look = look
        self._presenter = presenter
        self._lines: tuple[LabLine, ...] = ()
        self._labs = Column(look, spacing=2)
        self._ways = Column(look, spacing=2)
        self._items: list[NavItem] = []
        self.outbox = NavItem(look, tr("Outbox"), icon="send")
        self.authoring = NavItem(look, tr("Authoring"), icon="pencil")
        self.quarantine = NavItem(look, tr("Quarantine"), icon="octagon-alert")
        self.add_lab = Button(look, tr("Add a lab"), kind="quiet", icon="plus")
        self.outbox.clicked.connect(self._to_outbox)
        self.authoring.clicked.connect(self._to_authoring)
        self.quarantine.clicked.connect(self._to_quarantine)
        self.add_lab.clicked.connect(presenter.add_lab)
        self._rule = Hairline()
        inner = QWidget()
        inner.setLayout(
            Column(
                look,
                self._labs,
                10,
                self._rule,
                8,
                self.outbox,
                self.authoring,
                self.quarantine,
                self._ways,
                None,
                spacing=2,
            )
        )
        head = Row(look, Label(look, tr("Labs"), role="section"), None, margins=(8, 0, 8, 4))
        self.body.add(head, (ScrollArea(look, inner, name=tr("Labs")), 1), 8)
        self.body.add(Row(look, self.add_lab, None))

    def show_now(self) -> None:
        lines = self._presenter.lab_lines()
        if lines != self._lines:
            self._lines = lines
            self._labs.clear()
            self._items = [self._item(line) for line in lines]
            self._labs.add(*self._items)
        waiting = self._presenter.waiting
        self.outbox.set(tr("Outbox"), count=number(waiting) if waiting else "")
        held = self._presenter.quarantined
        self.quarantine.set(tr("Quarantine"), count=number(held) if held else "")
        self.quarantine.setVisible(bool(held))
        self.outbox.setVisible(self._presenter.is_open)
        self.authoring.setVisible(self._presenter.is_open)
        self._rule.setVisible(self._presenter.is_open)

    def add_way(self, title: str, icon: str, go: Callable[[], None]) -> NavItem:
        """One more line under those of the open lab."""
        item = NavItem(self._look, title, icon=icon)

        def away() -> None:
            item.setChecked(False)
            go()

        item.clicked.connect(away)
        self._ways.add(item)
        return item

    def lab_items(self) -> list[NavItem]:
        return list(self._items)

    def _item(self, line: LabLine) -> NavItem:
        item = NavItem(self._look, line.title, icon=line.icon, detail=line.detail, count=line.count)
        item.setChecked(line.chosen)

        def choose() -> None:
            item.setChecked(line.chosen)
            self._presenter.choose_lab(line.folder)

        item.clicked.connect(choose)
        return item

    def _to_outbox(self) -> None:
        self.outbox.setChecked(False)
        self._presenter.go_outbox()

    def _to_authoring(self) -> None:
        self.authoring.setChecked(False)
        self.authoring_asked.emit()

    def _to_quarantine(self) -> None:
        self.quarantine.setChecked(False)
        self.quarantine_asked.emit()
