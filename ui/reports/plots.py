"""Plots of a report, drawn in the theme's colours; every value stands beside its mark and is said to screen readers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QSizePolicy

from app.agreement.reports.blocks import Distribution, Drift, Intervals
from app.agreement.reports.showing import cell, interval, number, ticks
from ui.i18n import tr
from ui.theme.apply import ThemeHolder

LINE, AXIS, CHART = 28, 26, 170
LABEL = 260
"""px at 100 %: a line of an interval plot, its axis, the height of a chart; its labels."""


class Plot(QLabel):
    """A label to screen readers, drawn by hand. words: everything that is drawn, as text."""

    def __init__(self, look: ThemeHolder, title: str, words: Sequence[str]) -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(title)
        self.setAccessibleDescription("\n".join(words))
        self.setToolTip("\n".join(words[:40]))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._fit)

    def _height(self) -> int:
        """px at 100 %."""
        return CHART + 2 * AXIS

    def _fit(self) -> None:
        self.setFixedHeight(self._look.px(self._height()))
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(360), self._look.px(self._height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._look.font("small", figures=True))
        self._draw(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._look.colour("accent"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    @abstractmethod
    def _draw(self, painter: QPainter) -> None:
        """Of each kind; mypy holds it to it, since Qt's metaclass leaves no room for that of ABC."""

    def _text(self, painter: QPainter, box: QRectF, text: str, tone: str, align: Qt.AlignmentFlag) -> None:
        """One line, shortened where there is no room for it."""
        painter.setPen(self._look.colour(tone))
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, int(align | Qt.AlignmentFlag.AlignVCenter), shown)

    def _dot(self, painter: QPainter, at: QPointF) -> None:
        radius = self._look.px(4.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("accent"))
        painter.drawEllipse(at, radius, radius)


