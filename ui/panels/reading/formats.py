"""Character and block formats of the reading page, from the theme; made once a page."""

from __future__ import annotations

import re
from functools import cached_property
from unicodedata import bidirectional

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QTextBlockFormat, QTextCharFormat, QTextFormat, QTextTableFormat

from app.rendering.code import Role
from ui.theme.fonts import SANS, cjk_families, mono_families, plain_font, reading_families
from ui.theme.tokens import TYPE, Theme

User = QTextFormat.Property.UserProperty
URL = int(User) + 1  # str: the target of a link
TIP = int(User) + 2  # str: a tooltip (TeX of a formula, name of a hidden character)
CODE_LINE = (
    int(User) + 3
)  # int ≥ 1: number of a line of code, negative where a cut line goes on; on the code's ground
CODE_END = int(User) + 4  # bool: the last line of a code block
GROUND_X = int(User) + 5  # float px: where the ground of a code block begins, from the text's left edge
RULE = int(User) + 6  # bool: a horizontal rule
QUOTES = int(User) + 7  # str: the x of each quote's bar, joined by blanks
TEX = int(User) + 8  # str: a formula
DISPLAY = int(User) + 9  # bool: a formula on its own line
NUMBERED = int(User) + 10  # int px: room for the line numbers of a code block, 0 = none
MARKER = int(User) + 11  # str: what stands beside an item: "•", "3.", or "[ ]" and "[x]" for boxes
ROOM = int(User) + 12  # float: what a formula in a table may take, px, or up to 1 a share of the page's width
FORMULA = int(QTextFormat.ObjectTypes.UserObject) + 1

MINIMUM = QTextBlockFormat.LineHeightTypes.MinimumHeight.value
FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value
STEP = 26
"""px at 100 %: one level of a list, one quote."""
CELL_TOP, CELL_SIDE = 5, 8
"""px at 100 % between the text of a cell and its edges; the first column begins where the table does."""
DEEPEST = 8
"""Deeper levels are not indented further."""

_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

ROLE_TONES: dict[Role, str] = {
    "keyword": "unsure",
    "string": "warn",
    "comment": "t3",
    "number": "unsure",
    "name": "t1",
    "function": "t1",
    "operator": "t2",
    "error": "bad",
    "inserted": "good",
    "deleted": "bad",
    "heading": "t2",
    "plain": "t1",
}
"""Tones of code. Blue stays for "here you are"; a difference keeps the tones of won and lost."""


def content_language(text: str, said: str = "", interface: str = "en") -> str:
    """The language whose face an answer takes: what the text is written in, not what the window speaks.

    A CJK text keeps the variant that was said of it (`zh_TW`, `zh-Hans`), else that of the interface.
    """
    head = text[:4000]
    cjk = len(_CJK.findall(head))
    if cjk * 2 <= len(_LATIN.findall(head)):
        return "en" if said[:2].lower() in ("", "zh", "ja", "ko") else said
    if said[:2].lower() in ("zh", "ja", "ko"):
        return said
    if _KANA.search(head):
        return "ja"
    if _HANGUL.search(head):
        return "ko"
    return interface if interface.startswith("zh") else "zh_TW"


def has_right_to_left(text: str) -> bool:
    return not text.isascii() and _RTL.search(text) is not None


def direction_of(text: str) -> Qt.LayoutDirection:
    """The direction of the first letter that has one (Unicode UAX 9, rules P2 and P3)."""
    for char in text[:2000]:
        kind = bidirectional(char)
        if kind in ("R", "AL"):
            return Qt.LayoutDirection.RightToLeft
        if kind == "L":
            break
    return Qt.LayoutDirection.LeftToRight


