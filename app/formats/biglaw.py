"""BigLaw Bench (harveyai/biglaw-bench): a table whose `Rubric` is an outline with points, then deductions.

    Structure
    1. Identifies the parties (2 points)
       a. Names the buyer (+1)
    -1 for every hallucination
    -0.5 for every extraneous statement

A line with points is a criterion, a line without is a heading; “for every” and “per” make a count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Kind, Rubric
from app.domain.task import Turn
from app.formats import drafts, writing
from app.formats.base import About, Draft, Format, Graded, Losses, Record, Unfit

COLUMNS = ("Number", "Category", "Task Type", "Task", "Prompt", "Document(s)", "Rubric")
_NUMBER = r"(?P<points>[+\-−–]?\s?\d+(?:\.\d+)?)"
_AT_START = re.compile(
    rf"^\(?{_NUMBER}\s*(?:points?|pts?)?\)?\s*(?::|for\b|per\b|\))\s*(?P<rest>.+)$", re.IGNORECASE
)
_AT_END = re.compile(rf"^(?P<rest>.+?)\s*[\[(]\s*{_NUMBER}\s*(?:points?|pts?)?\s*[\])]\s*\.?$", re.IGNORECASE)
_OUTLINE = re.compile(
    r"^(?P<indent>[ \t]*)(?:(?P<mark>[0-9]+|[a-zA-Z]|[ivxIVX]+)[.)]|[-*•])?\s*(?P<rest>.*)$"
)
_EVERY = re.compile(r"\b(?:every|each|per)\b", re.IGNORECASE)


def fits(kind: str, record: Record) -> bool:
    return kind in ("csv", "xlsx") and {"Task Type", "Prompt", "Rubric"} <= record.keys()


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, PolicyRef("biglaw"), "law")


def convert(record: Record, loss: Losses) -> Draft:
    asked = drafts.text(record, "Prompt")
    if not asked:
        raise Unfit("the prompt is empty")
    named = drafts.text(record, "Document(s)")
    loss.note("documents are named in the source and not carried", bool(named))
    response = drafts.text(record, "Response")
    return Draft(
        [Turn("user", asked)],
        drafts.answers_of({"response": response} if response else {}, loss),
        outline(drafts.text(record, "Rubric"), loss),
        id=drafts.good_id(record.get("Number")),
        title=drafts.text(record, "Task"),
        tags=[t for t in (drafts.text(record, "Category"), drafts.text(record, "Task Type")) if t],
        source={k: record[k] for k in COLUMNS if k in record},
    )


def outline(text: str, loss: Losses) -> Rubric:
    """The outline as a rubric. Unfit when no line of it has points."""
    criteria: list[Criterion] = []
    groups: list[tuple[int, CriterionId]] = []
    for line in text.splitlines():
        found = _OUTLINE.match(line.replace("\t", "    "))
        if found is None or not found["rest"].strip():
            continue
        depth, said = len(found["indent"]), found["rest"].strip()
        # A deduction may begin with its own minus, which the outline's dash must not eat.
        whole = line.strip()
        scored = _AT_START.match(whole) if whole[:1] in "-−–+" else None
        scored = scored or _AT_START.match(said) or _AT_END.match(said)
        while groups and groups[-1][0] >= depth:
            groups.pop()
        parent = groups[-1][1] if groups else None
        id_ = CriterionId(f"c{len(criteria) + 1}")
        if scored is None:
            groups.append((depth, id_))
            criteria.append(Criterion(id_, said, Kind.GROUP, parent=parent))
            continue
        points = float(scored["points"].replace(" ", "").replace("−", "-").replace("–", "-"))
        rest = scored["rest"].strip()
        count = points < 0 and bool(_EVERY.search(whole))
        criteria.append(
            Criterion(
                id_, rest, Kind.COUNT if count else Kind.BINARY, points, parent=None if points < 0 else parent
            )
        )
    leaves = [c for c in criteria if c.kind is not Kind.GROUP]
    if not leaves:
        raise Unfit("no line of its rubric has points")
    parents = {c.parent for c in criteria}
    kept = [c for c in criteria if c.kind is not Kind.GROUP or c.id in parents]
    loss.note("headings of a rubric without a criterion under them", len(criteria) - len(kept))
    return Rubric(tuple(kept), version="biglaw-1")


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """The source's columns, then Response ID, Expert, Score and each criterion's verdict on a line of its own."""
    loss = Losses()
    with writing.table(out, (*COLUMNS, "Response ID", "Expert", "Score", "Verdicts")) as row:
        for graded in results:
            for response in graded.task.responses:
                score = writing.score(graded, response.id)
                told = []
                for criterion in graded.task.rubric.leaves:
                    entry = writing.verdict(graded, response.id, criterion.id)
                    comment = f" ({entry['comment']})" if entry.get("comment") else ""
                    told.append(f"{criterion.text}: {entry.get('value', '')}{comment}")
                row(
                    [
                        *(graded.source.get(k, "") for k in COLUMNS),
                        response.id,
                        graded.expert,
                        "" if score is None else f"{score:g}",
                        "\n".join(told),
                    ]
                )
    return loss


FORMAT = Format(
    "biglaw",
    "BigLaw Bench tasks with outlined rubrics and deductions per occurrence (CSV or Excel); writes graded rows",
    fits,
    convert,
    describe,
    write,
    tried=False,
    carries=("verdicts", "criterion_comment"),
)
