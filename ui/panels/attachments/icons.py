"""Which icon stands for a file, by its declared type."""

from __future__ import annotations

_ICONS = (
    ("image/", "file-image"),
    ("application/dicom", "file-image"),
    ("text/csv", "table-2"),
    ("text/tab-separated-values", "table-2"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml", "table-2"),
    ("text/x-", "file-code"),
    ("text/", "file-text"),
    ("application/pdf", "file-text"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml", "file-text"),
)


def icon_of(media_type: str) -> str:
    return next((icon for start, icon in _ICONS if media_type.startswith(start)), "file")
