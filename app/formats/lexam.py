"""LEXam (LEXam-Benchmark/LEXam): open questions of Swiss and EU law exams, as an Excel table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.domain.batch import PolicyRef
from app.domain.task import Turn
from app.formats import drafts, rubrics, sheets, writing
from app.formats.base import About, Answer, Draft, Format, Graded, Losses, Record, Unfit

COLUMNS = ("question", "answer", "course", "language", "area", "jurisdiction", "year", "id")
STAND_IN = "no model's response in the file: the reference answer stands as the response"


def fits(kind: str, record: Record) -> bool:
    return kind in ("xlsx", "csv") and {"question", "answer", "course", "jurisdiction"} <= record.keys()


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, PolicyRef("healthbench"), "law")


def convert(record: Record, loss: Losses) -> Draft:
    asked, reference = drafts.text(record, "question"), drafts.text(record, "answer")
    if not asked:
        raise Unfit("the question is empty")
    response = drafts.text(record, "response")
    if not response and not reference:
        raise Unfit("it holds neither a response nor a reference answer")
    loss.note("no rubric in the source: our own for law answers is used")
    return Draft(
        [Turn("user", asked)],
        [Answer(response or reference)],
        rubrics.LEGAL,
        id=drafts.good_id(record.get("id")),
        title=drafts.text(record, "course"),
        tags=[t for t in (drafts.text(record, "area"), drafts.text(record, "jurisdiction")) if t],
        language=drafts.text(record, "language"),
        reference=reference if response else "",
        stand_in="" if response else STAND_IN,
        source={k: record[k] for k in COLUMNS if k in record},
    )


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """The table's own columns, then response, expert, score, and one column a criterion of the first result."""
    loss = Losses()
    heading = [*COLUMNS, "response", "expert", "score"]
    criteria: list[str] = []
    table = []
    for graded in results:
        criteria = criteria or [c.id for c in graded.task.rubric.leaves]
        if criteria != [c.id for c in graded.task.rubric.leaves]:
            loss.note("verdicts of a task with other criteria than the first one's")
        for response in graded.task.responses:
            found = [writing.verdict(graded, response.id, c) for c in criteria]
            table.append(
                [
                    *(str(graded.source.get(k, "")) for k in COLUMNS),
                    response.text,
                    graded.expert,
                    writing.score(graded, response.id),
                    *(v.get("value") for v in found),
                ]
            )
    sheets.write([*heading, *criteria], table, out, loss)
    return loss


FORMAT = Format(
    "lexam",
    "LEXam open questions (Excel or CSV); writes an Excel table with scores and verdicts",
    fits,
    convert,
    describe,
    write,
    carries=("verdicts",),
)
