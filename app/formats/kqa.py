"""K-QA (Itaymanes/K-QA): patients' questions and the statements a good answer must, or may, contain."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Rubric
from app.domain.task import Turn
from app.formats import drafts, writing
from app.formats.base import About, Answer, Draft, Format, Graded, Losses, Record, Unfit

KINDS = {"Must_have": 2.0, "Nice_to_have": 1.0}
KEPT = ("Sources", "ICD_10_diag")
STAND_IN = "no model's response in the file: the physician's answer stands as the response"


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and {"Question", "Must_have", "Nice_to_have"} <= record.keys()


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, PolicyRef("healthbench"), "medicine")


def convert(record: Record, _loss: Losses) -> Draft:
    asked, answer = drafts.text(record, "Question"), drafts.text(record, "Free_form_answer")
    criteria = [
        Criterion(CriterionId(f"{kind[0].lower()}{n}"), f"Says: {said}", points=points, tags=(kind,))
        for kind, points in KINDS.items()
        for n, said in enumerate(drafts.texts(record[kind]), 1)
    ]
    if not asked or not criteria:
        raise Unfit("it holds no question or no statement")
    response = drafts.text(record, "response")
    return Draft(
        [Turn("user", asked)],
        [Answer(response or answer)] if response or answer else [],
        Rubric(tuple(criteria), version="kqa-1"),
        reference=answer if response else "",
        stand_in="" if response else STAND_IN,
        source={k: record[k] for k in KEPT if k in record} | {"answer": answer},
    )


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """The question with its statements, and per response which of them it says."""
    loss = Losses()
    found: list[Record] = []
    for graded in results:
        source = dict(graded.source)
        leaves = graded.task.rubric.leaves
        statements: Record = {
            kind: [c.text.removeprefix("Says: ") for c in leaves if kind in c.tags] for kind in KINDS
        }
        verdicts = {
            r.id: {c.id: writing.verdict(graded, r.id, c.id).get("value") for c in leaves}
            for r in graded.task.responses
        }
        found.append(
            {"Question": writing.asked(graded, loss), "Free_form_answer": source.pop("answer", "")}
            | statements
            | source
            | {"expert": graded.expert, "verdicts": verdicts}
        )
    writing.lines(out, found)
    return loss


FORMAT = Format(
    "kqa",
    "K-QA questions with must-have and nice-to-have statements (JSON Lines); writes the same with verdicts",
    fits,
    convert,
    describe,
    write,
    carries=("verdicts",),
)
