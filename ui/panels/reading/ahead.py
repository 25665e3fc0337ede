"""The beginning of a text, drawn before it is seen: bringing it to the front then only copies it."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtGui import QPainter, QPixmap, QRegion
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from ui.theme.apply import ThemeHolder
from ui.widgets.kept import empty_picture


class _Marked(Protocol):
    """What is marked on a view; equal if it looks the same."""

    @property
    def shown(self) -> object: ...


class DrawnAhead(QObject):
    """The picture of one view. It serves one painting, and none once anything but the beginning is to be seen."""

    def __init__(
        self, look: ThemeHolder, view: QTextEdit | QPlainTextEdit, marks: _Marked | None = None
    ) -> None:
        super().__init__(view)
        self._look = look
        self._view = view
        self._marks = marks
        self._picture: QPixmap | None = None
        self._marked: object = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._draw_unseen)

    def draw(self) -> None:
        """Draw what a view that is not shown will show first."""
        self._picture = None
        seen = self._view.viewport()
        picture = empty_picture(seen, seen.size(), self._look.colour("page"))
        seen.render(picture, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
        self._picture, self._marked = picture, self._shown()

    @property
    def ready(self) -> bool:
        """There is a picture of what the view will show."""
        return self._picture is not None

    def forget(self) -> None:
        self._picture = None
        self._soon.stop()

    def again(self) -> None:
        """Something in it changed: it is drawn anew while nobody looks."""
        if self._picture is not None:
            self._picture = None
            self._soon.start()

    def paint(self) -> bool:
        """Paint the view by the picture, once; False if there is none that fits."""
        picture, self._picture = self._picture, None
        view = self._view
        if picture is None or picture.deviceIndependentSize().toSize() != view.viewport().size():
            return False
        if (
            view.verticalScrollBar().value()
            or view.extraSelections()
            or view.textCursor().hasSelection()
            or view.hasFocus()
            or self._shown() != self._marked
        ):
            return False
        QPainter(view.viewport()).drawPixmap(0, 0, picture)
        return True

    def _shown(self) -> object:
        return self._marks.shown if self._marks is not None else None

    def _draw_unseen(self) -> None:
        if not self._view.isVisible():
            self.draw()
