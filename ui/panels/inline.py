"""The little Markdown that criteria use: `**strong**`, `*emphasis*`, `` `code` ``, and formulas.

A formula is said on one line, or as its TeX where one line cannot say it: to screen readers, in lists, and until it
is drawn. Anything else stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from app.rendering.maths import Formula, find_formulas
from app.rendering.tex_plain import readable
from ui.i18n import number, trn

Style = Literal["strong", "emphasis", "code", "maths"]

_MARKS = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\*\*(?P<strong>[^\s*](?:[^*\n]*[^\s*])?)\*\*"
    r"|(?<![\w*])\*(?P<emphasis>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
)
MOST = 20_000
"""Characters that are shown; no honest criterion has a tenth of them."""


class Stretch(NamedTuple):
    """UTF-16 units into the plain text, as Qt counts. tex: of a formula, without what delimits it."""

    start: int
    length: int
    style: Style
    tex: str = ""
    display: bool = False


def inline(text: str) -> tuple[str, tuple[Stretch, ...]]:
    """(plain text, its styled stretches); of a text that would stall the window its beginning, which says so."""
    if len(text) > MOST:
        left = len(text) - MOST
        return (
            f"{text[:MOST]} … ({trn('{n} more character', '{n} more characters', left, n=number(left))})",
            (),
        )
    return _inline(text)


@lru_cache(maxsize=2048)
def _inline(text: str) -> tuple[str, tuple[Stretch, ...]]:
    plain: list[str] = []
    found: list[Stretch] = []
    at = written = 0
    for start, end, style, inner, formula in _stretches(text):
        before = text[at:start]
        plain += (before, inner)
        written += units(before)
        tex, display = (formula.tex, formula.display) if formula is not None else ("", False)
        found.append(Stretch(written, units(inner), style, tex, display))
        written += units(inner)
        at = end
    plain.append(text[at:])
    return "".join(plain), tuple(found)


def _stretches(text: str) -> Iterator[tuple[int, int, Style, str, Formula | None]]:
    """(start, end, style, what is shown, formula), from the left, none inside another; formulas before marks."""
    at = 0
    for formula in (*find_formulas(text), None):
        until = formula.start if formula is not None else len(text)
        for match in _MARKS.finditer(text, at, until):
            style: Style = (
                "code"
                if match["code"] is not None
                else "strong"
                if match["strong"] is not None
                else "emphasis"
            )
            yield match.start(), match.end(), style, match[style], None
        if formula is not None:
            shown = readable(formula.tex)
            yield (
                formula.start,
                formula.end,
                "maths" if shown is not None else "code",
                shown or text[formula.start : formula.end],
                formula,
            )
            at = formula.end


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text) + sum(c > "\uffff" for c in text)
