"""What formats gather over a whole file before they make tasks: records that make one task, words that all share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

from app.formats.base import Record

LINE = "#line"
"""Where a record keeps its own line."""
ROWS = "#rows"
"""Where the first of several records that make one task keeps them all."""


def grouped(
    found: Iterator[tuple[int, Any]], key: Callable[[Record], Hashable]
) -> Iterator[tuple[int, Any, int]]:
    """The first record of each key at its line, with all that have the key under ROWS; bad ones before them."""
    groups: dict[Hashable, tuple[int, Record, list[Record]]] = {}
    for line, record in found:
        if isinstance(record, dict):
            groups.setdefault(key(record), (line, record, []))[2].append(record)
        else:
            yield line, record, 1
    for line, record, rows in groups.values():
        yield line, record | {ROWS: rows}, len(rows)


def numbered(found: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    """Each record knows its own line."""
    for line, record in found:
        yield line, record | {LINE: line} if isinstance(record, dict) else record


def with_words(
    found: Iterator[tuple[int, Any]], name: str, words: Callable[[Record], Iterable[str]]
) -> Iterator[tuple[int, Any, int]]:
    """Each record with its line, and under `name` the words of the whole file, each once in the order they came."""
    records = list(numbered(found))
    every: dict[str, None] = {}
    for _, record in records:
        if isinstance(record, dict):
            every |= dict.fromkeys(words(record))
    for line, record in records:
        yield line, record | {name: list(every)} if isinstance(record, dict) else record, 1
