"""Agreement on highlights: which characters two readers both marked.

Positions are code points of the original text; a span is [start, end).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marked:
    """start, end: code points, end excluded."""

    start: int
    end: int
    label: str = ""


def shared(one: Sequence[Marked], other: Sequence[Marked]) -> dict[str, tuple[int, int]]:
    """For each label: characters both marked, and characters of one + of the other. Twice the first through the
    second is the F1 of characters. Overlapping spans of one label count once.
    """
    found = {}
    for label in sorted({s.label for s in (*one, *other)}):
        a = _union([s for s in one if s.label == label])
        b = _union([s for s in other if s.label == label])
        found[label] = _common(a, b), sum(end - start for start, end in (*a, *b))
    return found


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
