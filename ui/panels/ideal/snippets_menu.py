"""Snippets from a button: put one in, keep what is selected as one, take one away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from app.services.snippets import Snippet
from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button

FIRST_WORDS = 4


class SnippetsButton(Button):
    """chosen(text) to put in. The menu is made anew each time it opens."""

    chosen = Signal(str)
    kept = Signal(str, str)
    removed = Signal(str)

    def __init__(
        self, look: ThemeHolder, all_of: Callable[[], Sequence[Snippet]], selected: Callable[[], str]
    ) -> None:
        super().__init__(look, tr("Snippets"), kind="quiet", icon="chevron-down")
        self._all_of = all_of
        self._selected = selected
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.clicked.connect(self.open)

    def open(self) -> None:
        self._menu.exec(self.mapToGlobal(self.rect().bottomLeft()))

    def _fill(self) -> None:
        menu = self._menu
        menu.clear()
        found = self._all_of()
        for n, snippet in enumerate(found, 1):
            label = f"&{n}  {snippet.name}" if n < 10 else snippet.name
            menu.addAction(label, partial(self.chosen.emit, snippet.text))
        if not found:
            menu.addAction(tr("No snippets yet")).setEnabled(False)
        menu.addSeparator()
        keep = menu.addAction(tr("Keep the selection as a snippet…"), self._keep)
        keep.setEnabled(bool(self._selected().strip()))
        if found:
            away = menu.addMenu(tr("Take one away"))
            for snippet in found:
                away.addAction(snippet.name, partial(self.removed.emit, snippet.name))

    def _keep(self) -> None:
        text = self._selected()
        first = " ".join(text.split()[:FIRST_WORDS])
        name, agreed = QInputDialog.getText(_window(self), tr("Keep a snippet"), tr("Its name:"), text=first)
        if agreed and name.strip():
            self.kept.emit(name, text)


def _window(widget: QWidget) -> QWidget:
    return widget.window()
