"""A report as one JSON document and as words for a terminal."""

from __future__ import annotations

from typing import Literal, TypeAlias, TypedDict

from app.agreement.figures import Figure, FigureReply
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


class TextBlock(TypedDict):
    kind: Literal["text"]
    text: str


class TableBlock(TypedDict):
    """A table. rows: a value or a figure for each column."""

    kind: Literal["table"]
    title: str
    note: str
    columns: list[str]
    rows: list[list[str | int | float | FigureReply | None]]


class HeatSquare(TypedDict):
    """share: 0 to 1, null without a pair. n: pairs behind it. tasks: where they differ."""

    share: float | None
    n: int
    tasks: list[str]


class HeatBlock(TypedDict):
    """squares: by row, then by column."""

    kind: Literal["heat"]
    title: str
    note: str
    rows: list[str]
    columns: list[str]
    squares: list[list[HeatSquare]]


class NamedFigure(FigureReply):
    """A figure. value: null when undefined, and reason says why. low, high: 95 % interval, null when there is none."""

    name: str


class IntervalsBlock(TypedDict):
    kind: Literal["intervals"]
    title: str
    note: str
    rows: list[NamedFigure]


class DistributionBlock(TypedDict):
    """bins: (from, to, how many), adjoining, ascending; the last includes its end."""

    kind: Literal["distribution"]
    title: str
    note: str
    bins: list[tuple[float, float, int]]


class WeekFigure(FigureReply):
    """A figure of one ISO week. n: what it is made of. low, high: 95 % interval, null when there is none."""

    week: str
    n: int


class DriftBlock(TypedDict):
    """points: one a week, in order."""

    kind: Literal["drift"]
    title: str
    note: str
    points: list[WeekFigure]


BlockReply: TypeAlias = TextBlock | TableBlock | HeatBlock | IntervalsBlock | DistributionBlock | DriftBlock


class SectionReply(TypedDict):
    title: str
    blocks: list[BlockReply]


class ReportReply(TypedDict):
    """A report. until: the newest time in the results. method: how intervals were made, in words."""

    title: str
    language: str
    until: str
    method: str
    sections: list[SectionReply]


def as_json(report: Report) -> ReportReply:
    """Figures as everywhere."""
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


def _json(block: Block) -> BlockReply:
    if isinstance(block, Text):
        return {"kind": "text", "text": block.text}
    if isinstance(block, Table):
        return {
            "kind": "table",
            "title": block.title,
            "note": block.note,
            "columns": list(block.columns),
            "rows": [[_cell(value) for value in row] for row in block.rows],
        }
    if isinstance(block, Heat):
        return {
            "kind": "heat",
            "title": block.title,
            "note": block.note,
            "rows": list(block.rows),
            "columns": list(block.columns),
            "squares": [
                [{"share": s.share, "n": s.n, "tasks": list(s.tasks)} for s in row] for row in block.squares
            ],
        }
    if isinstance(block, Intervals):
        rows: list[NamedFigure] = [{"name": name, **figure.as_json()} for name, figure in block.rows]
        return {"kind": "intervals", "title": block.title, "note": block.note, "rows": rows}
    if isinstance(block, Distribution):
        return {
            "kind": "distribution",
            "title": block.title,
            "note": block.note,
            "bins": list(block.bins),
        }
    points: list[WeekFigure] = [
        {"week": week, "n": n, **figure.as_json()} for week, figure, n in block.points
    ]
    return {"kind": "drift", "title": block.title, "note": block.note, "points": points}


def _cell(value: Cell) -> str | int | float | FigureReply | None:
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
