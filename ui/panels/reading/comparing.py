"""What two responses have in common, worked out beside the screen: parts that belong together, words that differ.

comparing.pairs(a, b)         # source offsets on one height, or None: `ready` tells when they are there
comparing.differences(a, b)   # (only in a, only in b), or None
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from app.rendering.patches import Patch
from app.rendering.tree import Document
from app.rendering.worddiff import Ranges
from ui.jobs import Jobs
from ui.panels.reading.supply import Supply

T = TypeVar("T")
Pairs = tuple[tuple[int, int], ...]
KEPT = 24
LONGEST = 3_000_000
"""Characters of two texts together, above which they are not compared."""


class Comparing(QObject):
    """ready(): something that was asked for is there now."""

    ready = Signal()

    def __init__(self, jobs: Jobs, supply: Supply) -> None:
        super().__init__(supply)
        self._jobs = jobs
        self._supply = supply
        self._found: dict[tuple[str, str, str], Any] = {}
        self._under_way: set[tuple[str, str, str]] = set()
        supply.parsed.connect(self.ready)

    def pairs(self, a: str, b: str) -> Pairs | None:
        one, other = self._supply.document(a), self._supply.document(b)
        if one is None or other is None:
            return None
        return self._get("pairs", a, b, lambda: _align(one, other))

    def differences(self, a: str, b: str) -> tuple[Ranges, Ranges] | None:
        if len(a) + len(b) > LONGEST:
            return (), ()
        return self._get("words", a, b, lambda: _differ(a, b))

    def code(self, a: str, b: str, names: tuple[str, str]) -> tuple[str, Patch] | None:
        """Line by line between the code of two answers, or between all of them where one has no code."""
        one, other = self._supply.document(a), self._supply.document(b)
        if one is None or other is None:
            return None
        return self._get(f"code {names}", a, b, lambda: _changes(one, other, names))

    def _get(self, what: str, a: str, b: str, work: Callable[[], T]) -> T | None:
        key = (what, a, b)
        if key in self._found:
            found: T = self._found[key]
            return found
        if key not in self._under_way:
            self._under_way.add(key)

            def done(found: T) -> None:
                self._under_way.discard(key)
                self._found[key] = found
                while len(self._found) > KEPT:
                    self._found.pop(next(iter(self._found)))
                self.ready.emit()

            self._jobs.run(
                lambda _: work(), done=done, failed=lambda _: self._under_way.discard(key), owner=self
            )
        return None


def _align(a: Document, b: Document) -> Pairs:
    from app.rendering.aligning import align

    return align(a, b)


def _changes(a: Document, b: Document, names: tuple[str, str]) -> tuple[str, Patch]:
    from app.rendering.patches import changes, code_of

    old, new = code_of(a), code_of(b)
    return changes(old, new, *names) if old and new else changes(a.source, b.source, *names)


def _differ(a: str, b: str) -> tuple[Ranges, Ranges]:
    from app.rendering.worddiff import word_diff

    return word_diff(a, b)
