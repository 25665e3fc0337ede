"""“p. 12” in a response leads to that page of the attached PDF. A mark over the text, which stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from app.domain.task import Attachment
from ui.i18n import number, tr
from ui.panels.attachments.icons import icon_of
from ui.panels.attachments.mentioned import pages_named
from ui.panels.reading.marks import PAGE, Mark
from ui.widgets.rows import RowData

if TYPE_CHECKING:
    from ui.panels.reading.reading_panel import ReadingPanel

LAYER = "pages"
_TARGET = re.compile(r"attachment:(\d{1,3})#page=(\d{1,5})", re.ASCII)


class PageLinks:
    """Of the responses in view. Nothing is offered before the number of a file's pages is known."""

    def __init__(self, reading: ReadingPanel) -> None:
        self._reading = reading
        self._files: tuple[Attachment, ...] = ()
        self._counts: Mapping[int, int] = {}
        reading.pages_changed.connect(self._again)

    def show_files(self, files: Sequence[Attachment]) -> None:
        """The files of the task in front."""
        if tuple(files) != self._files:
            self._files, self._counts = tuple(files), {}

    def show_counts(self, counts: Mapping[int, int]) -> None:
        """The pages of each PDF, by its place among the files."""
        self._counts = dict(counts)
        self._again()

    def rows(self, text: str) -> list[tuple[str, RowData]]:
        """(target, row) of every page that a text speaks of, each once."""
        found: dict[str, RowData] = {}
        for mention, file in pages_named(text, self._files, self._counts):
            words, icon = text[mention.start : mention.end], icon_of(self._files[file].media_type)
            found.setdefault(_target(file, mention.page), RowData(words, self._tip(file, mention.page), icon))
        return list(found.items())

    def open(self, target: str) -> bool:
        """Open the file at its page; False if this is no page that is offered."""
        found = _TARGET.fullmatch(target)
        if found is None or not 0 < int(found[2]) <= self._counts.get(int(found[1]), 0):
            return False
        self._reading.attachments.opened.emit(int(found[1]), int(found[2]))
        return True

    def _again(self) -> None:
        for _, page in self._reading.shown:
            found = pages_named(page.text, self._files, self._counts)
            marks = [
                Mark(m.start, m.end, PAGE, target=_target(f, m.page), tip=self._tip(f, m.page))
                for m, f in found
            ]
            page.show_marks(marks, LAYER)

    def _tip(self, file: int, page: int) -> str:
        return tr("Page {n} of {name}", n=number(page), name=self._files[file].name)


def _target(file: int, page: int) -> str:
    return f"attachment:{file}#page={page}"
