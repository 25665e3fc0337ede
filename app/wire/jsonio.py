"""One strict JSON reader for everything from outside, and the one writer that runs before signing.

Refused with the JSON path or the line: double keys, NaN and infinities (1e999 too), nesting over 64, integers
past 2^53, lone surrogates, a byte order mark, bytes that are not UTF-8, and input over the caller's limit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from app.errors import InputError

MAX_DEPTH = 64
MAX_INTEGER = 2**53
MAX_BYTES = 16 * 1024 * 1024
"""The reader's limit unless the caller sets one: the longest task line."""

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


class _Suspicious(Exception):
    """The fast pass met something: the second pass names it and its path."""


class _Pairs(list[tuple[str, Any]]):
    """An object as it stands, double keys too."""


class _Odd:
    """A number that is refused."""

    def __init__(self, code: str, text: str) -> None:
        self.code, self.text = code, text


def loads(data: bytes | str, *, limit: int = MAX_BYTES, where: str = "") -> Any:
    """The JSON value. limit: bytes. where: file or line for the message. Raises InputError."""
    text = _decoded(data, limit, where)
    try:
        value = _FAST.decode(text)
    except _Suspicious:
        _explain(text, where)
    except RecursionError:
        raise _error("json.depth", "Nested more than {n} levels deep.", where, n=MAX_DEPTH) from None
    except json.JSONDecodeError as exc:
        raise _error(
            "json.syntax",
            "Not JSON: {what} at line {line}, column {column}.",
            where,
            what=exc.msg,
            line=exc.lineno,
            column=exc.colno,
        ) from None
    openings = text.count("{") + text.count("[")
    if openings > MAX_DEPTH or _SURROGATE_ESCAPE.search(text):
        problem = _walk(value)
        if problem is not None:
            raise _at(*problem, where)
    return value


def dumps(value: object) -> bytes:
    """Compact UTF-8, keys in the order given. Raises ValueError on NaN, infinities and lone surrogates."""
    return _WRITER.encode(value).encode("utf-8")


def lines(stream: BinaryIO, *, limit: int = MAX_BYTES, where: str = "") -> Iterator[tuple[int, bytes]]:
    """(number from 1, line without its line feed) of JSON Lines; blank lines are passed over.

    limit: bytes of one line. Only a line feed ends a line. Raises InputError on a line over the limit.
    """
    number = 0
    while line := stream.readline(limit + 2):
        number += 1
        content = line.removesuffix(b"\n")
        if len(content) > limit:
            raise _error(
                "json.long",
                "Longer than {n} bytes.",
                f"{where}, line {number}" if where else f"line {number}",
                n=limit,
            )
        if content.strip():
            yield number, content


def pointer(path: tuple[str | int, ...]) -> str:
    """A JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


_WRITER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _decoded(data: bytes | str, limit: int, where: str) -> str:
    if isinstance(data, str):
        try:
            data = data.encode("utf-8")
        except UnicodeEncodeError as exc:
            raise _error("json.surrogate", _MESSAGES["json.surrogate"], where, n=exc.start) from None
    if len(data) > limit:
        raise _error("json.long", "Longer than {n} bytes.", where, n=limit)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise _error("json.utf8", "Not UTF-8 at byte {n}.", where, n=exc.start) from None
    if text.startswith("\ufeff"):
        raise _error("json.bom", "It begins with a byte order mark.", where)
    return text


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Suspicious
    return found


def _integer(text: str) -> int:
    if len(text) > 17 or abs(number := int(text)) > MAX_INTEGER:
        raise _Suspicious
    return number


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _Suspicious
    return number


def _constant(text: str) -> NoReturn:
    raise _Suspicious


def _odd_integer(text: str) -> int | _Odd:
    if len(text) > 17 or abs(number := int(text)) > MAX_INTEGER:
        return _Odd("json.integer", text[:24])
    return number


def _odd_float(text: str) -> float | _Odd:
    number = float(text)
    return _Odd("json.number", text[:24]) if number in (float("inf"), float("-inf")) else number


_FAST = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_float, parse_constant=_constant
)
_SLOW = json.JSONDecoder(
    object_pairs_hook=_Pairs,
    parse_int=_odd_integer,
    parse_float=_odd_float,
    parse_constant=lambda text: _Odd("json.number", text),
)


def _explain(text: str, where: str) -> NoReturn:
    try:
        value = _SLOW.decode(text)
    except RecursionError:
        raise _error("json.depth", "Nested more than {n} levels deep.", where, n=MAX_DEPTH) from None
    except json.JSONDecodeError as exc:
        raise _error(
            "json.syntax", "Not JSON: {what} at line {line}.", where, what=exc.msg, line=exc.lineno
        ) from None
    problem = _walk(value)
    if problem is None:
        raise AssertionError("the second pass finds what stopped the first")
    raise _at(*problem, where)


_MESSAGES = {
    "json.double": "The key stands twice.",
    "json.depth": "Nested more than {n} levels deep.",
    "json.integer": "An integer past 2^53.",
    "json.number": "A number that is not finite.",
    "json.surrogate": "Half a surrogate pair, which is no character.",
}


def _walk(value: object) -> tuple[str, tuple[str | int, ...]] | None:
    """(code, path) of the first problem in reading order, or None."""
    stack: list[tuple[Any, tuple[str | int, ...]]] = [(value, ())]
    while stack:
        node, path = stack.pop()
        if isinstance(node, str):
            if not _is_text(node):
                return "json.surrogate", path
            continue
        if isinstance(node, _Odd):
            return node.code, path
        if not isinstance(node, dict | list):
            continue
        if len(path) >= MAX_DEPTH:
            return "json.depth", path
        if isinstance(node, list) and not isinstance(node, _Pairs):
            children: list[tuple[str | int, Any]] = list(enumerate(node))
        else:
            children = list(node.items() if isinstance(node, dict) else node)
            seen: set[str] = set()
            for key, _ in children:
                assert isinstance(key, str)
                if key in seen:
                    return "json.double", (*path, key)
                if not _is_text(key):
                    return "json.surrogate", path
                seen.add(key)
        stack.extend((child, (*path, name)) for name, child in reversed(children))
    return None


def _is_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _at(code: str, path: tuple[str | int, ...], where: str) -> InputError:
    place = pointer(path) or "/"
    return _error(code, _MESSAGES[code], f"{where}, at {place}" if where else place, n=MAX_DEPTH)


def _error(code: str, message: str, where: str, **params: str | int) -> InputError:
    return InputError(
        code,
        message,
        where=where,
        params=params,
        hint="Nothing of it was taken.",
    )
