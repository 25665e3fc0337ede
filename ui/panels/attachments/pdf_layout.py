"""Where the pages of a PDF lie on the canvas: one below the other, or the one in front alone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from PySide6.QtCore import QRectF, QSizeF

Sizes = Sequence[tuple[float, float]]
LEAST, MOST = 0.2, 6.0
"""Zoom, px a point at 100 % text."""


class PageLayout:
    """Places in px of the canvas. gap: between and around pages."""

    def __init__(self, sizes: Sizes, gap: int) -> None:
        self.sizes = [(w or 1.0, h or 1.0) for w, h in sizes]
        self._gap = gap
        self.scale = 1.0
        self.alone = False
        self.front = 0
        self._tops: list[float] = []
        self._widest = max((w for w, _ in self.sizes), default=1.0)
        self._place()

    def set_scale(self, scale: float) -> None:
        self.scale = max(LEAST, min(scale, MOST))
        self._place()

    def _place(self) -> None:
        heights = (h * self.scale + self._gap for _, h in self.sizes)
        self._tops = [self._gap, *(self._gap + y for y in accumulate(heights))]

    def fitting(self, room: QSizeF, *, whole: bool) -> float:
        """The scale at which pages have the width of a room; whole: and the height of it too."""
        width, height = self.sizes[self.front] if self.alone or whole else (self._widest, 1.0)
        across = (room.width() - 2 * self._gap) / width
        return min(across, (room.height() - 2 * self._gap) / height) if whole else across

    def extent(self) -> QSizeF:
        """Of all that can be scrolled to."""
        if self.alone:
            width, height = self.sizes[self.front]
            return QSizeF(width * self.scale + 2 * self._gap, height * self.scale + 2 * self._gap)
        return QSizeF(self._widest * self.scale + 2 * self._gap, self._tops[-1])

    def rect(self, page: int, width: float) -> QRectF:
        """A page on a canvas of this width."""
        w, h = self.sizes[page]
        w, h = w * self.scale, h * self.scale
        top = float(self._gap) if self.alone else self._tops[page]
        return QRectF(max(float(self._gap), (width - w) / 2), top, w, h)

    def at(self, y: float) -> int:
        """The page at a height of the canvas."""
        if self.alone:
            return self.front
        return max(0, min(bisect_right(self._tops, y) - 1, len(self.sizes) - 1))

    def seen(self, top: float, bottom: float) -> range:
        """The pages between two heights."""
        return range(self.at(top), self.at(bottom) + 1)
