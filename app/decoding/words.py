"""Word → Markdown: headings, lists with their numbers, emphasis, tables, footnotes and tracked changes as text.

Pictures and layout are named, not shown. What a tracked change takes out is struck through, what it puts in is there.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.decoding import archives
from app.decoding.kinds import damaged
from app.decoding.limits import MAX_TEXT
from app.decoding.numbering import Label, Numbering
from app.decoding.values import Kind, Look, Text
from app.errors import InputError
from app.zips import ZIP_ERRORS

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

PICTURE = "[picture]"
_ENDS = (
    *ZIP_ERRORS, TypeError, KeyError, AttributeError, IndexError, SyntaxError, AssertionError,
)  # fmt: skip
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_FIRST = re.compile(r"^(\s*)(?:([-+=])|(\d{1,9})([.)])(?=\s|$))", re.MULTILINE)
"""What would begin a list, a line or a heading."""
_LEVEL = re.compile(r"(\d)\s*$")
_MAX_COLUMNS = 60
_NOTE = "note"
_DELETED = frozenset({"del", "moveFrom"})
_AROUND = frozenset(
    {"hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo"}
)
"""What text may stand in, besides paragraphs and runs."""


class Words:
    """InputError `decode.damaged`, `decode.large`."""

    def __init__(self, data: bytes) -> None:
        import docx
        from docx.opc.exceptions import OpcError

        warnings.simplefilter("ignore")
        try:
            self._document = docx.Document(archives.checked(data))
        except InputError:
            raise
        except (OpcError, *_ENDS) as exc:
            raise damaged("the Word file is damaged") from exc

    def look(self) -> Look:
        return Look(Kind.WORDS, "Word")

    def text(self) -> Text:
        """All of it as Markdown."""
        parts: list[str] = []
        size, was_list = 0, False
        try:
            for part, is_list in self._parts():
                if size > MAX_TEXT:
                    return Text("".join(parts), "Word", cut=True)
                gap = "\n" if is_list and was_list else "\n\n" if parts else ""
                parts.append(gap + part)
                size += len(part)
                was_list = is_list
        except _ENDS as exc:
            raise damaged("the Word file is damaged") from exc
        return Text("".join(parts) + "\n" if parts else "", "Word")

    def _parts(self) -> Iterator[tuple[str, bool]]:
        from docx.table import Table
        from docx.text.paragraph import Paragraph

        document = self._document
        numbering, bullets = Numbering(document), _Bullets()
        cited: list[str] = []
        for block in _blocks(document.element.body):
            cited += _cited(block)
            if _name(block) == "tbl":
                bullets.end()
                if table := _table(Table(block, document._body), numbering):
                    yield table, False
                continue
            paragraph = Paragraph(block, document._body)
            found, is_list = _paragraph(paragraph, numbering.label(paragraph), bullets)
            if found.strip():
                yield found, is_list
            for boxed in _boxes(block):
                if words := _lines(_inline(boxed)):
                    yield words, False
        notes = _footnotes(document) if cited else {}
        for which in dict.fromkeys(cited):
            if words := notes.get(which, ""):
                yield f"[^{which}]: {words}", False


class _Bullets:
    """How deep a bullet stands in the list around it."""

    def __init__(self) -> None:
        self._levels: list[int] = []

    def end(self) -> None:
        self._levels = []

    def depth(self, level: int) -> int:
        while self._levels and self._levels[-1] >= level:
            self._levels.pop()
        self._levels.append(level)
        return len(self._levels) - 1


def _paragraph(paragraph: Paragraph, label: Label | None, bullets: _Bullets) -> tuple[str, bool]:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    number = _escaped(label.text) + " " if label is not None and label.text else ""
    if style.startswith(("Heading", "Title")):
        bullets.end()
        text = " ".join(_inline(paragraph._p, plain=True).split())
        level = int(found[1]) if (found := _LEVEL.search(style)) else 1
        return (f"{'#' * max(1, min(level, 6))} {number}{text}" if text else ""), False
    text = _lines(_inline(paragraph._p))
    if not text:
        return "", False
    if label.bullet if label is not None else style.startswith("List Bullet"):
        indent = "  " * bullets.depth(label.level if label is not None else 0)
        return f"{indent}- " + text.replace("\n", f"\n{indent}  "), True
    bullets.end()
    return (_lines(number + _inline(paragraph._p)) if number else text), False


def _inline(paragraph: Any, *, plain: bool = False) -> str:
    """Runs with bold, italic and struck out kept; a stretch of one kind is marked once. plain: only the words."""
    joined: list[tuple[str, str]] = []
    for run, deleted in _runs(paragraph):
        strong = ("**" if run.bold else "") + ("*" if run.italic else "")
        mark = ("~~" if deleted or run.font.strike else "") + ("" if plain else strong)
        words = _words(run)
        if joined and joined[-1][0] == mark:
            joined[-1] = mark, joined[-1][1] + words
        else:
            joined.append((mark, words))
        joined += [(_NOTE, f"[^{which}]") for which in _cited(run._r)]
    return "".join(words if mark == _NOTE else _marked(mark, words) for mark, words in joined)


def _words(run: Any) -> str:
    words: str = run.text or "".join(node.text or "" for node in _under(run._r, "delText"))
    if not words and run._r.xpath(".//w:drawing|.//w:pict") and not _boxes(run._r):
        return PICTURE
    return words


def _cited(node: Any) -> list[str]:
    """The numbers of the footnotes that something refers to."""
    found = [_attribute(note, "id") for note in _under(node, "footnoteReference")]
    return [which for which in found if which.isascii() and which.isdigit()]


def _runs(node: Any, deleted: bool = False) -> Iterator[tuple[Any, bool]]:
    from docx.text.run import Run

    for child in node.iterchildren():
        name = _name(child)
        if name == "r":
            yield Run(child, node), deleted
        elif name in _AROUND or name in _DELETED:
            yield from _runs(child, deleted or name in _DELETED)


def _blocks(node: Any) -> Iterator[Any]:
    """Paragraphs and tables, those in fields of a form too."""
    for child in node.iterchildren():
        name = _name(child)
        if name in ("p", "tbl"):
            yield child
        elif name in _AROUND:
            yield from _blocks(child)


def _boxes(node: Any) -> list[Any]:
    """The paragraphs of boxes that float over the page; older programs' copies of them are left out."""
    found = node.xpath(".//w:txbxContent[not(ancestor::*[local-name()='Fallback'])]//w:p")
    return list(found)


