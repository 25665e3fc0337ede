"""Snippets from a button: put one in, keep what is selected as one, take one away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.services.snippets import Snippet
from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.fields import TextField
from ui.widgets.layout import Row
from ui.widgets.text import Label

FIRST_WORDS = 4


class SnippetsButton(Button):
    """chosen(text) to put in · naming(text): it is to be kept, once it has a name · removed(name).

    The menu is made anew each time it opens.
    """

    chosen = Signal(str)
    naming = Signal(str)
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
            label = f"&{n}  {_literal(snippet.name)}" if n < 10 else _literal(snippet.name)
            menu.addAction(label, partial(self.chosen.emit, snippet.text))
        if not found:
            menu.addAction(tr("No snippets yet")).setEnabled(False)
        menu.addSeparator()
        keep = menu.addAction(tr("Keep the selection as a snippet…"), self._keep)
        keep.setEnabled(bool(self._selected().strip()))
        if found:
            away = menu.addMenu(tr("Take one away"))
            for snippet in found:
                away.addAction(_literal(snippet.name), partial(self.removed.emit, snippet.name))

    def _keep(self) -> None:
        self.naming.emit(self._selected())


class SnippetNaming(QWidget):
    """A line that asks for the name of a snippet. kept(name, text) · left(): Esc, or it was kept."""

    kept = Signal(str, str)
    left = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__()
        self._text = ""
        name = tr("Name of the snippet")
        self.field = TextField(look, name)
        caption = Label(look, name, role="small", tone="t2")
        caption.setBuddy(self.field)
        self._keep = Button(look, tr("Keep"), kind="primary")
        away = Button(look, tr("Cancel"), kind="quiet")
        self.setLayout(Row(look, caption, (self.field, 1), away, self._keep, spacing=8))
        self.field.textChanged.connect(lambda said: self._keep.setEnabled(bool(said.strip())))
        self.field.returnPressed.connect(self._keep.click)
        self._keep.clicked.connect(self._kept)
        away.clicked.connect(self.leave)
        self.setVisible(False)

    def ask(self, text: str) -> None:
        """For this text; its first words are offered."""
        self._text = text
        self.field.setText(" ".join(text.split()[:FIRST_WORDS]))
        self.setVisible(True)
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave(self) -> None:
        self.left.emit()
        self.setVisible(False)

    def _kept(self) -> None:
        self.kept.emit(self.field.text(), self._text)
        self.leave()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.KeyPress:
                self.leave()
            event.accept()
            return True
        return super().event(event)


def _literal(name: str) -> str:
    """A name in a menu, where “&” would name a key."""
    return name.replace("&", "&&")
