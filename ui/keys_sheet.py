"""The sheet of keys (?): every command that is bound now, by scope, with the keys in force."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from app.commands import COMMANDS, Keymap, Scope
from ui.i18n import mark, tr, tr_later
from ui.theme.apply import ThemeHolder
from ui.widgets.button import IconButton
from ui.widgets.chip import KeyCap, key_text
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Row
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph
from ui.widgets.watch import ResizeWatch

TITLES = {
    Scope.EVERYWHERE: mark("Everywhere"),
    Scope.DESK: mark("On the Desk"),
    Scope.TASK: mark("In a task"),
    Scope.ANSWER: mark("On the focused criterion"),
    Scope.AUTHORING: mark("In Authoring"),
    Scope.LEAD: mark("On the Lead board"),
}


class KeysSheet(QFrame):
    """Lies over the window; Esc, ? or a click beside it closes it and gives the focus back."""

    def __init__(self, look: ThemeHolder, window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self._window = window
        self._before: QWidget | None = None
        self.setAccessibleName(tr("Keys"))
        self._sheet = Surface(look, "sheet", spacing=8, margins=(20, 14, 8, 16))
        self._sheet.setParent(self)
        self.away = IconButton(look, "x", tr("Close"), key="Esc")
        self.away.clicked.connect(self.close_quietly)
        self._body = QWidget()
        self._column = Column(look, spacing=6, margins=(0, 0, 12, 0))
        self._body.setLayout(self._column)
        self.area = ScrollArea(look, self._body, name=tr("Keys"))
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        head = Row(look, Label(look, tr("Keys"), role="title"), None, self.away)
        self._sheet.body.add(head, (self.area, 1))
        ResizeWatch(window).resized.connect(self._resized)
        self.hide()

    def open_with(self, keymap: Keymap, scopes: frozenset[Scope]) -> None:
        """Everywhere first, then what is alive in front, then the rest."""
        self._before = self._window.focusWidget()
        self._column.clear()
        order = sorted(Scope, key=lambda scope: (scope not in scopes, list(Scope).index(scope)))
        for scope in order:
            self._column.add(
                10, Label(self._look, tr_later(TITLES[scope]), role="section"), self._table(scope, keymap)
            )
        self._column.add(None)
        self._place()
        self.show()
        self.raise_()
        self.area.setFocus(Qt.FocusReason.PopupFocusReason)

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

    def close_quietly(self) -> None:
        self.hide()
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    def event(self, event: QEvent) -> bool:
        # Esc and ? belong to the sheet while it is open, not to the window's commands.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._closes(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._closes(event):
            self.close_quietly()
        else:
            super().keyPressEvent(event)

    @staticmethod
    def _closes(event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape or event.text() == "?"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._sheet.geometry().contains(event.position().toPoint()):
            self.close_quietly()

    def _resized(self) -> None:
        if self.isVisible():
            self._place()

    def _place(self) -> None:
        px, whole = self._look.px, self._window.rect()
        self.setGeometry(whole)
        width = min(px(640), whole.width() - px(32))
        height = whole.height() - 2 * px(56)
        self._sheet.setGeometry((whole.width() - width) // 2, px(56), width, height)
