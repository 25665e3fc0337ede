"""Excel workbooks → records: the first sheet's rows under its first row, every value as text.

A workbook is a zip from outside: its entries are counted, measured and checked for overlap before anything is
unpacked (an overlapping zip of 24 KB can unpack to a gigabyte).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from app.errors import InputError
from app.formats.base import Losses, Record, Unfit
from app.zips import ZIP_ERRORS

MAX_FILE = 64 * 1024 * 1024
MAX_UNPACKED = 256 * 1024 * 1024
MAX_ENTRIES = 2000
MAX_ROWS = 1_000_000
RATIO = 200
MAX_CELL = 32_767
"""Characters that Excel keeps in one cell."""


def rows(path: Path) -> Iterator[tuple[int, Record]]:
    """(row number from 1, cells by heading as text). InputError when it is no workbook, or a hostile one."""
    from openpyxl import load_workbook

    check(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as exc:  # the library raises whatever its XML reader does
        raise _bad(path, Unfit("it is no workbook")) from exc
    try:
        heading: list[str] = []
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
            if number > MAX_ROWS:
                raise _bad(path, Unfit("it has more than {n} rows", n=MAX_ROWS))
            cells = [text(value) for value in row]
            if not any(cell.strip() for cell in cells):
                continue
            if not heading:
                heading = [cell.strip() or f"column {n}" for n, cell in enumerate(cells, 1)]
                if len(set(heading)) != len(heading):
                    raise _bad(path, Unfit("two of its columns have one heading"))
                continue
            yield number, dict(zip(heading, cells + [""] * (len(heading) - len(cells)), strict=False))
    except InputError:
        raise
    except Exception as exc:  # damage shows only when the sheet is read
        raise _bad(path, Unfit("its first sheet cannot be read")) from exc
    finally:
        book.close()


def further(path: Path) -> list[str]:
    """The names of the sheets after the first, of a workbook that was read: those that hold something."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        return [
            sheet.title
            for sheet in book.worksheets[1:]
            if any(value is not None for row in sheet.iter_rows(values_only=True) for value in row)
        ]
    finally:
        book.close()


def text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def check(path: Path) -> None:
    """Refuse what is no zip, too large, too many, too dense or overlapping, before it is unpacked."""
    if path.stat().st_size > MAX_FILE:
        raise _bad(path, Unfit("it is larger than {n} MiB", n=MAX_FILE >> 20))
    try:
        with zipfile.ZipFile(path) as packed:
            entries = sorted(packed.infolist(), key=lambda e: e.header_offset)
    except ZIP_ERRORS as exc:
        raise _bad(path, Unfit("it is no workbook")) from exc
    if not any(e.filename == "xl/workbook.xml" for e in entries):
        raise _bad(path, Unfit("it is no workbook"))
    unpacked = sum(e.file_size for e in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
        raise _bad(path, Unfit("it would unpack to more than a workbook may hold"))
    end = 0
    for e in entries:
        if e.header_offset < end or e.file_size > max(e.compress_size, 1024) * RATIO:
            raise _bad(path, Unfit("its parts overlap or are packed too densely"))
        end = e.header_offset + e.compress_size
    if len({e.filename for e in entries}) != len(entries):
        raise _bad(path, Unfit("two of its parts have one name"))


def write(heading: list[str], table: list[list[Any]], out: BinaryIO, loss: Losses) -> None:
    """A workbook of one sheet. Text that begins like a formula is written as text."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("results")
    for row in [heading, *table]:
        cells = []
        for value in row:
            plain = value
            if isinstance(value, str):
                plain = ILLEGAL_CHARACTERS_RE.sub("", value)
                loss.note("control characters that a workbook cannot hold", len(value) - len(plain))
                loss.note("texts cut at the 32,767 characters that a cell holds", len(plain) > MAX_CELL)
                plain = plain[:MAX_CELL]
            cell = WriteOnlyCell(sheet, value=plain)
            if isinstance(plain, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    book.save(out)


def _bad(path: Path, why: Unfit) -> InputError:
    return InputError(
        "format.workbook",
        "“{name}” cannot be read as an Excel workbook: {why}.",
        params={"name": path.name, "why": why},
        hint="Nothing was taken in. Save it again as .xlsx or as CSV.",
    )
