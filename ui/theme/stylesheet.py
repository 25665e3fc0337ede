"""One style sheet for the program, generated from the tokens.

Widgets say what they are by dynamic properties (`role`, `tone`, `kind`, `surface`, `state`); after such a
property changes call `ui.theme.apply.repolish(widget)`.
"""

from __future__ import annotations

from ui.theme.tokens import RADIUS, TYPE, Theme

OWN_MARGIN = 3
"""px that Qt itself leaves at the sides of a cell's text, and not of a head's."""
TONES = ("accent", "good", "bad", "unsure", "warn")


def style_sheet(theme: Theme) -> str:
    """The whole style sheet of a theme at its text size."""
    return "\n".join(
        (_labels(theme), _surfaces(theme), _banners(theme), _buttons(theme), _toggles(theme), _fields(theme),
         _sliders(theme), _lists(theme), _scrolling(theme), _popups(theme))
    )  # fmt: skip


def _labels(theme: Theme) -> str:
    c, px = theme.colours, theme.px
    rules = [f"QLabel {{ background: transparent; color: {c.t1}; }}"]
    for name, role in TYPE.items():
        rules.append(
            f'QLabel[role="{name}"] {{ font-size: {px(role.px)}px; font-weight: {role.weight};'
            f" color: {theme.colour(role.tone)}; }}"
        )
    for tone in (*TONES, "t1", "t2", "t3", "page", "on_fill"):
        rules.append(f'QLabel[tone="{tone}"] {{ color: {theme.colour(tone)}; }}')
    return "\n".join(rules)


def _surfaces(theme: Theme) -> str:
    c, px = theme.colours, theme.px
    edge = f"1px solid {c.line}"
    well_edge = f"1px solid {c.line}" if theme.high_contrast else "0"
    return f"""
QMainWindow, QDialog {{ background: {c.panel}; }}
QFrame[surface="card"] {{ background: {c.raised}; border: {edge}; border-radius: {px(RADIUS.card)}px; }}
QFrame[surface="hero"] {{ background: {c.raised}; border: {edge}; border-radius: {px(RADIUS.hero)}px; }}
QFrame[surface="well"] {{ background: {c.sunken}; border: {well_edge}; border-radius: {px(RADIUS.well)}px; }}
QFrame[surface="sheet"] {{ background: {c.raised}; border: 1px solid {c.line2};
  border-radius: {px(RADIUS.hero)}px; }}
QFrame[surface="hair"] {{ background: {c.line}; border: 0; }}
QFrame[surface="toast"] {{ background: {c.t1}; border: 0; border-radius: {px(RADIUS.card)}px; }}
"""


def _banners(theme: Theme) -> str:
    px = theme.px
    rules = []
    for tone in TONES:
        edge = f"1px solid {theme.colour(tone)}" if theme.high_contrast else "0"
        ground = theme.soft(tone)
        rules.append(
            f'QFrame[surface="banner"][tone="{tone}"] {{ background: {ground}; border: {edge};'
            f" border-radius: {px(RADIUS.well)}px; }}"
        )
    return "\n".join(rules)


def _blocked_edge(theme: Theme) -> str:
    """Round what cannot be used now: dashed where grounds hardly differ."""
    return f"2px dashed {theme.colours.line2}" if theme.high_contrast else f"1px solid {theme.colours.line}"


