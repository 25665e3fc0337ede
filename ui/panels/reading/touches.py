"""What comes after the text of a page, a little at a time: colours of its code, formulas at their pictures' size."""

from __future__ import annotations

from collections import deque
from time import perf_counter

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QWidget

from ui.panels.reading.builder import Builder, CodePlace
from ui.panels.reading.colouring import colour_blocks
from ui.panels.reading.supply import Supply

SLICE_S = 0.006
_NEAR = 2000
"""Formulas no farther apart than this (positions) are laid out anew together."""


class Touches(QTimer):
    """Of one view. changed: something of the page looks otherwise than before."""

    changed = Signal()

    def __init__(self, view: QWidget, supply: Supply, page: QTextDocument, builder: Builder) -> None:
        super().__init__(view)
        self._supply = supply
        self._codes: deque[CodePlace] = deque()
        self._sizes: deque[tuple[int, int]] = deque()
        self.begin(page, builder)
        self.timeout.connect(self._work)

    def begin(self, page: QTextDocument, builder: Builder) -> None:
        """Another page: what was still to be done to the one before is dropped."""
        self._page = page
        self._builder = builder
        self._done: set[int] = set()
        self._codes.clear()
        self._sizes.clear()
        self.stop()

    def colour(self) -> None:
        """Colour every piece of code whose colours are there and not on the page yet."""
        self._codes = deque(code for code in self._builder.codes if code.position not in self._done)
        self._work()

    def resize(self, drawn: set[str]) -> None:
        """These formulas have their picture now, of another size than their TeX."""
        formulas = self._builder.formulas
        for at in sorted(at for tex in drawn for at in formulas.get(tex, ())):
            if self._sizes and 0 <= at - self._sizes[-1][0] <= _NEAR:
                self._sizes[-1] = (self._sizes[-1][0], at + 1)
            else:
                self._sizes.append((at, at + 1))
        self._work()

    def _work(self) -> None:
        until, before = perf_counter() + SLICE_S, len(self._codes) + len(self._sizes)
        while self._codes or self._sizes:
            if self._sizes:
                begin, end = self._sizes.popleft()
                self._page.markContentsDirty(begin, end - begin)
            else:
                self._colour(self._codes.popleft())
            if perf_counter() >= until:
                break
        if self._codes or self._sizes:
            self.start(0)
        else:
            self.stop()
        if before:
            self.changed.emit()

    def _colour(self, code: CodePlace) -> None:
        tokens = self._supply.tokens(code.text, code.language)
        if tokens is not None:
            self._done.add(code.position)
            colour_blocks(self._page, code.position, code.text, tokens, self._builder.formats.theme)
