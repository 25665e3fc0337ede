"""A document as plain safe HTML: its structure, all text escaped, nothing that loads or runs."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from app.rendering import tree
from app.rendering.code import language_of
from app.rendering.links import safe_url
from app.rendering.tree import Block, Document, Inline

_ALIGN = {"none": "", "left": ' align="left"', "center": ' align="center"', "right": ' align="right"'}
_BOXES = {
    "none": "",
    "open": '<input type="checkbox" disabled> ',
    "done": '<input type="checkbox" disabled checked> ',
}


def to_html(document: Document) -> str:
    """Formulas are `<span class="math" data-tex=…>` (display ones also `display`), images are their label as
    text, links to anything but http, https and mailto are plain text."""
    return _blocks(document.blocks)


def _blocks(blocks: Iterable[Block]) -> str:
    return "\n".join(map(_block, blocks)) + "\n"


def _block(block: Block) -> str:
    match block:
        case tree.Paragraph():
            return f"<p>{_inlines(block.inlines)}</p>"
        case tree.Heading():
            return f"<h{block.level}>{_inlines(block.inlines)}</h{block.level}>"
        case tree.Code():
            language = language_of(block.info)
            attribute = f' class="language-{escape(language)}"' if language else ""
            return f"<pre><code{attribute}>{escape(block.text)}</code></pre>"
        case tree.Quote():
            return f"<blockquote>\n{_blocks(block.blocks)}</blockquote>"
        case tree.BulletList():
            return f"<ul>\n{_items(block)}</ul>"
        case tree.OrderedList():
            start = "" if block.first == 1 else f' start="{block.first}"'
            return f"<ol{start}>\n{_items(block)}</ol>"
        case tree.Table():
            return _table(block)
        case tree.Rule():
            return "<hr>"
        case tree.FootnoteDefinition():
            label = escape(block.id)
            return (
                f'<div class="footnote" data-id="{label}"><sup>{label}</sup>\n{_blocks(block.blocks)}</div>'
            )


def _items(items: tree.BulletList | tree.OrderedList) -> str:
    return "".join(f"<li>{_item(item, items.tight)}</li>\n" for item in items.items)


def _item(item: tree.Item, tight: bool) -> str:
    parts: list[str] = []
    box = _BOXES[item.task]
    for block in item.blocks:
        if isinstance(block, tree.Paragraph):
            text = box + _inlines(block.inlines)
            parts.append(text if tight else f"<p>{text}</p>")
            box = ""
        else:
            parts.append(_block(block))
    return box + "\n".join(parts)


def _table(table: tree.Table) -> str:
    header, *body = (_row(row, table.alignments, "td" if i else "th") for i, row in enumerate(table.rows))
    rows = f"<tbody>\n{''.join(body)}</tbody>\n" if body else ""
    return f"<table>\n<thead>\n{header}</thead>\n{rows}</table>"


def _row(row: tree.Row, alignments: tuple[tree.Alignment, ...], tag: str) -> str:
    cells: list[str] = []
    for i, cell in enumerate(row.cells):
        align = _ALIGN[alignments[i]] if i < len(alignments) else ""
        cells.append(f"<{tag}{align}>{_inlines(cell.inlines)}</{tag}>")
    return f"<tr>{''.join(cells)}</tr>\n"


def _inlines(inlines: Iterable[Inline]) -> str:
    return "".join(map(_inline, inlines))


def _inline(inline: Inline) -> str:
    match inline:
        case tree.Text():
            soft_break = inline.text == " " and not inline.exact
            return "\n" if soft_break else escape(inline.text)
        case tree.CodeSpan():
            return f"<code>{escape(inline.text)}</code>"
        case tree.Maths():
            kind = "math display" if inline.display else "math"
            tex = escape(inline.tex)
            return f'<span class="{kind}" data-tex="{tex}">{tex}</span>'
        case tree.HardBreak():
            return "<br>\n"
        case tree.FootnoteReference():
            label = escape(inline.id)
            return f'<sup class="footnote-ref" data-id="{label}">{label}</sup>'
        case tree.Image():
            return escape(inline.label)
        case tree.Emphasis():
            return f"<em>{_inlines(inline.inlines)}</em>"
        case tree.Strong():
            return f"<strong>{_inlines(inline.inlines)}</strong>"
        case tree.Strikethrough():
            return f"<del>{_inlines(inline.inlines)}</del>"
        case tree.Link():
            url = safe_url(inline.url)
            shown = _inlines(inline.inlines)
            return shown if url is None else f'<a href="{escape(url)}" rel="noreferrer">{shown}</a>'