def _buttons(theme: Theme) -> str:
    c, px, ring = theme.colours, theme.px, theme.focus_width
    more = ring - 1
    inner = px(32) - 2 - 2 * more
    off_edge = _blocked_edge(theme)
    off_more = more - (1 if theme.high_contrast else 0)
    quiet_edge = off_edge if theme.high_contrast else "1px solid transparent"
    chosen_edge = f"1px solid {c.accent if theme.high_contrast else 'transparent'}"
    return f"""
QPushButton {{ font-size: {px(13)}px; border-radius: {px(RADIUS.button)}px; padding: {more}px {px(12)}px;
  min-height: {inner}px; background: {c.raised}; color: {c.t1}; border: 1px solid {c.line2}; outline: 0; }}
QPushButton:hover {{ background: {c.hover}; }}
QPushButton:pressed {{ background: {c.sunken}; }}
QPushButton:focus {{ border: {ring}px solid {c.accent}; padding: 0 {px(12) - more}px; }}
QPushButton:disabled {{ background: {c.sunken}; color: {c.t3}; border: {off_edge};
  padding: {off_more}px {px(12) - more + off_more}px; }}
QPushButton[kind="primary"] {{ background: {c.fill}; color: {c.on_fill}; border: 1px solid {c.fill};
  font-weight: 600; padding: {more}px {px(16)}px; }}
QPushButton[kind="primary"]:hover {{ border-color: {c.t1}; }}
QPushButton[kind="primary"]:focus {{ border: {ring}px solid {c.t1}; padding: 0 {px(16) - more}px; }}
QPushButton[kind="primary"]:disabled {{ background: {c.sunken}; color: {c.t3};
  border: {off_edge}; padding: {off_more}px {px(16) - more + off_more}px; }}
QPushButton[kind="danger"] {{ background: {theme.soft("bad")}; color: {c.bad}; border: 1px solid {c.bad};
  font-weight: 600; }}
QPushButton[kind="danger"]:focus {{ border: {ring}px solid {c.bad}; }}
QPushButton[kind="danger"]:disabled {{ background: {c.sunken}; color: {c.t3}; border: {off_edge}; }}
QPushButton[kind="quiet"] {{ background: transparent; border: 1px solid transparent; color: {c.t2};
  padding: {more}px {px(8)}px; }}
QPushButton[kind="quiet"]:hover {{ background: {c.hover}; color: {c.t1}; }}
QPushButton[kind="quiet"]:checked {{ background: {c.accent_soft}; color: {c.t1}; border: {chosen_edge}; }}
QPushButton[kind="quiet"]:focus {{ border: {ring}px solid {c.accent}; padding: 0 {px(8) - more}px; }}
QPushButton[kind="quiet"]:disabled {{ background: transparent; color: {c.t3}; border: {quiet_edge};
  padding: {off_more}px {px(8) - more + off_more}px; }}
QPushButton[kind="link"] {{ background: transparent; border: {ring}px solid transparent; color: {c.accent};
  padding: 0 {px(2)}px; min-height: {px(28) - 2 * ring}px; text-align: left; }}
QPushButton[kind="link"]:hover {{ text-decoration: underline; }}
QPushButton[kind="link"]:disabled {{ color: {c.t3}; }}
QPushButton[kind="link"]:focus {{ border: {ring}px solid {c.accent}; padding: 0 {px(2)}px; }}
QPushButton[kind="toastlink"] {{ background: transparent; border: {ring}px solid transparent;
  color: {c.page}; padding: 0 {px(6)}px; min-height: {px(28) - 2 * ring}px; font-weight: 600;
  text-decoration: underline; }}
QPushButton[kind="toastlink"]:focus {{ border: {ring}px solid {c.page}; padding: 0 {px(6)}px; }}
QPushButton[kind="search"] {{ background: {c.sunken}; color: {c.t3}; border: 1px solid {c.sunken};
  border-radius: {px(RADIUS.well)}px; padding: {more}px; text-align: left; }}
QPushButton[kind="search"]:hover {{ border-color: {c.line2}; }}
QPushButton[kind="search"]:focus {{ border: {ring}px solid {c.accent}; padding: 0; }}
"""


