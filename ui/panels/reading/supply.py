"""What views need and may have to wait for: parsed answers, colours of code, pictures of formulas.

Short things are made at once; long ones in the worker, and whoever asked is told. Everything is kept, least
recently used first to go.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QByteArray, QObject, QTimer, Signal
from PySide6.QtSvg import QSvgRenderer

from app.errors import AssayError
from app.rendering.code import Role
from app.rendering.lookalikes import Lookalike, find_lookalikes
from app.rendering.tree import Document
from ui.jobs import Jobs, Progress

K = TypeVar("K")
V = TypeVar("V")
Tokens = tuple[tuple[int, int, Role], ...]
FormulaKey = tuple[str, float, str, bool]
"""TeX, font size in px, colour, display."""

AT_ONCE = 32_768
"""Longer texts (in characters) are parsed in the worker and shown raw until then: twice this, of the costliest Markdown
of tests/hostile, takes all that R10 allows."""
_COLOUR_AT_ONCE = 1200
_SOON_MS = 20
"""Colours and pictures come after what is read: their libraries would be imported beside the first page's making."""
_BATCH = 8
"""Formulas of one job; a picture takes some 40 ms."""
_KEPT = 400_000
"""Characters: some fifty answers. A tree takes a good ten times the room of its text."""


class _Kept(Generic[K, V]):
    """Least recently used entries go when `cost` is passed."""

    def __init__(self, cost: int) -> None:
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._room = cost

    def get(self, key: K) -> V | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def __contains__(self, key: K) -> bool:
        return key in self._entries

    def put(self, key: K, value: V, cost: int) -> None:
        if key in self._entries:
            return
        self._entries[key] = (value, cost)
        self._room -= cost
        while self._room < 0 and len(self._entries) > 1:
            self._room += self._entries.popitem(last=False)[1][1]


def _parse(text: str) -> Document:
    from app.rendering.answer import parse

    return parse(text)


class Supply(QObject):
    """One for the program. `parsed(text)`, `coloured()` and `drawn(set of TeX)` say that it is here."""

    parsed = Signal(str)
    coloured = Signal()
    drawn = Signal(object)

    def __init__(self, jobs: Jobs, parse: Callable[[str], Document] = _parse) -> None:
        super().__init__(jobs)
        self._jobs = jobs
        self._parse = parse
        self._documents: _Kept[str, tuple[Document, tuple[Lookalike, ...]]] = _Kept(_KEPT)
        self._tokens: _Kept[tuple[str, str], Tokens | None] = _Kept(_KEPT)
        self._formulas: _Kept[FormulaKey, QSvgRenderer | None] = _Kept(600)
        self._under_way: set[object] = set()
        self._wanted: list[FormulaKey] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._draw)

    def document(self, text: str) -> Document | None:
        """The tree of a text; None if it is long and not parsed yet: `parsed` tells when it is."""
        found = self._documents.get(text)
        if found is None and len(text) <= AT_ONCE:
            found = self._parse(text), find_lookalikes(text)
            self._documents.put(text, found, len(text) + 200)
        elif found is None:
            self.parse_later(text)
        return found[0] if found is not None else None

    def lookalikes(self, text: str) -> tuple[Lookalike, ...]:
        """The words of a text that read as others; none as long as it is not parsed."""
        found = self._documents.get(text)
        return found[1] if found is not None else ()

    def parse_later(self, text: str) -> None:
        """Parse in the worker, ahead of need."""
        if text in self._documents or text in self._under_way:
            return
        self._under_way.add(text)

        def work(_: Progress) -> tuple[Document, tuple[Lookalike, ...]]:
            return self._parse(text), find_lookalikes(text)

        def done(found: tuple[Document, tuple[Lookalike, ...]]) -> None:
            self._under_way.discard(text)
            self._documents.put(text, found, len(text) + 200)
            self.parsed.emit(text)

        self._jobs.run(work, done=done, failed=lambda _: self._under_way.discard(text), owner=self)

    def ready(self, text: str) -> bool:
        """True if the tree of a text is there already."""
        return text in self._documents

    def tokens(self, text: str, language: str) -> Tokens | None:
        """Colours of a piece of code; None while they are on their way (`coloured` tells) or if there are none."""
        key = (text, language)
        if not language or key in self._tokens:
            return self._tokens.get(key)
        if len(text) <= _COLOUR_AT_ONCE and "pygments.lexers" in sys.modules:
            found = _colour(text, language)
            self._tokens.put(key, found, len(text) + 200)
            return found
        if key not in self._under_way:
            self._under_way.add(key)

            def done(found: Tokens | None) -> None:
                self._under_way.discard(key)
                self._tokens.put(key, found, len(text) + 200)
                self.coloured.emit()

            def colour() -> None:
                self._jobs.run(
                    lambda _: _colour(text, language),
                    done=done,
                    failed=lambda _: self._under_way.discard(key),
                    owner=self,
                )

            QTimer.singleShot(_SOON_MS, self, colour)
        return None

    def formula(self, key: FormulaKey) -> QSvgRenderer | None:
        """The picture of a formula; None while it is on its way (`drawn` tells) or if there is none."""
        if key not in self._formulas and key not in self._under_way:
            self._under_way.add(key)
            self._wanted.append(key)
            self._soon.start(_SOON_MS)
        return self._formulas.get(key)

    def _draw(self) -> None:
        wanted, self._wanted = self._wanted[:_BATCH], self._wanted[_BATCH:]

        def work(progress: Progress) -> list[tuple[FormulaKey, bytes | None]]:
            from app.rendering.formula import svg

            found = []
            for key in wanted:
                progress.check()
                found.append((key, svg(*key)))
            return found

        def done(found: list[tuple[FormulaKey, bytes | None]]) -> None:
            for key, picture in found:
                self._under_way.discard(key)
                renderer = QSvgRenderer(QByteArray(picture)) if picture is not None else None
                self._formulas.put(key, renderer, 1)
            self.drawn.emit({key[0] for key, _ in found})
            if self._wanted:
                self._draw()

        def failed(_: AssayError) -> None:
            self._under_way.difference_update(wanted)

        self._jobs.run(work, done=done, failed=failed, owner=self)


def _colour(text: str, language: str) -> Tokens | None:
    from app.rendering.code import tokens

    return tokens(text, language)
