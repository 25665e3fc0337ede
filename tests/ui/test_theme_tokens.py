"""The contrast tables of the visual language, calculated from the tokens in force."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from ui.theme.contrast import contrast, heat_colours
from ui.theme.tokens import COLOURS, HEAT_RAMP, HIGHLIGHTS, TYPE, Colours, Theme, ThemeName

GROUNDS = ("desk", "panel", "page", "raised", "sunken")
TONES = ("good", "bad", "unsure", "warn", "accent")
NAMES: tuple[ThemeName, ...] = ("light", "dark", "hc-light", "hc-dark")


def lowest(colours: Colours, ink: str, grounds: tuple[str, ...]) -> float:
    return min(contrast(colours.named(ink), colours.named(g)) for g in grounds)


@pytest.mark.parametrize("name", NAMES)
def test_text_has_at_least_4_5_on_every_ground(name: ThemeName) -> None:
    colours = COLOURS[name]
    for ink in ("t1", "t2", "t3"):
        assert lowest(colours, ink, (*GROUNDS, "accent_soft", "hover")) >= 4.5, ink
    marks = tuple(h.ground for h in HIGHLIGHTS.values())
    assert lowest(colours, "t1", (*marks, "sel", *(f"{t}_soft" for t in TONES))) >= 4.5
    assert contrast(colours.on_fill, colours.fill) >= 4.5
    assert contrast(colours.page, colours.t1) >= 4.5  # a toast


@pytest.mark.parametrize("name", NAMES)
def test_tones_are_readable_where_they_stand(name: ThemeName) -> None:
    colours = COLOURS[name]
    for tone in TONES:
        assert (
            lowest(colours, tone, ("desk", "panel", "page", "raised", f"{tone}_soft", "accent_soft")) >= 4.5
        )


@pytest.mark.parametrize("name", NAMES)
def test_edges_of_controls_have_at_least_3(name: ThemeName) -> None:
    assert lowest(COLOURS[name], "line2", (*GROUNDS, "hover")) >= 3
    assert lowest(COLOURS[name], "accent", GROUNDS) >= 3


@pytest.mark.parametrize("name", ["hc-light", "hc-dark"])
def test_high_contrast_text_is_at_least_8_2(name: ThemeName) -> None:
    """8.2 as the visual language gives it, rounded to one decimal."""
    colours = COLOURS[name]
    for ink in ("t1", "t2", "t3", *TONES):
        assert lowest(colours, ink, ("desk", "panel", "page", "raised")) >= 8.2, ink
    assert round(contrast(colours.t1, colours.sel), 1) >= 8.2
    assert contrast(colours.on_fill, colours.fill) >= 8.2


@pytest.mark.parametrize(("name", "expected"), [("light", 14.0), ("dark", 10.5)])
def test_the_table_of_the_visual_language_still_holds(name: ThemeName, expected: float) -> None:
    assert lowest(COLOURS[name], "t1", GROUNDS) >= expected


def test_figures_on_the_heat_map_are_readable_at_every_value() -> None:
    for tenth in range(0, 1010):
        ground, ink = heat_colours(tenth / 10)
        assert contrast(ground, ink) >= 4.5
    assert heat_colours(0)[0] == HEAT_RAMP[0][1]
    assert heat_colours(100) == (HEAT_RAMP[-1][1], "#FFFFFF")


def test_every_colour_is_a_full_hex_code() -> None:
    for colours in COLOURS.values():
        for field in fields(colours):
            assert re.fullmatch(r"#[0-9A-F]{6}", colours.named(field.name))


def test_a_colour_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        Theme().colour("px")


def test_sizes_grow_with_the_text_and_nothing_is_under_11_px() -> None:
    big = Theme(scale=2.0)
    assert big.px(13) == 26
    assert big.px(1) == 1
    assert min(role.px for role in TYPE.values()) == 11
    assert Theme(language="zh_TW").line_px("criterion") == 22
    assert Theme().line_px("criterion") == 21


def test_no_colour_literal_outside_the_tokens() -> None:
    ui = Path(__file__).resolve().parents[2] / "ui"
    allowed = {ui / "theme" / "tokens.py", ui / "theme" / "contrast.py"}
    for path in ui.rglob("*.py"):
        if path not in allowed:
            assert not re.findall(r"[\"'\s]#[0-9A-Fa-f]{6}\b", path.read_text(encoding="utf-8")), path
