"""The shown pieces of a document in reading order, each with its span in the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.rendering import tree
from app.rendering.tree import Document, Node


def runs(document: Document) -> list[tuple[str, int, int]]:
    """(text, start, end) of everything shown; a piece is exact when the source has it verbatim there."""
    return list(_pieces(document.blocks, 0, len(document.source) + 1))


def read_between(document: Document, start: int, end: int) -> str:
    """What is read of [start, end) of the source: without the marks of Markdown, a blank between blocks and cells."""
    parts: list[str] = []
    last = start
    for text, begin, after in _pieces(document.blocks, start, end):
        exact = document.source[begin:after] == text
        if parts and {"\n", "|"} & set(document.source[last:begin]):
            parts.append(" ")
        parts.append(text[max(0, start - begin) : end - begin] if exact else text)
        last = after
    return "".join(parts)


def _pieces(nodes: Iterable[Node], start: int, end: int) -> Iterator[tuple[str, int, int]]:
    for node in nodes:
        if node.end <= start or node.start >= end:
            continue
        match node:
            case tree.Text() | tree.CodeSpan():
                yield node.text, node.start, node.end
            case tree.Maths():
                yield node.tex, node.start, node.end
            case tree.HardBreak():
                yield "\n", node.start, node.end
            case tree.FootnoteReference():
                yield f"[{node.id}]", node.start, node.end
            case tree.Image():
                yield node.label, node.start, node.end
            case tree.Rule():
                pass
            case _:
                yield from _pieces(tree.children(node), start, end)
