"""JSON-MIN of Label Studio: the task's data and the answers side by side in one object, a row an annotation.

Which fields are answers stands only in the labelling configuration; without one a row cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.formats import drafts, gathering
from app.formats.base import Losses, Record, Unfit
from app.formats.ls_config import Asked, Config

OWN = (
    "id",
    "annotator",
    "annotation_id",
    "created_at",
    "updated_at",
    "lead_time",
    "agreement",
    gathering.LINE,
    gathering.ROWS,
)
"""What Label Studio adds to a row."""
_VALUES = {
    "Choices": "choices", "Rating": "rating", "Number": "number", "TextArea": "text", "Taxonomy": "taxonomy",
}  # fmt: skip
"""What a bare value of a control is called in a result."""


def is_row(record: Record) -> bool:
    return {"id", "annotator", "annotation_id"} <= record.keys() and "data" not in record


def gather(found: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any, int]]:
    """The rows of one task together, after all that are no such rows; each record knows its line."""
    rows: list[tuple[int, Any]] = []
    for line, record in gathering.numbered(found):
        if isinstance(record, dict) and is_row(record):
            rows.append((line, record))
        else:
            yield line, record, 1
    yield from gathering.grouped(iter(rows), lambda row: drafts.good_id(row.get("id")) or row[gathering.LINE])


def whole(record: Record, config: Config, loss: Losses) -> Record:
    """The rows of a task as the task that a full export has: {id, data, annotations}."""
    names = {asked.name: asked for asked in config.controls}
    if names.keys() & {shown.variable for shown in config.objects.values()}:
        raise Unfit("a field of it has the name of an answer, and cannot be told from it")
    rows: Sequence[Record] = record.get(gathering.ROWS) or (record,)
    data = _data(rows[0], names)
    same = [row for row in rows if _data(row, names) == data]
    loss.note("rows of a task whose data are not those of its first row", len(rows) - len(same))
    return {
        "id": record["id"],
        "data": data,
        "annotations": [
            {
                "completed_by": row["annotator"],
                "lead_time": row.get("lead_time"),
                "result": _result(row, names),
            }
            for row in same
        ],
    }


def _data(row: Record, names: dict[str, Asked]) -> Record:
    return {name: value for name, value in row.items() if name not in OWN and name not in names}


def _result(row: Record, names: dict[str, Asked]) -> list[Record]:
    return [
        {"from_name": name, "to_name": ",".join(asked.to), "type": asked.kind.lower(), "value": value}
        for name, asked in names.items()
        for value in _values(asked.kind, row.get(name))
    ]


def _values(kind: str, said: object) -> list[Record]:
    """One answer may stand alone, several in a list; of a choice and a text only the word is written."""
    values: list[Record] = []
    for one in said if isinstance(said, list) else [said]:
        if isinstance(one, dict):
            values.append(one)
        elif one is not None and kind in _VALUES:
            values.append({_VALUES[kind]: one if kind in ("Rating", "Number") else [one]})
    return values
