"""Highlights and differences on a text: grounds under it, underlines and numbers over it.

    view.marks.show(marks)            # Mark(start, end, style) in code points of the source
    view.marks.under(painter, blocks); view.marks.over(painter, blocks)      # by the view's paint event

Painted by hand, as Qt has one underline a character: where spans overlap, the ground of the later one wins and
every underline stays, each on its own level. A mark is told by its number and the style of its line, not by
colour alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QTextBlock, QTextLine

from ui.panels.reading.formats import has_right_to_left
from ui.panels.reading.positions import Positions, units
from ui.theme.apply import ThemeHolder
from ui.theme.tokens import HIGHLIGHTS, Highlight

ADDED, REMOVED, LOOKALIKE, PAGE = "added", "removed", "lookalike", "page"
STYLES = {
    **HIGHLIGHTS,
    ADDED: Highlight("good_soft", "good", "solid"),
    REMOVED: Highlight("bad_soft", "bad", "solid"),
    LOOKALIKE: Highlight("warn_soft", "warn", "wave"),
    PAGE: Highlight("", "accent", "solid"),
}
LEVELS = 4
"""Underlines under each other; deeper overlaps share the last one."""
_PENS = {
    "solid": Qt.PenStyle.SolidLine,
    "dashed": Qt.PenStyle.DashLine,
    "dotted": Qt.PenStyle.DotLine,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """style: of `STYLES`. number: stands over its beginning. front: the one that is worked on.

    target: where a click leads, if anywhere; tip: what is said of it.
    """

    start: int
    end: int
    style: str
    number: str = ""
    front: bool = False
    target: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """[begin, end) of the document; first: the mark begins here."""

    begin: int
    end: int
    mark: Mark
    level: int
    first: bool


Blocks = Sequence[tuple[QTextBlock, QPointF]]
"""Blocks in view, each with where its layout begins, in the painter's coordinates."""


def levels(marks: Sequence[Mark]) -> list[int]:
    """For each of these marks (by start, longer first) the lowest line that no overlapping one before it has."""
    open_until: list[int] = []
    found = []
    for mark in marks:
        level = next((i for i, end in enumerate(open_until) if end <= mark.start), len(open_until))
        if level == len(open_until):
            open_until.append(mark.end)
        else:
            open_until[level] = mark.end
        found.append(min(level, LEVELS - 1))
    return found


