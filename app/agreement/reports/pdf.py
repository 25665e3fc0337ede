"""A report as PDF: fonts embedded, plots drawn, and the same bytes for the same report (reportlab's invariant mode).

Latin text in Source Serif, Chinese text in Droid Sans Fallback: both ship with the program.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, TableStyle
from reportlab.platypus import Table as Grid

from app.agreement.figures import Figure
from app.agreement.reports import showing
from app.agreement.reports.blocks import Block, Distribution, Drift, Heat, Intervals, Report, Table, Text
from app.agreement.reports.showing import cell, ground, interval, number, per_cent, reason, ticks
from app.agreement.reports.source import Tr
from app.paths import resources

SERIF, BOLD, MONO, CHINESE = "AssaySerif", "AssaySerif-Semibold", "AssayMono", "AssayChinese"
FILES = {
    SERIF: "SourceSerif4-Regular.ttf",
    BOLD: "SourceSerif4-Semibold.ttf",
    MONO: "JetBrainsMono-Regular.ttf",
    CHINESE: "DroidSansFallbackFull.ttf",
}
MARGIN = 48
WIDTH: float = A4[0] - 2 * MARGIN
MOST = 1200
"""Characters of a cell: no row may be higher than a page."""
LABELS, VALUES, LINE = 190.0, 110.0, 17.0
_STEERING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)


@lru_cache(maxsize=1)
def _fonts() -> frozenset[int]:
    """Registers the fonts; the characters of the Latin one."""
    for name, file in FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(resources() / "fonts" / file)))
    return frozenset(pdfmetrics.getFont(SERIF).face.charToGlyph)


def _runs(text: str, font: str) -> Iterator[tuple[str, str]]:
    """(font, text) pieces: what the font has not is set in the Chinese one."""
    known, start = _fonts(), 0
    for place in range(1, len(text) + 1):
        if place == len(text) or (ord(text[place]) in known) != (ord(text[start]) in known):
            yield (font if ord(text[start]) in known else CHINESE), text[start:place]
            start = place


def _markup(text: str, font: str) -> str:
    text = _STEERING.sub("\ufffd", " ".join(text.split()))
    text = text if len(text) <= MOST else text[: MOST - 1] + "…"
    return "".join(f'<font name="{name}">{escape(piece)}</font>' for name, piece in _runs(text, font))


def _style(
    size: float, lead: float, font: str = SERIF, colour: str = showing.INK, **more: Any
) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}{size}{colour}{more}", fontName=font, fontSize=size, leading=lead, textColor=HexColor(colour),
        wordWrap="CJK", splitLongWords=1, **more,
    )  # fmt: skip


def _words(
    text: str, size: float = 9.5, font: str = SERIF, colour: str = showing.INK, **more: Any
) -> Paragraph:
    wrap = "CJK" if any(name == CHINESE for name, _ in _runs(text, font)) else None
    style = _style(size, size * 1.35, font, colour, **more)
    style.wordWrap = wrap
    return Paragraph(_markup(text, font), style)


def render(report: Report, tr: Tr) -> bytes:
    """The file, A4."""
    _fonts()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=f"{report.title} – {report.subtitle}", author="Assay", invariant=1,
        lang=report.language.replace("_", "-"),
    )  # fmt: skip
    flow: list[Flowable] = [
        _words(report.title, 20, BOLD),
        Spacer(0, 6),
        _words(report.subtitle, 11, colour=showing.QUIET),
        Spacer(0, 10),
    ]
    facts = [[_words(name, 9, colour=showing.QUIET), _words(value, 9)] for name, value in report.facts]
    flow.append(
        Grid(
            facts,
            colWidths=[130, WIDTH - 130],
            style=TableStyle([("TOPPADDING", (0, 0), (-1, -1), 1)]),
            hAlign="LEFT",
        )
    )
    for section in report.sections:
        flow.append(_words(section.title, 14, BOLD, keepWithNext=1, spaceBefore=16, spaceAfter=2))
        for block in section.blocks:
            flow += _block(block, tr)
    flow += [Spacer(0, 16), _words(tr("How this was made"), 14, BOLD, keepWithNext=1), Spacer(0, 4)]
    flow += [_words(report.method, 9), Spacer(0, 4), _words(report.made_from, 9), Spacer(0, 6)]
    flow += _digests(report.digests)
    document.build(flow, onFirstPage=_foot, onLaterPages=_foot)
    return out.getvalue()


def _digests(digests: tuple[str, ...]) -> list[Flowable]:
    """In two columns."""
    rows = [
        [_words(digest, 6, MONO, showing.QUIET) for digest in digests[at : at + 2]]
        for at in range(0, len(digests), 2)
    ]
    tight = TableStyle(
        [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    )
    return [Grid([[*row, ""][:2] for row in rows], colWidths=[WIDTH / 2] * 2, style=tight)] if rows else []


def _foot(canvas: Any, document: Any) -> None:
    canvas.setFont(SERIF, 8)
    canvas.setFillColor(HexColor(showing.QUIET))
    canvas.drawRightString(A4[0] - MARGIN, 26, str(canvas.getPageNumber()))


def _block(block: Block, tr: Tr) -> list[Flowable]:
    if isinstance(block, Text):
        return [Spacer(0, 4), _words(block.text)]
    flow: list[Flowable] = [_words(block.title, 10.5, BOLD, keepWithNext=1, spaceBefore=10, spaceAfter=4)]
    if isinstance(block, Table):
        flow.append(_table(block, tr))
    elif isinstance(block, Heat):
        flow += _heat(block)
    elif isinstance(block, Intervals):
        flow += _intervals(block, tr)
    elif isinstance(block, Distribution):
        flow.append(_Plot(150, lambda canvas: _distribution(canvas, block)))
    else:
        flow.append(_Plot(150, lambda canvas: _drift(canvas, block)))
    if block.note:
        flow += [Spacer(0, 3), _words(block.note, 8.5, colour=showing.QUIET)]
    return flow


def _table(block: Table, tr: Tr) -> Grid:
    columns = len(block.columns)
    first = min(WIDTH * 0.34, WIDTH / columns * 1.8)
    widths = [first, *[(WIDTH - first) / (columns - 1)] * (columns - 1)] if columns > 1 else [WIDTH]
    size = 8.5 if columns <= 6 else 7.5
    rows = [[_words(name, size, BOLD) for name in block.columns]]
    rows += [[_words(_shown(value, tr), size) for value in row] for row in block.rows]
    style = TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor("#E2DED5")),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 6),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]
    )
    return Grid(rows, colWidths=widths, style=style, repeatRows=1, hAlign="LEFT")


def _shown(value: Any, tr: Tr) -> str:
    return cell(value, tr)


def _heat(block: Heat) -> list[Flowable]:
    """Columns that do not fit beside one another follow in further tables."""
    flow: list[Flowable] = []
    for start in range(0, len(block.columns), 8):
        columns = block.columns[start : start + 8]
        widths = [LABELS, *[min(60.0, (WIDTH - LABELS) / len(columns))] * len(columns)]
        rows: list[list[Any]] = [["", *(_words(_cut(name, 16), 7.5, BOLD) for name in columns)]]
        styles: list[tuple[Any, ...]] = [
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("INNERGRID", (1, 1), (-1, -1), 1, HexColor("#FFFFFF")),
        ]
        for place, (label, squares) in enumerate(zip(block.rows, block.squares, strict=True), 1):
            cells: list[Any] = [_words(label, 7.5)]
            for column, square in enumerate(squares[start : start + 8], 1):
                if square.share is None:
                    cells.append(_words("–", 8, colour=showing.QUIET))
                    continue
                back, ink = ground(square.share)
                styles.append(("BACKGROUND", (column, place), (column, place), HexColor(back)))
                cells.append(_words(f"{per_cent(square.share)} · {square.n}", 7.5, colour=ink))
            rows.append(cells)
        flow += [
            Grid(rows, colWidths=widths, style=TableStyle(styles), repeatRows=1, hAlign="LEFT"),
            Spacer(0, 4),
        ]
    return flow


class _Plot(Flowable):  # type: ignore[misc]
    """A drawing of the page's width."""

    def __init__(self, height: float, draw: Callable[[Any], None]) -> None:
        super().__init__()
        self.width, self.height = WIDTH, height
        self._draw = draw

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        self._draw(self.canv)


