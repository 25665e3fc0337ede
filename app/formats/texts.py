"""Files of text → records, a line at a time: JSON Lines, one JSON document, tables; plain or gzip, UTF-8 only.

Every size is bounded. A record that cannot be read is handed on as `Bad` with the reason; a file that cannot be read
on at all raises InputError.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from app.errors import InputError
from app.formats.base import Record, Unfit
from app.wire import jsonio

MAX_LINE = 8 * 1024 * 1024
MAX_DOCUMENT = 64 * 1024 * 1024
MAX_TOTAL = 4 * 1024 * 1024 * 1024
"""Bytes: of one line, of one JSON document or table cell block, of a whole file after unpacking."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Bad:
    """A record that is there and cannot be read."""

    error: Unfit


def start(path: Path, size: int) -> bytes:
    """The first bytes, unpacked."""
    with _open(path) as stream:
        try:
            return stream.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
            raise _damaged(path, 0) from exc
        except OSError as exc:
            raise closed(path, exc.strerror or "reading failed") from exc


def _open(path: Path) -> BinaryIO:
    try:
        if path.exists() and not path.is_file():
            raise InputError("format.open", "“{name}” is no plain file.", params={"name": path.name})
        stream = path.open("rb")
        if stream.read(2) == b"\x1f\x8b":
            stream.close()
            return cast(BinaryIO, gzip.open(path, "rb"))
        stream.seek(0)
    except OSError as exc:
        raise closed(path, exc.strerror or "reading failed") from exc
    return stream


def closed(path: Path, why: str) -> InputError:
    return InputError(
        "format.open",
        "The file “{name}” cannot be opened: {why}.",
        params={"name": path.name, "why": why},
    )


def _damaged(path: Path, line: int) -> InputError:
    return InputError(
        "format.gzip",
        "“{name}” is damaged: it cannot be unpacked after line {line}.",
        params={"name": path.name, "line": line},
        where=f"{path.name}:{line}",
        hint="Nothing was taken in. Get the file again.",
    )


def lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """(number from 1, line with its end); None for one over MAX_LINE. Raises on damage and on size."""
    total = number = 0
    with _open(path) as stream:
        while True:
            try:
                line = stream.readline(MAX_LINE + 1)
                total += len(line)
                whole = len(line) <= MAX_LINE
                rest = line
                while not whole and rest and rest[-1:] != b"\n":
                    rest = stream.readline(MAX_LINE)
                    total += len(rest)
                    _within(path, total)
            except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
                raise _damaged(path, number) from exc
            except OSError as exc:
                raise closed(path, exc.strerror or "reading failed") from exc
            if not line:
                return
            number += 1
            _within(path, total)
            if number == 1:
                line = _without_mark(path, line)
            yield number, (line if whole else None)


def _within(path: Path, total: int) -> None:
    if total > MAX_TOTAL:
        raise InputError(
            "format.size",
            "“{name}” holds more than {n} GiB.",
            params={"name": path.name, "n": MAX_TOTAL >> 30},
            hint="Nothing was taken in. Split the file.",
        )


def _without_mark(path: Path, line: bytes) -> bytes:
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _encoding(path, 1)
    return line.removeprefix(_BOM)


def _encoding(path: Path, line: int) -> InputError:
    return InputError(
        "format.encoding",
        "Line {line} of “{name}” is not UTF-8.",
        params={"line": line, "name": path.name},
        where=f"{path.name}:{line}",
        hint="Nothing was taken in. Save the file as UTF-8 and import it again.",
    )


def _text(path: Path, number: int, line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise _encoding(path, number) from exc


def _record(value: object) -> Record | Bad:
    if isinstance(value, dict):
        return value
    return Bad(Unfit("it is no JSON object"))


def json_lines(path: Path) -> Iterator[tuple[int, Record | Bad]]:
    for number, line in lines(path):
        if line is None:
            yield number, Bad(Unfit("it is longer than {n} MiB", n=MAX_LINE >> 20))
            continue
        text = _text(path, number, line).strip()
        if not text:
            continue
        try:
            value = jsonio.loads(text, limit=MAX_LINE)
        except InputError as exc:
            yield number, Bad(Unfit("it is no valid JSON ({error})", error=exc))
            continue
        yield number, _record(value)


def document(path: Path) -> Iterator[tuple[int, Record | Bad]]:
    with _open(path) as stream:
        try:
            data = stream.read(MAX_DOCUMENT + 1)
        except (EOFError, zlib.error, OSError) as exc:
            raise _damaged(path, 0) from exc
    if len(data) > MAX_DOCUMENT:
        raise InputError(
            "format.document",
            "“{name}” is one JSON document of more than {n} MiB.",
            params={"name": path.name, "n": MAX_DOCUMENT >> 20},
            hint="Nothing was taken in. Write it as JSON Lines, one record a line.",
        )
    value: Any = jsonio.loads(data.removeprefix(_BOM), limit=MAX_DOCUMENT, where=path.name)
    entries = value if isinstance(value, list) else [value]
    for number, entry in enumerate(entries, start=1):
        yield number, _record(entry)


def table(path: Path) -> Iterator[tuple[int, Record | Bad]]:
    csv.field_size_limit(MAX_LINE)
    delimiter, unquoted = _manner(path)
    if unquoted:
        reader = csv.reader(_table_lines(path), delimiter=delimiter, quoting=csv.QUOTE_NONE, strict=True)
    else:
        reader = csv.reader(_table_lines(path), delimiter=delimiter, strict=True)
    header: list[str] = []
    fewest = 0
    start = 1
    try:
        for row in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if not header:
                header = [name.strip() for name in row]
                if len(set(header)) != len(header):
                    raise InputError(
                        "format.header",
                        "Two columns of “{name}” have one heading.",
                        params={"name": path.name},
                        where=f"{path.name}:{line}",
                    )
                fewest = _fewest(header) if unquoted else len(header)
            elif not fewest <= len(row) <= len(header):
                yield (
                    line,
                    Bad(
                        Unfit("it has {n} cells under {headings} headings", n=len(row), headings=len(header))
                    ),
                )
            else:
                yield line, dict(zip(header, row + [""] * (len(header) - len(row)), strict=True))
    except csv.Error as exc:
        raise InputError(
            "format.table",
            "Line {line} of “{name}” is no table row: {why}.",
            params={"line": reader.line_num, "name": path.name, "why": str(exc)},
            where=f"{path.name}:{reader.line_num}",
        ) from exc


def _fewest(header: list[str]) -> int:
    """How many cells a row of a table of marked errors has at least: it ends no earlier than the error's severity."""
    places = (header.index(name) for name in ("category", "severity") if name in header)
    return 1 + max(places, default=len(header) - 1)


def _table_lines(path: Path) -> Iterator[str]:
    for number, line in lines(path):
        if line is None:
            raise InputError(
                "format.table",
                "Line {line} of “{name}” is longer than {n} MiB.",
                params={"line": number, "name": path.name, "n": MAX_LINE >> 20},
                where=f"{path.name}:{number}",
            )
        yield _text(path, number, line)


def _manner(path: Path) -> tuple[str, bool]:
    """(of comma, tab and semicolon the one that is most often in the header line; whether cells are never quoted).

    Tables of translations with marked errors (MQM) hold quotation marks as text and leave empty cells at the end out.
    """
    first = next(_table_lines(path), "")
    delimiter = max(",\t;", key=first.count)
    return delimiter, delimiter == "\t" and "\tsource\ttarget\tcategory" in first
