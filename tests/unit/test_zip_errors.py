"""Every kind of error that readers of archives expect does come from one, and an Office file like it is refused."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib

import pytest

from app.decoding import archives
from app.errors import InputError
from app.zips import ZIP_ERRORS

CENTRAL = b"PK\x01\x02"
REFUSES = "_end_offset" in zipfile.ZipInfo.__slots__
"""Python since 3.11.8 and 3.12.2 refuses an entry that would reach into the table of contents."""


def packed(method: int = zipfile.ZIP_STORED, name: str = "a.xml") -> bytearray:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(name, " ".join(map(str, range(300))))
    return bytearray(out.getvalue())


def changed(data: bytearray, at: int, new: bytes) -> bytes:
    data[at : at + len(new)] = new
    return bytes(data)


def spoilt(method: int) -> bytes:
    """The packed bytes overwritten behind what tells how they were packed."""
    return changed(packed(method), 30 + len("a.xml") + 9, b"\xff" * 8)


def in_both(at: int, new: bytes) -> bytes:
    """A field of the entry changed where it stands twice. at: in the local header."""
    data = packed()
    changed(data, at, new)
    return changed(data, data.index(CENTRAL) + at + 2, new)


def placed(offset: int) -> bytes:
    """An archive whose entry begins at this place of 64 bits."""
    data = packed()
    at, end = data.index(CENTRAL), data.index(b"PK\x05\x06")
    extra = struct.pack("<HHQ", 1, 8, offset)
    central = bytearray(data[at:end]) + extra
    changed(central, 30, struct.pack("<H", len(extra)))
    changed(central, 42, b"\xff" * 4)
    tail = bytearray(data[end:])
    changed(tail, 12, struct.pack("<L", len(central)))
    return bytes(data[:at] + central + tail)


CASES = {
    "no archive": (b"PK\x03\x04 and nothing", zipfile.BadZipFile),
    "deflated": (spoilt(zipfile.ZIP_DEFLATED), zlib.error),
    "lzma": (spoilt(zipfile.ZIP_LZMA), lzma.LZMAError),
    "bzip2": (spoilt(zipfile.ZIP_BZIP2), OSError),
    "cut short": (
        changed(d := packed(), d.index(CENTRAL) + 20, struct.pack("<2L", 5000, 5000)),
        zipfile.BadZipFile if REFUSES else EOFError,
    ),
    "password": (in_both(6, b"\x01"), RuntimeError),
    "strong encryption": (in_both(6, b"\x40"), NotImplementedError),
    "patched": (in_both(6, b"\x20"), NotImplementedError),
    "packed otherwise": (in_both(8, b"\x63\x00"), NotImplementedError),
    "newer": (in_both(4, b"\xff\x00"), NotImplementedError),
    "name": (changed(d := packed(name="é.xml"), d.index(CENTRAL) + 46, b"\xff"), UnicodeDecodeError),
    "before the start": (changed(d := packed(), len(d) - 6, struct.pack("<L", len(d))), ValueError),
    "beyond": (placed(2**64 - 1), OverflowError),
}


@pytest.mark.parametrize("what", CASES)
def test_what_an_archive_made_to_do_harm_raises(what: str) -> None:
    data, error = CASES[what]
    assert issubclass(error, ZIP_ERRORS)
    with pytest.raises(error):
        read(data)


@pytest.mark.parametrize("what", CASES)
def test_an_office_file_of_that_kind_is_refused(what: str) -> None:
    with pytest.raises(InputError) as refused:
        archives.checked(CASES[what][0])
    assert refused.value.code == ("decode.protected" if what == "password" else "decode.damaged")


def test_every_error_of_the_list_comes_from_an_archive() -> None:
    for error in set(ZIP_ERRORS) - ({EOFError} if REFUSES else set()):
        assert any(issubclass(one, error) for _, one in CASES.values()), error


def read(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            archive.read(entry)
