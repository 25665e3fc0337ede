"""A few pages, kept: what is asked for again is there at once, what comes next is built in idle time.

A hidden page has neither its size nor its style; it gets both before it is built, and is drawn once at the end,
so that bringing it to the front costs a few milliseconds. Any input halts the preparing for a while.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from PySide6.QtCore import QEvent, QObject, QRect, QTimer, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget

from ui.panels.reading.marks import Mark
from ui.panels.reading.supply import Supply
from ui.panels.reading.text_page import TextPage
from ui.theme.apply import ThemeHolder

SIZE = 4
SLICE_S = 0.006
_REST_MS, _WAIT_MS = 200, 4
_INPUT = frozenset({QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel})

Wanted = tuple[str, str]
"""A text and its language."""


class _InputWatch(QObject):
    """Calls on input, while it is installed on the application."""

    seen = Signal()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self.seen.emit()
        return False


class PagePool(QStackedWidget):
    """Shows one page of `SIZE`. The signals are those of the page in front."""

    scrolled = Signal()
    filled = Signal()
    link_asked = Signal(str)
    pressed = Signal(int)
    entered = Signal()

    def __init__(self, look: ThemeHolder, supply: Supply) -> None:
        super().__init__()
        self._look = look
        self._supply = supply
        self._pages: list[TextPage] = []  # the least recently used first
        self._wanted: list[Wanted] = []
        self._making: TextPage | None = None
        self._watch = _InputWatch(self)
        self._watch.seen.connect(self._rest)
        self._raw = False
        self._marks: dict[str, tuple[Mark, ...]] = {}
        self._slices = QTimer(self)
        self._slices.timeout.connect(self._slice)
        self.page = self._new()
        self.setCurrentWidget(self.page)

    def bring(self, text: str, language: str, *, name: str, raw: bool) -> TextPage:
        """Bring a text to the front; what was read of it keeps its place."""
        page = self._holding(text, language) or self._spare()
        if page is self._making:
            self._making = None
        page.set_raw(raw)
        page.show_text(text, language, name=name)
        self._pages.remove(page)
        self._pages.append(page)
        self.page = page
        self.setCurrentWidget(page)
        return page

    def prepare(
        self, wanted: Sequence[Wanted], *, raw: bool, marks: Mapping[str, Iterable[Mark]] | None = None
    ) -> None:
        """Build these texts when there is nothing else to do, in place of what was wanted before.

        marks: by layer, what will be marked on them when they are shown.
        """
        self._drop_making()
        self._raw = raw
        self._marks = {layer: tuple(found) for layer, found in (marks or {}).items()}
        room = SIZE - 1
        self._wanted = [w for w in dict.fromkeys(wanted) if self._holding(*w) is None][:room]
        for text, _ in self._wanted:
            self._supply.parse_later(text)
        if self._wanted:
            self._watch_input(True)
            self._slices.start(0)

    def drop(self) -> None:
        """Give up what is being prepared."""
        self._wanted = []
        self._drop_making()
        self._slices.stop()
        self._watch_input(False)

    @property
    def preparing(self) -> bool:
        return self._slices.isActive()

    def _slice(self) -> None:
        self._slices.setInterval(0)
        page = self._making
        if page is None:
            if not self._wanted:
                self.drop()
                return
            text, language = self._wanted[0]
            if not self._supply.ready(text):
                self._supply.parse_later(text)
                self._slices.setInterval(_WAIT_MS)
                return
            self._wanted.pop(0)
            if self._holding(text, language) is None:
                self._making = page = self._spare()
                page.set_raw(self._raw)
                page.setGeometry(self.rect())
                page.ensurePolished()
                page.grab(QRect(0, 0, 1, 1))  # lays the hidden page out at its size
                page.show_text(text, language, by_itself=False)
        elif page.work(SLICE_S):
            for layer, marks in self._marks.items():
                page.show_marks(marks, layer)
            page.draw_ahead()
            self._making = None

    def _rest(self) -> None:
        if self._slices.isActive():
            self._slices.start(_REST_MS)

    def _drop_making(self) -> None:
        if self._making is not None:
            self._making.show_text("", by_itself=False)
            self._making = None

    def _watch_input(self, on: bool) -> None:
        app = QApplication.instance()
        with suppress(AttributeError):
            app.removeEventFilter(self._watch)  # type: ignore[union-attr]
            if on:
                app.installEventFilter(self._watch)  # type: ignore[union-attr]

    def _holding(self, text: str, language: str) -> TextPage | None:
        return next((page for page in self._pages if page.shows(text, language)), None)

    def _spare(self) -> TextPage:
        """The page that was used longest ago, but never the one in front or one that was just prepared."""
        if len(self._pages) < SIZE:
            return self._new()
        return next(page for page in self._pages if page is not self.page and page is not self._making)

    def _new(self) -> TextPage:
        page = TextPage(self._look, self._supply)
        page.scrolled.connect(lambda: self._if_front(page, self.scrolled))
        page.filled.connect(lambda: self._if_front(page, self.filled))
        page.link_asked.connect(self.link_asked)
        page.pressed.connect(self.pressed)
        page.entered.connect(self.entered)
        self.addWidget(page)
        self._pages.append(page)
        return page

    def _if_front(self, page: TextPage, signal: object) -> None:
        if page is self.page:
            signal.emit()  # type: ignore[attr-defined]
