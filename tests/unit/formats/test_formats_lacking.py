"""A file whose first record says what it is, and later ones that lack some of it: each is named."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from format_files import reasons, taken
from test_formats_round_trip import CASES, file

LISTS = [(name, file_name, content[0]) for name, file_name, content, _ in CASES if isinstance(content, list)]


def places(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every field of a record, at any depth."""
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in entries:
        if isinstance(value, dict):
            yield (*at, key)
        yield from places(inner, (*at, key))


def lacking(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for place in places(record):
        for empty in (False, True):
            changed = copy.deepcopy(record)
            holder: Any = changed
            for key in place[:-1]:
                holder = holder[key]
            if empty:
                holder[place[-1]] = None
            else:
                del holder[place[-1]]
            yield changed


@pytest.mark.parametrize("case", LISTS, ids=[f"{c[0]}-{c[1]}" for c in LISTS])
def test_what_a_record_lacks_is_its_own_matter(tmp_path: Path, case: tuple[str, str, dict[str, Any]]) -> None:
    name, file_name, first = case
    changed = list(lacking(first))
    reading, found = taken(file(tmp_path / file_name, [first, *changed]), name)
    skipped = reasons(reading)
    assert sum(f.records for f in found) + sum(s.records for s in reading.skipped) == 1 + len(changed)
    assert all(reason.strip() for reason in skipped.values())
