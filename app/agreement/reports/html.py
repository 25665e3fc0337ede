"""A report as one HTML file: its own style sheet, plots as SVG, nothing loaded, nothing that runs.

Everything from outside is escaped; a Content-Security-Policy forbids what a slip could let in.
"""

from __future__ import annotations

from html import escape

from app.agreement.figures import Figure
from app.agreement.reports import showing
from app.agreement.reports.blocks import Block, Distribution, Drift, Heat, Intervals, Report, Table, Text
from app.agreement.reports.showing import cell, ground, interval, number, per_cent, reason, ticks
from app.agreement.reports.source import Tr

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
:root { color-scheme: light }
* { box-sizing: border-box }
body { font: 15px/1.5 Inter, "Noto Sans", "Noto Sans CJK TC", "Noto Sans CJK SC", "Microsoft JhengHei", "PingFang TC",
  system-ui, sans-serif; color: #1E1C19; background: #F3F1EC; margin: 0; font-variant-numeric: tabular-nums }
main { max-width: 1040px; margin: 0 auto; padding: 40px 32px 64px; background: #FFFEFC; min-height: 100vh }
h1 { font-size: 28px; line-height: 34px; margin: 0 } h2 { font-size: 20px; margin: 40px 0 8px }
h3 { font-size: 15px; margin: 24px 0 6px } p { max-width: 72ch } .sub { color: #524E47; margin: 4px 0 20px }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 20px; margin: 0 }
dt { color: #524E47 } dd { margin: 0 }
figure, .wide { margin: 0; overflow-x: auto } figcaption, .note, .why { color: #524E47; font-size: 13px }
table { border-collapse: collapse; font-size: 13px; width: 100% }
th { text-align: left; font-weight: 600; vertical-align: bottom }
th, td { padding: 5px 12px 5px 0; border-bottom: 1px solid #E2DED5 }
td { vertical-align: top; overflow-wrap: anywhere } td.n, th.n { text-align: right; white-space: nowrap }
.heat td, .heat th { padding: 4px 8px } .heat td { text-align: center; border: 1px solid #FFFEFC; white-space: nowrap }
.heat td small { display: block; font-size: 11px; line-height: 13px } .heat th.r { max-width: 380px; font-weight: 400 }
svg { display: block; max-width: 100%; height: auto } svg text { font: 12px Inter, sans-serif; fill: #1E1C19 }
svg .q { fill: #524E47 } .digests { font: 11px/1.5 "JetBrains Mono", monospace; color: #524E47; overflow-wrap: anywhere;
  columns: 2; column-gap: 24px; list-style: none; padding: 0 }
@media print { body { background: #fff; font-size: 11px } main { padding: 0; max-width: none }
  h2 { break-after: avoid } h3 { break-after: avoid } tr, svg { break-inside: avoid }
  .heat td { print-color-adjust: exact } }
"""
LEFT, PLOT, LINE = 300, 420, 26
"""Of a plot: the width of its labels, of its axis, the height of a line."""


def render(report: Report, tr: Tr) -> bytes:
    """The file. The same report gives the same bytes."""
    body = [f"<h1>{escape(report.title)}</h1>", f'<p class="sub">{escape(report.subtitle)}</p>', "<dl>"]
    body += [f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in report.facts]
    body.append("</dl>")
    for section in report.sections:
        body.append(f"<h2>{escape(section.title)}</h2>")
        body += [_block(block, tr) for block in section.blocks]
    body.append(f"<h2>{escape(tr('How this was made'))}</h2>")
    body.append(f"<p>{escape(report.method)}</p><p>{escape(report.made_from)}</p>")
    body.append('<ul class="digests">' + "".join(f"<li>{escape(d)}</li>" for d in report.digests) + "</ul>")
    lang = report.language.replace("_", "-")
    head = (
        f'<!DOCTYPE html>\n<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(report.title)} – {escape(report.subtitle)}</title>\n<style>{STYLE}</style>\n</head>\n"
    )
    return (head + "<body>\n<main>\n" + "\n".join(body) + "\n</main>\n</body>\n</html>\n").encode()


def _block(block: Block, tr: Tr) -> str:
    if isinstance(block, Text):
        return f"<p>{escape(block.text)}</p>"
    drawn = {
        Table: _table,
        Heat: _heat,
        Intervals: _intervals,
        Distribution: _distribution,
        Drift: _drift,
    }[type(block)](block, tr)  # type: ignore[operator]
    note = f'<p class="note">{escape(block.note)}</p>' if block.note else ""
    return f"<h3>{escape(block.title)}</h3>\n{drawn}{note}"


def _table(block: Table, tr: Tr) -> str:
    numeric = [all(not isinstance(row[i], str) for row in block.rows) for i in range(len(block.columns))]
    head = "".join(
        f'<th class="{"n" if n else ""}">{escape(c)}</th>'
        for c, n in zip(block.columns, numeric, strict=True)
    )
    rows = []
    for row in block.rows:
        cells = []
        for value, n in zip(row, numeric, strict=True):
            if isinstance(value, Figure):
                if value.value is None:
                    cells.append(f'<td>–<div class="why">{escape(reason(value.reason, tr))}</div></td>')
                    continue
                why = f' title="{escape(reason(value.reason, tr))}"' if value.reason else ""
                cells.append(f'<td class="n"{why}>{escape(interval(value, tr))}</td>')
            else:
                cells.append(f'<td class="{"n" if n else ""}">{escape(cell(value, tr))}</td>')
        rows.append("<tr>" + "".join(cells) + "</tr>")
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _heat(block: Heat, tr: Tr) -> str:
    head = "<th></th>" + "".join(f"<th>{escape(c)}</th>" for c in block.columns)
    rows = []
    for label, squares in zip(block.rows, block.squares, strict=True):
        cells = []
        for square in squares:
            if square.share is None:
                cells.append("<td>–</td>")
                continue
            back, ink = ground(square.share)
            cells.append(
                f'<td style="background:{back};color:{ink}">{per_cent(square.share)}<small>{square.n}</small></td>'
            )
        rows.append(f'<tr><th class="r">{escape(label)}</th>{"".join(cells)}</tr>')
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="wide"><table class="heat">{body}</table></div>'


def _intervals(block: Intervals, tr: Tr) -> str:
    height = LINE * len(block.rows) + 34
    parts = [_axis(block.low, block.high, height - 28)]
    span = block.high - block.low or 1.0

    def x(value: float) -> float:
        return round(LEFT + PLOT * (min(max(value, block.low), block.high) - block.low) / span, 2)

    if block.mark is not None:
        at = x(block.mark)
        parts.append(
            f'<line x1="{at}" x2="{at}" y1="0" y2="{height - 28}" stroke="{showing.ACCENT}" stroke-dasharray="4 3"/>'
        )
    for row, (label, figure) in enumerate(block.rows):
        y = LINE * row + LINE / 2
        parts.append(
            f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(_short(label, 44))}</text>'
        )
        if figure.value is not None:
            if figure.low is not None and figure.high is not None:
                parts.append(
                    f'<line x1="{x(figure.low)}" x2="{x(figure.high)}" y1="{y}" y2="{y}" stroke="{showing.ACCENT}"'
                    ' stroke-width="2"/>'
                )
            parts.append(f'<circle cx="{x(figure.value)}" cy="{y}" r="4.5" fill="{showing.ACCENT}"/>')
        words = interval(figure, tr) if figure.value is not None else _short(reason(figure.reason, tr), 60)
        place = LEFT + PLOT + 16 if figure.value is not None else LEFT + 8
        parts.append(f'<text x="{place}" y="{y + 4}" class="q">{escape(words)}</text>')
    return _svg(LEFT + PLOT + 190, height, block.title, parts)


def _distribution(block: Distribution, tr: Tr) -> str:
    most, height = max((n for _, _, n in block.bins), default=1) or 1, 180
    width = (LEFT + PLOT) / max(len(block.bins), 1)
    parts = []
    for place, (low, high, count) in enumerate(block.bins):
        tall = round(height * count / most, 2)
        x = round(place * width, 2)
        parts.append(
            f'<rect x="{x + 1}" y="{round(height + 18 - tall, 2)}" width="{round(width - 2, 2)}" height="{tall}"'
            f' fill="{showing.ACCENT}"><title>{number(low)} – {number(high)}: {count}</title></rect>'
        )
        middle = round(x + width / 2, 2)
        if count:
            parts.append(
                f'<text x="{middle}" y="{round(height + 13 - tall, 2)}" text-anchor="middle">{count}</text>'
            )
        parts.append(f'<text x="{x}" y="{height + 36}" class="q" text-anchor="start">{number(low)}</text>')
    parts.append(
        f'<line x1="0" x2="{LEFT + PLOT}" y1="{height + 18}" y2="{height + 18}" stroke="{showing.LINE}"/>'
    )
    return _svg(LEFT + PLOT, height + 44, block.title, parts)


def _drift(block: Drift, tr: Tr) -> str:
    height, left, width = 180, 48, LEFT + PLOT
    span = block.high - block.low or 1.0
    step = (width - left - 60) / max(len(block.points) - 1, 1)

    def y(value: float) -> float:
        return round(10 + height * (1 - (min(max(value, block.low), block.high) - block.low) / span), 2)

    parts = []
    for tick in ticks(block.low, block.high):
        parts.append(f'<line x1="{left}" x2="{width}" y1="{y(tick)}" y2="{y(tick)}" stroke="#E2DED5"/>')
        parts.append(
            f'<text x="{left - 8}" y="{y(tick) + 4}" class="q" text-anchor="end">{number(tick)}</text>'
        )
    line = []
    for place, (label, figure, n) in enumerate(block.points):
        x = round(left + 30 + place * step, 2)
        if place % (len(block.points) // 8 + 1) == 0:
            parts.append(
                f'<text x="{x}" y="{height + 30}" class="q" text-anchor="middle">{escape(label)}</text>'
            )
        if figure.value is None:
            continue
        line.append(f"{x},{y(figure.value)}")
        if figure.low is not None and figure.high is not None:
            parts.append(
                f'<line x1="{x}" x2="{x}" y1="{y(figure.low)}" y2="{y(figure.high)}" stroke="{showing.ACCENT}"'
                ' stroke-width="2"/>'
            )
        words = f"{label}: {interval(figure, tr)}, n {n}"
        parts.append(
            f'<circle cx="{x}" cy="{y(figure.value)}" r="4.5" fill="{showing.ACCENT}">'
            f"<title>{escape(words)}</title></circle>"
        )
        parts.append(f'<text x="{x + 8}" y="{y(figure.value) - 7}">{number(figure.value)}</text>')
    parts.append(f'<polyline points="{" ".join(line)}" fill="none" stroke="{showing.ACCENT}"/>')
    return _svg(width, height + 40, block.title, parts)


def _axis(low: float, high: float, height: float) -> str:
    parts = []
    for tick in ticks(low, high):
        x = round(LEFT + PLOT * (tick - low) / (high - low or 1.0), 2)
        parts.append(f'<line x1="{x}" x2="{x}" y1="0" y2="{height}" stroke="#E2DED5"/>')
        parts.append(f'<text x="{x}" y="{height + 18}" class="q" text-anchor="middle">{number(tick)}</text>')
    return "".join(parts)


def _svg(width: float, height: float, title: str, parts: list[str]) -> str:
    return (
        f'<figure><svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img"'
        f' aria-label="{escape(title)}">{"".join(parts)}</svg></figure>'
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
