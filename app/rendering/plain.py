"""A document as plain text: for copying, searching and screens without formatting."""

from __future__ import annotations

from collections.abc import Iterable

from app.rendering import tree
from app.rendering.tree import Block, Document, Inline

_BOXES = {"none": "", "open": "[ ] ", "done": "[x] "}


def to_plain(document: Document) -> str:
    """Blocks are parted by blank lines, table cells by tabs; formulas are their TeX, images their label."""
    return _blocks(document.blocks, "\n\n")


def _blocks(blocks: Iterable[Block], gap: str) -> str:
    return gap.join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case tree.Paragraph() | tree.Heading():
            return inline_text(block.inlines)
        case tree.Code():
            return block.text.rstrip("\n")
        case tree.Quote():
            return _indented(_blocks(block.blocks, "\n\n"), "> ", "> ")
        case tree.BulletList():
            return "\n".join(_item(item, "- ", block.tight) for item in block.items)
        case tree.OrderedList():
            numbered = enumerate(block.items, block.first)
            return "\n".join(_item(item, f"{number}. ", block.tight) for number, item in numbered)
        case tree.Table():
            rows = ("\t".join(inline_text(cell.inlines) for cell in row.cells) for row in block.rows)
            return "\n".join(rows)
        case tree.Rule():
            return "---"
        case tree.FootnoteDefinition():
            return _indented(_blocks(block.blocks, "\n\n"), f"[{block.id}] ", "    ")


def _item(item: tree.Item, marker: str, tight: bool) -> str:
    text = _blocks(item.blocks, "\n" if tight else "\n\n")
    return _indented(_BOXES[item.task] + text, marker, " " * len(marker))


def _indented(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join([first + lines[0], *((rest + line).rstrip() for line in lines[1:])])


def inline_text(inlines: Iterable[Inline]) -> str:
    """The text of some inlines, without marks."""
    return "".join(map(_inline, inlines))


def _inline(inline: Inline) -> str:
    match inline:
        case tree.Text() | tree.CodeSpan():
            return inline.text
        case tree.Maths():
            return inline.tex
        case tree.HardBreak():
            return "\n"
        case tree.FootnoteReference():
            return f"[{inline.id}]"
        case tree.Image():
            return inline.label
        case _:
            return inline_text(inline.inlines)
