"""`parquet`: files of Apache Parquet (https://parquet.apache.org/docs/file-format/).

To read, it is a container: `app.formats.sources` hands its rows on as records, and what they are is found out as it is
of JSON Lines. Written are the results as `jsonl` writes them, one row each; judgement and scores, whose fields differ
from task to task, are columns of Parquet's own JSON type, which readers that do not know it show as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from app.formats import plain, writing
from app.formats.base import Format, Graded, Losses, Record
from app.wire import jsonio

WHOLE = ("v", "revision")
NESTED = ("judgement", "scores")
COLUMNS = ("v", "task", "title", "batch", "result", "revision", "expert", "submitted", *NESTED)
GROUP_ROWS = 10_000
GROUP_BYTES = 16 * 1024 * 1024
"""Of rows that are kept until they are written together."""


def stored_so(path: Path) -> None:
    """InputError for a file that is no Parquet file, or that cannot be read here."""
    from app.formats import parquet_rows

    with parquet_rows.opened(path):
        pass


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """One row a result. The file is whole when this returns; the stream stays open."""
    from app.formats import parquet_rows

    parquet_rows.needed()
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, _type(pa, name)) for name in COLUMNS])
    with pq.ParquetWriter(out, schema, write_page_checksum=True) as file:
        for group in _groups(map(_row, map(plain.told, results))):
            file.write_table(pa.Table.from_pylist(group, schema=schema))
    return Losses()


def _type(pa: Any, name: str) -> Any:
    if name in NESTED:
        return pa.json_()
    return pa.int64() if name in WHOLE else pa.string()


def _row(record: Record) -> Record:
    return record | {name: jsonio.dumps(record[name]).decode() for name in NESTED}


def _groups(rows: Iterable[Record]) -> Iterator[list[Record]]:
    group: list[Record] = []
    size = 0
    for row in rows:
        group.append(row)
        size += sum(len(row[name]) for name in NESTED)
        if len(group) == GROUP_ROWS or size >= GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


FORMAT = Format(
    "parquet",
    "reads Parquet files of any other format's records; writes judgements with scores, as `jsonl` does",
    write=write,
    container=stored_so,
    carries=writing.EVERYTHING,
)