def _toggles(theme: Theme) -> str:
    c, px, ring = theme.colours, theme.px, theme.focus_width
    chosen_edge = c.line2 if theme.high_contrast else c.line
    rules = [
        f"""
QFrame[surface="segments"] {{ background: {c.sunken}; border: 0; border-radius: {px(RADIUS.well)}px; }}
QPushButton[kind="seg"] {{ background: transparent; border: 1px solid transparent; color: {c.t2};
  min-height: {px(28) - 2}px; padding: 0 {px(12)}px; border-radius: {px(RADIUS.chip)}px; }}
QPushButton[kind="seg"]:hover {{ color: {c.t1}; }}
QPushButton[kind="seg"]:checked {{ background: {c.raised}; color: {c.t1}; border: 1px solid {chosen_edge};
  font-weight: 600; }}
QPushButton[kind="seg"]:focus {{ border: {ring}px solid {c.accent}; min-height: {px(28) - 2 * ring}px;
  padding: 0 {px(12) - ring + 1}px; }}
QPushButton[kind="tab"] {{ background: transparent; border: 0; border-bottom: 2px solid transparent;
  border-radius: 0; min-height: {px(46)}px; padding: 0 {px(4)}px; color: {c.t2}; }}
QPushButton[kind="tab"]:hover {{ color: {c.t1}; }}
QPushButton[kind="tab"]:checked {{ color: {c.t1}; font-weight: 600; border-bottom: 2px solid {c.accent}; }}
QPushButton[kind="tab"]:focus {{ background: {c.accent_soft}; }}
QPushButton[kind="nav"] {{ background: transparent; border: 1px solid transparent; text-align: left;
  border-radius: {px(RADIUS.chip)}px; padding: {ring - 1}px; }}
QPushButton[kind="nav"]:hover {{ background: {c.hover}; }}
QPushButton[kind="nav"]:checked {{ background: {c.accent_soft}; }}
QPushButton[kind="nav"]:focus {{ border: {ring}px solid {c.accent}; padding: 0; }}"""
    ]
    if theme.high_contrast:
        rules.append(f'QPushButton[kind="nav"]:checked {{ border: 1px solid {c.accent}; }}')
    return "\n".join(rules)


def _fields(theme: Theme) -> str:
    c, px, ring = theme.colours, theme.px, theme.focus_width
    more = ring - 1
    inner = px(32) - 2 - 2 * more
    every = "QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QKeySequenceEdit QLineEdit"
    return f"""
{every} {{ font-size: {px(13)}px; background: {c.page}; color: {c.t1}; border: 1px solid {c.line2};
  border-radius: {px(RADIUS.button)}px; padding: {more}px {px(10)}px; min-height: {inner}px;
  selection-background-color: {c.sel}; selection-color: {c.t1}; }}
QLineEdit, QPlainTextEdit {{ placeholder-text-color: {c.t3}; }}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus
  {{ border: {ring}px solid {c.accent}; padding: 0 {px(10) - more}px; }}
QLineEdit[state="bad"], QSpinBox[state="bad"], QComboBox[state="bad"], QPlainTextEdit[state="bad"]
  {{ border: {ring}px solid {c.bad}; }}
QLineEdit:disabled, QSpinBox:disabled, QComboBox:disabled {{ background: {c.sunken}; color: {c.t3}; }}
QLineEdit[state="bare"] {{ border: 0; background: transparent; font-size: {px(15)}px;
  padding: 0 {px(10)}px; }}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button
  {{ width: 0; border: 0; }}
QComboBox {{ padding-right: {px(28)}px; }}
QComboBox::drop-down {{ border: 0; width: 0; }}
QComboBox QAbstractItemView {{ background: {c.raised}; color: {c.t1}; border: 1px solid {c.line2};
  selection-background-color: {c.accent_soft if not theme.high_contrast else c.sel};
  selection-color: {c.t1}; outline: 0; padding: {px(4)}px; }}
QPlainTextEdit[field="1"] {{ font-size: {px(13)}px; background: {c.page}; color: {c.t1};
  border: 1px solid {c.line2}; border-radius: {px(RADIUS.button)}px; padding: {px(4) + more}px {px(6)}px;
  selection-background-color: {c.sel}; selection-color: {c.t1}; }}
QPlainTextEdit[field="1"]:read-only {{ background: {c.sunken}; border: 1px solid {c.sunken}; }}
QPlainTextEdit[field="1"]:focus {{ border: {ring}px solid {c.accent}; padding: {px(4)}px {px(6) - more}px; }}
QTextBrowser {{ background: transparent; color: {c.t1}; border: 0;
  selection-background-color: {c.sel}; selection-color: {c.t1}; }}
QCheckBox, QRadioButton {{ font-size: {px(13)}px; color: {c.t1}; spacing: {px(8)}px;
  min-height: {px(28)}px; border: {ring}px solid transparent; border-radius: {px(RADIUS.chip)}px; }}
QCheckBox:focus, QRadioButton:focus {{ border: {ring}px solid {c.accent}; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {c.t3}; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: {px(16)}px; height: {px(16)}px; }}
QProgressBar {{ background: {c.track}; border: 0; border-radius: {px(RADIUS.meter)}px;
  max-height: {px(8)}px; min-height: {px(8)}px; }}
QProgressBar::chunk {{ background: {c.fill}; border-radius: {px(RADIUS.meter)}px; }}
"""


