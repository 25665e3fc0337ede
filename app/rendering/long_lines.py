"""Where a line that never ends is cut for showing: a window lays out a whole line at a time.

Nothing of the text changes; who shows it begins a new line at a cut and knows that the text has none there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from unicodedata import combining

from app.rendering import tree
from app.rendering.tree import Inline

LONGEST = 16_000
"""Characters of a line that is shown as one: four printed pages, some 10 ms of layout."""
_JOINERS = "\u200d\ufe0e\ufe0f"


def line_cuts(text: str, most: int = LONGEST) -> list[int]:
    """The offsets at which new lines begin, so that none has more than `most` characters; most texts have none."""
    cuts: list[int] = []
    at = 0
    while len(text) - at > most:
        end = max(text.rfind("\n", at, at + most + 1), text.rfind("\r", at, at + most + 1))
        if end >= 0:
            at = end + 1
        else:
            at += _fitting(text, at, most)
            cuts.append(at)
    return cuts


def cut_inlines(inlines: Iterable[Inline], most: int = LONGEST) -> list[tuple[Inline, ...]]:
    """The same inlines in lines of at most `most` characters; every piece keeps its span.

    What is exact is cut exactly; pieces of what is not (an image's label) have the span of the whole.
    """
    return [tuple(line) for line in _Cutter(most).lines(inlines)]


def _fitting(text: str, at: int, most: int) -> int:
    """How many characters of the text from `at` go on a line: to a blank, never before what joins the one before."""
    end = at + most
    blank = text.rfind(" ", end - most // 8, end)
    if blank >= at:
        return blank + 1 - at
    for back in range(min(32, most - 1)):
        here = text[end - back]
        joined = combining(here) or here in _JOINERS or text[end - back - 1] == "\u200d"
        if not joined:
            return most - back
    return most


class _Cutter:
    def __init__(self, most: int) -> None:
        self._most = most
        self._room = most

    def lines(self, inlines: Iterable[Inline]) -> list[list[Inline]]:
        found: list[list[Inline]] = [[]]
        for inline in inlines:
            match inline:
                case tree.Emphasis() | tree.Strong() | tree.Strikethrough() | tree.Link():
                    pieces: list[Inline] = [_around(inline, line) for line in self.lines(inline.inlines)]
                case tree.Text() | tree.CodeSpan():
                    pieces = [*self._cut(inline)]
                case tree.Image():
                    pieces = [*self._cut(tree.Text(inline.label, inline.start, inline.end, False))]
                    if len(pieces) == 1:
                        pieces = [inline]
                case _:
                    pieces = [inline]
                    self._room -= 1
            found[-1].append(pieces[0])
            found += [[piece] for piece in pieces[1:]]
        return found

    def _cut(self, leaf: tree.Text | tree.CodeSpan) -> list[tree.Text | tree.CodeSpan]:
        found: list[tree.Text | tree.CodeSpan] = []
        at, text = 0, leaf.text
        while len(text) - at > self._room:
            room = max(1, self._room)
            end = at + _fitting(text, at, room)
            found.append(_piece(leaf, at, end))
            at, self._room = end, self._most
        self._room -= len(text) - at
        return [*found, _piece(leaf, at, len(text))] if found else [leaf]


def _piece(leaf: tree.Text | tree.CodeSpan, begin: int, end: int) -> tree.Text | tree.CodeSpan:
    if leaf.exact:
        return replace(leaf, text=leaf.text[begin:end], start=leaf.start + begin, end=leaf.start + end)
    return replace(leaf, text=leaf.text[begin:end])


def _around(
    mark: tree.Emphasis | tree.Strong | tree.Strikethrough | tree.Link, line: list[Inline]
) -> tree.Emphasis | tree.Strong | tree.Strikethrough | tree.Link:
    return replace(mark, inlines=tuple(line))
