"""Chips, key caps and key hints.

Chip(look, "Ready for offline", icon="circle-check", tone="good")
KeyCap(look, "Ctrl+Return")          # shows Ctrl ↵
KeyHint(look, "C", "comment")
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from ui.theme.apply import ThemeHolder, set_property
from ui.widgets.layout import Row
from ui.widgets.text import IconLabel, Label

_SHORT = {
    "Return": "↵", "Enter": "↵", "Up": "↑", "Down": "↓", "Left": "←", "Right": "→",
    "Space": "␣", "Escape": "Esc", "Esc": "Esc", "Minus": "−", "-": "−",
}  # fmt: skip


def key_text(key: str) -> str:
    """A key sequence in portable text (`Ctrl+Return`, `Shift+H`) as a key cap shows it (`Ctrl ↵`, `⇧H`)."""
    head, plus, last = key.rpartition("+")
    if plus and not last:  # the key + itself: "+" or "Ctrl++"
        head, last = head.removesuffix("+"), "+"
    last = _SHORT.get(last, last)
    if not head:
        return last
    return f"⇧{last}" if head == "Shift" else f"{head.replace('Shift', '⇧').replace('+', ' ')} {last}"


class Chip(QFrame):
    """A fact in few words on a soft ground. Tones: accent, good, bad, unsure, warn, or none."""

    def __init__(self, look: ThemeHolder, text: str, *, icon: str = "", tone: str = "") -> None:
        super().__init__()
        self._look = look
        self._icon: IconLabel | None = None
        self._label = Label(look, text, role="small", tone=tone or "t2", figures=True)
        self.setProperty("surface", "chip")
        self.setProperty("tone", tone)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        self._row = Row(look, spacing=5, margins=(8, 3, 9, 3))
        if icon:
            self._icon = IconLabel(look, icon, tone or "t2", 14)
            self._row.add(self._icon)
        self._row.add(self._label)
        self.setLayout(self._row)

    def text(self) -> str:
        return self._label.text()

    def set(self, text: str, *, icon: str = "", tone: str = "") -> None:
        """Say something else."""
        self._label.setText(text)
        self._label.set_tone(tone or "t2")
        self.setAccessibleName(text)
        set_property(self, "tone", tone)
        if icon:
            if self._icon is None:
                self._icon = IconLabel(self._look, icon, tone or "t2", 14)
                self._row.insertWidget(0, self._icon)
            self._icon.set_icon(icon, tone or "t2")
        if self._icon is not None:
            self._icon.setVisible(bool(icon))


class KeyCap(Label):
    """A key as it stands on the keyboard. `key` is portable key text."""

    def __init__(self, look: ThemeHolder, key: str) -> None:
        super().__init__(look, key_text(key), role="key")
        self.setAccessibleName(key)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_key(self, key: str) -> None:
        self.setText(key_text(key))
        self.setAccessibleName(key)


class KeyHint(QWidget):
    """A key cap and what it does."""

    def __init__(self, look: ThemeHolder, key: str, words: str) -> None:
        super().__init__()
        self.setAccessibleName(f"{words}, {key}")
        self.setLayout(Row(look, KeyCap(look, key), Label(look, words, role="quiet"), spacing=6))
