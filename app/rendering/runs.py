"""The shown pieces of a document in reading order, each with its span in the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.rendering import tree
from app.rendering.tree import Document, Node


def runs(document: Document) -> list[tuple[str, int, int]]:
    """(text, start, end) of everything shown; a piece is exact when the source has it verbatim there."""
    return list(_pieces(document.blocks))


def _pieces(nodes: Iterable[Node]) -> Iterator[tuple[str, int, int]]:
    for node in nodes:
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
                yield from _pieces(tree.children(node))