class IntervalPlot(Plot):
    """Each value with its interval on one axis."""

    def __init__(self, look: ThemeHolder, block: Intervals) -> None:
        super().__init__(look, block.title, [f"{name}: {cell(figure, tr)}" for name, figure in block.rows])
        self._block = block
        self._fit()

    def _height(self) -> int:
        return LINE * len(self._block.rows) + AXIS

    def _draw(self, painter: QPainter) -> None:
        look, block = self._look, self._block
        line = look.px(LINE)
        left = min(look.px(LABEL), self.width() * 0.36)
        metrics = QFontMetrics(painter.font())
        said = [interval(figure, tr) for _, figure in block.rows if figure.value is not None]
        room = max((metrics.horizontalAdvance(words) for words in said), default=0) + look.px(18)
        right = max(self.width() - room, left + self.width() * 0.2)
        bottom = line * len(block.rows)
        span = block.high - block.low or 1.0

        def x(value: float) -> float:
            return left + (right - left) * (min(max(value, block.low), block.high) - block.low) / span

        for tick in ticks(block.low, block.high):
            painter.setPen(look.colour("line"))
            painter.drawLine(QPointF(x(tick), 0), QPointF(x(tick), bottom))
            box = QRectF(x(tick) - look.px(30), bottom, look.px(60), look.px(AXIS))
            self._text(painter, box, number(tick), "t3", Qt.AlignmentFlag.AlignHCenter)
        if block.mark is not None:
            painter.setPen(QPen(look.colour("line2"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x(block.mark), 0), QPointF(x(block.mark), bottom))
        for place, (label, figure) in enumerate(block.rows):
            y = line * place + line / 2
            box = QRectF(0, line * place, left - look.px(12), line)
            self._text(painter, box, label, "t1", Qt.AlignmentFlag.AlignRight)
            if figure.value is None:
                box = QRectF(left + look.px(6), line * place, self.width() - left - look.px(6), line)
                self._text(painter, box, cell(figure, tr).lstrip("– "), "t2", Qt.AlignmentFlag.AlignLeft)
                continue
            if figure.low is not None and figure.high is not None:
                painter.setPen(QPen(look.colour("accent"), look.px(2)))
                painter.drawLine(QPointF(x(figure.low), y), QPointF(x(figure.high), y))
            self._dot(painter, QPointF(x(figure.value), y))
            box = QRectF(right + look.px(14), line * place, self.width() - right - look.px(14), line)
            self._text(painter, box, interval(figure, tr), "t2", Qt.AlignmentFlag.AlignLeft)


class DistributionPlot(Plot):
    """How many values lie where."""

    def __init__(self, look: ThemeHolder, block: Distribution) -> None:
        words = [f"{number(low)} – {number(high)}: {count}" for low, high, count in block.bins]
        super().__init__(look, block.title, words)
        self._block = block
        self._fit()

    def _draw(self, painter: QPainter) -> None:
        look, bins = self._look, self._block.bins
        most = max((n for _, _, n in bins), default=1) or 1
        top, tall, axis = look.px(AXIS), look.px(CHART), look.px(AXIS)
        width = self.width() / max(len(bins), 1)
        metrics = QFontMetrics(painter.font())
        wide = max((metrics.horizontalAdvance(number(low)) for low, _, _ in bins), default=0) + look.px(6)
        every = max(1, -int(-wide // max(width, 1)))
        for place, (low, _, count) in enumerate(bins):
            height = tall * count / most
            bar = QRectF(place * width + 1, top + tall - height, width - 2, height)
            painter.fillRect(bar, look.colour("accent"))
            if count:
                box = QRectF(place * width, top + tall - height - axis, width, axis)
                self._text(painter, box, str(count), "t1", Qt.AlignmentFlag.AlignHCenter)
            if place % every == 0:
                box = QRectF(place * width, top + tall, width * every, axis)
                self._text(painter, box, number(low), "t3", Qt.AlignmentFlag.AlignLeft)
        painter.setPen(look.colour("line2"))
        painter.drawLine(QPointF(0, top + tall), QPointF(self.width(), top + tall))


class DriftPlot(Plot):
    """One figure a week, with its interval."""

    def __init__(self, look: ThemeHolder, block: Drift) -> None:
        words = [f"{week}: {cell(figure, tr)}, n {n}" for week, figure, n in block.points]
        super().__init__(look, block.title, words)
        self._block = block
        self._fit()

    def _draw(self, painter: QPainter) -> None:
        look, block = self._look, self._block
        left, top, tall, axis = look.px(48), look.px(AXIS), look.px(CHART), look.px(AXIS)
        span = block.high - block.low or 1.0
        step = (self.width() - left - look.px(110)) / max(len(block.points) - 1, 1)

        def y(value: float) -> float:
            return top + tall * (1 - (min(max(value, block.low), block.high) - block.low) / span)

        for tick in ticks(block.low, block.high):
            painter.setPen(look.colour("line"))
            painter.drawLine(QPointF(left, y(tick)), QPointF(self.width(), y(tick)))
            box = QRectF(0, y(tick) - axis / 2, left - look.px(8), axis)
            self._text(painter, box, number(tick), "t3", Qt.AlignmentFlag.AlignRight)
        known = [
            (QPointF(left + look.px(40) + place * step, y(figure.value)), week, figure)
            for place, (week, figure, _) in enumerate(block.points)
            if figure.value is not None
        ]
        painter.setPen(QPen(look.colour("accent"), look.px(1.5)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([at for at, _, _ in known]))
        every = max(1, int(look.px(84) / max(step, 1)) + (1 if step < look.px(84) else 0))
        for place, (at, week, figure) in enumerate(known):
            if figure.low is not None and figure.high is not None:
                painter.setPen(QPen(look.colour("accent"), look.px(2)))
                painter.drawLine(QPointF(at.x(), y(figure.low)), QPointF(at.x(), y(figure.high)))
            self._dot(painter, at)
            if place % every == 0:
                box = QRectF(at.x() - look.px(42), top + tall, look.px(84), axis)
                self._text(painter, box, week, "t3", Qt.AlignmentFlag.AlignHCenter)
                box = QRectF(at.x() + look.px(7), at.y() - axis, look.px(60), axis)
                self._text(painter, box, number(figure.value or 0.0), "t1", Qt.AlignmentFlag.AlignLeft)
