"""Whatever a record holds, it becomes a task that the domain takes, or is named; nothing else is raised."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from format_files import APEX_RUBRIC, HEALTH, PR
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.codec import task_from_json
from app.errors import InputError
from app.formats import registry
from app.wire import jsonio

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
RECORDS: dict[str, dict[str, Any]] = {
    "healthbench": HEALTH,
    "prbench": PR,
    "apex": {"task_id": "1", "prompt": "Q", "rubric_json": APEX_RUBRIC, "response": "A", "domain": "d"},
    "humaneval": {"task_id": "Go/1", "prompt": "Q", "generation": "A", "test": "T", "declaration": "D"},
    "swe": {
        "trajectory": [{"thought": "T", "action": "A", "observation": "O"}],
        "info": {"submission": "P"},
        "replay_config": {"problem_statement": {"text": "Q", "id": "1"}},
        "history": [{"role": "user", "content": "Q"}],
    },
    "jsonl": {
        "v": 1,
        "id": "x",
        "prompt": [{"role": "user", "text": "Q"}],
        "responses": [{"id": "r", "text": "A"}],
        "rubric": {"criteria": [{"id": "c", "text": "x", "points": 1}]},
    },
    "answers": {
        "uid": "1",
        "messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": {"answer": "A"}}],
        "model_prediction": {"proof": "P"},
        "question": "Q",
        "category": "C",
    },
}


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        found += _places(child, (*path, key))
    return found


def _with(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _with(value[path[0]], path[1:], new)
    return copy


def _account_for(name: str, content: bytes, records: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(content)
        reading = registry.read(name, path)
        found = list(reading)
        assert len(found) + len(reading.skipped) == records
        for task in found:
            task_from_json(jsonio.loads(jsonio.dumps(task.task)))
        assert len({f.task["id"] for f in found}) == len(found)


@pytest.mark.parametrize("name", sorted(RECORDS))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_one_field_of_a_good_record_may_be_anything(name: str, data: st.DataObject) -> None:
    record = RECORDS[name]
    place = data.draw(st.sampled_from(_places(record)))
    broken = _with(record, place, data.draw(VALUES))
    content = b"".join(json.dumps(r).encode() + b"\n" for r in (broken, record))
    _account_for(name, content, 2)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(("prompt", "response", "rubric", "id", "messages", "v")), VALUES),
        max_size=4,
    )
)
def test_json_lines_of_anything(records: list[dict[str, Any]]) -> None:
    content = b"".join(json.dumps(r).encode() + b"\n" for r in records)
    _account_for("jsonl", content, len(records))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=5))
def test_every_row_of_a_table_is_accounted_for(rows: list[tuple[str, str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("prompt", "response", "rubric"))
    writer.writerows(rows)
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    _account_for("csv", out.getvalue().encode(), len(filled))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_format_or_an_input_error(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(content)
        with contextlib.suppress(InputError):
            list(registry.read("auto", path))