def _sliders(theme: Theme) -> str:
    c, px, ring = theme.colours, theme.px, theme.focus_width
    side, groove = px(16), px(6)
    out = (side - groove) // 2 + 1
    return f"""
QSlider {{ min-height: {side + 4}px; background: transparent; }}
QSlider::groove:horizontal {{ height: {groove}px; background: {c.sunken}; border: 1px solid {c.line2};
  border-radius: {px(RADIUS.meter)}px; }}
QSlider::sub-page:horizontal {{ background: {c.fill}; border: 1px solid {c.fill};
  border-radius: {px(RADIUS.meter)}px; }}
QSlider::sub-page:horizontal:disabled {{ background: {c.t3}; border-color: {c.t3}; }}
QSlider::handle:horizontal {{ width: {side - 2}px; height: {side - 2}px; margin: -{out}px 0;
  background: {c.raised}; border: 2px solid {c.t1}; border-radius: {side // 2}px; }}
QSlider::handle:horizontal:focus {{ border: {ring}px solid {c.accent}; }}
QSlider::handle:horizontal:disabled {{ border: {_blocked_edge(theme)}; }}
"""


def _lists(theme: Theme) -> str:
    c, px = theme.colours, theme.px
    return f"""
QTableView {{ background: transparent; border: 0; outline: 0; gridline-color: {c.line};
  selection-background-color: {c.accent_soft}; selection-color: {c.t1}; font-size: {px(13)}px; }}
QTableView[rows="1"] {{ selection-background-color: transparent; }}
QTableView[grid="1"]::item {{ padding: 0 {px(8) - OWN_MARGIN}px; border-bottom: 1px solid {c.line}; }}
QHeaderView::section {{ background: transparent; color: {c.t2}; font-size: {px(13)}px; font-weight: 600;
  border: 0; border-bottom: 1px solid {c.line2}; padding: {px(6)}px {px(8)}px; text-align: left; }}
"""


def _scrolling(theme: Theme) -> str:
    c, px = theme.colours, theme.px
    return f"""
QScrollArea, QScrollArea > QWidget > QWidget[scrolled="1"] {{ background: transparent; border: 0; }}
QScrollBar:vertical {{ background: transparent; width: {px(10)}px; margin: 2px; }}
QScrollBar:horizontal {{ background: transparent; height: {px(10)}px; margin: 2px; }}
QScrollBar::handle {{ background: {c.thumb}; border-radius: 3px; min-height: {px(40)}px;
  min-width: {px(40)}px; }}
QScrollBar::handle:hover {{ background: {c.line2}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page
  {{ background: transparent; height: 0; width: 0; border: 0; }}
QSplitter::handle {{ background: transparent; }}
"""


def _popups(theme: Theme) -> str:
    c, px = theme.colours, theme.px
    chosen = c.sel if theme.high_contrast else c.accent_soft
    return f"""
QMenu {{ background: {c.raised}; color: {c.t1}; border: 1px solid {c.line2}; padding: {px(4)}px;
  font-size: {px(13)}px; }}
QMenu::item {{ padding: {px(6)}px {px(20)}px {px(6)}px {px(10)}px; border-radius: {px(RADIUS.chip)}px; }}
QMenu::item:selected {{ background: {chosen}; }}
QMenu::item:disabled {{ color: {c.t3}; }}
QMenu::separator {{ height: 1px; background: {c.line}; margin: {px(4)}px; }}
QToolTip {{ background: {c.t1}; color: {c.page}; border: 0; padding: {px(5)}px {px(8)}px;
  font-size: {px(12)}px; }}
"""
