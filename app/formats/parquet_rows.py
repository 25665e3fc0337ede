"""Parquet files → records, through a process of its own (`app.formats.parquet_reader`).

pyarrow, which reads them there, is an extra of the installation. What the process says is taken as JSON Lines from
outside are: each record through the strict reader, every size bounded here once more.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, cast

from app.errors import InputError
from app.formats import parquet_reader as reader
from app.formats.base import Record, Unfit
from app.formats.sheets import text
from app.formats.texts import MAX_LINE, MAX_TOTAL, Bad, closed
from app.paths import import_path
from app.wire import jsonio

MAX_FOOTER = 16 * 1024 * 1024
"""Bytes of a file's own description, which is unpacked whole."""
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
_SIDE = 64
"""Bytes of a line beside its record."""

WHY: Mapping[str, Unfit] = {
    "damaged": Unfit("it is damaged, or no Parquet file at all"),
    "protected": Unfit("it is encrypted"),
    "packed": Unfit("it is packed a second time, with gzip; unpack it first"),
    "empty": Unfit("it has no columns"),
    "columns": Unfit("it has more than {n} columns", n=reader.MAX_COLUMNS),
    "rows": Unfit("it has more than {n} rows", n=reader.MAX_ROWS),
    "total": Unfit("it holds more than {n} GiB", n=MAX_TOTAL >> 30),
    "footer": Unfit("its description of itself is longer than {n} MiB", n=MAX_FOOTER >> 20),
    "depth": Unfit("its columns are nested more than {n} levels deep", n=jsonio.MAX_DEPTH),
    "names": Unfit("two of its columns have one name"),
    "memory": Unfit("it needs more memory than is given to it"),
    "slow": Unfit("it takes too long to unpack"),
    "ended": Unfit("what reads it ended; it may be damaged, or made to do harm"),
}
ODD: Mapping[str, Unfit] = {
    "long": Unfit("it is longer than {n} MiB", n=MAX_LINE >> 20),
    "json": Unfit("a column of JSON holds no valid JSON"),
    "value": Unfit("it holds a value that no JSON record has a place for"),
}
"""Why a file cannot be read; why a record cannot: in the words of the process."""


@dataclass(frozen=True, slots=True)
class Opened:
    """columns: by name; of a file that is no flat table, none. rows: (number from 1, record)."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[int, Record | Bad]]


def needed() -> None:
    """InputError when what reads and writes Parquet is not installed."""
    if find_spec("pyarrow") is None:
        raise InputError(
            "format.parquet",
            "Parquet files need pyarrow, which is not installed here.",
            hint="Nothing was taken in or written. Where Assay was installed with pip, `pip install pyarrow` beside it "
            "is enough; the packaged program has no place for it. JSON Lines need nothing.",
        )


def rows(path: Path, *, table: bool = False) -> Iterator[tuple[int, Record | Bad]]:
    """(number from 1, record). table: as a table's row, every column there, every value text. Raises InputError."""
    with opened(path) as file:
        for number, record in file.rows:
            if table and not isinstance(record, Bad):
                yield number, as_row(file.columns, record)
            else:
                yield number, record


def as_row(columns: tuple[str, ...], record: Record) -> Record:
    return {name: text(record.get(name)) for name in columns}


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """The file while it is read; the process that reads it ends with it."""
    needed()
    try:
        source = path.open("rb")
    except OSError as exc:
        raise closed(path, exc.strerror or "reading failed") from exc
    with source:
        _check(path, source)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", reader.__name__],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    said = cast(BinaryIO, process.stdout)
    try:
        columns = _columns(path, process, said.readline(MAX_FOOTER))
        yield Opened(columns, _rows(path, process, said))
    finally:
        process.kill()
        process.wait()
        said.close()


def _environment() -> dict[str, str]:
    """Nothing that names a home or a secret; one thread, whose memory can be bounded."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    own = {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONUTF8": "1",
        "MALLOC_ARENA_MAX": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "ARROW_IO_THREADS": "1",
    }
    return kept | import_path() | own


def _check(path: Path, source: BinaryIO) -> None:
    """What the first and the last bytes say, before anything is started."""
    head = source.read(4)
    size = source.seek(0, os.SEEK_END)
    source.seek(max(size - 8, 0))
    tail = source.read(8)
    source.seek(0)
    if head[:2] == b"\x1f\x8b":
        raise _bad(path, "packed", 0)
    if tail[4:] == b"PARE":
        raise _bad(path, "protected", 0)
    footer = int.from_bytes(tail[:4], "little")
    if size < 12 or head != b"PAR1" or tail[4:] != b"PAR1" or footer > size - 12:
        raise _bad(path, "damaged", 0)
    if footer > MAX_FOOTER:
        raise _bad(path, "footer", 0)


def _columns(path: Path, process: subprocess.Popen[bytes], line: bytes) -> tuple[str, ...]:
    if line[:1] == reader.FAILED:
        raise _bad(path, line[1:-1].decode("ascii", "replace"), 0)
    try:
        about = json.loads(line[1:] if line[:1] == reader.COLUMNS else b"")
        return tuple(str(name) for name in about["columns"]) if about["flat"] else ()
    except (ValueError, KeyError, TypeError) as exc:
        raise _ended(path, process, 0) from exc


def _rows(path: Path, process: subprocess.Popen[bytes], said: BinaryIO) -> Iterator[tuple[int, Record | Bad]]:
    number = total = 0
    while line := said.readline(MAX_LINE + _SIDE):
        mark, content = line[:1], line[1:].removesuffix(b"\n")
        if mark == reader.END and not content:
            return
        if mark == reader.FAILED:
            raise _bad(path, content.decode("ascii", "replace"), number)
        number += 1
        total += len(line)
        if number > reader.MAX_ROWS or total > MAX_TOTAL:
            raise _bad(path, "rows" if number > reader.MAX_ROWS else "total", number)
        if mark == reader.UNFIT:
            yield number, Bad(ODD.get(content.decode("ascii", "replace"), ODD["value"]))
        elif mark == reader.RECORD and line[-1:] == b"\n":
            yield number, _record(content)
        else:
            break
    raise _ended(path, process, number)


def _record(content: bytes) -> Record | Bad:
    try:
        value = jsonio.loads(content, limit=MAX_LINE)
    except InputError as exc:
        column = exc.where.removeprefix("/").partition("/")[0]
        return Bad(
            Unfit("its column {column} holds what cannot be taken ({error})", column=column, error=exc)
        )
    return value if isinstance(value, dict) else Bad(ODD["value"])


def _ended(path: Path, process: subprocess.Popen[bytes], number: int) -> InputError:
    """Why the process is no more, or not itself any more."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(1)
    slow = process.returncode == -getattr(signal, "SIGXCPU", 0) != 0
    return _bad(path, "slow" if slow else "ended", number)


def _bad(path: Path, why: str, number: int) -> InputError:
    """number: of the last record that could be read."""
    return InputError(
        "format.parquet_file",
        "“{name}” cannot be read as a Parquet file: {why}.",
        params={"name": path.name, "why": WHY.get(why, WHY["ended"])},
        where=f"{path.name}:{number + 1}" if number else path.name,
        hint="Nothing was taken in. Get the file again, or save it as JSON Lines.",
    )
