r"""Where the formulas of an answer are: `\(..\)`, `\[..\]`, `$$..$$`, `$..$` and bare environments.

Markdown alone would eat the backslashes, so formulas are hidden from its parser. One pass from the left over
an index of fences, blank lines, backtick runs and closing delimiters keeps the time linear.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Formula:
    start: int
    end: int
    display: bool
    tex: str


_PREFIX = r"(?:[ \t>]|[-*+][ \t]|[0-9]{1,9}[.)][ \t])*"
_FENCE = re.compile(rf"^{_PREFIX}(`{{3,}}|~{{3,}})(.*)$", re.M)
_FENCE_END = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*\Z")
_BLANK_LINE = re.compile(r"\n[ \t>]*(?=\n)|\A[ \t>]*(?=\n)")
_BACKTICKS = re.compile(r"`+")
_ENVIRONMENT = r"(?:equation|align|gather|multline|eqnarray)\*?"
_BEGIN = re.compile(rf"\\begin\{{({_ENVIRONMENT})\}}")
_END = re.compile(rf"\\end\{{({_ENVIRONMENT})\}}")
_CLOSER = re.compile(r"(?<!\\)(\\+)([)\]])")
_DOLLARS = re.compile(r"(?<![\\$])(\\*)(\$\$+)")
_OPENER = re.compile(r"`+|\\|\$\$?")
_INLINE = re.compile(r"\$(?![\s$])((?:\\.|[^\\$\n])++)(?<!\s)\$(?![0-9A-Za-z$])")
_MONEY = re.compile(r"[0-9,. ]+(?:[ \-–—~]|\Z)")
_OPERATOR = re.compile(r"[\\^_=+<>{}]")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_TEXT_COMMAND = re.compile(r"\\text\{[^{}]*\}")
_CJK_WORDS = re.compile(r"[\u3400-\u9fff].{8}")


def find_formulas(text: str) -> list[Formula]:
    """The formulas of `text` (line ends normalised to `\\n`), in order and not overlapping."""
    if "$" not in text and "\\" not in text:
        return []
    return _Search(text).run()


def _fences(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    mark, start = "", 0
    for line in _FENCE.finditer(text):
        run: str = line[1]
        if mark:
            closes = run[0] == mark[0] and len(run) >= len(mark) and _FENCE_END.match(line[0])
            if closes:
                spans.append((start, line.end()))
                mark = ""
        elif run[0] == "~" or "`" not in line[2]:
            mark, start = run, line.start(1)
    if mark:
        spans.append((start, len(text)))
    return spans


def _is_money(body: str) -> bool:
    return bool(_MONEY.match(body)) and not _OPERATOR.search(body) and not _NUMBER.fullmatch(body)


class _Search:
    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Formula] = []
        self.fences = _fences(text)
        self.blanks = [m.start() for m in _BLANK_LINE.finditer(text)]
        self.ticks: dict[int, list[int]] = {}
        for m in _BACKTICKS.finditer(text):
            self.ticks.setdefault(m.end() - m.start(), []).append(m.start())
        self.closers: dict[str, list[int]] = {")": [], "]": [], "$$": []}
        for m in _CLOSER.finditer(text):
            if len(m[1]) % 2:
                self.closers[m[2]].append(m.end() - 2)
        for m in _DOLLARS.finditer(text):
            escaped = len(m[1]) % 2
            self.closers["$$"].extend(range(m.start(2) + escaped, m.end() - 1))
        for m in _END.finditer(text):
            self.closers.setdefault(m[1], []).append(m.start())

    def run(self) -> list[Formula]:
        start = 0
        for fence_start, fence_end in self.fences:
            self._between(start, fence_start)
            start = fence_end
        self._between(start, len(self.text))
        return self.found

    def _between(self, pos: int, limit: int) -> None:
        """Searches the part of the text between two fences."""
        while (m := _OPENER.search(self.text, pos, limit)) is not None:
            token = m[0]
            if token[0] == "`":
                pos = self._after_code(m.start(), m.end(), limit)
            elif token == "\\":
                pos = self._after_backslash(m.start(), limit)
            elif token == "$$":
                pos = self._take("$$", m.start(), m.end(), 2, limit) or m.end()
            else:
                pos = self._after_dollar(m.start(), limit)

    def _paragraph_end(self, pos: int, limit: int) -> int:
        i = bisect_left(self.blanks, pos)
        return min(self.blanks[i], limit) if i < len(self.blanks) else limit

    def _next(self, positions: list[int], pos: int, limit: int) -> int | None:
        i = bisect_left(positions, pos)
        return positions[i] if i < len(positions) and positions[i] < self._paragraph_end(pos, limit) else None

    def _after_code(self, start: int, end: int, limit: int) -> int:
        closer = self._next(self.ticks.get(end - start, []), end, limit)
        return end if closer is None else closer + end - start

    def _after_backslash(self, start: int, limit: int) -> int:
        follower = self.text[start + 1 : start + 2]
        after: int | None = None
        if follower in {"(", "["}:
            after = self._take(")" if follower == "(" else "]", start, start + 2, 2, limit)
        elif follower == "b" and (m := _BEGIN.match(self.text, start)) is not None:
            after = self._take(m[1], start, m.end(), len(m[1]) + 6, limit)
        return after or start + 2

    def _take(self, kind: str, start: int, body: int, width: int, limit: int) -> int | None:
        """Records the formula that opens at `start`, if it closes before a blank line; its end."""
        closer = self._next(self.closers.get(kind, []), body, limit)
        if closer is None or not self.text[body:closer].strip():
            return None
        end = closer + width
        bare = kind in {")", "]", "$$"}
        tex = self.text[body:closer] if bare else self.text[start:end]
        self.found.append(Formula(start, end, kind != ")", tex))
        return end

    def _after_dollar(self, start: int, limit: int) -> int:
        before = self.text[start - 1 : start]
        if before.isascii() and before.isalnum():
            return start + 1
        m = _INLINE.match(self.text, start, limit)
        if m is None:
            return start + 1
        body: str = m[1]
        if "`" in body or _is_money(body) or _CJK_WORDS.search(_TEXT_COMMAND.sub("", body)):
            return start + 1
        self.found.append(Formula(start, m.end(), False, body))
        return m.end()
