"""Tables: hairlines under rows, the header in sans; wide ones smaller, long ones in parts of equal columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetrics,
    QTextCursor,
    QTextDocument,
    QTextLength,
    QTextTable,
    QTextTableCellFormat,
    QTextTableFormat,
)

from app.rendering import tree
from app.rendering.plain import inline_text
from ui.panels.reading.formats import CELL_SIDE, CELL_TOP, QUOTES, PageFormats, direction_of
from ui.panels.reading.inline import InlineWriter
from ui.panels.reading.positions import WidePart

_ALIGN = {
    "none": Qt.AlignmentFlag.AlignLeft,
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}
_PART_ROWS, _PART_CELLS, _PART_CHARS = 24, 160, 16_000
"""The most that one Qt table holds: Qt lays a table out as a whole."""
_CELLS = 40
"""Cells between two steps."""
_MANY = 5
"""More columns than this are set smaller."""
_MEASURED, _CELL = 60, 400
"""Rows of a table and characters of a cell that are measured."""
_LONGEST_WORD, _BROAD, _FORMULA = 200, 240, 320
"""px at 100 %: words above this break anyway; a column that does not fit takes no more than this, or than its
formulas, which have so much."""
_SIGN = re.compile(r"\\[A-Za-z]+|[^\s{}^_$\\]")
"""What takes room in a formula."""
_CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef]")
"""Lines may break beside each of these."""


class TableWriter:
    """wide: gets a part for each Qt table."""

    def __init__(
        self, document: QTextDocument, inline: InlineWriter, formats: PageFormats, wide: list[WidePart]
    ) -> None:
        self._document = document
        self._inline = inline
        self._formats = formats
        self._wide = wide
        self.written = False

    def write(
        self, node: tree.Table, cursor: QTextCursor, left: int, bars: str, mixed: bool
    ) -> Iterator[None]:
        """Insert behind the cursor's block; leaves the cursor in the empty block that follows."""
        columns = max((len(row.cells) for row in node.rows), default=0)
        if not columns:
            return
        self.written = True
        shape = self._formats.table()
        shape.setLeftMargin(left)
        head = " ".join(inline_text(cell.inlines) for cell in node.rows[0].cells) if mixed else ""
        order = list(range(columns))
        if direction_of(head) == Qt.LayoutDirection.RightToLeft:
            order.reverse()  # Qt itself always begins at the left
        size = max(2, min(_PART_ROWS, _PART_CELLS // columns))
        parts = list(_parts(node.rows, size))
        wide = self._fixed(node, columns, left)
        if wide:  # it then moves sideways by itself: `wide_browser`
            kind, lengths = QTextLength.Type.FixedLength, [float(px) for px in wide]
        else:
            kind, lengths = QTextLength.Type.PercentageLength, _shares(node, columns)
            shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        shape.setColumnWidthConstraints([QTextLength(kind, lengths[c]) for c in order])
        pad = self._formats.px(2 * CELL_SIDE)
        rooms = [max(2.0, px - pad) for px in lengths] if wide else [share / 100 for share in lengths]
        for at, rows in enumerate(parts):
            shape.setTopMargin(self._formats.px(12) if at == 0 else 0)
            yield from self._part(node, rows, order, rooms, cursor, shape, bars, mixed, header=at == 0)

    def _fixed(self, node: tree.Table, columns: int, left: int) -> list[int]:
        """The widths in px of columns that do not fit the page without breaking words; empty where they fit."""
        formats = self._formats
        there = self._document.textWidth()
        room = formats.px(formats.reading.measure)
        room = (min(room, round(there)) if there > 0 else room) - left
        metrics = QFontMetrics(formats.char("small" if columns > _MANY else "cell").font())
        head = QFontMetrics(formats.char("head").font())
        words, lines, drawn = [0] * columns, [0] * columns, [0] * columns
        for r, row in enumerate(node.rows[:_MEASURED]):
            measure = (head if r == 0 else metrics).horizontalAdvance
            for c, cell in enumerate(row.cells):
                text = inline_text(cell.inlines)[:_CELL]
                parts = _CJK.sub(" ", text).split() or [""]
                words[c] = max(words[c], measure(max(parts, key=len)))
                lines[c] = max(lines[c], measure(text))
                signs = max((len(_SIGN.findall(tex[:_CELL])) for tex in _formulas(cell)), default=0)
                drawn[c] = max(drawn[c], min(signs * formats.px(9), formats.px(_FORMULA)))
        pad = formats.px(18)
        most, broad = formats.px(_LONGEST_WORD), formats.px(_BROAD)
        least = [max(min(w, most), d, formats.px(24)) + pad for w, d in zip(words, drawn, strict=True)]
        if sum(least) <= room:
            return []
        return [max(narrow, min(line + pad, broad)) for narrow, line in zip(least, lines, strict=True)]

    def _part(
        self,
        node: tree.Table,
        rows: tuple[tree.Row, ...],
        order: list[int],
        rooms: list[float],
        cursor: QTextCursor,
        shape: QTextTableFormat,
        bars: str,
        mixed: bool,
        *,
        header: bool,
    ) -> Iterator[None]:
        columns = len(order)
        shape.setHeaderRowCount(1 if header else 0)
        table = cursor.insertTable(len(rows), columns, shape)
        kind = "small" if columns > _MANY else "cell"
        since = 0
        for r, row in enumerate(rows):
            heading = header and r == 0
            for place, c in enumerate(order):
                cell = row.cells[c] if c < len(row.cells) else None
                align = node.alignments[c] if c < len(node.alignments) else "none"
                self._inline.room = rooms[c]
                self._cell(table, r, place, cell, "head" if heading else kind, _ALIGN[align], bars, mixed)
            since += columns
            if since >= _CELLS:
                since = 0
                yield
        corners = table.cellAt(0, 0), table.cellAt(0, columns - 1)
        first, corner = (cell.firstCursorPosition().position() for cell in corners)
        self._wide.append(WidePart(node.start, first, corner, table.lastPosition() + 1))
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self._inline.cursor, self._inline.room = cursor, 0.0

    def _cell(
        self,
        table: QTextTable,
        r: int,
        c: int,
        cell: tree.Cell | None,
        kind: str,
        align: Qt.AlignmentFlag,
        bars: str,
        mixed: bool,
    ) -> None:
        place = table.cellAt(r, c)
        line = QTextTableCellFormat()
        line.setBottomBorder(1)
        line.setBottomBorderStyle(QTextTableFormat.BorderStyle.BorderStyle_Solid)
        colours = self._formats.theme.colours
        line.setBottomBorderBrush(QBrush(QColor(colours.line2 if kind == "head" else colours.line)))
        side, top = self._formats.px(CELL_SIDE), self._formats.px(CELL_TOP)
        line.setLeftPadding(0 if c == 0 else side)
        line.setRightPadding(side)
        line.setTopPadding(top)
        line.setBottomPadding(top)
        place.setFormat(line)
        cursor = place.firstCursorPosition()
        block = self._formats.block("label" if kind in ("head", "small") else "cell", below=0)
        block.setAlignment(align)
        if bars:
            block.setProperty(QUOTES, bars)
        if mixed and cell is not None:
            block.setLayoutDirection(direction_of(inline_text(cell.inlines)))
        cursor.setBlockFormat(block)
        if cell is not None:
            self._inline.cursor = cursor
            self._inline.write(cell.inlines, kind)


def _formulas(cell: tree.Cell) -> Iterator[str]:
    waiting: list[tree.Node] = [*cell.inlines]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tree.Maths):
            yield node.tex
        waiting += tree.children(node)


def _parts(rows: Sequence[tree.Row], most: int) -> Iterator[tuple[tree.Row, ...]]:
    """most: rows of a part."""
    part: list[tree.Row] = []
    chars = 0
    for row in rows:
        chars += row.end - row.start
        if part and (len(part) == most or chars > _PART_CHARS):
            yield tuple(part)
            part, chars = [], row.end - row.start
        part.append(row)
    if part:
        yield tuple(part)


def _shares(node: tree.Table, columns: int) -> list[float]:
    """Per cent of the width for each column: by the text in it, but none is starved."""
    lengths = [1.0] * columns
    longest = [1] * columns
    for row in node.rows[:200]:
        for c, cell in enumerate(row.cells):
            text = inline_text(cell.inlines)
            wide = sum(2 if char > "\u2e80" else 1 for char in text[:400])
            lengths[c] = max(lengths[c], min(wide, 60))
            word = max((len(w) for w in text[:400].split()), default=1)
            longest[c] = max(longest[c], min(word, 18))
    weights = [max(n**0.75, w * 0.9) for n, w in zip(lengths, longest, strict=True)]
    total = sum(weights)
    return [100 * weight / total for weight in weights]
