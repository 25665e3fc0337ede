"""Makes the attachments of the sample batches: drawn and written by us, the same bytes every time.

python packaging/sample_files.py        # into resources/samples/<batch>/<language>/files
"""

from __future__ import annotations

import io
import json
import math
import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "resources" / "samples"
LANGUAGES = ("en", "zh_TW")
AGREEMENT = {"en": "Software agreement (extract)", "zh_TW": "軟體授權契約（節錄）"}
SIGNED = {
    "en": ("Party", "Signed", "Supplier", "3 May 2023", "Customer", "5 May 2023"),
    "zh_TW": ("當事人", "簽署日", "供應商", "2023 年 5 月 3 日", "客戶", "2023 年 5 月 5 日"),
}

PAGES = (
    (
        "The first hour of a suspected heart attack",
        "Pocket reference of a sample department. Written for practice; it is no guidance for patients.",
        "1. Twelve-lead ECG within ten minutes; add right-sided leads (V4R) when the inferior leads are raised.",
        "2. Two lines, monitor with pads at hand, oxygen only below 90 % saturation.",
        "3. Aspirin 300 mg chewed, unless there is a true allergy or bleeding now.",
        "4. Tell the cath lab at the first ECG that shows it; do not wait for troponin.",
    ),
    (
        "The right ventricle",
        "Think of it when leads II, III and aVF are raised, more in III than in II, and the pressure is low.",
        "Neck veins that stand out over clear lungs are the sign at the bedside.",
        "It lives on filling: fluids in boluses of 250 ml, looked at again after each one, not by the litre.",
        "A slow pulse with low pressure: atropine 500 micrograms, then pacing. Noradrenaline if fluids fail.",
    ),
    (
        "Nitrates: when not to give them",
        "Systolic pressure below 90 mmHg, or 30 below the usual one.",
        "A pulse under 50 or over 100 without heart failure.",
        "Signs that the right ventricle takes part.",
        "Sildenafil or vardenafil within 24 hours, tadalafil within 48 hours. Ask about it by name, in private.",
    ),
    (
        "Opening the artery",
        "Within 120 minutes of the ECG by catheter: transfer. Later than that: lysis, then transfer.",
        "Write down onset, ECG, call and departure. The times matter more than the wording.",
    ),
)


