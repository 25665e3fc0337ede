"""Where one can go in a parsed text: its links, its headings, its pieces of code, the files of a patch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.rendering import tree
from app.rendering.code import language_of
from app.rendering.patches import read_patch
from app.rendering.plain import inline_text
from app.rendering.tree import Document, Node
from ui.i18n import tr, trn
from ui.panels.reading.menu import real_host
from ui.widgets.rows import RowData

MOST = 500


@dataclass(frozen=True, slots=True)
class Spot:
    """start: in the source. row: how it is listed."""

    start: int
    row: RowData


def links_of(documents: Iterable[Document]) -> list[tuple[str, RowData]]:
    """(target, row) of every link, each target once."""
    found: dict[str, RowData] = {}
    for document in documents:
        for link in _links(document.blocks):
            if link.url not in found and len(found) < MOST:
                host = real_host(link.url)
                words = " ".join(inline_text(link.inlines).split()) or link.url
                where = tr("leads to {host}", host=host) if host else tr("is not opened; can be copied")
                found[link.url] = RowData(
                    words, f"{where} · {link.url[:200]}", icon="external-link" if host else "slash"
                )
    return list(found.items())


def _links(nodes: Iterable[Node]) -> Iterator[tree.Link]:
    for node in nodes:
        if isinstance(node, tree.Link):
            yield node
        else:
            yield from _links(tree.children(node))


def spots_of(document: Document) -> list[Spot]:
    """Headings, code and tables, in reading order; the files of a patch one by one."""
    return list(_spots(document.blocks))[:MOST]


def _spots(nodes: Iterable[Node]) -> Iterator[Spot]:
    for node in nodes:
        match node:
            case tree.Heading():
                words = "\u2003" * (node.level - 1) + " ".join(inline_text(node.inlines).split())
                yield Spot(node.start, RowData(words, tr("Heading"), icon="list"))
            case tree.Code():
                yield from _code(node)
            case tree.Table():
                head = " | ".join(inline_text(c.inlines) for c in node.rows[0].cells) if node.rows else ""
                size = trn("{n} row", "{n} rows", max(0, len(node.rows) - 1))
                yield Spot(node.start, RowData(head, tr("Table, {size}", size=size), icon="table-2"))
            case _:
                yield from _spots(tree.children(node))


def _code(node: tree.Code) -> Iterator[Spot]:
    text, start = node.text, node.runs[0].start if node.runs else node.start
    patch = read_patch(text)
    if patch is not None:
        for file in patch.files:
            size = f"+{file.added} −{file.removed}"
            yield Spot(_offset(node, file.start), RowData(file.path, size, icon="file-code"))
        return
    lines = text.splitlines()
    first = next((line.strip() for line in lines if line.strip()), "")
    name = node.info.strip() or tr("Code")
    size = trn("{n} line", "{n} lines", len(lines))
    yield Spot(start, RowData(first, f"{language_of(node.info) or name} · {size}", icon="code"))


def _offset(node: tree.Code, at: int) -> int:
    """Where the code's own offset stands in the source."""
    for run in node.runs:
        if at < len(run.text):
            return run.start + at if run.exact else run.start
        at -= len(run.text)
    return node.end