def _footnotes(document: Any) -> dict[str, str]:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import parse_xml

    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FOOTNOTES and not relation.is_external:
            root = parse_xml(relation.target_part.blob)
            return {
                _attribute(note, "id"): " ".join(" ".join(_inline(p) for p in _under(note, "p")).split())
                for note in _under(root, "footnote")
            }
    return {}


def _under(node: Any, name: str) -> list[Any]:
    from docx.oxml.ns import qn

    return list(node.iter(qn(f"w:{name}")))


def _name(node: Any) -> str:
    """Of an element of Word's own, without its namespace; empty for any other."""
    from docx.oxml.ns import nsmap

    tag = node.tag
    space, _, name = tag[1:].rpartition("}") if isinstance(tag, str) else ("", "", "")
    return name if space == nsmap["w"] else ""


def _attribute(node: Any, name: str) -> str:
    from docx.oxml.ns import qn

    return str(node.get(qn(f"w:{name}")) or "")


def _marked(mark: str, words: str) -> str:
    inner = words.strip()
    if not mark or not inner or "\n" in inner:
        return _escaped(words)
    before, _, after = words.partition(inner)
    return f"{before}{mark}{_escaped(inner)}{mark[::-1]}{after}"


def _lines(text: str) -> str:
    """Markdown of one paragraph: lines stay lines, and none begins a list."""
    safe = _FIRST.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", text.strip())
    return "\\\n".join(line.strip() for line in safe.split("\n") if line.strip())


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("\t", " ")


def _table(table: Table, numbering: Numbering) -> str:
    rows = []
    for row in table.rows:
        cells: list[str] = []
        seen = None
        for cell in row.cells[:_MAX_COLUMNS]:
            # A merged cell is given once for each column it covers.
            words = "" if cell._tc is seen else " ".join(_in_cell(cell, numbering))
            seen = cell._tc
            cells.append(words.replace("\n", " ").strip())
        rows.append(cells)
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def _in_cell(cell: Any, numbering: Numbering) -> Iterator[str]:
    """Its paragraphs, those of tables in it too."""
    from docx.text.paragraph import Paragraph

    for found in _under(cell._tc, "p"):
        label = numbering.label(Paragraph(found, cell))
        yield (_escaped(label.text) + " " if label is not None and label.text else "") + _inline(found)
