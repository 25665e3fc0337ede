"""Chips, key caps and key hints.

Chip(look, "Ready for offline", icon="circle-check", tone="good")
KeyCap(look, "Ctrl+Return")          # shows Ctrl ↵
KeyHint(look, "C", "comment")
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ui.theme.apply import ThemeHolder
from ui.theme.tokens import RADIUS
from ui.widgets.drawn import MIDDLE, Drawn
from ui.widgets.kept import KeptPictures

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


class Chip(Drawn):
    """A fact in few words on a soft ground. Tones: accent, good, bad, unsure, warn, or none."""

    def __init__(self, look: ThemeHolder, text: str, *, icon: str = "", tone: str = "") -> None:
        super().__init__(look)
        self._icon, self._tone = icon, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(text, icon=icon, tone=tone)

    def set(self, text: str, *, icon: str = "", tone: str = "") -> None:
        """Say something else."""
        before = self.sizeHint()
        self._words, self._icon, self._tone = text, icon, tone
        self.setAccessibleName(text)
        if self.sizeHint() != before:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        look, px = self._look, self._look.px
        metrics = look.metrics("small", figures=True)
        icon = px(14) + px(5) if self._icon else 0
        edge = 2 if look.theme.high_contrast else 0
        high = max(metrics.height(), px(14)) + 2 * px(3)
        return QSize(px(8) + icon + metrics.horizontalAdvance(self._words) + px(9) + edge, high + edge)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, px, tone = self._look, self._look.px, self._tone
        painter = QPainter(self)
        paint_ground(painter, look, QRectF(self.rect()), tone)
        x = px(8)
        if self._icon:
            mark = look.pixmap(self._icon, tone or "t2", 14, self.devicePixelRatioF())
            painter.drawPixmap(x, (self.height() - px(14)) // 2, mark)
            x += px(14) + px(5)
        painter.setFont(look.font("small", figures=True))
        painter.setPen(look.colour(tone or "t2"))
        painter.drawText(QRect(x, 0, self.width() - x, self.height()), MIDDLE, self._words)


def paint_ground(painter: QPainter, look: ThemeHolder, chip: QRectF, tone: str) -> None:
    """The soft ground of a chip."""
    edge = look.theme.high_contrast
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(look.colour(tone or "line") if edge else Qt.PenStyle.NoPen)
    painter.setBrush(look.soft(tone))
    inset = 0.5 if edge else 0.0
    radius = look.px(RADIUS.chip)
    painter.drawRoundedRect(chip.adjusted(inset, inset, -inset, -inset), radius, radius)


class KeyCap(Drawn):
    """A key as it stands on the keyboard. `key` is portable key text."""

    def __init__(self, look: ThemeHolder, key: str) -> None:
        super().__init__(look)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_key(key)

    def set_key(self, key: str) -> None:
        self._words = key_text(key)
        self.setAccessibleName(key)
        self._fit()

    def sizeHint(self) -> QSize:
        return cap_size(self._look, self._words)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_cap(QPainter(self), self._look, self.rect(), self._words)


def cap_size(look: ThemeHolder, words: str) -> QSize:
    """The size of a key cap that says this."""
    metrics, px = look.metrics("key"), look.px
    return QSize(metrics.horizontalAdvance(words) + 2 * px(5) + 2, max(metrics.height(), px(16)) + 3)


def paint_cap(painter: QPainter, look: ThemeHolder, cap: QRect, words: str) -> None:
    """A key cap: an edge of 1 px, 2 px at its foot."""
    radius, outer = look.px(RADIUS.key), QRectF(cap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("line2"))
    painter.drawRoundedRect(outer, radius, radius)
    painter.setBrush(look.colour("raised"))
    painter.drawRoundedRect(outer.adjusted(1, 1, -1, -2), radius - 1, radius - 1)
    painter.setFont(look.font("key"))
    painter.setPen(look.colour("t2"))
    painter.drawText(cap.adjusted(0, 0, 0, -1), MIDDLE | int(Qt.AlignmentFlag.AlignHCenter), words)


class KeyHint(Drawn):
    """A key cap and what it does."""

    def __init__(self, look: ThemeHolder, key: str, words: str) -> None:
        super().__init__(look)
        self._words = words
        self._key = key_text(key)
        self._pictures = KeptPictures(look, self)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{words}, {key}")

    def sizeHint(self) -> QSize:
        cap, metrics = cap_size(self._look, self._key), self._look.metrics("quiet")
        width = cap.width() + self._look.px(6) + metrics.horizontalAdvance(self._words)
        return QSize(width, max(cap.height(), metrics.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        self._pictures.paint((), self._draw)

    def _draw(self, painter: QPainter) -> None:
        look, cap = self._look, cap_size(self._look, self._key)
        top = (self.height() - cap.height()) // 2
        paint_cap(painter, look, QRect(0, top, cap.width(), cap.height()), self._key)
        x = cap.width() + look.px(6)
        painter.setFont(look.font("quiet"))
        painter.setPen(look.colour("t3"))
        painter.drawText(QRect(x, 0, self.width() - x, self.height()), MIDDLE, self._words)
