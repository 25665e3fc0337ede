"""One of a few: a segmented control, and tabs.

views = SegmentedControl(look, "View", [("rendered", "Rendered"), ("raw", "Raw")])
views.chosen.connect(on_view)        # str, the value; views.choose("raw")
tabs = TabStrip(look, "Responses", [("a", "Response A"), ("b", "Response B")])
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QSizePolicy

from ui.theme.apply import ThemeHolder
from ui.widgets.layout import Row

Choices = Sequence[tuple[str, str]]


class _ToggleButton(QPushButton):
    """Has room for its words in bold, so that nothing moves when it is chosen."""

    def __init__(self, look: ThemeHolder, text: str, kind: str) -> None:
        super().__init__(text)
        self._look = look
        self.setProperty("kind", kind)
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        bold = QFontMetrics(self._look.font("strong")).horizontalAdvance(self.text())
        now = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(hint.width() + max(0, bold - now), hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class _Choice(QFrame):
    """Exclusive buttons in a row; the arrow keys move between them."""

    chosen = Signal(str)
    kind: ClassVar[str]

    def __init__(self, look: ThemeHolder, name: str, choices: Choices, *, spacing: int, edge: int) -> None:
        super().__init__()
        self._look = look
        self._values: list[str] = []
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._row = Row(look, spacing=spacing, margins=(edge, edge, edge, edge))
        self.setLayout(self._row)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._group.idClicked.connect(self._clicked)
        self.set_choices(choices)

    def set_choices(self, choices: Choices) -> None:
        """Other choices; the first is chosen unless the value in force is among them."""
        before = self.value()
        for button in self._group.buttons():
            self._group.removeButton(button)
        self._row.clear()
        self._values = [value for value, _ in choices]
        for i, (_, text) in enumerate(choices):
            button = _ToggleButton(self._look, text, self.kind)
            self._group.addButton(button, i)
            self._row.add(button)
        if self._values:
            self.choose(before if before in self._values else self._values[0])

    def value(self) -> str:
        """The chosen value, `""` if there is none."""
        at = self._group.checkedId()
        return self._values[at] if 0 <= at < len(self._values) else ""

    def choose(self, value: str) -> None:
        """Show a value as chosen, without the signal."""
        self._group.button(self._values.index(value)).setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self._values:
            super().keyPressEvent(event)
            return
        at = (self._group.checkedId() + step) % len(self._values)
        self._group.button(at).setFocus(Qt.FocusReason.OtherFocusReason)
        self._group.button(at).click()

    def _clicked(self, at: int) -> None:
        self.chosen.emit(self._values[at])


class SegmentedControl(_Choice):
    kind = "seg"

    def __init__(self, look: ThemeHolder, name: str, choices: Choices) -> None:
        super().__init__(look, name, choices, spacing=0, edge=2)
        self.setProperty("surface", "segments")


class TabStrip(_Choice):
    kind = "tab"

    def __init__(self, look: ThemeHolder, name: str, choices: Choices) -> None:
        super().__init__(look, name, choices, spacing=20, edge=0)
