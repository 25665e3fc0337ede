"""A field for points: signed, halves allowed.

points = PointsField(look, "Points"); points.put(-0.5); points.gave.connect(…)
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox

from ui.i18n import MINUS, points
from ui.theme.apply import ThemeHolder
from ui.widgets.history import takes_step

MOST_POINTS = 1000.0


class PointsField(QDoubleSpinBox):
    """Points with their sign, halves allowed: `+5`, `−0.5`. Arrow keys step by one. gave(points)."""

    gave = Signal(float)

    def __init__(self, look: ThemeHolder, name: str) -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(name)
        self.setDecimals(1)
        self.setRange(-MOST_POINTS, MOST_POINTS)
        self.setSingleStep(1.0)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(self.gave)
        look.changed.connect(self._fit)
        self._fit()

    def put(self, value: float) -> None:
        if value != self.value():
            self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(False)

    def textFromValue(self, value: float) -> str:
        return points(round(value * 2) / 2)

    def valueFromText(self, text: str) -> float:
        return _points(text) or 0.0

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        states = QValidator.State
        if text.strip() in ("", "+", "-", MINUS):
            return states.Intermediate, text, at
        found = _points(text)
        fits = found is not None and abs(found) <= MOST_POINTS
        return (states.Acceptable if fits else states.Invalid), text, at

    def event(self, event: QEvent) -> bool:
        return takes_step(self.lineEdit(), event) or super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling the page over a field must not change it.
        event.ignore()

    def _fit(self) -> None:
        self.setFixedWidth(self._look.px(72))


def _points(text: str) -> float | None:
    """A typed number rounded to halves; None for what is none."""
    plain = text.strip().replace(MINUS, "-").replace(",", ".")
    try:
        found = float(plain)
    except ValueError:
        return None
    return round(found * 2) / 2 if abs(found) < 1e9 else None
