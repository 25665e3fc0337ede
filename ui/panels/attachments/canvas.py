"""What canvases of pages and of pictures share: zoom, panning, keys that they keep for themselves."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from ui.theme.apply import ThemeHolder

STEP = 1.2
"""A step of zoom."""
_PLUS = (Qt.Key.Key_Plus, Qt.Key.Key_Equal)
_KEPT = frozenset(
    (
        *_PLUS, Qt.Key.Key_Minus, Qt.Key.Key_0, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up,
        Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End,
    )
)  # fmt: skip
_NO_MODIFIER = Qt.KeyboardModifier.NoModifier
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


class Canvas(QAbstractScrollArea):
    """zoomed(): the size of what is shown changed. find_asked(): Ctrl+F while it has the focus."""

    zoomed = Signal()
    find_asked = Signal()

    def __init__(self, look: ThemeHolder, name: str) -> None:
        super().__init__()
        self._look = look
        self._grabbed: QPoint | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.viewport().setMouseTracking(True)
        look.changed.connect(self.viewport().update)

    # To be answered by the kinds; mypy holds them to it, since Qt's metaclass leaves no room for that of ABC

    @abstractmethod
    def zoom_by(self, factor: float, at: QPoint | None = None) -> None:
        """at: the place in the view that stays where it is; its middle if there is none."""

    @abstractmethod
    def fit(self) -> None:
        """All of it in view."""

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """A key that this kind knows; False for others."""
        return False

    # Keys

    def keeps(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """Whether a key belongs to the canvas while it has the focus."""
        if modifiers == CONTROL and key == Qt.Key.Key_F:
            return True
        return key in _KEPT and not modifiers & (ALT | CONTROL)

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self.keeps(event.key(), event.modifiers() & ~_KEYPAD)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~_KEYPAD
        if self.key(key, modifiers):
            return
        if modifiers == CONTROL and key == Qt.Key.Key_F:
            self.find_asked.emit()
        elif key in _PLUS:
            self.zoom_by(STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(1 / STEP)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif modifiers == _NO_MODIFIER and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._scroll(0, -1 if key == Qt.Key.Key_Up else 1)
        elif modifiers == _NO_MODIFIER and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._scroll(-1 if key == Qt.Key.Key_Left else 1, 0)
        else:
            event.ignore()

    def _scroll(self, x: int, y: int) -> None:
        step = self._look.px(60)
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + x * step)
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + y * step)

    # The mouse

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & CONTROL:
            steps = event.angleDelta().y() / 120
            self.zoom_by(STEP**steps, event.position().toPoint())
            event.accept()
        else:
            super().wheelEvent(event)

    def grab_view(self, at: QPoint) -> None:
        """Begin to move what is shown with the mouse."""
        self._grabbed = at
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move_view(self, at: QPoint) -> bool:
        """Move it; False when it is not held."""
        if self._grabbed is None:
            return False
        moved, self._grabbed = at - self._grabbed, at
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - moved.x())
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() - moved.y())
        return True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        self.viewport().unsetCursor()
