"""Figures and cells as text, the same in HTML, PDF, CSV and the window; and the report's few colours."""

from __future__ import annotations

from itertools import pairwise

from app.agreement.figures import Figure
from app.agreement.reports.blocks import Cell
from app.agreement.reports.source import Tr

MINUS = "−"
INK, QUIET, LINE, ACCENT, SOFT = "#1E1C19", "#524E47", "#857F73", "#2F4FA3", "#E6EBF8"
RAMP = ((0.45, (0xF4, 0xF1, 0xEA)), (0.60, (0xD9, 0xE0, 0xF2)), (0.72, (0xAE, 0xBE, 0xE6)),
        (0.84, (0x6F, 0x8A, 0xCB)), (1.0, (0x2F, 0x4F, 0xA3)))  # fmt: skip
"""The heat map's ground by share, as the window has it."""


def reason(text: str, tr: Tr) -> str:
    """Why a figure is undefined, which was marked for translation where it stands."""
    say = tr
    return say(text) if text else ""


def number(value: float) -> str:
    """At most three decimals, with a true minus."""
    shown = f"{abs(value):.3f}".rstrip("0").rstrip(".") or "0"
    return MINUS + shown if value < 0 and shown != "0" else shown


def interval(found: Figure, tr: Tr) -> str:
    """`0.82 (0.75 to 0.88)`, or a dash."""
    if found.value is None:
        return "–"
    if found.low is None or found.high is None:
        return number(found.value)
    return tr(
        "{value} ({low} to {high})", value=number(found.value), low=number(found.low), high=number(found.high)
    )


def cell(value: Cell, tr: Tr) -> str:
    if isinstance(value, Figure):
        return interval(value, tr) if value.value is not None else f"– {reason(value.reason, tr)}".rstrip()
    if value is None:
        return "–"
    if isinstance(value, float):
        return number(value)
    return str(value)


def per_cent(share: float | None) -> str:
    return "–" if share is None else f"{round(100 * share)} %"


def ground(share: float) -> tuple[str, str]:
    """The ground of a square and the colour of the figure on it, at least 4.5 to 1 (WCAG 2.2)."""
    at = min(max(share, RAMP[0][0]), RAMP[-1][0])
    for (low, start), (high, end) in pairwise(RAMP):
        if at <= high:
            part = (at - low) / (high - low)
            mixed = tuple(round(a + (b - a) * part) for a, b in zip(start, end, strict=True))
            return "#{:02X}{:02X}{:02X}".format(*mixed), _ink(mixed)
    return "#2F4FA3", "#FFFFFF"


def _ink(colour: tuple[int, ...]) -> str:
    def linear(c: float) -> float:
        return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4

    r, g, b = (linear(c / 255) for c in colour)
    return "#FFFFFF" if 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05) >= 4.5 else "#000000"


def ticks(low: float, high: float) -> list[float]:
    """Five even places on an axis."""
    return [low + (high - low) * n / 4 for n in range(5)]
