"""LegalBench (HazyResearch/legalbench): tables of texts with a short right answer, to judge answers against."""

from __future__ import annotations

from pathlib import Path

from app.domain.batch import PolicyRef
from app.domain.task import Turn
from app.formats import drafts, rubrics
from app.formats.base import About, Answer, Draft, Format, Losses, Record, Unfit

TEXTS = (
    "text",
    "statute",
    "description",
    "bill_title",
    "bill_summary",
    "company_name",
    "company_description",
)
STAND_IN = "no model's response in the file: the right answer stands as the response"


def fits(kind: str, record: Record) -> bool:
    return kind == "csv" and {"index", "answer"} <= record.keys() and any(k in record for k in TEXTS)


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, PolicyRef("healthbench"), "law")


def convert(record: Record, loss: Losses) -> Draft:
    parts = [drafts.text(record, k) for k in (*TEXTS, "question")]
    asked = "\n\n".join(p for p in parts if p)
    answer = drafts.text(record, "answer")
    if not asked or not answer:
        raise Unfit("it holds no text or no answer")
    response = drafts.text(record, "response")
    loss.note("no rubric in the source: our own for law answers is used")
    return Draft(
        [Turn("user", asked)],
        [Answer(response or answer)],
        rubrics.LEGAL,
        reference=answer if response else "",
        tags=[t for t in (drafts.text(record, "slice"),) if t],
        stand_in="" if response else STAND_IN,
    )


FORMAT = Format(
    "legalbench", "LegalBench tasks: texts with a right answer (tab-separated)", fits, convert, describe
)
