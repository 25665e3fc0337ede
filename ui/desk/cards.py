"""Batch cards: real buttons in a grid that reflows."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

from ui.desk.presenter import BatchLine
from ui.theme.apply import ThemeHolder
from ui.theme.tokens import RADIUS
from ui.widgets.button import Pressable
from ui.widgets.chip import Chip
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Hairline, Row
from ui.widgets.meter import ProgressRing
from ui.widgets.text import Label, Paragraph

LEAST, ROOMY = 330, 480


class CardGrid(QLayout):
    """Equal columns: two that keep LEAST px, more only where each has ROOMY; rows as high as their highest card."""

    def __init__(self, look: ThemeHolder, *, spacing: int = 16) -> None:
        super().__init__()
        self._look = look
        self._gap = spacing
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        look.changed.connect(self.invalidate)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        width = self._look.px(LEAST) * 2
        return QSize(width, self.heightForWidth(width))

    def minimumSize(self) -> QSize:
        return QSize(self._look.px(120), 0)

    def _fitting(self, least: int, width: int) -> int:
        gap = self._look.px(self._gap)
        return (width + gap) // (self._look.px(least) + gap)

    def _place(self, rect: QRect, *, move: bool) -> int:
        gap = self._look.px(self._gap)
        shown = [item for item in self._items if not item.isEmpty()]
        columns = max(1, min(2, self._fitting(LEAST, rect.width())), self._fitting(ROOMY, rect.width()))
        each = (rect.width() - gap * (columns - 1)) // columns
        y = rect.top()
        for start in range(0, len(shown), columns):
            line = shown[start : start + columns]
            high = max(_height(item, each) for item in line)
            for at, item in enumerate(line):
                if move:
                    item.setGeometry(QRect(QPoint(rect.left() + at * (each + gap), y), QSize(each, high)))
            y += high + gap
        return max(0, y - gap - rect.top())


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()


class BatchCard(Pressable):
    """Ring, field, title, what is left; chips and the due date below a hairline."""

    def __init__(self, look: ThemeHolder, line: BatchLine) -> None:
        super().__init__()
        self._look = look
        self.line = line
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._ring = ProgressRing(look)
        self._field = Paragraph(look, role="quiet")
        self._title = Paragraph(look, role="section")
        self._progress = Paragraph(look, role="small")
        self._due = Label(look, role="small")
        self._chips = Flow(look, spacing=6)
        self._chip_words: tuple[object, ...] | None = None
        head = Row(
            look, self._ring,
            (Column(look, None, self._field, self._title, self._progress, None, spacing=3), 1),
            spacing=14,
        )  # fmt: skip
        chips = QWidget()
        chips.setLayout(self._chips)
        foot = Row(look, (chips, 1), self._due, spacing=8)
        self.setLayout(Column(look, head, Hairline(), foot, None, spacing=10, margins=(18, 13, 18, 12)))
        look.changed.connect(self.update)
        self.set(line)

    def set(self, line: BatchLine) -> None:
        self.line = line
        self._ring.set(line.share, line.percent, "")
        self._field.setText(line.field)
        self._field.setVisible(bool(line.field))
        self._title.setText(line.title)
        self._progress.setText(line.progress)
        self._due.setText(line.due)
        self._due.set_tone(line.due_tone or "t2")
        if self._chip_words != line.chips:
            self._chip_words = line.chips
            self._chips.clear()
            self._chips.add(*(Chip(self._look, c.text, icon=c.icon, tone=c.tone) for c in line.chips))
        self.setAccessibleName(line.spoken)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return layout.minimumSize() if layout is not None else super().minimumSizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        focused = self.hasFocus()
        width = look.theme.focus_width if focused else 1
        ground = "hover" if self.underMouse() and not look.theme.high_contrast else "raised"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(look.colour("sunken" if self.isDown() else ground))
        painter.setPen(QPen(look.colour("accent" if focused else "line"), width))
        inset = width / 2
        radius = look.px(RADIUS.card)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)
