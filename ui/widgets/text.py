"""Text and icons.

Label(look, "Batches", role="title")            # roles: ui.theme.tokens.TYPE
Label(look, "+5", role="strong", tone="good", figures=True)
Paragraph(look, criterion.text, role="criterion")   # word-wrapped, with a true line height
IconLabel(look, "circle-check", "good", 18, name="Met")
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QLabel, QSizePolicy

from ui.theme.apply import ThemeHolder, set_property
from ui.theme.tokens import TYPE
from ui.widgets.wrapping import wrap_option


class Label(QLabel):
    """Plain text in a type role. tone overrides the role's colour; figures = tabular; wrap = word wrap.

    elide: one line that shows an ellipsis and keeps its whole text as a tooltip (file names and titles only).
    """

    def __init__(
        self,
        look: ThemeHolder,
        text: str = "",
        *,
        role: str = "body",
        tone: str = "",
        figures: bool = False,
        wrap: bool = False,
        elide: bool = False,
    ) -> None:
        super().__init__(text)
        self._look = look
        self._elide = elide
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        if tone:
            self.setProperty("tone", tone)
        if wrap:
            self.setWordWrap(True)
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if figures:
            font = self.font()
            font.setFeature(QFont.Tag("tnum"), 1)
            self.setFont(font)

    def set_role(self, role: str) -> None:
        set_property(self, "role", role)

    def set_tone(self, tone: str) -> None:
        set_property(self, "tone", tone)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._elide:
            super().paintEvent(event)
            return
        room = self.contentsRect()
        shown = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(self._look.px(24), hint.height()) if self._elide else hint


_Laid = tuple[int, QTextLayout, int]
"""A width, the lines at it, how high they are; px."""


class Paragraph(QLabel):
    """Word-wrapped text with the line height of its role (QLabel knows none); a label to screen readers.

    Direction follows the text itself. Never elided.
    """

    def __init__(
        self,
        look: ThemeHolder,
        text: str = "",
        *,
        role: str = "criterion",
        tone: str = "",
        weight: int | None = None,
    ) -> None:
        super().__init__()
        self._look = look
        self._words = text
        self._role = role
        self._tone = tone
        self._weight = weight
        self._laid: _Laid | None = None
        self._ahead: tuple[str, _Laid] | None = None  # a text that comes next
        self.setAccessibleName(text)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look.changed.connect(self._forget)

    def text(self) -> str:
        return self._words

    def setText(self, text: str) -> None:
        """Asks for a new layout only where the height changes."""
        if text == self._words:
            return
        self._words = text
        self.setAccessibleName(text)
        self._laid = None
        if self._ahead is not None and self._ahead[0] == text:
            self._laid, self._ahead = self._ahead[1], None
        if self.isHidden() or self._lay(self.width())[1] != self.height():
            self.updateGeometry()
        self.update()

    def prepare(self, text: str) -> None:
        """Lay out what will be said next."""
        if text != self._words and (self._ahead is None or self._ahead[0] != text):
            self._ahead = text, self._laid_out(text, self.width())

    def set_weight(self, weight: int | None) -> None:
        if weight != self._weight:
            self._weight = weight
            self._forget()

    def set_tone(self, tone: str) -> None:
        if tone != self._tone:
            self._tone = tone
            self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(width)[1]

    def sizeHint(self) -> QSize:
        width = self.width() if self.testAttribute(Qt.WidgetAttribute.WA_Resized) else self._look.px(240)
        return QSize(self._look.px(200), self._lay(max(width, self._look.px(60)))[1])

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(60), self._look.theme.line_px(self._role))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QColor(self._ink()))
        self._lay(self.width())[0].draw(painter, QPointF(0, 0))

    def _ink(self) -> str:
        return self._look.theme.colour(self._tone or TYPE[self._role].tone)

    def _forget(self) -> None:
        self._laid = self._ahead = None
        self.updateGeometry()
        self.update()

    def _lay(self, width: int) -> tuple[QTextLayout, int]:
        if self._laid is None or self._laid[0] != width:
            self._laid = self._laid_out(self._words, width)
        return self._laid[1], self._laid[2]

    def _laid_out(self, text: str, width: int) -> _Laid:
        line_height = self._look.theme.line_px(self._role)
        layout = QTextLayout(text.replace("\n", "\u2028"), self._look.font(self._role, weight=self._weight))
        layout.setTextOption(wrap_option(text))
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            step = max(float(line_height), line.height())
            line.setPosition(QPointF(0, y + (step - line.height()) / 2))
            y += step
        layout.endLayout()
        return width, layout, max(round(y), line_height)


class IconLabel(QLabel):
    """An icon in a tone. name: what it says to a screen reader; empty when words stand beside it."""

    def __init__(
        self, look: ThemeHolder, icon: str, tone: str = "t2", size: int = 16, *, name: str = ""
    ) -> None:
        super().__init__()
        self._look = look
        self._icon = icon
        self._tone = tone
        self._size = size
        self.setAccessibleName(name)
        look.changed.connect(self._draw)
        self._draw()

    def set_icon(self, icon: str, tone: str, *, name: str = "") -> None:
        if (icon, tone) != (self._icon, self._tone):
            self._icon, self._tone = icon, tone
            self._draw()
        self.setAccessibleName(name)

    def _draw(self) -> None:
        side = self._look.px(self._size)
        self.setFixedSize(side, side)
        self.setPixmap(self._look.pixmap(self._icon, self._tone, self._size, self.devicePixelRatioF()))
