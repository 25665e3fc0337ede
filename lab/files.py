"""Files that are whole or absent after a power cut: temporary file, fsync, rename, fsync of the folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from app.errors import StorageError


def write_durably(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Put `data` at `path`, in place of what stood there. Raises StorageError."""
    temp = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        fd = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with open(fd, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            os.replace(temp, path)
        except BaseException:
            temp.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as exc:
        raise StorageError(
            "lab.write",
            "“{name}” could not be written.",
            params={"name": path.name},
            hint="The disk may be full. What was there before is unharmed.",
            where=str(path),
        ) from exc


def sync_folder(folder: Path) -> None:
    """Make a rename durable. A no-op on Windows, where folders cannot be opened."""
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
