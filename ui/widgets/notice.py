"""What the program says without a dialog: inline errors, banners, empty screens.

InlineError(look).say("The code is not complete.", "Copy all of it.")
Banner(look, "warn", "triangle-alert", "The lab will not take this batch after Friday.", action="Open it")
EmptyState(look, "Tasks of a batch appear here.", action="Check for work")
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QWidget

from ui.i18n import sentences
from ui.theme.apply import ThemeHolder, set_property
from ui.widgets.button import Button
from ui.widgets.layout import Column, Row
from ui.widgets.text import IconLabel, Paragraph


def announce(widget: QWidget, words: str) -> None:
    """Let a screen reader say something politely."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


class InlineError(QWidget):
    """Under a field: what happened, and what to do. Hidden while there is nothing to say."""

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__()
        self._message = Paragraph(look, role="second", tone="bad")
        self._hint = Paragraph(look, role="second")
        mark = IconLabel(look, "circle-alert", "bad", 16)
        row = Row(look, spacing=6)
        row.put(mark, Qt.AlignmentFlag.AlignTop)
        row.add((Column(look, self._message, self._hint, spacing=2), 1))
        self.setLayout(row)
        self.setVisible(False)

    def say(self, message: str, hint: str = "") -> None:
        """An empty message hides it."""
        self._message.setText(message)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(sentences(message, hint))
        self.setVisible(bool(message))
        if message:
            announce(self, self.accessibleName())


class Banner(QFrame):
    """On top of the page it concerns: a soft ground, an icon, a sentence, at most one link."""

    acted = Signal()

    def __init__(
        self, look: ThemeHolder, tone: str, icon: str, text: str, *, hint: str = "", action: str = ""
    ) -> None:
        super().__init__()
        self.setProperty("surface", "banner")
        self._mark = IconLabel(look, icon, tone, 18)
        self._text = Paragraph(look, role="second", tone="t1", weight=600)
        self._hint = Paragraph(look, role="second", tone="t1")
        self._link = Button(look, action, kind="link")
        self._link.clicked.connect(self.acted)
        words = Column(look, self._text, self._hint, spacing=2)
        row = Row(look, spacing=10, margins=(14, 10, 14, 10))
        row.put(self._mark, Qt.AlignmentFlag.AlignTop)
        row.add((words, 1))
        row.put(self._link, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(row)
        self.set(tone, icon, text, hint=hint, action=action)

    def set(self, tone: str, icon: str, text: str, *, hint: str = "", action: str = "") -> None:
        set_property(self, "tone", tone)
        self._mark.set_icon(icon, tone)
        self._text.setText(text)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._link.set_words(action)
        self._link.setVisible(bool(action))
        self.setAccessibleName(sentences(text, hint))


class EmptyState(QWidget):
    """One sentence of what will be here and, if there is a way to get it, one button."""

    acted = Signal()

    def __init__(self, look: ThemeHolder, text: str, *, action: str = "", icon: str = "") -> None:
        super().__init__()
        self.setAccessibleName(text)
        self._text = Paragraph(look, text, role="lead")
        self._button = Button(look, action, icon=icon)
        if not action:
            self._button.hide()
        self._button.clicked.connect(self.acted)
        self.setLayout(
            Column(look, self._text, Row(look, self._button, None), None, spacing=12, margins=(0, 8, 0, 8))
        )

    def set(self, text: str, *, action: str = "") -> None:
        self._text.setText(text)
        self.setAccessibleName(text)
        self._button.set_words(action)
        self._button.setVisible(bool(action))
