"""What a file of Label Studio asks, told from its results alone: a configuration is not part of an export.

Which controls there are, what they belong to and of which kind they are stands in every result; the choices and labels
are those that were used anywhere in the file, and an object is the field of the data that has its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from app.formats.base import Record
from app.formats.ls_config import SEPARATOR, Asked, Config, Shown

KINDS = {
    "choices": "Choices", "rating": "Rating", "number": "Number", "textarea": "TextArea", "pairwise": "Pairwise",
    "ranker": "Ranker", "taxonomy": "Taxonomy", "labels": "Labels", "hypertextlabels": "HyperTextLabels",
}  # fmt: skip
"""Kinds of results that can be asked for here, and the tags that ask for them."""
PLACES = {"start", "end", "x", "y", "points"}
"""What the value of a result has when it is about a part of the object; of spans it is the answer itself."""
STARS = 5.0
MAX_CONTROLS = 200
MAX_VALUES = 2_000
_ADDRESS = re.compile(r"\s*(?:(?:[a-z][a-z0-9+.-]{0,20}:)?//|/data/|data:)\S+\s*", re.IGNORECASE)


def is_address(value: object) -> bool:
    """Whether a field of the data names what stands elsewhere, and holds nothing else."""
    return isinstance(value, str) and _ADDRESS.fullmatch(value) is not None


@dataclass(slots=True)
class _Seen:
    """A control as its results show it. field: of the data, where a result names it."""

    kind: str
    to: str
    values: dict[str, None] = field(default_factory=dict)
    numbers: set[float] = field(default_factory=set)
    multiple: bool = False
    per_region: bool = False
    variable: str = ""


def inferred(records: Iterable[tuple[int, Any]]) -> Config:
    """Never fails: what is no result is passed over. Without a result there is no control in it."""
    seen: dict[str, _Seen] = {}
    fields: dict[str, object] = {}
    for _, record in records:
        if not isinstance(record, dict) or not isinstance(record.get("data"), dict):
            continue
        for name, value in record["data"].items():
            if fields.get(name) is None:
                fields[name] = value
        for region in _regions(record):
            _look(seen, region)
    controls, unread, objects = [], [], {}
    for name, one in seen.items():
        asked = _asked(name, one)
        if asked is None:
            unread.append(f"{one.kind} “{name}”")
            continue
        controls.append(asked)
        for target in asked.to:
            objects[target] = _shown(target, one, fields)
    return Config(objects, tuple(controls), tuple(unread))


def _regions(record: Record) -> Iterator[Record]:
    for key in ("annotations", "predictions"):
        listed = record.get(key)
        for one in listed if isinstance(listed, list) else ():
            result = one.get("result") if isinstance(one, dict) else None
            for region in result if isinstance(result, list) else ():
                if isinstance(region, dict) and isinstance(region.get("value"), dict):
                    yield region


def _look(seen: dict[str, _Seen], region: Record) -> None:
    name, to, kind = (region.get(key) for key in ("from_name", "to_name", "type"))
    if not isinstance(name, str) or not isinstance(to, str) or not isinstance(kind, str):
        return
    if name not in seen and len(seen) >= MAX_CONTROLS:
        return
    one = seen.setdefault(name, _Seen(kind[:50], to))
    value = region["value"]
    source = region.get("source")
    if isinstance(source, str) and source.startswith("$"):
        one.variable = source[1:]
    spans = kind in ("labels", "hypertextlabels")
    one.per_region |= (not spans and bool(PLACES & value.keys())) or "item_index" in region
    said = value.get(kind)
    listed = said if isinstance(said, list) else [said]
    words = [
        item if isinstance(item, str) else SEPARATOR.join(map(str, item))
        for item in listed
        if isinstance(item, str | list)
    ]
    one.multiple |= kind == "choices" and len(words) > 1
    if len(one.values) < MAX_VALUES:
        one.values |= dict.fromkeys(word for word in words if word)
    if isinstance(said, int | float) and not isinstance(said, bool) and len(one.numbers) < MAX_VALUES:
        one.numbers.add(float(said))


def _asked(name: str, one: _Seen) -> Asked | None:
    if one.kind not in KINDS:
        return None
    low, high = 0.0, None
    if one.kind == "rating":
        high = max(STARS, *one.numbers) if one.numbers else STARS
    elif one.kind == "number" and one.numbers and all(number.is_integer() for number in one.numbers):
        low, high = min(0.0, *one.numbers), max(1.0, *one.numbers)
    return Asked(
        name,
        KINDS[one.kind],
        tuple(part.strip() for part in one.to.split(",") if part.strip()),
        tuple((value, value) for value in one.values) if one.kind not in ("rating", "number") else (),
        multiple=one.multiple,
        per_region=one.per_region,
        low=low,
        high=high,
    )


def _shown(name: str, one: _Seen, fields: dict[str, object]) -> Shown:
    """The field that a result names; else that of the object's name; else the only text there is."""
    bare = name.removeprefix("$")
    texts = [key for key, value in fields.items() if isinstance(value, str) and not is_address(value)]
    if one.variable in fields:
        variable = one.variable
    elif bare in fields or len(texts) != 1:
        variable = bare
    else:
        variable = texts[0]
    value = fields.get(variable)
    first = value[0] if isinstance(value, list) and value else None
    kind = "Text"
    if isinstance(first, dict):
        kind = "Chat" if "role" in first else "Paragraphs" if "author" in first else "List"
    return Shown(name, kind, variable=variable)
