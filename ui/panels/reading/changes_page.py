"""Changes of code: old and new side by side, line beside line, or one under the other as a unified diff.

The signs + and − stand before the lines, so that colour is not needed to read them.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QStackedWidget, QWidget

from app.rendering.patches import Line, Patch
from ui.i18n import tr
from ui.panels.reading.code_view import CodeView
from ui.panels.reading.positions import Positions
from ui.panels.reading.supply import Supply
from ui.theme.apply import ThemeHolder
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.surface import Surface
from ui.widgets.text import Label

DIFF = "diff"


class ChangesPage(QWidget):
    """unified: which of the two is shown."""

    def __init__(self, look: ThemeHolder, supply: Supply) -> None:
        super().__init__()
        self.unified = False
        self.old = CodeView(look, supply, name=tr("Before"))
        self.new = CodeView(look, supply, name=tr("After"))
        self.whole = CodeView(look, supply, name=tr("Changes of code"))
        self._title = Label(look, role="small", tone="t2", elide=True)
        self._pages = QStackedWidget()
        beside = QWidget()
        beside.setLayout(Row(look, (self.old, 1), Hairline(upright=True), (self.new, 1), spacing=0))
        self._pages.addWidget(beside)
        self._pages.addWidget(self.whole)
        head = Surface(look, "bar", across=True, margins=(40, 4, 24, 4))
        head.body.add((self._title, 1))
        self.setLayout(Column(look, head, (self._pages, 1), spacing=0))
        for view, other in ((self.old, self.new), (self.new, self.old)):
            view.wraps = False
            view.verticalScrollBar().valueChanged.connect(other.verticalScrollBar().setValue)
            view.horizontalScrollBar().valueChanged.connect(other.horizontalScrollBar().setValue)

    @property
    def view(self) -> CodeView:
        return self.whole if self.unified else self.new

    def show_changes(self, title: str, text: str, patch: Patch, *, unified: bool) -> None:
        """text: the unified diff; patch: the same, read."""
        self.unified = unified
        self._title.setText(title)
        left, right = patch.sides()
        self._side(self.old, left, "---")
        self._side(self.new, right, "+++")
        self.whole.show_code(text, DIFF, Positions(text))
        self._pages.setCurrentIndex(1 if unified else 0)

    @staticmethod
    def _side(view: CodeView, lines: Sequence[Line], head: str) -> None:
        text = "\n".join(_signed(line, head) for line in lines)
        view.numbers = tuple(line.number for line in lines)
        view.show_code(text, DIFF, Positions(text))

    def page(self, direction: int = 1) -> bool:
        return self.view.page(direction)

    def step_across(self, direction: int) -> bool:
        """Move lines that are wider than their side; False if none is."""
        old, new = self.old.horizontalScrollBar(), self.new.horizontalScrollBar()
        bar = max(old, new, key=lambda bar: bar.maximum())
        if self.unified or not bar.maximum():
            return False
        bar.setValue(bar.value() + direction * bar.pageStep() // 2)
        return True


def _signed(line: Line, head: str) -> str:
    if line.change == "@":
        return line.text if line.text.startswith("@@") else f"{head} {line.text}"
    if not line.number:
        return ""
    return (line.change or " ") + line.text