class PageFormats:
    """Sizes and formats for one theme and one language of the content."""

    BOLD, ITALIC, STRIKE, LINK, CODE, QUIET = 1, 2, 4, 8, 16, 32

    def __init__(self, theme: Theme, language: str) -> None:
        self.theme = theme
        self.language = language
        self.reading = theme.reading(language)
        self._chars: dict[tuple[str, int], QTextCharFormat] = {}

    def px(self, size: float) -> int:
        return self.theme.px(size)

    @property
    def step(self) -> int:
        return self.px(STEP)

    @cached_property
    def body_font(self) -> QFont:
        return plain_font(reading_families(self.language), self.px(self.reading.body))

    @cached_property
    def code_font(self) -> QFont:
        return plain_font(mono_families(self.language), self.px(TYPE["code"].px))

    @cached_property
    def number_font(self) -> QFont:
        return plain_font(mono_families(self.language), self.px(TYPE["code-small"].px))

    def heading_px(self, level: int) -> int:
        r = self.reading
        return self.px({1: r.h1, 2: r.h2}.get(level, r.h3))

    def char(self, kind: str = "body", flags: int = 0) -> QTextCharFormat:
        """kind: body, cell, small (cell), head (of a table), h1 … h6, label, code; flags: BOLD | ITALIC | …"""
        key = (kind, flags)
        found = self._chars.get(key)
        if found is None:
            found = self._chars[key] = self._make_char(kind, flags)
        return found

    def _make_char(self, kind: str, flags: int) -> QTextCharFormat:
        c = self.theme.colours
        px, weight, families = self.px(self.reading.body), 400, reading_families(self.language)
        ink = c.t1
        if kind[0] == "h" and kind[1:].isdigit():
            px, weight = self.heading_px(int(kind[1:])), 600
        elif kind in ("head", "label", "small"):
            px, families = self.px(13), [SANS, *cjk_families(self.language)]
            if kind != "small":
                weight, ink = 600, c.t2
        elif kind == "code":
            px, families = self.px(TYPE["code"].px), mono_families(self.language)
        if flags & self.CODE and kind != "code":
            families, px = mono_families(self.language), round(px * 0.86)
        font = plain_font(families, px, 600 if flags & self.BOLD else weight)
        font.setItalic(bool(flags & self.ITALIC))
        result = QTextCharFormat()
        result.setFont(font)
        if flags & self.STRIKE:
            result.setFontStrikeOut(True)
            ink = c.t2
        if flags & self.CODE and kind != "code":
            result.setBackground(QColor(c.sunken))
        if flags & self.LINK:
            ink = c.accent
            result.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            result.setUnderlineColor(QColor(c.accent))
        if flags & self.QUIET:
            ink = c.t2
        result.setForeground(QColor(ink))
        return result

    @cached_property
    def marker_font(self) -> QFont:
        """The numbers of items."""
        return plain_font(reading_families(self.language), self.px(self.reading.body), figures=True)

    @cached_property
    def hidden_mark(self) -> QTextCharFormat:
        """A character that would not be seen."""
        c = self.theme.colours
        result = QTextCharFormat(self.char("body", self.CODE))
        result.setForeground(QColor(c.warn))
        result.setBackground(QColor(c.warn_soft))
        result.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        result.setUnderlineColor(QColor(c.warn))
        return result

    def line(self, kind: str) -> int:
        """The line height of a block kind, px."""
        if kind[0] == "h" and kind[1:].isdigit():
            return round(self.heading_px(int(kind[1:])) * 1.3)
        sizes = {"cell": self.reading.table_line, "code": TYPE["code"].line, "label": 18}
        return self.px(sizes.get(kind, self.reading.line))

    def block(self, kind: str = "body", *, above: float = 0, below: float = 12) -> QTextBlockFormat:
        """A block with the line height of its kind; margins in px at 100 %."""
        result = QTextBlockFormat()
        result.setLineHeight(self.line(kind), MINIMUM)
        result.setTopMargin(self.px(above))
        result.setBottomMargin(self.px(below))
        return result

    def spacer(self) -> QTextBlockFormat:
        """The empty block that Qt wants before a table."""
        result = QTextBlockFormat()
        result.setLineHeight(1, FIXED)
        return result

    def table(self) -> QTextTableFormat:
        result = QTextTableFormat()
        result.setBorder(0)
        result.setBorderCollapse(True)
        result.setCellPadding(self.px(5))
        result.setCellSpacing(0)
        return result
