"""A parsed document as bytes and back, so that the tree can be kept beside its task.

JSON: `{"v": 2, "source": …, "blocks": …, "warnings": …}`. A node is the list of its kind and its fields in
order; an exact text is only its two offsets. Lone surrogates are kept (UTF-8 with `surrogatepass`).
"""

from __future__ import annotations

import json
from typing import Any, cast

from app.rendering import tree
from app.rendering.tree import Document, Node, TextWarning

VERSION = 2

_KINDS: dict[str, type[Node]] = {
    "p": tree.Paragraph,
    "h": tree.Heading,
    "pre": tree.Code,
    "quote": tree.Quote,
    "ul": tree.BulletList,
    "ol": tree.OrderedList,
    "li": tree.Item,
    "table": tree.Table,
    "tr": tree.Row,
    "td": tree.Cell,
    "hr": tree.Rule,
    "fn": tree.FootnoteDefinition,
    "t": tree.Text,
    "c": tree.CodeSpan,
    "m": tree.Maths,
    "br": tree.HardBreak,
    "ref": tree.FootnoteReference,
    "img": tree.Image,
    "em": tree.Emphasis,
    "b": tree.Strong,
    "del": tree.Strikethrough,
    "a": tree.Link,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def dump(document: Document) -> bytes:
    """`document` as bytes; `load` gives an equal one."""
    value = {
        "v": VERSION,
        "source": document.source,
        "blocks": [_encode(block) for block in document.blocks],
        "warnings": [[w.kind, w.start, w.end, w.name] for w in document.warnings],
    }
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def load(data: bytes) -> Document | None:
    """What `dump` wrote, or None when another version of this module wrote it: parse the source again."""
    value = json.loads(data.decode("utf-8", "surrogatepass"))
    if value["v"] != VERSION:
        return None
    source = value["source"]
    blocks = tuple(_decode(block, source) for block in value["blocks"])
    warnings = tuple(TextWarning(*warning) for warning in value["warnings"])
    return Document(source, cast("tuple[tree.Block, ...]", blocks), warnings)


def _encode(node: Node) -> list[Any]:
    if type(node) is tree.Text and node.exact:
        return [node.start, node.end]
    values: list[Any] = [_NAMES[type(node)]]
    for field in node.__slots__:
        value = getattr(node, field)
        values.append([_encode(child) for child in value] if field in tree.CHILD_FIELDS else value)
    return values


def _decode(values: list[Any], source: str) -> Node:
    if type(values[0]) is int:
        start, end = values
        return tree.Text(source[start:end], start, end)
    kind = _KINDS[values[0]]
    arguments: list[Any] = []
    for field, value in zip(kind.__slots__, values[1:], strict=True):
        if field in tree.CHILD_FIELDS:
            arguments.append(tuple(_decode(child, source) for child in value))
        else:
            arguments.append(tuple(value) if field == "alignments" else value)
    return kind(*arguments)
