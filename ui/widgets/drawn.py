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
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy

from ui.theme.apply import ThemeHolder
from ui.theme.tokens import TYPE
from ui.widgets.kept import empty_picture

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


_State = tuple[str, str, int, int, float, Qt.LayoutDirection]


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A line that was drawn before it is said. shown: the words there was room for. need: the room for all, px."""

    state: _State
    shown: str
    need: int
    picture: QPixmap


class TextLine(Drawn):
    """One line in a type role. Other words of about its width move nothing around it: its room grows, and figures
    give back what two of them less leave."""

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
        self._ahead: _Ahead | None = None
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def setText(self, text: str) -> None:
        if text != self._words:
            self._words = text
            self.setAccessibleName(text)
            ahead = self._ahead
            need = ahead.need if ahead is not None and ahead.state[0] == text else self._need(text)
            if need > self._room or need < self._room - self._slack():
                self._room = need
                self.updateGeometry()
            self.update()

    def set_tone(self, tone: str) -> None:
        if tone != self._tone:
            self._tone = tone
            self.update()

    def prepare(self, words: str, ground: str) -> None:
        """Draw what will be said next, at the size the line has now. ground: the colour it stands on."""
        state = self._state(words)
        if self.size().isEmpty() or (self._ahead is not None and self._ahead.state == state):
            return
        need = self._need(words)
        shown = self._cut(words, need)
        picture = empty_picture(self, self.size(), self._look.colour(ground))
        painter = QPainter(picture)
        self._draw(painter, shown)
        painter.end()
        self._ahead = _Ahead(state, shown, need, picture)

    def sizeHint(self) -> QSize:
        return QSize(self._room, self._look.metrics(self._role, figures=self._figures).height())

    def paintEvent(self, event: QPaintEvent) -> None:
        ahead = self._ahead
        if ahead is not None and ahead.state == self._state(self._words):
            self._tell_cut(ahead.shown)
            QPainter(self).drawPixmap(0, 0, ahead.picture)
            return
        shown = self._cut(self._words, self._room)
        self._tell_cut(shown)
        self._draw(QPainter(self), shown)

    def _slack(self) -> int:
        """Room that may stand empty, px: one figure's, so that no gap is left behind “0 %” by “100 %”."""
        if not self._figures:
            return self._room
        return self._look.metrics(self._role, figures=True).horizontalAdvance("0") + 2

    def _state(self, words: str) -> _State:
        """All that a picture of some words depends on."""
        way = self.layoutDirection()
        return words, self._tone, self.width(), self.height(), self.devicePixelRatioF(), way

    def _cut(self, words: str, need: int) -> str:
        """What there is room for. need: the room for all of them, px."""
        if not self._elide and self.width() >= need:
            return words
        metrics = self._look.metrics(self._role, figures=self._figures)
        return metrics.elidedText(words, Qt.TextElideMode.ElideRight, self.width())

    def _tell_cut(self, shown: str) -> None:
        """All of it in the tooltip, where it is not all there."""
        tip = self._words if shown != self._words else ""
        if tip != self._tip:
            self._tip = tip
            self.setToolTip(tip)

    def _draw(self, painter: QPainter, shown: str) -> None:
        painter.setFont(self._look.font(self._role, figures=self._figures))
        painter.setPen(self._look.colour(self._tone or TYPE[self._role].tone))
        painter.setLayoutDirection(self.layoutDirection())
        painter.drawText(self.rect(), MIDDLE, shown)

    def _need(self, words: str) -> int:
        if self._elide:
            return self._look.px(24)
        return self._look.metrics(self._role, figures=self._figures).horizontalAdvance(words)

    def _fit(self) -> None:
        self._room = self._need(self._words)
        self._ahead = None
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
        self._wide: list[int] | None = None  # of each remark
        self._placed: tuple[int, list[QRect]] | None = None  # at a width
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def say(self, remarks: Sequence[Remark]) -> None:
        said = tuple(remarks)
        if said == self._said:
            return
        before = self.heightForWidth(self.width())
        self._said = said
        self._wide = self._placed = None
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

    def _fit(self) -> None:
        self._wide = self._placed = None
        super()._fit()

    def _widths(self) -> list[int]:
        if self._wide is None:
            metrics, px = self._look.metrics("small", figures=True), self._look.px
            before = px(ICON) + px(self._icon_gap)
            self._wide = [
                metrics.horizontalAdvance(one.text) + (before if one.icon else 0) for one in self._said
            ]
        return self._wide

    def _step(self) -> int:
        dot = self._look.metrics("small").horizontalAdvance(self._between) if self._between else 0
        return self._look.px(self._gap) * (2 if self._between else 1) + dot

    def _line(self) -> int:
        return max(self._look.metrics("small", figures=True).height(), self._look.px(ICON))

    def _places(self, width: int) -> list[QRect]:
        if self._placed is not None and self._placed[0] == width:
            return self._placed[1]
        x, y, line, found = 0, 0, self._line(), []
        for need in self._widths():
            if x and x + need > width:
                x, y = 0, y + line + self._look.px(6)
            found.append(QRect(x, y, need, line))
            x += need + self._step()
        self._placed = width, found
        return found
