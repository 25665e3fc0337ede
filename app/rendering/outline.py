"""A document in portions, so that a view can show the beginning at once and fill in the rest."""

from __future__ import annotations

from app.rendering.tree import Block, Document


def chunks(document: Document, size: int = 6144) -> tuple[tuple[Block, ...], ...]:
    """The top-level blocks in groups that end once they cover `size` code points of the source."""
    groups: list[tuple[Block, ...]] = []
    group: list[Block] = []
    for block in document.blocks:
        group.append(block)
        if block.end - group[0].start >= size:
            groups.append(tuple(group))
            group = []
    if group:
        groups.append(tuple(group))
    return tuple(groups)
