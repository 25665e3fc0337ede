"""From the parser's events to the tree of blocks and inlines."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any, cast

from app.rendering import tree
from app.rendering.large_tables import MOST_COLUMNS, Span
from app.rendering.links import link_bare_urls, may_hold_links
from app.rendering.maths import Formula
from app.rendering.texts import Original, append_span

DEPTH_CAP = 100
MOST_MARKS, MOST_ROW = 2_000, 30_000
"""Marks of a block, characters of a row of a table. What has more is shown as it is written: it is laid out as a
whole, and a window would stand still."""
MOST_TEX, MOST_TEX_LINES, MOST_TEX_OF_ALL = 4_000, 100, 20_000
"""Characters and lines of a formula, characters of all formulas of a block."""

_MARKS: dict[str, type[tree.Emphasis | tree.Strong | tree.Strikethrough]] = {
    "Emphasis": tree.Emphasis,
    "Strong": tree.Strong,
    "Strikethrough": tree.Strikethrough,
}
_CAPPED = {*_MARKS, "BlockQuote", "List", "Item", "Link", "Image", "FootnoteDefinition"}
_NO_LINKS_INSIDE = {"Link", "Image"}
_INLINE = {*_MARKS, *_NO_LINKS_INSIDE}
_BLOCK_CONTAINERS = {"Document", "BlockQuote", "Item", "FootnoteDefinition"}
_UNESCAPED_BAR = re.compile(r"(?<!\\)(?:\\\\)*\|")
_NOT_PADDING = re.compile(r"[^\s|]")


class _Frame:
    """A node under construction."""

    __slots__ = ("children", "end", "kind", "start", "task", "tight", "value")

    def __init__(self, kind: str, value: Any, start: int, end: int) -> None:
        self.kind = kind
        self.value = value
        self.start = start
        self.end = end
        self.children: list[Any] = []
        self.task: tree.TaskState = "none"
        self.tight = True


class TreeBuilder:
    """Builds the blocks of one answer. `masked` and `text` have the same length. large: hidden tables."""

    def __init__(self, text: str, masked: str, formulas: list[Formula], large: Sequence[Span] = ()) -> None:
        self._large = large
        self.original = Original(text, masked, formulas)
        self.may_hold_links = may_hold_links(text)
        self.stack = [_Frame("Document", None, 0, len(text))]
        self.opened: list[bool] = []
        self.depth = 0
        self.quotes = 0
        self.links = 0

    def build(
        self, events: Iterable[tuple[Any, Any]], points: Sequence[int] | None
    ) -> tuple[tree.Block, ...]:
        """`events` have byte ranges of `masked`; `points` maps them to code points (None: they are equal)."""
        for event, span in events:
            start, end = span["start"], span["end"]
            if points is not None:
                start, end = points[start], points[end]
            if type(event) is str:
                self._bare(event, start, end)
                continue
            ((kind, value),) = event.items()
            if kind == "Text":
                self._inline_frame(start, end)
                self._add_text(value, start, end)
            elif kind == "Start":
                self._start(value, start, end)
            elif kind == "End":
                self._end(value)
            elif kind == "Code":
                self._inline_frame(start, end).children.append(self.original.code_span(value, start, end))
            elif kind == "TaskListMarker":
                self._mark_task(value)
            elif kind == "FootnoteReference":
                node = tree.FootnoteReference(self.original.verbatim(value, start, end), start, end)
                self._inline_frame(start, end).children.append(node)
            else:
                self._html(start, end)
        self._close_tight_paragraph()
        return tuple(self.stack[0].children)

    def _bare(self, event: str, start: int, end: int) -> None:
        if event == "Rule":
            self._close_tight_paragraph()
            self.stack[-1].children.append(tree.Rule(start, end))
            return
        children = self._inline_frame(start, end).children
        if event == "HardBreak":
            children.append(tree.HardBreak(start, end))
        else:
            line_end = self.original.masked.find("\n", start, end)
            children.append(tree.Text(" ", start, line_end + 1 if line_end >= 0 else end, False))

    # -- opening and closing -------------------------------------------------------------------------------

    def _start(self, value: Any, start: int, end: int) -> None:
        kind, data = (value, None) if type(value) is str else next(iter(value.items()))
        if kind in _INLINE:
            self._inline_frame(start, end)
        else:
            self._close_tight_paragraph()
        if kind in _CAPPED:
            if self.depth >= DEPTH_CAP:
                self.opened.append(False)
                return
            self.depth += 1
            self.quotes += kind == "BlockQuote"
            self.links += kind in _NO_LINKS_INSIDE
        if kind == "Paragraph" and self.stack[-1].kind == "Item":
            self.stack[-1].tight = False
        self.opened.append(True)
        self.stack.append(_Frame(kind, data, start, end))

    def _end(self, value: Any) -> None:
        if type(value) is not str or value not in _INLINE:
            self._close_tight_paragraph()
        if not self.opened.pop():
            return
        frame = self.stack.pop()
        if frame.kind in _CAPPED:
            self.depth -= 1
            self.quotes -= frame.kind == "BlockQuote"
            self.links -= frame.kind in _NO_LINKS_INSIDE
        strays = _take_strays(frame) if frame.kind == "Table" else []
        node = self._bounded(self._node(frame))
        if frame.kind == "Item" and not frame.tight:
            self.stack[-1].tight = False
        self.stack[-1].children += (node, *strays)

    def _inline_frame(self, start: int, end: int) -> _Frame:
        """The frame that inlines go to; text straight in an item (a tight list) gets a paragraph."""
        top = self.stack[-1]
        if top.kind in _BLOCK_CONTAINERS:
            top = _Frame("TightParagraph", None, start, end)
            self.stack.append(top)
        elif top.kind == "TightParagraph":
            top.end = end
        return top

    def _close_tight_paragraph(self) -> None:
        if self.stack[-1].kind == "TightParagraph":
            frame = self.stack.pop()
            self.stack[-1].children.append(self._bounded(self._node(frame)))

    def _mark_task(self, done: bool) -> None:
        for frame in reversed(self.stack):
            if frame.kind == "Item":
                frame.task = "done" if done else "open"
                return

    def _node(self, frame: _Frame) -> tree.Node:
        kind, start, end, value = frame.kind, frame.start, frame.end, frame.value
        if kind in {"Paragraph", "TightParagraph", "HtmlBlock"}:
            return tree.Paragraph(self._inlines(frame), start, end)
        if kind in _MARKS:
            return _MARKS[kind](self._inlines(frame), start, end)
        if kind == "Item":
            return tree.Item(frame.task, tuple(frame.children), start, end)
        if kind == "List":
            items = tuple(frame.children)
            if value is None:
                return tree.BulletList(frame.tight, items, start, end)
            return tree.OrderedList(value, frame.tight, items, start, end)
        if kind == "TableCell":
            return tree.Cell(self._inlines(frame), start, end)
        if kind in {"TableRow", "TableHead"}:
            return tree.Row((*frame.children, *self._surplus_cells(frame)), start, end)
        if kind == "Heading":
            return tree.Heading(int(value["level"][1]), self._inlines(frame), start, end)
        if kind == "CodeBlock":
            info = "" if value == "Indented" else self.original.info(value["Fenced"], start, end)
            return tree.Code(info, tuple(self.original.merged(frame.children)), start, end)
        if kind == "Link":
            return tree.Link(self.original.target(value, start, end), self._inlines(frame), start, end)
        if kind == "Image":
            alt = "".join(map(_shown, self._inlines(frame)))
            return tree.Image(self.original.target(value, start, end), alt, start, end)
        if kind == "Table":
            return tree.Table(tuple(a.lower() for a in value), tuple(frame.children), start, end)
        if kind == "BlockQuote":
            return tree.Quote(tuple(frame.children), start, end)
        return tree.FootnoteDefinition(
            self.original.verbatim(value, start, end), tuple(frame.children), start, end
        )

    def _bounded(self, node: tree.Node) -> tree.Node:
        """The node, or its source as code if it is too much."""
        cells: tuple[tree.Node, ...] = ()
        if isinstance(node, tree.Paragraph | tree.Heading):
            if self._hides_a_table(node):
                return self.original.as_written(node.start, node.end)
            cells = (node,)
        elif isinstance(node, tree.Table):
            if _too_large(node):
                return self.original.as_written(node.start, node.end)
            cells = tuple(cell for row in node.rows for cell in row.cells)
        if any(map(_too_much, cells)):
            return self.original.as_written(node.start, node.end)
        return node

    def _hides_a_table(self, node: tree.Node) -> bool:
        at = bisect_left(self._large, (node.end, 0)) - 1
        return at >= 0 and self._large[at][1] > node.start

    # -- text -----------------------------------------------------------------------------------------------

    def _add_text(self, value: str, start: int, end: int) -> None:
        top = self.stack[-1]
        in_code = top.kind == "CodeBlock"
        self.original.add_text(top.children, value, start, end, in_code=in_code, in_quote=self.quotes > 0)

    def _inlines(self, frame: _Frame) -> tuple[tree.Inline, ...]:
        inlines = self.original.merged(frame.children)
        if self.may_hold_links and self.links == 0 and frame.kind not in _NO_LINKS_INSIDE:
            inlines = link_bare_urls(inlines, self.original.text)
        return tuple(inlines)

    def _html(self, start: int, end: int) -> None:
        """HTML that was not masked (after an escaped `<`): its source as text."""
        children = self._inline_frame(start, end).children
        for line in re.finditer(r"[^\n]+|\n", self.original.text[start:end]):
            a, b = start + line.start(), start + line.end()
            if line[0] == "\n":
                children.append(tree.Text(" ", a, b, False))
            else:
                append_span(children, a, b)

    def _surplus_cells(self, frame: _Frame) -> list[tree.Cell]:
        """GFM drops the cells beyond the header's count; text of an answer must not vanish."""
        last = cast(tree.Cell, frame.children[-1]).end if frame.children else frame.start
        if last >= frame.end or not _NOT_PADDING.search(self.original.masked, last, frame.end):
            return []
        cells: list[tree.Cell] = []
        pos = last
        bars = [m.end() - 1 for m in _UNESCAPED_BAR.finditer(self.original.masked, last, frame.end)]
        for bar in (*bars, frame.end):
            part = self.original.masked[pos:bar]
            start, end = pos + len(part) - len(part.lstrip()), bar - len(part) + len(part.rstrip())
            if start < end:
                cell = _Frame("TableCell", None, start, end)
                self.stack.append(cell)
                self._add_text(self.original.masked[start:end], start, end)
                self.stack.pop()
                cells.append(tree.Cell(self._inlines(cell), start, end))
            pos = bar + 1
        return cells


