"""The decoder process: one request after the other from standard input, answers to standard output.

It holds one file. Everything it may not do is given up before the first byte from outside is read. An error of
a file is an answer; anything else ends the process, and the client starts another.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, BinaryIO, Protocol, cast

from app.decoding import frames, kinds, limits, texts
from app.decoding.values import Kind, Look, PageText, Picture, Rows, Text
from app.errors import InputError

Answer = tuple[dict[str, Any], bytes]


class _File(Protocol):
    def look(self) -> Look: ...


class _Plain:
    """Text, and what is shown as its source."""

    def __init__(self, data: bytes, form: str) -> None:
        self._data = data
        self._form = form

    def look(self) -> Look:
        encoding = texts.decoded(self._data).encoding
        return Look(Kind.TEXT, self._form, facts=(("Encoding", encoding),), note=self._form.lower())

    def text(self, encoding: str = "") -> Text:
        return texts.decoded(self._data, encoding)


def serve(source: BinaryIO | None = None, out: BinaryIO | None = None) -> int:
    """Answer until the pipe ends. Returns 0; a broken request or a cap of memory ends it with 1."""
    source = source or sys.stdin.buffer
    out = out or _own_output()
    limits.give_up()
    limits.bound_memory()
    worker = _Worker()
    frames.write(out, {"ready": True})
    while True:
        try:
            header, body = frames.read(source)
        except frames.Broken:
            return 0
        try:
            answer, found = worker.answer(header, body)
        except InputError as error:
            answer, found = {"error": [error.code, error.where]}, b""
        except MemoryError:
            answer, found = {"error": ["decode.large", "it needs more memory than is given to it"]}, b""
        frames.write(out, answer, found)


def _own_output() -> BinaryIO:
    """Standard output for answers alone: what a library prints goes nowhere."""
    own = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return cast(BinaryIO, os.fdopen(own, "wb"))


class _Worker:
    def __init__(self) -> None:
        self._file: _File | None = None
        self._kind, self._form, self._data = Kind.TEXT, "", b""

    def answer(self, header: dict[str, Any], body: bytes) -> Answer:
        asked: Callable[..., Answer] = getattr(self, f"_do_{header['op']}")
        return asked(body, **header.get("with", {}))

    def _do_load(self, body: bytes, kinds: list[str]) -> Answer:
        """Import what these kinds need, ahead of a file."""
        for kind in kinds:
            _library(Kind(kind))
        limits.bound_memory()
        return {}, b""

    def _do_open(self, body: bytes, name: str, media_type: str) -> Answer:
        self._file, self._data = None, body
        self._kind, self._form = kinds.kind_of(name, media_type, body)
        return {"kind": self._kind.value}, b""

    def _do_look(self, body: bytes) -> Answer:
        """Of the file that was opened; what its kind needs is imported."""
        data, self._data = self._data, b""
        self._file = _library(self._kind)(data, self._form)
        found = asdict(self._file.look())
        del found["kind"]
        return found, b""

    def _do_page(self, body: bytes, page: int, scale: float) -> Answer:
        return _picture(self._of("page")(page, scale))

    def _do_page_text(self, body: bytes, page: int) -> Answer:
        found: PageText = self._of("text")(page)
        text = found.text.encode("utf-8", "replace")
        return {
            "text": len(text),
            "links": [asdict(link) for link in found.links],
        }, text + found.boxes.tobytes()

    def _do_picture(self, body: bytes, frame: int, first: float, second: float) -> Answer:
        return _picture(self._of("picture")(frame, first, second))

    def _do_rows(self, body: bytes, sheet: int, first: int, count: int) -> Answer:
        found: Rows = self._of("rows")(sheet, first, count)
        return {"more": found.more}, json.dumps(found.rows).encode()

    def _do_text(self, body: bytes, encoding: str) -> Answer:
        found: Text = self._of("text")(*([encoding] if encoding else []))
        return {"encoding": found.encoding, "cut": found.cut}, found.text.encode("utf-8", "replace")

    def _of(self, what: str) -> Callable[..., Any]:
        found = getattr(self._file, what, None)
        if found is None:
            raise kinds.damaged("it is no file of that kind")
        return cast(Callable[..., Any], found)


def _picture(found: Picture) -> Answer:
    return {"width": found.width, "height": found.height}, found.pixels


def _library(kind: Kind) -> Callable[[bytes, str], _File]:
    if kind is Kind.PDF:
        from app.decoding.pdf import Pdf

        return lambda data, _: Pdf(data)
    if kind is Kind.PICTURE:
        from app.decoding.pictures import Pictures

        return Pictures
    if kind is Kind.DICOM:
        from app.decoding.dicom import Dicom

        return lambda data, _: Dicom(data)
    if kind is Kind.TABLE:
        from app.decoding.sheets import Delimited, Workbook

        return lambda data, form: Workbook(data) if form == "Excel" else Delimited(data)
    if kind is Kind.WORDS:
        from app.decoding.words import Words

        return lambda data, _: Words(data)
    return _Plain
