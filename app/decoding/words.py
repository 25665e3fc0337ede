"""Word → Markdown: headings, lists, emphasis and tables as text. Pictures and layout are named, not shown."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.decoding import archives
from app.decoding.kinds import damaged
from app.decoding.limits import MAX_TEXT
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
_LIST = re.compile(r"^(\s*)([-+]|\d{1,9}[.)])(\s)")
_LEVEL = re.compile(r"(\d)\s*$")
_MAX_COLUMNS = 60


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

        for block in self._document.iter_inner_content():
            if isinstance(block, Table):
                if table := _table(block):
                    yield table, False
            else:
                found, is_list = _paragraph(block)
                if found.strip():
                    yield found, is_list


def _paragraph(paragraph: Paragraph) -> tuple[str, bool]:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    if style.startswith(("Heading", "Title")):
        text = _plain(paragraph).strip().replace("\n", " ")
        level = int(found[1]) if (found := _LEVEL.search(style)) else 1
        return (f"{'#' * max(1, min(level, 6))} {text}" if text else ""), False
    text = _inline(paragraph).strip()
    properties = paragraph._p.pPr
    numbered = properties is not None and properties.numPr is not None
    if text and (style.startswith("List") or numbered):
        mark = "1." if "Number" in style else "-"
        return f"{mark} " + text.replace("\n", "\n   "), True
    return _LIST.sub(r"\1\\\2\3", text), False


def _plain(paragraph: Paragraph) -> str:
    return _escaped(paragraph.text)


def _inline(paragraph: Paragraph) -> str:
    """Runs with bold and italic kept; a stretch of one kind is marked once."""
    from docx.text.run import Run

    joined: list[tuple[str, str]] = []
    for part in paragraph.iter_inner_content():
        runs = [part] if isinstance(part, Run) else part.runs
        for run in runs:
            mark = ("**" if run.bold else "") + ("*" if run.italic else "")
            words = run.text or (PICTURE if run._r.xpath(".//w:drawing|.//w:pict") else "")
            if joined and joined[-1][0] == mark:
                joined[-1] = mark, joined[-1][1] + words
            else:
                joined.append((mark, words))
    return "".join(_marked(mark, words) for mark, words in joined)


def _marked(mark: str, words: str) -> str:
    inner = words.strip()
    if not mark or not inner or "\n" in inner:
        return _escaped(words)
    before, _, after = words.partition(inner)
    return f"{before}{mark}{_escaped(inner)}{mark[::-1]}{after}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("\t", " ")


def _table(table: Table) -> str:
    rows = []
    for row in table.rows:
        cells: list[str] = []
        seen = None
        for cell in row.cells[:_MAX_COLUMNS]:
            # A merged cell is given once for each column it covers.
            words = "" if cell._tc is seen else " ".join(_escaped(p.text) for p in cell.paragraphs)
            seen = cell._tc
            cells.append(words.replace("\n", " ").strip())
        rows.append(cells)
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)
