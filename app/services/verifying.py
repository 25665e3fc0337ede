"""Check signatures of documents in files against a set of keys."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import InputError

if TYPE_CHECKING:
    from app.wire.verifying import CheckReply


def verify_files(files: Sequence[Path], keys: Path) -> list[CheckReply]:
    """One row a document. InputError when a file cannot be read."""
    from app.wire.verifying import read_keys, verify_file

    trusted = read_keys(_read(keys))
    return [row.as_json() for file in files for row in verify_file(str(file), _read(file), trusted)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise InputError(
            "file.read", "The file {file} cannot be read.", params={"file": str(path)}, where=str(path)
        ) from exc
