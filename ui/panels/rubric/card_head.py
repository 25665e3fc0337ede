"""The head of the focused criterion: number, text, points and verdict, drawn in one piece."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy

from ui.i18n import tr
from ui.panels.inline import inline
from ui.panels.rubric.entries import RowState
from ui.panels.rubric.row import GAP, INDENT, NUMBER, RAIL
from ui.panels.rubric.texts import Texts
from ui.panels.rubric.words import icon_of, points_words, row_words, tone_of
from ui.theme.apply import ThemeHolder
from ui.widgets.drawn import MIDDLE, Drawn
from ui.widgets.kept import empty_picture

_RIGHT = MIDDLE | int(Qt.AlignmentFlag.AlignRight)
SIDE_GAP = 12


class CardHead(Drawn):
    """Its text is the criterion's, for screen readers."""

    def __init__(self, look: ThemeHolder, texts: Texts) -> None:
        super().__init__(look)
        self._texts = texts
        self._state: RowState | None = None
        self._high: tuple[int, int] | None = None
        self._ahead: tuple[RowState, QPixmap] | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        texts.redrawn.connect(self._fit)

    def bind(self, state: RowState) -> None:
        if state != self._state:
            self._state, self._high = state, None
            self._words = inline(state.entry.criterion.text)[0]
            self.setAccessibleName(self._words)
            self.updateGeometry()
            self.update()

    def prepare(self, state: RowState, ground: str) -> None:
        """Lay out and draw another criterion before it has the focus. ground: the colour it will stand on."""
        size = QSize(self.width(), self._height_of(state, self.width()))
        picture = empty_picture(self, size, self._look.colour(ground))
        painter = QPainter(picture)
        self._paint(painter, state, size)
        painter.end()
        self._ahead = state, picture

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._state is None:
            return 0
        if self._high is None or self._high[0] != width:
            self._high = width, self._height_of(self._state, width)
        return self._high[1]

    def _height_of(self, state: RowState, width: int) -> int:
        return max(self._words_height(state, width), self._side_height(state))

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(160), self._look.theme.line_px("criterion"))

    def _fit(self) -> None:
        self._high = self._ahead = None
        super()._fit()

    # Geometry

    def left(self, state: RowState) -> int:
        """Where the words begin."""
        px = self._look.px
        return px(INDENT * state.entry.depth) + px(RAIL) + px(NUMBER) + 2 * px(GAP)

    def _inner(self, state: RowState, width: int) -> int:
        """The width of the words."""
        px = self._look.px
        return max(width - self.left(state) - px(SIDE_GAP) - self._side_width(state), px(60))

    @staticmethod
    def _side(state: RowState) -> tuple[str, str]:
        """(points, the words under them)."""
        criterion, verdict = state.entry.criterion, state.verdict
        return points_words(criterion, verdict, state.points, state.effect), row_words(criterion, verdict)

    def _side_width(self, state: RowState) -> int:
        look, (points, words) = self._look, self._side(state)
        first = look.metrics("strong", figures=True).horizontalAdvance(points) + look.px(6) + look.px(18)
        return max(first, look.metrics("quiet").horizontalAdvance(words))

    def _side_height(self, state: RowState) -> int:
        return self._look.px(18) + (self._look.metrics("quiet").height() if self._side(state)[1] else 0)

    def _words_height(self, state: RowState, width: int) -> int:
        look, px = self._look, self._look.px
        criterion, inner = state.entry.criterion, self._inner(state, width)
        height = self._texts.lay(criterion.text, inner, weight=500).height
        if criterion.negative:
            height += look.metrics("small").height() + px(2)
        if criterion.help:
            height += px(2) + self._texts.lay(criterion.help, inner, "second").height
        return height

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        state, ahead = self._state, self._ahead
        if state is None:
            return
        painter = QPainter(self)
        if ahead is not None and ahead[0] is state and self._fits(ahead[1]):
            painter.drawPixmap(0, 0, ahead[1])
        else:
            self._paint(painter, state, self.size())

    def _fits(self, picture: QPixmap) -> bool:
        as_sharp = picture.devicePixelRatio() == self.devicePixelRatioF()
        return as_sharp and picture.deviceIndependentSize().toSize() == self.size()

    def _paint(self, painter: QPainter, state: RowState, size: QSize) -> None:
        look, px = self._look, self._look.px
        criterion, left, inner = state.entry.criterion, self.left(state), self._inner(state, size.width())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        indent = px(INDENT * state.entry.depth)
        if criterion.negative:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("bad"))
            rail = QRectF(indent, 0, px(RAIL), size.height())
            painter.drawRoundedRect(rail, px(RAIL) / 2, px(RAIL) / 2)
        painter.setFont(look.font("quiet", figures=True))
        painter.setPen(look.colour("t3"))
        number = QRect(left - px(GAP) - px(NUMBER), px(3), px(NUMBER), look.metrics("quiet").height())
        painter.drawText(number, _RIGHT, str(state.entry.number))
        self._paint_side(painter, state, size.width())
        y = 0
        if criterion.negative:
            y = self._paint_warning(painter, left, size.width())
        painter.setPen(look.colour("t1"))
        laid = self._texts.lay(criterion.text, inner, weight=500)
        laid.draw(painter, left, y)
        y += laid.height
        if criterion.help:
            painter.setPen(look.colour("t2"))
            laid = self._texts.lay(criterion.help, inner, "second")
            laid.draw(painter, left, y + px(2))

    def _paint_side(self, painter: QPainter, state: RowState, right: int) -> None:
        look, px = self._look, self._look.px
        criterion, verdict = state.entry.criterion, state.verdict
        points, words = self._side(state)
        tone = tone_of(criterion, verdict, state.effect)
        mark = look.pixmap(icon_of(criterion, verdict), tone, 18, self.devicePixelRatioF())
        painter.drawPixmap(right - px(18), 0, mark)
        threatens = criterion.negative and not verdict.answered
        ink = tone if tone in ("good", "bad", "unsure") else "bad" if threatens else "t2"
        painter.setFont(look.font("strong", figures=True))
        painter.setPen(look.colour(ink))
        painter.drawText(QRect(0, 0, right - px(24), px(18)), _RIGHT, points)
        if words:
            painter.setFont(look.font("quiet"))
            painter.setPen(look.colour("t3"))
            painter.drawText(QRect(0, px(18), right, look.metrics("quiet").height()), _RIGHT, words)

    def _paint_warning(self, painter: QPainter, left: int, right: int) -> int:
        look, px = self._look, self._look.px
        height = look.metrics("small").height()
        mark = look.pixmap("octagon-alert", "bad", 13, self.devicePixelRatioF())
        painter.drawPixmap(left, (height - px(13)) // 2, mark)
        painter.setFont(look.font("small"))
        painter.setPen(look.colour("bad"))
        x = left + px(13) + px(5)
        painter.drawText(QRect(x, 0, right - x, height), MIDDLE, tr("Bad if this is met"))
        return height + px(2)
