"""Every colour, size and duration of the interface; no other module holds a colour literal.

Sizes are px at 100 %; `Theme.px` multiplies them by the person's text size (1.0 to 2.0).
High contrast has no soft grounds: there `*_soft` is the page and the tone's colour is drawn as an edge.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

ThemeName = Literal["light", "dark", "hc-light", "hc-dark"]

SPACE = (2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40)


@dataclass(frozen=True, slots=True)
class Colours:
    """One colour table, `#RRGGBB`. desk < panel < page < raised is the order of nearness."""

    desk: str
    panel: str
    page: str
    raised: str
    sunken: str
    hover: str
    line: str
    line2: str
    thumb: str
    track: str
    t1: str
    t2: str
    t3: str
    accent: str
    accent_soft: str
    fill: str
    on_fill: str
    sel: str
    good: str
    good_soft: str
    bad: str
    bad_soft: str
    unsure: str
    unsure_soft: str
    warn: str
    warn_soft: str
    hl_wrong: str
    hl_right: str
    hl_unsupported: str
    hl_unclear: str
    hl_note: str
    hl_identifier: str

    def named(self, name: str) -> str:
        """The colour of a token by name (`accent_soft`). Raises KeyError."""
        if name not in _COLOUR_NAMES:
            raise KeyError(name)
        value: str = getattr(self, name)
        return value


_COLOUR_NAMES = frozenset(f.name for f in fields(Colours))

LIGHT = Colours(
    desk="#F3F1EC", panel="#FAF9F6", page="#FFFEFC", raised="#FFFFFF", sunken="#ECE9E2", hover="#F3F1EC",
    line="#E2DED5", line2="#857F73", thumb="#C9C4B8", track="#ECE9E2",
    t1="#1E1C19", t2="#524E47", t3="#696459",
    accent="#2F4FA3", accent_soft="#E6EBF8", fill="#2F4FA3", on_fill="#FFFFFF", sel="#CBD7F5",
    good="#0A675A", good_soft="#DCF0EA", bad="#A5380F", bad_soft="#FBE5DA",
    unsure="#783C84", unsure_soft="#F3E5F5", warn="#735100", warn_soft="#FAEFCF",
    hl_wrong="#FFDCCB", hl_right="#CFEDE3", hl_unsupported="#FCEBB6",
    hl_unclear="#ECDAF1", hl_note="#DAE3FA", hl_identifier="#E4E0D7",
)  # fmt: skip

DARK = Colours(
    desk="#151412", panel="#1B1A18", page="#1F1E1B", raised="#292723", sunken="#100F0E", hover="#322F2A",
    line="#35322D", line2="#857F73", thumb="#4A463F", track="#35322D",
    t1="#EAE6DD", t2="#BDB7AB", t3="#A09A8D",
    accent="#A3B7F7", accent_soft="#28304A", fill="#A3B7F7", on_fill="#141A2E", sel="#34426F",
    good="#63CDB5", good_soft="#17362F", bad="#F2946B", bad_soft="#462618",
    unsure="#D8A5E4", unsure_soft="#3A2540", warn="#E5B94F", warn_soft="#3B3013",
    hl_wrong="#57301E", hl_right="#1C453B", hl_unsupported="#4B3D16",
    hl_unclear="#472E4E", hl_note="#2D3A63", hl_identifier="#3C3933",
)  # fmt: skip

HC_LIGHT = Colours(
    desk="#FFFFFF", panel="#FFFFFF", page="#FFFFFF", raised="#FFFFFF", sunken="#EFEFEF", hover="#B8CCFF",
    line="#000000", line2="#000000", thumb="#000000", track="#EFEFEF",
    t1="#000000", t2="#000000", t3="#333333",
    accent="#0033B8", accent_soft="#FFFFFF", fill="#0033B8", on_fill="#FFFFFF", sel="#B8CCFF",
    good="#00493E", good_soft="#FFFFFF", bad="#7A2300", bad_soft="#FFFFFF",
    unsure="#5B1468", unsure_soft="#FFFFFF", warn="#523800", warn_soft="#FFFFFF",
    hl_wrong="#FFFFFF", hl_right="#FFFFFF", hl_unsupported="#FFFFFF",
    hl_unclear="#FFFFFF", hl_note="#FFFFFF", hl_identifier="#FFFFFF",
)  # fmt: skip

HC_DARK = Colours(
    desk="#000000", panel="#000000", page="#000000", raised="#000000", sunken="#1A1A1A", hover="#2A47A8",
    line="#FFFFFF", line2="#FFFFFF", thumb="#FFFFFF", track="#1A1A1A",
    t1="#FFFFFF", t2="#FFFFFF", t3="#D0D0D0",
    accent="#BFD0FF", accent_soft="#000000", fill="#BFD0FF", on_fill="#000000", sel="#2A47A8",
    good="#8CF0D8", good_soft="#000000", bad="#FFB38F", bad_soft="#000000",
    unsure="#EFC2FA", unsure_soft="#000000", warn="#FFD866", warn_soft="#000000",
    hl_wrong="#000000", hl_right="#000000", hl_unsupported="#000000",
    hl_unclear="#000000", hl_note="#000000", hl_identifier="#000000",
)  # fmt: skip

COLOURS: dict[ThemeName, Colours] = {"light": LIGHT, "dark": DARK, "hc-light": HC_LIGHT, "hc-dark": HC_DARK}

HEAT_RAMP = ((45, "#F4F1EA"), (60, "#D9E0F2"), (72, "#AEBEE6"), (84, "#6F8ACB"), (100, "#2F4FA3"))
"""Agreement in per cent and its ground; between two steps the colour is interpolated."""

UnderlineStyle = Literal["solid", "dashed", "dotted", "wave"]


@dataclass(frozen=True, slots=True)
class Highlight:
    """How a span's label looks: its ground token, and the tone and style of its 1 px underline."""

    ground: str
    tone: str
    underline: UnderlineStyle


