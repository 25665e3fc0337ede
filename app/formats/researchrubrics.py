"""ResearchRubrics (scaleapi/researchrubrics): a prompt with weighted criteria; verdicts in three steps, a row each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Kind, Rubric
from app.domain.verdict import Mark
from app.formats import drafts, writing
from app.formats.base import About, Draft, Format, Graded, Losses, Record, Unfit

VERDICTS = {
    Mark.MET: ("Satisfied", 1.0),
    Mark.PARTLY: ("Partially Satisfied", 0.5),
    Mark.NOT_MET: ("Not Satisfied", 0.0),
}
CONFIDENCE = {"low": 0.3, "medium": 0.6, "high": 0.9}


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and "sample_id" in record and drafts.lists(record.get("rubrics"), "weight")


def describe(first: Record, path: Path) -> About:
    return About.of_file(
        path,
        PolicyRef("researchrubrics"),
        drafts.text(first, "domain").lower(),
    )


def convert(record: Record, loss: Losses) -> Draft:
    criteria = []
    for n, item in enumerate(drafts.objects(record["rubrics"], Unfit("the rubric")), 1):
        said = drafts.text(item, "criterion", "title")
        if not said:
            raise Unfit("criterion {n} has no text", n=n)
        weight = drafts.number(item.get("weight"), Unfit("the weight of criterion {n}", n=n))
        axis = drafts.text(item, "axis", "category")
        criteria.append(
            Criterion(CriterionId(f"c{n}"), said, Kind.TERNARY, weight, tuple(t for t in (axis,) if t))
        )
    return Draft(
        drafts.conversation(record.get("prompt")),
        drafts.answers_of(record, loss),
        Rubric(tuple(criteria), version="researchrubrics-1"),
        id=drafts.good_id(record["sample_id"]),
        tags=[t for t in (drafts.text(record, "domain"),) if t],
        source={k: record[k] for k in ("sample_id", "domain") if k in record},
    )


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """The harness's result rows: sample_id, rubric_title, verdict, score, weight, confidence, reasoning."""
    loss = Losses()
    found: list[Record] = []
    for graded in results:
        before = len(found)
        for response in graded.task.responses:
            for criterion in graded.task.rubric.leaves:
                entry = writing.verdict(graded, response.id, criterion.id)
                value = entry.get("value")
                if value not in VERDICTS:
                    loss.note("verdicts that are none of the three", value is not None)
                    continue
                word, score = VERDICTS[Mark(str(value))]
                loss.note("confidence in words is written as a number", bool(entry.get("confidence")))
                found.append(
                    {
                        "sample_id": graded.source.get("sample_id", graded.task.id),
                        "response": response.id,
                        "rubric_title": criterion.text,
                        "verdict": word,
                        "score": score,
                        "weight": criterion.points,
                        "confidence": CONFIDENCE.get(str(entry.get("confidence"))),
                        "reasoning": entry.get("comment") or "",
                        "rater": graded.expert,
                    }
                )
        loss.leave("results without one of the three verdicts", len(found) == before)
    writing.lines(out, found)
    return loss


FORMAT = Format(
    "researchrubrics",
    "ResearchRubrics prompts with weighted criteria (JSON Lines); writes its result rows",
    fits,
    convert,
    describe,
    write,
    tried=False,
    carries=("verdicts", "criterion_comment", "confidence"),
)
