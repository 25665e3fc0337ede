"""Characters that make text read otherwise than it is (Trojan Source, CVE-2021-42574; smuggling in tags).

Marks that a script or an emoji needs are no cause for alarm: direction marks on a line with Arabic or Hebrew,
joiners within their scripts, the blank of zero width between Thai words, flags made of tags.
"""

from __future__ import annotations

import re
from unicodedata import category, name

from app.rendering.tree import TextWarning, WarningKind

_SUSPECT = re.compile(
    "[\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\u206a-\u206f\u3164\ufeff\uffa0"
    "\U000e0000-\U000e007f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_JOINING = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u18af\u1900-\u1cff\ua800-\uabff\ufb50-\ufdff"
    "\ufe70-\ufefc\U00010d00-\U00010d3f\U00011000-\U00011fff\U0001e900-\U0001e95f]"
)
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa1-\uffdc]")
_IDEOGRAPH = re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,30}\U000e007f")
_MARKS = {"\u061c", "\u200e", "\u200f"}


def find_warnings(text: str) -> tuple[TextWarning, ...]:
    """The suspicious characters of `text`; a run of the same kind is one warning, named after its first."""
    if text.isascii():
        return ()
    flags = {i for m in _FLAG.finditer(text) for i in range(*m.span())} if "\U000e007f" in text else set()
    found: list[TextWarning] = []
    for m in _SUSPECT.finditer(text):
        at, char = m.start(), m[0]
        if at in flags or _is_honest(text, at, char):
            continue
        kind = _kind(char)
        if found and found[-1].end == at and found[-1].kind == kind:
            found[-1] = TextWarning(kind, found[-1].start, at + 1, found[-1].name)
        else:
            found.append(TextWarning(kind, at, at + 1, name(char, f"U+{ord(char):04X}")))
    return tuple(found)


def _kind(char: str) -> WarningKind:
    if char in _MARKS or "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069":
        return "bidi_control"
    if "\U000e0000" <= char <= "\U000e007f":
        return "tag"
    if "\ufe00" <= char <= "\ufe0f" or char >= "\U000e0100":
        return "variation"
    if "\u200b" <= char <= "\u200d" or char in "\u2060\ufeff\u180e":
        return "zero_width"
    return "invisible"


def _is_honest(text: str, at: int, char: str) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if char in _MARKS:
        line = slice(max(text.rfind("\n", max(0, at - 500), at), at - 500, 0), _line_end(text, at))
        return _RIGHT_TO_LEFT.search(text[line]) is not None
    if char == "\u200c":
        return _JOINING.match(before) is not None
    if char == "\u200d":
        return _JOINING.match(before) is not None or (_is_emoji(before) and _is_emoji(after))
    if char == "\u200b":
        return _UNSPACED.match(before) is not None or _UNSPACED.match(after) is not None
    if "\ufe00" <= char <= "\ufe0f":
        return before != "" and not _SUSPECT.match(before) and not before.isspace()
    if char >= "\U000e0100":
        return _IDEOGRAPH.match(before) is not None
    if char == "\ufeff":
        return at == 0
    if char == "\u180e":
        return "\u1800" <= before <= "\u18af"
    if char in "\u115f\u1160\u3164\uffa0":
        return _HANGUL.match(before) is not None or _HANGUL.match(after) is not None
    return False


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at, at + 500)
    return end if end >= 0 else at + 500


def _is_emoji(char: str) -> bool:
    return char in {"\ufe0f", "\u20e3"} or (char != "" and category(char) in {"So", "Sk"})
