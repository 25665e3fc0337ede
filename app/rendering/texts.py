"""What is shown is read back from the answer by offset: the parser saw stand-ins, its strings are hints."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Any, TypeAlias

from app.rendering import tree
from app.rendering.maths import Formula
from app.rendering.standins import ANY_STANDIN, FORMULA, LESS_THAN, TILDE, UNSHOWABLE

Pending: TypeAlias = "tree.Node | tuple[int, int]"
"""A finished node, or the span of exact text that neighbours may still join."""

_QUOTE_PREFIX = re.compile(r"\n[ \t]*(?:>[ \t]?)+")


def append_span(pending: list[Pending], start: int, end: int) -> None:
    """Adds a span of exact text, joined to the one before where they touch."""
    last = pending[-1] if pending else None
    if type(last) is tuple and last[1] == start:
        pending[-1] = (last[0], end)
    elif start < end:
        pending.append((start, end))


class Original:
    """The answer beside its masked copy of the same length."""

    def __init__(self, text: str, masked: str, formulas: list[Formula]) -> None:
        self.text = text
        self.masked = masked
        self.formulas = formulas
        self._formula_starts = [formula.start for formula in formulas]
        self._unshowable = UNSHOWABLE.search(text) is not None

    def add_text(
        self, pending: list[Pending], value: str, start: int, end: int, *, in_code: bool, in_quote: bool
    ) -> None:
        """Adds a text event: exact, atomic (an entity, the rest of a tab), or with formulas in it."""
        if end - start != len(value):
            if start == end and self.text[start - 1 : start] == "\t":
                start -= 1
            pending.append(tree.Text(value.replace(FORMULA, "\ufffd"), start, end, False))
        elif self.formulas and not in_code and FORMULA in value:
            self._add_with_formulas(pending, start, end, in_quote)
        else:
            append_span(pending, start, end)

    def _add_with_formulas(self, pending: list[Pending], start: int, end: int, in_quote: bool) -> None:
        i = bisect_right(self._formula_starts, start) - 1
        if i >= 0 and self.formulas[i].start < start:  # its formula is shown already, whole
            start = max(start, self.formulas[i].end)
        for i in range(bisect_left(self._formula_starts, start), len(self.formulas)):
            formula = self.formulas[i]
            if formula.start >= end:
                break
            append_span(pending, start, formula.start)
            tex = _QUOTE_PREFIX.sub("\n", formula.tex) if in_quote else formula.tex
            tex = UNSHOWABLE.sub("\ufffd", tex)
            pending.append(tree.Maths(tex, formula.display, formula.start, formula.end))
            start = formula.end
        append_span(pending, start, end)

    def as_written(self, start: int, end: int) -> tree.Code:
        """A piece of the source, shown as it is."""
        return tree.Code("", tuple(self.merged([(start, end)])), start, end, as_written=True)

    def merged(self, pending: list[Pending]) -> list[Any]:
        """`pending` with its spans turned into texts."""
        result: list[tree.Node] = []
        for child in pending:
            if not isinstance(child, tuple):
                result.append(child)
            elif self._unshowable:
                result.extend(self._showable(*child))
            else:
                start, end = child
                result.append(tree.Text(self.text[start:end], start, end))
        return result

    def _showable(self, start: int, end: int) -> list[tree.Text]:
        """A span cut at NUL and lone surrogates, which show as U+FFFD."""
        pieces: list[tree.Text] = []
        for m in UNSHOWABLE.finditer(self.text, start, end):
            if start < m.start():
                pieces.append(tree.Text(self.text[start : m.start()], start, m.start()))
            start = m.end()
            pieces.append(tree.Text("\ufffd", m.start(), start, False))
        if start < end:
            pieces.append(tree.Text(self.text[start:end], start, end))
        return pieces

    def code_span(self, value: str, start: int, end: int) -> tree.CodeSpan:
        """The parser's `value` is the content with lines joined, container prefixes and `\\|` resolved."""
        masked = self.masked
        ticks = 0
        while start + ticks < end and masked[start + ticks] == "`":
            ticks += 1
        a, b = start + ticks, end - ticks
        if b - a == len(value) + 2 and masked[a] in " \n" and masked[b - 1] in " \n":
            a, b = a + 1, b - 1
        if masked[a:b] == value and not (self._unshowable and UNSHOWABLE.search(self.text, a, b)):
            return tree.CodeSpan(self.text[a:b], a, b)
        shown: list[str] = []
        for char in value:
            while a < b and masked[a] != char and not (char == " " and masked[a] == "\n"):
                a += 1
            if a >= b:
                break
            shown.append(" " if masked[a] == "\n" else self.text[a])
            a += 1
        return tree.CodeSpan(UNSHOWABLE.sub("\ufffd", "".join(shown)), start, end, False)

    def verbatim(self, value: str, start: int, end: int) -> str:
        """The answer's characters for a string of the parser, which may hold stand-ins."""
        if ANY_STANDIN.search(value):
            at = self.masked.rfind(value, start, end)
            if at >= 0:
                value = self.text[at : at + len(value)]
            else:
                value = value.replace(TILDE, "~").replace(LESS_THAN, "<").replace(FORMULA, "\ufffd")
        return UNSHOWABLE.sub("\ufffd", value)

    def info(self, value: str, start: int, end: int) -> str:
        line_end = self.masked.find("\n", start, end)
        return self.verbatim(value, start, line_end if line_end >= 0 else end)

    def target(self, data: Any, start: int, end: int) -> str:
        url = self.verbatim(data["dest_url"], start, end)
        return "mailto:" + url if data["link_type"] == "Email" else url
