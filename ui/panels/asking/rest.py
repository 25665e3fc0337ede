"""A control at rest: number, what is asked, its answer. A real button that draws itself."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from ui.panels.asking.words import RestState
from ui.panels.rubric.texts import Texts
from ui.theme.apply import ThemeHolder
from ui.widgets.kept import empty_picture

LEFT, RIGHT, TOP, NUMBER, GAP, LEAST = 12, 14, 11, 18, 8, 44
MOST_SIDE = 0.45
"""Of the width, for the words of an answer; longer ones stand under the text."""


class RestRow(QPushButton):
    """Clicked: the control takes the focus. It has no place in the tab order: arrows move between controls."""

    def __init__(self, look: ThemeHolder, texts: Texts) -> None:
        super().__init__()
        self._look = look
        self._texts = texts
        self.state: RestState | None = None
        self._high: dict[int, int] = {}  # by width, of this state
        self._wide: int | None = None  # of the words of its answer
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        texts.redrawn.connect(self._fit)
        look.changed.connect(self._fit)

    def bind(self, state: RestState) -> None:
        """Asks for a new layout only where its height changes."""
        before, self.state = self.state, state  # equal ones too: what was drawn ahead is of this very one
        if state == before:
            return
        self.setAccessibleName(state.spoken)
        height = self._high.get(self.width())
        self._high.clear()
        self._wide = None
        if height is None or self.heightForWidth(self.width()) != height:
            self.updateGeometry()
        self.update()

    def draw_ahead(self, state: RestState, width: int) -> None:
        """Draw a row that will be shown: the first painting in this state then copies it. For a row not shown now."""
        self.bind(state)
        size = QSize(width, self.heightForWidth(width))
        self.resize(size)
        picture = empty_picture(self, size, self._look.colour("panel"))
        painter = QPainter(picture)
        self._draw(painter, state)
        painter.end()
        self._texts.keep_drawn(state, picture, state.spoken)

    def _fit(self) -> None:
        self._high.clear()
        self._wide = None
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        found = self._high.get(width)
        if found is None:
            found = self._high[width] = self._measured(width)
        return found

    def _measured(self, width: int) -> int:
        state, px = self.state, self._look.px
        if state is None:
            return px(LEAST)
        height = self._texts.lay(state.text, self._room(width)).height
        if state.words and not self._beside(width):
            height += px(4) + self._texts.lay(state.words, self._inner(width), "strong").height
        if state.note:
            height += px(5) + self._texts.lay(state.note, self._inner(width) - px(21), "second").height
        return max(height + 2 * px(TOP), px(LEAST))

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(200), self.heightForWidth(max(self.width(), self._look.px(200))))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(120), self._look.px(LEAST))

    def _left(self) -> int:
        numbered = self.state is not None and bool(self.state.number)
        return self._look.px(LEFT + (NUMBER + GAP if numbered else 3))

    def _inner(self, width: int) -> int:
        return width - self._left() - self._look.px(RIGHT)

    def _words_width(self) -> int:
        if self._wide is None:
            words = self.state.words if self.state is not None else ""
            self._wide = self._look.metrics("strong", figures=True).horizontalAdvance(words)
        return self._wide

    def _beside(self, width: int) -> bool:
        return self._words_width() <= self._inner(width) * MOST_SIDE

    def _room(self, width: int) -> int:
        side = self._look.px(18 + 12)
        if self._words_width() and self._beside(width):
            side += self._words_width() + self._look.px(6)
        return self._inner(width) - side

    def paintEvent(self, event: QPaintEvent) -> None:
        state, painter = self.state, QPainter(self)
        if state is None:
            painter.fillRect(self.rect(), self._look.colour("panel"))
            return
        drawn = None if self.underMouse() else self._texts.drawn(state, self.size())
        if drawn is not None:
            painter.drawPixmap(0, 0, drawn)
        else:
            painter.fillRect(self.rect(), self._look.colour("panel"))
            self._draw(painter, state)

    def _draw(self, painter: QPainter, state: RestState) -> None:
        look, px = self._look, self._look.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            painter.fillRect(self.rect().adjusted(0, 1, 0, -1), look.colour("hover"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), look.colour("line"))
        left, y, line = self._left(), px(TOP), look.theme.line_px("criterion")
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if state.number:
            painter.setFont(self._texts.font("quiet", figures=True))
            painter.setPen(look.colour("t3"))
            painter.drawText(QRect(left - px(GAP + NUMBER + 4), y, px(NUMBER + 4), line), right, state.number)
        icon_x = self.width() - px(RIGHT) - px(18)
        icon = look.pixmap(state.icon, state.tone, 18, self.devicePixelRatioF())
        painter.drawPixmap(icon_x, y + (line - px(18)) // 2, icon)
        laid = self._texts.lay(state.text, self._room(self.width()))
        painter.setPen(look.colour("t1"))
        laid.draw(painter, left, y)
        ink = look.colour(state.tone if state.tone in ("good", "bad", "warn") else "t2")
        if state.words and self._beside(self.width()):
            painter.setFont(self._texts.font("strong", figures=True))
            painter.setPen(ink)
            painter.drawText(QRect(0, y, icon_x - px(6), line), right, state.words)
            y += laid.height
        elif state.words:
            y += laid.height + px(4)
            under = self._texts.lay(state.words, self._inner(self.width()), "strong")
            painter.setPen(ink)
            under.draw(painter, left, y)
            y += under.height
        else:
            y += laid.height
        if state.note:
            y += px(5)
            mark = look.pixmap("message-square", "t3", 14, self.devicePixelRatioF())
            painter.drawPixmap(left, y + (look.theme.line_px("second") - px(14)) // 2, mark)
            painter.setPen(look.colour("t2"))
            self._texts.lay(state.note, self._inner(self.width()) - px(21), "second").draw(
                painter, left + px(21), y
            )
