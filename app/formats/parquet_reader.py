"""The process that reads a Parquet file: the file is its standard input, a line a record its standard output.

It is a process of its own (`app.formats.parquet_rows` starts it) because Arrow is native code: a file that was made to
do harm may end it, or ask for all memory there is, and must then end nothing else. What it says is checked as any other
file from outside is.

Each line begins with what it is: `?` columns, `=` a record, `!` a record that cannot be taken and why, `x` the file
cannot be read on and why, `.` the end.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from app.formats.parquet_values import Odd, Refused, line, readable, sound
from app.formats.texts import MAX_LINE, MAX_TOTAL

MIB = 1024 * 1024
MEMORY = 1024 * MIB
"""Of the process beyond what its libraries reserve."""
WORK_S = 60
"""Seconds of work for one batch of rows."""
BATCH = 64
"""Rows that are unpacked at a time: a value that is kept once may stand in every one of them."""
BATCH_BYTES = 32 * MIB
BUFFER = 256 * 1024
MAX_ROWS = 2_000_000
MAX_COLUMNS = 2_000
MAX_NAMES = 1_000_000
"""Entries of any one list in the file's own description."""

COLUMNS, RECORD, UNFIT, FAILED, END = b"?", b"=", b"!", b"x", b"."
Say = Callable[[bytes, bytes], object]


def serve() -> int:
    """Read standard input to its end."""
    out = _own_output()
    try:
        with os.fdopen(os.dup(0), "rb") as source:
            _tell(source, lambda mark, what: out.write(mark + what + b"\n"))
        out.write(END + b"\n")
    except Refused as exc:
        out.write(FAILED + str(exc).encode() + b"\n")
    except MemoryError:
        out.write(FAILED + b"memory\n")
    out.flush()
    return 0


def _tell(source: BinaryIO, say: Say) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    _give_up()
    try:
        file = pq.ParquetFile(
            source,
            buffer_size=BUFFER,
            page_checksum_verification=True,
            pre_buffer=False,
            thrift_string_size_limit=16 * MIB,
            thrift_container_size_limit=MAX_NAMES,
            arrow_extensions_enabled=True,
        )
        about, schema = file.metadata, file.schema_arrow
        total = sum(about.row_group(n).total_byte_size for n in range(about.num_row_groups))
        _within(about.num_columns, about.num_rows, total)
    except (Refused, MemoryError):
        raise
    except Exception as exc:  # damage shows as whatever the library meets first
        raise _refused(exc) from exc
    sound(schema)
    flat = not any(pa.types.is_nested(f.type) or isinstance(f.type, pa.JsonType) for f in schema)
    say(COLUMNS, json.dumps({"columns": schema.names, "flat": flat}).encode())
    kinds = [(f.name, isinstance(f.type, pa.JsonType)) for f in schema]
    batches = file.iter_batches(batch_size=_rows_at_once(about.num_rows, total), use_threads=False)
    while _next(batches, kinds, say):
        _more_work()


def _rows_at_once(rows: int, total: int) -> int:
    """Fewer where they are said to be long."""
    return max(1, min(BATCH, BATCH_BYTES * max(rows, 1) // max(total, 1)))


def _next(batches: Iterator[Any], kinds: list[tuple[str, bool]], say: Say) -> bool:
    """Say the next rows. False at the end. Arrow itself reads on in what is not what it says, hence the check."""
    try:
        batch = next(batches, None)
        if batch is None:
            return False
        batch.validate(full=True)
    except MemoryError:
        raise
    except Exception as exc:
        raise _refused(exc) from exc
    columns = [(name, is_json, readable(c)) for (name, is_json), c in zip(kinds, batch.columns, strict=True)]
    large = batch.nbytes > MAX_LINE
    for row in range(batch.num_rows):
        try:
            if large and sum(c.slice(row, 1).nbytes for _, _, c in columns) > MAX_LINE:
                raise Odd("long")
            said = line(columns, row)
        except Odd as exc:
            say(UNFIT, str(exc).encode())
        else:
            say(RECORD, said)
    return True


def _refused(error: Exception) -> Refused:
    """What the library says may hold what the file holds; it goes no further."""
    said = str(error).lower()
    return Refused("protected" if "encrypt" in said or "decrypt" in said else "damaged")


def _within(columns: int, rows: int, total: int) -> None:
    """What the file says of itself; what it really holds is bounded as it comes."""
    if not columns:
        raise Refused("empty")
    if columns > MAX_COLUMNS:
        raise Refused("columns")
    if rows > MAX_ROWS:
        raise Refused("rows")
    if total > MAX_TOTAL:
        raise Refused("total")


# The process


def _own_output() -> BinaryIO:
    """Standard output for records alone: what a library prints goes nowhere."""
    own = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return cast(BinaryIO, os.fdopen(own, "wb"))


def _give_up() -> None:
    """From now on, where the system can say so: no file is written, no process or thread started, no core left behind,
    and at most `MEMORY` taken. (Libraries start threads and reserve address space as they are loaded.)"""
    try:
        import resource
    except ImportError:  # Windows
        return
    for name in ("RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NPROC"):
        resource.setrlimit(getattr(resource, name), (0, 0))
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        reserved = pages * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # macOS
        reserved = 1024 * MIB
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard == resource.RLIM_INFINITY or reserved + MEMORY <= hard:
        resource.setrlimit(resource.RLIMIT_AS, (reserved + MEMORY, hard))
    _more_work()


def _more_work() -> None:
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    wanted = int(used.ru_utime + used.ru_stime) + WORK_S
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY or wanted <= hard:
        resource.setrlimit(resource.RLIMIT_CPU, (wanted, hard))


if __name__ == "__main__":
    sys.exit(serve())
