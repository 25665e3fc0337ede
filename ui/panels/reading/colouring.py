"""Colours of code, put on the layouts of blocks: the text and its positions stay as they are."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QTextBlock, QTextCharFormat, QTextDocument, QTextLayout

from app.rendering.code import Role
from ui.panels.reading.formats import ROLE_TONES
from ui.panels.reading.positions import units
from ui.panels.reading.supply import Tokens
from ui.theme.tokens import Theme

_BOLD: frozenset[Role] = frozenset({"keyword", "function", "heading"})


def role_format(role: Role, theme: Theme) -> QTextCharFormat:
    shape = QTextCharFormat()
    shape.setForeground(QColor(theme.colour(ROLE_TONES[role])))
    if role in _BOLD and role == "function":
        shape.setFontWeight(QFont.Weight.DemiBold.value)
    if role == "error":
        shape.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        shape.setUnderlineColor(QColor(theme.colours.bad))
    return shape


def line_ranges(text: str, tokens: Tokens, theme: Theme) -> list[list[QTextLayout.FormatRange]]:
    """The coloured ranges of each line, in UTF-16 units from its beginning."""
    shapes = {role: role_format(role, theme) for role in {token[2] for token in tokens}}
    lines: list[list[QTextLayout.FormatRange]] = [[]]
    column = 0
    for start, end, role in tokens:
        for i, piece in enumerate(text[start:end].split("\n")):
            if i:
                lines.append([])
                column = 0
            length = units(piece)
            if length and role not in ("plain", "name"):
                part = QTextLayout.FormatRange()
                part.start, part.length, part.format = column, length, shapes[role]
                lines[-1].append(part)
            column += length
    return lines


def colour_blocks(document: QTextDocument, position: int, text: str, tokens: Tokens, theme: Theme) -> None:
    """Colour the blocks of one piece of code that begins at `position`. Never inside an edit block: Qt lays out
    anew at once what is marked as changed, with whatever the edit has left half done."""
    block: QTextBlock = document.findBlock(position)
    end = position
    for ranges in line_ranges(text, tokens, theme):
        if not block.isValid():
            break
        if ranges:
            block.layout().setFormats(ranges)
            end = block.position() + block.length()
        block = block.next()
    if end > position:
        document.markContentsDirty(position, end - position)
