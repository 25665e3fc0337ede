"""Buttons. Real ones, so that screen readers can press them; a click leaves the focus where it was.

    Button(look, "Continue", kind="primary", icon="play", key="Return").clicked.connect(…)
    IconButton(look, "lock", "Lock", key="Ctrl+L")
    VerdictButton(look, "Met", "check", key="Y", tone="good")     # checkable; put them in a QButtonGroup
    OptionButton(look).set("3", key="3")                           # checkable: a value of a scale, a reason
    NavItem(look, "Outbox", icon="send", count="3")                # a line of a side panel; checkable

Kinds: plain, primary (one a screen), quiet, link, danger. The key stands in the tooltip. A disabled button
says why: `set_blocked("Nothing is answered yet")`, `set_blocked("")`.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui.theme.apply import ThemeHolder, set_property
from ui.widgets.chip import KeyCap, key_text
from ui.widgets.layout import Column, Row
from ui.widgets.text import IconLabel, Label, Paragraph

Kind = Literal["plain", "primary", "quiet", "link", "danger", "toastlink"]

_ICON_TONE = {"primary": "on_fill", "link": "accent", "danger": "bad", "plain": "t1", "toastlink": "page"}


class Pressable(QPushButton):
    """Enter presses it as Space does, in any window: Qt does so only in its own dialogs."""

    def __init__(self) -> None:
        super().__init__()
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)


class Button(Pressable):
    """A button with words and, if wanted, an icon. trailing = the icon stands after the words."""

    def __init__(
        self,
        look: ThemeHolder,
        text: str,
        *,
        kind: Kind = "plain",
        icon: str = "",
        key: str = "",
        trailing: bool = False,
        least: int = 0,
    ) -> None:
        super().__init__()
        self._look = look
        self._kind = kind
        self._icon = icon
        self._key = key
        self._least = least
        self._blocked = ""
        self.setProperty("kind", kind)
        if trailing:
            self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._trailing = trailing
        self.set_words(text)
        look.changed.connect(self._draw)
        self._draw()

    def set_words(self, text: str) -> None:
        # A style-sheet button leaves 4 px between icon and text; one space more reads better.
        space = " " if self._icon else ""
        self.setText(f"{text}{space}" if self._trailing else f"{space}{text}")
        self.setAccessibleName(text)
        self._tip()

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self._draw()

    def set_key(self, key: str) -> None:
        self._key = key
        self._tip()

    def set_blocked(self, reason: str) -> None:
        """Disable with a reason in the tooltip; an empty reason enables."""
        self._blocked = reason
        self.setEnabled(not reason)
        self.setAccessibleDescription(reason)
        self._tip()

    def _tip(self) -> None:
        key = f"{self.accessibleName()} ({key_text(self._key)})" if self._key else ""
        self.setToolTip(self._blocked or key)

    def _draw(self) -> None:
        if self._least:
            self.setMinimumWidth(self._look.px(self._least))
        if self._icon:
            side = self._look.px(16)
            tone = _ICON_TONE.get(self._kind, "t2")
            self.setIcon(self._look.icon(self._icon, tone, 16, self.devicePixelRatioF()))
            self.setIconSize(QSize(side, side))


class IconButton(Button):
    """A quiet button that shows only an icon; its name is in the tooltip and for screen readers."""

    def __init__(self, look: ThemeHolder, icon: str, name: str, *, key: str = "") -> None:
        self._name = name
        super().__init__(look, "", kind="quiet", icon=icon, key=key)
        self.set_name(name)

    def set_name(self, name: str) -> None:
        self._name = name
        self.setText("")
        self.setAccessibleName(name)
        self._tip()

    def _tip(self) -> None:
        self.setToolTip(
            self._blocked or (f"{self._name} ({key_text(self._key)})" if self._key else self._name)
        )

    def _draw(self) -> None:
        super()._draw()
        self.setFixedWidth(self._look.px(34))


class Filled(Pressable):
    """A button that shows child labels; they let the mouse through, its size is theirs."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return layout.minimumSize() if layout is not None else super().minimumSizeHint()

    def _let_through(self) -> None:
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


class VerdictButton(Filled):
    """Icon and key above, word below; at least 60 px high. tone: of its effect on the score."""

    def __init__(self, look: ThemeHolder, word: str, icon: str, *, key: str = "", tone: str = "") -> None:
        super().__init__()
        self._look = look
        self._icon_name = icon
        self.setProperty("kind", "verdict")
        self.setProperty("tone", tone)
        self._icon = IconLabel(look, icon, tone or "t2", 16)
        self._word = Label(look, word, role="small", tone="t1")
        self._word.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._cap = KeyCap(look, key)
        head = Row(look, None, self._icon, self._cap, None, spacing=6)
        self.setLayout(Column(look, None, head, self._word, None, spacing=5, margins=(4, 7, 4, 7)))
        self._cap.setVisible(bool(key))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(word)
        self.setAccessibleDescription(key)
        self._let_through()

    def set_key(self, key: str) -> None:
        """The key that presses it now; empty for none."""
        self._cap.set_key(key)
        self._cap.setVisible(bool(key))
        self.setAccessibleDescription(key)

    def set_tone(self, tone: str) -> None:
        """The tone of the effect: good, bad, unsure, or none."""
        set_property(self, "tone", tone)
        self._icon.set_icon(self._icon_name, tone or "t2")

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().expandedTo(QSize(self._look.px(60), self._look.px(60)))

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(self._look.px(60), self._look.px(60)))


class OptionButton(Filled):
    """One of a few values or reasons: its key and its word. Checkable; at least 36 px high."""

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__()
        self._look = look
        self.setProperty("kind", "option")
        self._cap = KeyCap(look, "")
        self._word = Label(look, role="small", tone="t1")
        self.setLayout(Row(look, None, self._cap, self._word, None, spacing=6, margins=(6, 4, 6, 4)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._let_through()

    def set(self, word: str, *, key: str = "") -> None:
        self._cap.set_key(key)
        self._cap.setVisible(bool(key))
        self._word.setText(word)
        self.setAccessibleName(word)
        self.setAccessibleDescription(key)

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().expandedTo(QSize(self._look.px(36), self._look.px(36)))

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(self._look.px(36), self._look.px(36)))


class NavItem(Filled):
    """A line of a side panel: icon, title, a second line, a count at the end."""

    def __init__(
        self, look: ThemeHolder, title: str, *, icon: str, detail: str = "", count: str = "", tone: str = "t2"
    ) -> None:
        super().__init__()
        self._look = look
        self._icon_name = icon
        self._tone = tone
        self.setProperty("kind", "nav")
        self._icon = IconLabel(look, icon, tone, 18)
        self._title = Paragraph(look, title, role="body")
        self._detail = Paragraph(look, detail, role="quiet")
        self._count = Label(look, count, role="quiet", figures=True)
        words = Column(look, None, self._title, self._detail, None, spacing=2)
        self.setLayout(Row(look, self._icon, (words, 1), self._count, spacing=10, margins=(8, 8, 10, 8)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.toggled.connect(self._chosen)
        self.set(title, detail=detail, count=count)
        self._let_through()

    def set(self, title: str, *, detail: str = "", count: str = "") -> None:
        self._title.setText(title)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self._count.setText(count)
        self.setAccessibleName(", ".join(x for x in (title, detail, count) if x))

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().expandedTo(QSize(0, self._look.px(34)))

    def _chosen(self, on: bool) -> None:
        self._title.set_weight(600 if on else None)
        self._icon.set_icon(self._icon_name, "accent" if on else self._tone)
