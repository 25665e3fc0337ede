"""doccano (doccano/doccano) exports: texts with labelled stretches or classes, JSON, JSON Lines or CSV.

Offsets are code points. `label` is [[start, end, name]…], [name…] or a name; older exports have `labels`,
`entities` and `cats`, or `annotations` with label numbers and users.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from app.formats import drafts, gathering, pairs, textlabels, writing
from app.formats.base import About, Draft, Format, Given, Graded, Losses, Record, Unfit

LABELS = ("label", "labels", "entities", "cats", "annotations")
COMMENTS = ("Comments", "comments")
LEFT = ("text", *LABELS, *COMMENTS, "annotation_approver", "user", "#classes", "#line")


def fits(_kind: str, record: Record) -> bool:
    if not isinstance(record.get("text"), str) or "_input_hash" in record or "answer" in record:
        return False
    value = record.get("label", record.get("labels", record.get("entities", record.get("annotations"))))
    return isinstance(value, list) or (isinstance(record.get("label"), str) and len(record) <= 5)


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED)


def gather(found: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any, int]]:
    """The labels and classes of the whole file go with every record: each of them can be chosen."""
    return gathering.with_words(found, "#classes", _names)


def _names(record: Record) -> list[str]:
    return [*(name for _, _, name in _spans(record) if name), *_classes(record)]


def _annotations(record: Record) -> list[Record]:
    value = record.get("annotations")
    return [a for a in value if isinstance(a, dict)] if isinstance(value, list) else []


def _spans(record: Record) -> list[tuple[Any, Any, str]]:
    found: list[tuple[Any, Any, str]] = []
    for name in ("label", "labels", "entities"):
        value = record.get(name)
        for item in value if isinstance(value, list) else []:
            if isinstance(item, list) and len(item) == 3:
                found.append((item[0], item[1], _name(item[2])))
            elif isinstance(item, dict) and _placed(item):
                found.append((item.get("start_offset"), item.get("end_offset"), _name(item.get("label"))))
    for one in _annotations(record):
        if _placed(one):
            found.append((one.get("start_offset"), one.get("end_offset"), _name(one.get("label"))))
    return found


def _placed(item: Record) -> bool:
    """Whether it is a stretch, if only half of one."""
    return "start_offset" in item or "end_offset" in item


def _name(label: object) -> str:
    return str(label) if isinstance(label, str | int) else ""


def _unread(record: Record) -> int:
    """How many labels of a record are neither names nor stretches with a name."""
    values = [record[name] for name in LABELS if record.get(name)]
    listed = [item for value in values if isinstance(value, list) for item in value]
    odd = [item for item in listed if not isinstance(item, str | dict)]
    odd = [item for item in odd if not (isinstance(item, list) and len(item) == 3)]
    return len(odd) + sum(not isinstance(value, list | str) for value in values)


def _classes(record: Record) -> list[str]:
    found: list[str] = []
    for name in ("label", "labels", "cats"):
        value = record.get(name)
        found += [value] if isinstance(value, str) and value else drafts.texts(value)
    found += [str(a["label"]) for a in _annotations(record) if not _placed(a) and "label" in a]
    return found


def convert(record: Record, loss: Losses) -> Draft:
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Unfit("the text is empty or missing")
    kinds: list[str] = record["#classes"]
    if not kinds:
        raise Unfit("no record of the file has a label: there is nothing to choose")
    source = textlabels.kept(record, LEFT, loss)
    source["field"] = next((k for k in LABELS if k in record), "label")
    more = {"id": drafts.good_id(record.get("id")), "source": source}
    where = f"line {record['#line']}"
    loss.note(f"{where}: a label that is neither a name nor [start, end, name]", _unread(record))
    loss.note("comments on a text", any(bool(record.get(name)) for name in COMMENTS))
    every = _spans(record)
    if every or not _classes(record):
        given = [
            textlabels.judged_spans(who, textlabels.stretches(text, spans, where, loss))
            for who, spans in _by_user(record, every).items()
        ]
        loss.note("classes of a text that has spans too", len(_classes(record)))
        return textlabels.spans_draft(text, kinds, given, **more)
    return textlabels.classes_draft(text, kinds, _class_given(record, kinds), **more)


def _class_given(record: Record, kinds: list[str]) -> list[Given]:
    users = {str(a.get("user")) for a in _annotations(record)}
    if not users:
        return [textlabels.judged_classes("annotator", kinds, _classes(record))]
    return [
        textlabels.judged_classes(
            user, kinds, [str(a.get("label")) for a in _annotations(record) if str(a.get("user")) == user]
        )
        for user in sorted(users)
    ]


def _by_user(record: Record, every: list[tuple[Any, Any, str]]) -> dict[str, list[tuple[Any, Any, str]]]:
    noted = _annotations(record)
    if not noted:
        return {"annotator": every}
    found: dict[str, list[tuple[Any, Any, str]]] = {}
    for one in noted:
        if _placed(one):
            place = (one.get("start_offset"), one.get("end_offset"), _name(one.get("label")))
            found.setdefault(str(one.get("user")), []).append(place)
    return found


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """doccano's JSON Lines: `label` with [start, end, name] or with names; one line a result."""
    loss = Losses()
    found: list[Record] = []
    for graded in results:
        writing.further(graded, loss, "spans", "verdicts")
        response = graded.task.responses[0]
        source = dict(graded.source)
        field = source.pop("field", "label")
        field = field if field in ("label", "labels", "entities") else "label"
        if "spans" in graded.task.panels:
            label: Any = [list(place) for place in textlabels.marked(graded, loss)]
            textlabels.beside_spans(graded, loss)
        else:
            classes = textlabels.classed(graded, loss)
            if not classes:
                continue
            label = [name for name, met in classes.items() if met]
        found.append({"text": response.text, field: label} | source)
    writing.lines(out, found)
    return loss


FORMAT = Format(
    "doccano",
    "doccano texts with labelled stretches or classes (JSON, JSON Lines, CSV); writes JSON Lines",
    fits,
    convert,
    describe,
    write,
    gather,
    carries=("spans", "verdicts"),
)
