"""A formula as a picture, drawn by ziamath; the caller shows the TeX when there is none."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Any

LIMIT = 2000
"""Longer formulas (in characters) are shown as TeX."""

_UNKNOWN_COMMAND = re.compile(r">\s*\\[A-Za-z]")
_NO_GLYPH = re.compile(
    "[\u0530-\u1cff\u2e80-\ud7ff\uf900-\ufaff\ufb1d-\ufeff\U0001f000-\U0001faff\U00020000-\U0003ffff]"
)
_MATRIX = re.compile(r"(\\begin\{(?:[pbBvV]matrix)\})|(\\end\{(?:[pbBvV]matrix)\})")
_SIZED = re.compile(r"(\\[bB]igg?[lrm]?)\s*\\([lr](?:floor|ceil|angle|vert|Vert))(?![A-Za-z])")
_DELIMITERS = {
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩",
    "lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖",
}  # fmt: skip


@lru_cache(maxsize=512)
def svg(tex: str, size_px: float, colour: str, display: bool) -> bytes | None:
    """An SVG document of `tex` at a font size of `size_px` in `colour` (`#rrggbb`).

    None when TeX would be shown wrong: an unknown command, letters the font lacks (Chinese, Arabic, …), or
    something that is no formula. The first call imports ziamath (half a second): call it in a worker.
    """
    if len(tex) > LIMIT or not tex.strip() or _NO_GLYPH.search(tex):
        return None
    ziamath, convert = _tools()
    tex = _as_converted(tex)
    try:
        if _UNKNOWN_COMMAND.search(convert(tex)):
            return None
        picture: str = ziamath.Latex(tex, size=size_px, color=colour, inline=not display).svg()
    except Exception:  # noqa: BLE001 - neither library says what it raises on TeX it cannot read
        return None
    return picture.encode()


def _as_converted(tex: str) -> str:
    """The same formula as latex2mathml can read it: it takes an index behind a matrix for one of the bracket, and
    knows no named delimiter behind a size."""
    tex = _MATRIX.sub(lambda m: "{" + m[1] if m[1] else m[2] + "}", tex)
    return _SIZED.sub(lambda m: m[1] + _DELIMITERS[m[2]], tex)


@lru_cache(maxsize=1)
def _tools() -> tuple[Any, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # how ziamath finds its font file
        import ziamath
        from latex2mathml.converter import convert
        from ziamath.config import config

    config.svg2 = False  # Qt draws SVG 1.1 only: no <symbol> with <use>
    return ziamath, convert
