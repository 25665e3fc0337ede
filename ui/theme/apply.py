"""The theme in force: chooses it from the person's settings and the system, puts it on the application.

    look = ThemeHolder(QApplication.instance(), resources())
    look.choose(appearance="system", scale=1.25, language="zh_TW", reduce_motion=False)
    look.changed.connect(my_widget.update)
    look.theme.colour("good"); look.pixmap("check", "good", 16); look.font("criterion")

Widgets take the holder as their first argument and read it when they draw, so that a change of theme or of
text size reaches them at run time.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from ui.theme.fonts import interface_families, load_fonts, plain_font, role_font
from ui.theme.icons import Icons
from ui.theme.stylesheet import style_sheet
from ui.theme.tokens import COLOURS, Theme, ThemeName


class ThemeHolder(QObject):
    """Holds the theme of one application and says when it changed."""

    changed = Signal()

    def __init__(self, app: QApplication, resources: Path) -> None:
        super().__init__(app)
        self._app = app
        self._appearance = "system"
        self._theme = Theme()
        self._icons = Icons(resources / "icons")
        self._fonts: dict[tuple[str, int | None, bool], QFont] = {}
        self._metrics: dict[tuple[str, int | None, bool], QFontMetrics] = {}
        self._colours: dict[str, QColor] = {}
        self._sizes: dict[float, int] = {}
        load_fonts(resources / "fonts")
        app.setStyle("Fusion")
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        if hasattr(hints, "accessibility"):  # Qt 6.10 and later
            hints.accessibility().contrastPreferenceChanged.connect(self._follow)
        self._put(self._theme)

    @property
    def theme(self) -> Theme:
        return self._theme

    def choose(self, *, appearance: str, scale: float, language: str, reduce_motion: bool) -> None:
        """Take the person's settings (app.settings.Settings has the same names). Cheap if nothing changes."""
        self._appearance = appearance
        theme = Theme(self._named(appearance), scale, language, reduce_motion)
        if theme != self._theme:
            self._put(theme)

    def px(self, size: float) -> int:
        found = self._sizes.get(size)
        if found is None:
            found = self._sizes[size] = self._theme.px(size)
        return found

    def colour(self, token: str) -> QColor:
        """Kept and shared: not to be changed."""
        found = self._colours.get(token)
        if found is None:
            found = self._colours[token] = QColor(self._theme.colour(token))
        return found

    def soft(self, tone: str) -> QColor:
        """The soft ground of a tone. Kept and shared, as all colours are."""
        found = self._colours.get(f"soft {tone}")
        if found is None:
            found = self._colours[f"soft {tone}"] = QColor(self._theme.soft(tone))
        return found

    def font(self, role: str, *, weight: int | None = None, figures: bool = False) -> QFont:
        """Kept and shared: not to be changed."""
        key = (role, weight, figures)
        found = self._fonts.get(key)
        if found is None:
            found = self._fonts[key] = role_font(self._theme, role, weight=weight, figures=figures)
        return found

    def metrics(self, role: str, *, weight: int | None = None, figures: bool = False) -> QFontMetrics:
        key = (role, weight, figures)
        found = self._metrics.get(key)
        if found is None:
            found = self._metrics[key] = QFontMetrics(self.font(role, weight=weight, figures=figures))
        return found

    def pixmap(self, name: str, tone: str, size: int, ratio: float = 1.0) -> QPixmap:
        """An icon in a token's colour; size in px at 100 %, grown with the text."""
        return self._icons.pixmap(name, self._theme.colour(tone), self.px(size), ratio)

    def icon(self, name: str, tone: str, size: int, ratio: float = 1.0) -> QIcon:
        theme = self._theme
        return self._icons.icon(name, theme.colour(tone), self.px(size), ratio, disabled=theme.colour("t3"))

    def _follow(self) -> None:
        theme = self._theme
        self.choose(
            appearance=self._appearance,
            scale=theme.scale,
            language=theme.language,
            reduce_motion=theme.reduce_motion,
        )

    def _named(self, appearance: str) -> ThemeName:
        for name in COLOURS:
            if name == appearance:
                return name
        hints = self._app.styleHints()
        dark = hints.colorScheme() == Qt.ColorScheme.Dark
        high = hasattr(hints, "accessibility") and (
            hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
        )
        if high:
            return "hc-dark" if dark else "hc-light"
        return "dark" if dark else "light"

    def _put(self, theme: Theme) -> None:
        self._theme = theme
        for kept in (self._fonts, self._metrics, self._colours, self._sizes):
            kept.clear()
        self._app.setFont(plain_font(interface_families(theme.language), theme.px(13)))
        self._app.setPalette(palette(theme))
        self._app.setStyleSheet(style_sheet(theme))
        self.changed.emit()


def palette(theme: Theme) -> QPalette:
    """Qt's palette from the tokens, for what the style sheet leaves to Fusion."""
    c, role = theme.colours, QPalette.ColorRole
    result = QPalette()
    for which, colour in (
        (role.Window, c.panel), (role.Base, c.page), (role.AlternateBase, c.panel), (role.Button, c.raised),
        (role.Text, c.t1), (role.WindowText, c.t1), (role.ButtonText, c.t1), (role.BrightText, c.on_fill),
        (role.PlaceholderText, c.t3), (role.Highlight, c.sel), (role.HighlightedText, c.t1),
        (role.Accent, c.accent), (role.Link, c.accent), (role.LinkVisited, c.accent),
        (role.Light, c.raised), (role.Midlight, c.line), (role.Mid, c.line2), (role.Dark, c.line2),
        (role.Shadow, c.sunken), (role.ToolTipBase, c.t1), (role.ToolTipText, c.page),
    ):  # fmt: skip
        result.setColor(which, QColor(colour))
    for which in (role.Text, role.WindowText, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, QColor(c.t3))
    return result


def repolish(widget: QWidget) -> None:
    """Let the style sheet see a changed dynamic property."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet reads, and re-polish if it changed."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        repolish(widget)
