"""Stand-ins of equal length, put into the text before the Markdown parser sees it.

They hide what Markdown would misread (formulas, tags, a lone `~`, emphasis beside Chinese, Japanese and
Korean) without moving a single offset. Every shown text is read back from the answer by offset, so a stand-in
never shows.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, east_asian_width

from app.rendering.maths import Formula, find_formulas

FORMULA = "\ue000"
LESS_THAN = "\u2e0e"
TILDE = "\u2e0f"
LETTER = "\ua015"
PUNCTUATION = "\u2e0e"
ANY_STANDIN = re.compile(f"[{FORMULA}{LESS_THAN}{TILDE}{LETTER}]")
UNSHOWABLE = re.compile("[\x00\ud800-\udfff]")

_TAG = re.compile(
    r"""<(?=[A-Za-z/!?])
    (?!(?:https?|mailto):[^\s<>\x00-\x1f\x7f]*>)
    (?![A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*>)""",
    re.X | re.I,
)
_LONE_TILDE = re.compile(r"(?<![~\\])~(?!~)")
_STARS = re.compile(r"\*+")
_WIDE = re.compile("[\u1100-\U0010ffff]")


def mask(text: str) -> tuple[str, list[Formula]]:
    """`text` with its stand-ins, of the same length, and the formulas hidden by them."""
    masked = text.replace(FORMULA, "\ufffd")
    formulas = find_formulas(masked)
    masked = _hide_formulas(masked, formulas)
    masked = UNSHOWABLE.sub("\ufffd", masked)
    if "<" in masked:
        masked = _hide_tags(masked)
    if "~" in masked:
        masked = _LONE_TILDE.sub(TILDE, masked)
    if "*" in masked and _WIDE.search(masked):
        masked = _befriend_cjk(masked)
    return masked, formulas


def _hide_formulas(text: str, formulas: list[Formula]) -> str:
    if not formulas:
        return text
    parts: list[str] = []
    pos = 0
    for formula in formulas:
        parts += (text[pos : formula.start], FORMULA * (formula.end - formula.start))
        pos = formula.end
    parts.append(text[pos:])
    return "".join(parts)


def _hide_tags(text: str) -> str:
    def stand_in(m: re.Match[str]) -> str:
        pos = m.start()
        keep = _is_escaped(text, pos) or _opens_destination(text, pos)
        return "<" if keep else LESS_THAN

    return _TAG.sub(stand_in, text)


def _is_escaped(text: str, pos: int) -> bool:
    i = pos
    while i > 0 and text[i - 1] == "\\":
        i -= 1
    return (pos - i) % 2 == 1


def _opens_destination(text: str, pos: int) -> bool:
    """Whether `](` or `]:` and optional blanks stand before `pos`: there `<` opens a link target."""
    i = pos
    while i > 0 and text[i - 1] in " \t":
        i -= 1
    return i >= 2 and text[i - 2] == "]" and text[i - 1] in "(:"


@lru_cache(maxsize=4096)
def _is_cjk(char: str) -> bool:
    return char > "\u1100" and east_asian_width(char) in "WFH" and category(char) != "So" and char != "\u3030"


@lru_cache(maxsize=4096)
def _is_punctuation(char: str) -> bool:
    return category(char)[0] in "PS"


def _befriend_cjk(text: str) -> str:
    """Lets emphasis open and close beside CJK text, as the "CJK-friendly" amendment of CommonMark wants.

    `**中文，**后` closes no emphasis under CommonMark's flanking rule. One neighbour of such a run of
    asterisks is replaced (and only ever a CJK character), so that the plain rule gives the amended answer.
    """
    changes: list[tuple[int, str]] = []
    ordinal, last_end = 0, 0
    runs = [m.span() for m in _STARS.finditer(text)]
    for i, (start, end) in enumerate(runs):
        if start == 0 or end == len(text):
            continue
        p, n = text[start - 1], text[end]
        p_blank, n_blank = p.isspace(), n.isspace()
        if p_blank and n_blank:
            continue
        ordinal = 1 if text.find("\n", last_end, start) >= 0 else ordinal + 1
        last_end = end
        if p_blank or n_blank or not (_is_cjk(p) or _is_cjk(n)):
            continue
        p_mark, n_mark = _is_punctuation(p), _is_punctuation(n)
        if p_mark == n_mark:
            continue
        opener = ordinal % 2 == 1
        between_runs = (i > 0 and runs[i - 1][1] == start - 1) or (
            i + 1 < len(runs) and runs[i + 1][0] == end + 1
        )
        if between_runs and ((p_mark and opener) or (n_mark and not opener)):
            continue
        mark, other = (start - 1, end) if p_mark else (end, start - 1)
        if _is_cjk(text[mark]):
            changes.append((mark, LETTER))
        else:
            changes.append((other, PUNCTUATION))
    if not changes:
        return text
    chars = list(text)
    for index, char in changes:
        chars[index] = char
    return "".join(chars)
