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

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui.theme.apply import ThemeHolder
from ui.theme.tokens import RADIUS
from ui.widgets.chip import cap_size, key_text, paint_cap
from ui.widgets.drawn import MIDDLE
from ui.widgets.kept import KeptPictures
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

    def set_kind(self, kind: Kind) -> None:
        """Where the one primary button depends on what can be done now."""
        if kind != self._kind:
            self._kind = kind
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)
            self._draw()

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


class Choosable(Pressable):
    """A checkable button that draws itself: many of them stand in one card."""

    def __init__(self, look: ThemeHolder, kind: str, least: int) -> None:
        """least: px at 100 %, of width and height."""
        super().__init__()
        self._look = look
        self._least = least
        self._word = self._key = ""
        self.setCheckable(True)
        self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._size: QSize | None = None
        self._pictures = KeptPictures(look, self)
        look.changed.connect(self._fit)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def sizeHint(self) -> QSize:
        if self._size is None:
            self._size = self._need()
        return self._size

    def _fit(self) -> None:
        self._size = None
        self.updateGeometry()

    def _need(self) -> QSize:
        """The room of its words; buttons that show more ask for more."""
        return self._grown(QSize(self._look.metrics("small").horizontalAdvance(self._word), 0))

    def _grown(self, need: QSize) -> QSize:
        """What it needs, but never less than its least."""
        least = self._look.px(self._least)
        return need.expandedTo(QSize(least, least))

    def _say(self, word: str, key: str) -> None:
        if (word, key) != (self._word, self._key):
            self._word, self._key = word, key
            self.setAccessibleName(word)
            self.setAccessibleDescription(key)
            self._pictures.forget()
            self._fit()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        state = self.isChecked(), self.isEnabled(), self.isEnabled() and self.underMouse(), self.hasFocus()
        self._pictures.paint(state, self._faintly)

    def _faintly(self, painter: QPainter) -> None:
        """What cannot be chosen any more stands back; what was chosen stays as clear as it was."""
        painter.setOpacity(1.0 if self.isEnabled() or self.isChecked() else 0.5)
        self._draw(painter)

    def _draw(self, painter: QPainter) -> None:
        """As it looks in the state it is in."""
        self._ground(painter, "accent", self._look.colour("accent_soft"))

    def _ground(self, painter: QPainter, chosen: str, soft: QColor) -> None:
        """Edge and ground; chosen: the tone of the edge while it is checked."""
        look, checked = self._look, self.isChecked()
        ground = look.colour("panel")
        edge, wide = "line2", 1
        if checked:
            ground, edge, wide = soft, chosen, 2
        elif self.underMouse() and self.isEnabled():
            ground = look.colour("hover")
        if self.hasFocus():
            edge, wide = "accent", look.theme.focus_width
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour(edge), wide))
        painter.setBrush(ground)
        inset, radius = wide / 2, look.px(RADIUS.well) - wide / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)


class VerdictButton(Choosable):
    """Icon and key above, word below; at least 60 px high. tone: of its effect on the score."""

    def __init__(self, look: ThemeHolder, word: str, icon: str, *, key: str = "", tone: str = "") -> None:
        super().__init__(look, "verdict", 60)
        self._icon = icon
        self.setProperty("tone", tone)
        self._tone = tone
        self._say(word, key)

    def set_key(self, key: str) -> None:
        """The key that presses it now; empty for none."""
        self._say(self._word, key)

    def set_tone(self, tone: str) -> None:
        """The tone of the effect: good, bad, unsure, or none."""
        if tone != self._tone:
            self._tone = tone
            self.setProperty("tone", tone)
            self._pictures.forget()
            self.update()

    def _need(self) -> QSize:
        px, words = self._look.px, self._look.metrics("small")
        head = self._head()
        width = max(head.width(), words.horizontalAdvance(self._word)) + 2 * px(4)
        return self._grown(QSize(width, head.height() + px(5) + words.height() + 2 * px(7)))

    def _head(self) -> QSize:
        side = self._look.px(16)
        if not self._key:
            return QSize(side, side)
        cap = cap_size(self._look, key_text(self._key))
        return QSize(side + self._look.px(6) + cap.width(), max(side, cap.height()))

    def _draw(self, painter: QPainter) -> None:
        look, px, tone = self._look, self._look.px, self._tone
        self._ground(painter, tone or "t2", look.soft(tone))
        head, side, words = self._head(), px(16), look.metrics("small")
        x = (self.width() - head.width()) // 2
        y = (self.height() - head.height() - px(5) - words.height()) // 2
        mark = look.pixmap(self._icon, tone or "t2", 16, self.devicePixelRatioF())
        painter.drawPixmap(x, y + (head.height() - side) // 2, mark)
        if self._key:
            key = key_text(self._key)
            cap = cap_size(look, key)
            at = QRect(x + side + px(6), y + (head.height() - cap.height()) // 2, cap.width(), cap.height())
            paint_cap(painter, look, at, key)
        painter.setFont(look.font("small"))
        painter.setPen(look.colour("t1"))
        under = QRect(0, y + head.height() + px(5), self.width(), words.height())
        painter.drawText(under, MIDDLE | int(Qt.AlignmentFlag.AlignHCenter), self._word)


class OptionButton(Choosable):
    """One of a few values or reasons: its key and its word. Checkable; at least 36 px high."""

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "option", 36)

    def set(self, word: str, *, key: str = "") -> None:
        self._say(word, key)

    def _cap(self) -> QSize:
        return cap_size(self._look, key_text(self._key)) if self._key else QSize(0, 0)

    def _need(self) -> QSize:
        px, words, cap = self._look.px, self._look.metrics("small"), self._cap()
        gap = px(6) if self._key else 0
        width = cap.width() + gap + words.horizontalAdvance(self._word) + 2 * px(6)
        return self._grown(QSize(width, max(cap.height(), words.height()) + 2 * px(4)))

    def _draw(self, painter: QPainter) -> None:
        look, px, cap = self._look, self._look.px, self._cap()
        super()._draw(painter)
        gap = px(6) if self._key else 0
        wide = cap.width() + gap + look.metrics("small").horizontalAdvance(self._word)
        x = (self.width() - wide) // 2
        if self._key:
            at = QRect(x, (self.height() - cap.height()) // 2, cap.width(), cap.height())
            paint_cap(painter, look, at, key_text(self._key))
            x += cap.width() + gap
        painter.setFont(look.font("small"))
        painter.setPen(look.colour("t1"))
        painter.drawText(QRect(x, 0, self.width() - x, self.height()), MIDDLE, self._word)


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
