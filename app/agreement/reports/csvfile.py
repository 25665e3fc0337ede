"""A report as one CSV file: a row a value, so that every figure of every block can be read by a program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from app.agreement.figures import Figure
from app.agreement.reports.blocks import (
    Block,
    Cell,
    Distribution,
    Heat,
    Intervals,
    Report,
    Table,
    Text,
)
from app.agreement.reports.showing import reason as reason_of
from app.agreement.reports.source import Tr

COLUMNS = ("section", "block", "row", "column", "value", "low", "high", "n", "reason")
STEERING = ("=", "+", "-", "@", "\t", "\r")
"""Text that begins so is a formula to a spreadsheet; it gets an apostrophe before it (OWASP, CSV injection)."""


def render(report: Report, tr: Tr) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheets need. The same report gives the same bytes."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    table.writerow(_safe(("", "", "", "report", report.title, "", "", "", "")))
    for name, value in (*report.facts, (tr("How this was made"), report.method)):
        table.writerow(_safe(("", "", name, "", value, "", "", "", "")))
    for section in report.sections:
        for block in section.blocks:
            for row in _rows(block, tr):
                table.writerow(_safe((section.title, *row)))
    for digest in report.digests:
        table.writerow(("", "", "", "result_digest", digest, "", "", "", ""))
    return ("\ufeff" + out.getvalue()).encode()


Row = tuple[object, ...]


def _rows(block: Block, tr: Tr) -> Iterator[Row]:
    if isinstance(block, Text):
        yield ("", "", "", block.text, "", "", "", "")
    elif isinstance(block, Table):
        for number, row in enumerate(block.rows, 1):
            names = [value for value in row[:2] if isinstance(value, str)]
            label = " × ".join(names) or str(number)
            for column, value in zip(block.columns, row, strict=True):
                yield (block.title, label, column, *_value(value, tr))
    elif isinstance(block, Heat):
        for label, squares in zip(block.rows, block.squares, strict=True):
            for column, square in zip(block.columns, squares, strict=True):
                yield (
                    block.title,
                    label,
                    column,
                    "" if square.share is None else square.share,
                    "",
                    "",
                    square.n,
                    "",
                )
    elif isinstance(block, Intervals):
        for label, figure in block.rows:
            yield (block.title, label, "", *_value(figure, tr))
    elif isinstance(block, Distribution):
        for low, high, count in block.bins:
            yield (block.title, "", "", count, low, high, "", "")
    else:
        for label, figure, n in block.points:
            point, least, most, _, reason = _value(figure, tr)
            yield (block.title, label, "", point, least, most, n, reason)


def _value(value: Cell, tr: Tr) -> tuple[object, object, object, object, object]:
    if isinstance(value, Figure):
        point, low, high = ("" if one is None else one for one in (value.value, value.low, value.high))
        return (point, low, high, "", reason_of(value.reason, tr))
    return ("" if value is None else value, "", "", "", "")


def _safe(row: Row) -> Row:
    return tuple("'" + cell if isinstance(cell, str) and cell.startswith(STEERING) else cell for cell in row)
