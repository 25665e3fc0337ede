"""P4: long answers, a long file and a long PDF: until the first screen is painted, and the longest stall after it.

The floor is Qt's own plain-text layout of the same text (PDFium's own opening and drawing of the page for the PDF).
Answers are parsed before, as after a pull; `cold` shows the raw text at once while the worker parses.
The decoder is running, as it is when a task with attachments is in front.
"""

from __future__ import annotations

import gc
import io
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QPlainTextEdit

from app.decoding.client import Decoder
from app.decoding.values import Kind, Source
from app.domain.ids import Digest
from app.domain.task import Attachment
from app.paths import resources
from app.workstation import program
from benchmarks.__main__ import Bed
from benchmarks.data import answer
from benchmarks.measure import Bench, Budget
from ui.__main__ import SWITCH_S
from ui.garbage import Garbage
from ui.jobs import Jobs
from ui.panels.attachments.files import Files
from ui.panels.attachments.folding import FoldingCode
from ui.panels.attachments.panel import AttachmentPanel
from ui.panels.attachments.pdf_viewer import PdfViewer
from ui.panels.reading.raw import raw_positions
from ui.panels.reading.supply import Supply
from ui.panels.reading.text_page import TextPage
from ui.theme.apply import ThemeHolder

SIZE = (900, 900)
PATIENCE_S = 30.0
STALL = Budget(of="max", limit=100.0, title="longest stall")
PDF_PAGES = 200


class _Window:
    """One window with what is measured in it."""

    def __init__(self) -> None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        app = QApplication.instance() or QApplication(["bench"])
        assert isinstance(app, QApplication)
        self._before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_S)  # this and the collector as in the program
        self._garbage = Garbage(app)
        self.look = ThemeHolder(app, resources())
        self.jobs = Jobs()
        self.window = QMainWindow()
        self.window.resize(*SIZE)
        self.window.show()

    def close(self) -> None:
        self.window.close()
        self._garbage.deleteLater()
        gc.enable()
        sys.setswitchinterval(self._before)

    def put(self, widget: QPlainTextEdit | TextPage | FoldingCode | AttachmentPanel) -> None:
        self.window.setCentralWidget(widget)
        turn(0.05)


def turn(seconds: float, until: Callable[[], bool] = lambda: False) -> float:
    """Run events for so long, or until something is so; the longest time between two of them, in ms."""
    loop, longest, end = QEventLoop(), 0.0, time.perf_counter() + seconds
    tick = QTimer()
    tick.start(0)
    last = time.perf_counter()

    def look() -> None:
        nonlocal longest, last
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
        if now > end or until():
            loop.quit()

    tick.timeout.connect(look)
    loop.exec()
    tick.stop()
    return longest * 1000


def plain(around: _Window, text: str) -> Callable[[], float]:
    """Qt's own: set the text and paint it."""

    def measured() -> float:
        view = QPlainTextEdit()
        around.put(view)
        start = time.perf_counter()
        view.setPlainText(text)
        view.viewport().repaint()
        return (time.perf_counter() - start) * 1000

    return measured


def reading(around: _Window, text: str, *, cold: bool, stalls: bool) -> Callable[[], float]:
    """Ours: until the first screen is painted; stalls: this or the longest gap after it until all of it is built."""

    def measured() -> float:
        supply = Supply(around.jobs)
        page = TextPage(around.look, supply)
        around.put(page)
        if not cold:
            supply.parse_later(text)
            turn(PATIENCE_S, lambda: supply.ready(text))
        start = time.perf_counter()
        page.show_text(text, "en", name="Response A")
        page.view.viewport().repaint()
        first = (time.perf_counter() - start) * 1000
        if not stalls:
            return first
        return max(first, turn(PATIENCE_S, lambda: supply.ready(text) and page.complete))

    return measured


def code(around: _Window, text: str) -> Callable[[], float]:
    def measured() -> float:
        view = FoldingCode(around.look, Supply(around.jobs), name="dose.py")
        around.put(view)
        start = time.perf_counter()
        view.show_code(text, "python", raw_positions(text))
        view.viewport().repaint()
        return (time.perf_counter() - start) * 1000

    return measured


def pdf_file(pages: int) -> bytes:
    """Pages full of our own sentences."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    out, random = io.BytesIO(), Random(7)
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for _ in range(pages):
        canvas.setFont("Helvetica", 9)
        for number, line in enumerate(answer(random, "a fever", 4000).splitlines()[:60]):
            canvas.drawString(50, 790 - 12 * number, line[:110].encode("ascii", "ignore").decode())
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def first_page(around: _Window, decoder: Decoder, data: bytes) -> Callable[[], float]:
    attachment = Attachment("label.pdf", "application/pdf", len(data), Digest("0" * 64))
    count = 0

    def measured() -> float:
        nonlocal count
        count += 1  # another file each time: nothing of the one before is open
        source = Source(
            Digest(f"{count:064x}"), attachment.name, attachment.media_type, len(data), lambda: data
        )
        files = Files(around.jobs, decoder, lambda _: source)
        panel = AttachmentPanel(around.look, files, Supply(around.jobs))
        around.put(panel)
        panel.show_files([attachment])
        start = time.perf_counter()
        panel.open(0)
        turn(PATIENCE_S, lambda: _is_drawn(panel))
        viewer = panel.viewer
        assert isinstance(viewer, PdfViewer)
        viewer.view.viewport().repaint()
        return (time.perf_counter() - start) * 1000

    return measured


def _is_drawn(panel: AttachmentPanel) -> bool:
    return isinstance(panel.viewer, PdfViewer) and panel.viewer.view.has_picture(0)


def bare_pdf(data: bytes) -> Callable[[], float]:
    from app.decoding.pdf import Pdf

    def measured() -> float:
        start = time.perf_counter()
        document = Pdf(data)
        document.look()
        document.page(0, 1.45)
        return (time.perf_counter() - start) * 1000

    return measured


@contextmanager
def benches(bed: Bed) -> Iterator[list[Bench]]:
    around, random = _Window(), Random(4)
    texts = {"200 KB": answer(random, "a fever", 200_000), "1 MB": answer(random, "a cough", 1_000_000)}
    lines = "".join(f"    total_{n} = dose_mg({n}, {n % 7}, 3)  # step {n}\n" for n in range(9_999))
    source = "def doses():\n" + lines
    document = pdf_file(PDF_PAGES)
    decoder = Decoder(program())
    decoder.load(Kind.PDF)
    found = []
    for name, limit in (("200 KB", 50.0), ("1 MB", 150.0)):
        text, floor = texts[name], plain(around, texts[name])
        for cold in (False, True):
            how = "cold" if cold else "parsed"
            ours = reading(around, text, cold=cold, stalls=False)
            found.append(
                Bench("P4", f"{name} answer, {how}: first screen", floor, ours, (Budget(limit=limit),))
            )
        stall = reading(around, text, cold=True, stalls=True)
        found.append(Bench("P4", f"{name} answer, cold", floor, stall, (STALL,)))
    floor = plain(around, source)
    found.append(
        Bench("P4", "10,000-line file: first screen", floor, code(around, source), (Budget(limit=100.0),))
    )
    opened = first_page(around, decoder, document)
    title = f"{PDF_PAGES}-page PDF: first page"
    found.append(Bench("P4", title, bare_pdf(document), opened, (Budget(limit=150.0),)))
    yield found
    decoder.close()
    around.jobs.shutdown()
    around.close()
