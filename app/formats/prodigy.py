"""Prodigy (prodi.gy) annotations: texts with spans, or with a label that was accepted or rejected (JSON Lines)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.verdict import Mark
from app.formats import drafts, gathering, pairs, textlabels, writing
from app.formats.base import About, Draft, Format, Graded, Losses, Record, Unfit

ANSWERS = {"accept": Mark.MET, "reject": Mark.NOT_MET}
WORDS = {True: "accept", False: "reject"}
JUDGED = {
    "accept": "answers to a choice",
    "relations": "relations between spans",
    "_annotator_id": "who annotated",
    "_session_id": "in which session it was annotated",
    "_timestamp": "when it was annotated",
}
LEFT = ("text", "spans", "answer", "label", "#labels", "#line", *JUDGED)


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and "text" in record and ("_input_hash" in record or "_task_hash" in record)


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED)


def gather(found: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any, int]]:
    """The labels of all spans of the file go with every record."""
    return gathering.with_words(found, "#labels", lambda r: [str(s.get("label")) for s in _spans(r)])


def _spans(record: Record) -> list[Record]:
    value = record.get("spans")
    return [s for s in value if isinstance(s, dict)] if isinstance(value, list) else []


def convert(record: Record, loss: Losses) -> Draft:
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Unfit("the text is empty")
    answer = record.get("answer")
    for name, what in JUDGED.items():
        loss.note(what, record.get(name) not in (None, "", []))
    more = {"source": textlabels.kept(record, LEFT, loss)}
    if "spans" in record and record["#labels"]:
        found = [(s.get("start"), s.get("end"), s.get("label")) for s in _spans(record)]
        spans = textlabels.stretches(text, found, f"line {record['#line']}", loss)
        given = [textlabels.judged_spans("annotator", spans)] if answer == "accept" else []
        loss.note("spans that were rejected or ignored", answer != "accept")
        return textlabels.spans_draft(text, record["#labels"], given, **more)
    label = drafts.text(record, "label")
    if not label:
        raise Unfit("it has neither spans nor a label")
    chosen = [label] if answer == "accept" else []
    given = [textlabels.judged_classes("annotator", [label], chosen)] if answer in ANSWERS else []
    loss.note("texts that were ignored", answer == "ignore")
    return textlabels.classes_draft(text, [label], given, **more)


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    loss = Losses()
    found: list[Record] = []
    for graded in results:
        writing.further(graded, loss, "spans", "verdicts")
        response = graded.task.responses[0]
        line: Record = {"text": response.text} | dict(graded.source)
        if "spans" in graded.task.panels:
            line["spans"] = [
                {"start": start, "end": end, "label": label}
                for start, end, label in textlabels.marked(graded, loss)
            ]
            found.append(line | {"answer": "accept"})
            textlabels.beside_spans(graded, loss)
            continue
        for name, met in textlabels.classed(graded, loss).items():
            found.append(line | {"label": name, "answer": "ignore" if met is None else WORDS[met]})
    writing.lines(out, found)
    return loss


FORMAT = Format(
    "prodigy",
    "Prodigy texts with spans or an accepted or rejected label (JSON Lines); writes the same",
    fits,
    convert,
    describe,
    write,
    gather,
    carries=("spans", "verdicts"),
)
