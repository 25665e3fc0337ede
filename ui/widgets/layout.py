"""Rows and columns whose spacing and margins grow with the text.

box = Column(look, spacing=8, margins=(20, 16, 20, 16))
box.add(title, 12, (body, 1), None, button)     # 12 = a gap in px, (w, 1) = stretched, None = a spring
widget.setLayout(box)
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLayout, QSpacerItem, QWidget

from ui.theme.apply import ThemeHolder

Margins = tuple[int, int, int, int]
Item = QWidget | QLayout | int | None | tuple[QWidget | QLayout, int]


class Box(QBoxLayout):
    """A box layout in px at 100 %; margins are left, top, right, bottom."""

    def __init__(
        self,
        look: ThemeHolder,
        direction: QBoxLayout.Direction,
        *items: Item,
        spacing: int = 8,
        margins: Margins = (0, 0, 0, 0),
    ) -> None:
        super().__init__(direction)
        self._look = look
        self._spacing = spacing
        self._margins = margins
        self._gaps: list[tuple[QSpacerItem, int]] = []
        look.changed.connect(self._fit)
        self._fit()
        self.add(*items)

    def add(self, *items: Item) -> None:
        for item in items:
            if item is None:
                self.addStretch(1)
            elif isinstance(item, int):
                gap = QSpacerItem(0, 0)
                self._gaps.append((gap, item))
                self._size_gap(gap, item)
                self.addItem(gap)
            elif isinstance(item, tuple):
                self._put(item[0], item[1])
            else:
                self._put(item, 0)

    def put(self, item: QWidget, align: Qt.AlignmentFlag, stretch: int = 0) -> None:
        """Add a widget aligned inside its cell."""
        self.addWidget(item, stretch, align)

    def clear(self) -> None:
        """Take everything out and delete it."""
        self._gaps.clear()
        while (item := self.takeAt(0)) is not None:
            _discard(item.layout() or item.widget())

    def _put(self, item: QWidget | QLayout, stretch: int) -> None:
        if isinstance(item, QLayout):
            self.addLayout(item, stretch)
        else:
            self.addWidget(item, stretch)

    def _fit(self) -> None:
        px = self._look.px
        self.setSpacing(px(self._spacing))
        left, top, right, bottom = (px(m) for m in self._margins)
        self.setContentsMargins(left, top, right, bottom)
        for gap, size in self._gaps:
            self._size_gap(gap, size)

    def _size_gap(self, gap: QSpacerItem, size: int) -> None:
        across = self.direction() in (QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.RightToLeft)
        px = self._look.px(size)
        gap.changeSize(px if across else 0, 0 if across else px)
        self.invalidate()


def _discard(thing: QObject | None) -> None:
    if isinstance(thing, QLayout):
        while (item := thing.takeAt(0)) is not None:
            _discard(item.layout() or item.widget())
        thing.deleteLater()
    elif isinstance(thing, QWidget):
        thing.hide()
        thing.deleteLater()


def stops(layout: QLayout) -> Iterator[QWidget]:
    """Where Tab stops inside a layout, in the order of its places."""
    for at in range(layout.count()):
        item = layout.itemAt(at)
        assert item is not None
        widget = item.widget()
        if widget is not None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget
        inner = item.layout() if widget is None else widget.layout()
        if inner is not None:
            yield from stops(inner)


class Row(Box):
    def __init__(
        self, look: ThemeHolder, *items: Item, spacing: int = 8, margins: Margins = (0, 0, 0, 0)
    ) -> None:
        super().__init__(look, QBoxLayout.Direction.LeftToRight, *items, spacing=spacing, margins=margins)


class Column(Box):
    def __init__(
        self, look: ThemeHolder, *items: Item, spacing: int = 8, margins: Margins = (0, 0, 0, 0)
    ) -> None:
        super().__init__(look, QBoxLayout.Direction.TopToBottom, *items, spacing=spacing, margins=margins)


class Still(QWidget):
    """Holds one widget and fills it out. What changes inside asks nothing outside for a new layout.

    Qt carries every such question up to the window; where the room is given from outside that is in vain.
    """

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        inside.setParent(self)

    def sizeHint(self) -> QSize:
        return self._inside.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._inside.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._inside.setGeometry(self.rect())


class Hairline(QFrame):
    """One px of `line`; decoration only."""

    def __init__(self, *, upright: bool = False) -> None:
        super().__init__()
        self.setProperty("surface", "hair")
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
