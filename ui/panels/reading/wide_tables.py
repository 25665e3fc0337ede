"""Tables and formulas wider than the page: where they stand, how far each was moved, what tells that there is more.

What is wide is laid out at its full width on the page and seen through a band: from where it begins to the edge of
the view. Parts of one table move together. All rectangles are in px of the page, before any moving.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QTextDocument

from ui.panels.reading.formats import CELL_SIDE, CELL_TOP
from ui.panels.reading.paint import first_block_at, text_height
from ui.panels.reading.positions import WidePart
from ui.theme.apply import ThemeHolder

BAR, BAR_GAP, FADE = 6, 4, 28
"""px at 100 %: the thickness of the bar, the air over and under it, how far an edge fades."""
_LEAST_THUMB, _AIR = 40, 24


@dataclass(frozen=True, slots=True)
class Band:
    """What is seen of it. of: of `WidePart`. most: px that it can be moved; offset: px that it was."""

    of: int
    rect: QRectF
    most: int
    offset: int


class WideTables:
    """Of one page. `begin` for each new one, with the list that its builder adds to."""

    def __init__(self, look: ThemeHolder) -> None:
        self._look = look
        self._document: QTextDocument | None = None
        self._parts: Sequence[WidePart] = ()
        self._offsets: dict[int, int] = {}

    def begin(self, document: QTextDocument, parts: Sequence[WidePart]) -> None:
        self._document, self._parts, self._offsets = document, parts, {}

    def move(self, band: Band, offset: float) -> bool:
        """False if it stood there already."""
        wanted = max(0, min(band.most, round(offset)))
        if wanted == band.offset:
            return False
        self._offsets[band.of] = wanted
        return True

    def seen(self, top: float, bottom: float, edge: float) -> list[Band]:
        """The bands between two heights of the page, from above; edge: the x where the view ends."""
        document = self._document
        if document is None or not self._parts:
            return []
        at = first_block_at(document, top).position()
        found: list[Band] = []
        for i in range(max(0, bisect_right(self._parts, at, key=lambda p: p.first) - 1), len(self._parts)):
            band = self._band(i, edge)
            if band is None:
                continue
            if band.rect.top() > bottom:
                break
            if found and found[-1].of == band.of:
                found[-1] = Band(band.of, found[-1].rect.united(band.rect), band.most, band.offset)
            elif band.rect.bottom() >= top:
                found.append(band)
        return found

    def holding(self, position: int, edge: float) -> Band | None:
        """The band that a document position stands in."""
        i = bisect_right(self._parts, position, key=lambda p: p.first) - 1
        return self._band(i, edge) if i >= 0 and position <= self._parts[i].after else None

    def _band(self, at: int, edge: float) -> Band | None:
        """Of one part; None if it is not wide."""
        document, part, px = self._document, self._parts[at], self._look.px
        assert document is not None
        layout, block = document.documentLayout(), document.findBlock(part.first)
        box = layout.blockBoundingRect(block)
        top, bottom, right = box.top(), box.top() + text_height(block), box.right()
        if not block.contains(part.after):  # a table
            top -= px(CELL_TOP)
            # Qt lays the empty block behind a table beside its end, so that it takes no height of its own.
            bottom = layout.blockBoundingRect(document.findBlock(part.after)).bottom()
            right = layout.blockBoundingRect(document.findBlock(part.corner)).right() + px(CELL_SIDE)
        most = round(right - edge)
        if most < 1:
            return None
        if at + 1 == len(self._parts) or self._parts[at + 1].of != part.of:
            bottom += px(BAR + 2 * BAR_GAP)
        rect = QRectF(box.left() - 1, top, edge - box.left() + 1, bottom - top)
        return Band(part.of, rect, most, min(most, self._offsets.get(part.of, 0)))

    # The bar, in the coordinates of the page

    def bar(self, band: Band, bottom: float) -> QRectF:
        """Where the bar lies: under the table, or at the bottom of the view as long as the table goes on."""
        px = self._look.px
        y = min(band.rect.bottom(), bottom) - px(BAR + BAR_GAP)
        return QRectF(band.rect.left(), y, band.rect.width(), px(BAR))

    def thumb(self, band: Band, bar: QRectF) -> QRectF:
        share = bar.width() / (bar.width() + band.most)
        wide = max(float(self._look.px(_LEAST_THUMB)), bar.width() * share)
        x = bar.left() + (bar.width() - wide) * band.offset / band.most
        return QRectF(x, bar.top(), wide, bar.height())

    def offset_of(self, band: Band, bar: QRectF, left: float) -> float:
        """The offset at which the thumb begins at `left`."""
        room = bar.width() - self.thumb(band, bar).width()
        return (left - bar.left()) / room * band.most if room > 0 else 0.0

    def offset_to_show(self, band: Band, low: float, high: float) -> float:
        """The offset, changed no more than needed, at which [low, high] of the page is in the band; low first."""
        air = self._look.px(_AIR)
        offset = max(float(band.offset), high + air - band.rect.right())
        return min(offset, low - air - band.rect.left())

    def paint_more(self, painter: QPainter, band: Band, bottom: float, *, pressed: bool) -> None:
        """Faded edges where there is more, and the bar."""
        colours, rect, px = self._look.theme.colours, band.rect, self._look.px
        painter.setPen(Qt.PenStyle.NoPen)
        for more, x, way in ((band.offset, rect.left(), 1), (band.most - band.offset, rect.right(), -1)):
            if more <= 0:
                continue
            far = x + way * px(FADE)
            solid, clear = QColor(colours.page), QColor(colours.page)
            clear.setAlpha(0)
            fade = QLinearGradient(QPointF(x, 0), QPointF(far, 0))
            fade.setColorAt(0, solid)
            fade.setColorAt(1, clear)
            painter.fillRect(QRectF(min(x, far), rect.top(), px(FADE), rect.height()), fade)
        bar, air = self.bar(band, bottom), px(BAR_GAP)
        painter.fillRect(bar.adjusted(0, -air, 0, air), QColor(colours.page))
        radius = bar.height() / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(colours.track))
        painter.drawRoundedRect(bar, radius, radius)
        painter.setBrush(QColor(colours.line2 if pressed else colours.thumb))
        painter.drawRoundedRect(self.thumb(band, bar), radius, radius)
