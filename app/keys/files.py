"""Small private files: written whole or not at all, readable by their owner only, read within a limit."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.errors import StorageError
from app.settings import fsync_folder

LIMIT = 64 * 1024


def write_private(path: Path, document: Mapping[str, Any]) -> None:
    """Write JSON with mode 0600: temporary file, fsync, rename, fsync of the folder.

    The temporary file is made anew (O_EXCL), so no other name or link ever gets the bytes.
    Raises StorageError `key.write`; the old file is then untouched.
    """
    temp = path.with_name(f"{path.name}.tmp")
    data = json.dumps(document, ensure_ascii=True, indent=1).encode("ascii") + b"\n"
    try:
        temp.unlink(missing_ok=True)
        handle = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with open(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temp, path)
        fsync_folder(path.parent)
    except OSError as exc:
        with suppress(OSError):
            temp.unlink()
        raise StorageError(
            "key.write",
            "A key file could not be written.",
            hint="The disk may be full or the folder read-only. The keys kept before still work.",
            where=str(path),
        ) from exc


def read_private(path: Path) -> dict[str, Any] | None:
    """The JSON object in the file; None if there is no such file.

    Raises StorageError `key.read` (cannot be read) or `key.damaged` (no JSON object, or over 64 KiB).
    """
    try:
        with open(path, "rb") as source:
            data = source.read(LIMIT + 1)
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise StorageError(
            "key.read",
            "A key file cannot be read.",
            hint="Check the permissions of the folder. Nothing was changed.",
            where=str(path),
        ) from exc
    try:
        if len(data) > LIMIT:
            raise ValueError("too long")
        found = json.loads(data)
        if not isinstance(found, dict):
            raise ValueError("not an object")
    except (ValueError, RecursionError) as exc:
        raise damaged(path) from exc
    return found


def damaged(path: Path) -> StorageError:
    """The error for a key file that does not hold what was written."""
    return StorageError(
        "key.damaged",
        "A key file is damaged.",
        hint="Your work is still there, encrypted. Use the recovery code, or a backup of this file.",
        where=str(path),
    )


def remove(path: Path) -> None:
    """Unlink, durably; the file may be gone already. (A disk may keep the old bytes: see vault.forget.)"""
    try:
        path.unlink()
        fsync_folder(path.parent)
    except FileNotFoundError:
        return
    except OSError as exc:
        raise StorageError(
            "key.remove",
            "A key file could not be removed.",
            hint="Check the permissions of the folder and try again.",
            where=str(path),
        ) from exc


def make_private_folder(folder: Path) -> None:
    """The folder, with mode 0700 even if it was there with another. Raises StorageError `key.write`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name != "nt":
            folder.chmod(0o700)
    except OSError as exc:
        raise StorageError(
            "key.write",
            "The folder for the keys could not be made.",
            hint="The disk may be full or the folder above read-only.",
            where=str(folder),
        ) from exc
