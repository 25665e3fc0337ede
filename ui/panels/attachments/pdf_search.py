"""Finds words in a PDF, page after page, while the pages' texts come in."""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import QObject, Signal

from app.decoding.client import Decoder
from app.decoding.values import Source
from app.errors import AssayError, InputError
from ui.panels.attachments.files import File
from ui.panels.attachments.pdf_text import places

PORTION = 12
"""Pages of one question, so that pictures of pages in view need not wait long."""
MOST = 5_000
"""Places that are kept; more help nobody."""

Place = tuple[int, int, int]
"""Page from 0, start and end in its text."""


class PdfSearch(QObject):
    """changed(): other places, or another one in front. `at`: the one in front, −1 before the first step."""

    changed = Signal()

    def __init__(self, file: File, pages: int, parent: QObject) -> None:
        super().__init__(parent)
        self._file = file
        self._pages = pages
        self._texts: dict[int, str] = {}
        self._running = False
        self.words = ""
        self.places: list[Place] = []
        self.at = -1
        self.done = False

    def find(self, words: str) -> None:
        """Look for other words; what was read of the file is not read again."""
        self.words, self.at = words, -1
        self.places = []
        self.done = not words.strip() or len(self._texts) == self._pages
        for page in sorted(self._texts):
            self._look(page)
        self.changed.emit()
        self._go_on()

    def step(self, direction: int, page: int) -> None:
        """To the next or previous place; the first time to the one nearest after `page`."""
        if not self.places:
            return
        if self.at < 0:
            after = bisect_left(self.places, (page, 0, 0))
            self.at = (after if direction > 0 else after - 1) % len(self.places)
        else:
            self.at = (self.at + direction) % len(self.places)
        self.changed.emit()

    def by_page(self) -> tuple[dict[int, list[tuple[int, int]]], tuple[int, int] | None]:
        """The places by page, and (page, which of its places) of the one in front."""
        found: dict[int, list[tuple[int, int]]] = {}
        front = None
        for n, (page, start, end) in enumerate(self.places):
            of_page = found.setdefault(page, [])
            if n == self.at:
                front = page, len(of_page)
            of_page.append((start, end))
        return found, front

    def _look(self, page: int) -> None:
        if len(self.places) < MOST:
            self.places += [(page, *place) for place in places(self._texts[page], self.words)]

    def _go_on(self) -> None:
        if self._running or self.done:
            return
        missing = [n for n in range(self._pages) if n not in self._texts][:PORTION]
        self._running = True

        def work(decoder: Decoder, source: Source) -> list[tuple[int, str]]:
            return [(n, _text(decoder, source, n)) for n in missing]

        self._file.ask(work, done=self._came, failed=self._failed, owner=self)

    def _came(self, found: list[tuple[int, str]]) -> None:
        self._running = False
        for page, text in found:
            self._texts[page] = text
            if self.words.strip():
                self._look(page)
        self.done = len(self._texts) == self._pages or not self.words.strip()
        self.changed.emit()
        self._go_on()

    def _failed(self, _: AssayError) -> None:
        """The file is not here any more: the search ends with what it has."""
        self._running, self.done = False, True
        self.changed.emit()


def _text(decoder: Decoder, source: Source, page: int) -> str:
    """A page that cannot be read has no text; the others are searched."""
    try:
        return decoder.page_text(source, page).text
    except InputError:
        return ""
