"""A report as one JSON document and as words for a terminal."""

from __future__ import annotations

from typing import Any

from app.agreement.figures import Figure
from app.agreement.reports.blocks import (
    Block,
    Cell,
    Distribution,
    Drift,
    Heat,
    Intervals,
    Report,
    Table,
    Text,
)
from app.agreement.reports.showing import cell, interval, per_cent
from app.agreement.reports.source import Tr


def as_json(report: Report) -> dict[str, Any]:
    """{title, language, until, method, sections: [{title, blocks: [{kind, title, …}]}]}; figures as everywhere."""
    return {
        "title": report.title,
        "language": report.language,
        "until": report.until,
        "method": report.method,
        "sections": [
            {"title": section.title, "blocks": [_json(block) for block in section.blocks]}
            for section in report.sections
        ],
    }


def _json(block: Block) -> dict[str, Any]:
    if isinstance(block, Text):
        return {"kind": "text", "text": block.text}
    found: dict[str, Any] = {"kind": type(block).__name__.lower(), "title": block.title, "note": block.note}
    if isinstance(block, Table):
        found |= {"columns": block.columns, "rows": [[_cell(value) for value in row] for row in block.rows]}
    elif isinstance(block, Heat):
        squares = [[{"share": s.share, "n": s.n, "tasks": s.tasks} for s in row] for row in block.squares]
        found |= {"rows": block.rows, "columns": block.columns, "squares": squares}
    elif isinstance(block, Intervals):
        found["rows"] = [{"name": name, **figure.as_json()} for name, figure in block.rows]
    elif isinstance(block, Distribution):
        found["bins"] = block.bins
    else:
        found["points"] = [{"week": week, "n": n, **figure.as_json()} for week, figure, n in block.points]
    return found


def _cell(value: Cell) -> Any:
    return value.as_json() if isinstance(value, Figure) else value


def as_words(report: Report, tr: Tr) -> str:
    """Every block as lines of text."""
    lines = [report.title, report.subtitle, ""]
    lines += [f"{name}: {value}" for name, value in report.facts]
    for section in report.sections:
        lines += ["", section.title]
        for block in section.blocks:
            lines += _lines(block, tr)
    return "\n".join([*lines, "", report.method, report.made_from, *report.digests])


def _lines(block: Block, tr: Tr) -> list[str]:
    if isinstance(block, Text):
        return ["  " + block.text]
    lines = ["", "  " + block.title]
    if isinstance(block, Table):
        lines += ["    " + " | ".join(block.columns)]
        lines += ["    " + " | ".join(cell(value, tr) for value in row) for row in block.rows]
    elif isinstance(block, Heat):
        for label, squares in zip(block.rows, block.squares, strict=True):
            said = (
                f"{name} {per_cent(s.share)} (n {s.n})"
                for name, s in zip(block.columns, squares, strict=True)
            )
            lines.append(f"    {label}: {', '.join(said)}")
    elif isinstance(block, Intervals):
        lines += [f"    {name}: {cell(figure, tr)}" for name, figure in block.rows]
    elif isinstance(block, Distribution):
        lines += [f"    {low:g} – {high:g}: {count}" for low, high, count in block.bins]
    elif isinstance(block, Drift):
        lines += [f"    {week}: {interval(figure, tr)}, n {n}" for week, figure, n in block.points]
    return [*lines, "    " + block.note] if block.note else lines
