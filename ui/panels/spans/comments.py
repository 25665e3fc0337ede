"""Comments on highlights: what is typed goes out after a pause, and when the field is left."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.domain.review import span_path
from app.domain.spans import Span
from ui.panels.rubric.buffer import TextBuffer
from ui.panels.spans.panel import SpanPanel


class Comments(TextBuffer):
    """ready({path: text}). One comment is written at a time, in the panel's field."""

    ready = Signal(object)

    def __init__(self, panel: SpanPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._path = ""
        panel.wrote.connect(self._wrote)
        panel.left.connect(self.close)

    def open(self, span: Span) -> None:
        """The field with what is said of the span already, and the keyboard on it."""
        self._path = span_path(span.response, span.id, "comment")
        self._panel.write(span.comment)

    def close(self) -> None:
        """Hand out what was typed; the field goes."""
        self.flush()
        self._path = ""
        self._panel.close_comment()

    def _wrote(self, text: str) -> None:
        if self._path:
            self.put(self._path, text)
