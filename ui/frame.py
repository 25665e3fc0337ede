"""The window itself, and the still picture of the Desk that it shows until its content is there.

Imported before the first paint, so it names as little as it can: even `Qt`, the namespace of enums, takes
15 ms to import, and the table of colours ten. The colours that were last in force stand in the settings.
"""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QObject, QRect, Signal
from PySide6.QtGui import QCloseEvent, QColor, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QWidget

TITLE = "Assay"
"""The only title the window ever has: a task bar is not encrypted."""
LEAST = (1024, 640)
FIRST = (1440, 900)
TITLE_BAR = 40
"""px that a window manager may put above; unknown before the window is shown."""
BAR, LINE, PANEL = 52, 32, 232

Grounds = tuple[str, str, str]
"""Colours of the desk, of bars and panels, and of the hairlines between them."""


def first_look(app_json: Path) -> tuple[str, float, Grounds]:
    """(geometry, text size, grounds) as they were last; whatever is wrong with the settings is told later."""
    try:
        data = json.loads(app_json.read_bytes())
        window = data["window"]
        desk, panel, line = (str(colour) for colour in window["grounds"])
        return str(window["geometry"]), min(max(float(data["scale"]), 1.0), 2.0), (desk, panel, line)
    except (OSError, ValueError, TypeError, LookupError):
        return "", 1.0, _grounds_of_the_system()


def _grounds_of_the_system() -> Grounds:
    from PySide6.QtCore import Qt

    from ui.theme.tokens import COLOURS

    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    colours = COLOURS["dark" if dark else "light"]
    return colours.desk, colours.panel, colours.line


class _Skeleton(QWidget):
    """Bars and panel as plain grounds."""

    def __init__(self, grounds: Grounds, scale: float) -> None:
        super().__init__()
        self._grounds = grounds
        self._scale = scale

    def paintEvent(self, event: QPaintEvent) -> None:
        desk, panel_colour, line_colour = (QColor(colour) for colour in self._grounds)
        bar, line, panel = (round(size * self._scale) for size in (BAR, LINE, PANEL))
        wide, high = self.width(), self.height()
        painter = QPainter(self)
        painter.fillRect(self.rect(), desk)
        for part in (QRect(0, 0, wide, bar), QRect(0, 0, panel, high), QRect(0, high - line, wide, line)):
            painter.fillRect(part, panel_colour)
        for rule in (
            QRect(0, bar - 1, wide, 1),
            QRect(panel, bar, 1, high - bar - line),
            QRect(0, high - line, wide, 1),
        ):
            painter.fillRect(rule, line_colour)


class Frame(QMainWindow):
    """closing: the person closes the window, which waits until somebody calls `let_go`."""

    painted = Signal()
    closing = Signal()

    def __init__(self, geometry: str, scale: float, grounds: Grounds) -> None:
        super().__init__()
        self._has_painted = False
        self._may_close = False
        self.setWindowTitle(TITLE)
        self.setMinimumSize(*LEAST)
        if not (geometry and self.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "ignore")))):
            room = QGuiApplication.primaryScreen().availableGeometry()
            self.resize(min(FIRST[0], room.width()), min(FIRST[1], room.height() - TITLE_BAR))
        skeleton = _Skeleton(grounds, scale)
        skeleton.installEventFilter(self)
        self.setCentralWidget(skeleton)

    def geometry_text(self) -> str:
        """Place and size, for the settings."""
        return bytes(self.saveGeometry().toBase64().data()).decode("ascii")

    def let_go(self) -> None:
        """Close for good."""
        self._may_close = True
        self.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._has_painted:
            self._has_painted = True
            watched.removeEventFilter(self)
            self.painted.emit()
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.closing.emit()
