"""Writes inlines at a cursor and notes where each of them came from."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from PySide6.QtGui import QTextCharFormat, QTextCursor

from app.rendering import tree
from app.rendering.tree import Inline, TextWarning
from ui.i18n import tr
from ui.panels.reading.formats import DISPLAY, FORMULA, ROOM, TEX, TIP, URL, PageFormats
from ui.panels.reading.positions import Positions, Run, units
from ui.theme.fonts import emoji_family

MARK = "▯"
"""Stands for characters that would not be seen."""

_TIP = 2000
"""Characters of a target or a formula that a tooltip shows."""
_MARKS = re.compile(f"({MARK}+)")
_KEYCAP = re.compile("([0-9#*]\ufe0f?\u20e3)")
"""The digit would come from the face of the text, and its cap stand beside it."""
_AWKWARD = re.compile("[\x00-\x08\x0b-\x1f\u2029\ufdd0\ufdd1\ufffc\ud800-\udfff]")


def showable(text: str) -> str:
    """`text` with what Qt would take for structure replaced, unit for unit."""
    if text.isascii() and text.isprintable():
        return text
    return _AWKWARD.sub("\ufffd", text)


def warning_tip(warning: TextWarning) -> str:
    count = warning.end - warning.start
    if count == 1:
        return tr("Hidden character: {name}", name=warning.name)
    return tr("{n} hidden characters, the first: {name}", n=count, name=warning.name)


class InlineWriter:
    """Inserts at its cursor, which stays at the end of what it wrote. shift: of the source's offsets.

    formulas: the document positions of each TeX; drawn: how many there are. room: `formats.ROOM` of those in a
    table, 0 outside.
    """

    def __init__(self, cursor: QTextCursor, formats: PageFormats, positions: Positions) -> None:
        self.cursor = cursor
        self._formats = formats
        self._positions = positions
        self._shift = 0
        self.formulas: dict[str, list[int]] = {}
        self.drawn = 0
        self.room = 0.0
        self._warnings: tuple[TextWarning, ...] = ()
        self._warning_starts: list[int] = []

    def use(self, document: tree.Document, shift: int) -> None:
        """The document that the next inlines belong to."""
        self._shift = shift
        self._warnings = document.warnings
        self._warning_starts = [w.start for w in document.warnings]

    def write(self, inlines: Iterable[Inline], kind: str = "body", flags: int = 0, url: str = "") -> None:
        f = self._formats
        for inline in inlines:
            match inline:
                case tree.Text():
                    self.text(inline, self._char(kind, flags, url))
                case tree.CodeSpan():
                    self.text(inline, self._char(kind, flags | f.CODE, url))
                case tree.Emphasis():
                    self.write(inline.inlines, kind, flags | f.ITALIC, url)
                case tree.Strong():
                    self.write(inline.inlines, kind, flags | f.BOLD, url)
                case tree.Strikethrough():
                    self.write(inline.inlines, kind, flags | f.STRIKE, url)
                case tree.Link():
                    self.write(inline.inlines, kind, flags | f.LINK, inline.url)
                case tree.Maths():
                    self._formula(inline, kind, flags)
                case tree.HardBreak():
                    self._atomic("\u2028", inline.start, inline.end, f.char(kind, flags), copy="\n")
                case tree.FootnoteReference():
                    label = f"[{inline.id}]"
                    self._atomic(label, inline.start, inline.end, f.char(kind, flags | f.QUIET))
                case tree.Image():
                    self._atomic(inline.label, inline.start, inline.end, f.char(kind, flags | f.QUIET))

    def text(self, node: tree.Text | tree.CodeSpan, char: QTextCharFormat) -> None:
        """One leaf; in an exact one, hidden characters become visible marks."""
        if not node.exact:
            self._atomic(node.text, node.start, node.end, char)
            return
        at = node.start
        for warning in self._warned(node.start, node.end):
            if at < warning.start:
                self._exact(node.text[at - node.start : warning.start - node.start], at, char)
            first, at = max(warning.start, node.start), min(warning.end, node.end)
            mark = QTextCharFormat(char)
            mark.merge(self._formats.hidden_mark)
            mark.setProperty(TIP, warning_tip(warning))
            shown = MARK * min(3, at - first)
            self._atomic(shown, first, at, mark, copy=node.text[first - node.start : at - node.start])
        if at < node.end:
            self._exact(node.text[at - node.start :], at, char)

    def code_line(self, line: str, char: QTextCharFormat, *, marked: bool) -> None:
        """A line of code; who calls notes where it came from. marked: it may hold visible marks."""
        if not (marked and MARK in line):
            self.cursor.insertText(showable(line), char)
            return
        mark = QTextCharFormat(char)
        mark.merge(self._formats.hidden_mark)
        for part in _MARKS.split(line):
            self.cursor.insertText(showable(part), mark if part.startswith(MARK) else char)

    def code_text(self, node: tree.Code) -> tuple[str, bool]:
        """The text of a code block with a visible mark for each hidden unit, and whether there is any."""
        if not self._warned(node.start, node.end):
            return node.text, False
        parts = []
        for run in node.runs:
            text = run.text
            for warning in self._warned(run.start, run.end) if run.exact else ():
                first, last = max(0, warning.start - run.start), min(len(text), warning.end - run.start)
                hidden = MARK * units(text[first:last])
                if len(hidden) == last - first:  # two-unit characters would move what follows
                    text = text[:first] + hidden + text[last:]
            parts.append(text)
        return "".join(parts), True

    def _warned(self, start: int, end: int) -> tuple[TextWarning, ...]:
        if not self._warnings:
            return ()
        first = max(0, bisect_left(self._warning_starts, start) - 1)
        last = bisect_left(self._warning_starts, end)
        return tuple(w for w in self._warnings[first:last] if w.end > start)

    def _char(self, kind: str, flags: int, url: str) -> QTextCharFormat:
        char = self._formats.char(kind, flags)
        if url:
            char = QTextCharFormat(char)
            char.setProperty(URL, url)
            char.setProperty(TIP, url[:_TIP])
        return char

    def _exact(self, text: str, start: int, char: QTextCharFormat) -> None:
        position = self.cursor.position()
        for at, part in enumerate(_KEYCAP.split(text) if "\u20e3" in text else (text,)):
            self.cursor.insertText(showable(part), _emoji(char) if at % 2 else char)
        length = units(text)
        wide = text if length != len(text) else ""
        start += self._shift
        self._positions.add(Run(position, length, start, start + len(text), wide=wide))

    def _atomic(self, shown: str, start: int, end: int, char: QTextCharFormat, *, copy: str = "") -> None:
        position, clean = self.cursor.position(), showable(shown)
        self.cursor.insertText(clean, char)
        shift = self._shift
        self._positions.add(
            Run(position, units(clean), start + shift, end + shift, exact=False, copy=copy or shown)
        )

    def _formula(self, node: tree.Maths, kind: str, flags: int) -> None:
        char = QTextCharFormat(self._formats.char(kind, flags))
        char.setObjectType(FORMULA)
        char.setProperty(TEX, node.tex)
        char.setProperty(DISPLAY, node.display)
        if self.room:
            char.setProperty(ROOM, self.room)
        char.setProperty(TIP, node.tex[:_TIP])
        align = QTextCharFormat.VerticalAlignment
        char.setVerticalAlignment(align.AlignMiddle if node.display else align.AlignBaseline)
        position = self.cursor.position()
        self.cursor.insertText("\ufffc", char)
        self.drawn += 1
        self.formulas.setdefault(node.tex, []).append(position)
        start, end = node.start + self._shift, node.end + self._shift
        self._positions.add(Run(position, 1, start, end, exact=False, copy=node.tex))


def _emoji(char: QTextCharFormat) -> QTextCharFormat:
    """The same with the face of emoji before its own."""
    made, family = QTextCharFormat(char), emoji_family()
    if family:
        made.setFontFamilies([family, *char.font().families()])
    return made
