"""Parquet files as others write them: records of JSON, columns of Arrow's own types, and damage to both."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from app.formats import sources
from app.formats.texts import Bad


def columns(path: Path, options: dict[str, Any] | None = None, /, **given: Any) -> Path:
    """A file of these columns. options: of `pyarrow.parquet.write_table`."""
    pq.write_table(pa.table(given), path, **(options or {}))
    return path


def of_records(path: Path, records: list[dict[str, Any]], **options: Any) -> Path:
    """The records as data sets are published: one type a column, and `null` where a record has not what others have.
    What no one type can hold is a column of JSON."""
    names = list(dict.fromkeys(name for record in records for name in record))
    made = {name: _column([record.get(name) for record in records]) for name in names}
    pq.write_table(pa.table(made), path, **options)
    return path


def _column(values: list[Any]) -> Any:
    try:
        column = pa.array(values)
        if column.to_pylist() == values or _filled(column):
            return column
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        pass  # what Arrow says of values of several types, depending on which: they become JSON below
    from app.wire import jsonio

    return pa.array([None if v is None else jsonio.dumps(v).decode() for v in values], type=pa.json_())


def _filled(column: Any) -> bool:
    """Whether objects of several shapes became one, the rest of each empty."""
    return bool(pa.types.is_nested(column.type))


def in_bytes(records: list[dict[str, Any]], **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records), out, **options)
    return out.getvalue()


def read(path: Path, stored: str = "parquet") -> tuple[list[Any], dict[int, str]]:
    """(records that could be read, why the others could not, by number)"""
    found: Iterable[tuple[int, Any]] = list(sources.records(path, stored))
    good = [record for _, record in found if not isinstance(record, Bad)]
    return good, {n: record.error.message for n, record in found if isinstance(record, Bad)}
