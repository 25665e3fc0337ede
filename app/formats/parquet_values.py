"""Columns of Arrow → records as JSON, in the process that reads a Parquet file."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.errors import InputError
from app.formats.texts import MAX_LINE
from app.wire import jsonio


class Refused(Exception):
    """The file cannot be read on: one of the reasons of `parquet_rows.WHY`."""


class Odd(Exception):
    """A record cannot be taken: one of the reasons of `parquet_rows.ODD`."""


def sound(schema: Any) -> None:
    """No name twice beside itself, no nesting beyond what a record may have."""
    import pyarrow as pa

    waiting = [([*schema], 1)]
    while waiting:
        fields, depth = waiting.pop()
        if depth > jsonio.MAX_DEPTH:
            raise Refused("depth")
        if len({f.name for f in fields}) != len(fields):
            raise Refused("names")
        inner = [(_fields(f.type), pa.types.is_map(f.type)) for f in fields]
        # A map's own two columns are no level of the record that it becomes.
        waiting += [(found, depth if is_map else depth + 1) for found, is_map in inner if found]


def _fields(type_: Any) -> list[Any]:
    type_ = getattr(type_, "storage_type", type_)
    return [type_.field(n) for n in range(type_.num_fields)]


def readable(column: Any) -> Any:
    """A column whose values have a place in Python: dictionaries spelt out, other people's types as they are stored,
    times to the microsecond."""
    import pyarrow as pa

    kind = column.type
    if isinstance(kind, pa.BaseExtensionType) and not isinstance(kind, pa.JsonType | pa.UuidType):
        column = column.storage
        kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return column.cast(pa.timestamp("us", kind.tz), safe=False)
    if pa.types.is_time64(kind) and kind.unit == "ns":
        return column.cast(pa.time64("us"), safe=False)
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return column.cast(pa.duration("us"), safe=False)
    return column


def line(columns: list[tuple[str, bool, Any]], row: int) -> bytes:
    """A record as JSON. A column that is empty here is left out, as JSON Lines leave out what a record has not."""
    record: dict[str, Any] = {}
    for name, is_json, column in columns:
        try:
            value = column[row].as_py(maps_as_pydicts="strict")
            if is_json and value is not None:
                value = jsonio.loads(value, limit=MAX_LINE)
        except InputError as exc:
            raise Odd("json") from exc
        # Arrow's own errors are these too; NotImplementedError is its answer to a type that has no Python value.
        except (ValueError, KeyError, TypeError, OverflowError, NotImplementedError) as exc:
            raise Odd("value") from exc
        if value is not None:
            record[name] = value if is_json else plain(value)
    said = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    if len(said) > MAX_LINE:
        raise Odd("long")
    return said


def plain(value: object) -> Any:
    """As JSON has it: times in ISO 8601, decimals as the number they are where that is exact, bytes as the text they
    are or in base64; what is empty in an object is left out. Raises Odd."""
    match value:
        case None | bool() | str() | int() | float():
            return value
        case dict():
            return {_name(k): plain(v) for k, v in value.items() if v is not None}
        case list() | tuple():
            return [plain(v) for v in value]
        case Decimal():
            return _number(value)
        case bytes():
            return _text(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case UUID():
            return str(value)
        case _:
            raise Odd("value")


def _name(key: object) -> str:
    found = plain(key)
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


def _number(value: Decimal) -> int | float | str:
    if not value.is_finite():
        return float(value)
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(value).decode("ascii")