ROWS_A_PLOT = 30


def _intervals(block: Intervals, tr: Tr) -> list[Flowable]:
    """Many rows are cut into several plots, so that none is higher than a page."""
    plots: list[Flowable] = []
    for start in range(0, len(block.rows), ROWS_A_PLOT):
        rows = block.rows[start : start + ROWS_A_PLOT]
        plots.append(_Plot(LINE * len(rows) + 18, _interval_drawer(block, rows, tr)))
    return plots


def _interval_drawer(block: Intervals, rows: tuple[tuple[str, Figure], ...], tr: Tr) -> Callable[[Any], None]:
    width: float = WIDTH - LABELS - VALUES
    span = block.high - block.low or 1.0
    top = LINE * len(rows) + 18

    def x(value: float) -> float:
        return LABELS + width * (min(max(value, block.low), block.high) - block.low) / span

    def draw(canvas: Any) -> None:
        canvas.setLineWidth(0.5)
        canvas.setStrokeColor(HexColor("#E2DED5"))
        for tick in ticks(block.low, block.high):
            canvas.line(x(tick), 14, x(tick), top)
            _string(canvas, x(tick), 4, number(tick), 7, showing.QUIET, "middle")
        canvas.setStrokeColor(HexColor(showing.ACCENT))
        if block.mark is not None:
            canvas.setDash(3, 2)
            canvas.line(x(block.mark), 14, x(block.mark), top)
            canvas.setDash()
        for place, (label, figure) in enumerate(rows):
            y = top - LINE * place - LINE / 2
            _string(canvas, LABELS - 8, y - 3, _cut(label, 42), 8, showing.INK, "end")
            if figure.value is None:
                _string(canvas, LABELS + 4, y - 3, _cut(reason(figure.reason, tr), 70), 7.5, showing.QUIET)
                continue
            canvas.setLineWidth(1.5)
            if figure.low is not None and figure.high is not None:
                canvas.line(x(figure.low), y, x(figure.high), y)
            canvas.setFillColor(HexColor(showing.ACCENT))
            canvas.circle(x(figure.value), y, 2.8, stroke=0, fill=1)
            _string(canvas, WIDTH - VALUES + 10, y - 3, interval(figure, tr), 8, showing.QUIET)

    return draw


