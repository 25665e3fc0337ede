"""Files that are made to do harm, made here: bombs of every kind, and baits that ask for something outside."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping

from tests.attached_files import letter, pdf, picture, rezipped, workbook

FORM = b"/Type /XObject /Subtype /Form /BBox "
IMAGE = (
    b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB /BitsPerComponent 8"
)
ACTS = (
    b"/OpenAction <</S /Launch /F (http://127.0.0.1:9/a)>> /AA <</WC <</S /URI /URI (http://127.0.0.1:9/)>>"
    b" /WP <</S /GoToR /F (file:///etc/passwd)>>>>"
)
FONT = b"<</Font <</F <</Type /Font /Subtype /Type1 /BaseFont /Courier>>>>>>"
MAIN = "http://schemas.openxmlformats.org"


def pdf_of(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalog. Without a table: readers rebuild it."""
    parts = [b"%d 0 obj\n%s\nendobj\n" % (n, body) for n, body in enumerate(objects, 1)]
    return b"%PDF-1.7\n" + b"".join(parts) + b"trailer <</Root 1 0 R>>\n%%EOF\n"


def stream(data: bytes, head: bytes = b"") -> bytes:
    packed = zlib.compress(data, 9)
    return b"<</Length %d /Filter /FlateDecode %s>> stream\n%s\nendstream" % (len(packed), head, packed)


def page(content: bytes, resources: bytes = b"<<>>", box: bytes = b"0 0 600 800", more: bytes = b"") -> bytes:
    return pdf_of(
        b"<</Type /Catalog /Pages 2 0 R %s>>" % more,
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources %s>>" % (box, resources),
        stream(content),
        stream(b"/X Do " * 3, FORM + b"[0 0 9 9] /Resources <</XObject <</X 5 0 R>>>>"),
        stream(bytes(1000), IMAGE),
    )


def sharing(levels: int) -> bytes:
    """Forms that each draw the next one ten times: 10^levels drawings."""
    kids = [
        stream(b"/N Do " * 10, FORM + b"[0 0 600 800] /Resources <</XObject <</N %d 0 R>>>>" % n)
        for n in range(6, 6 + levels)
    ]
    last = stream(b"0 0 600 800 re f ", FORM + b"[0 0 600 800]")
    return pdf_of(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources <</XObject <</N 5 0 R>>>>>>",
        stream(b"/N Do"),
        *kids,
        last,
    )


def png(width: int, height: int, data: bytes) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _laughing() -> bytes:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    part = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "ha">' + laughs + b"]><l>&l9;</l>"
    return rezipped(letter(), {"word/document.xml": part})


def _deep() -> bytes:
    head = f'<w:document xmlns:w="{MAIN}/wordprocessingml/2006/main"><w:body>'
    return rezipped(letter(), {"word/document.xml": head.encode() + b"<w:tbl><w:tr><w:tc>" * 100_000})


def _outside() -> bytes:
    parts = (
        f'<Relationships xmlns="{MAIN}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{MAIN}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
        '<Relationship Id="r9" Type="x" TargetMode="External" Target="http://127.0.0.1:9/t"/></Relationships>'
    )
    return rezipped(letter(), {"_rels/.rels": parts.encode()})


def _rows() -> bytes:
    head = f'<worksheet xmlns="{MAIN}/spreadsheetml/2006/main"><sheetData>'.encode()
    rows = b"<row><c><v>1</v></c></row>" * 3_000_000
    sheet = {"xl/worksheets/sheet1.xml": head + rows + b"</sheetData></worksheet>"}
    return rezipped(workbook({"A": [["x"]]}), sheet)


def _ztxt(size: int) -> bytes:
    body = b"a\x00\x00" + zlib.compress(bytes(size), 9)
    return len(body).to_bytes(4, "big") + b"zTXt" + body + zlib.crc32(b"zTXt" + body).to_bytes(4, "big")


def _gif(frames: int) -> bytes:
    head = b"GIF89a" + (4000).to_bytes(2, "little") * 2 + b"\xf0\x00\x00\xff\x00\x00\x00\x00\x00"
    one = b"\x2c\x00\x00\x00\x00" + (4000).to_bytes(2, "little") * 2 + b"\x00\x02\x02\x4c\x01\x00"
    return head + one * frames + b"\x3b"


def _slip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/../../../../tmp/slipped.xml", b"<a/>")
        archive.writestr("/etc/slipped.xml", b"<a/>")
    return out.getvalue()


OWN: Mapping[str, Callable[[], bytes]] = {
    "acts.pdf": lambda: page(b"0 0 9 9 re f", more=ACTS),
    "loop.pdf": lambda: page(b"/X Do", b"<</XObject <</X 5 0 R>>>>"),
    "shared.pdf": lambda: sharing(12),
    "wide.pdf": lambda: page(b"0 0 9 9 re f", box=b"0 0 14400000 14400000"),
    "image.pdf": lambda: page(b"500 0 0 500 0 0 cm /I Do", b"<</XObject <</I 6 0 R>>>>"),
    "long.pdf": lambda: page(b"0 0 m 9 9 l S " * 3_000_000),
    "letters.pdf": lambda: page(b"BT /F 9 Tf " + b"(aaaaaaaaaaaaaaaa) Tj " * 200_000 + b"ET", FONT),
    "files.pdf": lambda: pdf([["x"]], link="file:///etc/passwd"),
    "60000.png": lambda: png(60_000, 60_000, zlib.compress(bytes(1000))),
    "bomb.png": lambda: png(6_000, 6_000, zlib.compress(bytes(6_000 * 18_001), 9)),
    "text.png": lambda: picture("PNG")[:-12] + _ztxt(60 * 1024 * 1024) + picture("PNG")[-12:],
    "frames.gif": lambda: _gif(4_000),
    "bomb.xlsx": lambda: rezipped(workbook({"A": [["x"]]}), {"xl/sharedStrings.xml": b"<" * (97 << 20)}),
    "rows.xlsx": _rows,
    "slip.xlsx": _slip,
    "laughs.docx": _laughing,
    "deep.docx": _deep,
    "outside.docx": _outside,
    "wide.csv": lambda: b"," * 5_000_000,
    "quote.csv": lambda: b'"' + b"x" * 5_000_000,
    "drawing.svg": lambda: b'<svg><use href="#a"/><image href="file:///etc/passwd"/></svg>',
}
"""By name; made when they are asked for."""
