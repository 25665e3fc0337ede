"""Which part of the source stands where in a Qt document.

Qt counts UTF-16 units in the document, a source counts code points. A run is *exact* (unit for unit, character
for character) or *atomic*: whoever touches it takes the whole of it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace


def units(text: str) -> int:
    """The length of `text` in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class Run:
    """[position, position + length) of the document shows [start, end) of the source.

    wide: the text of an exact run that holds characters of two units. copy: what copying an atomic run gives.
    """

    position: int
    length: int
    start: int
    end: int
    exact: bool = True
    wide: str = ""
    copy: str = ""

    def offset_at(self, position: int, *, up: bool = False) -> int:
        """The source offset of a document position inside; between two halves, the character's (end if up)."""
        at = position - self.position
        if not self.wide:
            return self.start + at
        passed = 0
        for i, char in enumerate(self.wide):
            width = 2 if char > "\uffff" else 1
            if passed + width > at:
                return self.start + i + (1 if up and passed < at else 0)
            passed += width
        return self.end

    def parted(self, position: int) -> tuple[Run, Run]:
        """The parts before and after a document position inside; what copying an atomic run gives stays first."""
        before, after = position - self.position, self.position + self.length - position
        if not self.exact:
            return replace(self, length=before), replace(self, position=position, length=after, copy="")
        at = self.offset_at(position)
        first, second = self.wide[: at - self.start], self.wide[at - self.start :]
        return (
            replace(self, length=before, end=at, wide=first if before != at - self.start else ""),
            replace(
                self, position=position, length=after, start=at,
                wide=second if after != self.end - at else "",
            ),
        )  # fmt: skip

    def moved(self, by: int) -> Run:
        return replace(self, position=self.position + by) if by else self

    def position_at(self, offset: int) -> int:
        """The document position of a source offset inside."""
        at = offset - self.start
        return self.position + (units(self.wide[:at]) if self.wide else at)


@dataclass(frozen=True, slots=True)
class WidePart:
    """What may be wider than the page: a Qt table, or a block with a formula.

    of: what it is a part of, told by where that begins. first: the position of its first block, corner: of the block
    that reaches farthest to the right, after: behind a table, or inside the one block.
    """

    of: int
    first: int
    corner: int
    after: int


class Positions:
    """The runs of one document, in its order; `source` is the text they point into."""

    def __init__(self, source: str = "") -> None:
        self.source = source
        self.runs: list[Run] = []
        self._at: list[int] = []
        self._by_start: list[Run] = []
        self._starts: list[int] = []
        self.breaks: list[int] = []
        """Where the document begins a new line that the text does not have."""

    def add(self, run: Run) -> None:
        """Add a run behind all others."""
        if run.length:
            self.runs.append(run)
            self._at.append(run.position)

    def join(self, other: Positions) -> None:
        """Add all of another's behind these."""
        self.runs += other.runs
        self._at += other._at
        self.breaks += other.breaks

    def add_break(self, position: int, offset: int) -> None:
        """A line end of ours, at a cut of a line that never ends: it shows and copies nothing."""
        self.breaks.append(position)
        self.add(Run(position, 1, offset, offset, exact=False))

    def broken(self, cuts: Sequence[int]) -> Positions:
        """The same, in a document that has a line end of ours at each of these positions of this one."""
        found = Positions(self.source)
        waiting = deque(cuts)
        for run in self.runs:
            rest: Run | None = run
            while rest is not None and waiting and waiting[0] < rest.position + rest.length:
                cut = waiting.popleft()
                before, rest = rest.parted(cut) if cut > rest.position else (None, rest)
                if before is not None:
                    found.add(before.moved(len(found.breaks)))
                found.add_break(cut + len(found.breaks), rest.start)
            if rest is not None:
                found.add(rest.moved(len(found.breaks)))
        return found

    def to_source(self, begin: int, end: int) -> tuple[int, int] | None:
        """The span of the source that the document's [begin, end) shows; None if it shows nothing of it.

        Where the document has another order than the source (columns from right to left), the span grows until
        the way back to the document and here again does not change it.
        """
        span = self._span(begin, end)
        while span is not None:
            shown = self.to_document(*span)
            wider = self._span(*shown) if shown is not None else span
            if wider == span:
                break
            span = wider
        return span

    def _span(self, begin: int, end: int) -> tuple[int, int] | None:
        spans = []
        for run in self.touching(begin, end):
            if run.exact:
                last = min(end, run.position + run.length)
                spans.append((run.offset_at(max(begin, run.position)), run.offset_at(last, up=True)))
            else:
                spans.append((run.start, run.end))
        return (min(s for s, _ in spans), max(e for _, e in spans)) if spans else None

    def pieces(self, start: int, end: int) -> list[tuple[int, int]]:
        """The document ranges that show the source's [start, end), one a run, in source order."""
        found = []
        for run in self._holding(start, end):
            if run.exact:
                first = run.position_at(max(start, run.start))
                found.append((first, run.position_at(min(end, run.end))))
            else:
                found.append((run.position, run.position + run.length))
        return found

    def to_document(self, start: int, end: int) -> tuple[int, int] | None:
        """The smallest document range that shows all of the source's [start, end)."""
        found = self.pieces(start, end)
        return (min(b for b, _ in found), max(e for _, e in found)) if found else None

    def offset_near(self, position: int) -> int:
        """The source offset shown at a document position or next after it."""
        i = bisect_right(self._at, position) - 1
        if i >= 0 and position < self.runs[i].position + self.runs[i].length:
            run = self.runs[i]
            return run.offset_at(position) if run.exact else run.start
        return self.runs[i + 1].start if i + 1 < len(self.runs) else len(self.source)

    def position_near(self, offset: int) -> int:
        """The document position that shows a source offset, or what follows it."""
        self._sort()
        i = max(0, bisect_right(self._starts, offset) - 1)
        for run in self._by_start[i : i + 2]:
            if offset < run.end:
                return run.position_at(offset) if run.exact and offset > run.start else run.position
        return self.runs[-1].position if self.runs else 0

    def copied(self, begin: int, end: int, shown: Callable[[int, int], str]) -> str:
        """[begin, end) as text: the source itself, TeX for a formula; `shown` gives what is not from the source."""
        parts, at = [], begin
        for run in self.touching(begin, end):
            first, last = max(begin, run.position), min(end, run.position + run.length)
            if at < first:
                parts.append(shown(at, first))
            if run.exact:
                parts.append(self.source[run.offset_at(first) : run.offset_at(last, up=True)])
            else:
                parts.append(run.copy)
            at = last
        if at < end:
            parts.append(shown(at, end))
        return "".join(parts)

    def touching(self, begin: int, end: int) -> list[Run]:
        """The runs that the document's [begin, end) shows something of."""
        first = max(0, bisect_right(self._at, begin) - 1)
        last = bisect_left(self._at, end)
        return [r for r in self.runs[first:last] if r.position + r.length > begin and begin < end]

    def _holding(self, start: int, end: int) -> list[Run]:
        self._sort()
        last = bisect_left(self._starts, end)
        first = max(0, bisect_right(self._starts, start) - 1)
        return [r for r in self._by_start[first:last] if r.end > start]

    def _sort(self) -> None:
        if len(self._starts) != len(self.runs):
            self._by_start = sorted(self.runs, key=lambda run: run.start)
            self._starts = [run.start for run in self._by_start]