def _distribution(canvas: Any, block: Distribution) -> None:
    most = max((n for _, _, n in block.bins), default=1) or 1
    width = WIDTH / max(len(block.bins), 1)
    for place, (low, _, count) in enumerate(block.bins):
        tall = 110 * count / most
        canvas.setFillColor(HexColor(showing.ACCENT))
        canvas.rect(place * width + 1, 16, width - 2, tall, stroke=0, fill=1)
        if count:
            _string(canvas, place * width + width / 2, 19 + tall, str(count), 8, showing.INK, "middle")
        _string(canvas, place * width, 4, number(low), 7, showing.QUIET)


def _drift(canvas: Any, block: Drift) -> None:
    span = block.high - block.low or 1.0
    step = (WIDTH - 90) / max(len(block.points) - 1, 1)

    def y(value: float) -> float:
        return 18 + 120 * (min(max(value, block.low), block.high) - block.low) / span

    canvas.setLineWidth(0.5)
    for tick in ticks(block.low, block.high):
        canvas.setStrokeColor(HexColor("#E2DED5"))
        canvas.line(30, y(tick), WIDTH, y(tick))
        _string(canvas, 24, y(tick) - 3, number(tick), 7, showing.QUIET, "end")
    before: tuple[float, float] | None = None
    canvas.setStrokeColor(HexColor(showing.ACCENT))
    for place, (label, figure, _) in enumerate(block.points):
        x = 50 + place * step
        if place % (len(block.points) // 8 + 1) == 0:
            _string(canvas, x, 4, label, 7, showing.QUIET, "middle")
        if figure.value is None:
            continue
        canvas.setLineWidth(1.2)
        if figure.low is not None and figure.high is not None:
            canvas.line(x, y(figure.low), x, y(figure.high))
        if before is not None:
            canvas.line(*before, x, y(figure.value))
        canvas.setFillColor(HexColor(showing.ACCENT))
        canvas.circle(x, y(figure.value), 2.8, stroke=0, fill=1)
        _string(canvas, x + 5, y(figure.value) + 4, number(figure.value), 7.5, showing.INK)
        before = (x, y(figure.value))


def _string(
    canvas: Any, x: float, y: float, text: str, size: float, colour: str, anchor: str = "start"
) -> None:
    """One line of text in both fonts."""
    text = _STEERING.sub("\ufffd", text)
    runs = list(_runs(text, SERIF))
    total = sum(pdfmetrics.stringWidth(piece, name, size) for name, piece in runs)
    at = x - {"start": 0.0, "middle": total / 2, "end": total}[anchor]
    canvas.setFillColor(HexColor(colour))
    for name, piece in runs:
        canvas.setFont(name, size)
        canvas.drawString(at, y, piece)
        at += pdfmetrics.stringWidth(piece, name, size)


def _cut(text: str, most: int) -> str:
    """Shortened to a width; Chinese characters count twice."""
    wide = 0
    for place, char in enumerate(text):
        wide += 2 if ord(char) >= 0x2E80 else 1
        if wide > most:
            return text[:place].rstrip() + "…"
    return text