class Marks:
    """The marks of one view. `positions` is asked anew, as a page grows while it is built."""

    def __init__(self, look: ThemeHolder) -> None:
        self._look = look
        self._marks: tuple[Mark, ...] = ()
        self._pieces: list[_Piece] = []
        self._begins: list[int] = []
        self._longest = 0
        self._known: tuple[Positions | None, int] = (None, -1)

    @property
    def shown(self) -> tuple[Mark, ...]:
        return self._marks

    def show(self, marks: Iterable[Mark]) -> bool:
        """True if they are others than before: the view is to be painted again."""
        found = tuple(sorted(marks, key=lambda m: (m.start, -m.end)))
        if found == self._marks:
            return False
        self._marks = found
        self._known = (None, -1)
        return True

    def _lay(self, positions: Positions) -> None:
        known = (positions, len(positions.runs))
        if known == self._known:
            return
        self._known = known
        spans = [m for m in self._marks if m.style in HIGHLIGHTS]
        level_of = dict(zip(map(id, spans), levels(spans), strict=True))
        pieces = []
        for mark in self._marks:
            places = _joined(positions.pieces(mark.start, mark.end))
            for at, (begin, end) in enumerate(places):
                pieces.append(_Piece(begin, end, mark, level_of.get(id(mark), 0), at == 0))
        pieces.sort(key=lambda p: p.begin)
        self._pieces = pieces
        self._begins = [p.begin for p in pieces]
        self._longest = max((p.end - p.begin for p in pieces), default=0)

    def _seen(
        self, blocks: Blocks, positions: Positions
    ) -> Iterator[tuple[_Piece, QTextLine, QPointF, QRectF]]:
        """What of the marks is in these blocks, line by line."""
        self._lay(positions)
        if not self._pieces:
            return
        for block, origin in blocks:
            at, length = block.position(), block.length()
            low = bisect_left(self._begins, at - self._longest)
            high = bisect_left(self._begins, at + length)
            for piece in self._pieces[low:high]:
                if piece.end > at:
                    for line, rect in line_rects(block, piece.begin - at, piece.end - at):
                        yield piece, line, origin, rect.translated(origin)

    def leading_at(self, point: QPointF, blocks: Blocks, positions: Positions) -> Mark | None:
        """The mark under a point that leads somewhere; the point is in the coordinates of the blocks."""
        for piece, _, _, rect in self._seen(blocks, positions):
            if piece.mark.target and rect.contains(point):
                return piece.mark
        return None

    def under(self, painter: QPainter, blocks: Blocks, positions: Positions) -> None:
        """Grounds."""
        if not self._marks:
            return
        look = self._look
        painter.setPen(Qt.PenStyle.NoPen)
        for piece, _, _, rect in self._seen(blocks, positions):
            style = STYLES[piece.mark.style]
            if not style.ground:
                continue
            ground = look.theme.colours.page if look.theme.high_contrast else ""
            painter.setBrush(QColor(ground or look.theme.colours.named(style.ground)))
            painter.drawRect(rect.adjusted(0, 1, 0, -1))

    def over(self, painter: QPainter, blocks: Blocks, positions: Positions) -> None:
        """Underlines, lines through what is gone, numbers, and a frame round the one in front."""
        if not self._marks:
            return
        look, px = self._look, self._look.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        numbers: list[tuple[_Piece, QPointF]] = []
        for piece, line, origin, rect in self._seen(blocks, positions):
            style = STYLES[piece.mark.style]
            ink = look.colour(style.tone)
            baseline = origin.y() + line.y() + line.ascent()
            below = baseline + px(3) + piece.level * px(3)
            thick = max(1.0, look.theme.px(100) / 100) * (2 if piece.mark.front else 1)
            if style.underline == "wave":
                painter.setPen(QPen(ink, thick))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPath(_wave(rect.left(), rect.right(), below, px(2)))
            else:
                painter.setPen(QPen(ink, thick, _PENS[style.underline]))
                painter.drawLine(QLineF(rect.left(), below, rect.right(), below))
            if piece.mark.style == REMOVED:
                middle = baseline - line.ascent() * 0.28
                painter.setPen(QPen(ink, thick))
                painter.drawLine(QLineF(rect.left(), middle, rect.right(), middle))
            if piece.mark.front:
                painter.setPen(QPen(look.colour("accent"), look.theme.focus_width))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(rect.adjusted(-1, 0, 1, px(2)))
            if piece.first and piece.mark.number and piece.begin >= line.textStart():
                numbers.append((piece, rect.topLeft()))
        self._numbers(painter, numbers)

    def _numbers(self, painter: QPainter, numbers: Sequence[tuple[_Piece, QPointF]]) -> None:
        """Over the beginning of each mark; those that begin together stand beside each other."""
        look, px = self._look, self._look.px
        font = look.font("key", figures=True)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        taken: dict[int, float] = {}
        drawn: set[int] = set()
        for piece, at in numbers:
            if id(piece) in drawn:
                continue
            drawn.add(id(piece))
            style = STYLES[piece.mark.style]
            width = metrics.horizontalAdvance(piece.mark.number) + px(6)
            x = max(at.x() - px(3), taken.get(round(at.y()), -1e9))
            taken[round(at.y())] = x + width + px(1)
            box = QRectF(x, at.y() - px(7), width, px(13))
            painter.setPen(QPen(look.colour(style.tone), 1))
            painter.setBrush(QColor(look.theme.colours.page))
            painter.drawRoundedRect(box, px(3), px(3))
            painter.setPen(look.colour(style.tone))
            painter.drawText(
                box, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip), piece.mark.number
            )


def _joined(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Neighbouring ranges as one."""
    found: list[tuple[int, int]] = []
    for begin, end in places:
        if found and found[-1][1] == begin:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return found


def line_rects(block: QTextBlock, begin: int, end: int) -> Iterator[tuple[QTextLine, QRectF]]:
    """Where [begin, end) of a block stands, from the layout's own origin; one rectangle for each part of a line
    that goes in one direction."""
    layout = block.layout()
    text = block.text()
    last = units(text)
    begin, end = max(0, begin), min(end, last)
    turned = has_right_to_left(text)
    for i in range(layout.lineCount()):
        line = layout.lineAt(i)
        first, after = line.textStart(), line.textStart() + line.textLength()
        low, high = max(begin, first), min(end, after)
        if low >= high:
            continue
        top, height = line.y(), line.height()
        glyphs = line.glyphRuns(low, high - low) if turned else []
        boxes = [run.boundingRect() for run in glyphs]
        if boxes:
            for box in boxes:
                yield line, QRectF(box.left(), top, box.width(), height)
        else:
            x = _x(line, low), _x(line, high)
            yield line, QRectF(min(x), top, max(1.0, abs(x[1] - x[0])), height)


def _x(line: QTextLine, position: int) -> float:
    found: Any = line.cursorToX(position)  # the binding gives (x, position)
    return float(found[0] if isinstance(found, tuple) else found)


def _wave(left: float, right: float, y: float, step: float) -> QPainterPath:
    path = QPainterPath(QPointF(left, y))
    x, up = left, True
    while x < right:
        following = min(x + step, right)
        path.quadTo(QPointF((x + following) / 2, y - step if up else y + step), QPointF(following, y))
        x, up = following, not up
    return path
