"""The numbers that Word itself writes before paragraphs: “7.2”, “(a)”, “第三條”; they stand in no text of the file.

numbering = Numbering(document)
numbering.label(paragraph)      # Label("7.2", 1, bullet=False), None where none stands; asked for in reading order

Format: ECMA-376 part 1, 17.9 (numbering), 17.18.59 (ST_NumberFormat).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_PART = re.compile(r"%([1-9])")
_LEVELS = 9
_DEEPEST = 20
"""Styles one over the other that are looked through for a number."""
_MOST = 10_000
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Label:
    """text: as it is read, empty for a bullet. level: from 0."""

    text: str
    level: int
    bullet: bool


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    legal: bool = False


@dataclass(slots=True)
class _Kind:
    """One list of the file: its levels, and how far each has counted (0: not begun)."""

    levels: dict[int, _Level] = field(default_factory=dict)
    counts: list[int] = field(default_factory=lambda: [0] * _LEVELS)


class Numbering:
    def __init__(self, document: Document) -> None:
        self._kinds: dict[str, _Kind] = {}
        self._of: dict[str, tuple[_Kind, dict[int, int]]] = {}  # a list's kind, and where it begins anew
        root = _part(document)
        if root is None:
            return
        for abstract in _children(root, "abstractNum"):
            kind = self._kinds[_value(abstract, "abstractNumId")] = _Kind()
            for at, level in _levels(abstract):
                kind.levels[at] = level
        for number in _children(root, "num"):
            named = _first(number, "abstractNumId")
            found = self._kinds.get(_value(named)) if named is not None else None
            if found is not None:
                begins = {}
                for change in _children(number, "lvlOverride"):
                    start = _first(change, "startOverride")
                    if start is not None:
                        begins[_number(_value(change, "ilvl"), 0)] = _number(_value(start), 1)
                self._of[_value(number, "numId")] = found, begins

    def label(self, paragraph: Paragraph) -> Label | None:
        list_id, level = _asked(paragraph)
        found = self._of.get(list_id)
        if found is None or not 0 <= level < _LEVELS:
            return None
        kind, begins = found
        for at, start in list(begins.items()):
            if 0 <= at < _LEVELS:
                kind.counts[at] = 0
                kind.levels.setdefault(at, _Level()).start = start
        begins.clear()
        shape = kind.levels.get(level)
        if shape is None:
            return None
        counts = kind.counts
        counts[level] = counts[level] + 1 if counts[level] else shape.start
        counts[level + 1 :] = [0] * (_LEVELS - level - 1)
        if shape.form == "bullet":
            return Label("", level, bullet=True)
        text = _PART.sub(lambda m: _written(kind, int(m[1]) - 1, legal=shape.legal), shape.text)
        return Label(text.strip(), level, bullet=False) if text.strip() else None


def _written(kind: _Kind, level: int, *, legal: bool) -> str:
    shape = kind.levels.get(level, _Level())
    count = kind.counts[level] or shape.start
    return str(count) if legal else in_form(count, shape.form)


def in_form(count: int, form: str) -> str:
    """A count as Word writes it in one of its forms; in digits where the form is not known here."""
    if form == "none":
        return ""
    if not 0 < count < _MOST:
        return str(count)
    if form in ("lowerLetter", "upperLetter"):
        times, at = divmod(count - 1, 26)
        letters = chr(ord("a") + at) * (times + 1)
        return letters if form == "lowerLetter" else letters.upper()
    if form in ("lowerRoman", "upperRoman"):
        letters = ""
        for value, sign in _ROMAN:
            times, count = divmod(count, value)
            letters += sign * times
        return letters if form == "lowerRoman" else letters.upper()
    if form == "decimalZero":
        return f"{count:02d}"
    if "Counting" in form and count < 100:
        tens, ones = divmod(count, 10)
        front = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
        return front + (_DIGITS[ones] if ones or not tens else "")
    return str(count)


def _asked(paragraph: Paragraph) -> tuple[str, int]:
    """The list and the level of a paragraph: its own, else its style's; ("", 0) for none."""
    list_id, level = _named(paragraph._p.pPr)
    style: Any = paragraph.style
    for _ in range(_DEEPEST):
        if style is None or (list_id and level is not None):
            break
        own, at = _named(style.element.pPr)
        list_id, level = list_id or own, at if level is None else level
        style = style.base_style
    return ("" if list_id == "0" else list_id), level or 0


def _named(properties: Any) -> tuple[str, int | None]:
    found = properties.numPr if properties is not None else None
    if found is None:
        return "", None
    list_id, level = _first(found, "numId"), _first(found, "ilvl")
    return (
        _value(list_id) if list_id is not None else "",
        _number(_value(level), 0) if level is not None else None,
    )


def _levels(abstract: Any) -> list[tuple[int, _Level]]:
    found = []
    for level in _children(abstract, "lvl"):
        at = _number(_value(level, "ilvl"), -1)
        if not 0 <= at < _LEVELS:
            continue
        start, form, text = (_first(level, name) for name in ("start", "numFmt", "lvlText"))
        found.append(
            (
                at,
                _Level(
                    _number(_value(start), 1) if start is not None else 1,
                    _value(form) if form is not None else "decimal",
                    _value(text) if text is not None else "",
                    _first(level, "isLgl") is not None,
                ),
            )
        )
    return found


def _part(document: Document) -> Any:
    """The file's numbering; a new one would be made where it has none."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.NUMBERING and not relation.is_external:
            return getattr(relation.target_part, "element", None)
    return None


def _children(node: Any, name: str) -> list[Any]:
    from docx.oxml.ns import qn

    found: list[Any] = node.findall(qn(f"w:{name}"))
    return found


def _first(node: Any, name: str) -> Any:
    return next(iter(_children(node, name)), None)


def _value(node: Any, name: str = "val") -> str:
    from docx.oxml.ns import qn

    return str(node.get(qn(f"w:{name}")) or "")


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise
