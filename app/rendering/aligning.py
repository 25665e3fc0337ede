"""Which part of one answer stands beside which part of another: headings to headings, paragraphs to paragraphs.

align(parse(a), parse(b))      # ((0, 0), (120, 98), …): source offsets that belong on one height, both rising
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from app.rendering import tree
from app.rendering.tree import Block, Document
from app.rendering.worddiff import rising

Pair = tuple[int, int]
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|\w+")
_HEAD = 600
"""Characters of a part that are looked at."""
_LEAST = {"heading": 0.4}
_ENOUGH = 0.3
"""From this share of common words on two parts may belong together."""
_PAIRS = 90_000
"""Parts × parts that are compared one by one; between more than these nothing is aligned."""


@dataclass(frozen=True)
class Part:
    """kind: heading, paragraph, item, code or table. start: in the source."""

    kind: str
    text: str
    start: int

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self.text.lower()))


def align(a: Document, b: Document) -> tuple[tuple[int, int], ...]:
    """Pairs of offsets, beginning with (0, 0)."""
    left, right = parts_of(a), parts_of(b)
    pairs = _pairs(left, right, (_same_headings, _same_parts, _best))
    return tuple(_strictly([(0, 0), *((left[i].start, right[j].start) for i, j in pairs)]))


def _pairs(
    left: list[Part], right: list[Part], ways: Sequence[Callable[[list[Part], list[Part]], list[Pair]]]
) -> list[Pair]:
    """What the first way pairs, and between those pairs what the others do: headings before all else."""
    if not ways or not left or not right:
        return []
    edges = [(-1, -1), *ways[0](left, right), (len(left), len(right))]
    found: list[Pair] = []
    for (i, j), (k, m) in pairwise(edges):
        between = _pairs(left[i + 1 : k], right[j + 1 : m], ways[1:])
        found += [(i + 1 + x, j + 1 + y) for x, y in between]
        if k < len(left):
            found.append((k, m))
    return found


def parts_of(document: Document) -> list[Part]:
    """The parts of an answer that can stand beside others, in reading order."""
    return list(_parts(document.source, document.blocks))


def _parts(source: str, blocks: Iterable[Block]) -> Iterator[Part]:
    for block in blocks:
        match block:
            case tree.Quote() | tree.FootnoteDefinition():
                yield from _parts(source, block.blocks)
            case tree.BulletList() | tree.OrderedList():
                for item in block.items:
                    yield Part("item", source[item.start : min(item.end, item.start + _HEAD)], item.start)
            case tree.Rule():
                pass
            case _:
                kind = _KINDS[type(block)]
                yield Part(kind, source[block.start : min(block.end, block.start + _HEAD)], block.start)


_KINDS: dict[type, str] = {
    tree.Heading: "heading",
    tree.Paragraph: "paragraph",
    tree.Code: "code",
    tree.Table: "table",
}


def _same_headings(left: list[Part], right: list[Part]) -> list[Pair]:
    """Places of headings that are word for word the same and stand once on either side."""
    here, there = _places(left), _places(right)
    both = here.keys() & there.keys()
    return rising(sorted((here[key], there[key]) for key in both if key[0] == "heading"))


def _same_parts(left: list[Part], right: list[Part]) -> list[Pair]:
    """The same for parts of any kind."""
    here, there = _places(left), _places(right)
    return rising(sorted((here[key], there[key]) for key in here.keys() & there.keys()))


def _places(parts: list[Part]) -> dict[tuple[str, frozenset[str]], int]:
    seen: dict[tuple[str, frozenset[str]], int] = {}
    for at, part in enumerate(parts):
        key = (part.kind, part.words)
        seen[key] = -1 if key in seen or not part.words else at
    return {key: at for key, at in seen.items() if at >= 0}


def _alike(a: Part, b: Part) -> float:
    """The share of common words (Dice, 1945), headings counting double; 0 when they do not belong together."""
    if (a.kind == "heading") != (b.kind == "heading") or not a.words or not b.words:
        return 0.0
    share = 2 * len(a.words & b.words) / (len(a.words) + len(b.words))
    if share < _LEAST.get(a.kind, _ENOUGH):
        return 0.0
    return share * (2 if a.kind == "heading" else 1) * (1 if a.kind == b.kind else 0.8)


def _best(left: list[Part], right: list[Part]) -> list[Pair]:
    """The pairs in order with the greatest sum of likeness (Needleman and Wunsch, 1970, gaps free)."""
    n, m = len(left), len(right)
    if not n or not m or n * m > _PAIRS:
        return []
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            alike = _alike(left[i], right[j])
            paired = alike + best[i + 1][j + 1] if alike else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    found, i, j = [], 0, 0
    while i < n and j < m:
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            found.append((i, j))
            i, j = i + 1, j + 1
    return found


def _strictly(pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    last = (-1, -1)
    for pair in pairs:
        if pair[0] > last[0] and pair[1] > last[1]:
            yield pair
            last = pair
