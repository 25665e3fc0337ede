"""The command palette (Ctrl+K): type a few letters, Enter runs the first hit.

palette = PaletteDialog(look, main_window)
palette.open_with([PaletteEntry("task.submit", "Submit and next", "Ctrl+Return", "", run), …])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QGraphicsDropShadowEffect, QWidget

from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.chip import key_text
from ui.widgets.fields import SearchField
from ui.widgets.layout import Hairline
from ui.widgets.overlay import Overlay
from ui.widgets.rows import RowData, RowList
from ui.widgets.surface import Surface
from ui.widgets.text import Label

SHOWN = 8


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One command, task or place one can go to. key is portable key text."""

    id: str
    title: str
    key: str
    detail: str
    run: Callable[[], None]
    icon: str = ""


def ranked(entries: Sequence[PaletteEntry], wanted: str) -> list[PaletteEntry]:
    """Entries that hold every word, those first whose title starts with it, then in the given order."""
    words = wanted.casefold().split()
    hits = []
    for at, entry in enumerate(entries):
        title = entry.title.casefold()
        text = f"{title} {entry.detail.casefold()}"
        if all(word in text for word in words):
            starts = bool(words) and title.startswith(words[0])
            inside = all(word in title for word in words)
            hits.append((not starts, not inside, at, entry))
    return [hit[3] for hit in sorted(hits, key=lambda hit: hit[:3])]


class _Field(SearchField):
    """↑ and ↓ move in the list below."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(step)


class PaletteDialog(Overlay):
    """A field, and the hits below it."""

    def __init__(self, look: ThemeHolder, window: QWidget) -> None:
        sheet = Surface(look, "sheet", spacing=0, margins=(8, 8, 8, 8))
        super().__init__(look, window, tr("Search or run a command"), sheet)
        self._entries: Sequence[PaletteEntry] = ()
        self._more: Callable[[str], Sequence[PaletteEntry]] | None = None
        self._hits: list[PaletteEntry] = []
        self.field = _Field(look, tr("Search or run a command"), placeholder=tr("Type a command"))
        self.field.setProperty("state", "bare")
        self.list = RowList(look, tr("Commands"), lines=1)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._none = Label(look, tr("No command has these words."), role="second")
        self._none.setContentsMargins(12, 10, 12, 10)
        sheet.body.add(self.field, 6, Hairline(), 6, self.list, self._none)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setOffset(0, 8)
        shadow.setBlurRadius(24)
        shade = QColor(Qt.GlobalColor.black)
        shade.setAlphaF(0.18)
        shadow.setColor(shade)
        sheet.setGraphicsEffect(shadow)
        self.field.textChanged.connect(self._search)
        self.field.left.connect(self.close_quietly)
        self.field.stepped.connect(self._step)
        self.field.returnPressed.connect(self._enter)
        self.list.chosen.connect(self._run)

    def open_with(
        self,
        entries: Sequence[PaletteEntry],
        more: Callable[[str], Sequence[PaletteEntry]] | None = None,
    ) -> None:
        """more: further hits for what is typed, after those of `entries`; must be quick."""
        self._entries = entries
        self._more = more
        self.field.clear()
        self._search("")
        self.come(self.field)

    def _step(self, step: int) -> None:
        if self._hits:
            self.list.set_current((self.list.currentIndex().row() + step) % len(self._hits))

    def _enter(self) -> None:
        if self._hits:
            self._run(max(self.list.currentIndex().row(), 0))

    def _search(self, wanted: str) -> None:
        self._hits = ranked(self._entries, wanted)
        if self._more is not None and wanted.strip():
            shown = {hit.id for hit in self._hits}
            self._hits += [entry for entry in self._more(wanted) if entry.id not in shown]
        self.list.set_source(len(self._hits), self._row)
        self.list.setVisible(bool(self._hits))
        self._none.setVisible(not self._hits)
        if self._hits:
            self.list.set_current(0)
        self.place()

    def _row(self, at: int) -> RowData:
        entry = self._hits[at]
        return RowData(
            entry.title, entry.detail, icon=entry.icon, trailing=key_text(entry.key) if entry.key else ""
        )

    def _run(self, at: int) -> None:
        entry = self._hits[at]
        self.close_quietly()
        entry.run()

    def place(self) -> None:
        super().place()
        px = self._look.px
        self.list.setFixedHeight(min(len(self._hits), SHOWN) * self.list.row_height() + px(2))
        width = min(px(600), self._window.width() - px(32))
        self.sheet.setFixedWidth(width)
        self.sheet.adjustSize()
        self.sheet.move(QPoint((self._window.width() - width) // 2, px(72)))
