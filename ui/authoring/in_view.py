"""What one writes in stays in view while the form changes its height: advice comes late, fields grow with their lines.

kept = KeptInView(area, form, (CriterionEditor, FormRow)); kept.again() when something was written
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from ui.panels.rubric.buffer import once
from ui.widgets.scroll import ScrollArea


class KeptInView(QObject):
    """rows: what is brought into view with the field inside it, where there is room.

    Who scrolls away from the field is left there, until something is written or the focus moves.
    """

    def __init__(self, area: ScrollArea, form: QWidget, rows: tuple[type[QWidget], ...]) -> None:
        super().__init__(area)
        self._area = area
        self._form = form
        self._rows = rows
        self._is_held = True
        self._soon = once(self, 0, self._show)
        form.installEventFilter(self)
        area.verticalScrollBar().valueChanged.connect(self._scrolled)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def again(self) -> None:
        """Something was written where the focus is."""
        if self._field() is not None:
            self._is_held = True
            self._soon.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._soon.start()
        return False

    def _focus_moved(self, _old: QWidget | None, _new: QWidget | None) -> None:
        self._is_held = True
        self._soon.start()

    def _scrolled(self) -> None:
        field = self._field()
        self._is_held = field is None or not field.visibleRegion().isEmpty()

    def _field(self) -> QWidget | None:
        now = QApplication.focusWidget()
        return now if now is not None and self._form.isAncestorOf(now) else None

    def _show(self) -> None:
        field = self._field()
        if field is None or not self._is_held:
            return
        room = self._area.viewport().height()
        for part in (self._row_of(field), field):
            if part.height() <= room:
                self._area.show_part(part)
                return
        if isinstance(field, QPlainTextEdit):
            caret = field.cursorRect()
            at = field.viewport().mapTo(self._form, QPoint(0, caret.center().y()))
            self._area.ensureVisible(at.x(), at.y(), 0, 2 * caret.height())

    def _row_of(self, field: QWidget) -> QWidget:
        row: QWidget | None = field
        while row is not None and row is not self._form:
            if isinstance(row, self._rows):
                return row
            row = row.parentWidget()
        return field
