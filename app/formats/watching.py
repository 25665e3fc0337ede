"""Which fields of a record a format never looked at: they are named, so that nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from app.formats.base import Record
from app.formats.gathering import ROWS

EMPTY: tuple[Any, ...] = (None, "", [], {})


class Watched(dict[str, Any]):
    """An object of a file that knows which of its fields were read, in itself and in the objects within."""

    __slots__ = ("_read", "_views")

    def __init__(self, fields: Record) -> None:
        super().__init__({name: _watched(value) for name, value in fields.items()})
        self._read: set[str] = set()
        self._views: list[tuple[Watched, dict[str, str]]] = []

    def __getitem__(self, name: str) -> Any:
        self._read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._read.add(name)
        return super().get(name, default)

    def items(self) -> Any:
        self._read.update(self)
        return super().items()

    def values(self) -> Any:
        self._read.update(self)
        return super().values()

    def __or__(self, other: Any) -> Any:
        self._read.update(self)
        return super().__or__(other)

    def renamed(self, new: Callable[[str], str]) -> Watched:
        """The same fields under other names; who reads one there has read it here."""
        view = Watched({})
        names = {new(name): name for name in self}
        for name, old in names.items():
            view[name] = super().__getitem__(old)
        self._views.append((view, names))
        return view

    def unread(self) -> set[str]:
        """Paths of what holds something and was not read: `a.b` of an object, or of the objects of a list, within."""
        read = set(self._read)
        for view, names in self._views:
            read |= {names[name] for name in view._read if name in names}
        for row in super().get(ROWS, ()):
            read |= row._read
        found = set()
        for name, value in super().items():
            if name.startswith("#") or value in EMPTY:
                continue
            if name not in read:
                found.add(name)
                continue
            for inner in _objects(value):
                found |= {f"{name}.{path}" for path in inner.unread()}
        return found


def renamed(record: Record, new: Callable[[str], str]) -> Record:
    """The record's fields under other names; of two that get one name, the later."""
    return (
        record.renamed(new)
        if isinstance(record, Watched)
        else {new(name): value for name, value in record.items()}
    )


def carried(value: Any) -> Any:
    """What goes along as it is, all of it read."""
    if isinstance(value, dict):
        return {name: carried(part) for name, part in value.items()}
    return [carried(part) for part in value] if isinstance(value, list) else value


def _watched(value: Any) -> Any:
    if isinstance(value, dict):
        return Watched(value)
    return [_watched(part) for part in value] if isinstance(value, list) else value


def _objects(value: Any) -> Iterator[Watched]:
    if isinstance(value, Watched):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _objects(part)
