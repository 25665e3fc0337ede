"""Files that stand beside a source file and become attachments: found by a path that cannot leave its folder.

A path is relative, in `/` form, without `..`, a drive, a backslash or a control character, and leads to a plain file
whose real place is inside the folder of the source: a link to the outside is refused like a path to it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain.ids import Digest
from app.formats.base import Record, Unfit

MAX_FILE = 32 * 1024 * 1024
"""Bytes of one file: what a lab's blob may have."""
MAX_FILES = 200
_CHUNK = 1024 * 1024
_ODD = re.compile(r"[\x00-\x1f\x7f\\:]|^/|^~|(?:^|/)\.\.?(?:/|$)|//")
_TYPES = {
    "pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
    "webp": "image/webp", "tif": "image/tiff", "tiff": "image/tiff", "bmp": "image/bmp", "svg": "image/svg+xml",
    "dcm": "application/dicom", "csv": "text/csv", "tsv": "text/tab-separated-values", "txt": "text/plain",
    "md": "text/markdown", "html": "text/html", "json": "application/json", "xml": "application/xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "zip": "application/zip", "mp3": "audio/mpeg", "wav": "audio/wav", "mp4": "video/mp4",
    "py": "text/x-python", "js": "text/x-javascript", "java": "text/x-java", "c": "text/x-c", "go": "text/x-go",
    "rs": "text/x-rust", "sql": "text/x-sql", "sh": "text/x-sh", "ts": "text/x-typescript", "r": "text/x-r",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A file as a record names it. media_type: as the record says, or empty."""

    name: str
    path: str
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """A file that was found. path: on this computer, never written anywhere."""

    name: str
    media_type: str
    size: int
    sha256: Digest
    path: Path

    def entry(self) -> dict[str, Any]:
        """As a task line names it."""
        return {"name": self.name, "media_type": self.media_type, "size": self.size, "sha256": self.sha256}


def named_in(record: Record) -> list[Named]:
    """The files of `attachments: [{"name", "path"}]`, or of a list of paths. Unfit when it is neither."""
    entries = record.get("attachments") or []
    if not isinstance(entries, list):
        raise Unfit("its attachments are no list")
    found = []
    for one in entries:
        entry = {"path": one} if isinstance(one, str) else one
        if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
            raise Unfit("an attachment of it names no file beside the source (“path”)")
        name = entry.get("name") or entry["path"].rsplit("/", 1)[-1]
        media_type = entry.get("media_type") or ""
        if not isinstance(name, str) or not isinstance(media_type, str):
            raise Unfit("the name or the type of an attachment is no text")
        found.append(Named(name, entry["path"], media_type))
    return found


def found_in(folder: Path, wanted: Sequence[Named]) -> tuple[Beside, ...]:
    """The files, each read once for its digest. Unfit with the file's name when one cannot be taken."""
    if len(wanted) > MAX_FILES:
        raise Unfit("it has more than {n} attachments", n=MAX_FILES)
    return tuple(_found(folder, one) for one in wanted)


def _found(folder: Path, one: Named) -> Beside:
    path = safe(folder, one.path)
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise Unfit(
                "its attachment “{name}” has more than {n} MiB", name=one.name[:100], n=MAX_FILE >> 20
            )
        found = hashlib.sha256()
        with path.open("rb") as stream:
            while data := stream.read(_CHUNK):
                found.update(data)
    except OSError as exc:
        raise Unfit("its attachment “{name}” cannot be read", name=one.name[:100]) from exc
    name = one.name.replace("/", "_").replace("\\", "_")[:300]
    return Beside(name, one.media_type or type_of(name), size, Digest(found.hexdigest()), path)


def safe(folder: Path, path: str) -> Path:
    """A plain file inside the folder. Unfit for anything else."""
    shown = path[:100]
    if not path or len(path) > 1000 or _ODD.search(path):
        raise Unfit("the path of an attachment, “{name}”, does not stay beside the file", name=shown)
    root = folder.resolve()
    try:
        real = (root / path).resolve(strict=True)
    except (OSError, RuntimeError) as exc:
        raise Unfit("its attachment “{name}” is not beside the file", name=shown) from exc
    if not real.is_relative_to(root) or not real.is_file():
        raise Unfit("the path of an attachment, “{name}”, does not lead to a file beside it", name=shown)
    return real


def type_of(name: str) -> str:
    """The media type that a name promises."""
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
