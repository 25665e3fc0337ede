"""PDF by PDFium, without its JavaScript, forms and attachments: pages as pixels, text with boxes, links listed.

Coordinates are points of 1/72 inch from the top left of the page as it is shown (crop box and rotation applied).
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Iterator

import pypdfium2 as pdfium
from pypdfium2 import raw

from app.decoding.kinds import damaged, large, no_page, protected
from app.decoding.limits import MAX_PAGE_CHARACTERS, MAX_PAGE_PIXELS, MAX_PAGES
from app.decoding.values import Kind, Link, Look, PageText, Picture

_FINE = 16
"""Steps of a point in which boxes are measured."""
_MAX_LINKS = 500
_MAX_ADDRESS = 2_000
_REPLACEMENT = "\ufffd"


class Pdf:
    """InputError `decode.damaged` for a broken or protected file, `decode.large` over the caps."""

    def __init__(self, data: bytes) -> None:
        try:
            self._document = pdfium.PdfDocument(data)
            count = len(self._document)
        except pdfium.PdfiumError as exc:
            locked = getattr(exc, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
            raise (protected() if locked else damaged("not a PDF that PDFium reads")) from exc
        if count > MAX_PAGES:
            raise large("it has too many pages")
        if count == 0:
            raise damaged("the PDF has no page")

    def look(self) -> Look:
        pages = tuple(self._size(n) for n in range(len(self._document)))
        return Look(Kind.PDF, "PDF", pages=pages)

    def _size(self, n: int) -> tuple[float, float]:
        size = raw.FS_SIZEF()
        if not raw.FPDF_GetPageSizeByIndexF(self._document, n, size):
            return 0.0, 0.0
        return round(size.width, 2), round(size.height, 2)

    def page(self, n: int, scale: float) -> Picture:
        """Page n from 0 in pixels. scale: px a point; less when the page would be over the cap."""
        page = self._page(n)
        try:
            width, height = page.get_size()
            if width < 1 or height < 1:
                raise damaged("this page has no size")
            room = (MAX_PAGE_PIXELS / (width * height)) ** 0.5
            bitmap = page.render(scale=min(scale, room), rev_byteorder=True, may_draw_forms=False)
            return _packed(bitmap)
        except pdfium.PdfiumError as exc:
            raise damaged("this page is damaged") from exc
        finally:
            page.close()

    def text(self, n: int) -> PageText:
        page = self._page(n)
        try:
            textpage = page.get_textpage()
            try:
                text, boxes = _characters(page, textpage)
            finally:
                textpage.close()
            return PageText(text, boxes, tuple(self._links(page)))
        except pdfium.PdfiumError as exc:
            raise damaged("the text of this page is damaged") from exc
        finally:
            page.close()

    def _page(self, n: int) -> pdfium.PdfPage:
        if not 0 <= n < len(self._document):
            raise no_page(n)
        try:
            return self._document[n]
        except pdfium.PdfiumError as exc:
            raise damaged("this page is damaged") from exc

    def _links(self, page: pdfium.PdfPage) -> Iterator[Link]:
        at, link, seen = ctypes.c_int(0), raw.FPDF_LINK(), 0
        while seen < _MAX_LINKS and raw.FPDFLink_Enumerate(page, at, link):
            seen += 1
            target = raw.FPDFLink_GetDest(self._document, link)
            action = raw.FPDFLink_GetAction(link)
            if not target and action and raw.FPDFAction_GetType(action) == raw.PDFACTION_GOTO:
                target = raw.FPDFAction_GetDest(self._document, action)
            if target:
                yield Link("", raw.FPDFDest_GetDestPageIndex(self._document, target))
            elif action:
                kind = raw.FPDFAction_GetType(action)
                read = raw.FPDFAction_GetURIPath if kind == raw.PDFACTION_URI else None
                if kind in (raw.PDFACTION_LAUNCH, raw.PDFACTION_REMOTEGOTO):
                    yield Link(_told(lambda b, n, a=action: raw.FPDFAction_GetFilePath(a, b, n)) or "file:")
                elif read is not None:
                    yield Link(
                        _told(lambda b, n, a=action: raw.FPDFAction_GetURIPath(self._document, a, b, n))
                    )


def _told(read: object) -> str:
    size = min(read(None, 0), _MAX_ADDRESS)  # type: ignore[operator]
    buffer = ctypes.create_string_buffer(max(size, 1))
    read(buffer, size)  # type: ignore[operator]
    return buffer.raw[:size].rstrip(b"\x00").decode("utf-8", "replace")


def _packed(bitmap: pdfium.PdfBitmap) -> Picture:
    width, height, stride = bitmap.width, bitmap.height, bitmap.stride
    found = bytes(bitmap.buffer)
    channels = bitmap.n_channels
    if channels == 1:
        found = b"".join(
            bytes(v for grey in found[y * stride : y * stride + width] for v in (grey, grey, grey))
            for y in range(height)
        )
    elif channels == 4:
        rows = (found[y * stride : y * stride + width * 4] for y in range(height))
        found = b"".join(_without_fourth(row) for row in rows)
    elif stride != width * 3:
        found = b"".join(found[y * stride : y * stride + width * 3] for y in range(height))
    bitmap.close()
    return Picture(width, height, found)


def _without_fourth(row: bytes) -> bytes:
    kept = bytearray(len(row) // 4 * 3)
    for channel in range(3):
        kept[channel::3] = row[channel::4]
    return bytes(kept)


def _characters(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> tuple[str, array[float]]:
    """One box a code point; a pair of surrogates is one."""
    count = min(raw.FPDFText_CountChars(textpage), MAX_PAGE_CHARACTERS)
    width, height = page.get_size()
    to_top_left = _Mapping(page, width, height)
    letters: list[str] = []
    boxes: array[float] = array("f")
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    high = 0
    for i in range(count):
        code = raw.FPDFText_GetUnicode(textpage, i)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            letter = chr(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)) if high else _REPLACEMENT
        elif code in (0, 0xFFFE, 0xFFFF) or code > 0x10FFFF:
            letter = " "
        else:
            letter = chr(code)
        high = 0
        letters.append(letter)
        raw.FPDFText_GetCharBox(textpage, i, left, right, bottom, top)
        boxes.extend(to_top_left(left.value, top.value, right.value, bottom.value))
    return "".join(letters), boxes


class _Mapping:
    """Page coordinates (origin bottom left, unrotated) → points from the top left as shown."""

    def __init__(self, page: pdfium.PdfPage, width: float, height: float) -> None:
        self._page = page
        size = round(width * _FINE), round(height * _FINE)
        corner = self._at(0, 0, size)
        across, up = self._at(1000, 0, size), self._at(0, 1000, size)
        self._base = corner
        self._x = (across[0] - corner[0]) / 1000, (across[1] - corner[1]) / 1000
        self._y = (up[0] - corner[0]) / 1000, (up[1] - corner[1]) / 1000

    def _at(self, x: float, y: float, size: tuple[int, int]) -> tuple[float, float]:
        found_x, found_y = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self._page, 0, 0, *size, 0, x, y, found_x, found_y)
        return found_x.value / _FINE, found_y.value / _FINE

    def __call__(self, left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
        (a, b), (c, d), (e, f) = self._x, self._y, self._base
        x1, y1 = a * left + c * top + e, b * left + d * top + f
        x2, y2 = a * right + c * bottom + e, b * right + d * bottom + f
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
