"""A source as the raw view has it: unit for unit, hidden characters as visible marks, long ones in slices.

A line that never ends is cut into several (`app.rendering.long_lines`), one number for all of them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.rendering.long_lines import line_cuts
from app.rendering.unicode_checks import find_warnings
from ui.panels.reading.inline import MARK, showable
from ui.panels.reading.positions import Positions, Run, units

SLICE = 24_000
"""Characters of a slice, up to the end of its last line: some 2 ms."""
_AROUND = 600
"""Characters before and after a slice that say whether a hidden character in it is honest."""
_WIDE = 2000
"""Characters of one run, where some have two units: who looks inside counts them."""

_LINE_END = re.compile("\r\n|\r|\n")


def lines_of(text: str) -> int:
    """How many lines a text has."""
    return 1 + text.count("\n") + text.count("\r") - text.count("\r\n")


def numbers_of(text: str) -> tuple[int, ...] | None:
    """The numbers of the lines as they are shown, 0 for what a cut began; None if no line is cut."""
    cuts = line_cuts(text)
    if not cuts:
        return None
    found: list[int] = []
    at = 0
    ends = [*(line.end() for line in _LINE_END.finditer(text)), len(text)]
    for number, end in enumerate(ends, 1):
        inside = bisect_left(cuts, end) - bisect_left(cuts, at)
        found += (number, *[0] * inside)
        at = end
    return tuple(found)


def slices(text: str) -> Iterator[str]:
    """`text` as Qt may have it, with a visible mark for each unit of a hidden character; whole lines a slice."""
    at, cuts = 0, line_cuts(text)
    while at < len(text):
        end = text.find("\n", at + SLICE) + 1 or len(text)
        later = bisect_left(cuts, at + SLICE)
        if later < len(cuts):
            end = min(end, cuts[later])
        inside = cuts[bisect_left(cuts, at + 1) : bisect_left(cuts, end + 1)]
        edges = (at, *inside, end)
        yield "\n".join(_marked(text, a, b) for a, b in pairwise(edges))
        at = end


def _marked(text: str, start: int, end: int) -> str:
    begin = max(0, start - _AROUND)
    parts, at = [], start
    for warning in find_warnings(text[begin : end + _AROUND]):
        first, last = max(start, begin + warning.start), min(end, begin + warning.end)
        if first < last:
            parts.append(text[at:first])
            parts.append(MARK * units(text[first:last]))
            at = last
    parts.append(text[at:end])
    return showable(_LINE_END.sub("\n", "".join(parts)))


def raw_positions(text: str) -> Positions:
    """Where a text stands in the raw view of it."""
    positions = Positions(text)
    if "\r" in text:
        _line_runs(text, positions)
    elif units(text) == len(text):
        positions.add(Run(0, len(text), 0, len(text)))
    else:
        position = 0
        for at in range(0, len(text), _WIDE):
            position = _add(positions, position, at, text[at : at + _WIDE])
    return cut_positions(positions, text)


def cut_positions(positions: Positions, text: str) -> Positions:
    """Where `text` stands once its lines are cut. positions: where it would stand otherwise."""
    cuts = line_cuts(text)
    return positions.broken(unit_offsets(text, cuts)) if cuts else positions


def unit_offsets(text: str, offsets: Sequence[int]) -> list[int]:
    """The offsets (ascending) in UTF-16 units, with each line end as one."""
    found: list[int] = []
    passed = at = 0
    for offset in offsets:
        piece = text[at:offset]
        passed, at = passed + units(piece) - piece.count("\r\n"), offset
        found.append(passed)
    return found


def _add(positions: Positions, position: int, offset: int, piece: str) -> int:
    """Add an exact run; returns the document position behind it."""
    length = units(piece)
    wide = piece if length != len(piece) else ""
    positions.add(Run(position, length, offset, offset + len(piece), wide=wide))
    return position + length


def _line_runs(text: str, positions: Positions) -> None:
    """Exact runs of each line, an atomic one for each line end: `\\r\\n` is one unit in the document."""
    position = offset = 0
    for piece in _LINE_END.split(text):
        position, offset = _add(positions, position, offset, piece), offset + len(piece)
        if offset < len(text):
            end = offset + (2 if text.startswith("\r\n", offset) else 1)
            positions.add(Run(position, 1, offset, end, exact=False, copy="\n"))
            position, offset = position + 1, end
