"""What every viewer of a file is to the panel that holds it."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.decoding.values import Look
from app.errors import AssayError
from ui.panels.attachments.files import File
from ui.theme.apply import ThemeHolder
from ui.widgets.surface import Surface


class Viewer(Surface):
    """One open file. cited(page from 1 or 0, quote): the person wants this stretch as evidence."""

    failed = Signal(object)
    cited = Signal(int, str)

    def __init__(self, look: ThemeHolder, file: File, facts: Look) -> None:
        super().__init__(look, "page", spacing=0)
        self.file = file
        self.facts = facts

    @property
    def pages(self) -> int:
        """Of a file with pages; else 0."""
        return 0

    @property
    def place(self) -> str:
        """Where in the file one is, in words; empty when there is only one place."""
        return ""

    def take_focus(self) -> None:
        """Keys go to what is read."""
        self.setFocus()

    def go_to_page(self, page: int) -> None:
        """From 1; only of files with pages."""

    def ask_page(self) -> bool:
        """Put the focus where a page number is typed; False if there are no pages."""
        return False

    def open_find(self) -> bool:
        """False if there is nothing to be searched."""
        return False

    def leave_find(self) -> bool:
        """Close the find bar; False if it was not open."""
        return False

    def cite_no_more(self) -> None:
        """Nothing here can be evidence: the way to cite goes, where there is one."""

    def cite(self) -> bool:
        """Cite what is chosen; False when nothing is."""
        return False

    def fail(self, error: AssayError) -> None:
        self.failed.emit(error)
