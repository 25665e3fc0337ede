"""Small files of every kind that attachments may be, made by us when a test runs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from app.decoding.values import Source
from app.domain.ids import digest


def source(name: str, data: bytes, media_type: str = "") -> Source:
    return Source(digest(data), name, media_type, len(data), lambda: data)


def attachment(name: str, media_type: str, data: bytes) -> dict[str, Any]:
    """As a task line names it."""
    return {"name": name, "media_type": media_type, "size": len(data), "sha256": digest(data)}


def pdf(pages: Sequence[Sequence[str]], *, link: str = "", password: str = "") -> bytes:
    """Lines of text on pages of 400 × 600 points; the first line 60 points from the top."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 600), invariant=1, encrypt=password or None)
    for lines in pages:
        canvas.setFont("Helvetica", 12)
        for number, line in enumerate(lines):
            canvas.drawString(50, 540 - 20 * number, line)
        if link:
            canvas.linkURL(link, (50, 100, 150, 120))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def picture(
    form: str, size: tuple[int, int] = (40, 30), colour: str | tuple[int, ...] = "red", **more: Any
) -> bytes:
    from PIL import Image

    mode = "RGB" if isinstance(colour, str) or len(colour) == 3 else "RGBA"
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, form, **more)
    return out.getvalue()


def turned_picture() -> bytes:
    """40 × 30, left half red, turned by EXIF: it is seen 30 × 40 with the upper half red."""
    from PIL import Image

    made = Image.new("RGB", (40, 30), "blue")
    made.paste("red", (0, 0, 20, 30))
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    made.save(out, "JPEG", exif=exif, quality=95)
    return out.getvalue()


def dicom(values: Any, *, slope: float = 1, intercept: float = 0, **fields: Any) -> bytes:
    """values: a NumPy array (frames,) rows, columns (, 3) of uint8 or uint16."""
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = UID("2.25.1")
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    file.SOPClassUID, file.SOPInstanceUID, file.Modality = CTImageStorage, UID("2.25.1"), "CT"
    colour = values.shape[-1] == 3
    shape = values.shape[:-1] if colour else values.shape
    file.Rows, file.Columns = shape[-2:]
    if len(shape) == 3:
        file.NumberOfFrames = shape[0]
    bits = values.dtype.itemsize * 8
    file.BitsAllocated = file.BitsStored = bits
    file.HighBit, file.PixelRepresentation = bits - 1, 0
    file.SamplesPerPixel = 3 if colour else 1
    file.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    if colour:
        file.PlanarConfiguration = 0
    else:
        file.RescaleSlope, file.RescaleIntercept = slope, intercept
    file.PixelData = values.tobytes()
    for name, value in fields.items():
        setattr(file, name, value)
    out = io.BytesIO()
    file.save_as(out, enforce_file_format=True)
    return out.getvalue()


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def letter() -> bytes:
    """A Word file: headings, emphasis, a list, a table, signs that mean something in Markdown, a picture."""
    import docx

    made = docx.Document()
    made.add_heading("Discharge letter", 1)
    line = made.add_paragraph("He was ")
    line.add_run("stable").bold = True
    line.add_run(" *at last*, 2 < 3.")
    made.add_paragraph("Aspirin 100 mg", style="List Bullet")
    made.add_paragraph("Ticagrelor 90 mg", style="List Bullet")
    table = made.add_table(2, 2)
    for at, words in enumerate(("drug", "dose", "aspirin", "a|b")):
        table.cell(at // 2, at % 2).text = words
    made.add_picture(io.BytesIO(picture("PNG")))
    made.add_paragraph("# no heading")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def contract() -> bytes:
    """A Word file as lawyers have them: numbers that Word writes, typed ones, a tracked change, a form field, a
    text box, a footnote."""
    import docx
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    def node(xml: str) -> Any:
        return parse_xml(xml.replace(">", f" {nsdecls('w')}>", 1))

    made = docx.Document()
    body = made.element.body
    body.insert(
        0, node("<w:sdt><w:sdtContent><w:p><w:r><w:t>Form field</w:t></w:r></w:p></w:sdtContent></w:sdt>")
    )
    shapes = (("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"))
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{1 if at else 7}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(shapes)
    )
    numbering = made.part.numbering_part.element
    numbering.insert(0, node(f'<w:abstractNum w:abstractNumId="77">{levels}</w:abstractNum>'))
    for which, start in (
        ("77", ""),
        ("78", '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'),
    ):
        numbering.append(node(f'<w:num w:numId="{which}"><w:abstractNumId w:val="77"/>{start}</w:num>'))
    for text, level, which in (
        ("Indemnity", 0, 77), ("Scope", 1, 77), ("loss", 2, 77), ("cost", 2, 77), ("Cap", 1, 77), ("Term", 0, 77),
        ("Annex", 0, 78),
    ):  # fmt: skip
        properties = made.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(node(f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{which}"/></w:numPr>'))
    made.add_paragraph("9. Typed by hand")
    made.add_paragraph("Acme Ltd\n12 Main Street\n- London")
    fee = made.add_paragraph("The fee is ")._p
    fee.append(node('<w:del w:id="1" w:author="a"><w:r><w:delText>100</w:delText></w:r></w:del>'))
    fee.append(node('<w:ins w:id="2" w:author="a"><w:r><w:t> 250</w:t></w:r></w:ins>'))
    fee.append(node('<w:r><w:t> EUR</w:t><w:footnoteReference w:id="2"/></w:r>'))
    box = "<w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent>"
    made.add_paragraph()._p.append(node(f"<w:r><w:pict>{box}</w:pict></w:r>"))
    table = made.add_table(1, 1)
    table.cell(0, 0).text = "outer"
    table.cell(0, 0).add_table(1, 1).cell(0, 0).text = "inner"
    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:t>Plus VAT.</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>"
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), made.part.package)
    made.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def rezipped(data: bytes, changed: dict[str, bytes]) -> bytes:
    """An Office file with other parts in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in changed:
                new.writestr(entry, old.read(entry))
        for name, part in changed.items():
            new.writestr(name, part)
    return out.getvalue()
