"""A page on which wide tables and formulas move sideways, each by itself, while the words around them stay.

The page itself never moves sideways. What is wide is painted once more as Qt would paint it, shifted and clipped to
its band; what the mouse does there is shifted the other way before Qt sees it. Positions, selections, marks and what
a screen reader reads are those of the one document.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit

from ui.panels.reading import caret
from ui.panels.reading.wide_tables import Band, WideTables
from ui.theme.apply import ThemeHolder

_EDGE = 16
"""px at 100 % kept free at the right of the view."""
_STEP, _NOTCH = 0.6, 120
"""The share of its band that a key moves a table by; wheel units of one notch."""


class WideBrowser(QTextBrowser):
    """moved(): a table was moved sideways."""

    moved = Signal()

    def __init__(self, look: ThemeHolder, ground: str = "") -> None:
        """ground: a colour it fills itself, for large views: what lies under it is not painted then."""
        super().__init__()
        self._shades = look
        self._ground = ground
        if ground:
            self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.wide = WideTables(look)
        self._dragged: tuple[int, float] | None = (
            None  # the table whose thumb is held, and where on the thumb
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalScrollBar().rangeChanged.connect(self._stay)
        self.verticalScrollBar().valueChanged.connect(self.repaint_bands)  # a bar at the bottom stays
        self.cursorPositionChanged.connect(self._caret_moved)
        self.selectionChanged.connect(self.repaint_moved)

    # Where things are

    def _edge(self) -> float:
        return float(self.viewport().width() - self._shades.px(_EDGE))

    def bands(self) -> list[Band]:
        """The wide tables in view, from above."""
        top = self.verticalScrollBar().value()
        return self.wide.seen(top, top + self.viewport().height(), self._edge())

    def band_at(self, y: float) -> Band | None:
        """The wide table at a height of the viewport."""
        down = y + self.verticalScrollBar().value()
        return next((b for b in self.bands() if b.rect.top() <= down < b.rect.bottom()), None)

    def on_page(self, point: QPointF) -> QPointF:
        """What part of the page a point of the viewport shows."""
        band = self.band_at(point.y())
        across = band.offset if band is not None else 0
        return QPointF(point.x() + across, point.y() + self.verticalScrollBar().value())

    def covers(self, point: QPointF) -> bool:
        """False beside a wide table, where parts of it would be that are not seen."""
        band = self.band_at(point.y())
        return band is None or band.rect.left() <= point.x() <= band.rect.right()

    def cursorRect(self, cursor: QTextCursor | None = None) -> QRect:
        cursor = cursor or self.textCursor()
        rect = super().cursorRect(cursor)
        band = self.wide.holding(cursor.position(), self._edge())
        return rect.translated(-band.offset, 0) if band is not None else rect

    def cursorForPosition(self, pos: QPoint) -> QTextCursor:
        page = self.on_page(QPointF(pos))
        return super().cursorForPosition(QPoint(round(page.x()), pos.y()))

    # Moving

    def move_table(self, band: Band, offset: float) -> None:
        if self.wide.move(band, offset):
            self.viewport().update()
            self.moved.emit()

    def step_across(self, direction: int) -> bool:
        """Move the wide table that takes most of the view; False if there is none."""
        top, height = self.verticalScrollBar().value(), self.viewport().height()

        def shown(band: Band) -> float:
            return min(band.rect.bottom(), top + height) - max(band.rect.top(), top)

        found = self.bands()
        if not found:
            return False
        band = max(found, key=shown)
        self.move_table(band, band.offset + direction * band.rect.width() * _STEP)
        return True

    def show_across(self, position: int) -> None:
        """Move the wide table around a document position, if any, until it is in view: with all of its line's
        cell where that has room."""
        band = self.wide.holding(position, self._edge())
        if band is None:
            return
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        cell = self.document().documentLayout().blockBoundingRect(cursor.block())
        if cell.width() > band.rect.width() * _STEP:
            self._show_x(band, cursor)
        else:
            self.move_table(band, self.wide.offset_to_show(band, cell.left(), cell.right()))

    def _show_x(self, band: Band, cursor: QTextCursor) -> None:
        x = super().cursorRect(cursor).center().x()
        self.move_table(band, self.wide.offset_to_show(band, x, x))

    def _caret_moved(self) -> None:
        if caret.is_on(self):
            self._follow_caret()

    def _follow_caret(self) -> None:
        cursor = self.textCursor()
        band = self.wide.holding(cursor.position(), self._edge())
        if band is not None:
            self._show_x(band, cursor)
            self.viewport().update()  # Qt asks for where it would be unmoved

    def _stay(self, low: int, high: int) -> None:
        if high:
            self.horizontalScrollBar().setRange(0, 0)

    def repaint_bands(self) -> None:
        if self.bands():
            self.viewport().update()

    def repaint_moved(self) -> None:
        """Paint again what Qt has asked for where it would stand unmoved."""
        if any(band.offset for band in self.bands()):
            self.viewport().update()

    def setExtraSelections(self, selections: Sequence[QTextEdit.ExtraSelection]) -> None:
        super().setExtraSelections(selections)
        self.repaint_moved()

    # The mouse

    def _bar_of(self, band: Band) -> QRectF:
        """The bar in the viewport."""
        top = self.verticalScrollBar().value()
        return self.wide.bar(band, top + self.viewport().height()).translated(0, -top)

    def _grab(self, point: QPointF) -> bool:
        """Take the thumb of a bar, or bring it under the mouse first."""
        band = self.band_at(point.y())
        if band is None:
            return False
        bar, air = self._bar_of(band), self._shades.px(4)
        if not bar.adjusted(0, -air, 0, air).contains(point):
            return False
        thumb = self.wide.thumb(band, bar)
        held = point.x() - thumb.left() if thumb.left() <= point.x() <= thumb.right() else thumb.width() / 2
        self._dragged = (band.of, held)
        self._drag(point)
        return True

    def _drag(self, point: QPointF) -> None:
        band = next((b for b in self.bands() if self._dragged and b.of == self._dragged[0]), None)
        if band is not None and self._dragged is not None:
            left = point.x() - self._dragged[1]
            self.move_table(band, self.wide.offset_of(band, self._bar_of(band), left))
        self.viewport().update()

    def _as_unmoved(self, event: QMouseEvent) -> QMouseEvent:
        """The event where Qt has what it points at."""
        band = self.band_at(event.position().y())
        if band is None or not band.offset:
            return event
        across = QPointF(band.offset, 0)
        return QMouseEvent(
            event.type(), event.position() + across, event.scenePosition() + across, event.globalPosition(),
            event.button(), event.buttons(), event.modifiers(),
        )  # fmt: skip

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._grab(event.position()):
            super().mousePressEvent(self._as_unmoved(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None:
            self._drag(event.position())
        else:
            super().mouseMoveEvent(self._as_unmoved(event))
            if event.buttons() & Qt.MouseButton.LeftButton and self.textCursor().hasSelection():
                self._follow_caret()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged is None:
            super().mouseReleaseEvent(self._as_unmoved(event))
        else:
            self._dragged = None
            self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(self._as_unmoved(event))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Sideways over a wide table: a wheel or a touchpad that goes sideways, or a wheel with Shift."""
        turned, smooth = event.angleDelta(), event.pixelDelta()
        across, down = (smooth.x(), smooth.y()) if not smooth.isNull() else (turned.x(), turned.y())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not across:
            across, down = down, 0
        band = self.band_at(event.position().y()) if abs(across) > abs(down) else None
        if band is None:
            super().wheelEvent(event)
            return
        if smooth.isNull():
            across = round(across / _NOTCH * self._shades.px(90))
        self.move_table(band, band.offset - across)
        event.accept()

    # Painting

    def under_text(self, painter: QPainter, seen: QRectF) -> None:
        """What does not move with a table; the painter's origin is the page's."""

    def under_marks(self, painter: QPainter, seen: QRectF) -> None:
        """What moves with the text and lies under it."""

    def over_marks(self, painter: QPainter, seen: QRectF) -> None:
        """What moves with the text and lies over it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        area = event.rect()
        if self._ground:
            QPainter(self.viewport()).fillRect(area, self._shades.colour(self._ground))
        top, y = self.verticalScrollBar().value(), area.top()
        for band in self.bands():
            room = band.rect.translated(0, -top).toAlignedRect()
            if room.bottom() < y or room.top() > area.bottom():
                continue
            self._paint_still(QRect(area.left(), y, area.width(), room.top() - y))
            self._paint_band(band, QRect(area.left(), room.top(), area.width(), room.height()))
            y = room.bottom() + 1
        self._paint_still(QRect(area.left(), y, area.width(), area.bottom() + 1 - y))

    def _painter(self, clip: QRect | QRectF, across: int = 0) -> QPainter:
        painter = QPainter(self.viewport())
        painter.setClipRect(clip)
        painter.translate(-across, -self.verticalScrollBar().value())
        return painter

    def _paint_still(self, area: QRect) -> None:
        """A part without wide tables, as Qt paints it."""
        if area.height() <= 0:
            return
        seen = QRectF(area).translated(0, self.verticalScrollBar().value())
        painter = self._painter(area)
        self.under_text(painter, seen)
        self.under_marks(painter, seen)
        painter.end()
        super().paintEvent(QPaintEvent(area))
        painter = self._painter(area)
        self.over_marks(painter, seen)
        painter.end()

    def _paint_band(self, band: Band, area: QRect) -> None:
        top = self.verticalScrollBar().value()
        painter = self._painter(area)
        self.under_text(painter, QRectF(area).translated(0, top))
        painter.end()
        painter = self._painter(band.rect.translated(0, -top), band.offset)
        seen = band.rect.translated(band.offset, 0) & QRectF(area.translated(band.offset, top))
        self.under_marks(painter, seen)
        self.document().documentLayout().draw(painter, self._context(seen))
        self.over_marks(painter, seen)
        painter.end()
        painter = self._painter(area)
        held = self._dragged is not None and self._dragged[0] == band.of
        self.wide.paint_more(painter, band, top + self.viewport().height(), pressed=held)
        painter.end()

    def _context(self, seen: QRectF) -> QAbstractTextDocumentLayout.PaintContext:
        """As Qt's own painting has it: the caret of who has the keyboard, what is selected, what is marked."""
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette = self.palette()
        context.clip = seen
        context.cursorPosition = self.textCursor().position() if self.hasFocus() else -1
        chosen = []
        for extra in self.extraSelections():
            part = QAbstractTextDocumentLayout.Selection()
            part.cursor, part.format = extra.cursor, extra.format
            chosen.append(part)
        if self.textCursor().hasSelection():
            group = QPalette.ColorGroup.Active if self.hasFocus() else QPalette.ColorGroup.Inactive
            part = QAbstractTextDocumentLayout.Selection()
            part.cursor = self.textCursor()
            shape = part.format
            shape.setBackground(self.palette().brush(group, QPalette.ColorRole.Highlight))
            shape.setForeground(self.palette().brush(group, QPalette.ColorRole.HighlightedText))
            part.format = shape
            chosen.append(part)
        context.selections = chosen
        return context
