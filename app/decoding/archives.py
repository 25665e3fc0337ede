"""Office files are zip archives: what one may hold before any library sees it.

Caps on entries and on what they unpack to, no two entries over the same bytes (the overlapping bomb of
cpython issue 109858), no entry longer than it says, no document type in any XML part (OOXML, ECMA-376 part 2,
forbids it; it is the way of entity bombs and of references to the outside).
"""

from __future__ import annotations

import io
import re
import zipfile

from app.decoding.kinds import damaged, large, protected
from app.decoding.limits import MAX_ENTRIES, MAX_UNPACKED
from app.zips import ZIP_ERRORS

_DTD = re.compile(rb"<\x00?!\x00?(?:D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E|E\x00?N\x00?T\x00?I\x00?T\x00?Y)")
_XML = (".xml", ".rels", ".vml")


def names(data: bytes) -> list[str]:
    """The entries of an archive, bounded. InputError `decode.damaged`, `decode.large`."""
    return [entry.filename for entry in _checked(data).infolist()]


def checked(data: bytes) -> io.BytesIO:
    """The archive, safe to be handed to a library. InputError `decode.damaged`, `decode.large`."""
    archive = _checked(data)
    try:
        for entry in archive.infolist():
            if entry.filename.lower().endswith(_XML) and _DTD.search(archive.read(entry)):
                raise damaged("it brings a document type, which Office files must not")
    except ZIP_ERRORS as exc:
        raise damaged("its archive is damaged") from exc
    return io.BytesIO(data)


def _checked(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except ZIP_ERRORS as exc:
        raise damaged("its archive is damaged") from exc
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise large("its archive has too many parts")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise large("its archive unpacks to too much")
    if len({entry.filename for entry in entries}) != len(entries):
        raise damaged("its archive has two parts of one name")
    if any(entry.flag_bits & 1 for entry in entries):
        raise protected()
    end = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < end:
            raise damaged("parts of its archive lie over each other")
        end = entry.header_offset + 30 + entry.compress_size
    if end > len(data):
        raise damaged("its archive is cut short")
    return archive
