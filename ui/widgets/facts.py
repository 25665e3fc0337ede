"""Facts under one another: a caption, a value in words or in mono, a button to copy it.

facts = FactList(look); facts.set([Fact("Result", "r-1f…", mono=True, copy=True), Fact("Signed", "Friday")])
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from ui.i18n import tr
from ui.theme.apply import ThemeHolder
from ui.widgets.button import IconButton
from ui.widgets.layout import Column, Row
from ui.widgets.notice import announce
from ui.widgets.text import Label, Paragraph


@dataclass(frozen=True, slots=True)
class Fact:
    caption: str
    value: str
    mono: bool = False
    copy: bool = False


class FactList(QWidget):
    """copied: the caption of what is in the clipboard now."""

    copied = Signal(str)

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__()
        self._look = look
        self._column = Column(look, spacing=10)
        self._shown: tuple[Fact, ...] = ()
        self.setLayout(self._column)

    def set(self, facts: Sequence[Fact]) -> None:
        if tuple(facts) == self._shown:
            return
        self._shown = tuple(facts)
        self._column.clear()
        self._column.add(*(self._row(fact) for fact in facts))

    def values(self) -> dict[str, str]:
        """Caption → value, as shown."""
        return {fact.caption: fact.value for fact in self._shown}

    def _row(self, fact: Fact) -> QWidget:
        look = self._look
        box = QWidget()
        box.setAccessibleName(f"{fact.caption}: {fact.value}")
        value = Paragraph(look, fact.value, role="code-small" if fact.mono else "body")
        row = Row(
            look, (Column(look, Label(look, fact.caption, role="quiet", wrap=True), value, spacing=2), 1)
        )
        if fact.copy:
            button = IconButton(look, "copy", tr("Copy: {what}", what=fact.caption))
            button.clicked.connect(lambda: self._copy(fact))
            row.put(button, Qt.AlignmentFlag.AlignBottom)
        box.setLayout(row)
        return box

    def _copy(self, fact: Fact) -> None:
        QGuiApplication.clipboard().setText(fact.value)
        announce(self, tr("Copied"))
        self.copied.emit(fact.caption)
