"""PRBench (scaleapi/PRBench): conversations whose final turn is graded by a weighted rubric."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Rubric
from app.domain.task import Response, Turn
from app.formats import drafts, writing
from app.formats.base import About, Answer, Draft, Format, Graded, Losses, Record, Unfit

TURNS = 10
STAND_IN = "no response to the final turn in the file: the author's own notes stand as the response"


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and "rubric" in record and "prompt_0" in record


def describe(first: Record, path: Path) -> About:
    field = drafts.text(first, "field").lower()
    return About.of_file(
        path,
        PolicyRef("prbench_norm"),
        {"legal": "law"}.get(field, field),
    )


def convert(record: Record, loss: Losses) -> Draft:
    asked = [n for n in range(TURNS) if drafts.text(record, f"prompt_{n}")]
    if not asked:
        raise Unfit("it holds no prompt")
    last = asked[-1]
    prompt: list[Turn] = []
    for n in asked:
        references = drafts.texts(record.get(f"reference_texts_{n}"))
        if any(r.strip() for r in references):
            prompt.append(Turn("user", "\n\n".join([*references, record[f"prompt_{n}"]])))
            loss.note("reference texts stand before the prompt they belong to")
        else:
            prompt.append(Turn("user", record[f"prompt_{n}"]))
        if n != last and drafts.text(record, f"response_{n}"):
            prompt.append(Turn("assistant", record[f"response_{n}"]))
    notes = drafts.text(record, "scratchpad")
    answers: list[Answer] = []
    stand_in = ""
    final = drafts.text(record, f"response_{last}")
    if final:
        answers = [Answer(final, model=drafts.text(record, f"model_{last}"))]
    elif isinstance(record.get("responses"), list):
        answers = drafts.answers_of(record, loss)
    elif notes:
        answers = [Answer(notes)]
        stand_in = STAND_IN
    return Draft(
        prompt=prompt,
        answers=answers,
        rubric=Rubric(tuple(_criterion(c, n) for n, c in enumerate(_rubric(record), start=1))),
        id=drafts.good_id(record.get("task")),
        tags=[t for t in (drafts.text(record, "topic"), drafts.text(record, "expert")) if t],
        reference="" if stand_in else notes,
        stand_in=stand_in,
        source={"task": record["task"]} if drafts.good_id(record.get("task")) else {},
        extra={"canary": record["canary"]} if isinstance(record.get("canary"), str) else {},
    )


def _rubric(record: Record) -> list[Record]:
    found = drafts.objects(record.get("rubric"), Unfit("the rubric"))
    if not found:
        raise Unfit("the rubric is empty")
    return found


def _criterion(item: Record, n: int) -> Criterion:
    said = drafts.text(item, "title")
    notes = item.get("annotations")
    if not said or not isinstance(notes, dict):
        raise Unfit("criterion {n} has no title or no annotations", n=n)
    category = drafts.text(notes, "criteria_category")
    return Criterion(
        CriterionId(drafts.good_id(item.get("id")) or f"c{n}"),
        said,
        points=_weight(notes, n),
        tags=tuple(t for t in (category, drafts.text(notes, "weight_class")) if t),
        help=drafts.text(notes, "criteria_description"),
    )


def _weight(notes: dict[str, Any], n: int) -> float:
    """The weight that `weight_class` names: its siblings may be stale."""
    named = drafts.text(notes, "weight_class").strip().lower().replace(" ", "_")
    if not named:
        raise Unfit("criterion {n} names no weight class", n=n)
    return drafts.number(notes.get(f"{named}_weight"), Unfit("the weight of criterion {n}", n=n))


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """The final exchange with its weighted criteria and the grades of each."""
    return writing.graded_lines(results, out, _head)


def _head(graded: Graded, response: Response, loss: Losses) -> Record:
    loss.note("earlier turns are in the source file only", max(len(graded.task.prompt) - 1, 0))
    return {
        "task": graded.source.get("task", graded.task.id),
        "prompt": graded.task.prompt[-1].text,
        "response": response.text,
        "model": graded.models.get(response.id, response.id),
        "rubric": [{"id": c.id, "title": c.text, "weight": c.points} for c in graded.task.rubric.leaves],
    } | writing.canary(graded)


FORMAT = Format(
    "prbench",
    "PRBench conversations with weighted criteria (JSON Lines); the final turn is graded",
    fits,
    convert,
    describe,
    write,
    carries=("verdicts", "criterion_comment"),
)
