"""What differs between two texts, by words; Chinese and Japanese by character.

    only_old, only_new = word_diff(old, new)      # [start, end) in code points of each text

Patience on runs of words that stand once on either side (Bram Cohen, 2008), from long runs to single words, and
Python's own matcher on what is left between them; so that 200 KB take a fraction of a second. Blank space of any
kind is the same: a text that is only wrapped otherwise does not differ.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

Ranges = tuple[tuple[int, int], ...]

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|\w+|\s+|.", re.DOTALL)
_RUNS = (8, 4, 2, 1)
_SMALL = 40_000
"""Pairs of words that the exact matcher may look at, once no word stands once on both sides."""
_LARGE = 1_000_000


def word_diff(old: str, new: str) -> tuple[Ranges, Ranges]:
    """(what stands in `old` only, what stands in `new` only)."""
    a, b = _tokens(old), _tokens(new)
    same_left, same_right = _same(old, a, new, b)
    return _ranges(old, a, same_left), _ranges(new, b, same_right)


@dataclass(frozen=True, slots=True)
class Piece:
    """change: "" (in both), "-" (in the old only) or "+" (in the new only)."""

    change: str
    text: str


def merged(old: str, new: str) -> list[Piece]:
    """Both texts as one, what went away before what came: the way a person reads an edit."""
    a, b = _tokens(old), _tokens(new)
    same_left, same_right = _same(old, a, new, b)
    found: list[Piece] = []
    i = j = 0
    while i < len(a) or j < len(b):
        if i < len(a) and not same_left[i]:
            _add(found, "-", old[slice(*a[i])])
            i += 1
        elif j < len(b) and not same_right[j]:
            _add(found, "+", new[slice(*b[j])])
            j += 1
        else:
            _add(found, "", new[slice(*b[j])])
            i, j = i + 1, j + 1
    return found


def words_changed(pieces: Sequence[Piece]) -> int:
    """How many words an edit touched: of each stretch the larger of what went and what came."""
    total = gone = come = 0
    for piece in (*pieces, Piece("", "")):
        words = sum(match[0].isalnum() for match in _TOKEN.finditer(piece.text))
        if piece.change == "-":
            gone += words
        elif piece.change == "+":
            come += words
        else:
            total += max(gone, come)
            gone = come = 0
    return total


def _add(found: list[Piece], change: str, text: str) -> None:
    if found and found[-1].change == change:
        found[-1] = Piece(change, found[-1].text + text)
    else:
        found.append(Piece(change, text))


def _same(
    old: str, a: Sequence[tuple[int, int]], new: str, b: Sequence[tuple[int, int]]
) -> tuple[list[bool], list[bool]]:
    """Of each token of either text, whether it stands in both."""
    known: dict[str, int] = {}
    left = [known.setdefault(_key(old[s:e]), len(known)) for s, e in a]
    right = [known.setdefault(_key(new[s:e]), len(known)) for s, e in b]
    same_left, same_right = [False] * len(left), [False] * len(right)
    for i, j, size in _matches(left, right):
        for step in range(size):
            same_left[i + step] = same_right[j + step] = True
    return same_left, same_right


def _tokens(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _TOKEN.finditer(text)]


def _key(token: str) -> str:
    return " " if token.isspace() else token


def _ranges(text: str, tokens: Sequence[tuple[int, int]], same: Sequence[bool]) -> Ranges:
    """The tokens that differ, joined over blanks and lone signs between them."""
    found: list[tuple[int, int]] = []
    for (start, end), equal in zip(tokens, same, strict=True):
        if equal:
            continue
        if found and _slight(text[found[-1][1] : start]):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    trimmed = ((s, e, text[s:e]) for s, e in found)
    return tuple(
        (s + len(t) - len(t.lstrip()), e - len(t) + len(t.rstrip())) for s, e, t in trimmed if t.strip()
    )


def _slight(between: str) -> bool:
    return len(between) <= 3 and not any(char.isalnum() for char in between)


def _matches(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int, int]]:
    """(place in a, place in b, how many) of what is the same, in order."""
    found: list[tuple[int, int, int]] = []
    waiting = [(0, len(a), 0, len(b))]
    while waiting:
        a0, a1, b0, b1 = waiting.pop()
        start = a0
        while a0 < a1 and b0 < b1 and a[a0] == b[b0]:
            a0, b0 = a0 + 1, b0 + 1
        if a0 > start:
            found.append((start, b0 - (a0 - start), a0 - start))
        end = a1
        while a0 < a1 and b0 < b1 and a[a1 - 1] == b[b1 - 1]:
            a1, b1 = a1 - 1, b1 - 1
        if end > a1:
            found.append((a1, b1, end - a1))
        if a0 == a1 or b0 == b1:
            continue
        anchors = _anchors(a, b, a0, a1, b0, b1)
        if anchors:
            edges = [(a0, b0), *((i, j) for i, j in anchors), (a1, b1)]
            waiting += [(i, k, j, m) for (i, j), (k, m) in pairwise(edges)]
        elif (a1 - a0) * (b1 - b0) <= _LARGE:
            blocks = SequenceMatcher(None, a[a0:a1], b[b0:b1], autojunk=False).get_matching_blocks()
            found += [(a0 + m.a, b0 + m.b, m.size) for m in blocks if m.size]
    return found


def _anchors(a: Sequence[int], b: Sequence[int], a0: int, a1: int, b0: int, b1: int) -> list[tuple[int, int]]:
    """Where the two are surely the same: runs that stand once on either side, in the same order."""
    if (a1 - a0) * (b1 - b0) <= _SMALL:
        return []
    for size in _RUNS:
        here, there = _once(a, a0, a1, size), _once(b, b0, b1, size)
        pairs = sorted((here[run], there[run]) for run in here.keys() & there.keys())
        if pairs:
            return rising(pairs)
    return []


def _once(text: Sequence[int], low: int, high: int, size: int) -> dict[tuple[int, ...], int]:
    seen: dict[tuple[int, ...], int] = {}
    for at in range(low, high - size + 1):
        run = tuple(text[at : at + size])
        seen[run] = at if run not in seen else -1
    return {run: at for run, at in seen.items() if at >= 0}


def rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most of these pairs (sorted by the first) whose second numbers rise too."""
    ends: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for at, (_, second) in enumerate(pairs):
        place = bisect_left(ends, second)
        before.append(tails[place - 1] if place else -1)
        if place == len(ends):
            ends.append(second)
            tails.append(at)
        else:
            ends[place], tails[place] = second, at
    found = []
    at = tails[-1] if tails else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]
