"""Builds a Qt document from the tree, with a cursor only: no HTML, no resources, nothing clickable by itself.

builder = Builder(document, formats)
for _ in builder.build(parsed):     # each step is small; stop between two when the time is up
    ...
builder.positions, builder.codes
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlockFormat, QTextCursor, QTextDocument

from app.rendering import tree
from app.rendering.code import language_of
from app.rendering.long_lines import LONGEST, cut_inlines, line_cuts
from app.rendering.plain import inline_text
from app.rendering.tree import Block
from ui.i18n import tr
from ui.panels.reading.formats import (
    CODE_END,
    CODE_LINE,
    DEEPEST,
    GROUND_X,
    MARKER,
    NUMBERED,
    QUOTES,
    RULE,
    PageFormats,
    direction_of,
    has_right_to_left,
)
from ui.panels.reading.inline import InlineWriter, showable
from ui.panels.reading.positions import Positions, Run, WidePart, units
from ui.panels.reading.raw import unit_offsets
from ui.panels.reading.tables import TableWriter

_BULLETS = "•◦▪"
_BOXES = {"open": "[ ]", "done": "[x]"}
_AFTER_TABLE = 16
_SLICE, _CHARS = 60, 12_000
"""Lines and characters of code between two steps."""


@dataclass(frozen=True, slots=True)
class CodePlace:
    """A code block in the document: where its first line stands, and what it is."""

    position: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Around:
    """What a block stands in. margin: px from the left for quotes; bars: their x; lists: their depth."""

    margin: int = 0
    bars: tuple[int, ...] = ()
    lists: int = 0
    tight: bool = False

    def indent(self) -> int:
        return min(self.lists, DEEPEST)


class Builder:
    def __init__(self, document: QTextDocument, formats: PageFormats, source: str = "") -> None:
        self.document = document
        self.formats = formats
        self.positions = Positions(source)
        self.codes: list[CodePlace] = []
        self.cursor = QTextCursor(document)
        self.cursor.movePosition(QTextCursor.MoveOperation.End)
        self._inline = InlineWriter(self.cursor, formats, self.positions)
        self.formulas = self._inline.formulas
        self.wide: list[WidePart] = []
        self._tables = TableWriter(document, self._inline, formats, self.wide)
        self._fresh = True  # the document's own first block is still to be used
        self._gap = 0  # px at 100 % that the next block must keep above itself
        self._shift = 0
        self._mixed = False

    @property
    def has_tables(self) -> bool:
        return self._tables.written

    def build(self, parsed: tree.Document, shift: int = 0) -> Iterator[None]:
        """Append a document; shift: where its text begins in `source`."""
        self._shift = shift
        self._mixed = has_right_to_left(parsed.source)
        self._inline.use(parsed, shift)
        yield from self._blocks(parsed.blocks, Around())

    def label(self, text: str, *, first: bool = False) -> None:
        """A line of our own that is no part of the source: whose turn it is."""
        self._start(self.formats.block("label", above=0 if first else 14, below=4), Around())
        self.cursor.insertText(text, self.formats.char("label"))

    def _blocks(self, blocks: Iterable[Block], around: Around) -> Iterator[None]:
        for block in blocks:
            match block:
                case tree.Paragraph():
                    yield from self._text(block, self.formats.block(below=_below(around)), around)
                case tree.Heading():
                    yield from self._heading(block, around)
                case tree.Code():
                    yield from self._code(block, around)
                case tree.Quote():
                    yield from self._blocks(block.blocks, self._quoted(around))
                case tree.BulletList() | tree.OrderedList():
                    yield from self._list(block, around)
                case tree.Table():
                    yield from self._table(block, around)
                case tree.Rule():
                    self._rule(around)
                case tree.FootnoteDefinition():
                    yield from self._footnote(block, around)
            yield

    def _start(self, block: QTextBlockFormat, around: Around, inlines: Sequence[tree.Inline] = ()) -> None:
        """Begin a block in its surroundings."""
        if around.lists:
            block.setIndent(around.indent())
        if self._mixed and inlines:
            block.setLayoutDirection(direction_of(inline_text(inlines)))
        if around.bars:
            block.setProperty(QUOTES, " ".join(map(str, around.bars)))
        if around.margin:
            if block.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                block.setRightMargin(block.rightMargin() + around.margin)
            else:
                block.setLeftMargin(block.leftMargin() + around.margin)
        if self._gap:
            block.setTopMargin(max(block.topMargin(), self.formats.px(self._gap)))
            self._gap = 0
        if self._fresh:
            self.cursor.setBlockFormat(block)
            self.cursor.setBlockCharFormat(self.formats.char())
            self._fresh = False
        else:
            self.cursor.insertBlock(block, self.formats.char())

    def _text(
        self,
        node: tree.Paragraph | tree.Heading,
        block: QTextBlockFormat,
        around: Around,
        kind: str = "body",
    ) -> Iterator[None]:
        """One block of the document; of a text that never ends as many as its lines are cut into."""
        if node.end - node.start <= LONGEST:
            self._start(block, around, node.inlines)
            self._line(node.inlines, kind, node.start)
            return
        lines, below = cut_inlines(node.inlines), block.bottomMargin()
        for at, line in enumerate(lines):
            part = QTextBlockFormat(block)
            part.setBottomMargin(below if at == len(lines) - 1 else 0)
            if at:
                yield
                part.setTopMargin(0)
                part.clearProperty(MARKER)
                self.positions.add_break(self.cursor.position(), line[0].start + self._shift)
            self._start(part, around, node.inlines)
            self._line(line, kind, node.start)

    def _line(self, inlines: Sequence[tree.Inline], kind: str, start: int) -> None:
        drawn, first = self._inline.drawn, self.cursor.position()
        self._inline.write(inlines, kind)
        if self._inline.drawn != drawn:
            self.wide.append(WidePart(start + self._shift, first, first, self.cursor.position()))

    def _heading(self, node: tree.Heading, around: Around) -> Iterator[None]:
        top = self._fresh
        kind = f"h{node.level}"
        block = self.formats.block(kind, above=0 if top else 16, below=10 if node.level == 1 else 6)
        block.setHeadingLevel(node.level)
        yield from self._text(node, block, around, kind)

    def _rule(self, around: Around) -> None:
        block = self.formats.block("label", below=14)
        block.setProperty(RULE, True)
        self._start(block, around)

    def _quoted(self, around: Around) -> Around:
        x = around.margin + around.indent() * self.formats.step
        if len(around.bars) >= DEEPEST:
            return around
        return replace(
            around, margin=around.margin + self.formats.px(18), bars=(*around.bars, x), tight=False
        )

    def _footnote(self, node: tree.FootnoteDefinition, around: Around) -> Iterator[None]:
        self._start(self.formats.block("label", above=4, below=2), around)
        self.cursor.insertText(showable(f"[{node.id}]"), self.formats.char("label"))
        yield from self._blocks(node.blocks, replace(around, margin=around.margin + self.formats.px(18)))

    # Lists

    def _list(self, node: tree.BulletList | tree.OrderedList, around: Around) -> Iterator[None]:
        inner = replace(around, lists=around.lists + 1, tight=node.tight)
        for at, item in enumerate(node.items):
            number = f"{node.first + at}." if isinstance(node, tree.OrderedList) else ""
            marker = _BOXES.get(item.task) or number or _BULLETS[min(around.lists, 2)]
            first, rest = _split(item)
            kind = f"h{first.level}" if isinstance(first, tree.Heading) else "body"
            block = self.formats.block(kind, below=_below(inner))
            block.setProperty(MARKER, marker)
            # No QTextList: Qt's own marks stand too near the text, and a long list takes it quadratic time.
            if first is not None:
                yield from self._text(first, block, inner, kind)
            else:
                self._start(block, inner)
            yield
            yield from self._blocks(rest, inner)
        self._gap = max(self._gap, _below(around))

    # Tables and code

    def _table(self, node: tree.Table, around: Around) -> Iterator[None]:
        if self._fresh:  # Qt puts a table behind a block, never at the very beginning
            self._start(self.formats.spacer(), around)
        left = around.margin + around.indent() * self.formats.step
        bars = " ".join(map(str, around.bars))
        yield from self._tables.write(node, self.cursor, left, bars, self._mixed)
        # The empty block that Qt keeps behind a table has no height as long as it stays empty.
        self._gap = _AFTER_TABLE

    def _code(self, node: tree.Code, around: Around) -> Iterator[None]:
        f = self.formats
        text, marked = self._inline.code_text(node)
        text = text.removesuffix("\n")
        cuts = line_cuts(text)
        lines = _cut_lines(text, cuts)
        numbers = 0
        if len(lines) > 3:
            numbers = f.px(8 * len(str(lines[-1][0])) + 14)
        ground = around.margin + around.indent() * f.step
        char, runs = f.char("code"), _CodeRuns(node, self.positions, self._shift)
        if node.as_written:
            self._start(f.block("label", above=14, below=0), around)
            self.cursor.insertText(tr("Too much to lay out. It is shown as it is written."), f.char("label"))
        since, number = 0, 0
        for at, (named, line) in enumerate(lines):
            last = at == len(lines) - 1
            number = named or number
            block = f.block("code", above=22 if at == 0 else 0, below=24 if last else 0)
            block.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            block.setLeftMargin(f.px(14) + numbers)
            block.setRightMargin(f.px(12))
            block.setProperty(CODE_LINE, number if named else -number)
            block.setProperty(GROUND_X, float(ground))
            block.setProperty(NUMBERED, numbers)
            if last:
                block.setProperty(CODE_END, True)
            self._start(block, around)
            self.cursor.setBlockCharFormat(char)
            if at == 0:
                place = CodePlace(self.cursor.position(), node.text, language_of(node.info))
                runs.begin(self.cursor.position())
            self._inline.code_line(line, char, marked=marked)
            since += len(line)
            if at % _SLICE == _SLICE - 1 or since > _CHARS:
                since = 0
                yield
        runs.finish(self.cursor.position(), unit_offsets(text, cuts))
        if not cuts:  # colours are by line
            self.codes.append(place)


class _CodeRuns:
    """Notes the runs of a code block, whose line ends are block ends in the document (one unit each)."""

    def __init__(self, node: tree.Code, positions: Positions, shift: int) -> None:
        self._node = node
        self._positions = positions
        self._shift = shift
        self._at = 0

    def begin(self, position: int) -> None:
        self._at = position

    def finish(self, end: int, cuts: Sequence[int]) -> None:
        """end: of the document's last line; the line end that closes the code is not shown.

        cuts: where lines of ours begin, in units from the beginning of the code.
        """
        at, end = self._at, end - len(cuts)
        whole = Positions()
        for run in self._node.runs:
            length = min(units(run.text), end - at)
            if length <= 0:
                break
            text = run.text
            while units(text) > length:
                text = text[:-1]
            start, stop = run.start + self._shift, run.end + self._shift
            wide = text if length != len(text) else ""
            if run.exact:
                whole.add(Run(at, length, start, start + len(text), wide=wide))
            else:
                whole.add(Run(at, length, start, stop, exact=False, copy=text))
            at += length
        self._positions.join(whole.broken([self._at + cut for cut in cuts]) if cuts else whole)


def _cut_lines(text: str, cuts: Sequence[int]) -> list[tuple[int, str]]:
    """(number, line) as shown; 0 for what a cut began."""
    edges = (0, *cuts, len(text))
    pieces = [text[a:b].split("\n") for a, b in pairwise(edges)]
    lines: list[tuple[int, str]] = []
    number = 0
    for at, piece in enumerate(pieces):
        for i, line in enumerate(piece):
            named = not at or i > 0
            number += named
            lines.append((number if named else 0, line))
    return lines


def _below(around: Around) -> int:
    return 5 if around.lists and around.tight else 12


def _split(item: tree.Item) -> tuple[tree.Paragraph | tree.Heading | None, tuple[Block, ...]]:
    """The text that stands beside the bullet, and the blocks under it."""
    first = item.blocks[0] if item.blocks else None
    if isinstance(first, tree.Paragraph | tree.Heading):
        return first, item.blocks[1:]
    return None, item.blocks
