"""WCAG 2.2 contrast and the heat map's colours."""

from __future__ import annotations

from itertools import pairwise

from ui.theme.tokens import HEAT_RAMP


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB`, 0 to 1 (WCAG 2.2, "relative luminance")."""
    r, g, b = (
        c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4
        for c in _channels(colour)
    )
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def heat_colours(per_cent: float) -> tuple[str, str]:
    """The ground of a figure in the heat map and the colour of the figure on it."""
    ground = _ramp(per_cent)
    return ground, "#FFFFFF" if contrast("#FFFFFF", ground) >= 4.5 else "#000000"


def _ramp(per_cent: float) -> str:
    at = min(max(per_cent, HEAT_RAMP[0][0]), HEAT_RAMP[-1][0])
    for (low, start), (high, end) in pairwise(HEAT_RAMP):
        if at <= high:
            part = (at - low) / (high - low)
            mixed = (round(a + (b - a) * part) for a, b in zip(_channels(start), _channels(end), strict=True))
            return "#{:02X}{:02X}{:02X}".format(*mixed)
    return HEAT_RAMP[-1][1]
