"""Agreement on highlights: which characters were marked, and Krippendorff's alpha for units on a continuum.

Positions are code points of the original text; a span is [start, end).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.agreement.figures import Figure, undefined
from app.i18n import mark

NOTHING_MARKED = mark("Neither of them marked anything.")
ONE_READER = mark("Only one reader: there is nobody to agree with.")
NO_CHANCE = mark("What was marked leaves no room for chance, so the figure is undefined.")


@dataclass(frozen=True, slots=True)
class Marked:
    """start, end: code points, end excluded."""

    start: int
    end: int
    label: str = ""


def character_f1(one: Sequence[Marked], other: Sequence[Marked], *, labels: bool = True) -> Figure:
    """2 × characters both marked ÷ (characters of one + of the other); with `labels` the labels must agree.

    Overlapping spans of one label count once. Undefined when nobody marked anything.
    """
    names = {s.label if labels else "" for s in (*one, *other)}
    both = total = 0
    for name in names:
        a = _union([s for s in one if not labels or s.label == name])
        b = _union([s for s in other if not labels or s.label == name])
        both += _common(a, b)
        total += sum(end - start for start, end in (*a, *b))
    if not total:
        return undefined(NOTHING_MARKED)
    return Figure(round(2 * both / total, 6))


def _union(spans: Sequence[Marked]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted((s.start, s.end) for s in spans if s.end > s.start):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _common(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> int:
    total = i = j = 0
    while i < len(a) and j < len(b):
        total += max(0, min(a[i][1], b[j][1]) - max(a[i][0], b[j][0]))
        if a[i][1] <= b[j][1]:
            i += 1
        else:
            j += 1
    return total


@dataclass(frozen=True, slots=True)
class Unitised:
    """alpha: over all labels; by_label: (alpha, observed and expected disagreement) of each."""

    alpha: Figure
    by_label: dict[str, tuple[Figure, float, float]]


def unitised_alpha(readers: Sequence[Sequence[Marked]], length: int, begin: int = 0) -> Unitised:
    """Krippendorff's αU: alpha for units that readers cut out of one text (Krippendorff 2004, §11.6).

    readers: what each marked; touching spans of one reader and label are one unit. length: of the text.
    """
    names = sorted({s.label for spans in readers for s in spans})
    if len(readers) < 2:
        return Unitised(undefined(ONE_READER), {})
    if not names:
        return Unitised(undefined(NOTHING_MARKED), {})
    by_label: dict[str, tuple[Figure, float, float]] = {}
    for name in names:
        sections = [
            _sections(_union([s for s in spans if s.label == name]), begin, length) for spans in readers
        ]
        seen, expected = _observed(sections, length), _expected(sections, length)
        by_label[name] = (_alpha(seen, expected), seen, expected)
    seen = sum(one for _, one, _ in by_label.values())
    expected = sum(one for _, _, one in by_label.values())
    return Unitised(_alpha(seen, expected), by_label)


def _alpha(seen: float, expected: float) -> Figure:
    return Figure(round(1 - seen / expected, 6)) if expected > 0 else undefined(NO_CHANCE)


_Section = tuple[int, int, bool]
"""(begin, length, whether it is a unit)"""


def _sections(units: list[tuple[int, int]], begin: int, length: int) -> list[_Section]:
    """Units and the gaps between them, covering the whole text."""
    found: list[_Section] = []
    at = begin
    for start, end in units:
        if start > at:
            found.append((at, start - at, False))
        found.append((start, end - start, True))
        at = end
    if at < begin + length:
        found.append((at, begin + length - at, False))
    return found


def _observed(sections: list[list[_Section]], length: int) -> float:
    total = 0
    for i, one in enumerate(sections):
        for j, other in enumerate(sections):
            if i != j:
                total += sum(_difference(g, h) for g in one for h in other)
    return total / (len(sections) * (len(sections) - 1) * length**2)


def _difference(g: _Section, h: _Section) -> int:
    (b, size, unit), (b2, size2, unit2) = g, h
    if unit and unit2 and -size < b - b2 < size2:
        return (b - b2) ** 2 + (b + size - b2 - size2) ** 2
    if unit and not unit2 and 0 <= b - b2 <= size2 - size:
        return size**2
    if unit2 and not unit and 0 <= b2 - b <= size - size2:
        return size2**2
    return 0


def _expected(sections: list[list[_Section]], length: int) -> float:
    readers = len(sections)
    units = [size for one in sections for _, size, unit in one if unit]
    gaps = [size for one in sections for _, size, unit in one if not unit]
    total = 0.0
    for size in units:
        total += (len(units) - 1) / 3 * (2 * size**3 - 3 * size**2 + size)
        total += size**2 * sum(gap - size + 1 for gap in gaps if gap >= size)
    below = readers * length * (readers * length - 1) - sum(size * (size - 1) for size in units)
    return 2 / length * total / below if below > 0 else 0.0