def _take_strays(table: _Frame) -> list[tree.Node]:
    """Takes out of a table what is no row. After some 260,000 cells that it had to add to short rows, the
    parser leaves a row without extent and gives the rest of the table as a paragraph inside it."""
    strays = [child for child in table.children if not isinstance(child, tree.Row)]
    table.children = [row for row in table.children if isinstance(row, tree.Row) and row.start < row.end]
    if strays:
        table.end = strays[0].start
    return strays


def _too_large(table: tree.Table) -> bool:
    """A row of too many cells, or one that is too long."""
    if any(len(row.cells) > MOST_COLUMNS for row in table.rows):
        return True
    return table.end - table.start > MOST_ROW and any(row.end - row.start > MOST_ROW for row in table.rows)


def _too_much(block: tree.Node) -> bool:
    """Too many marks (emphasis, code, links, formulas), each of which takes a letter at least, or too much TeX."""
    if block.end - block.start <= MOST_MARKS:
        return False
    count, tex, waiting = 0, 0, [tree.children(block)]
    while waiting and count <= MOST_MARKS and tex <= MOST_TEX_OF_ALL:
        for one in waiting.pop():
            if isinstance(one, tree.Text):
                continue
            count += 1
            if isinstance(one, tree.Maths):
                tex += len(one.tex)
                if len(one.tex) > MOST_TEX or one.tex.count("\n") >= MOST_TEX_LINES:
                    return True
            elif inner := tree.children(one):
                waiting.append(inner)
    return count > MOST_MARKS or tex > MOST_TEX_OF_ALL


def _shown(inline: tree.Inline) -> str:
    if isinstance(inline, (tree.Text, tree.CodeSpan)):
        return inline.text
    if isinstance(inline, tree.Maths):
        return inline.tex
    if isinstance(inline, tree.Image):
        return inline.alt
    if isinstance(inline, tree.HardBreak):
        return " "
    if isinstance(inline, tree.FootnoteReference):
        return ""
    return "".join(map(_shown, inline.inlines))
