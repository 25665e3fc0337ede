"""Three ways to count: the parser's bytes, the normalised answer, the answer as it was received."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import fields
from itertools import accumulate
from typing import TypeVar, cast

from app.rendering.tree import CHILD_FIELDS, Code, Node, Text

_T = TypeVar("_T", bound=Node)
_STARTS_CHARACTER = bytes(int(byte & 0xC0 != 0x80) for byte in range(256))


def normalise(source: str) -> tuple[str, Sequence[int] | None]:
    """`source` with `\\n` line ends and without a leading BOM, and the offset in `source` of each of its
    characters and of its end; None in place of the offsets when nothing changed."""
    if "\r" not in source and not source.startswith("\ufeff"):
        return source, None
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    offsets = array("I")
    pos = len(source) - len(source.removeprefix("\ufeff"))
    for char in text:
        offsets.append(pos)
        pos += 2 if char == "\n" and source.startswith("\r\n", pos) else 1
    offsets.append(len(source))
    return text, offsets


def code_points(text: str) -> Sequence[int] | None:
    """The code-point offset of each byte offset of `text` in UTF-8; None when the two are the same."""
    if text.isascii():
        return None
    starts = text.encode().translate(_STARTS_CHARACTER)
    return array("I", accumulate(starts, initial=0))


def relocate(node: _T, offsets: Sequence[int], source: str) -> _T:
    """`node` with its spans moved from the normalised text to `source`; a `\\r\\n` becomes atomic."""
    values = {field.name: getattr(node, field.name) for field in fields(node)}
    values["start"], values["end"] = offsets[node.start], offsets[node.end]
    if isinstance(node, Code):
        values["runs"] = tuple(piece for run in node.runs for piece in _relocate_run(run, offsets, source))
        return cast(_T, Code(**values))
    for name in CHILD_FIELDS & values.keys():
        values[name] = tuple(relocate(child, offsets, source) for child in values[name])
    return cast(_T, type(node)(**values))


def _relocate_run(run: Text, offsets: Sequence[int], source: str) -> list[Text]:
    start, end = offsets[run.start], offsets[run.end]
    if not run.exact or source[start:end] == run.text:
        return [Text(run.text, start, end, run.exact)]
    pieces: list[Text] = []
    pos = run.start
    for line in _lines(run.text):
        start, end = offsets[pos], offsets[pos + len(line)]
        pieces.append(Text(line, start, end, source[start:end] == line))
        pos += len(line)
    return pieces


def _lines(text: str) -> list[str]:
    """`text` cut before and after every `\\n`."""
    parts: list[str] = []
    for i, line in enumerate(text.split("\n")):
        if i:
            parts.append("\n")
        if line:
            parts.append(line)
    return parts
