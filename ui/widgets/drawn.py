"""Text that draws itself: for what changes with every task.

A QLabel under a style sheet asks its whole window for a new layout whenever its words change. These widgets
draw with the fonts and colours of the theme and ask for other room only when they need it.

    TextLine(look, "Task 13 of 24", role="strong")
    Remarks(look, gap=14).say([Remark("5 earned", "circle-check", "good"), Remark("8 lost")])
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from ui.theme.apply import ThemeHolder
from ui.theme.tokens import TYPE

MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip)


class Drawn(QLabel):
    """A label to screen readers, drawn by hand. Subclasses say their size and paint themselves."""

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__()
        self._look = look
        self._words = ""
        look.changed.connect(self._fit)

    def text(self) -> str:
        return self._words

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _fit(self) -> None:
        self.updateGeometry()
        self.update()


class TextLine(Drawn):
    """One line in a type role. Its room only grows: other words of its width move nothing around it."""

    def __init__(
        self,
        look: ThemeHolder,
        text: str = "",
        *,
        role: str = "body",
        tone: str = "",
        figures: bool = False,
        elide: bool = False,
    ) -> None:
        """elide: it takes the room there is. An ellipsis ends what has none, with all of it in the tooltip."""
        super().__init__(look)
        self._role, self._tone, self._figures, self._elide = role, tone, figures, elide
        self._room = 0
        self._tip = ""
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def setText(self, text: str) -> None:
        if text != self._words:
            self._words = text
            self.setAccessibleName(text)
            need = self._need()
            if need > self._room:
                self._room = need
                self.updateGeometry()
            self.update()

    def set_tone(self, tone: str) -> None:
        if tone != self._tone:
            self._tone = tone
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._room, self._look.metrics(self._role, figures=self._figures).height())

    def paintEvent(self, event: QPaintEvent) -> None:
        words = self._words
        if self._elide or self.width() < self._room:
            metrics = self._look.metrics(self._role, figures=self._figures)
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, self.width())
            tip = self._words if words != self._words else ""
            if tip != self._tip:
                self._tip = tip
                self.setToolTip(tip)
        painter = QPainter(self)
        painter.setFont(self._look.font(self._role, figures=self._figures))
        painter.setPen(self._look.colour(self._tone or TYPE[self._role].tone))
        painter.drawText(self.rect(), MIDDLE, words)

    def _need(self) -> int:
        if self._elide:
            return self._look.px(24)
        return self._look.metrics(self._role, figures=self._figures).horizontalAdvance(self._words)

    def _fit(self) -> None:
        self._room = self._need()
        super()._fit()


@dataclass(frozen=True, slots=True)
class Remark:
    """Some words with an icon before them, if one is named."""

    text: str
    icon: str = ""
    tone: str = ""


ICON, ICON_GAP = 14, 5


class Remarks(Drawn):
    """Remarks one after the other, wrapped where there is no more room. between: stands in every gap.

    icon_gap, gap: px at 100 %.
    """

    def __init__(
        self, look: ThemeHolder, *, gap: int, icon_gap: int = ICON_GAP, between: str = "", toned: bool = False
    ) -> None:
        """toned: words wear the tone of their icon."""
        super().__init__(look)
        self._gap, self._icon_gap, self._between, self._toned = gap, icon_gap, between, toned
        self._said: tuple[Remark, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def say(self, remarks: Sequence[Remark]) -> None:
        said = tuple(remarks)
        if said == self._said:
            return
        before = self.heightForWidth(self.width())
        self._said = said
        self._words = " · ".join(one.text for one in said)
        self.setAccessibleName(self._words)
        if self.heightForWidth(self.width()) != before:
            self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        places = self._places(width)
        return places[-1].bottom() + 1 if places else self._line()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + self._step() * max(0, len(self._said) - 1), self._line())

    def minimumSizeHint(self) -> QSize:
        return QSize(max(self._widths(), default=0), self._line())

    def paintEvent(self, event: QPaintEvent) -> None:
        look, px = self._look, self._look.px
        painter = QPainter(self)
        painter.setFont(look.font("small", figures=True))
        ratio, side = self.devicePixelRatioF(), px(ICON)
        places = self._places(self.width())
        if places:
            painter.translate(0, max(0, (self.height() - places[-1].bottom() - 1) // 2))
        for at, (one, place) in enumerate(zip(self._said, places, strict=True)):
            x = place.x()
            if one.icon:
                mark = look.pixmap(one.icon, one.tone or "t2", ICON, ratio)
                painter.drawPixmap(x, place.y() + (place.height() - side) // 2, mark)
                x += side + px(self._icon_gap)
            painter.setPen(look.colour((self._toned and one.tone) or "t2"))
            painter.drawText(QRect(x, place.y(), place.right() - x + 1, place.height()), MIDDLE, one.text)
            if self._between and at + 1 < len(places):
                painter.setPen(look.colour("t3"))
                gap = QRect(place.right() + 1, place.y(), self._step(), place.height())
                painter.drawText(gap, MIDDLE | int(Qt.AlignmentFlag.AlignHCenter), self._between)

    def _widths(self) -> list[int]:
        metrics, px = self._look.metrics("small", figures=True), self._look.px
        before = px(ICON) + px(self._icon_gap)
        return [metrics.horizontalAdvance(one.text) + (before if one.icon else 0) for one in self._said]

    def _step(self) -> int:
        dot = self._look.metrics("small").horizontalAdvance(self._between) if self._between else 0
        return self._look.px(self._gap) * (2 if self._between else 1) + dot

    def _line(self) -> int:
        return max(self._look.metrics("small", figures=True).height(), self._look.px(ICON))

    def _places(self, width: int) -> list[QRect]:
        x, y, line, found = 0, 0, self._line(), []
        for need in self._widths():
            if x and x + need > width:
                x, y = 0, y + line + self._look.px(6)
            found.append(QRect(x, y, need, line))
            x += need + self._step()
        return found
