"""BiGGen-Bench (prometheus-eval/prometheus-eval): tasks with described scores 1–5, one JSON object by id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.rubric import Rubric
from app.domain.task import Turn
from app.formats import anchored, drafts, pairs, writing
from app.formats.base import About, Answer, Draft, Format, Given, Graded, Losses, Record, Unfit

STAND_IN = "no model's response in the file: the reference answer stands as the response"
KEPT = (
    "id",
    "capability",
    "task",
    "instance_idx",
    "system_prompt",
    "input",
    "reference_answer",
    "score_rubric",
)
PLACEHOLDERS = ("", "placeholder", "sample response", "response", "hello world!")


def fits(kind: str, record: Record) -> bool:
    if kind == "csv":
        return False
    if "score_rubric" in record and "input" in record:
        return True
    first = next(iter(record.values()), None)
    return isinstance(first, dict) and "score_rubric" in first and "input" in first


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED)


def gather(found: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any, int]]:
    """One object by id becomes its entries, numbered as they stand."""
    for line, record in found:
        if isinstance(record, dict) and "score_rubric" not in record:
            for number, (name, entry) in enumerate(record.items(), 1):
                yield number, {"id": name} | entry if isinstance(entry, dict) else {}, 1
        else:
            yield line, record, 1


def convert(record: Record, loss: Losses) -> Draft:
    asked, rubric = drafts.text(record, "input"), record.get("score_rubric")
    if not asked or not isinstance(rubric, dict):
        raise Unfit("it holds no input or no rubric")
    described = [drafts.text(rubric, f"score{n}_description") for n in range(1, 6)]
    if not all(described):
        raise Unfit("it does not describe the five scores")
    response, reference = drafts.text(record, "response"), drafts.text(record, "reference_answer")
    placed = (
        response.strip().strip("<>[]().").lower() in PLACEHOLDERS or "placeholder" in response.lower()[:40]
    )
    if placed and not reference:
        raise Unfit("it holds neither a response nor a reference answer")
    system = drafts.text(record, "system_prompt")
    return Draft(
        [*([Turn("system", system)] if system else []), Turn("user", asked)],
        [
            Answer(
                reference if placed else response,
                model="" if placed else drafts.text(record, "response_model_name"),
            )
        ],
        Rubric(()),
        id=drafts.good_id(record.get("id")),
        tags=[t for t in (drafts.text(record, "capability"), drafts.text(record, "task")) if t],
        reference="" if placed else reference,
        stand_in=STAND_IN if placed else "",
        panels=("ratings",),
        questions={"ratings": anchored.question(drafts.text(rubric, "criteria"), described)},
        given=_given(record.get("human_score"), loss),
        source={k: record[k] for k in KEPT if k in record},
    )


def _given(score: object, loss: Losses) -> list[Given]:
    if isinstance(score, int | float) and not isinstance(score, bool) and score in range(1, 6):
        return [anchored.scored("human", int(score), "")]
    loss.note("scores that are no whole number from 1 to 5", score is not None)
    return []


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """One object by id; of several experts on a task the last one's score."""
    loss = Losses()
    found: dict[str, Record] = {}
    names: dict[str, str] = {}
    for graded in results:
        response = graded.task.responses[0]
        writing.other_ratings(graded, response.id, loss, (anchored.SCORE,))
        writing.further(graded, loss, "ratings")
        entry = writing.rating(graded, response.id, anchored.SCORE)
        if entry.get("value") is None:
            loss.leave("results without a score")
            continue
        loss.note("comments on a score", bool(entry.get("comment")))
        name = graded.source.get("id")
        if not isinstance(name, str) or names.setdefault(name, graded.task.id) != graded.task.id:
            name = graded.task.id
        loss.leave("all but the last expert's score on a task", name in found)
        found[name] = dict(graded.source) | {
            "response": response.text,
            "response_model_name": graded.models.get(response.id, ""),
            "human_score": entry["value"],
        }
    writing.document(out, found)
    return loss


FORMAT = Format(
    "biggen",
    "BiGGen-Bench tasks with described scores 1–5 (one JSON object by id); writes the same with human_score",
    fits,
    convert,
    describe,
    write,
    gather,
    carries=("ratings",),
)
