"""Bare web and mail addresses become links (as in GitHub's autolink extension); which targets are safe."""

from __future__ import annotations

import re
from bisect import bisect_right
from urllib.parse import quote

from app.rendering.tree import Inline, Link, Text

_CANDIDATE = re.compile(
    r"""(?<![A-Za-z0-9])(?P<web>https?://|www\.)
    |(?<![A-Za-z0-9._+-])(?P<mail>[A-Za-z0-9._+-]++@(?:[A-Za-z0-9_-]++\.)+[A-Za-z0-9_-]++)""",
    re.X | re.I,
)
_HOST = re.compile(r"[\w.-]{1,1000}")
_REST = re.compile(r"[^\s<]*")
_ENTITY = re.compile(r"&[A-Za-z0-9]{1,40};\Z")
_TRAILING = "?!.,:*_~'\""
_SAFE_SCHEME = re.compile(r"(?:https?|mailto):", re.I)


def safe_url(url: str) -> str | None:
    """`url` percent-encoded for an `href`, or None unless its scheme is http, https or mailto."""
    return quote(url, safe="%!#$&'()*+,/:;=?@[]~") if _SAFE_SCHEME.match(url) else None


def may_hold_links(text: str) -> bool:
    """A cheap test: without one of these no bare address can be in `text`."""
    return "@" in text or "://" in text or "www." in text.lower()


def link_bare_urls(inlines: list[Inline], source: str) -> list[Inline]:
    """`inlines` with the addresses in neighbouring texts made links; the spans point into `source`."""
    result: list[Inline] = []
    texts: list[Text] = []
    for inline in inlines:
        if type(inline) is Text and (inline.exact or inline.text != " "):
            texts.append(inline)
            continue
        _flush(texts, result, source)
        result.append(inline)
    _flush(texts, result, source)
    return result


def _flush(texts: list[Text], result: list[Inline], source: str) -> None:
    if not texts:
        return
    joined = "".join(text.text for text in texts)
    found = _find(joined) if may_hold_links(joined) else []
    if found:
        result.extend(_Splitter(texts, source).split(joined, found))
    else:
        result.extend(texts)
    texts.clear()


def _find(text: str) -> list[tuple[int, int, str]]:
    """(start, end, what the link target has in front) of each address in `text`."""
    found: list[tuple[int, int, str]] = []
    pos = 0
    while (m := _CANDIDATE.search(text, pos)) is not None:
        start, pos = m.start(), m.end()
        if m["mail"]:
            if text[pos - 1] not in "-_":
                found.append((start, pos, "mailto:"))
            continue
        end = _web_end(text, start, pos)
        if end is not None:
            pos = end
            found.append((start, end, "" if m["web"].endswith("/") else "http://"))
    return found


def _web_end(text: str, start: int, after_prefix: int) -> int | None:
    is_www = text[after_prefix - 1] == "."
    host = _HOST.match(text, after_prefix)
    if host is None:
        return None
    labels = host[0].rstrip(_TRAILING).split(".")
    if not labels[-1] or any("_" in label for label in labels[-2:]):
        return None
    rest = _REST.match(text, host.end())
    end = _trim(text, after_prefix, rest.end() if rest else host.end())
    return end if end > after_prefix - is_www else None


def _trim(text: str, start: int, end: int) -> int:
    """Drops what is punctuation of the sentence, not of the address."""
    surplus = text.count(")", start, end) - text.count("(", start, end)
    while end > start:
        last = text[end - 1]
        if last in _TRAILING:
            end -= 1
        elif last == ")" and surplus > 0:
            surplus -= 1
            end -= 1
        elif last == ";":
            entity = _ENTITY.search(text, max(start, end - 42), end)
            end = entity.start() if entity else end - 1
        else:
            break
    return end


class _Splitter:
    """Cuts joined texts at addresses and maps the parts back to their spans."""

    def __init__(self, texts: list[Text], source: str) -> None:
        self.texts = texts
        self.source = source
        self.offsets: list[int] = []
        offset = 0
        for text in texts:
            self.offsets.append(offset)
            offset += len(text.text)

    def split(self, joined: str, found: list[tuple[int, int, str]]) -> list[Inline]:
        parts: list[Inline] = []
        pos = 0
        for first, last, prefix in found:
            start, end = self._whole(first), self._before_atomic(last)
            if start < pos or end <= start:
                continue
            parts.extend(self._texts(pos, start))
            inner = self._texts(start, end)
            url = prefix + joined[start:end]
            parts.append(Link(url, tuple(inner), inner[0].start, inner[-1].end))
            pos = end
        parts.extend(self._texts(pos, len(joined)))
        return parts

    def _piece(self, offset: int) -> tuple[int, Text]:
        i = bisect_right(self.offsets, offset) - 1
        return self.offsets[i], self.texts[i]

    def _whole(self, offset: int) -> int:
        begin, piece = self._piece(offset)
        return offset if piece.exact else begin

    def _before_atomic(self, end: int) -> int:
        """An address ends before an entity at its very end, and never inside an atomic text."""
        begin, piece = self._piece(end - 1)
        return end if piece.exact else begin

    def _texts(self, start: int, end: int) -> list[Text]:
        parts: list[Text] = []
        i = bisect_right(self.offsets, start) - 1
        while start < end:
            begin, piece = self.offsets[i], self.texts[i]
            stop = min(end, begin + len(piece.text))
            if piece.exact:
                a, b = piece.start + start - begin, piece.start + stop - begin
                parts.append(Text(self.source[a:b], a, b))
            else:
                parts.append(piece)
            start = stop
            i += 1
        return parts
