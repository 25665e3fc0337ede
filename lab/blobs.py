"""Packs and attachments on disk, named by their SHA-256: `blobs/ab/ab12…`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from app.domain.ids import Digest, digest
from app.errors import StorageError
from lab.files import sync_folder, write_durably

CHUNK = 256 * 1024
MAX_BLOB = 32 * 1024 * 1024
"""Bytes of the largest blob that the lab takes or makes."""
_NAME = re.compile(r"[0-9a-f]{64}")


def is_digest(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


class Blobs(Protocol):
    """What the lab needs of a blob store; the embedded one is a folder."""

    def put(self, data: bytes) -> Digest:
        """Keep it; durable when this returns. The same bytes twice are kept once."""

    def size(self, sha256: str) -> int | None:
        """Bytes, or None when it is not held."""

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        """A stretch of it, checked against its digest when it is read whole. Raises StorageError."""

    def stream(self, sha256: str, start: int, length: int) -> Iterator[bytes]:
        """A stretch of it in chunks. Raises StorageError at once when it is not held."""

    def check(self) -> None:
        """Raises StorageError when blobs cannot be kept now. Asked when the lab begins to serve."""


class FolderBlobs:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> Digest:
        sha256 = digest(data)
        path = self._path(sha256)
        if not path.exists():
            if not path.parent.exists():
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                sync_folder(path.parent.parent)
            write_durably(path, data)
        return sha256

    def size(self, sha256: str) -> int | None:
        try:
            return self._path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        try:
            with open(self._path(sha256), "rb") as file:
                file.seek(start)
                data = file.read() if length is None else file.read(length)
        except OSError as exc:
            raise lost(sha256) from exc
        if start == 0 and length is None:
            return check_whole(sha256, data)
        if length is not None and len(data) != length:
            raise lost(sha256)
        return data

    def stream(self, sha256: str, start: int, length: int) -> Iterator[bytes]:
        if self.size(sha256) is None:
            raise lost(sha256)
        end = start + length
        # Each chunk opens the file anew: a reader who goes away leaves none open.
        return (self.read(sha256, at, min(CHUNK, end - at)) for at in range(start, end, CHUNK))

    def check(self) -> None:
        """Nothing to ask: the folder is made when it is first written to."""

    def _path(self, sha256: str) -> Path:
        if not is_digest(sha256):
            raise ValueError("not a digest")
        return self._folder / sha256[:2] / sha256


def check_whole(sha256: str, data: bytes) -> bytes:
    """The bytes, if they are those that the digest names. Raises StorageError."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise lost(sha256)
    return data


def lost(sha256: str) -> StorageError:
    """What is said of a blob that is damaged or gone."""
    return StorageError(
        "lab.blob",
        "The blob {sha256} is damaged or missing.",
        params={"sha256": sha256[:16]},
        hint="Restore the lab's blobs from their backup.",
    )
