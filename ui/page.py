"""What every screen is made of: the answers to the window that are the same for most, and the page of a list.

class ReportsScreen(Page):
    def __init__(self, look, presenter):
        super().__init__(tr("Reports"))
        self.setLayout(...)
        self.wire((presenter.changed, self._show_now))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QApplication, QWidget

from app.commands import Scope
from ui.theme.apply import ThemeHolder
from ui.widgets.bars import Crumb
from ui.widgets.layout import Column, Item, Row
from ui.widgets.notice import EmptyState
from ui.widgets.panes import ListAndDetail
from ui.widgets.rows import RowData, RowList
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Surface


class Page(QWidget):
    """A `ui.navigator.Screen` without commands of its own, on which nothing typed waits. The kinds add `entered`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._wires: list[tuple[SignalInstance, Callable[..., Any]]] = []

    def wire(self, *wires: tuple[SignalInstance, Callable[..., Any]]) -> None:
        """Connect signals of the presenter until the screen is closed."""
        for signal, slot in wires:
            signal.connect(slot)
        self._wires.extend(wires)

    @property
    def widget(self) -> QWidget:
        return self

    @property
    def scopes(self) -> frozenset[Scope]:
        return frozenset()

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(self._name),)

    def extras(self) -> Sequence[QWidget]:
        return ()

    def flush(self) -> None:
        """Nothing is typed here that would be kept."""

    def closed(self) -> None:
        for signal, slot in self._wires:
            signal.disconnect(slot)
        self._wires.clear()


class ListPage(Page):
    """A head, and below it a list beside what is chosen of it, or why there is nothing."""

    def __init__(
        self,
        look: ThemeHolder,
        name: str,
        rows: RowList,
        row_at: Callable[[int], RowData],
        chosen: Callable[[int], None],
    ) -> None:
        """row_at: as of `RowList`. chosen: gets the row that somebody moved to; not those of `show_rows`."""
        super().__init__(name)
        self._look = look
        self.rows = rows
        self._row_at = row_at
        self._chosen = chosen
        self._count = -1
        self._settling = False
        self._empty = EmptyState(look, "")
        rows.moved.connect(self._moved)

    def lay_out(self, *head: Item, detail: QWidget) -> None:
        """head: what stands above the list, as in `Column.add`."""
        look = self._look
        self._panes = ListAndDetail(look, self.rows, detail)
        inside = Column(look, spacing=0, margins=(40, 22, 40, 24))
        inside.add(*head, 16, (self._panes, 1), self._empty)
        page, ground = QWidget(), Surface(look, "desk", spacing=0)
        page.setLayout(inside)
        self._page = ScrollArea(look, page, name=self._name)
        ground.body.add((self._page, 1))
        self.setLayout(Row(look, (ground, 1)))
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self.wire((app.focusChanged, self._follow))

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        """What has the focus is in view, also where the detail stands under the list."""
        if new is not None and self._panes.isAncestorOf(new):
            self._panes.reveal(new)
            self._page.ensureWidgetVisible(new, 0, self._look.px(24))

    def show_rows(self, count: int, at: int) -> None:
        """The rows as they are now. at: the chosen one, −1 for none."""
        self._settling = True
        if count != self._count:
            self._count = count
            self.rows.set_source(count, self._row_at)
        if 0 <= at < count and at != self.rows.currentIndex().row():
            self.rows.set_current(at)
        self.rows.refresh()
        self._settling = False
        self._panes.setVisible(bool(count))
        self._empty.setVisible(not count)

    def closed(self) -> None:
        super().closed()
        self.rows.set_source(0, self._row_at)

    def _moved(self, at: int) -> None:
        if not self._settling:
            self._chosen(at)
