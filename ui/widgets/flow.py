"""A layout that wraps: chips in a row, verdict buttons across a card.

chips = Flow(look, spacing=6); chips.add(Chip(…), Chip(…)); widget.setLayout(chips)
verdicts = Flow(look, spacing=6, equal=True)      # as many equal columns as have room, whole lines filled
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from ui.theme.apply import ThemeHolder


class Flow(QLayout):
    """Places its widgets from left to right and starts a new line when there is no more room."""

    def __init__(self, look: ThemeHolder, *widgets: QWidget, spacing: int = 6, equal: bool = False) -> None:
        super().__init__()
        self._look = look
        self._gap = spacing
        self._equal = equal
        self._items: list[QLayoutItem] = []
        self._high: tuple[int, int] | None = None
        self.setContentsMargins(0, 0, 0, 0)
        look.changed.connect(self.invalidate)
        self.add(*widgets)

    def add(self, *widgets: QWidget) -> None:
        for widget in widgets:
            self.addWidget(widget)

    def clear(self) -> None:
        """Take everything out and delete it."""
        while (item := self.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal if self._equal else Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def invalidate(self) -> None:
        self._high = None
        super().invalidate()

    def heightForWidth(self, width: int) -> int:
        if self._high is None or self._high[0] != width:
            self._high = width, self._place(QRect(0, 0, width, 0), move=False)
        return self._high[1]

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        gaps = self._look.px(self._gap) * max(0, len(shown) - 1)
        return QSize(sum(s.width() for s in shown) + gaps, max((s.height() for s in shown), default=0))

    def minimumSize(self) -> QSize:
        least = QSize(0, 0)
        for item in self._items:
            least = least.expandedTo(item.minimumSize())
        return least

    def _place(self, rect: QRect, *, move: bool) -> int:
        """Lay the lines out in rect; returns the height they take."""
        gap, y = self._look.px(self._gap), rect.top()
        for line in self._lines(rect.width(), gap):
            high = max(item.sizeHint().height() for item in line)
            each = (rect.width() - gap * (len(line) - 1)) // len(line)
            x = rect.left()
            for item in line:
                width = each if self._equal else min(item.sizeHint().width(), rect.width())
                height = high if self._equal else item.sizeHint().height()
                if move:
                    item.setGeometry(QRect(QPoint(x, y + (high - height) // 2), QSize(width, height)))
                x += width + gap
            y += high + gap
        return max(0, y - gap - rect.top())

    def _lines(self, width: int, gap: int) -> list[list[QLayoutItem]]:
        shown = [item for item in self._items if not item.isEmpty()]
        if self._equal:
            return _even_lines(shown, width, gap)
        lines: list[list[QLayoutItem]] = []
        room = -1
        for item in shown:
            need = item.sizeHint().width()
            if not lines or need > room:
                lines.append([])
                room = width
            lines[-1].append(item)
            room -= need + gap
        return lines


def _even_lines(items: list[QLayoutItem], width: int, gap: int) -> list[list[QLayoutItem]]:
    """The fewest lines in which every item keeps its minimum, filled evenly (5 → 3 + 2)."""
    if not items:
        return []
    widest = max(item.minimumSize().width() for item in items)
    columns = max(1, min(len(items), (width + gap) // (widest + gap)))
    lines = -(-len(items) // columns)
    base, more = divmod(len(items), lines)
    result, at = [], 0
    for i in range(lines):
        take = base + (1 if i < more else 0)
        result.append(items[at : at + take])
        at += take
    return result
