"""The rows as one table to read, or as one JSON document."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measure import Figure, Row

HEAD = ("row", "what", "of", "ours", "floor", "ratio", "budget", "holds")


@dataclass(frozen=True)
class Broken:
    """A bench that could not be measured, and why."""

    id: str
    reason: str


def number(value: float) -> str:
    """Three figures that matter."""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(figure: Figure, unit: str) -> str:
    """`12.1 ms (11.9–13.0)`: the median and the lowest and highest round."""
    return f"{number(figure.median)} {unit} ({number(figure.low)}–{number(figure.high)})"


def cells(row: Row) -> tuple[str, ...]:
    """The cells of one row, as text."""
    budget = row.budget
    promised = f"≤ {budget.ratio:g}×" if budget.ratio is not None else f"≤ {budget.limit:g} {row.unit}"
    return (
        row.id,
        row.title,
        row.of,
        spread(row.ours, row.unit),
        spread(row.floor, row.unit),
        f"{number(row.ratio.median)}× ({number(row.ratio.low)}–{number(row.ratio.high)})",
        promised,
        "yes" if row.holds else "NO",
    )


def as_text(rows: Sequence[Row], broken: Sequence[Broken]) -> str:
    """A Markdown table, padded so that it reads well in a terminal too."""
    lines = [HEAD, *(cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    text = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    text.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    text += [f"{one.id}: not measured: {one.reason}" for one in broken]
    return "\n".join(text)


def as_json(rows: Sequence[Row], broken: Sequence[Broken]) -> str:
    """One document: the machine, the rows, what could not be measured."""

    def plain(figure: Figure) -> dict[str, float]:
        return {"median": figure.median, "low": figure.low, "high": figure.high}

    return json.dumps(
        {
            "machine": {
                "python": platform.python_version(),
                "system": platform.platform(),
                "cores": os.cpu_count(),
            },
            "rows": [
                {
                    "id": row.id,
                    "title": row.title,
                    "of": row.of,
                    "unit": row.unit,
                    "rounds": row.rounds,
                    "ours": plain(row.ours),
                    "floor": plain(row.floor),
                    "ratio": plain(row.ratio),
                    "budget": {"ratio": row.budget.ratio, "limit": row.budget.limit},
                    "holds": row.holds,
                }
                for row in rows
            ],
            "broken": [{"id": one.id, "reason": one.reason} for one in broken],
        },
        ensure_ascii=False,
        indent=2,
    )
