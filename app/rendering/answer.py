"""`parse`: the text of an answer, as it was received, into the tree."""

from __future__ import annotations

from app.rendering.events import TreeBuilder
from app.rendering.large_tables import find_large_tables, hide_bars
from app.rendering.offsets import code_points, normalise, relocate
from app.rendering.patches import is_only_patch
from app.rendering.standins import mask
from app.rendering.tree import Block, Code, Document, Text
from app.rendering.unicode_checks import find_warnings


def parse(text: str) -> Document:
    """The tree of `text`: any string at all, in time linear in its length. A bare patch is one block of code."""
    normal, offsets = normalise(text)
    blocks = (_patch(normal),) if is_only_patch(normal) else _markdown(normal)
    if offsets is not None:
        blocks = tuple(relocate(block, offsets, text) for block in blocks)
    return Document(text, blocks, find_warnings(text))


def _patch(normal: str) -> Block:
    """As Markdown its signs would be bullets, its comments headings."""
    return Code("diff", (Text(normal, 0, len(normal)),), 0, len(normal))


def _markdown(normal: str) -> tuple[Block, ...]:
    import pyromark

    masked, formulas = mask(normal)
    large = find_large_tables(masked)
    if large:
        masked = hide_bars(masked, large)
    options = (
        pyromark.Options.ENABLE_TABLES
        | pyromark.Options.ENABLE_STRIKETHROUGH
        | pyromark.Options.ENABLE_TASKLISTS
        | pyromark.Options.ENABLE_FOOTNOTES
    )
    events = pyromark.events_with_range(masked, options=options)
    return TreeBuilder(normal, masked, formulas, large).build(events, code_points(masked))
