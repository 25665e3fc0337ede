"""The sheet of keys (?): every command that is bound now, by scope, with the keys in force."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from app.commands import COMMANDS, Keymap, Scope
from ui.i18n import mark, tr, tr_later
from ui.theme.apply import ThemeHolder
from ui.widgets.button import IconButton
from ui.widgets.chip import KeyCap, key_text
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Row
from ui.widgets.overlay import Overlay
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

TITLES = {
    Scope.EVERYWHERE: mark("Everywhere"),
    Scope.DESK: mark("On the Desk"),
    Scope.TASK: mark("In a task"),
    Scope.ANSWER: mark("On the focused criterion"),
    Scope.AUTHORING: mark("In Authoring"),
    Scope.LEAD: mark("On the Lead board"),
}


class KeysSheet(Overlay):
    """? closes it too."""

    def __init__(self, look: ThemeHolder, window: QWidget) -> None:
        super().__init__(look, window, tr("Keys"), Surface(look, "sheet", spacing=8, margins=(20, 14, 8, 16)))
        self.away = IconButton(look, "x", tr("Close"), key="Esc")
        self.away.clicked.connect(self.close_quietly)
        self._body = QWidget()
        self._column = Column(look, spacing=6, margins=(0, 0, 12, 0))
        self._body.setLayout(self._column)
        self.area = ScrollArea(look, self._body, name=tr("Keys"))
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        head = Row(look, Label(look, tr("Keys"), role="title"), None, self.away)
        self.sheet.body.add(head, (self.area, 1))

    def open_with(self, keymap: Keymap, scopes: frozenset[Scope]) -> None:
        """Everywhere first, then what is alive in front, then the rest."""
        self._column.clear()
        order = sorted(Scope, key=lambda scope: (scope not in scopes, list(Scope).index(scope)))
        for scope in order:
            self._column.add(
                10, Label(self._look, tr_later(TITLES[scope]), role="section"), self._table(scope, keymap)
            )
        self._column.add(None)
        self.come(self.area)

    def _table(self, scope: Scope, keymap: Keymap) -> QWidget:
        table, grid = QWidget(), QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(self._look.px(16))
        grid.setVerticalSpacing(self._look.px(6))
        grid.setColumnStretch(1, 1)
        commands = [command for command in COMMANDS if command.scope is scope and keymap.of(command.id)]
        for row, command in enumerate(commands):
            caps = QWidget()
            shown = {
                key_text(key): key for key in reversed(keymap.of(command.id))
            }  # Return and Enter look alike
            keys = reversed(shown.values())
            caps.setLayout(Flow(self._look, *(KeyCap(self._look, key) for key in keys), spacing=4))
            caps.setFixedWidth(self._look.px(150))
            grid.addWidget(caps, row, 0, Qt.AlignmentFlag.AlignTop)
            words = Column(
                self._look,
                Paragraph(self._look, tr_later(command.title), role="body"),
                Paragraph(self._look, tr_later(command.help), role="quiet"),
                spacing=1,
            )
            grid.addLayout(words, row, 1)
        table.setLayout(grid)
        return table

    def closes(self, event: QKeyEvent) -> bool:
        return super().closes(event) or event.text() == "?"

    def place(self) -> None:
        super().place()
        px, whole = self._look.px, self._window.rect()
        width = min(px(640), whole.width() - px(32))
        height = whole.height() - 2 * px(56)
        self.sheet.setGeometry((whole.width() - width) // 2, px(56), width, height)
