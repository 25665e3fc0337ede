"""The strip under a response: what belongs to the task besides its texts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.task import Attachment
from ui.i18n import size_of, tr
from ui.theme.apply import ThemeHolder
from ui.widgets.chip import Chip
from ui.widgets.flow import Flow
from ui.widgets.surface import Surface
from ui.widgets.text import IconLabel, Label

_ICONS = (
    ("image/", "file-image"),
    ("text/csv", "table-2"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml", "table-2"),
    ("text/", "file-text"),
    ("application/pdf", "file-text"),
)


class AttachmentStrip(Surface):
    """Names and sizes; hidden when there are none."""

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__(look, "foot", across=True, spacing=8, margins=(40, 8, 24, 8), height=52)
        self._chips = Flow(look, spacing=6)
        self._where = Label(look, tr("All on this laptop"), role="quiet")
        self.body.add(IconLabel(look, "paperclip", "t3", 16), Label(look, tr("Attachments"), role="small"), 4)
        chips = QWidget()
        chips.setLayout(self._chips)
        self.body.put(chips, Qt.AlignmentFlag.AlignVCenter, 1)
        self.body.add(self._where)
        self.setVisible(False)

    def show_files(self, files: Sequence[Attachment]) -> None:
        self._chips.clear()
        for file in files:
            icon = next((icon for start, icon in _ICONS if file.media_type.startswith(start)), "file")
            self._chips.add(Chip(self._look, f"{file.name} · {size_of(file.size)}", icon=icon))
        self.setVisible(bool(files))
