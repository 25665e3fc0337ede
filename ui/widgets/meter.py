"""Progress and score, drawn; each says its value in words to a screen reader.

ProgressRing(look).set(0.5, "50 %", "12 of 24 tasks done")          # full = a check
ScoreMeter(look).set(won=15.5, lost=8, total=26, words="29 % so far, …")
"""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy

from ui.theme.apply import ThemeHolder


class _Drawn(QLabel):
    """A label to screen readers, drawn by hand."""

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__()
        self._look = look


class ProgressRing(_Drawn):
    """A ring of `side` px with the share in words inside; a full one is `good` and shows a check."""

    def __init__(self, look: ThemeHolder, side: int = 60) -> None:
        super().__init__(look)
        self._side = side
        self._share = 0.0
        self._words = ""
        look.changed.connect(self._fit)
        self._fit()

    def set(self, share: float, words: str, name: str) -> None:
        """share 0 to 1; words inside the ring (`50 %`); name for screen readers."""
        self._share = min(max(share, 0.0), 1.0)
        self._words = words
        self.setAccessibleName(name)
        self.update()

    def _fit(self) -> None:
        side = self._look.px(self._side)
        self.setFixedSize(side, side)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        tone = "good" if self._share >= 1 else "accent"
        width = look.px(5)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = width / 2 + 0.5
        ring = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        if look.theme.high_contrast:
            painter.setPen(QPen(look.colour("line2"), 1))
        else:
            painter.setPen(QPen(look.colour("track"), width))
        painter.drawEllipse(ring)
        if self._share > 0:
            pen = QPen(look.colour(tone), width)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawArc(ring, 90 * 16, round(-self._share * 360 * 16))
        if self._share >= 1:
            check = look.pixmap("check", tone, 22, self.devicePixelRatioF())
            half = look.px(22) / 2
            painter.drawPixmap(QPointF(self.width() / 2 - half, self.height() / 2 - half), check)
            return
        painter.setFont(look.font("criterion", weight=600, figures=True))
        painter.setPen(look.colour("t1"))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._words)


class ScoreMeter(_Drawn):
    """One 8 px track: net points won solid, points lost hatched, points still open = the track."""

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look)
        self._won = self._lost = 0.0
        self._total = 1.0
        self._tile: QBrush | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._fit)
        self._fit()

    def set(self, *, won: float, lost: float, total: float, words: str) -> None:
        """Points, all ≥ 0: won before losses, lost, the most that can be won. words: the whole sum, said."""
        self._won, self._lost, self._total = won, lost, total
        self.setAccessibleName(words)
        self.update()

    def _fit(self) -> None:
        self._tile = None
        self.setFixedHeight(self._look.px(14))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        height = look.px(8)
        track = QRectF(0.5, (self.height() - height) / 2, self.width() - 1, height)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

        def fill(part: QRectF, brush: QBrush | QColor) -> None:
            """The part of the rounded track; a clip by its own shape would cost more than all the rest."""
            painter.setClipRect(part)
            painter.setBrush(brush)
            painter.drawRoundedRect(track, height / 2, height / 2)

        painter.setPen(Qt.PenStyle.NoPen)
        fill(track, look.colour("track"))
        if self._total > 0:
            net = max(0.0, min((self._won - self._lost) / self._total, 1.0)) * track.width()
            gone = min(self._lost / self._total * track.width(), track.width() - net)
            fill(QRectF(track.left(), track.top(), net, height), look.colour("good"))
            if gone > 0:
                gap = 2 if net > 0 else 0
                part = QRectF(track.left() + net + gap, track.top(), max(gone - gap, 1), height)
                fill(part, look.colour("bad_soft"))
                fill(part, self._hatching())
        painter.setClipping(False)
        if look.theme.high_contrast:
            painter.setPen(QPen(look.colour("line2"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(track, height / 2, height / 2)

    def _hatching(self) -> QBrush:
        """Slanted lines that go on from tile to tile; kept until the look changes."""
        if self._tile is None:
            look, ratio = self._look, self.devicePixelRatioF()
            step = look.px(6)
            tile = QPixmap(round(step * ratio), round(step * ratio))
            tile.setDevicePixelRatio(ratio)
            tile.fill(Qt.GlobalColor.transparent)
            painter = QPainter(tile)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.colour("bad"), look.px(2)))
            painter.drawLines([QLineF(x, 2 * step, x + 3 * step, -step) for x in (-2 * step, -step, 0)])
            painter.end()
            self._tile = QBrush(tile)
        return self._tile
