"""ACE (Mercor): rubrics as a table, one row a criterion, the prompt repeated; responses come in a file of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Rubric
from app.domain.task import Turn
from app.formats import drafts, gathering, writing
from app.formats.base import About, Answer, Draft, Format, Graded, Losses, Record, Unfit

COLUMNS = (
    "Criterion ID", "Task ID", "Prompt", "Specified Prompt", "Workflow", "Hurdle Tag", "Criteria type",
    "Criterion Grounding Check", "Description",
)  # fmt: skip
OF_CRITERION = ("Hurdle Tag", "Criteria type", "Criterion Grounding Check", "Shop vs. Product")
OF_TASK = ("Task ID", "Prompt", "Specified Prompt", "Workflow")


def fits(kind: str, record: Record) -> bool:
    return kind == "csv" and {"Criterion ID", "Task ID", "Prompt", "Description"} <= record.keys()


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, PolicyRef("apex_v1"))


def gather(found: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any, int]]:
    """All criteria of one task."""
    return gathering.grouped(found, lambda record: record["Task ID"])


def convert(record: Record, _loss: Losses) -> Draft:
    asked = drafts.text(record, "Specified Prompt", "Prompt")
    if not asked:
        raise Unfit("the prompt is empty")
    criteria = []
    for n, row in enumerate(record[gathering.ROWS], 1):
        said = drafts.text(row, "Description")
        if not said:
            raise Unfit("criterion {n} has no description", n=n)
        criteria.append(
            Criterion(
                CriterionId(drafts.good_id(row["Criterion ID"]) or f"c{n}"),
                said,
                tags=tuple(f"{k}: {row[k]}" for k in OF_CRITERION if row.get(k)),
            )
        )
    response = drafts.text(record, "Response")
    return Draft(
        [Turn("user", asked)],
        [Answer(response)] if response else [],
        Rubric(tuple(criteria), version="ace-1"),
        id=drafts.good_id(record["Task ID"]),
        tags=[t for t in (drafts.text(record, "Workflow"),) if t],
        source={k: record[k] for k in OF_TASK if k in record},
    )


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """The source's columns, then Response ID, Expert, Verdict and Comment: one row a criterion and response."""
    loss = Losses()
    with writing.table(out, (*COLUMNS, "Response ID", "Expert", "Verdict", "Comment")) as row:
        for graded in results:
            for response in graded.task.responses:
                for criterion in graded.task.rubric.leaves:
                    tags = dict(t.split(": ", 1) for t in criterion.tags if ": " in t)
                    known = dict(graded.source) | tags
                    known |= {"Criterion ID": criterion.id, "Description": criterion.text}
                    verdict = writing.verdict(graded, response.id, criterion.id)
                    row(
                        [
                            *(known.get(k, "") for k in COLUMNS),
                            response.id,
                            graded.expert,
                            verdict.get("value") or "",
                            verdict.get("comment") or "",
                        ]
                    )
    return loss


FORMAT = Format(
    "ace",
    "ACE rubrics, one row a criterion (CSV), with responses apart; writes the rows with verdicts",
    fits,
    convert,
    describe,
    write,
    gather,
    carries=("verdicts", "criterion_comment"),
)
