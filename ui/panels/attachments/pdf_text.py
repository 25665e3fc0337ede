"""The text of a PDF's pages as the canvas needs it: which character is where, stretches as rectangles, words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF

from app.decoding.values import PageText

_WORD = re.compile(r"\w")
_LINE_END = re.compile(r"-?[ \t]*[\r\n]+[ \t]*")


def character_at(page: PageText, point: QPointF) -> int:
    """The boundary between characters that is nearest to a point (in points of the page); −1 without text."""
    best, nearest = -1, float("inf")
    x, y, boxes = point.x(), point.y(), page.boxes
    for at in range(len(page.text)):
        left, top, right, bottom = boxes[at * 4 : at * 4 + 4]
        if right <= left:
            continue
        across = max(left - x, 0.0, x - right)
        down = max(top - y, 0.0, y - bottom)
        distance = across + down * 6
        if distance < nearest:
            best, nearest = at + (x > (left + right) / 2), distance
    return best


def rectangles(page: PageText, start: int, end: int) -> list[QRectF]:
    """A stretch of text as one rectangle a line."""
    found: list[QRectF] = []
    for at in range(max(0, start), min(end, len(page.text))):
        left, top, right, bottom = page.box(at)
        if right <= left or bottom <= top:
            continue
        box = QRectF(left, top, right - left, bottom - top)
        last = found[-1] if found else None
        if last is not None and _one_line(last, box):
            found[-1] = last.united(box)
        else:
            found.append(box)
    return found


def _one_line(line: QRectF, box: QRectF) -> bool:
    overlap = min(line.bottom(), box.bottom()) - max(line.top(), box.top())
    near = box.left() - line.right() < 3 * box.height() and box.right() > line.left() - box.height()
    return near and overlap > 0.4 * min(line.height(), box.height())


def word_around(text: str, at: int) -> tuple[int, int]:
    """The word at a boundary."""
    start = end = max(0, min(at, len(text)))
    while start > 0 and _WORD.match(text[start - 1]):
        start -= 1
    while end < len(text) and _WORD.match(text[end]):
        end += 1
    return start, end


def next_boundary(text: str, at: int, step: int, *, word: bool) -> int:
    """One character on, or to the end of the next word (backwards: its beginning)."""
    at = max(0, min(at + step, len(text)))
    behind = -1 if step > 0 else 0
    if word:
        while 0 < at < len(text) and not _WORD.match(text[at + behind]):
            at += step
        while 0 < at < len(text) and _WORD.match(text[at + (0 if step > 0 else -1)]):
            at += step
    return at


def quote(text: str) -> str:
    """A stretch as it is quoted: lines joined, no hidden ends."""
    return " ".join(_LINE_END.sub(" ", text.replace("\x02", "")).split())


def places(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Where words stand in a page's text: case ignored, line ends are spaces."""
    parts = [re.escape(part) for part in words.split()]
    if parts:
        for match in re.finditer(r"\s+".join(parts), text, re.I):
            yield match.span()
