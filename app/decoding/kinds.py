"""What a file is: by its content; name and declared type may only choose among kinds of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.decoding.values import Kind
from app.errors import InputError

_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"BM", "BMP"),
)
_TABLES = {"csv", "tsv", "tab"}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DICOM_MARK = slice(128, 132)


def kind_of(name: str, media_type: str, data: bytes) -> tuple[Kind, str]:
    """(kind, format). InputError `decode.unknown` when it is nothing that can be shown."""
    head = data[:1024]
    for start, form in _PICTURES:
        if head.startswith(start):
            return Kind.PICTURE, form
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.PICTURE, "WEBP"
    if b"%PDF-" in head:
        return Kind.PDF, "PDF"
    if head[DICOM_MARK] == b"DICM":
        return Kind.DICOM, "DICOM"
    if head[:4] == b"PK\x03\x04":
        return _office(data)
    if head.startswith(_OLD_OFFICE):
        raise unknown("an Office file of the old kind (.doc, .xls) or a protected one")
    extension = name.rpartition(".")[2].lower()
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise unknown("no text, no picture and no document that Assay knows")
    if extension in _TABLES or media_type in ("text/csv", "text/tab-separated-values"):
        return Kind.TABLE, "CSV"
    return Kind.TEXT, "SVG" if is_svg(extension, media_type, head) else ""


def is_svg(extension: str, media_type: str, head: bytes) -> bool:
    return extension in ("svg", "svgz") or media_type.startswith("image/svg") or b"<svg" in head.lower()


def _office(data: bytes) -> tuple[Kind, str]:
    from app.decoding.archives import names

    inside = names(data)
    if any(entry.startswith("xl/") for entry in inside):
        return Kind.TABLE, "Excel"
    if any(entry.startswith("word/") for entry in inside):
        return Kind.WORDS, "Word"
    raise unknown("a zip archive, and archives are not opened")


_HINT = "It stays with its task as it came. Judge without it, or say that you cannot judge."


def unknown(what: str) -> InputError:
    """The error of a file that is nothing we show. The reasons here and below are technical, in English."""
    return InputError("decode.unknown", "Assay does not show this kind of file.", hint=_HINT, where=what)


def damaged(why: str) -> InputError:
    """The one error of a file that its decoder refuses."""
    return InputError("decode.damaged", "This file is damaged and cannot be shown.", hint=_HINT, where=why)


def protected() -> InputError:
    return InputError(
        "decode.protected", "This file is protected with a password and cannot be shown.", hint=_HINT
    )


def large(why: str) -> InputError:
    """The one error of a file over a cap."""
    return InputError("decode.large", "This file is too large to be shown.", hint=_HINT, where=why)


def no_page(n: int) -> InputError:
    """n: from 0."""
    return InputError("decode.page", "There is no such page in the file.", where=f"page {n + 1}")


_MADE: Mapping[str, Callable[[str], InputError]] = {
    "decode.unknown": unknown,
    "decode.damaged": damaged,
    "decode.protected": lambda _: protected(),
    "decode.large": large,
    "decode.page": lambda where: no_page(int(where.removeprefix("page ")) - 1),
}


def again(code: str, where: str) -> InputError:
    """The error that the process told of, in our own words. KeyError, ValueError when it is none of these."""
    return _MADE[code](where[:200])
