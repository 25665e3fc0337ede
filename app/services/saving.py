"""Writing a file that the person asked for: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from app.errors import StorageError
from app.settings import fsync_folder


def save_file(path: Path, data: bytes) -> None:
    """Temporary file beside it, fsync, rename. StorageError `file.write`; an older file is kept then."""
    temp = path.with_name(f".{path.name}.part")
    try:
        with temp.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        temp.replace(path)
        fsync_folder(path.parent)
    except OSError as exc:
        temp.unlink(missing_ok=True)
        raise StorageError(
            "file.write",
            "The file could not be written.",
            hint="Nothing was changed. Choose another folder, or make room on the disk.",
            where=str(path),
        ) from exc