def reference() -> bytes:
    """Four pages of text, without a date or an id that changes."""
    from reportlab.lib.pagesizes import A5
    from reportlab.lib.utils import simpleSplit
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A5, invariant=1, pageCompression=1)
    width, height = A5
    canvas.setTitle("Pocket reference (sample)")
    for number, (title, *lines) in enumerate(PAGES, 1):
        canvas.setFont("Helvetica-Bold", 15)
        canvas.drawString(42, height - 64, title)
        y = height - 100
        for line in lines:
            for part in simpleSplit(line, "Helvetica", 11, width - 84):
                canvas.setFont("Helvetica", 11)
                canvas.drawString(42, y, part)
                y -= 16
            y -= 8
        canvas.setFont("Helvetica", 9)
        canvas.drawString(42, 34, f"Sample department · page {number} of {len(PAGES)}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def course() -> bytes:
    """Pressure, pulse and troponin over the first hours, as a table."""
    rows = ["time,pressure,pulse,oxygen %,troponin T (ng/L),what was done"]
    rows += [
        "14:02,84/50,48,96,,ECG and right-sided leads",
        "14:08,88/54,50,97,,aspirin 300 mg; 250 ml of fluid",
        "14:15,96/58,54,97,38,cath lab called",
        "14:30,102/60,58,98,,atropine 500 micrograms",
        "15:20,108/64,62,98,412,on the table",
    ]
    return ("\n".join(rows) + "\n").encode()


def tracing() -> bytes:
    """A drawn rhythm strip: raised ST in the inferior leads, III above II; aVL low. Millimetre paper."""
    from PIL import Image, ImageDraw

    scale, width, height = 4, 1200, 760
    picture = Image.new("RGB", (width, height), "#fffdf8")
    draw = ImageDraw.Draw(picture)
    for at in range(0, max(width, height), scale * 2):
        colour = "#f3b9ad" if at % (scale * 10) == 0 else "#fae3dc"
        draw.line((at, 0, at, height), fill=colour)
        draw.line((0, at, width, at), fill=colour)
    for row, (lead, lift) in enumerate((("II", 0.14), ("III", 0.3), ("aVF", 0.22), ("aVL", -0.2))):
        base = 110 + row * 180
        draw.text((14, base - 70), lead, fill="#202020", font_size=26)
        points = [(x, base - 170 * _beat((x % 250) / 250, lift)) for x in range(60, width)]
        draw.line(points, fill="#141414", width=3, joint="curve")
    out = io.BytesIO()
    picture.quantize(48).save(out, "PNG", optimize=True)
    return out.getvalue()


def _beat(t: float, lift: float) -> float:
    """Height of the curve at a part of the beat (0 to 1), in parts of a large R wave."""

    def wave(centre: float, width: float, size: float) -> float:
        return size * math.exp(-(((t - centre) / width) ** 2))

    segment = lift * (1 / (1 + math.exp(-(t - 0.38) * 90))) * (1 / (1 + math.exp((t - 0.56) * 60)))
    return (
        wave(0.17, 0.03, 0.07) + wave(0.31, 0.008, -0.05) + wave(0.335, 0.012, 0.42) + wave(0.36, 0.009, -0.1)
        + segment + wave(0.6, 0.05, 0.14 + max(lift, -0.1) * 0.6)
    )  # fmt: skip


def phantom() -> bytes:
    """A computed slice through a chest made of ellipses, as DICOM in Hounsfield units. No person was measured."""
    import numpy as np
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID, ExplicitVRLittleEndian, SecondaryCaptureImageStorage

    side = 192
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    values = np.full((side, side), -1000.0)
    for cx, cy, rx, ry, hu in (
        (0, 0, 0.92, 0.68, -90), (0, 0, 0.86, 0.62, 45), (-0.42, -0.02, 0.3, 0.46, -840),
        (0.44, -0.02, 0.28, 0.44, -840), (0.1, 0.1, 0.2, 0.22, 50), (0.02, 0.5, 0.1, 0.09, 700),
        (0.0, 0.34, 0.06, 0.06, 160), (-0.42, 0.22, 0.06, 0.05, 30),
    ):  # fmt: skip
        values[((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1] = hu
    values += 6 * np.sin(x * 90) * np.sin(y * 70)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = UID("2.25.20261122")
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    file.SOPClassUID, file.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    file.Modality, file.BodyPartExamined = "CT", "CHEST"
    file.Rows = file.Columns = side
    file.BitsAllocated, file.BitsStored, file.HighBit, file.PixelRepresentation = 16, 12, 11, 0
    file.SamplesPerPixel, file.PhotometricInterpretation = 1, "MONOCHROME2"
    file.RescaleSlope, file.RescaleIntercept = 1, -1024
    file.WindowCenter, file.WindowWidth = 40, 400
    file.PixelData = (values + 1024).clip(0, 4095).astype("<u2").tobytes()
    out = io.BytesIO()
    file.save_as(out, enforce_file_format=True)
    return out.getvalue()


def agreement(language: str) -> bytes:
    """The clauses of the first contract, as Word writes them: a heading, paragraphs and a table."""
    import docx

    made = docx.Document()
    made.add_heading(AGREEMENT[language], 1)
    clauses = re.findall(r"^> \*\*([\d.]+)\*\* (.+)$", _prompt("contract-law", language), re.MULTILINE)
    for number, words in clauses:
        line = made.add_paragraph()
        line.add_run(number).bold = True
        line.add_run(f" {words}")
    table = made.add_table(3, 2)
    for at, words in enumerate(SIGNED[language]):
        table.cell(at // 2, at % 2).text = words
    out = io.BytesIO()
    made.save(out)
    return _undated(out.getvalue())


def _undated(data: bytes) -> bytes:
    """The same archive without the time at which it was packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return out.getvalue()


def invoices(language: str) -> bytes:
    """The code that the first review is about, as a file."""
    return _prompt("code-review", language).split("```python\n")[1].split("```")[0].encode()


def _prompt(batch: str, language: str) -> str:
    """What the first task of a batch asks."""
    first = (SAMPLES / batch / language / "tasks.jsonl").read_text(encoding="utf-8").split("\n")[0]
    text: str = json.loads(first)["prompt"][0]["text"]
    return text


def main() -> int:
    of_the_case = {
        "pocket-reference.pdf": reference(),
        "ecg.png": tracing(),
        "chest-slice.dcm": phantom(),
        "course.csv": course(),
    }
    for language in LANGUAGES:
        _write(SAMPLES / "emergency-medicine" / language / "files", of_the_case)
        _write(SAMPLES / "contract-law" / language / "files", {"agreement.docx": agreement(language)})
        _write(SAMPLES / "code-review" / language / "files", {"invoices.py": invoices(language)})
    return 0


def _write(folder: Path, made: dict[str, bytes]) -> None:
    folder.mkdir(exist_ok=True)
    for name, data in made.items():
        (folder / name).write_bytes(data)
        print(f"{(folder / name).relative_to(ROOT)}: {len(data):,} bytes")


if __name__ == "__main__":
    sys.exit(main())
