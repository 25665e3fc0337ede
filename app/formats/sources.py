"""What a file is and its records: JSON Lines, one JSON document, tables (`app.formats.texts`), Excel, Parquet.

Nothing is trusted by its name, every size is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from app.errors import InputError
from app.formats import texts
from app.formats.base import Record, Unfit
from app.formats.texts import Bad
from app.wire import jsonio

ZIP = b"PK\x03\x04"
_PARQUET = re.compile(rb"PAR[1E](?![\t\r\n -~])")
"""How a Parquet file begins; a table may well have a heading that begins so."""


@dataclass(frozen=True, slots=True)
class Source:
    """stored: `jsonl`, `json` (one document: an object or an array of them), `csv`, `xlsx`, `parquet`, or
    `parquet rows` (such a file taken as a table).

    first: the first readable record. bad: where there is none, the line of the first record and why it is unreadable.
    columns: of a Parquet file that is a flat table, by name.
    """

    path: Path
    stored: str
    first: Record | None
    bad: tuple[int, Unfit] | None = None
    columns: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What formats know it as. Parquet is a way of storing: its records are those of JSON Lines, or of a table."""
        return {"parquet": "jsonl", "parquet rows": "csv"}.get(self.stored, self.stored)


def look(path: Path) -> Source:
    """What kind of file it is, by content, and its first readable record. Raises InputError."""
    stored = _stored(path)
    if stored == "parquet":
        from app.formats import parquet_rows

        with parquet_rows.opened(path) as file:
            return Source(path, stored, *_first(file.rows), file.columns)
    return Source(path, stored, *_first(records(path, stored)))


def _first(found: Iterable[tuple[int, Record | Bad]]) -> tuple[Record | None, tuple[int, Unfit] | None]:
    bad: tuple[int, Unfit] | None = None
    for line, record in found:
        if not isinstance(record, Bad):
            return record, None
        bad = bad or (line, record.error)
    return None, bad


def ways(source: Source) -> tuple[Source, ...]:
    """The ways in which a format may take the file: a flat Parquet file also as a table, after its records."""
    if source.stored != "parquet" or source.first is None or not source.columns:
        return (source,)
    from app.formats import parquet_rows

    first = parquet_rows.as_row(source.columns, source.first)
    return source, replace(source, stored="parquet rows", first=first)


def taken_by(fits: Callable[[str, Record], bool] | None, source: Source) -> Source:
    """The file in the first way that a format takes; as it is when none fits."""
    if fits is None or source.first is None:
        return source
    return next((way for way in ways(source) if fits(way.kind, way.first or {})), source)


def records(path: Path, stored: str) -> Iterator[tuple[int, Record | Bad]]:
    """(line, record). Blank lines are no records."""
    if stored == "json":
        return texts.document(path)
    if stored == "csv":
        return texts.table(path)
    if stored == "xlsx":
        from app.formats.sheets import rows

        return rows(path)
    if stored.startswith("parquet"):
        from app.formats import parquet_rows

        return parquet_rows.rows(path, table=stored != "parquet")
    return texts.json_lines(path)


def _stored(path: Path) -> str:
    if _PARQUET.match(texts.start(path, 5)):
        return "parquet"
    for _, line in texts.lines(path):
        if line is None:
            return "jsonl"
        text = line.strip()
        if not text:
            continue
        if line.startswith(ZIP):
            return "xlsx"
        if text[:1] == b"[":
            return "json"
        if text[:1] != b"{":
            return "csv"
        try:
            jsonio.loads(text, limit=texts.MAX_LINE)
        except InputError:
            # The start of a document over several lines, or a first line that is damaged.
            return "json" if text[-1:] in b"{,:[" else "jsonl"
        return "jsonl"
    return "jsonl"
