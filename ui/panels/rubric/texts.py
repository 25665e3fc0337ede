"""Laid-out texts of criteria, kept by text, width and role: measuring is what costs when a task is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPixmap, QResizeEvent, QTextCharFormat
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QSizePolicy

from ui.panels.inline import Stretch, inline
from ui.panels.reading.supply import Supply
from ui.panels.rubric.laying import Laid, lay
from ui.theme.apply import ThemeHolder
from ui.theme.fonts import mono_families, reading_families
from ui.theme.tokens import TYPE

KEPT = 800
"""Two of the longest rubrics, or some thirty usual ones; a laid-out text takes some 10 KB."""


class Texts(QObject):
    """The cache; emptied when the theme or the text size changes.

    redrawn(): pictures of formulas came; texts that waited for them have other heights now.
    """

    redrawn = Signal()

    def __init__(self, look: ThemeHolder, supply: Supply, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._supply = supply
        self._kept: dict[tuple[str, int, str, int], Laid] = {}
        self._fonts: dict[tuple[str, int, bool], QFont] = {}
        self._drawn: dict[int, tuple[object, QPixmap, str]] = {}
        look.changed.connect(self._forget)
        supply.drawn.connect(self._formulas_came)

    def font(self, role: str, *, weight: int = 0, figures: bool = False) -> QFont:
        key = (role, weight, figures)
        if key not in self._fonts:
            self._fonts[key] = self._look.font(role, weight=weight or None, figures=figures)
        return self._fonts[key]

    def lay(self, text: str, width: int, role: str = "criterion", weight: int = 0) -> Laid:
        """Never elided; direction follows the text."""
        key = (text, width, role, weight)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            found = self._kept[key] = self._lay(*key)
        return found

    def keep_drawn(self, state: object, picture: QPixmap, spoken: str) -> None:
        """A row in this very state, drawn ahead, and what a screen reader says of it."""
        self._drawn[id(state)] = (state, picture, spoken)

    def spoken(self, state: object) -> str | None:
        """What is said of a state that was drawn ahead and is not painted yet."""
        found = self._drawn.get(id(state))
        return found[2] if found is not None and found[0] is state else None

    def drawn(self, state: object, size: QSize) -> QPixmap | None:
        """What was drawn ahead for a state, once."""
        found = self._drawn.pop(id(state), None) if self._drawn else None
        if found is None or found[0] is not state or found[1].deviceIndependentSize().toSize() != size:
            return None
        return found[1]

    def drop_drawn(self) -> None:
        self._drawn.clear()

    def _lay(self, text: str, width: int, role: str, weight: int) -> Laid:
        font = self.font(role, weight=weight)
        size, ink = float(font.pixelSize()), self._look.theme.colour(TYPE[role].tone)

        def picture(stretch: Stretch) -> QSvgRenderer | None:
            return self._supply.formula((stretch.tex, size, ink, stretch.display))

        return lay(text, width, font, self._look.theme.line_px(role), self._format, picture)

    def _format(self, stretch: Stretch) -> QTextCharFormat:
        style = QTextCharFormat()
        if stretch.style == "strong":
            style.setFontWeight(QFont.Weight.DemiBold)
        elif stretch.style == "emphasis":
            style.setFontItalic(True)
        elif stretch.style == "maths":
            style.setFontFamilies(reading_families(self._look.theme.language))
        else:
            style.setFontFamilies(mono_families(self._look.theme.language))
            style.setBackground(QColor(self._look.theme.colour("sunken")))
        return style

    def _formulas_came(self, came: set[str]) -> None:
        waited = [key for key, laid in self._kept.items() if laid.waits & came]
        for key in waited:
            del self._kept[key]
        if waited:
            self._drawn.clear()
            self.redrawn.emit()

    def _forget(self) -> None:
        self._kept.clear()
        self._fonts.clear()
        self._drawn.clear()


class Statement(QLabel):
    """A criterion's text with its little Markdown and its true line height; a label to screen readers."""

    def __init__(self, look: ThemeHolder, texts: Texts, *, role: str = "criterion", weight: int = 0) -> None:
        super().__init__()
        self._look = look
        self._texts = texts
        self._role, self._weight = role, weight
        self._source = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look.changed.connect(self.updateGeometry)
        texts.redrawn.connect(self._fit)

    def say(self, source: str) -> None:
        if source != self._source:
            self._source = source
            self.setText(inline(source)[0])
            self._fit()

    def _fit(self) -> None:
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._texts.lay(self._source, width, self._role, self._weight).height

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(200), self.heightForWidth(max(self.width(), self._look.px(60))))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(60), self._look.theme.line_px(self._role))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QColor(self._look.theme.colour(TYPE[self._role].tone)))
        self._texts.lay(self._source, self.width(), self._role, self._weight).draw(painter, 0, 0)
