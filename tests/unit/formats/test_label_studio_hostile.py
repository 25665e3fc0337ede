"""Any JSON beside any configuration: tasks that the domain takes, or records with a reason; nothing else is raised."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from records import LABEL_STUDIO, LABEL_STUDIO_PAIRS, LABEL_STUDIO_RANKS, LABEL_STUDIO_WORDS

from app.domain.codec import task_from_json
from app.domain.judgement import as_review, to_judgement
from app.formats import registry
from app.formats.base import Graded
from app.formats.ls_config import CONTROLS, OBJECTS
from app.wire import jsonio
from app.wire.work import check_task

RECORDS = [*LABEL_STUDIO, *LABEL_STUDIO_PAIRS, *LABEL_STUDIO_RANKS, *LABEL_STUDIO_WORDS]
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.sampled_from(
    ("data", "annotations", "predictions", "result", "value", "from_name", "to_name", "type", "id", "meta", "text",
     "choices", "labels", "rating", "ranker", "start", "end", "label_config", "completed_by", "annotator",
     "annotation_id", "source", "globalOffsets"),
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | TEXT, inner, max_size=4),
    max_leaves=12,
)
TAGS = st.sampled_from([*sorted(OBJECTS), *sorted(CONTROLS), "Image", "View", "Choice", "Label"])
ATTRIBUTES = st.dictionaries(
    st.sampled_from(("name", "toName", "value", "alias", "max", "min", "step", "maxRating", "choice", "perRegion")),
    st.sampled_from(("text", "$text", "a,b", "multiple", "true", "-1", "nan", "1e308", "3", "", "tone", "a&amp;b")),
    max_size=5,
)  # fmt: skip


def node(tag: str, attributes: dict[str, str], inner: list[str]) -> str:
    said = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<{tag}{said}>{''.join(inner)}</{tag}>"


NODES = st.recursive(
    st.builds(node, TAGS, ATTRIBUTES, st.just([])),
    lambda inner: st.builds(node, TAGS, ATTRIBUTES, st.lists(inner, max_size=4)),
    max_leaves=8,
)
CONFIGS = st.none() | TEXT | NODES


def account_for(tasks: list[Any], config: str | None) -> None:
    """Every record is a task that holds, or is named; what its raters said can be written out again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.json"
        path.write_text(json.dumps(tasks), encoding="utf-8")
        if config is not None:
            path.with_suffix(".xml").write_text(config, encoding="utf-8")
        reading = registry.read("label_studio", path)
        found = list(reading)
        assert sum(f.records for f in found) + sum(s.records for s in reading.skipped) == len(tasks)
        assert all(s.reason for s in reading.skipped)
        results = []
        for one in found:
            task, _ = check_task(jsonio.dumps(one.task))
            source = one.task["source"]
            for given_ in one.given:
                judgement = to_judgement(as_review(task, given_.judgement))
                results.append(Graded(task, judgement, given_.rater, source=source))
        out = io.BytesIO()
        registry.write("label_studio", results, out)
        json.loads(out.getvalue())


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        found += places(child, (*path, key))
    return found


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_one_field_of_a_good_export_may_be_anything(data: st.DataObject) -> None:
    record = data.draw(st.sampled_from(RECORDS))
    broken = put(record, data.draw(st.sampled_from(places(record))), data.draw(ANYTHING))
    account_for([broken, record], None)


@settings(max_examples=200, deadline=None)
@given(st.lists(ANYTHING, min_size=1, max_size=4), CONFIGS)
def test_any_json_beside_any_configuration(tasks: list[Any], config: str | None) -> None:
    if any(isinstance(task, dict) for task in tasks):
        account_for(tasks, config)


@settings(max_examples=200, deadline=None)
@given(CONFIGS, st.sampled_from(RECORDS))
def test_a_good_export_beside_any_configuration(config: str | None, record: Any) -> None:
    account_for([record], config)


@settings(max_examples=100, deadline=None)
@given(ANYTHING)
def test_a_source_of_any_shape_is_written(source: Any) -> None:
    line = {
        "id": "t",
        "prompt": [{"role": "user", "text": "Q"}],
        "responses": [{"id": "r1", "text": "A"}],
        "rubric": {"criteria": []},
        "panels": ["ratings"],
        "questions": {"ratings": {"attributes": [{"id": "a"}]}},
    }
    told = {"responses": {"r1": {"ratings": {"a": {"value": 1}}, "comment": "c"}}}
    control = {
        "name": "a",
        "to": "b",
        "type": "rating",
        "panel": "ratings",
        "response": "r1",
        "item": "a",
        "values": [],
    }
    beside = {
        "controls": [control],
        "data": source,
        "meta": source,
        "texts": source,
        "shown": source,
        "id": source,
    }
    for kept in (source, beside, beside | {"controls": source}):
        out = io.BytesIO()
        registry.write("label_studio", [Graded(task_from_json(line), told, "e", source=kept)], out)
        (made,) = json.loads(out.getvalue())
        assert made["annotations"][0]["result"][0]["value"] == {"rating": 1}
