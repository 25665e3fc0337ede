"""MQM error spans of translations (google/wmt-mqm-human-evaluation; Freitag et al. 2021): one row an error.

The error stands between <v> and </v> in the translation (or in the source, when something is missing).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.rubric import Rubric
from app.domain.task import Turn
from app.formats import drafts, gathering, pairs, writing
from app.formats.base import About, Answer, Draft, Format, Given, Graded, Losses, Record

OPEN, CLOSE = "<v>", "</v>"
NO_ERROR = "No-error"
NO_ERRORS = ("no-error", "no error")
CATEGORIES = (
    "Accuracy/Mistranslation", "Accuracy/Omission", "Accuracy/Addition", "Accuracy/Source language fragment",
    "Fluency/Grammar", "Fluency/Spelling", "Fluency/Punctuation", "Fluency/Register", "Fluency/Inconsistency",
    "Fluency/Character encoding", "Terminology/Inappropriate for context", "Terminology/Inconsistent",
    "Style/Awkward", "Locale convention/Date", "Locale convention/Number", "Source error", "Non-translation",
    "Other",
)  # fmt: skip
SEVERITIES = ("Critical", "Major", "Minor", "Neutral")
OWN = ("system", "rater", "source", "target", "category", "severity", "comment", "metadata")


def fits(kind: str, record: Record) -> bool:
    return kind == "csv" and {"system", "rater", "source", "target", "category", "severity"} <= record.keys()


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED, "translation")


def plain(text: str) -> str:
    return text.replace(OPEN, "").replace(CLOSE, "")


def gather(found: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any, int]]:
    """All rows on one translation of one segment: one task."""
    return gathering.grouped(gathering.numbered(found), _translation)


def _translation(record: Record) -> tuple[str, ...]:
    kept = (v for k, v in record.items() if k not in OWN and not k.startswith("#"))
    return (record["system"], *kept, plain(record["source"]), plain(record["target"]))


def convert(record: Record, loss: Losses) -> Draft:
    rows: list[Record] = record[gathering.ROWS]
    raters: dict[str, list[Record]] = {}
    for row in rows:
        line = row["#line"]
        spans = raters.setdefault(row["rater"], [])
        if row["category"].lower() in NO_ERRORS:
            continue
        span = _span(row)
        if span is None:
            where = "in the source text" if OPEN in row["source"] else "nowhere"
            loss.note(f"line {line}: an error that is marked {where} of the translation has no span")
        else:
            spans.append(span | {"id": f"l{line}"})
    loss.note("what was clicked, and when", sum(bool(r.get("metadata")) for r in rows))
    return Draft(
        [Turn("user", f"Translate:\n\n{plain(record['source'])}")],
        [Answer(plain(record["target"]), model=record["system"], id="r1")],
        Rubric(()),
        title=plain(record["source"]),
        panels=("spans",),
        questions={"spans": _question(rows)},
        given=[Given(rater, {"responses": {"r1": {"spans": spans}}}) for rater, spans in raters.items()],
        source={"columns": [k for k in record if k != "metadata" and not k.startswith("#")]}
        | {k: v for k, v in record.items() if k not in OWN and not k.startswith("#")}
        | {"source": plain(record["source"])},
    )


def _span(row: Record) -> Record | None:
    """The marked stretch in code points of the plain translation."""
    start = row["target"].find(OPEN)
    end = row["target"].find(CLOSE)
    if start < 0 or end < start + len(OPEN):
        return None
    quote = row["target"][start + len(OPEN) : end]
    if not quote:
        return None
    label = drafts.text(row, "category")
    found: Record = {"start": start, "end": start + len(quote), "quote": quote, "label": label}
    severity = drafts.text(row, "severity").capitalize()
    comment = drafts.text(row, "comment")
    return found | ({"severity": severity} if severity else {}) | ({"comment": comment} if comment else {})


def _question(rows: list[Record]) -> Record:
    """The categories in common use and those of the file, each under its group."""
    seen = [r["category"] for r in rows if r["category"].lower() not in NO_ERRORS and r["category"]]
    labels: list[Record] = []
    groups: set[str] = set()
    for category in dict.fromkeys((*CATEGORIES, *seen)):
        group, slash, _ = category.partition("/")
        if slash and group not in groups:
            groups.add(group)
            labels.append({"id": group})
        if not slash and category in groups:
            continue
        labels.append(
            {"id": category} | ({"text": category.partition("/")[2], "parent": group} if slash else {})
        )
        groups.add(category)
    more = [r["severity"].capitalize() for r in rows if r["severity"] and r["severity"] != NO_ERROR]
    severities = [s for s in dict.fromkeys((*SEVERITIES, *more)) if s.lower() not in NO_ERRORS]
    return {"labels": labels, "severities": severities}


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """Tab-separated, never quoted: a tab or a line break in a text becomes a space."""
    loss = Losses()
    heading: list[str] = []
    for graded in results:
        columns = list(
            graded.source.get("columns")
            or ("system", "rater", "source", "target", "category", "severity", "comment")
        )
        if not heading:
            heading = columns
            out.write(("\t".join(heading) + "\n").encode())
        writing.nameless(graded, loss)
        for response in graded.task.responses:
            for span in writing.labelled(graded, response.id) or (None,):
                row = _row(graded, response.id, span)
                cells = [_cell(row.get(k, ""), loss) for k in heading]
                out.write(("\t".join(cells) + "\n").encode())
    return loss


def _row(graded: Graded, response: str, span: Mapping[str, Any] | None) -> Record:
    text = graded.task.response(graded.task.responses[0].id).text
    for one in graded.task.responses:
        text = one.text if one.id == response else text
    row = dict(graded.source) | {"system": graded.models.get(response, response), "rater": graded.expert}
    if span is None:
        return row | {"target": text, "category": NO_ERROR, "severity": NO_ERROR}
    marked = text[: span["start"]] + OPEN + span["quote"] + CLOSE + text[span["end"] :]
    return row | {
        "target": marked,
        "category": span.get("label", ""),
        "severity": span.get("severity", ""),
        "comment": span.get("comment", ""),
    }


def _cell(value: object, loss: Losses) -> str:
    text = str(value)
    if any(c in text for c in "\t\n\r"):
        loss.note("tabs and line breaks in a cell are written as spaces")
        text = " ".join(text.replace("\t", " ").splitlines())
    return text


FORMAT = Format(
    "mqm",
    "MQM error spans of translations (tab-separated); writes the same",
    fits,
    convert,
    describe,
    write,
    gather,
    carries=("spans",),
)
