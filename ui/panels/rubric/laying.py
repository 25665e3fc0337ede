"""A text laid out to a width: its little Markdown, its true line height, its formulas as pictures in the line.

A formula without a picture (not yet, or none at all), or one that would be too small to read in this width, stands
as the text that `inline` made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextLine
from PySide6.QtSvg import QSvgRenderer

from ui.panels.inline import Stretch, inline
from ui.widgets.wrapping import wrap_option

FILLER = "x"
"""Stands for a picture: lines break and words cling to it as to a letter; its spacing is the room it takes."""
LEAST_WIDTH = 40
LEAST_SCALE = 0.55
"""A picture shrinks so far to fit into its line; what would be smaller stays TeX, which wraps."""
MOST_PICTURES = 60
"""In one text: a tenth of what `Supply` keeps."""

PictureOf = Callable[[Stretch], QSvgRenderer | None]
FormatOf = Callable[[Stretch], QTextCharFormat]
Placed = tuple[QSvgRenderer, QRectF]


class Picture(NamedTuple):
    """A formula and the room it takes on and under its line, px."""

    renderer: QSvgRenderer
    width: float
    ascent: float
    descent: float


@dataclass(frozen=True, slots=True)
class Laid:
    """A text laid out to a width; height in px. waits: TeX of formulas that had no picture then."""

    layout: QTextLayout
    height: int
    pictures: tuple[Placed, ...] = ()
    waits: frozenset[str] = frozenset()

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        self.layout.draw(painter, QPointF(x, y))
        for renderer, place in self.pictures:
            renderer.render(painter, place.translated(x, y))


def lay(text: str, width: int, font: QFont, line_px: int, format_of: FormatOf, picture_of: PictureOf) -> Laid:
    """Never elided; direction follows the text. line_px: the least height of a line."""
    width = max(width, LEAST_WIDTH)
    plain, stretches = inline(text)
    option = wrap_option(plain)
    pictures: dict[int, Picture] = {}
    waits: set[str] = set()
    for stretch in [s for s in stretches if s.tex][:MOST_PICTURES]:
        renderer = picture_of(stretch)
        if renderer is None:
            waits.add(stretch.tex)
        elif (found := _picture(renderer, width)) is not None:
            pictures[stretch.start] = found
    if pictures:
        plain, stretches, pictures = _filled(plain, stretches, pictures)
    layout = QTextLayout(plain.replace("\n", "\u2028"), font)
    layout.setCacheEnabled(True)
    layout.setTextOption(option)
    if stretches:
        filler = QFontMetricsF(font).horizontalAdvance(FILLER) if pictures else 0.0
        layout.setFormats([_range(s, format_of, pictures.get(s.start), filler) for s in stretches])
    height, placed = _break(layout, width, line_px, pictures)
    return Laid(layout, max(round(height), line_px), placed, frozenset(waits))


def _picture(renderer: QSvgRenderer, width: int) -> Picture | None:
    """A picture in the room of a line; None if it would be too small to read."""
    box = renderer.viewBoxF()
    scale = min(1.0, width / box.width()) if box.width() else 1.0
    if scale < LEAST_SCALE:
        return None
    return Picture(renderer, box.width() * scale, -box.top() * scale, box.bottom() * scale)


def _filled(
    plain: str, stretches: Sequence[Stretch], pictures: dict[int, Picture]
) -> tuple[str, tuple[Stretch, ...], dict[int, Picture]]:
    """The text with fillers in the place of what has a picture; stretches and pictures where they are then."""
    raw = plain.encode("utf-16-le", "surrogatepass")  # stretches count as Qt does
    parts: list[bytes] = []
    moved: list[Stretch] = []
    shown: dict[int, Picture] = {}
    at = shift = 0
    for stretch in stretches:
        picture = pictures.get(stretch.start)
        now = stretch._replace(start=stretch.start + shift)
        if picture is not None:
            now = now._replace(length=1)
            parts += (raw[2 * at : 2 * stretch.start], FILLER.encode("utf-16-le"))
            at = stretch.start + stretch.length
            shift += 1 - stretch.length
            shown[now.start] = picture
        moved.append(now)
    parts.append(raw[2 * at :])
    return b"".join(parts).decode("utf-16-le", "surrogatepass"), tuple(moved), shown


def _range(
    stretch: Stretch, format_of: FormatOf, picture: Picture | None, filler: float
) -> QTextLayout.FormatRange:
    if picture is None:
        style = format_of(stretch)
    else:
        style = QTextCharFormat()
        style.setForeground(QBrush(Qt.GlobalColor.transparent))
        style.setFontLetterSpacingType(QFont.SpacingType.AbsoluteSpacing)
        style.setFontLetterSpacing(picture.width - filler)
    found = QTextLayout.FormatRange()
    found.start, found.length, found.format = stretch.start, stretch.length, style
    return found


def _break(
    layout: QTextLayout, width: int, line_px: int, pictures: dict[int, Picture]
) -> tuple[float, tuple[Placed, ...]]:
    """Lines of `line_px` or as high as what is on them; (height, pictures in their places)."""
    placed: list[Placed] = []
    layout.beginLayout()
    y = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        step = max(float(line_px), line.height())
        over = (step - line.height()) / 2
        here = [(at, p) for at, p in pictures.items() if 0 <= at - line.textStart() < line.textLength()]
        if here:
            above, below = over + line.ascent(), step - over - line.ascent()
            lift = max(0.0, *(p.ascent - above for _, p in here))
            over, step = over + lift, step + lift + max(0.0, *(p.descent - below for _, p in here))
        line.setPosition(QPointF(0, y + over))
        placed += [(p.renderer, _room(line, at, p)) for at, p in here]
        y += step
    layout.endLayout()
    return y, tuple(placed)


def _room(line: QTextLine, at: int, picture: Picture) -> QRectF:
    left = min(_x(line, at), _x(line, at + 1))
    top = line.y() + line.ascent() - picture.ascent
    return QRectF(left, top, picture.width, picture.ascent + picture.descent)


def _x(line: QTextLine, at: int) -> float:
    x, _ = cast("tuple[float, int]", line.cursorToX(at))  # declared as an object
    return x
