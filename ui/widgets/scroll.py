"""Scroll areas and splitters.

ScrollArea(look, content)                       # transparent; the content gets the width
Splitter(look).add(tasks, least=180, start=226) # hairline handle with a 7 px grip; double-click resets
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QSplitterHandle, QWidget

from ui.theme.apply import ThemeHolder

GRIP = 7


class ScrollArea(QScrollArea):
    """Scrolls its content up and down, across only if it has no room to be whole; transparent."""

    def __init__(self, look: ThemeHolder, content: QWidget, *, name: str = "") -> None:
        super().__init__()
        self._look = look
        self._content = content
        content.setProperty("scrolled", "1")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)

    def show_part(self, part: QWidget, margin: int = 24) -> None:
        """Scroll as little as needed so that a widget inside is whole in view (its top, if it is taller)."""
        content = self._content
        top = part.mapTo(content, QPoint(0, 0)).y()
        bar, room, air = self.verticalScrollBar(), self.viewport().height(), self._look.px(margin)
        if part.height() <= room:
            air = min(air, (room - part.height()) // 2)
        if top - air < bar.value() or part.height() > room:
            bar.setValue(top - air)
        elif top + part.height() + air > bar.value() + room:
            bar.setValue(top + part.height() + air - room)

    def page(self, direction: int = 1) -> bool:
        """Scroll by a page less two lines; False when it already stood at the end."""
        bar = self.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + direction * (self.viewport().height() - self._look.px(58)))
        return bar.value() != before


class _Handle(QSplitterHandle):
    """A hairline one can grab 3 px to either side of it."""

    def __init__(self, look: ThemeHolder, splitter: Splitter) -> None:
        super().__init__(splitter.orientation(), splitter)
        self._look = look
        self._splitter = splitter
        self.setAttribute(Qt.WidgetAttribute.WA_MouseNoMask, True)
        self.setAccessibleName(splitter.accessibleName())
        look.changed.connect(self.update)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Instead of Qt's own, which does the same for a grip of 5 px.
        across = self.orientation() == Qt.Orientation.Horizontal
        side = (GRIP - 1) // 2
        self.setContentsMargins(*((side, 0, side, 0) if across else (0, side, 0, side)))
        self.setMask(QRegion(self.contentsRect()))

    def paintEvent(self, event: QPaintEvent) -> None:
        rect, across = self.rect(), self.orientation() == Qt.Orientation.Horizontal
        line = (
            QRect(rect.center().x(), 0, 1, rect.height())
            if across
            else QRect(0, rect.center().y(), rect.width(), 1)
        )
        QPainter(self).fillRect(line, self._look.colour("line"))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._splitter.reset()


class Splitter(QSplitter):
    """Panels side by side with their least and first widths, px at 100 %."""

    def __init__(self, look: ThemeHolder, name: str, *, upright: bool = False) -> None:
        super().__init__(Qt.Orientation.Vertical if upright else Qt.Orientation.Horizontal)
        self._look = look
        self._parts: list[tuple[QWidget, int, int]] = []
        self.setAccessibleName(name)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        look.changed.connect(self._fit)

    def add(self, panel: QWidget, *, least: int, start: int, grows: bool = False) -> None:
        """Add a panel; one that grows takes the room of a wider window."""
        self.addWidget(panel)
        self._parts.append((panel, least, start))
        self.setStretchFactor(self.count() - 1, 1 if grows else 0)
        self._fit()
        self.reset()

    def reset(self) -> None:
        """Back to the first widths."""
        self.setSizes([self._look.px(start) for _, _, start in self._parts])

    def createHandle(self) -> QSplitterHandle:
        return _Handle(self._look, self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.setHandleWidth(1)

    def _fit(self) -> None:
        for panel, least, _ in self._parts:
            if self.orientation() == Qt.Orientation.Horizontal:
                panel.setMinimumWidth(self._look.px(least))
            else:
                panel.setMinimumHeight(self._look.px(least))
