"""A picture to be looked at closely: zoom, move, and drag to change how it is lit."""

from __future__ import annotations

from math import floor, log2

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent

from app.decoding.values import Picture
from ui.panels.attachments.canvas import CONTROL, Canvas
from ui.panels.attachments.pdf_view import pixmap_of
from ui.theme.apply import ThemeHolder

LEAST, MOST = 0.05, 20.0


class PictureView(Canvas):
    """adjusted(right, up): steps of px by which a drag or keys change the light. frame_stepped(±1)."""

    adjusted = Signal(int, int)
    frame_stepped = Signal(int)

    def __init__(self, look: ThemeHolder, name: str) -> None:
        super().__init__(look, name)
        self._picture = QPixmap()
        self._halved: tuple[int, QPixmap] = (0, self._picture)  # how often, and the picture so reduced
        self.size_px = (1, 1)
        self.zoom = 1.0
        self._fitted = True
        self._lit: QPoint | None = None
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.valueChanged.connect(self.viewport().update)

    def show_picture(self, picture: Picture, size: tuple[int, int]) -> None:
        """size: the picture's own, which may be larger than what is shown of it."""
        self._picture = pixmap_of(picture)
        self._halved = 0, self._picture
        if size != self.size_px:
            self.size_px = size
            self._fitted = True
        if self._fitted:
            self.fit()
        self.viewport().update()

    def fit(self) -> None:
        room = self.viewport().size()
        width, height = self.size_px
        self._fitted = True
        self._set(min(room.width() / width, room.height() / height, 4.0), None)

    def full_size(self) -> None:
        """A pixel of the picture is a pixel of the screen."""
        self._fitted = False
        self._set(1 / self.devicePixelRatioF(), None)

    def zoom_by(self, factor: float, at: QPoint | None = None) -> None:
        self._fitted = False
        self._set(self.zoom * factor, at)

    def _set(self, zoom: float, at: QPoint | None) -> None:
        room = self.viewport().rect()
        at = at if at is not None else room.center()
        before = self._area()
        x, y = (at.x() - before.left()) / before.width(), (at.y() - before.top()) / before.height()
        self.zoom = max(LEAST, min(zoom, MOST))
        width, height = self.size_px[0] * self.zoom, self.size_px[1] * self.zoom
        for bar, size, have in (
            (self.horizontalScrollBar(), width, room.width()),
            (self.verticalScrollBar(), height, room.height()),
        ):
            bar.setRange(0, max(0, round(size) - have))
            bar.setPageStep(have)
        self.horizontalScrollBar().setValue(round(x * width - at.x()))
        self.verticalScrollBar().setValue(round(y * height - at.y()))
        self.zoomed.emit()
        self.viewport().update()

    def _area(self) -> QRectF:
        """The picture in the view: in its middle while it has room there."""
        room = self.viewport().size()
        width, height = max(1.0, self.size_px[0] * self.zoom), max(1.0, self.size_px[1] * self.zoom)
        x = max(0.0, (room.width() - width) / 2) - self.horizontalScrollBar().value()
        y = max(0.0, (room.height() - height) / 2) - self.verticalScrollBar().value()
        return QRectF(x, y, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._look.colour("sunken"))
        if self._picture.isNull():
            return
        # Enlarged pixels stay pixels: a picture is judged, not beautified.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 2)
        area = self._area()
        shown = self._reduced(area.width() * self.devicePixelRatioF() / self._picture.width())
        painter.drawPixmap(area, shown, QRectF(shown.rect()))

    def _reduced(self, scale: float) -> QPixmap:
        """The picture halved until it is drawn at more than half its size: a painter skips pixels below that, and
        the thin trace of an ECG would be lost with them. scale: screen pixels a pixel of the picture."""
        times = max(0, floor(-log2(scale))) if scale > 0 else 0
        if times != self._halved[0]:
            size = (self._picture.size() / 2**times).expandedTo(QSize(1, 1))
            mode = Qt.TransformationMode.SmoothTransformation
            self._halved = times, self._picture.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
        return self._halved[1] if times else self._picture

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self.fit()
        else:
            self._set(self.zoom, None)

    # The mouse: left moves, right lights

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if event.button() == Qt.MouseButton.RightButton or event.modifiers() & CONTROL:
            self._lit = at
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self.grab_view(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._lit is not None:
            moved, self._lit = at - self._lit, at
            self.adjusted.emit(moved.x(), -moved.y())
        else:
            self.move_view(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._lit = None
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._fitted:
            self.full_size()
        else:
            self.fit()

    # Keys

    def keeps(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        arrows = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
        return (modifiers == CONTROL and key in arrows) or super().keeps(key, modifiers)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        steps = {
            Qt.Key.Key_Left: (-8, 0), Qt.Key.Key_Right: (8, 0), Qt.Key.Key_Up: (0, 8), Qt.Key.Key_Down: (0, -8),
        }  # fmt: skip
        if modifiers == CONTROL and key in steps:
            self.adjusted.emit(*steps[key])
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.frame_stepped.emit(1 if key == Qt.Key.Key_PageDown else -1)
        else:
            return False
        return True
