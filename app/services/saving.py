"""Writing a file that the person asked for: whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from app.errors import StorageError
from app.settings import fsync_folder

T = TypeVar("T")


def save_file(path: Path, data: bytes) -> None:
    """Write bytes; see `save_stream`."""
    save_stream(path, lambda out: out.write(data))


def save_stream(path: Path, write: Callable[[BinaryIO], T]) -> T:
    """What `write` answers, once its output stands under `path`: temporary file beside it, fsync, rename.

    StorageError `file.write`; an older file is kept then, and also when `write` raises.
    """
    temp = path.with_name(f".{path.name}.part")
    try:
        with temp.open("wb") as out:
            found = write(out)
            out.flush()
            os.fsync(out.fileno())
        temp.replace(path)
        fsync_folder(path.parent)
    except OSError as exc:
        raise StorageError(
            "file.write",
            "The file could not be written.",
            hint="Nothing was changed. Choose another folder, or make room on the disk.",
            where=str(path),
        ) from exc
    finally:
        temp.unlink(missing_ok=True)
    return found
