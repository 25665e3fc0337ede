"""Pictures of controls: of small ones that are painted with every task, drawn once in each state, then copied; and
what else is drawn ahead of its painting begins with `empty_picture`."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from ui.theme.apply import ThemeHolder

MOST = 8
"""States of one control that are kept; a resized window goes through many sizes."""


def empty_picture(control: QWidget, size: QSize, ground: QColor | Qt.GlobalColor) -> QPixmap:
    """To draw on what a control of this size, in px, will show; as sharp as its screen. Without a size one px."""
    ratio = control.devicePixelRatioF()
    picture = QPixmap((size * ratio).expandedTo(QSize(1, 1)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(ground)
    return picture


class KeptPictures(QObject):
    """The pictures of one control.

    self._pictures = KeptPictures(look, self); self._pictures.paint(state, self._draw); self._pictures.forget()
    """

    def __init__(self, look: ThemeHolder, control: QWidget) -> None:
        super().__init__(control)
        self._control = control
        self._kept: dict[Hashable, QPixmap] = {}
        look.changed.connect(self.forget)

    def forget(self) -> None:
        """What it says changed."""
        self._kept.clear()

    def paint(self, state: Hashable, draw: Callable[[QPainter], None]) -> None:
        """Inside a paint event: the picture of this state. state: all that `draw` looks at but size and screen."""
        control = self._control
        key = (state, control.size().toTuple(), control.devicePixelRatioF())
        picture = self._kept.get(key)
        if picture is None:
            if len(self._kept) == MOST:
                self._kept.clear()
            picture = self._kept[key] = self._drawn(draw)
        QPainter(control).drawPixmap(0, 0, picture)

    def _drawn(self, draw: Callable[[QPainter], None]) -> QPixmap:
        picture = empty_picture(self._control, self._control.size(), Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setFont(self._control.font())
        draw(painter)
        painter.end()
        return picture