HIGHLIGHTS: dict[str, Highlight] = {
    "wrong": Highlight("hl_wrong", "bad", "solid"),
    "right": Highlight("hl_right", "good", "solid"),
    "unsupported": Highlight("hl_unsupported", "warn", "dashed"),
    "unclear": Highlight("hl_unclear", "unsure", "dotted"),
    "note": Highlight("hl_note", "accent", "dotted"),
    "identifier": Highlight("hl_identifier", "t2", "wave"),
}


@dataclass(frozen=True, slots=True)
class TypeRole:
    """px and line height at 100 %; weight as OpenType has it; tone is the token of its colour."""

    px: int
    weight: int
    line: int
    tone: str = "t1"
    line_cjk: int = 0


TYPE: dict[str, TypeRole] = {
    "display": TypeRole(28, 600, 34),
    "title": TypeRole(20, 600, 26),
    "section": TypeRole(15, 600, 20),
    "criterion": TypeRole(14, 400, 21, line_cjk=22),
    "lead": TypeRole(14, 400, 21, "t2", line_cjk=22),
    "body": TypeRole(13, 400, 18),
    "strong": TypeRole(13, 600, 18),
    "second": TypeRole(13, 400, 19, "t2"),
    "small": TypeRole(12, 400, 16, "t2"),
    "quiet": TypeRole(12, 400, 16, "t3"),
    "over": TypeRole(12, 600, 16, "t3"),
    "key": TypeRole(11, 600, 16, "t2"),
    "code": TypeRole(15, 400, 24),
    "code-small": TypeRole(12, 400, 18),
}
"""Interface type roles; `Label` and `Paragraph` take their names."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading page, px at 100 %. Heading lines are 1.3 × their size."""

    body: int
    line: int
    h1: int
    h2: int
    h3: int
    table_line: int = 24
    measure: int = 604
    left: int = 40


READING_LATIN = Reading(body=18, line=29, h1=26, h2=20, h3=18)
READING_CJK = Reading(body=16, line=29, h1=22, h2=18, h3=16)


@dataclass(frozen=True, slots=True)
class Radius:
    key: int = 4
    chip: int = 6
    button: int = 7
    well: int = 8
    card: int = 10
    hero: int = 12
    meter: int = 4


RADIUS = Radius()


@dataclass(frozen=True, slots=True)
class Motion:
    """Milliseconds; all 0 when the person or the system asks for less."""

    colour: int = 120
    fold: int = 160
    breath: int = 180


@dataclass(frozen=True, slots=True)
class Theme:
    """Everything a widget needs to draw itself. language is the interface's (`en`, `zh_TW`, `zh_CN`)."""

    name: ThemeName = "light"
    scale: float = 1.0
    language: str = "en"
    reduce_motion: bool = False

    @property
    def colours(self) -> Colours:
        return COLOURS[self.name]

    @property
    def dark(self) -> bool:
        return self.name in ("dark", "hc-dark")

    @property
    def high_contrast(self) -> bool:
        return self.name.startswith("hc-")

    @property
    def focus_width(self) -> int:
        """px of the focus ring."""
        return 3 if self.high_contrast else 2

    @property
    def motion(self) -> Motion:
        return Motion(0, 0, 0) if self.reduce_motion else Motion()

    @property
    def cjk(self) -> bool:
        return self.language.startswith("zh")

    def colour(self, token: str) -> str:
        """`#RRGGBB` of a colour token."""
        return self.colours.named(token)

    def soft(self, tone: str) -> str:
        """The soft ground of a tone (`good` → `good_soft`); tones without one sit on `sunken`."""
        name = f"{tone}_soft"
        return self.colours.named(name) if name in _COLOUR_NAMES else self.colours.sunken

    def px(self, size: float) -> int:
        """A size at 100 % as the person sees it; hairlines (1) stay 1."""
        return 1 if size == 1 else round(size * self.scale)

    def line_px(self, role: str) -> int:
        """The line height of a type role."""
        kind = TYPE[role]
        return self.px(kind.line_cjk if self.cjk and kind.line_cjk else kind.line)

    def reading(self, content_language: str) -> Reading:
        """The reading sizes for text of a language (BCP 47 or `zh_TW`); unscaled."""
        return READING_CJK if is_cjk(content_language) else READING_LATIN


def is_cjk(language: str) -> bool:
    return language[:2].lower() in ("zh", "ja", "ko")
