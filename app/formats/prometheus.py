"""Prometheus evaluation items (prometheus-eval/prometheus-eval): one text holds the instruction, the response, the
reference answer and the described scores 1–5; up to three runs of a judge gave scores and feedback.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from app.domain.rubric import Rubric
from app.domain.task import Turn
from app.formats import anchored, drafts, pairs, writing
from app.formats.base import About, Answer, Draft, Format, Graded, Losses, Record, Unfit

_HEADS = re.compile(
    r"###Task Description:\n(?P<task>.*?)\n*###The instruction to evaluate:\n(?P<asked>.*?)\n*"
    r"###Response to evaluate:\n?(?P<response>.*?)\n*###Reference Answer \(Score 5\):\n(?P<reference>.*?)\n*"
    r"###Score Rubrics:\n(?P<rubric>.*?)\n*(?:###Feedback:.*)?",
    re.DOTALL,
)
_SCORE = re.compile(r"^Score (\d): (.*?)(?=^Score \d: |\Z)", re.DOTALL | re.MULTILINE)


def fits(kind: str, record: Record) -> bool:
    return kind != "csv" and str(record.get("instruction") or "").startswith("###Task Description:")


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED)


def convert(record: Record, loss: Losses) -> Draft:
    whole = drafts.text(record, "instruction")
    found = _HEADS.fullmatch(whole)
    if found is None:
        raise Unfit("its instruction does not hold the five parts of a Prometheus item")
    if not found["response"].strip():
        raise Unfit("the response is empty")
    rubric = found["rubric"].strip()
    described = [text.strip() for _, text in _SCORE.findall(rubric)]
    if len(described) != 5:
        raise Unfit("it does not describe the five scores")
    criteria = rubric.split("\nScore 1:", 1)[0].strip()
    scores, feedback = _list(record.get("gpt4_score")), _list(record.get("gpt4_feedback"))
    given = []
    for n, score in enumerate(scores, 1):
        if isinstance(score, bool) or not isinstance(score, int) or not 1 <= score <= 5:
            loss.note("scores that are no whole number from 1 to 5")
            continue
        why = feedback[n - 1] if n <= len(feedback) else ""
        given.append(anchored.scored(f"judge-{n}", score, why if isinstance(why, str) else ""))
    kept = {k: record[k] for k in ("idx", "category") if k in record}
    return Draft(
        [Turn("user", found["asked"])],
        [Answer(found["response"], model=drafts.text(record, "response_source"))],
        Rubric(()),
        tags=[t for t in (drafts.text(record, "category"),) if t],
        reference=found["reference"],
        panels=("ratings",),
        questions={"ratings": anchored.question(criteria, described)},
        given=given,
        source=kept | {"instruction": whole},
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    """One entry a task; the raters' scores and feedback in the order they came."""
    loss = Losses()
    found: list[Record] = []
    for graded, told in writing.told_by_task(results, loss, _told):
        writing.nameless(graded, loss)
        response = graded.task.responses[0].id
        found.append(
            dict(graded.source)
            | {
                "response_source": graded.models.get(response, response),
                "gpt4_score": [score for score, _ in told],
                "gpt4_feedback": [why for _, why in told],
            }
        )
    writing.document(out, found)
    return loss


def _told(graded: Graded, loss: Losses) -> tuple[float, str] | None:
    response = graded.task.responses[0].id
    writing.other_ratings(graded, response, loss, (anchored.SCORE,))
    writing.further(graded, loss, "ratings")
    entry = writing.rating(graded, response, anchored.SCORE)
    if entry.get("value") is None:
        loss.leave("results without a score")
        return None
    return entry["value"], entry.get("comment") or ""


FORMAT = Format(
    "prometheus",
    "Prometheus items with described scores 1–5 and up to three judgements (one JSON array); writes the same",
    fits,
    convert,
    describe,
    write,
    carries=("ratings",),
)
