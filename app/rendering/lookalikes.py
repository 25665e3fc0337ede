"""Letters of another script that look like Latin ones inside a word (homoglyphs: CVE-2021-42694).

A word is told of when it would read as a Latin one but is not: it mixes Latin with Cyrillic, Greek or Armenian
letters that all have a Latin double, or it is made of such letters only in a text that uses their script nowhere
else. Honest Russian, Greek, Chinese, units like “μg” or “kΩ” and “β-blocker” raise no alarm.
Doubles: Unicode Technical Standard 39, confusables.txt, the letters with one Latin letter as prototype; but of small
Greek letters only omicron, as medicine and physics write α, γ, ν, ρ, σ into words of their own (“TNFα”, “PPARγ”).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from unicodedata import name

_DOUBLES = {
    **dict(zip("аеорсухіјѕһԁԛԝӏүАВЕЗІЈКМНОРСТУХЅԌԚԜ", "aeopcyxijshdqwlyABE3IJKMHOPCTYXSGQW", strict=True)),
    **dict(zip("ЬгѵѴӀҮҽ", "brvVlYe", strict=True)),
    **dict(zip("οΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲ", "oABEZHIKMNOPTYXc", strict=True)),
    **dict(zip("օսոհզցՏՕ", "ounhqgSO", strict=True)),
    "ǃ": "!",
}
_FOREIGN = re.compile("[\u0370-\u058f\u01c3]")
_WORD = re.compile(r"[^\W_]\w*")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_SCRIPTS = (("\u0370", "\u03ff"), ("\u0400", "\u052f"), ("\u0530", "\u058f"))


@dataclass(frozen=True, slots=True)
class Lookalike:
    """[start, end) of a word; reads: as what it is read; name: Unicode's name of its first foreign letter."""

    start: int
    end: int
    reads: str
    name: str


def find_lookalikes(text: str) -> tuple[Lookalike, ...]:
    """Words that read as other letters than they are made of."""
    if text.isascii() or not _FOREIGN.search(text):
        return ()
    mixed: list[re.Match[str]] = []
    pure: list[re.Match[str]] = []
    others: Counter[int] = Counter()  # words of a script that are not all doubles
    for match in _WORD.finditer(text):
        word = match[0]
        foreign = [char for char in word if _FOREIGN.match(char)]
        if not foreign:
            continue
        if not all(char in _DOUBLES for char in foreign):
            others[_script(foreign[0])] += 1
        elif _LATIN.search("".join(char for char in word if char != "ǃ")) and len(word) > 1:
            mixed.append(match)
        elif len(foreign) == len([c for c in word if c.isalpha()]) > 1:
            pure.append(match)
    pure = [match for match in pure if not others[_script(match[0])]]
    found = sorted((*mixed, *pure), key=lambda match: match.start())
    return tuple(_told(match) for match in found)


def _script(word: str) -> int:
    letter = next((char for char in word if _FOREIGN.match(char)), "")
    return next((i for i, (low, high) in enumerate(_SCRIPTS) if low <= letter <= high), -1)


def _told(match: re.Match[str]) -> Lookalike:
    word = match[0]
    foreign = next(char for char in word if char in _DOUBLES)
    reads = "".join(_DOUBLES.get(char, char) for char in word)
    return Lookalike(match.start(), match.end(), reads, name(foreign, f"U+{ord(foreign):04X}"))
