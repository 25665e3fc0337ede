"""What the decoder answers. Frozen, plain, checked by the client: the process is not trusted either."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from app.domain.ids import Digest


class Kind(Enum):
    """How a file is shown."""

    PDF = "pdf"
    PICTURE = "picture"
    DICOM = "dicom"
    TABLE = "table"
    WORDS = "words"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be decoded. size: bytes. read: gives all of it, or raises an AssayError."""

    sha256: Digest
    name: str
    media_type: str
    size: int
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Sheet:
    """rows: as the file says, 0 when it does not. The real end is where no more rows come."""

    name: str
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Look:
    """What a file is.

    pages: (width, height) of each, in points of 1/72 inch. frames: pictures in it. size: pixels, (0, 0) if it
    has none. window: DICOM centre and width as the file asks for them, span: the lowest and highest value in it
    (both zero for colour). facts: what the file says of itself, in its own words. note: `svg` when a picture is
    shown as its source. format: `PNG`, `Markdown`, …
    """

    kind: Kind
    format: str = ""
    pages: tuple[tuple[float, float], ...] = ()
    frames: int = 1
    size: tuple[int, int] = (0, 0)
    window: tuple[float, float] = (0.0, 0.0)
    span: tuple[float, float] = (0.0, 0.0)
    facts: tuple[tuple[str, str], ...] = ()
    sheets: tuple[Sheet, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """pixels: RGB, 8 bits each, rows of `width * 3` bytes without padding."""

    width: int
    height: int
    pixels: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link of a PDF leads. page: inside the file, from 0, or -1. Listed, never followed."""

    address: str
    page: int = -1


@dataclass(frozen=True, slots=True)
class PageText:
    """boxes: left, top, right, bottom of each code point of `text`, in points from the page's top left."""

    text: str
    boxes: array[float] = field(repr=False)
    links: tuple[Link, ...] = ()

    def box(self, at: int) -> tuple[float, float, float, float]:
        left, top, right, bottom = self.boxes[at * 4 : at * 4 + 4]
        return left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Rows:
    """more: there are rows after these."""

    rows: tuple[tuple[str, ...], ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Text:
    """encoding: how the bytes were read. cut: the file goes on."""

    text: str
    encoding: str = "UTF-8"
    cut: bool = False
