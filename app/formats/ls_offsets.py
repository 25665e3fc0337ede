"""Where a span of Label Studio stands in a text.

Label Studio marks text in a browser, whose strings count UTF-16 units; offsets here are code points. A span that is
read is placed by its quote, in whichever of the two it stands; what is written counts UTF-16 units.
"""

from __future__ import annotations


def units(text: str, offset: int) -> int:
    """Code points → UTF-16 units."""
    return offset + sum(c > "\uffff" for c in text[:offset])


def _points(text: str, wanted: int) -> int | None:
    """UTF-16 units → code points; None within a character or past the end."""
    at = 0
    for n, c in enumerate(text):
        if at >= wanted:
            return n if at == wanted else None
        at += 2 if c > "\uffff" else 1
    return len(text) if at == wanted else None


def placed(text: str, start: object, end: object, quote: object) -> tuple[int, int] | None:
    """Where a span of the server stands, in code points; None when its quote stands at neither place."""
    if not isinstance(start, int) or not isinstance(end, int):
        return None
    if isinstance(start, bool) or isinstance(end, bool) or not 0 <= start < end:
        return None
    places = [(_points(text, start), _points(text, end)), (start, end)]
    for first, last in places:
        if first is None or last is None or last > len(text):
            continue
        if not isinstance(quote, str) or text[first:last] == quote:
            return first, last
    return None
