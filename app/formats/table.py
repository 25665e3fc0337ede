"""`csv`: a table with columns prompt, response[, response_b…] and rubric; writes one row a verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.batch import PolicyRef
from app.domain.task import Turn
from app.formats import drafts, rubrics, writing
from app.formats.base import About, Draft, Format, Graded, Losses, Record, Unfit
from app.formats.watching import renamed

HEADINGS = (
    "task", "title", "expert", "response", "criterion", "text", "points", "value", "comment", "confidence",
    "reason", "score",
)  # fmt: skip
_RESPONSE = re.compile(r"(?:response|completion|answer)(?:[ _]?[a-z0-9])?")


def _lower(record: Record) -> Record:
    return renamed(record, lambda name: name.strip().lower())


def fits(kind: str, record: Record) -> bool:
    names = set(_lower(record))
    return kind == "csv" and "prompt" in names and any(_RESPONSE.fullmatch(name) for name in names)


def describe(first: Record, path: Path) -> About:
    row = _lower(first)
    return About.of_file(
        path,
        PolicyRef("healthbench"),
        drafts.text(row, "field", "domain"),
        drafts.text(row, "language"),
    )


def convert(record: Record, loss: Losses) -> Draft:
    row = _lower(record)
    prompt = drafts.text(row, "prompt")
    if not prompt:
        raise Unfit("the prompt is empty")
    answers = drafts.answers_of(row, loss)
    if drafts.text(row, "rubric"):
        rubric = rubrics.criteria_of(row["rubric"])
    else:
        domain, rubric = rubrics.fitting(
            prompt, answers[0].text if answers else "", drafts.text(row, "field")
        )
        loss.note(f"no rubric in the source: our own for {domain or 'general'} answers is used")
    return Draft(
        [Turn("user", prompt)],
        answers,
        rubric,
        id=drafts.good_id(row.get("id", "")),
        title=drafts.text(row, "title"),
        tags=[t.strip() for t in drafts.text(row, "tags").split(",") if t.strip()],
        language=drafts.text(row, "language"),
        reference=drafts.text(row, "reference"),
    )


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """UTF-8 with a byte order mark, so that spreadsheets read it; text that a spreadsheet would run as a
    formula gets an apostrophe before it."""
    loss = Losses()
    loss.note("the text of prompts and responses is not in a table of verdicts")
    with writing.table(out, HEADINGS, "utf-8-sig", "\r\n") as row:
        for graded in results:
            parts = graded.judgement.get("responses") or {}
            for response in graded.task.responses:
                verdicts = (parts.get(response.id) or {}).get("verdicts") or {}
                score = writing.score(graded, response.id)
                for criterion in graded.task.rubric.leaves:
                    found = verdicts.get(criterion.id)
                    leaves = found if isinstance(found, dict) else {"value": found}
                    row(
                        [
                            _safe(graded.task.id, loss),
                            _safe(graded.task.title, loss),
                            _safe(graded.expert, loss),
                            _safe(response.id, loss),
                            _safe(criterion.id, loss),
                            _safe(criterion.text, loss),
                            f"{criterion.points:g}",
                            _safe(leaves.get("value"), loss),
                            _safe(leaves.get("comment"), loss),
                            leaves.get("confidence") or "",
                            leaves.get("reason") or "",
                            "" if score is None else f"{score:g}",
                        ]
                    )
    return loss


def _safe(value: Any, loss: Losses) -> str:
    cell = "" if value is None else str(value)
    if isinstance(value, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        loss.note("an apostrophe before text that a spreadsheet would run")
        return "'" + cell
    return cell


FORMAT = Format(
    "csv",
    "a table with columns prompt, response (or response_a, response_b…) and rubric; writes one row a verdict",
    fits,
    convert,
    describe,
    write,
    carries=("verdicts", "criterion_comment", "confidence", "reason"),
)
