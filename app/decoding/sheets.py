"""Tables: CSV and TSV, and the values (never the formulas) of Excel workbooks. Read as far as was asked for."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import struct
import time
import warnings
from collections.abc import Iterator

from app.decoding import archives, texts
from app.decoding.kinds import damaged, no_page
from app.decoding.limits import BUDGET_S, MAX_CELL, MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from app.decoding.values import Kind, Look, Rows, Sheet
from app.errors import InputError
from app.zips import ZIP_ERRORS

_DELIMITERS = ",;\t|"
_SNIFFED = 40
"""Lines that tell which mark parts the cells."""
_ENDS = (
    *ZIP_ERRORS, TypeError, KeyError, AttributeError, IndexError, SyntaxError, struct.error, AssertionError,
    csv.Error,
)  # fmt: skip
"""What openpyxl raises on damaged workbooks; SyntaxError is the one of XML."""


class _Growing:
    """The rows of one sheet: those read so far, and where more come from."""

    def __init__(self, source: Iterator[tuple[str, ...]]) -> None:
        self._source = source
        self._rows: list[tuple[str, ...]] = []
        self._cells = 0
        self._over = False

    def rows(self, first: int, count: int) -> Rows:
        until = time.monotonic() + BUDGET_S
        try:
            while not self._over and len(self._rows) < first + count and time.monotonic() < until:
                row = next(self._source, None)
                if row is None or len(self._rows) >= MAX_ROWS or self._cells > MAX_CELLS:
                    self._over = True
                else:
                    self._rows.append(row)
                    self._cells += len(row)
        except _ENDS as exc:
            raise damaged("the table is damaged") from exc
        return Rows(
            tuple(self._rows[first : first + count]), len(self._rows) > first + count or not self._over
        )


class Delimited:
    """InputError `decode.damaged` when it is no text."""

    def __init__(self, data: bytes) -> None:
        found = texts.decoded(data)
        self._encoding = found.encoding
        self._delimiter = delimiter_of(found.text)
        # A text stream knows lines as `csv` wants them: quoted line ends stay.
        lines = io.StringIO(found.text, newline="")
        csv.field_size_limit(MAX_CELL * 4)
        reader = csv.reader(lines, delimiter=self._delimiter)
        self._rows = _Growing(tuple(cell[:MAX_CELL] for cell in row[:MAX_COLUMNS]) for row in reader if row)

    def look(self) -> Look:
        first = self._rows.rows(0, 50).rows
        columns = max((len(row) for row in first), default=0)
        marks = {",": "CSV", "\t": "TSV", ";": "CSV ;", "|": "CSV |"}
        facts = (("Encoding", self._encoding),)
        return Look(Kind.TABLE, marks[self._delimiter], sheets=(Sheet("", 0, columns),), facts=facts)

    def rows(self, sheet: int, first: int, count: int) -> Rows:
        return self._rows.rows(first, count)


def delimiter_of(text: str) -> str:
    """The mark that parts most lines of the beginning into the same number of cells, more than one."""
    lines = [line for line in itertools.islice(io.StringIO(text), _SNIFFED) if line.strip()]
    best, most = ",", 0.0
    for mark in _DELIMITERS:
        try:
            counts = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
        except csv.Error:
            continue
        usual = max(set(counts), key=counts.count, default=1)
        if usual > 1 and (score := counts.count(usual) / len(counts) + usual / 1000) > most:
            best, most = mark, score
    return best


class Workbook:
    """InputError `decode.damaged`, `decode.large`. Formulas show the value that was stored with them."""

    def __init__(self, data: bytes) -> None:
        import openpyxl

        warnings.simplefilter("ignore")
        try:
            self._book = openpyxl.load_workbook(
                archives.checked(data), read_only=True, data_only=True, keep_links=False
            )
            self._sheets = [s for s in self._book.worksheets if s.sheet_state == "visible"]
        except InputError:
            raise
        except _ENDS as exc:
            raise damaged("the workbook is damaged") from exc
        if not self._sheets:
            raise damaged("the workbook has no sheet with cells")
        self._read: dict[int, _Growing] = {}

    def look(self) -> Look:
        sheets = tuple(
            Sheet(str(s.title)[:200], min(s.max_row or 0, MAX_ROWS), min(s.max_column or 0, MAX_COLUMNS))
            for s in self._sheets[:200]
        )
        return Look(Kind.TABLE, "Excel", sheets=sheets)

    def rows(self, sheet: int, first: int, count: int) -> Rows:
        if not 0 <= sheet < len(self._sheets):
            raise no_page(sheet)
        if sheet not in self._read:
            source = self._sheets[sheet].iter_rows(max_col=MAX_COLUMNS, values_only=True)
            self._read[sheet] = _Growing(tuple(_cell(value) for value in _trimmed(row)) for row in source)
        return self._read[sheet].rows(first, count)


def _trimmed(row: tuple[object, ...]) -> tuple[object, ...]:
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]


def _cell(value: object) -> str:
    """A value as a person writes it; dates without a clock when it stands at midnight."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return str(value)[:MAX_CELL]
